import json
import stat
import uuid
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError

from consortium.billing.tables import Invoice
from consortium.core.alive import Process, alive, beat
from consortium.core.audit import AuditEntry
from consortium.core.db import open_engine
from consortium.core.errors import Conflict, Invalid, NotFound
from consortium.core.work import Works
from consortium.documents.queries import document
from consortium.documents.tables import Document
from consortium.migrations import downgrade, is_current, upgrade
from consortium.operations.backing_up import back_up, name_of_backup, tables_of, thin_out
from consortium.operations.restoring import check_backup, restore
from jobs.worker import run_next
from tests.billing.worlds import issue_month, make_small
from tests.cli.test_cases import run
from tests.conftest import NOON, OPERATOR, Clock, _on_server
from tests.jobs.worlds import running

MARCH = datetime(2026, 3, 1, tzinfo=UTC).date()


@pytest.fixture
def other_url(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[str]:
    """An empty database of the other kind than the test's own."""
    if not database_url.startswith("sqlite"):
        yield f"sqlite:///{tmp_path / 'other.db'}"
        return
    server, name = request.getfixturevalue("postgresql"), f"other_{uuid.uuid4().hex}"
    _on_server(server, f"create database {name}")
    yield server.format(name=name)
    _on_server(server, f"drop database {name} with (force)")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "secret.key").write_text("k" * 64)
    return folder


@pytest.fixture
def packed(works: Works, home: Path, tmp_path: Path) -> Path:
    """A backup of a consortium with an issued month, its papers drawn."""
    make_small(works)
    issue_month(works, MARCH)
    while run_next(running(works, home)):
        pass
    path = tmp_path / "packed.zip"
    with works.reading(OPERATOR) as work:
        back_up(work, home, path)
    return path


def contents(works: Works) -> dict[str, list[str]]:
    """Every row of every table as text, in the order of keys; moments in UTC."""
    found = {}
    with works.engine.connect() as connection:
        for table in tables_of(connection):
            rows = connection.execute(select(table).order_by(*table.primary_key.columns))
            found[table.name] = [str([plain(value) for value in row]) for row in rows]
    return found


def plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return (value.astimezone(UTC) if value.tzinfo else value).replace(tzinfo=None)
    return bytes(value).hex() if isinstance(value, memoryview | bytes) else value


def test_what_was_backed_up_stands_in_a_database_of_the_other_kind(
    works: Works, home: Path, packed: Path, other_url: str, tmp_path: Path
) -> None:
    other = Works(open_engine(other_url), Clock())
    elsewhere = tmp_path / "elsewhere"
    made = restore(other.engine, elsewhere, packed, upgrade, downgrade)
    assert contents(other) == contents(works)
    assert sum(made.tables.values()) == sum(map(len, contents(works).values()))
    assert made.tables["invoice"] == 4
    assert (elsewhere / "secret.key").read_text() == "k" * 64
    assert stat.S_IMODE((elsewhere / "secret.key").stat().st_mode) == 0o600
    assert is_current(other.engine)
    with other.reading(OPERATOR) as work:
        kept = work.session.scalars(select(Document)).all()
        assert [document(work, row.sha256).content[:4] for row in kept]
    other.engine.dispose()


def test_the_restored_consortium_goes_on_where_it_was(
    packed: Path, other_url: str, tmp_path: Path
) -> None:
    other = Works(open_engine(other_url), Clock())
    restore(other.engine, tmp_path / "elsewhere", packed, upgrade, downgrade)
    issued = issue_month(other, datetime(2026, 4, 1, tzinfo=UTC).date())
    assert [invoice.number for invoice in issued] == [f"2026{n:04}" for n in (5, 6, 7, 8)]
    for table in (Invoice, AuditEntry):
        with pytest.raises(DatabaseError, match="append only"), other.writing(OPERATOR) as work:
            work.session.delete(work.session.scalars(select(table).limit(1)).one())
    other.engine.dispose()


def test_who_was_alive_at_the_backup_is_not_alive_in_what_is_restored(
    works: Works, home: Path, other_url: str, tmp_path: Path
) -> None:
    with works.writing(OPERATOR) as work:
        beat(work, Process("worker:here:1", "worker", "0003"))
    with works.reading(OPERATOR) as work:
        assert [row.process for row in alive(work)] == ["worker:here:1"]
        back_up(work, home, tmp_path / "packed.zip")
    other = Works(open_engine(other_url), Clock())
    restore(other.engine, tmp_path / "elsewhere", tmp_path / "packed.zip", upgrade, downgrade)
    with other.reading(OPERATOR) as work:
        assert alive(work) == []
    other.engine.dispose()


def test_only_its_owner_may_read_a_backup(packed: Path) -> None:
    assert stat.S_IMODE(packed.stat().st_mode) == 0o600


def test_a_backup_is_of_one_moment(works: Works, home: Path, tmp_path: Path) -> None:
    make_small(works)
    with works.reading(OPERATOR) as work:
        tables_of(work.session.connection())  # the moment begins at the first question
        work.session.scalars(select(Invoice)).all()
        issue_month(works, MARCH)
        made = back_up(work, home, tmp_path / "before.zip")
    assert made.tables["invoice"] == 0
    with works.reading(OPERATOR) as work:
        assert back_up(work, home, tmp_path / "after.zip").tables["invoice"] == 4


