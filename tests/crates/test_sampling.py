"""A sample of three weeks: days are drawn, counted by hand and from scans, and become measures."""

from datetime import date

import pytest
from sqlmodel import col, select

from consortium.core.audit import AuditEntry
from consortium.core.errors import Conflict, Forbidden, Invalid
from consortium.core.work import Actor, Work, Works
from consortium.crates.sample_closing import close_sample
from consortium.crates.sample_queries import result_of, sample_by_id, sample_days
from consortium.crates.sampling import NewSample, draw_sample, enter_counts, fill_from_scans
from consortium.measures.entering import add_measure, enter_values, lock_values
from consortium.measures.queries import readings
from consortium.undo.taking_back import undo
from tests.conftest import OPERATOR, Clock
from tests.transports.making import (
    BORLANGE,
    FALUN,
    KVARNSVEDEN,
    MORA,
    TODAY,
    make_crates,
    make_transports,
    send,
)

FIRST, LAST = date(2026, 11, 23), date(2026, 12, 11)  # Monday to Friday, three whole weeks
FALUN_STAFF = Actor("personal", {"crates.handle": frozenset({"2080"})})
EACH_DAY = {FALUN: (2, 4), BORLANGE: (1, 1), KVARNSVEDEN: (3, 1), MORA: (0, 0)}


def draw(work: Work) -> int:
    make_transports(work)
    for code in ("crates_sent", "crates_received"):
        add_measure(work, code, (code, code), "lådor")
    return draw_sample(work, NewSample("Hösten", FIRST, LAST, 2)).id


def count_all(work: Work, sample_id: int) -> None:
    days = sample_days(sample_by_id(work, sample_id))
    enter_counts(
        work, sample_id, {(day, slug): count for slug, count in EACH_DAY.items() for day in days}
    )


def measured(work: Work, code: str) -> dict[str, str]:
    return {member: value for member, on, value in readings(work, code) if on == LAST}


def test_a_closed_sample_is_measures_and_opened_again_it_is_none(
    works: Works, clock: Clock
) -> None:
    with works.writing(OPERATOR) as work:
        sample_id = draw(work)
        assert len(sample_by_id(work, sample_id).days) == 10
    clock.forward(days=18)  # 12 December, the day after
    with works.writing(OPERATOR) as work:
        count_all(work, sample_id)
        close_sample(work, sample_id)
    with works.reading(OPERATOR) as work:
        # 15 delivery days; Borlänge has two libraries
        assert measured(work, "crates_sent") == {"2062": "0", "2080": "30", "2081": "60"}
        assert measured(work, "crates_received") == {"2062": "0", "2080": "60", "2081": "30"}
        (row,) = (each for each in result_of(work, sample_id).members if each.member.code == "2081")
        assert row.sent is not None
        assert (row.sent.whole, row.sent.interval) == (60, (60, 60))
        entry = _newest(work, "crates.sample_closed")
    with pytest.raises(Conflict), works.writing(OPERATOR) as work:
        enter_counts(work, sample_id, {(FIRST, FALUN): (1, 1)})
    with works.writing(OPERATOR) as work:
        undo(work, entry.id)
    with works.reading(OPERATOR) as work:
        assert measured(work, "crates_sent") == {}
        assert sample_by_id(work, sample_id).state == "open"


def test_what_costs_are_split_by_is_not_taken_back(works: Works, clock: Clock) -> None:
    with works.writing(OPERATOR) as work:
        sample_id = draw(work)
    clock.forward(days=18)
    with works.writing(OPERATOR) as work:
        count_all(work, sample_id)
        close_sample(work, sample_id)
        entry = _newest(work, "crates.sample_closed")
        lock_values(work, "crates_sent", LAST)
    with pytest.raises(Conflict) as refused, works.writing(OPERATOR) as work:
        undo(work, entry.id)
    assert [fault.at for fault in refused.value.faults] == ["measure crates_sent"]


def test_what_is_missing_before_closing_is_said_all_at_once(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        sample_id = draw(work)
        enter_values(work, "crates_sent", LAST, {"2080": "7"}, "Protokoll 2026-11-02")
    with pytest.raises(Conflict) as refused, works.writing(OPERATOR) as work:
        close_sample(work, sample_id)
    said = [(fault.text, fault.facts) for fault in refused.value.faults]
    assert said[0] == ("The time of the sample ends on {day}", {"day": "2026-12-11"})
    assert sum(text == "{name} has no count on {count} of the weekdays" for text, _ in said) == 4
    assert said[-1][1]["source"] == "Protokoll 2026-11-02"


def test_locked_values_are_not_replaced(works: Works, clock: Clock) -> None:
    with works.writing(OPERATOR) as work:
        sample_id = draw(work)
        enter_values(work, "crates_received", LAST, {"2080": "7"}, "Skanningar")
        lock_values(work, "crates_received", LAST)
    clock.forward(days=18)
    with works.writing(OPERATOR) as work:
        count_all(work, sample_id)
    with pytest.raises(Conflict), works.writing(OPERATOR) as work:
        close_sample(work, sample_id)
    with works.reading(OPERATOR) as work:
        assert measured(work, "crates_sent") == {}
        assert sample_by_id(work, sample_id).state == "open"


def test_staff_count_at_their_own_library_on_drawn_days_that_have_come(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        sample_id = draw(work)
        drawn = sample_days(sample_by_id(work, sample_id))
    with pytest.raises(Forbidden), works.writing(FALUN_STAFF) as work:
        enter_counts(work, sample_id, {(drawn[0], MORA): (1, 1)})
    other = next(day for day in (date(2026, 11, d) for d in range(2, 9)) if day not in drawn)
    with pytest.raises(Invalid) as refused, works.writing(FALUN_STAFF) as work:
        enter_counts(work, sample_id, {(other, FALUN): (1, 1), (drawn[-1], FALUN): (1, -1)})
    assert [fault.text for fault in refused.value.faults] == [
        "{day} is no day of the sample",
        "{day} has not come yet",
        "A count is 0 to 10 000 crates",
    ]


def test_scans_fill_in_what_nobody_has_counted(works: Works, clock: Clock) -> None:
    with works.writing(OPERATOR) as work:
        sample_id = draw(work)
        days = [day for day in sample_days(sample_by_id(work, sample_id)) if day >= TODAY]
        codes = make_crates(work, 3)
    clock.forward(days=(days[0] - TODAY).days)
    with works.writing(OPERATOR) as work:
        for code in codes:
            send(work, code, FALUN, MORA)
    clock.forward(days=(days[1] - days[0]).days + 1)
    with works.writing(OPERATOR) as work:
        enter_counts(work, sample_id, {(days[1], FALUN): (9, 9)})
        over = [day for day in sample_days(sample_by_id(work, sample_id)) if day < work.today]
        assert fill_from_scans(work, sample_id) == len(over) - 1
        assert fill_from_scans(work, sample_id) == 0
        (row,) = (each for each in result_of(work, sample_id).branches if each.branch.slug == FALUN)
        assert row.sent is not None
        assert row.sent.counted == 3 + 9
        assert [each for each in result_of(work, sample_id).branches if each.sent] == [row]


def _newest(work: Work, event: str) -> AuditEntry:
    rows = select(AuditEntry).where(AuditEntry.event == event).order_by(col(AuditEntry.id).desc())
    found = work.session.exec(rows).first()
    assert found is not None
    return found
