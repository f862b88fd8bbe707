import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from consortium.cli import main
from consortium.core.settings import load
from consortium.core.work import Works
from consortium.tables import open_works
from tests.conftest import OPERATOR
from tests.transports.making import make_crates, make_transports

EVENTS = (
    {
        "event": "b",
        "crate": "LD000001",
        "kind": "collected",
        "branch": "Falu stadsbibliotek",
        "at": "2026-11-23T10:00:00",  # Swedish time
        "vehicle": "van1",
    },
    {
        "event": "a",
        "crate": "ld000001",
        "kind": "packed",
        "branch": "falu-stadsbibliotek",
        "at": "2026-11-23T08:00:00+01:00",
        "destination": "MORA bibliotek",
    },
    {
        "event": "b",
        "crate": "LD000001",
        "kind": "collected",
        "branch": "falu-stadsbibliotek",
        "at": "2026-11-23T09:00:00Z",
        "vehicle": "van1",
    },
)
LINES = tuple(json.dumps(event) for event in EVENTS)


@pytest.fixture
def database_url(empty_sqlite: Path, tmp_path: Path) -> str:
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
        make_transports(work)
        make_crates(work, 2)
    return works


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def told(result: Result) -> object:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_events_are_tried_taken_in_and_written_again(home: Works, tmp_path: Path) -> None:
    file, out = tmp_path / "events.jsonl", tmp_path / "out.jsonl"
    file.write_text("\ufeff" + "\n\n".join(LINES), encoding="utf-8")
    counts = {"kind": "events", "added": 2, "repeated": 1}
    assert told(run("import", "events", file, "--dry-run")) == {**counts, "dry_run": True}
    assert told(run("import", "events", file)) == {**counts, "dry_run": False}
    assert told(run("import", "events", file)) == {
        "kind": "events",
        "added": 0,
        "repeated": 3,
        "dry_run": False,
    }
    written = run("export", "events", "--from", "2026-11-23", "--to", "2026-11-23").stdout
    assert written.splitlines() == [
        "event,crate,kind,branch,at,destination,vehicle",
        "a,LD000001,packed,falu-stadsbibliotek,2026-11-23T07:00:00+00:00,mora-bibliotek,",
        "b,LD000001,collected,falu-stadsbibliotek,2026-11-23T09:00:00+00:00,,van1",
    ]
    assert len(run("export", "events", "--from", "2026-11-24").stdout.splitlines()) == 1
    assert run("export", "events", "--format", "jsonl", "--out", out).exit_code == 0
    assert told(run("import", "events", out)) == {
        "kind": "events",
        "added": 0,
        "repeated": 2,
        "dry_run": False,
    }


def test_every_faulty_line_is_named_and_nothing_is_taken_in(home: Works, tmp_path: Path) -> None:
    right = EVENTS[2]
    wrong = [
        "{",
        "[1]",
        right | {"at": "2026-11-23"},
        right | {"at": "i går", "kind": 1, "colour": "red"},
        {"event": "x"},
        right | {"event": "y", "crate": "LD999999", "branch": "nowhere"},
        right | {"vehicle": "van2"},
        right | {"event": "z", "at": "2026-11-25T09:00:00"},
        right | {"event": "\ud800"},
    ]
    lines = [line if isinstance(line, str) else json.dumps(line) for line in wrong]
    file = tmp_path / "events.jsonl"
    file.write_bytes("\n".join([LINES[0], *lines, LINES[1]]).encode() + b"\n\xff\xfe\n")
    refused = run("import", "events", file)
    assert refused.exit_code == 2
    assert [line.partition(":")[0] for line in refused.stderr.splitlines()] == [
        "line 2",
        "line 3",
        "line 4, at",
        "line 5, kind",
        "line 5, at",
        "line 5, colour",
        "line 6, crate",
        "line 6, kind",
        "line 6, branch",
        "line 6, at",
        "line 7, crate",
        "line 7, branch",
        "line 8, event",
        "line 9, at",
        "line 10, event",
        "line 12",
    ]
    assert len(run("export", "events").stdout.splitlines()) == 1
    assert run("import", "events", tmp_path / "no such file").exit_code == 4
