from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from sqlmodel import col, select

from consortium.core.audit import AuditEntry
from consortium.core.errors import Conflict, Forbidden, Invalid, NotFound
from consortium.core.work import Actor, Work, Works
from consortium.crates.ledger import NewEvent, note_events
from consortium.crates.moving import pack, record_event, record_events
from consortium.crates.rewinding import put_back_event, withdraw_event
from consortium.crates.tables import CrateEvent, CrateState
from consortium.transports.registering import drop_template_stop
from consortium.transports.sending import send_crate
from tests.conftest import NOON, OPERATOR, Clock
from tests.transports.making import (
    BORLANGE,
    DEPOT,
    FALUN,
    MORA,
    make_crates,
    make_transports,
)

CODE = "LD000001"
PLACE = {"packed": FALUN, "collected": FALUN, "delivered": MORA, "emptied": MORA}


@pytest.fixture(autouse=True)
def world(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_transports(work)
        make_crates(work, 3)


def happen(work: Work, code: str, event: str) -> CrateState:
    """Let `event` happen to a crate on its way from Falun to Mora."""
    if event == "packed":
        return pack(work, code, FALUN, MORA)
    return record_event(work, code, event, PLACE[event])


def history(works: Works) -> list[tuple[str, datetime]]:
    """The events that count, with their moments, in the order that they were noted."""
    with works.reading(OPERATOR) as work:
        rows = select(CrateEvent).where(col(CrateEvent.withdrawn).is_(False))
        found = work.session.exec(rows.order_by(col(CrateEvent.id))).all()
    return [(row.kind, row.at) for row in found]


def kinds(works: Works) -> Sequence[str]:
    return [kind for kind, _ in history(works)]


def test_a_journey_from_end_to_end(works: Works, clock: Clock) -> None:
    for event in PLACE:
        with works.writing(OPERATOR) as work:
            assert happen(work, CODE, event).state == event
        clock.forward(hours=1)
    assert history(works) == [
        (kind, NOON + timedelta(hours=hour)) for hour, kind in enumerate(PLACE)
    ]
    with works.writing(OPERATOR) as work:
        now = pack(work, CODE, MORA, BORLANGE)
        assert now.state == "packed"
        assert now.origin_id != now.destination_id


def test_the_same_scan_again_changes_nothing(works: Works, clock: Clock) -> None:
    for event in PLACE:
        for _ in range(2):  # a form sent twice, for one
            clock.forward(minutes=1)
            with works.writing(OPERATOR) as work:
                assert happen(work, CODE, event).state == event
    assert kinds(works) == list(PLACE)


def test_no_scan_comes_too_early_or_at_the_wrong_place(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        now = record_event(work, CODE, "delivered", BORLANGE)
        assert (now.state, now.origin_id, now.destination_id) == ("delivered", None, None)
        now = pack(work, CODE, FALUN, MORA, at=NOON - timedelta(hours=1))
        assert (now.state, now.packed_at) == ("delivered", NOON - timedelta(hours=1))
        assert None not in (now.origin_id, now.destination_id)


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
        send_crate(work, CODE, FALUN, MORA)
    assert kinds(works) == []


def test_the_right_is_that_of_the_branch_where_it_happens(works: Works) -> None:
    falun = Actor("falun", {"crates.handle": frozenset({"2080"})})
    with works.writing(falun) as work:
        pack(work, CODE, FALUN, MORA)
        record_event(work, CODE, "collected", FALUN)
    with pytest.raises(Forbidden), works.writing(falun) as work:
        record_event(work, CODE, "delivered", MORA)
    with pytest.raises(Forbidden), works.writing(falun) as work:
        pack(work, "LD000002", MORA, FALUN)


def test_many_scans_are_recorded_in_their_order(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        pack(work, CODE, FALUN, MORA)
        scans = [
            (CODE, "collected", FALUN),
            (" ld000002 ", "collected", FALUN),
            (CODE, "delivered", MORA),
            (CODE, "delivered", MORA),
        ]
        now = record_events(work, scans)
    assert [row.state for row in now] == ["delivered", "collected", "delivered", "delivered"]
    assert sorted(kinds(works)) == ["collected", "collected", "delivered", "packed"]


def test_many_scans_are_refused_with_every_fault(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        record_event(work, CODE, "collected", FALUN)
    scans = [
        (CODE, "collected", FALUN),  # what it is already, so nothing is noted
        ("LD000002", "received", MORA),
        ("LD999999", "collected", "nowhere"),
    ]
    with pytest.raises(Invalid) as refused, works.writing(OPERATOR) as work:
        record_events(work, scans)
    assert [(fault.at, fault.fault) for fault in refused.value.faults] == [
        ("scans[1].kind", "received is nothing that happens to a crate"),
        ("scans[2].crate", "There is no crate LD999999"),
        ("scans[2].branch", "There is no branch nowhere"),
    ]
    assert kinds(works) == ["collected"]
    with pytest.raises(NotFound), works.writing(OPERATOR) as work:
        pack(work, CODE, FALUN, "nowhere")


def test_a_scan_that_comes_in_later_keeps_its_moment_and_its_swedish_day(works: Works) -> None:
    late = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)  # half past midnight in Sweden
    with works.writing(OPERATOR) as work:
        record_event(work, CODE, "collected", FALUN, at=late)
        with pytest.raises(Invalid, match="has not come yet"):
            record_event(work, CODE, "delivered", MORA, at=NOON + timedelta(minutes=5, seconds=1))
        record_event(work, CODE, "delivered", MORA, at=NOON + timedelta(minutes=5))
    with works.reading(OPERATOR) as work:
        event = work.session.exec(select(CrateEvent).where(CrateEvent.kind == "collected")).one()
    assert (event.at, event.on_date.isoformat()) == (late, "2026-11-24")


def test_two_who_scan_at_once_leave_what_both_noted(works: Works) -> None:
    together = Barrier(2)

    def scan(kind: str) -> None:
        together.wait()
        with works.writing(OPERATOR) as work:
            record_event(work, CODE, kind, PLACE[kind])

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(scan, ("packed", "delivered")))
    assert sorted(kinds(works)) == ["delivered", "packed"]
    with works.reading(OPERATOR) as work:
        assert work.session.exec(select(CrateState)).one().state == "delivered"


def test_what_is_withdrawn_counts_for_nothing_until_it_is_put_back(works: Works) -> None:
    packed = NewEvent("one", CODE, "packed", FALUN, NOON, MORA)
    with works.writing(OPERATOR) as work:
        note_events(work, [packed])
        record_event(work, CODE, "collected", FALUN)
        withdraw_event(work, "one")
        (state,) = work.session.exec(select(CrateState).execution_options(populate_existing=True))
        assert (state.state, state.origin_id) == ("collected", None)
        with pytest.raises(Conflict):
            withdraw_event(work, "one")
        note_events(work, [packed])  # a repeat does not put it back
        assert kinds_in(work) == ["collected"]
        put_back_event(work, "one")
        (state,) = work.session.exec(select(CrateState).execution_options(populate_existing=True))
        assert (state.state, state.packed_at) == ("collected", NOON)
        with pytest.raises(NotFound):
            put_back_event(work, "another")
    with (
        pytest.raises(Forbidden),
        works.writing(Actor("x", {"crates.handle": frozenset()})) as work,
    ):
        withdraw_event(work, "one")


def kinds_in(work: Work) -> list[str]:
    rows = select(CrateEvent.kind).where(col(CrateEvent.withdrawn).is_(False))
    return list(work.session.exec(rows))


def test_what_happened_is_audited_once(works: Works) -> None:
    with works.writing(Actor("falun", {"crates.handle": None})) as work:
        for event in ("packed", "packed", "collected", "collected"):
            happen(work, CODE, event)
    with works.reading(OPERATOR) as work:
        entries = select(AuditEntry).where(AuditEntry.subject == CODE)
        found = list(work.session.exec(entries.order_by(col(AuditEntry.id))))
        scans = list(work.session.exec(select(CrateEvent.event).order_by(col(CrateEvent.id))))
    assert [(entry.event, entry.actor, entry.facts) for entry in found] == [
        ("crates.packed", "falun", {"branch": FALUN, "scan": scans[0]}),
        ("crates.collected", "falun", {"branch": FALUN, "scan": scans[1]}),
    ]
