"""Heartbeats, and what code does on a schema that it does not know."""

import logging
import threading
import time
from collections.abc import Callable

import pytest
from sqlmodel import select

from consortium.core import alive as hearts
from consortium.core import db
from consortium.core.alive import Process, alive, beat, beating, leave, this_process
from consortium.core.db import take_schema
from consortium.core.errors import Conflict, Unavailable
from consortium.core.later import Heartbeat
from consortium.core.work import Works
from consortium.migrations import downgrade, is_current, newest, require_nobody_older, upgrade
from tests.conftest import NOON, OPERATOR, Clock

WORKER = Process("worker:here:7", "worker", "0001")


def names(works: Works) -> list[str]:
    with works.reading(OPERATOR) as work:
        return [row.process for row in alive(work)]


def wait_for(what: Callable[[], bool]) -> None:
    for _ in range(500):
        if what():
            return
        time.sleep(0.02)
    raise AssertionError("it did not come to pass within ten seconds")


def test_a_process_is_seen_while_it_runs_and_gone_after(works: Works) -> None:
    with beating(works, WORKER):
        with works.reading(OPERATOR) as work:
            (row,) = alive(work)
        assert (row.process, row.kind, row.revision) == ("worker:here:7", "worker", "0001")
        assert (row.begun_at, row.seen_at) == (NOON, NOON)
    assert names(works) == []


def test_it_beats_on(works: Works, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hearts, "BEAT_SECONDS", 0.02)

    def seen_later() -> bool:
        with works.reading(OPERATOR) as work:
            row = work.session.exec(select(Heartbeat)).one()
        return (row.begun_at, row.seen_at) == (NOON, clock.now)

    with beating(works, WORKER):
        clock.forward(minutes=1)
        wait_for(seen_later)


def test_one_that_was_killed_is_dead_after_two_minutes_and_forgotten_after_a_day(
    works: Works, clock: Clock
) -> None:
    with works.writing(OPERATOR) as work:
        beat(work, WORKER)
    clock.forward(minutes=2)
    assert names(works) == ["worker:here:7"]
    clock.forward(seconds=1)
    assert names(works) == []
    clock.forward(days=1)
    other = Process("web:here:8", "web", "0001")
    with works.writing(OPERATOR) as work:
        beat(work, other)
        work.session.flush()
        assert [row.process for row in work.session.exec(select(Heartbeat))] == ["web:here:8"]
        leave(work, other)
        assert work.session.exec(select(Heartbeat)).all() == []


def test_a_beat_that_fails_disturbs_nothing(works: Works, caplog: pytest.LogCaptureFixture) -> None:
    downgrade(works.engine, "0001")  # knows no heartbeats
    with caplog.at_level(logging.WARNING), beating(works, WORKER):
        assert names(works) == []
    said = {r.message for r in caplog.records if r.name.startswith("consortium")}
    assert said == {"no heartbeat"}


def test_a_process_is_named_for_its_kind_its_host_and_itself() -> None:
    kind, host, number = this_process("web", "0003").name.split(":")
    assert (kind, bool(host), number.isdigit()) == ("web", True, True)


def test_an_upgrade_waits_for_older_processes_to_end(works: Works, clock: Clock) -> None:
    with works.writing(OPERATOR) as work:
        beat(work, WORKER)
        beat(work, Process("web:here:9", "web", newest()))
    with (
        pytest.raises(Conflict, match=r"older code: worker:here:7\. Stop"),
        works.reading(OPERATOR) as work,
    ):
        require_nobody_older(work)
    clock.forward(minutes=3)
    with works.reading(OPERATOR) as work:
        require_nobody_older(work)


def test_a_database_without_heartbeats_can_be_upgraded(works: Works) -> None:
    downgrade(works.engine)
    with works.reading(OPERATOR) as work:
        require_nobody_older(work)
    upgrade(works.engine)
    assert is_current(works.engine)


@pytest.mark.parametrize("known", ["0001", "0002", "9999"])
def test_code_for_another_schema_neither_reads_nor_writes(works: Works, known: str) -> None:
    other = Works(works.engine, works.clock, known)
    for opened in (other.reading(OPERATOR), other.writing(OPERATOR)):
        with pytest.raises(Unavailable, match=f"schema {newest()}.*made for {known}"), opened:
            raise AssertionError
    own = Works(works.engine, works.clock, newest())
    with own.writing(OPERATOR) as work:
        work.audit("tests.happened")
    with own.reading(OPERATOR) as work:
        assert work.now == NOON


def test_code_on_an_empty_database_says_so(works: Works) -> None:
    downgrade(works.engine)
    own = Works(works.engine, works.clock, newest())
    with pytest.raises(Unavailable, match="schema 0,"), own.reading(OPERATOR):
        raise AssertionError


def test_nobody_writes_while_the_schema_changes_and_it_waits_for_those_who_do(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "BUSY_TIMEOUT_MS", 1000)
    works = Works(db.open_engine(database_url))
    own, changed = Works(works.engine, works.clock, newest()), threading.Event()

    def change() -> None:
        with works.engine.begin() as connection:
            take_schema(connection)
            changed.set()

    with own.writing(OPERATOR) as work:
        work.audit("tests.happened")
        thread = threading.Thread(target=change)
        thread.start()
        assert not changed.wait(0.3)
    thread.join()
    assert changed.is_set()
    with works.engine.begin() as connection:
        take_schema(connection)
        with pytest.raises(Unavailable), own.writing(OPERATOR):
            raise AssertionError
    works.engine.dispose()
