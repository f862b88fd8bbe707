"""The ledger: the same events in any order and repeated leave the same records."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from random import Random

import pytest
from sqlmodel import col, select

from consortium.branches.queries import branches
from consortium.core.audit import AuditEntry
from consortium.core.errors import Forbidden, Invalid
from consortium.core.work import Actor, Works
from consortium.crates import ledger
from consortium.crates.ledger import MOST_NAMED, NewEvent, Noted, note_each, note_events
from consortium.crates.queries import Waiting, daily_counts, waiting_crates
from consortium.crates.rules import KINDS, Happening, journeys, standing
from consortium.crates.tables import Crate, CrateEvent, CrateState
from tests.conftest import NOON, OPERATOR
from tests.slices import slice_of
from tests.transports.making import BORLANGE, DEPOT, FALUN, MORA, make_crates, make_transports

PLACES = (FALUN, MORA, BORLANGE, DEPOT)
CODES = ("LD000001", "LD000002", "LD000003")


@pytest.fixture
def world(works: Works) -> Works:
    with works.writing(OPERATOR) as work:
        make_transports(work)
        make_crates(work, len(CODES))
    return works


def drawn(random: Random, size: int) -> list[NewEvent]:
    """Events as confused as they can be: few moments, so that many happen at the same one."""
    events = []
    for place in range(size):
        kind, (branch, destination) = random.choice(KINDS), random.sample(PLACES, 2)
        at = NOON - timedelta(minutes=random.randrange(8))
        goes = destination if kind == "packed" and random.random() < 0.8 else ""
        events.append(NewEvent(f"e{place}", random.choice(CODES), kind, branch, at, goes))
    return events


def shuffled(random: Random, events: Sequence[NewEvent]) -> list[NewEvent]:
    again = [*events, *random.choices(events, k=len(events) // 2)]
    random.shuffle(again)
    return again


def by_hand(events: Sequence[NewEvent], code: str) -> tuple[object, ...] | None:
    """A second reading of what a crate is: the list is walked backwards, to the last packing."""
    own = [event for event in events if event.crate == code]
    if not own:
        return None
    late_first = sorted(own, key=lambda e: (e.at, KINDS.index(e.kind), e.event), reverse=True)
    last, packed = late_first[0], None
    for event in late_first:
        if event.kind in {"emptied", "found"}:
            break
        if event.kind == "packed":
            packed = event
            break
    ends = (packed.branch, packed.destination or None, packed.at) if packed else (None, None, None)
    return (last.event, last.kind, last.branch, *ends, last.at)


def states(works: Works) -> dict[str, tuple[object, ...]]:
    """As `by_hand` has them, by code."""
    with works.reading(OPERATOR) as work:
        codes = dict(work.session.exec(select(Crate.id, Crate.code)).all())
        slugs: dict[int | None, str | None] = {b.id: b.slug for b, _ in branches(work)}
        slugs[None] = None
        names = dict(work.session.exec(select(CrateEvent.id, CrateEvent.event)).all())
        rows = work.session.exec(select(CrateState)).all()
    return {
        codes[row.crate_id]: (
            names[row.event_id],
            row.state,
            *(slugs[each] for each in (row.branch_id, row.origin_id, row.destination_id)),
            row.packed_at,
            row.since,
        )
        for row in rows
    }


def happened(events: Sequence[NewEvent]) -> list[Happening]:
    """The events with the places' numbers for their ids."""
    return [
        Happening(
            int(event.event.removeprefix("e")),
            event.event,
            event.kind,
            PLACES.index(event.branch),
            PLACES.index(event.destination) if event.destination else None,
            event.at,
        )
        for event in events
    ]


def test_the_order_and_repeats_of_events_do_not_matter() -> None:
    for seed in range(1_000):
        random = Random(seed)
        events = happened(drawn(random, random.randint(1, 30)))
        again = [*events, *random.choices(events, k=len(events))]
        random.shuffle(again)
        assert standing(again) == standing(events)
        assert journeys(again) == journeys(events)


