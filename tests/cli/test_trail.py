"""The audit trail from the command line: proof, head, all of it."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from consortium.cli import main
from consortium.core import log
from consortium.core.alive import Process, beat
from consortium.core.settings import load
from consortium.core.work import Works
from consortium.tables import open_works
from tests.conftest import OPERATOR


@pytest.fixture(autouse=True)
def no_log(monkeypatch: pytest.MonkeyPatch) -> None:
    """The log of this process stays pytest's."""
    monkeypatch.setattr(log, "set_up", lambda *_: None)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Works:
    """A database of the command line's own, with three entries."""
    monkeypatch.setenv("CONSORTIUM_HOME", str(tmp_path))
    assert run("upgrade").exit_code == 0
    works = open_works(load())
    with works.writing(OPERATOR) as work:
        for subject in ("one", "=two", "three"):
            work.audit("tests.happened", subject)
    return works


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def change(works: Works, *statements: str) -> None:
    tables, verbs = ("auditentry", "auditseal"), ("update", "delete")
    guards = [f"drop trigger {table}_no_{verb}" for table in tables for verb in verbs]
    with works.engine.begin() as connection:
        for statement in (*guards, *statements):
            connection.execute(text(statement))
    works.engine.dispose()


def test_what_is_untouched_is_proved(home: Works) -> None:
    for entries in (3, 4):  # the first proof is an entry itself
        done = run("audit", "verify")
        assert (done.exit_code, done.stderr) == (0, "")
        assert done.stdout == f"{entries} entries in the chain, each as it was written\n"


def test_what_was_changed_is_named_on_standard_error(home: Works) -> None:
    assert run("audit", "verify").exit_code == 0
    change(home, "update auditentry set subject = 'x' where id in (1, 3)")
    done = run("audit", "verify")
    assert (done.exit_code, done.stdout) == (3, "")
    assert done.stderr.splitlines() == [
        "Entry 1 is not as it was under seal 1",
        "Entry 3 is not as it was under seal 3",
        "4 entries in the chain, 2 faults",
    ]


def test_a_head_kept_elsewhere_shows_what_the_chain_cannot(home: Works, tmp_path: Path) -> None:
    head = run("audit", "head")
    assert (head.exit_code, json.loads(head.stdout)["number"]) == (0, 3)
    path = tmp_path / "head.json"
    path.write_text(head.stdout)
    assert run("audit", "verify", "--head", str(path)).exit_code == 0
    change(home, "delete from auditseal where number > 1", "delete from auditentry where id > 1")
    assert run("audit", "verify").exit_code == 0
    again = run("audit", "verify", "--head", str(path))
    assert again.exit_code == 3
    assert "seal 3 was exported: its end is gone" in again.stderr
    assert run("audit", "verify", "--head", str(tmp_path / "none")).exit_code == 4
    path.write_text("{}")
    assert run("audit", "verify", "--head", str(path)).exit_code == 2


def test_an_empty_trail_has_no_head(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONSORTIUM_HOME", str(tmp_path))
    assert run("audit", "head").exit_code == 6  # there is no schema yet
    assert run("upgrade").exit_code == 0
    assert run("audit", "head").exit_code == 3


def test_all_of_it_is_taken_out(home: Works) -> None:
    done = run("audit", "export")
    assert done.exit_code == 0
    rows = list(csv.reader(done.stdout.removeprefix("\ufeff").splitlines(), delimiter=";"))
    assert [row[4] for row in rows] == ["subject", "three", "'=two", "one"]
    assert len(run("audit", "export", "--to", "2020-01-01").stdout.splitlines()) == 1


def test_an_upgrade_is_refused_while_older_code_runs(home: Works) -> None:
    with home.writing(OPERATOR) as work:
        beat(work, Process("worker:far:1", "worker", "0002"))
    assert run("upgrade").exit_code == 0  # there is nothing to upgrade
    with home.engine.begin() as connection:  # as if there was a newer step than the database has
        connection.execute(text("update alembic_version set version_num = '0002'"))
    home.engine.dispose()
    refused = run("upgrade")
    assert (refused.exit_code, "worker:far:1" in refused.stderr) == (3, True)
