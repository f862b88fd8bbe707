import csv
import io
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from python_calamine import load_workbook

from consortium.cli import main
from consortium.core.settings import load
from consortium.tables import open_works
from tests.billing.worlds import issue_month, make_small


def run(*words: object) -> Result:
    return CliRunner().invoke(main, ["export", "invoices", *map(str, words)])


@pytest.fixture
def issued(empty_sqlite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands are tested on SQLite: each opens an engine and leaves it to the process's end."""
    path = tmp_path / "test.db"
    shutil.copy(empty_sqlite, path)
    monkeypatch.setenv("CONSORTIUM_HOME", str(tmp_path))
    monkeypatch.setenv("CONSORTIUM_DATABASE__URL", f"sqlite:///{path}")
    monkeypatch.setenv("CONSORTIUM_CLOCK__DAY", "2026-11-24")
    works = open_works(load())
    make_small(works)
    issue_month(works)


def test_invoices_and_their_lines_are_written(issued: None, tmp_path: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(run("--year", "2026").stdout)))
    assert [row["number"] for row in rows] == ["20260001", "20260002", "20260003", "20260004"]
    lines = list(csv.DictReader(io.StringIO(run("--year", "2026", "--lines").stdout)))
    assert {row["number"] for row in lines} == {row["number"] for row in rows}
    assert run("--year", "2025").stdout.count("\n") == 1
    member = rows[0]["member"]
    own = list(csv.DictReader(io.StringIO(run("--member", member).stdout)))
    assert {row["member"] for row in own} == {member}

    book, plain = tmp_path / "fakturor.xlsx", tmp_path / "fakturor.csv"
    assert run("--year", "2026", "--out", book).exit_code == 0
    assert load_workbook(io.BytesIO(book.read_bytes())).sheet_names == ["fakturor", "rader"]
    assert run("--year", "2026", "--form", "csv", "--out", plain).exit_code == 0
    assert list(csv.DictReader(io.StringIO(plain.read_text(encoding="utf-8")))) == rows


def test_what_cannot_be_written_is_refused(issued: None, tmp_path: Path) -> None:
    assert run("--member", "9999").exit_code == 4
    assert run("--year", "26").exit_code == 2
    assert run("--out", tmp_path / "no" / "a.csv").exit_code == 4