def test_every_event_is_on_one_journey_and_the_last_one_says_what_the_crate_is() -> None:
    for seed in range(200):
        events = happened(drawn(Random(seed), 20))
        trips = journeys(events)
        assert sorted(event.id for trip in trips for event in trip.events) == list(range(20))
        now = standing(events)
        assert now is not None
        assert now.last == trips[-1].events[-1]
        on_one = trips[-1].state not in {"emptied", "found"}
        assert now.packed == (trips[-1].packed if on_one else None)
    assert standing([]) is None


@pytest.mark.parametrize("seed", range(slice_of(3, 50)))
def test_records_are_the_same_whatever_the_order_and_the_parts(world: Works, seed: int) -> None:
    random = Random(seed)
    events = drawn(random, 40)
    sent = shuffled(random, events)
    cut = random.randrange(len(sent))
    added = 0
    for part in (sent[:cut], sent[cut:], sent):
        with world.writing(OPERATOR) as work:
            noted = note_events(work, part)
        assert noted.added + noted.repeated == len(part)
        added += noted.added
    assert added == len(events)
    assert noted == Noted(0, len(sent))
    expected = {code: by_hand(events, code) for code in CODES}
    assert states(world) == {code: now for code, now in expected.items() if now}
    with world.reading(OPERATOR) as work:
        rows = work.session.exec(select(CrateEvent.event)).all()
    assert sorted(rows) == sorted(event.event for event in events)


def test_blocks_are_one_file(world: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "AT_ONCE", 7)
    random = Random(0)
    events = drawn(random, 40)
    sent = shuffled(random, events)
    with world.writing(OPERATOR) as work:
        assert note_events(work, iter(sent)) == Noted(40, 20)
    assert states(world) == {code: by_hand(events, code) for code in CODES}
    wrong = [*sent[:30], replace(sent[3], kind="lost" if sent[3].kind != "lost" else "found")]
    with pytest.raises(Invalid) as refused, world.writing(OPERATOR) as work:
        note_events(work, wrong)
    assert [fault.at for fault in refused.value.faults] == ["events[30].event"]


def at(minute: int) -> datetime:
    return NOON + timedelta(minutes=minute)


ONE = NewEvent("one", CODES[0], "packed", FALUN, NOON, MORA)


def test_nothing_is_taken_in_where_anything_is_wrong(world: Works) -> None:
    events = [
        ONE,
        replace(ONE, event=""),
        replace(ONE, event="x" * 65, vehicle="y" * 65),
        replace(ONE, event="a\0b", at=at(6)),
        replace(ONE, event="2", crate="LD999999", kind="received", branch="nowhere"),
        replace(ONE, event="3", destination=FALUN),
        replace(ONE, event="4", destination="nowhere"),
        replace(ONE, event="5", at=datetime(1999, 12, 31, tzinfo=NOON.tzinfo)),
        replace(ONE, destination=BORLANGE),
        replace(ONE, event="6", kind="delivered", branch=MORA),  # where it goes is of no matter
    ]
    with pytest.raises(Invalid) as refused, world.writing(OPERATOR) as work:
        note_events(work, events)
    assert [fault.at for fault in refused.value.faults] == [
        "events[1].event",
        "events[2].event",
        "events[2].vehicle",
        "events[3].event",
        "events[3].at",
        "events[4].crate",
        "events[4].kind",
        "events[4].branch",
        "events[5].destination",
        "events[6].destination",
        "events[7].at",
        "events[8].event",
    ]
    assert states(world) == {}
    with world.writing(OPERATOR) as work:
        answers = note_each(work, events)
    assert [answer.result for answer in answers] == ["added", *["fault"] * 8, "added"]
    assert {code: now[1] for code, now in states(world).items()} == {CODES[0]: "delivered"}


