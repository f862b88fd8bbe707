"""What a day is made of: week, season, special days, extra stops, buses, crates, vans, routes."""

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest
from sqlmodel import select

from consortium.branches.closing import close_branch
from consortium.branches.merging import merge_branches
from consortium.branches.places import Place
from consortium.branches.queries import branch_by_slug
from consortium.branches.registering import NewBranch, register_branch
from consortium.branches.relocating import relocate
from consortium.core.errors import Conflict, Fault, Invalid
from consortium.core.later import Task
from consortium.core.work import Work, Works
from consortium.crates.tables import DeliveryPoint
from consortium.transports.absences import lift_absence, note_absence
from consortium.transports.bus_calls import NewBusCall, add_bus_call, calls_between, timetable
from consortium.transports.day_basis import AbsentVan, DayPin, DayStop
from consortium.transports.days import ClosedStop, read_calendar, read_day
from consortium.transports.extra_stops import NewExtraStop, add_extra_stop
from consortium.transports.forecasting import COUNTED, KNOWN, USUAL
from consortium.transports.library_week import next_traffic_day, traffic_days
from consortium.transports.registering import (
    WeeklyStop,
    add_vehicle,
    drop_template_stop,
    set_template_stop,
)
from consortium.transports.rules import day_case
from consortium.transports.seasons import NewSeason, add_season, put_back_season, remove_season
from consortium.transports.special_days import bridge_days, set_special_day
from consortium.transports.tables import Apart, Pin, Vehicle
from consortium.transports.week_plans import keep_as_week_plan
from consortium.transports.weeks_ahead import days_ahead
from tests.conftest import OPERATOR, Clock
from tests.transports.making import (
    BORLANGE,
    DEPOT,
    FALUN,
    KVARNSVEDEN,
    LIBRARIES,
    MORA,
    TOMORROW,
    VAN,
    make_crates,
    make_transports,
    plan_day,
    send,
)

ALL_DAY = (time(8), time(16))
SATURDAY = date(2026, 11, 28)
BUS, GRYCKSBO = "bokbussen-falun", "hallplats-grycksbo"


