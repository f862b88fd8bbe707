"""What the command line writes of the books."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from consortium.cli import main
from consortium.core.settings import load
from consortium.tables import open_works
from tests.billing.worlds import issue_month, make_small
from tests.ledger.sie_reader import read


@pytest.fixture
def database_url(empty_sqlite: Path, tmp_path: Path) -> str:
    """Commands are tested on SQLite: each opens an engine and leaves it to the process's end."""
    path = tmp_path / "test.db"
    shutil.copy(empty_sqlite, path)
    return f"sqlite:///{path}"


@pytest.fixture(autouse=True)
def home(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """November is invoiced: four invoices and the host's own share."""
    monkeypatch.setenv("CONSORTIUM_HOME", str(tmp_path))
    monkeypatch.setenv("CONSORTIUM_DATABASE__URL", database_url)
    monkeypatch.setenv("CONSORTIUM_CLOCK__DAY", "2026-11-24")
    works = open_works(load())
    make_small(works)
    issue_month(works)


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def test_a_year_as_sie(tmp_path: Path) -> None:
    file = tmp_path / "falun.se"
    assert run("export", "sie", "--year", "2026", "--out", file).exit_code == 0
    sie = read(file.read_bytes())
    assert len(sie.vers) == 5
    assert run("export", "sie", "--year", "2026").stdout_bytes == file.read_bytes()
    assert run("export", "sie", "--year", "2026", "--books", "2080").exit_code == 0
    assert run("export", "sie", "--year", "2026", "--books", "9999").exit_code == 4
    assert read(run("export", "sie", "--year", "2027").stdout_bytes).ib[0] == sie.ub[0]


def test_entries_as_csv_and_workbook(tmp_path: Path) -> None:
    lines = run("export", "ledger", "--year", "2026").stdout.splitlines()
    assert lines[0] == "entry,booked_on,books,text,account,pool,counterpart,amount_ore"
    assert sum(int(line.rpartition(",")[2]) for line in lines[1:]) == 0
    file = tmp_path / "books.xlsx"
    assert run("export", "ledger", "--year", "2026", "--out", file).exit_code == 0
    assert file.read_bytes().startswith(b"PK")


def test_columns_follow_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONSORTIUM_LEDGER__COLUMNS", "Bolag: '20';account;side;size")
    monkeypatch.setenv("CONSORTIUM_LEDGER__SEPARATOR", ",")
    done = run("export", "columns", "--month", "2026-11")
    assert done.stdout_bytes.startswith(b"Bolag,account,side,size\r\n20,1510,D,")
    assert run("export", "columns", "--year", "2026").stdout_bytes == done.stdout_bytes
    assert run("export", "columns", "--month", "2026-10").stdout == "Bolag,account,side,size\n"
    assert run("export", "columns").exit_code == 2
    monkeypatch.setenv("CONSORTIUM_LEDGER__COLUMNS", "account;belopp")
    refused = run("export", "columns", "--year", "2026")
    assert refused.exit_code == 2
    assert "ledger.columns[1]: There is no column belopp" in refused.stderr
