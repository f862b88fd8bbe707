"""Months of the books are locked in their order, and nothing is booked in a locked one."""

from calendar import monthrange
from datetime import UTC, date, datetime
from threading import Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consortium.core.errors import Conflict, Forbidden, Invalid
from consortium.core.work import Actor, Work, Works
from consortium.ledger.locking import (
    bookable,
    closed_through,
    lock_month,
    next_month,
    open_month,
)
from consortium.ledger.posting import Heading, post
from consortium.ledger.queries import journal, locks
from consortium.ledger.rules import Amount
from consortium.members.joining import name_consortium
from tests.conftest import OPERATOR, Clock

SEPTEMBER, OCTOBER, NOVEMBER = (date(2026, month, 1) for month in (9, 10, 11))
LINES = (Amount("1510", "2062", 125), Amount("3690", "2062", -125, "system"))


def book(work: Work, key: str, day: date) -> None:
    post(work, Heading(key, key, day, "Faktura", "2080"), LINES)


@pytest.fixture
def booked(works: Works) -> Works:
    """Entries of September and November 2026; it is 24 November."""
    with works.writing(OPERATOR) as work:
        name_consortium(work, "Testbiblioteken", example=False)
        book(work, "a", date(2026, 9, 30))
        book(work, "b", date(2026, 11, 24))
    return works


def test_a_locked_month_takes_no_entry_and_the_next_open_day_is_told(booked: Works) -> None:
    with booked.writing(OPERATOR) as work:
        assert bookable(work, date(2026, 9, 3)) == date(2026, 9, 3)
        lock_month(work, SEPTEMBER)
    with pytest.raises(Conflict) as refused, booked.writing(OPERATOR) as work:
        book(work, "c", date(2026, 9, 30))
    (fault,) = refused.value.faults
    assert fault.text == "The books of {month} are locked"
    assert fault.facts == {"month": "2026-09"}
    assert fault.remedy
    with booked.writing(OPERATOR) as work:
        assert closed_through(work) == date(2026, 9, 30)
        assert bookable(work, date(2026, 9, 30)) == OCTOBER
        assert bookable(work, date(2026, 8, 1)) == OCTOBER  # before the first entry, too
        assert bookable(work, OCTOBER) == OCTOBER
        book(work, "c", OCTOBER)
    with booked.reading(OPERATOR) as work:
        assert {entry.key for entry, _line in journal(work, SEPTEMBER, NOVEMBER)} == {"a", "c"}


def test_only_the_next_month_that_has_ended_is_locked(booked: Works) -> None:
    for month, text in (
        (date(2026, 8, 1), "Nothing is booked as early as {month}"),
        (OCTOBER, "{month} cannot be locked before {first}"),
    ):
        with pytest.raises(Conflict) as refused, booked.writing(OPERATOR) as work:
            lock_month(work, month)
        assert [fault.text for fault in refused.value.faults] == [text]
    with booked.writing(OPERATOR) as work:
        lock_month(work, SEPTEMBER)
        lock_month(work, OCTOBER)  # nothing was booked in it
        assert next_month(work) == NOVEMBER
    with pytest.raises(Conflict, match="2026-11 has not ended"), booked.writing(OPERATOR) as work:
        lock_month(work, NOVEMBER)
    with pytest.raises(Conflict, match="2026-09 is already"), booked.writing(OPERATOR) as work:
        lock_month(work, SEPTEMBER)


def test_a_month_can_be_locked_on_the_first_day_after_it(booked: Works, clock: Clock) -> None:
    with booked.writing(OPERATOR) as work:
        lock_month(work, SEPTEMBER)
        lock_month(work, OCTOBER)
    clock.now = datetime(2026, 11, 30, 22, 59, tzinfo=UTC)  # 23.59 in Sweden
    with pytest.raises(Conflict), booked.writing(OPERATOR) as work:
        lock_month(work, NOVEMBER)
    clock.now = datetime(2026, 11, 30, 23, 1, tzinfo=UTC)
    with booked.writing(OPERATOR) as work:
        lock_month(work, NOVEMBER)


