"""The day as driven, on both databases: notes of phones, letters about delays, missing crates."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, select

from consortium.branches.queries import branch_by_slug
from consortium.core.errors import Forbidden, NotFound
from consortium.core.work import Actor, Works
from consortium.messages.tables import Letter
from consortium.people.admitting import Terms, open_account
from consortium.transports.branch_sheets import branch_sheet
from consortium.transports.delays import tell_delays
from consortium.transports.delivery_points import describe_delivery_point
from consortium.transports.driving import (
    NewRouteEvent,
    note_route_events,
    restore_route_events,
    withdraw_note,
)
from consortium.transports.missing import report_missing
from consortium.transports.route_sheets import RouteSheet, route_sheet
from consortium.transports.tables import DelayNotice, RouteEvent
from tests.conftest import OPERATOR, Clock
from tests.transports.making import (
    BORLANGE,
    DEPOT,
    FALUN,
    KVARNSVEDEN,
    LIBRARIES,
    TODAY,
    make_crates,
    make_transports,
    plan_day,
    send,
)

DRIVER = Actor("driver", {"transports.drive": None, "transports.see": None, "crates.handle": None})


@pytest.fixture
def driven(works: Works, clock: Clock) -> Works:
    """A plan of today in force; it is seven in the morning in Sweden."""
    clock.now = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
    with works.writing(OPERATOR) as work:
        make_transports(work)
    plan_day(works, TODAY)
    return works


def sheet_of(works: Works) -> RouteSheet:
    with works.reading(OPERATOR) as work:
        return route_sheet(work, TODAY, "van1")


def noted(
    sheet: RouteSheet, kind: str, place: int, late: int = 0, reason: str = ""
) -> NewRouteEvent:
    """What is noted at a stop by its place, some minutes later than the plan has its arrival."""
    stop = sheet.stops[place].planned
    at = stop.arrive if kind == "arrive" else stop.leave
    name = f"{kind}-{place}-{late}"
    moment = at + timedelta(minutes=late)
    return NewRouteEvent(name, "van1", TODAY, kind, stop.slug, moment, reason)


def note(works: Works, clock: Clock, *events: NewRouteEvent) -> list[str]:
    """Let a phone send notes when the last of them has happened, and tell who is affected."""
    clock.now = max([clock.now, *(event.at for event in events)])
    with works.writing(DRIVER) as work:
        outcomes = [str(answer.outcome) for answer in note_route_events(work, events)]
    with works.writing(OPERATOR) as work:
        tell_delays(work, TODAY, "van1")
    return outcomes


def letters(works: Works) -> list[tuple[str, str]]:
    with works.reading(OPERATOR) as work:
        rows = work.session.exec(select(Letter).order_by(col(Letter.id)))
        return [(row.to_address, row.subject) for row in rows]


def test_notes_in_any_order_and_again_give_one_state(driven: Works, clock: Clock) -> None:
    sheet = sheet_of(driven)
    events = [noted(sheet, "arrive", 0), noted(sheet, "leave", 0), noted(sheet, "arrive", 1)]
    assert note(driven, clock, *reversed(events)) == ["added"] * 3
    assert note(driven, clock, *events, events[0]) == ["repeated"] * 4
    state = sheet_of(driven).state
    assert [stop.state for stop in state.stops] == ["done", "here", "ahead", "ahead"]
    assert state.next_stop == sheet.stops[1].planned.slug
    with driven.reading(OPERATOR) as work:
        assert len(work.session.exec(select(RouteEvent)).all()) == 3


def test_what_is_wrong_is_refused_and_the_rest_taken_in(driven: Works, clock: Clock) -> None:
    sheet = sheet_of(driven)
    good = noted(sheet, "arrive", 0)
    other = NewRouteEvent(good.event, "van1", TODAY, "leave", good.branch, good.at)
    nowhere = NewRouteEvent("x", "van9", TODAY, "arrive", "atlantis", good.at - timedelta(days=2))
    clock.now = good.at
    with driven.writing(DRIVER) as work:
        answers = note_route_events(work, [good, other, nowhere])
    assert [answer.outcome for answer in answers] == ["added", "refused", "refused"]
    assert [fault.at for fault in answers[2].faults] == ["branch", "vehicle", "at"]
    with pytest.raises(Forbidden), driven.writing(Actor("guest")) as work:
        note_route_events(work, [good])


def test_those_whom_a_delay_affects_are_told_of_it_once(driven: Works, clock: Clock) -> None:
    """Ten minutes are borne; who is told is told of one that is by more than ten another."""
    sheet = sheet_of(driven)
    emails = {stop.planned.slug: _email(driven, stop.planned.slug) for stop in sheet.stops}
    rest = [emails[stop.planned.slug] for stop in sheet.stops[1:] if emails[stop.planned.slug]]
    note(driven, clock, noted(sheet, "leave", 0, late=10))
    assert letters(driven) == []
    note(driven, clock, noted(sheet, "leave", 0, late=25))
    told = letters(driven)
    assert sorted(address for address, _ in told) == sorted(rest)
    assert all("kommer sent" in subject for _, subject in told)
    note(driven, clock, noted(sheet, "leave", 0, late=30))
    assert letters(driven) == told
    with driven.reading(OPERATOR) as work:
        minutes = {row.minutes for row in work.session.exec(select(DelayNotice))}
    assert minutes == {25}


def test_who_was_told_of_a_delay_is_told_that_the_van_is_in_time_again(
    driven: Works, clock: Clock
) -> None:
    sheet = sheet_of(driven)
    note(driven, clock, noted(sheet, "leave", 0, late=25))
    first = len(letters(driven))
    with driven.writing(DRIVER) as work:
        assert withdraw_note(work, "leave-0-25")
        assert not withdraw_note(work, "leave-0-25")
        assert not withdraw_note(work, "never-sent")
    note(driven, clock, noted(sheet, "leave", 0, late=2))
    after = letters(driven)[first:]
    assert len(after) == first
    assert all("i tid" in subject for _, subject in after)


def test_a_missed_stop_is_told_at_once_and_that_it_was_a_mistake(
    driven: Works, clock: Clock
) -> None:
    sheet = sheet_of(driven)
    place = next(n for n, stop in enumerate(sheet.stops) if stop.planned.slug == FALUN)
    missed = noted(sheet, "missed", place, reason="Låst och ingen där")
    note(driven, clock, missed)
    note(driven, clock, missed)
    mine = [subject for address, subject in letters(driven) if address == "falun@lib.example"]
    assert mine == ["Lådor i dag: ingen bil till Falu stadsbibliotek"]
    with driven.writing(DRIVER) as work:
        withdraw_note(work, missed.event)
    note(driven, clock)
    mine = [subject for address, subject in letters(driven) if address == "falun@lib.example"]
    assert mine[1:] == ["Lådor i dag: bilen kommer till Falu stadsbibliotek ändå"]
    with driven.writing(DRIVER) as work:
        restore_route_events(work, [missed.event])
    note(driven, clock)
    assert len([1 for address, _ in letters(driven) if address == "falun@lib.example"]) == 3


def test_notes_that_arrive_when_the_day_is_over_write_no_letters(
    driven: Works, clock: Clock
) -> None:
    sheet = sheet_of(driven)
    events = [noted(sheet, "leave", 0, late=40), noted(sheet, "missed", 1, reason="Halt")]
    clock.forward(days=1)
    assert note(driven, clock, *events) == ["added", "added"]
    assert letters(driven) == []


def test_the_sheet_knows_what_is_left_and_fetched_where(driven: Works, clock: Clock) -> None:
    with driven.writing(OPERATOR) as work:
        coming, going = make_crates(work, 2)
        send(work, coming, BORLANGE, FALUN)
        send(work, going, FALUN, KVARNSVEDEN)
        describe_delivery_point(work, FALUN, has_key=True, instructions=" Lastkajen ")
    stops = {stop.planned.slug: stop for stop in sheet_of(driven).stops}
    assert set(stops) == set(LIBRARIES)
    falun = stops[FALUN]
    assert (falun.has_key, falun.instructions) == (True, "Lastkajen")
    assert [crate.code for crate in falun.leave] == [coming]
    assert [(crate.code, crate.done) for crate in falun.fetch] == [(going, True)]
    assert [crate.other for crate in stops[KVARNSVEDEN].leave] == ["Falu stadsbibliotek"]
    with pytest.raises(NotFound), driven.reading(OPERATOR) as work:
        route_sheet(work, TODAY, "van9")
    with driven.reading(OPERATOR) as work:
        here = branch_sheet(work, FALUN)
    assert [crate.code for crate in here.coming] == [coming]
    assert here.days[0].deliveries[0].planned == falun.planned.arrive
    assert sheet_of(driven).depot == DEPOT


def test_a_missing_crate_is_told_to_the_coordinators_once(driven: Works) -> None:
    with driven.writing(OPERATOR) as work:
        (code,) = make_crates(work, 1)
        terms = Terms(email="plan@lib.example")
        open_account(
            work, "plan", "Samordning", "ett-långt-lösenord", [("coordinator", None)], terms
        )
    for _again in range(2):
        with driven.writing(OPERATOR) as work:
            written_to = report_missing(work, "r1", code.lower(), FALUN, "Väntad i går")
        assert written_to in {0, 1}
    assert letters(driven) == [("plan@lib.example", f"Låda {code} saknas hos Falu stadsbibliotek")]
    with driven.reading(OPERATOR) as work:
        assert [crate.code for crate in branch_sheet(work, FALUN).missing] == [code]


def _email(works: Works, slug: str) -> str:
    with works.reading(OPERATOR) as work:
        return branch_by_slug(work, slug).email