@pytest.fixture(autouse=True)
def world(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_transports(work)


def stops(works: Works, day: date) -> dict[str, DayStop]:
    with works.reading(OPERATOR) as work:
        return {stop.slug: stop for stop in read_day(work, day).stops}


def closed(works: Works, day: date) -> dict[str, str]:
    with works.reading(OPERATOR) as work:
        return {stop.slug: stop.why for stop in read_calendar(work, day).closed}


def test_nobody_drives_on_a_bridge_day_that_was_decided_on(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        set_special_day(work, TOMORROW, None, "Personaldag")
        asked = work.session.exec(select(Task).where(Task.name == "routing.days_changed")).all()
    assert [task.details["from_on"] for task in asked] == ["2026-11-25"]
    assert stops(works, TOMORROW) == {}
    assert closed(works, TOMORROW) == dict.fromkeys(LIBRARIES, "Personaldag")
    with works.reading(OPERATOR) as work:
        days = traffic_days(work, date(2026, 11, 24), date(2026, 11, 30))
        assert [day.day for day in days] == [24, 26, 27, 30]
        assert next_traffic_day(work, date(2026, 11, 24)) == date(2026, 11, 26)
        assert read_day(work, TOMORROW).weekday is None


def test_a_saturday_is_driven_to_those_who_are_staffed_or_have_left_a_key(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        set_special_day(work, SATURDAY, 4)
        drop_template_stop(work, 4, KVARNSVEDEN)
        mora = branch_by_slug(work, MORA)
        work.session.add(DeliveryPoint(branch_id=mora.id, has_key=True))
    assert set(stops(works, SATURDAY)) == {MORA}
    unstaffed = "Ingen bemanning denna veckodag"
    assert closed(works, SATURDAY) == {FALUN: unstaffed, BORLANGE: unstaffed}
    with works.writing(OPERATOR) as work:
        close_branch(work, MORA, (SATURDAY, SATURDAY), "Vattenläcka")
    assert stops(works, SATURDAY) == {}  # a closure is closed, whoever has a key


def test_a_season_has_its_own_stops_and_slower_roads(works: Works) -> None:
    with works.reading(OPERATOR) as work:
        before = read_day(work, TOMORROW)
    with works.writing(OPERATOR) as work:
        add_season(work, NewSeason("Vinter", TOMORROW, TOMORROW + timedelta(days=90), 20))
        late = (time(10), time(14))
        set_template_stop(work, WeeklyStop(2, MORA, late, 60, season="Vinter"))
        set_template_stop(work, WeeklyStop(2, FALUN, ALL_DAY, 60, season="Vinter", served=False))
    with works.reading(OPERATOR) as work:
        after = read_day(work, TOMORROW)
        next_week = read_day(work, TOMORROW + timedelta(days=1))
    assert after.season == "Vinter"
    assert {stop.slug: stop.windows for stop in after.stops} == {
        BORLANGE: (ALL_DAY,),
        KVARNSVEDEN: (ALL_DAY,),
        MORA: (late,),
    }
    assert FALUN not in {stop.slug for stop in after.closed}
    assert len(next_week.stops) == 4  # Thursday is as in the ordinary week
    assert before.roads is not None
    assert next_week.roads is not None
    was, becomes = (basis.roads.durations_s[0][1] for basis in (before, next_week) if basis.roads)
    assert abs(becomes * 5 - was * 6) <= 5  # a fifth more, each rounded once


def test_a_season_comes_back_with_its_stops(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        add_season(work, NewSeason("Sommar", date(2027, 6, 1), date(2027, 8, 31)))
        twice = WeeklyStop(
            *(0, MORA, (time(8), time(9)), 60),
            season="Sommar",
            more_windows=((time(12), time(13)),),
        )
        set_template_stop(work, twice)
    monday = date(2027, 6, 7)
    windows = stops(works, monday)[MORA].windows
    assert windows == ((time(8), time(9)), (time(12), time(13)))
    with works.writing(OPERATOR) as work:
        remove_season(work, "Sommar")
        facts = work.audited[-1].facts
    assert stops(works, monday)[MORA].windows == (ALL_DAY,)
    with works.writing(OPERATOR) as work:
        put_back_season(work, "Sommar", facts)
    assert stops(works, monday)[MORA].windows == windows


def test_an_extra_stop_adds_crates_and_a_window_to_that_of_the_week(works: Works) -> None:
    early = (time(6), time(7))
    with works.writing(OPERATOR) as work:
        set_template_stop(work, WeeklyStop(2, MORA, ALL_DAY, 300, usual_deliver=3))
        drop_template_stop(work, 2, FALUN)
        add_extra_stop(work, NewExtraStop(TOMORROW, MORA, early, 900, 4, 1))
        add_extra_stop(work, NewExtraStop(TOMORROW, FALUN, early, 60, 2))
    found = stops(works, TOMORROW)
    mora, falun = found[MORA], found[FALUN]
    assert (mora.windows, mora.service_s) == ((early, ALL_DAY), 900)
    assert (mora.deliver, mora.collect, falun.deliver, falun.collect) == (7, 1, 2, 0)
    assert (falun.windows, falun.required) == ((early,), True)
    with pytest.raises(Conflict), works.writing(OPERATOR) as work:
        add_extra_stop(work, NewExtraStop(TOMORROW, FALUN, early, 60))


def test_an_extra_stop_is_refused_with_every_fault(works: Works) -> None:
    with pytest.raises(Invalid) as refused, works.writing(OPERATOR) as work:
        add_extra_stop(work, NewExtraStop(SATURDAY, DEPOT, (time(9), time(8)), -1, -1, 1_001))
    places = [fault.at for fault in refused.value.faults]
    assert places == ["on_date", "branch", "window", "service_s", "deliver", "collect"]


def make_bus(work: Work) -> None:
    """A bus that calls in Grycksbo every other Wednesday from tomorrow, and a stop of the week."""
    register_branch(work, NewBranch("Bokbussen Falun", "2080", "bus", "Falun", 60.6, 15.6), {})
    stop = NewBranch("Hållplats Grycksbo", "2080", "bus_stop", "Grycksbo", 60.68, 15.48)
    register_branch(work, stop, {})
    set_template_stop(work, WeeklyStop(2, GRYCKSBO, ALL_DAY, 60))


def call(**changes: object) -> NewBusCall:
    given = {"every_weeks": 2} | changes
    return NewBusCall(BUS, GRYCKSBO, 2, TOMORROW, time(13), time(13, 40), **given)  # type: ignore[arg-type]


def test_a_bus_stop_is_served_while_the_bus_is_there(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_bus(work)
    assert closed(works, TOMORROW) == {GRYCKSBO: "Ingen bemanning denna veckodag"}
    with works.writing(OPERATOR) as work:
        add_bus_call(work, call())
    assert stops(works, TOMORROW)[GRYCKSBO].windows == ((time(13), time(13, 40)),)
    week = timedelta(weeks=1)
    assert closed(works, TOMORROW + week) == {GRYCKSBO: "Bokbussen stannar inte här denna dag"}
    with works.reading(OPERATOR) as work:
        (view,) = timetable(work)
        dated = calls_between(work, branch_by_slug(work, BUS), TOMORROW, TOMORROW + 4 * week)
    assert view.next_on == TOMORROW
    assert [day for day, _ in dated] == [TOMORROW, TOMORROW + 2 * week, TOMORROW + 4 * week]


def test_a_bus_is_at_one_stop_at_a_time(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_bus(work)
        stop = NewBranch("Hållplats Sundborn", "2080", "bus_stop", "Sundborn", 60.65, 15.77)
        other = register_branch(work, stop, {}).slug
        add_bus_call(work, call())
    meets = NewBusCall(BUS, other, 2, TOMORROW, time(13, 30), time(14), 3)
    with pytest.raises(Conflict), works.writing(OPERATOR) as work:
        add_bus_call(work, meets)  # every sixth week they would meet
    with works.writing(OPERATOR) as work:
        odd = NewBusCall(BUS, other, 2, TOMORROW + timedelta(days=7), time(13, 30), time(14), 2)
        add_bus_call(work, odd)
    with pytest.raises(Invalid) as refused, works.writing(OPERATOR) as work:
        add_bus_call(work, NewBusCall(MORA, FALUN, 7, TOMORROW, time(9), time(8), 0, SATURDAY))
    places = [fault.at for fault in refused.value.faults]
    assert places == ["bus", "stop", "weekday", "every_weeks", "leaves"]


def test_crates_are_those_that_wait_or_those_counted_whichever_are_more(
    works: Works, clock: Clock
) -> None:
    with works.writing(OPERATOR) as work:
        set_template_stop(work, WeeklyStop(1, KVARNSVEDEN, ALL_DAY, 60, usual_collect=2))
        codes = make_crates(work, 5)
        for code in codes[:3]:
            send(work, code, FALUN, MORA)  # three sent on a Tuesday, none delivered
    clock.forward(days=7)
    with works.reading(OPERATOR) as work:
        basis = read_day(work, date(2026, 12, 1))
    rows = {row.slug: row for row in basis.expected}
    assert {slug: (row.deliver, row.collect) for slug, row in rows.items()} == {
        BORLANGE: (0, 0),
        FALUN: (0, 3),
        KVARNSVEDEN: (0, 2),
        MORA: (3, 0),
    }
    assert (rows[FALUN].collect_from, rows[FALUN].days) == (COUNTED, 1)
    assert (rows[KVARNSVEDEN].collect_from, rows[MORA].deliver_from) == (USUAL, KNOWN)
    assert {stop.slug: stop.collect for stop in basis.stops}[FALUN] == 3


def test_a_van_that_is_absent_is_not_in_the_plan(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        absence = note_absence(work, "van1", (TOMORROW, SATURDAY), "Service").id
    with works.reading(OPERATOR) as work:
        basis = read_day(work, TOMORROW)
        ahead = days_ahead(work, TOMORROW)[0]
    assert basis.vehicles == ()
    assert basis.absent == (AbsentVan("van1", "Bil 1", "Service"),)
    assert [fault.text for fault in ahead.warnings][-1] == "There is nobody to drive"
    with works.writing(OPERATOR) as work:
        lift_absence(work, absence)
    with works.reading(OPERATOR) as work:
        assert [van.code for van in read_day(work, TOMORROW).vehicles] == ["van1"]


def test_pins_of_the_date_go_before_those_of_the_weekday(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        van = work.session.exec(select(Vehicle)).one()
        ids = {slug: branch_by_slug(work, slug).id for slug in LIBRARIES}
        by: dict[str, Any] = {"entered_by": "test", "entered_at": work.now}
        mora = ids[MORA]
        work.session.add_all(
            [
                Pin(branch_id=mora, on_date=TOMORROW, position="last", **by),
                Pin(branch_id=mora, weekday=2, position="2", **by),
                Pin(branch_id=mora, vehicle_id=van.id, **by),
                Pin(branch_id=ids[FALUN], weekday=3, position="first", **by),
                Pin(branch_id=ids[BORLANGE], position="1", **by),
                Apart(first_id=min(mora, ids[FALUN]), second_id=max(mora, ids[FALUN]), **by),
            ]
        )
    found = stops(works, TOMORROW)
    assert {slug: found[slug].pin for slug in found} == {
        BORLANGE: DayPin("", "1"),
        FALUN: None,
        KVARNSVEDEN: None,
        MORA: DayPin("van1", "last"),
    }
    assert (found[MORA].not_with, found[FALUN].not_with) == ((FALUN,), (MORA,))
    with works.writing(OPERATOR) as work:
        note_absence(work, "van1", (TOMORROW, TOMORROW), "Service")
    assert stops(works, TOMORROW)[MORA].pin == DayPin("", "last")
    with works.reading(OPERATOR) as work:
        case = day_case(read_day(work, TOMORROW), iterations=7)
    pins = {stop["id"]: stop.get("pin") for stop in case["stops"]}
    assert pins[BORLANGE] == {"position": 1}
    assert pins[MORA] == {"position": "last"}
    assert case["search"] == {"seed": 1, "iterations": 7}


def test_known_routes_are_those_of_the_date_then_the_week_then_an_earlier_day(
    works: Works,
) -> None:
    made = plan_day(works)
    week = timedelta(weeks=1)
    with works.reading(OPERATOR) as work:
        own, later = read_day(work, TOMORROW), read_day(work, TOMORROW + 2 * week)
        other = read_day(work, TOMORROW + timedelta(days=1))
    assert own.previous_from == "published"
    order = [stop["id"] for stop in made.plan["routes"][0]["stops"]]
    arrivals = [stop["arrive"] for stop in made.plan["routes"][0]["stops"]]
    assert own.previous == ({"vehicle": "van1", "stops": order, "arrivals": arrivals},)
    assert (later.previous_from, later.previous) == ("earlier", own.previous)
    assert (other.previous_from, other.previous) == ("", ())
    with works.writing(OPERATOR) as work:
        keep_as_week_plan(work, made.id)
    with works.reading(OPERATOR) as work:
        kept = read_day(work, TOMORROW + 9 * week)
    assert (kept.previous_from, kept.previous) == ("week", own.previous)


def test_a_merged_branch_has_no_stop_and_its_crates_go_to_the_other(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        codes = make_crates(work, 2)
        send(work, codes[0], FALUN, KVARNSVEDEN)
        send(work, codes[1], FALUN, BORLANGE)
        merge_branches(work, KVARNSVEDEN, BORLANGE, TOMORROW)
    assert closed(works, TOMORROW) == {KVARNSVEDEN: "Sammanslaget med Borlänge bibliotek"}
    assert stops(works, TOMORROW)[BORLANGE].deliver == 2
    assert stops(works, date(2026, 11, 24))[BORLANGE].deliver == 1


def test_a_day_is_planned_to_where_the_branch_lies_then(works: Works) -> None:
    moves_on = TOMORROW + timedelta(days=1)
    with works.writing(OPERATOR) as work:
        relocate(work, MORA, moves_on, Place("Mora bibliotek", "Mora", 61.1, 14.6))
    with works.reading(OPERATOR) as work:
        places = [
            next((each.lat, each.lon) for each in read_day(work, day).places if each.slug == MORA)
            for day in (TOMORROW, moves_on)
        ]
    assert places == [(61.00704, 14.54316), (61.1, 14.6)]


def test_two_weeks_show_what_is_different(works: Works) -> None:
    christmas = date(2026, 12, 21)
    with works.writing(OPERATOR) as work:
        add_season(work, NewSeason("Jul", christmas, date(2026, 12, 31)))
        close_branch(work, FALUN, (christmas, christmas), "Inventering")
        add_extra_stop(work, NewExtraStop(date(2026, 12, 22), MORA, ALL_DAY, 60))
        set_special_day(work, date(2026, 12, 23), None, "Klämdag")
        send(work, make_crates(work, 1)[0], FALUN, MORA)
    with works.reading(OPERATOR) as work:
        days = {each.day.day: each for each in days_ahead(work, date(2026, 12, 20))}
    assert list(days) == [21, 22, 23, 24, 25, 28, 29, 30, 31, 1]
    assert {day for day, each in days.items() if each.weekday is not None} == {21, 22, 28, 29, 30}
    assert days[21].closed == (("Falu stadsbibliotek", "Inventering"),)
    assert (days[21].stops, days[22].stops, days[22].extra) == (3, 4, ("Mora bibliotek",))
    assert [days[day].deliver for day in (21, 22)] == [1, 0]  # it is brought at the first stop
    assert [fault.text for fault in days[21].warnings] == ["{season} begins"]
    said = {"why": "Klämdag"}
    assert days[23].warnings == (Fault("No crates travel: {why}", "", said),)
    assert days[23].vans == ("Bil 1",)


def test_a_day_alone_between_days_off_is_proposed(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        before = bridge_days(work)
        set_special_day(work, date(2027, 5, 7), None)
        after = bridge_days(work)
    # Epiphany 2027 falls on a Wednesday, Ascension Day on Thursday 6 May, Christmas Eve on a Friday
    assert date(2027, 5, 7) in before
    assert set(before) - set(after) == {date(2027, 5, 7)}
    assert all(day.weekday() in {0, 4} or day.month in {1, 12, 6} for day in before)


def test_what_a_break_and_a_spare_van_are_stands_in_the_case(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        add_vehicle(work, replace(VAN, code="van2", spare=True))
    with works.reading(OPERATOR) as work:
        case = day_case(read_day(work, TOMORROW))
    usual = [{"after_work_s": 18_000, "duration_s": 1_800}] * 2
    shown = [(van["id"], van["breaks"], van["spare"]) for van in case["vehicles"]]
    assert shown == [("van1", usual, False), ("van2", usual, True)]
    assert case["sources"][0][1] == "estimated"


def test_closed_on_a_day_when_nobody_drives_is_told_with_the_reason(works: Works) -> None:
    with works.reading(OPERATOR) as work:
        eve = read_calendar(work, date(2026, 12, 24))
    assert ClosedStop(MORA, "Mora bibliotek", "Julafton") in eve.closed