def test_the_latest_locked_month_is_opened_for_a_reason_and_that_stays(booked: Works) -> None:
    with booked.writing(OPERATOR) as work:
        lock_month(work, SEPTEMBER)
        lock_month(work, OCTOBER)
    with pytest.raises(Conflict, match="that is 2026-10"), booked.writing(OPERATOR) as work:
        open_month(work, SEPTEMBER, "Rättelse")
    with pytest.raises(Invalid) as unreasoned, booked.writing(OPERATOR) as work:
        open_month(work, OCTOBER, "  ")
    assert unreasoned.value.faults[0].at == "why"
    with booked.writing(OPERATOR) as work:
        open_month(work, OCTOBER, " Ett avtal saknas ")
        book(work, "c", date(2026, 10, 31))
        lock_month(work, OCTOBER)
    with booked.reading(OPERATOR) as work:
        told = [
            (lock.month, lock.why, bool(lock.opened_at))
            for lock in locks(work, SEPTEMBER, NOVEMBER)
        ]
        assert closed_through(work) == date(2026, 10, 31)
    assert told == [
        (SEPTEMBER, "", False),
        (OCTOBER, "Ett avtal saknas", True),
        (OCTOBER, "", False),
    ]


def test_it_takes_the_right_over_the_whole_consortiums_books(booked: Works) -> None:
    everyday = Actor("ekonom", {"billing.see": None, "billing.issue": None})
    with pytest.raises(Forbidden), booked.writing(everyday) as work:
        lock_month(work, SEPTEMBER)
    some = Actor("ekonom", {"ledger.lock": frozenset({"2062"})})
    with pytest.raises(Forbidden), booked.writing(some) as work:
        lock_month(work, SEPTEMBER)


def test_books_without_an_entry_have_no_month_to_lock(works: Works) -> None:
    with pytest.raises(Conflict, match="Nothing is booked yet"), works.writing(OPERATOR) as work:
        lock_month(work, SEPTEMBER)


def test_no_month_is_locked_while_somebody_books_in_it(booked: Works) -> None:
    def lock() -> None:
        with booked.writing(OPERATOR) as other:
            lock_month(other, SEPTEMBER)

    waiting = Thread(target=lock)
    with booked.writing(OPERATOR) as work:
        book(work, "c", date(2026, 9, 15))
        waiting.start()
        waiting.join(0.5)
        assert waiting.is_alive()
    waiting.join(10)
    with booked.reading(OPERATOR) as work:
        assert closed_through(work) == date(2026, 9, 30)
        assert len(journal(work, SEPTEMBER, date(2026, 9, 30))) == 4


def test_nobody_books_in_a_month_while_it_is_being_locked(booked: Works) -> None:
    refused: list[Conflict] = []

    def try_to_book() -> None:
        try:
            with booked.writing(OPERATOR) as other:
                book(other, "c", date(2026, 9, 15))
        except Conflict as problem:
            refused.append(problem)

    waiting = Thread(target=try_to_book)
    with booked.writing(OPERATOR) as work:
        lock_month(work, SEPTEMBER)
        waiting.start()
        waiting.join(0.5)
        assert waiting.is_alive()
    waiting.join(10)
    assert [problem.faults[0].text for problem in refused] == ["The books of {month} are locked"]


months = st.integers(1, 12).map(lambda month: date(2025, month, 1))
steps = st.lists(
    st.one_of(
        st.tuples(st.just("book"), st.dates(date(2025, 1, 1), date(2025, 12, 31))),
        st.tuples(st.just("lock"), months),
        st.tuples(st.just("next"), months),
        st.tuples(st.just("open"), months),
    ),
    max_size=25,
)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None
)
@given(steps)
def test_whatever_is_tried_no_entry_is_ever_added_to_a_locked_month(
    works: Works, tried: list[tuple[str, date]]
) -> None:
    """Against a model: the months that are locked, as a set."""
    locked: set[date] = set()
    booked: list[date] = []
    with works.writing(OPERATOR) as work:
        point = work.session.begin_nested()
        for place, (what, day) in enumerate(tried):
            first = min(booked).replace(day=1) if booked else None
            following = _after(max(locked)) if locked else first
            if what == "book":
                free = all(day > _last(month) for month in locked)
                assert _done(lambda p=place, d=day: book(work, f"{p}", d)) == free
                booked += [day] if free else []
                assert (bookable(work, day) == day) == free
            elif what == "open":
                can = bool(locked) and day == max(locked)
                assert _done(lambda d=day: open_month(work, d, "Prov")) == can
                locked -= {day} if can else set()
            else:
                month = following if what == "next" and following else day
                can = month == following
                assert _done(lambda m=month: lock_month(work, m)) == can
                locked |= {month} if can else set()
        assert closed_through(work) == (_last(max(locked)) if locked else None)
        point.rollback()


def _done(act: object) -> bool:
    try:
        act()  # type: ignore[operator]
    except Conflict:
        return False
    return True


def _last(month: date) -> date:
    return month.replace(day=monthrange(month.year, month.month)[1])


def _after(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