def test_every_damaged_part_is_named(packed: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(packed) as whole:
        names = whole.namelist()
        parts = {name: whole.read(name) for name in names}
    for name in (n for n in names if n != "manifest.json"):
        path = tmp_path / "damaged.zip"
        with zipfile.ZipFile(path, "w") as damaged:
            for part, content in parts.items():
                damaged.writestr(part, content + b"\n" if part == name else content)
        with pytest.raises(Invalid) as refused:
            check_backup(path)
        assert [fault.at for fault in refused.value.faults] == [name]


def test_a_missing_and_a_spare_part_are_named(packed: Path, tmp_path: Path) -> None:
    path = tmp_path / "damaged.zip"
    with zipfile.ZipFile(packed) as whole, zipfile.ZipFile(path, "w") as damaged:
        for name in whole.namelist():
            if name != "tables/invoice.jsonl":
                damaged.writestr(name, whole.read(name))
        damaged.writestr("tables/strange.jsonl", "")
    with pytest.raises(Invalid) as refused:
        check_backup(path)
    assert {fault.at for fault in refused.value.faults} == {
        "tables/invoice.jsonl",
        "tables/strange.jsonl",
    }


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"no zip at all" * 100])
def test_what_is_no_backup_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "none.zip"
    path.write_bytes(content)
    with pytest.raises(Invalid, match="no backup"):
        check_backup(path)
    with pytest.raises(NotFound):
        check_backup(tmp_path / "missing.zip")


def test_a_cut_backup_is_refused_and_nothing_is_restored(
    packed: Path, other_url: str, tmp_path: Path
) -> None:
    cut = tmp_path / "cut.zip"
    cut.write_bytes(packed.read_bytes()[:-1000])
    engine = open_engine(other_url)
    with pytest.raises(Invalid):
        restore(engine, tmp_path / "elsewhere", cut, upgrade, downgrade)
    with engine.connect() as connection:
        assert tables_of(connection) == []
    assert not (tmp_path / "elsewhere").exists()
    engine.dispose()


def test_a_database_with_rows_is_not_overwritten(works: Works, packed: Path, home: Path) -> None:
    before = contents(works)
    with pytest.raises(Conflict, match="not empty"):
        restore(works.engine, home, packed, upgrade, downgrade)
    assert contents(works) == before


def test_another_key_is_not_overwritten(packed: Path, other_url: str, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "secret.key").write_text("another")
    engine = open_engine(other_url)
    with pytest.raises(Conflict, match="another key"):
        restore(engine, elsewhere, packed, upgrade, downgrade)
    engine.dispose()


def test_a_backup_of_an_older_schema_is_restored_and_can_be_brought_up(
    works: Works, home: Path, other_url: str, tmp_path: Path
) -> None:
    make_small(works)
    path = tmp_path / "old.zip"
    downgrade(works.engine, "0002")
    with works.reading(OPERATOR) as work:
        made = back_up(work, home, path)
    assert made.revision == "0002"
    other = Works(open_engine(other_url), Clock())
    restore(other.engine, tmp_path / "elsewhere", path, upgrade, downgrade)
    assert not is_current(other.engine)
    upgrade(other.engine)
    issued = issue_month(other, MARCH)
    assert len(issued) == 4
    other.engine.dispose()


def test_an_existing_file_is_not_overwritten_and_no_draft_stays(
    works: Works, home: Path, tmp_path: Path
) -> None:
    path = tmp_path / "there.zip"
    path.write_text("precious")
    with works.reading(OPERATOR) as work, pytest.raises(Conflict, match="exists"):
        back_up(work, home, path)
    assert path.read_text() == "precious"
    assert list(tmp_path.glob("*.part")) == []


def test_the_oldest_backups_are_thinned_out_and_nothing_else(tmp_path: Path) -> None:
    names = [name_of_backup(datetime(2026, 11, day, 2, 30, tzinfo=UTC)) for day in (3, 1, 2)]
    for name in names:
        (tmp_path / name).touch()
    (tmp_path / "other.zip").touch()
    gone = thin_out(tmp_path, 2)
    assert [path.name for path in gone] == ["consortium-20261101T023000Z.zip"]
    assert len(list(tmp_path.iterdir())) == 3
    with pytest.raises(Invalid):
        thin_out(tmp_path, 0)


def test_the_manifest_says_what_is_in_it(packed: Path) -> None:
    with zipfile.ZipFile(packed) as whole:
        manifest = json.loads(whole.read("manifest.json"))
    assert manifest["made_at"] == NOON.isoformat()
    assert manifest["tables"]["member"] == 3
    assert {"home/secret.key", "tables/member.jsonl"} <= set(manifest["members"])
    documents = [name for name in manifest["members"] if name.startswith("documents/")]
    assert all(
        name == f"documents/{digest}"
        for name, digest in manifest["members"].items()
        if name in documents
    )


def test_the_commands_make_check_and_restore_a_backup(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONSORTIUM_HOME", str(tmp_path / "home"))
    assert run("upgrade").returncode == 0
    file = str(tmp_path / "kept.zip")
    assert run("backup", file).returncode == 0
    assert run("backup", "--check", file).returncode == 0
    assert run("backup", file).returncode == 3  # it is there already
    monkeypatch.setenv("CONSORTIUM_HOME", str(tmp_path / "new"))
    restored = run("restore", file)
    assert restored.returncode == 0, restored.stderr
    assert "operations.restored" in run("audit", "export").stdout
    assert run("audit", "verify").returncode == 0
    assert run("restore", file).returncode == 3  # the database is not empty any more
