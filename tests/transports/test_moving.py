from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from consortium.core.audit import AuditEntry
from consortium.core.errors import Conflict, Forbidden, Invalid, NotFound
from consortium.core.work import Actor, Work, Works
from consortium.transports.moving import pack, record_event, record_events
from consortium.transports.registering import drop_template_stop
from consortium.transports.tables import Crate, CrateEvent, CrateTrip
from tests.conftest import NOON, OPERATOR, Clock
from tests.transports.making import (
    BORLANGE,
    DEPOT,
    FALUN,
    MORA,
    make_crates,
    make_transports,
    send,
)

CODE = "LD000001"
PLACE = {"packed": FALUN, "collected": FALUN, "delivered": MORA, "received": MORA}
EVENTS = ("packed", "collected", "delivered", "received")


@pytest.fixture(autouse=True)
def world(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_transports(work)
        make_crates(work, 3)


def happen(work: Work, code: str, event: str) -> CrateTrip:
    """Let `event` happen to a crate on its way from Falun to Mora."""
    if event == "packed":
        return pack(work, code, FALUN, MORA)
    return record_event(work, code, event, PLACE[event])


def history(works: Works, code: str) -> tuple[list[str], list[tuple[str, datetime]]]:
    """The states of a crate's journeys, and its events with their moments."""
    with works.reading(OPERATOR) as work:
        trips = select(CrateTrip).join(Crate, col(Crate.id) == col(CrateTrip.crate_id))
        found = list(work.session.exec(trips.where(Crate.code == code).order_by(col(CrateTrip.id))))
        events = select(CrateEvent).where(col(CrateEvent.trip_id).in_([trip.id for trip in found]))
        rows = list(work.session.exec(events.order_by(col(CrateEvent.id))))
    return [trip.state for trip in found], [(row.kind, row.at) for row in rows]


def test_a_journey_from_end_to_end(works: Works, clock: Clock) -> None:
    for event in EVENTS:
        with works.writing(OPERATOR) as work:
            assert happen(work, CODE, event).state == event
        clock.forward(hours=1)
    states, events = history(works, CODE)
    assert states == ["received"]
    assert events == [(kind, NOON + timedelta(hours=hour)) for hour, kind in enumerate(EVENTS)]
    with works.writing(OPERATOR) as work:
        pack(work, CODE, MORA, BORLANGE)
    assert history(works, CODE)[0] == ["received", "packed"]


@given(
    repeats=st.tuples(
        *(st.lists(st.sampled_from(EVENTS[: done + 1]), max_size=3) for done in range(3)),
        st.lists(st.sampled_from(EVENTS[1:]), max_size=4),  # packed again is a new journey
    )
)
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_repeats_in_any_order_end_in_the_same_state(
    works: Works, clock: Clock, repeats: tuple[list[str], ...]
) -> None:
    with works.writing(OPERATOR) as work:
        (code,) = make_crates(work, 1)
    first = {}
    for event, again in zip(EVENTS, repeats, strict=True):
        clock.forward(minutes=1)
        first[event] = clock.now
        with works.writing(OPERATOR) as work:
            assert happen(work, code, event).state == event
        for repeated in again:
            clock.forward(minutes=1)
            with works.writing(OPERATOR) as work:
                assert happen(work, code, repeated).state == event
    assert history(works, code) == (["received"], list(first.items()))


@pytest.mark.parametrize(
    ("before", "event", "words"),
    [
        ((), "collected", "Crate LD000001 is on no journey"),
        (("packed",), "delivered", "Crate LD000001 has not been collected yet"),
        (("packed",), "received", "Crate LD000001 has not been collected yet"),
        (("packed", "collected"), "received", "Crate LD000001 has not been delivered yet"),
    ],
)
def test_what_comes_too_early_is_told_apart(
    works: Works, before: tuple[str, ...], event: str, words: str
) -> None:
    with works.writing(OPERATOR) as work:
        for earlier in before:
            happen(work, CODE, earlier)
    with pytest.raises(Conflict) as refused, works.writing(OPERATOR) as work:
        happen(work, CODE, event)
    assert [fault.fault for fault in refused.value.faults] == [words]
    assert [kind for kind, _ in history(works, CODE)[1]] == list(before)


@pytest.mark.parametrize(
    ("event", "slug", "words"),
    [
        (
            "collected",
            BORLANGE,
            "Crate LD000001 is collected at Falu stadsbibliotek, not at Borlänge bibliotek",
        ),
        (
            "delivered",
            FALUN,
            "Crate LD000001 is delivered to Mora bibliotek, not to Falu stadsbibliotek",
        ),
        (
            "received",
            BORLANGE,
            "Crate LD000001 is received at Mora bibliotek, not at Borlänge bibliotek",
        ),
    ],
)
def test_a_scan_at_another_branch_is_a_conflict(
    works: Works, event: str, slug: str, words: str
) -> None:
    with works.writing(OPERATOR) as work:
        pack(work, CODE, FALUN, MORA)
    with pytest.raises(Conflict) as refused, works.writing(OPERATOR) as work:
        record_event(work, CODE, event, slug)
    assert [fault.fault for fault in refused.value.faults] == [words]


def test_a_received_crate_has_to_be_packed_before_it_is_collected_elsewhere(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        for event in EVENTS:
            happen(work, CODE, event)
    with pytest.raises(Conflict, match="is on no journey"), works.writing(OPERATOR) as work:
        record_event(work, CODE, "collected", MORA)


def test_a_crate_on_its_way_is_not_packed_for_elsewhere(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        send(work, CODE, FALUN, MORA)
        assert pack(work, CODE, FALUN, MORA).state == "collected"
    with (
        pytest.raises(Conflict, match="is on its way to Mora bibliotek"),
        works.writing(OPERATOR) as work,
    ):
        pack(work, CODE, FALUN, BORLANGE)


def test_a_crate_goes_to_another_branch_that_gets_crates(works: Works) -> None:
    for origin, destination, place in (
        (FALUN, FALUN, "destination"),
        (FALUN, DEPOT, "destination"),
        (DEPOT, MORA, "origin"),
    ):
        with pytest.raises(Invalid) as refused, works.writing(OPERATOR) as work:
            pack(work, CODE, origin, destination)
        assert [fault.at for fault in refused.value.faults] == [place]
    with works.writing(OPERATOR) as work:
        for weekday in range(5):
            drop_template_stop(work, weekday, MORA)
    with pytest.raises(Conflict, match="would never get"), works.writing(OPERATOR) as work:
        pack(work, CODE, FALUN, MORA)


def test_the_right_is_that_of_the_branch_where_it_happens(works: Works) -> None:
    falun = Actor("falun", {"crates.handle": frozenset({"2080"})})
    with works.writing(falun) as work:
        pack(work, CODE, FALUN, MORA)
        record_event(work, CODE, "collected", FALUN)
    with pytest.raises(Forbidden), works.writing(falun) as work:
        record_event(work, CODE, "delivered", MORA)
    with pytest.raises(Forbidden), works.writing(falun) as work:
        pack(work, "LD000002", MORA, FALUN)


def test_what_is_not_there_is_not_found(works: Works) -> None:
    with pytest.raises(NotFound, match="There is no crate LD999999"), works.writing(OPERATOR) as w:
        pack(w, "LD999999", FALUN, MORA)
    with pytest.raises(NotFound, match="There is no crate LD999999"), works.writing(OPERATOR) as w:
        record_event(w, "LD999999", "collected", FALUN)
    with pytest.raises(NotFound, match="There is no branch nowhere"), works.writing(OPERATOR) as w:
        record_event(w, CODE, "collected", "nowhere")


def test_many_scans_are_recorded_in_their_order(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        pack(work, CODE, FALUN, MORA)
        pack(work, "LD000002", FALUN, MORA)
        scans = [
            (CODE, "collected", FALUN),
            (" ld000002 ", "collected", FALUN),
            (CODE, "delivered", MORA),
            (CODE, "collected", FALUN),
        ]
        trips = record_events(work, scans)
    assert [trip.state for trip in trips] == ["delivered", "collected", "delivered", "delivered"]
    assert [kind for kind, _ in history(works, CODE)[1]] == ["packed", "collected", "delivered"]


def test_many_scans_are_refused_with_every_fault(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        pack(work, CODE, FALUN, MORA)
        pack(work, "LD000002", FALUN, MORA)
    scans = [
        (CODE, "collected", FALUN),
        ("LD000002", "received", MORA),
        ("LD999999", "collected", FALUN),
        ("LD000003", "lost", FALUN),
    ]
    with pytest.raises(Invalid) as refused, works.writing(OPERATOR) as work:
        record_events(work, scans)
    assert [(fault.at, fault.fault) for fault in refused.value.faults] == [
        ("scans[1]", "Crate LD000002 has not been collected yet"),
        ("scans[2]", "There is no crate LD999999"),
        ("scans[3]", "lost is nothing that is scanned"),
    ]
    with pytest.raises(NotFound), works.writing(OPERATOR) as work:
        record_events(work, scans[:3])
    with pytest.raises(Conflict), works.writing(OPERATOR) as work:
        record_events(work, scans[:2])
    assert [kind for kind, _ in history(works, CODE)[1]] == ["packed"]


def test_no_scans_change_nothing(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        assert record_events(work, []) == []


def test_a_scan_that_comes_in_later_keeps_its_moment_and_its_swedish_day(works: Works) -> None:
    late = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)  # half past midnight in Sweden
    with works.writing(OPERATOR) as work:
        pack(work, CODE, FALUN, MORA, at=late)
        record_event(work, CODE, "collected", FALUN, at=late)
    with works.reading(OPERATOR) as work:
        event = work.session.exec(select(CrateEvent).where(CrateEvent.kind == "collected")).one()
        trip = work.session.exec(select(CrateTrip)).one()
    assert (event.at, event.on_date.isoformat()) == (late, "2026-11-24")
    assert trip.packed_on.isoformat() == "2026-11-24"


def test_moments_run_forward(works: Works) -> None:
    second = timedelta(seconds=1)
    with pytest.raises(Invalid) as refused, works.writing(OPERATOR) as work:
        pack(work, CODE, FALUN, MORA, at=NOON + second)
    assert [fault.at for fault in refused.value.faults] == ["at"]
    with works.writing(OPERATOR) as work:
        pack(work, CODE, FALUN, MORA)
    with pytest.raises(Invalid), works.writing(OPERATOR) as work:
        record_event(work, CODE, "collected", FALUN, at=NOON + second)
    with pytest.raises(Conflict, match="after that moment"), works.writing(OPERATOR) as work:
        record_event(work, CODE, "collected", FALUN, at=NOON - second)


def test_two_scans_at_once_are_one_event(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        pack(work, CODE, FALUN, MORA)
    together = Barrier(2)

    def scan(_: int) -> str:
        together.wait()
        with works.writing(OPERATOR) as work:
            return record_event(work, CODE, "collected", FALUN).state

    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(scan, range(2))) == ["collected", "collected"]
    assert [kind for kind, _ in history(works, CODE)[1]] == ["packed", "collected"]


def test_what_happened_is_audited_once(works: Works) -> None:
    with works.writing(Actor("falun", {"crates.handle": None})) as work:
        for event in ("packed", "packed", "collected", "collected"):
            happen(work, CODE, event)
    with works.reading(OPERATOR) as work:
        entries = select(AuditEntry).where(AuditEntry.subject == CODE)
        found = list(work.session.exec(entries.order_by(col(AuditEntry.id))))
    assert [(entry.event, entry.actor, entry.facts) for entry in found] == [
        ("transports.crate_packed", "falun", {"branch": FALUN, "trip": 1}),
        ("transports.crate_collected", "falun", {"branch": FALUN, "trip": 1}),
    ]
