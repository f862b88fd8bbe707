"""A day's report: figures, closures, what waits, and what a proposal changes."""

from datetime import date, time

import pytest

from consortium.core.errors import Forbidden
from consortium.core.work import Actor, Works
from consortium.crates.moving import pack
from consortium.reports.proposals import Call, Change
from consortium.reports.tomorrow import Closed, Totals, day_report
from consortium.transports.days import WaitingBranch
from consortium.transports.planning import ask_for_plan
from consortium.transports.registering import drop_template_stop
from tests.conftest import OPERATOR
from tests.reports.worlds import close_falun
from tests.transports.making import (
    BORLANGE,
    FALUN,
    KVARNSVEDEN,
    MORA,
    TODAY,
    TOMORROW,
    WITHOUT_FALUN_S,
    make_crates,
    make_transports,
    plan_day,
    send,
    timetable,
)

MORAS = Actor("mora", {"transports.see": frozenset({"2062"})})
WAS = timetable([BORLANGE, FALUN, MORA, KVARNSVEDEN])
NOW = timetable([BORLANGE, MORA, KVARNSVEDEN], WITHOUT_FALUN_S)


@pytest.fixture(autouse=True)
def world(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_transports(work)


def call(timetable_arrivals: dict[str, str], slug: str, place: int) -> Call:
    return Call("Bil 1", place, time.fromisoformat(timetable_arrivals[slug]))


def test_the_figures_of_a_plan(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        codes = make_crates(work, 5)
        for code in codes[:3]:
            send(work, code, FALUN, BORLANGE)
        for code in codes[3:]:
            pack(work, code, FALUN, MORA)
    plan_day(works)
    with works.reading(MORAS) as work:
        report = day_report(work, TOMORROW, 10)
    # three leave with the van, at Borlänge; two come on at Falun
    assert report.totals == Totals(1, 1, 4, 3, 2, (3, 20), WAS.distance_m, WAS.work_s)
    assert (report.closed, report.waiting, report.proposals) == ((), (), ())
    assert (report.day, report.today, report.travels) == (TOMORROW, TODAY, True)
    assert (report.made_on, report.next_on) == (TODAY, date(2026, 11, 26))
    assert [slug for slug, place in report.places.items() if place.own] == [MORA]


def test_a_proposal_says_what_moves_and_who_is_told(works: Works) -> None:
    plan_day(works)
    close_falun(works)
    proposed = plan_day(works)
    with works.reading(OPERATOR) as work:
        report = day_report(work, TOMORROW, 10)
        quiet, strict = (day_report(work, TOMORROW, minutes) for minutes in (23, 9))
    (found,) = report.proposals
    assert found.plan_id == proposed.id
    assert found.changes == (
        Change(
            BORLANGE,
            "Borlänge bibliotek",
            call(WAS.arrivals, BORLANGE, 1),
            call(NOW.arrivals, BORLANGE, 1),
            "",
            "letter",
        ),
        Change(
            FALUN, "Falu stadsbibliotek", call(WAS.arrivals, FALUN, 2), None, "closed", "letter"
        ),
        Change(
            MORA,
            "Mora bibliotek",
            call(WAS.arrivals, MORA, 3),
            call(NOW.arrivals, MORA, 2),
            "",
            "",
        ),
        Change(
            KVARNSVEDEN,
            "Kvarnsvedens bibliotek",
            call(WAS.arrivals, KVARNSVEDEN, 4),
            call(NOW.arrivals, KVARNSVEDEN, 3),
            "",
            "",
        ),
    )
    assert [change.is_minor for change in found.changes] == [False, False, True, True]
    # 22 min 3 s are 23 begun minutes: at 23 Borlänge is not told; at 9 Mora and Kvarnsveden are
    assert [change.told for change in quiet.proposals[0].changes] == ["", "letter", "", ""]
    assert [change.told for change in strict.proposals[0].changes] == [
        "letter",
        "letter",
        "letter",
        "no_address",
    ]


def test_closed_stops_have_the_crates_that_wait_and_until_when(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        codes = make_crates(work, 3)
        pack(work, codes[0], FALUN, MORA)
        send(work, codes[1], MORA, FALUN)
        pack(work, codes[2], KVARNSVEDEN, MORA)
        drop_template_stop(work, 2, KVARNSVEDEN)
    close_falun(works)
    with works.reading(OPERATOR) as work:
        report = day_report(work, TOMORROW, 10)
    thursday = date(2026, 11, 26)
    assert report.closed == (Closed(FALUN, "Falu stadsbibliotek", "Utbildningsdag", 2, thursday),)
    assert report.waiting == (WaitingBranch(KVARNSVEDEN, "Kvarnsvedens bibliotek", 0, 1, thursday),)
    assert (report.plan, report.totals, report.versions) == (None, None, ())


@pytest.mark.parametrize(
    ("day", "travels", "holiday", "made_on", "next_on"),
    [
        (date(2026, 11, 29), False, "", date(2026, 11, 27), date(2026, 11, 30)),
        (date(2026, 11, 30), True, "", date(2026, 11, 27), date(2026, 12, 1)),
        (date(2026, 12, 25), False, "Juldagen", date(2026, 12, 23), date(2026, 12, 28)),
        # Epiphany, a Wednesday in 2027
        (date(2027, 1, 7), True, "", date(2027, 1, 5), date(2027, 1, 8)),
    ],
)
def test_days_know_when_they_are_planned(
    works: Works, day: date, travels: bool, holiday: str, made_on: date, next_on: date
) -> None:
    with works.reading(OPERATOR) as work:
        report = day_report(work, day, 10)
    assert (report.travels, report.holiday) == (travels, holiday)
    assert (report.made_on, report.next_on) == (made_on, next_on)


def test_a_closure_and_a_coordinator_make_a_plan_be_made(works: Works) -> None:
    with works.reading(OPERATOR) as work:
        assert not day_report(work, TOMORROW, 10).making
    close_falun(works)
    with works.writing(OPERATOR) as work:
        ask_for_plan(work, date(2026, 11, 27))
    with works.reading(OPERATOR) as work:
        making = [day_report(work, date(2026, 11, day), 10).making for day in (25, 26, 27)]
    assert making == [True, False, True]


def test_who_may_not_see_transports_gets_no_report(works: Works) -> None:
    with works.reading(Actor("nobody")) as work, pytest.raises(Forbidden):
        day_report(work, TOMORROW, 10)
