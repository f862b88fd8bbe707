"""A disk without room and a database that another holds: refused in words, nothing half done."""

import multiprocessing
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, text
from sqlmodel import select

from consortium.billing.issuing import issue_invoices
from consortium.billing.tables import Invoice, NumberSeries
from consortium.core import db
from consortium.core.audit import AuditEntry
from consortium.core.db import open_engine
from consortium.core.errors import Unavailable
from consortium.core.later import Task
from consortium.core.work import Works
from consortium.ledger.tables import JournalEntry
from consortium.messages.client import put
from tests.billing.worlds import make_small, prepare_and_approve
from tests.conftest import OPERATOR, Clock

ROOM = "24m"
BULK = 200_000  # characters that cannot be packed: more than the last pages have room for
NO_ROOM = (
    """create function no_room() returns trigger language plpgsql as $$ begin
       raise exception 'could not extend file' using errcode = '53100'; end $$""",
    "create trigger no_room before insert on auditentry execute function no_room()",
)


@dataclass(frozen=True)
class Disk:
    """A database on a disk that can be filled, and emptied again."""

    works: Works
    fill: Callable[[], None]
    free: Callable[[], None]


@contextmanager
def mounted() -> Iterator[Path | None]:
    """A small file system of its own; None where this machine does not let us mount one."""
    folder = Path(tempfile.mkdtemp(prefix="consortium-disk-"))
    words = ["mount", "-t", "tmpfs", "-o", f"size={ROOM},mode=711", "tmpfs", str(folder)]
    done = subprocess.run(words, capture_output=True, check=False)  # noqa: S603 (our own words)
    try:
        yield None if done.returncode else folder
    finally:
        if not done.returncode:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)  # noqa: S603, S607
        folder.rmdir()


def fill(folder: Path) -> None:
    """Write until there is no room left: the whole disk, then what a last small file takes."""
    for size in (1 << 20, 1 << 9):
        with (folder / f"filler-{size}").open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                continue


def free(folder: Path) -> None:
    for filler in folder.glob("filler-*"):
        filler.unlink()


@pytest.fixture(params=["sqlite", "postgresql"])
def disk(request: pytest.FixtureRequest, clock: Clock, tmp_path: Path) -> Iterator[Disk]:
    """A real small disk; where none can be mounted, the error that a full one gives."""
    make = sqlite_disk if request.param == "sqlite" else postgresql_disk
    with mounted() as folder, make(request, folder, tmp_path) as (engine, fill_it, free_it):
        yield Disk(Works(engine, clock), fill_it, free_it)
        engine.dispose()


Made = tuple[Engine, Callable[[], None], Callable[[], None]]


@contextmanager
def sqlite_disk(
    request: pytest.FixtureRequest, folder: Path | None, tmp_path: Path
) -> Iterator[Made]:
    path = (folder or tmp_path) / "test.db"
    shutil.copy(request.getfixturevalue("empty_sqlite"), path)
    engine = open_engine(f"sqlite:///{path}")
    if folder:
        yield engine, lambda: fill(folder), lambda: free(folder)
        return
    most = [1 << 30]
    event.listen(
        engine,
        "begin",
        lambda connection: connection.exec_driver_sql(f"PRAGMA max_page_count = {most[0]}"),
    )

    def set_most(pages: int) -> Callable[[], None]:
        return lambda: most.__setitem__(0, pages)

    yield engine, set_most(1), set_most(1 << 30)  # fewer than there are means: no more


@contextmanager
def postgresql_disk(
    request: pytest.FixtureRequest, folder: Path | None, _tmp_path: Path
) -> Iterator[Made]:
    server, template = (
        request.getfixturevalue(name) for name in ("postgresql", "empty_postgresql")
    )
    name = f"full_{secrets.token_hex(8)}"
    manager = open_engine(server.format(name="postgres"))
    statements = [f"create database {name} template {template}"]
    if folder:
        space = folder / "space"
        space.mkdir()
        shutil.chown(space, pwd.getpwnam("postgres").pw_name)
        statements = [
            f"create tablespace {name} location '{space}'",
            f"{statements[0]} tablespace {name}",
        ]
    _run(manager, *statements)
    engine = open_engine(server.format(name=name))
    if folder:
        yield engine, lambda: fill(folder), lambda: free(folder)
    else:
        yield (
            engine,
            lambda: _run(engine, *NO_ROOM),
            lambda: _run(engine, "drop trigger no_room on auditentry"),
        )
    engine.dispose()  # its connections would keep the database
    _run(manager, f"drop database {name} with (force)")
    if folder:
        _run(manager, f"drop tablespace {name}")
    manager.dispose()


def _run(engine: Engine, *statements: str) -> None:
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        for statement in statements:
            connection.execute(text(statement))


def records(works: Works) -> list[int]:
    """How many rows there are of what an issue writes."""
    with works.reading(OPERATOR) as work:
        return [
            len(work.session.exec(select(table)).all())
            for table in (Invoice, NumberSeries, JournalEntry, Task, AuditEntry)
        ]


def issue(works: Works, run_id: int) -> list[str]:
    with works.writing(OPERATOR) as work:
        issued = issue_invoices(work, run_id)
        work.audit("tests.happened", bulk=secrets.token_hex(BULK // 2))
        return [invoice.number for invoice in issued]


def test_a_full_disk_is_told_and_leaves_nothing_half_done(disk: Disk) -> None:
    make_small(disk.works)
    run_id = prepare_and_approve(disk.works)
    before = records(disk.works)
    disk.fill()
    for _attempt in range(2):
        with pytest.raises(Unavailable, match="There is no room left on the disk"):
            issue(disk.works, run_id)
        assert records(disk.works) == before  # and reading goes on
    disk.free()
    assert issue(disk.works, run_id) == [f"2026{place:04}" for place in range(1, 5)]
    after = records(disk.works)
    assert after[:3] == [4, 1, 5]  # the invoices, their series, and the host's own share booked


def test_a_file_that_finds_no_room_is_not_there_and_can_be_written_again(tmp_path: Path) -> None:
    path = tmp_path / "outbox" / "20260001.xml"
    path.parent.mkdir()
    draft = path.with_name("20260001.xml.part")
    draft.symlink_to("/dev/full")  # writing there fails as on a full disk (full(4))
    with pytest.raises(Unavailable, match="cannot be written to"):
        put(path, b"<Invoice/>")
    assert not path.exists()
    draft.unlink()
    assert put(path, b"<Invoice/>").read_bytes() == b"<Invoice/>"
    assert os.listdir(path.parent) == ["20260001.xml"]


def hold(orders: Connection, url: str) -> None:
    """Another program that has begun to write and does not end."""
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.execute(text("update numberseries set last = last"))
        connection.execute(text("update invoicerun set state = state"))
        orders.send(True)
        orders.recv()
    engine.dispose()


@contextmanager
def held(url: str) -> Iterator[None]:
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    process = context.Process(target=hold, args=(theirs, url))
    process.start()
    ours.recv()
    yield
    ours.send(True)
    process.join()


def test_who_waits_for_a_lock_too_long_is_told_and_leaves_nothing_half_done(
    database_url: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "BUSY_TIMEOUT_MS", 300)
    works = Works(open_engine(database_url), clock)
    make_small(works)
    run_id = prepare_and_approve(works)
    before = records(works)
    works.engine.dispose()  # what is forked off must not share its connections
    with held(database_url):
        with pytest.raises(Unavailable, match="The database is busy"):
            issue(works, run_id)
        assert records(works) == before
    assert len(issue(works, run_id)) == len({"rated", "outside"}) * 2
    works.engine.dispose()
