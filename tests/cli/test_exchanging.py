import io
import json
import shutil
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from consortium.cli import main
from consortium.core.settings import load
from consortium.core.work import Works
from consortium.tables import open_works
from tests.conftest import OPERATOR
from tests.emedia.making import report
from tests.exchange.worlds import make_everything

USAGE = "supplier;month;municipality;loans\nfilm;2026-02;2062;8\nfilm;2026-03;2081;10\n"


@pytest.fixture
def database_url(empty_sqlite: Path, tmp_path: Path) -> str:
    """Commands are tested on SQLite: each opens an engine and leaves it to the process's end."""
    path = tmp_path / "test.db"
    shutil.copy(empty_sqlite, path)
    return f"sqlite:///{path}"


@pytest.fixture
def home(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Works:
    monkeypatch.setenv("CONSORTIUM_HOME", str(tmp_path))
    monkeypatch.setenv("CONSORTIUM_DATABASE__URL", database_url)
    monkeypatch.setenv("CONSORTIUM_CLOCK__DAY", "2026-11-24")
    works = open_works(load())
    with works.writing(OPERATOR) as work:
        make_everything(work)
    return works


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def told(result: Result) -> dict[str, object]:
    assert result.exit_code == 0, result.output
    found: dict[str, object] = json.loads(result.stdout)
    return found


def test_usage_is_tried_taken_in_and_taken_back(home: Works, tmp_path: Path) -> None:
    file = tmp_path / "usage.csv"
    file.write_text(USAGE, encoding="utf-8")
    tried = told(run("import", "usage", file, "--dry-run"))
    assert tried == {
        "kind": "usage",
        "new": 1,
        "changed": 1,
        "unchanged": 0,
        "months": ["2026-02-01", "2026-03-01"],
        "cost_before_ore": 7 * 2500,
        "cost_after_ore": 18 * 2500,
        "dry_run": True,
    }
    taken = told(run("import", "usage", file))
    assert taken == {**tried, "dry_run": False, "batch": taken["batch"]}
    assert run("import", "undo", taken["batch"]).exit_code == 0
    assert told(run("import", "usage", file, "--dry-run")) == tried
    assert run("import", "undo", taken["batch"]).exit_code == 3
    assert run("import", "undo", 999).exit_code == 4


def test_a_counter_report_comes_in(home: Works, tmp_path: Path) -> None:
    file = tmp_path / "tr.json"
    file.write_bytes(report())
    assert run("import", "counter", file, "--supplier", "film").exit_code == 2
    done = told(run("import", "counter", file, "--supplier", "film", "--member", "2080"))
    assert [done["new"], done["changed"]] == [2, 0]


def test_every_fault_is_told_on_standard_error(home: Works, tmp_path: Path) -> None:
    file = tmp_path / "usage.csv"
    file.write_text(USAGE + "radio;2026-13;2999;-1\n", encoding="utf-8")
    for words in (("--dry-run",), ()):
        result = run("import", "usage", file, *words)
        assert result.exit_code == 2
        assert result.stdout == ""
        assert result.stderr.splitlines() == [
            "row 4, month: 2026-13 is no month. Write it as 2026-10"
        ]
    assert run("import", "usage", tmp_path / "missing.csv").exit_code == 4
    assert run("import", "nothing", file).exit_code == 2


def test_what_goes_out_comes_in_again(home: Works, tmp_path: Path) -> None:
    out = run("export", "branches")
    assert out.exit_code == 0
    assert out.stdout_bytes.startswith("\ufeffAdress;Namn;Kommunkod;".encode())
    for form in ("csv", "xlsx"):
        file = tmp_path / f"members.{form}"
        assert run("export", "members", "--format", form, "--out", file).exit_code == 0
        assert told(run("import", "members", file, "--dry-run"))["unchanged"] == 4
    year = run("export", "measures", "--year", "2025").stdout.splitlines()
    assert len(year) == 3


def test_everything_goes_out(home: Works, tmp_path: Path) -> None:
    file = tmp_path / "all.zip"
    made = told(run("export", "everything", "--out", file))
    with zipfile.ZipFile(io.BytesIO(file.read_bytes())) as packed:
        names = packed.namelist()
    assert "README.txt" in names
    assert made["tables"] == len([name for name in names if name.startswith("tables/")])
    assert run("export", "everything").exit_code == 2
    assert run("export", "everything", "--out", tmp_path / "no" / "all.zip").exit_code == 4


def test_accounts_come_in_without_passwords(home: Works, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("username;title;roles\nny;Ny;samordnare\n", encoding="utf-8")
    assert told(run("import", "people", file))["new"] == 1
    assert "ny;Ny;;samordnare;;" in run("export", "people").stdout