def test_a_known_name_with_another_content_is_a_fault_that_names_it(world: Works) -> None:
    with world.writing(OPERATOR) as work:
        note_events(work, [ONE])
    with pytest.raises(Invalid, match="one was noted before"), world.writing(OPERATOR) as work:
        note_events(work, [replace(ONE, event="two"), replace(ONE, vehicle="van1")])
    with world.writing(OPERATOR) as work:
        assert note_events(work, [ONE]) == Noted(0, 1)
        assert note_events(work, []) == Noted(0, 0)


def test_a_clock_may_be_five_minutes_ahead(world: Works) -> None:
    with world.writing(OPERATOR) as work:
        note_events(work, [replace(ONE, at=at(5))])
    with pytest.raises(Invalid), world.writing(OPERATOR) as work:
        note_events(work, [replace(ONE, event="two", at=at(5) + timedelta(microseconds=1))])


def test_the_right_is_that_of_every_branch_where_something_happened(world: Works) -> None:
    falun = Actor("falun", {"crates.handle": frozenset({"2080"})})
    with world.writing(falun) as work:
        note_events(work, [ONE])
    for note in (note_events, note_each):
        with pytest.raises(Forbidden), world.writing(falun) as work:
            note(work, [replace(ONE, event="two"), replace(ONE, event="3", branch=BORLANGE)])
    with world.reading(OPERATOR) as work:
        assert len(work.session.exec(select(CrateEvent.id)).all()) == 1


def test_many_events_have_one_entry_in_the_trail(world: Works) -> None:
    many = [replace(ONE, event=f"e{place}") for place in range(MOST_NAMED + 1)]
    with world.writing(OPERATOR) as work:
        note_events(work, [replace(ONE, event="first")])
        note_events(work, many)
        note_events(work, [replace(ONE, event="last")])
    with world.reading(OPERATOR) as work:
        rows = select(AuditEntry.event, AuditEntry.facts).where(
            col(AuditEntry.event).in_(("crates.events_noted", "crates.packed"))
        )
        found = list(work.session.exec(rows.order_by(col(AuditEntry.id))))
    assert [event[7:] for event, _ in found] == ["packed", "events_noted", "packed"]
    (_, of_first), (_, facts), (_, of_last) = found
    assert (of_first["scan"], of_last["scan"]) == ("first", "last")
    assert facts["count"] == facts["last"] - facts["first"] + 1 == MOST_NAMED + 1


def test_what_waits_and_what_went_through(world: Works) -> None:
    numbers = count()

    def happens(code: str, *steps: tuple[str, str, int]) -> list[NewEvent]:
        return [
            NewEvent(f"n{next(numbers)}", code, kind, slug, at(minute), MORA)
            for kind, slug, minute in steps
        ]

    events = [
        *happens(CODES[0], ("packed", FALUN, -9), ("collected", FALUN, -8), ("loaded", DEPOT, -7)),
        *happens(CODES[1], ("packed", FALUN, -9), ("collected", FALUN, -8), ("lost", DEPOT, -7)),
        *happens(CODES[2], ("packed", BORLANGE, -9)),
        # two persons noted the same
        *happens(CODES[0], ("collected", FALUN, -6)),
        *happens(CODES[0], ("loaded", DEPOT, -5)),
    ]
    with world.writing(OPERATOR) as work:
        note_events(work, events)
        slugs = {branch.id: branch.slug for branch, _ in branches(work)}
        waiting = {slugs[each]: found for each, found in waiting_crates(work).items()}
        counts = {
            (slugs[each], day): found
            for (each, day), found in daily_counts(work, work.today, work.today).items()
        }
        yesterday = work.today - timedelta(days=1)
        assert daily_counts(work, yesterday, yesterday) == {}
    assert waiting == {MORA: Waiting(1, 0), BORLANGE: Waiting(0, 1)}
    assert counts == {(FALUN, NOON.date()): (2, 0)}
