import threading
from datetime import timedelta

import pytest
from sqlalchemy.exc import DBAPIError
from sqlmodel import select, text

from consortium.core.audit import AuditEntry
from consortium.core.errors import Conflict, Forbidden
from consortium.core.later import Later, Task
from consortium.core.work import Actor, Works
from tests.conftest import NOON, OPERATOR

SOME = Later("messages.send_letter")


def test_instants_come_back_aware(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        work.audit("hello")
    with works.reading(OPERATOR) as work:
        at = work.session.exec(select(AuditEntry.at)).one()
    assert at == NOON
    assert at.utcoffset() == timedelta(0)


def test_reading_cannot_write(works: Works) -> None:
    with pytest.raises(DBAPIError, match="read"), works.reading(OPERATOR) as work:
        work.audit("hello")


def write_then_ask_for_a_right(works: Works) -> None:
    with works.writing(Actor("guest")) as work:
        work.audit("hello")
        work.later(SOME, key="one")
        work.require("members.change")


def test_what_raises_leaves_nothing(works: Works) -> None:
    with pytest.raises(Forbidden):
        write_then_ask_for_a_right(works)
    with works.reading(OPERATOR) as work:
        assert work.session.exec(select(AuditEntry)).all() == []
        assert work.session.exec(select(Task)).all() == []


def test_a_taken_key_is_a_conflict(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        work.later(SOME, key="same")
    with pytest.raises(Conflict), works.writing(OPERATOR) as work:
        work.later(SOME, key="same")


def test_readers_do_not_wait_for_a_writer(works: Works) -> None:
    seen: list[int] = []

    def look() -> None:
        with works.reading(OPERATOR) as work:
            seen.append(len(work.session.exec(select(AuditEntry)).all()))

    with works.writing(OPERATOR) as work:
        work.audit("half done")
        work.session.flush()
        thread = threading.Thread(target=look)
        thread.start()
        thread.join(timeout=5)
    assert seen == [0]


def test_a_right_reaches_the_members_of_its_scope() -> None:
    actor = Actor("a", {"x.see": None, "y.see": frozenset({"2080"})})
    assert actor.may("x.see", "2081")
    assert actor.may("y.see")
    assert actor.may("y.see", "2080")
    assert not actor.may("y.see", "2081")
    assert not actor.may("z.see")
    assert Actor("job", machine=True).may("z.see", "2081")


def test_each_database_has_its_manners(works: Works) -> None:
    if works.engine.dialect.name != "sqlite":
        with works.reading(OPERATOR) as work:
            level = work.session.connection().execute(text("show transaction_isolation"))
            assert level.scalar_one() == "repeatable read"
        return
    with works.reading(OPERATOR) as work:
        answers = {
            name: work.session.connection().execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert answers == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 5000,
    }
