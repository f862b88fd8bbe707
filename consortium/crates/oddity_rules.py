"""What looks wrong about a crate: shown to people, never refused. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from consortium.crates.rules import (
    COLLECTED,
    DELIVERED,
    ENDS,
    LOST,
    ON_THE_WAY,
    PACKED,
    Happening,
    Journey,
)

MISSING: Final = "lost"
STAYS: Final = {
    "waits": timedelta(days=7),
    "long_way": timedelta(days=4),
    "full": timedelta(days=7),
}
"""How long a crate waits packed, is on its way, and stands delivered but not emptied."""

ODDITIES: Final = (MISSING, *STAYS, "elsewhere", "uncollected", "unpacked", "packed_twice")
"""lost: it is missing. waits, long_way, full: for longer than STAYS. elsewhere: delivered at
another branch than it was packed for. uncollected: delivered, but never collected. unpacked: on a
journey that nobody packed it for. packed_twice: packed anew while it was on a journey."""


@dataclass(frozen=True, slots=True)
class Odd:
    """kind: one of ODDITIES. event: where it shows. trip: the journey that it is about."""

    kind: str
    event: Happening
    trip: Journey


def odd_things(trips: Sequence[Journey], now: datetime) -> list[Odd]:
    """What looks wrong about the journeys of one crate, the first one first."""
    found = [odd for trip in trips for odd in _of_trip(trip)]
    found += [
        Odd("packed_twice", following.events[0], trip)
        for trip, following in pairwise(trips)
        if trip.packed and trip.state not in {*ENDS, DELIVERED, LOST}
    ]
    return found + (list(_of_last(trips[-1], now)) if trips else [])


def _of_trip(trip: Journey) -> Iterator[Odd]:
    kinds = {event.kind for event in trip.events}
    if trip.packed is None and kinds - {LOST, *ENDS}:
        yield Odd("unpacked", trip.events[0], trip)
    for event in trip.events:
        if event.kind != DELIVERED:
            continue
        if COLLECTED not in kinds and trip.packed:
            yield Odd("uncollected", event, trip)
        if trip.destination_id not in {None, event.branch_id}:
            yield Odd("elsewhere", event, trip)


def _of_last(trip: Journey, now: datetime) -> Iterator[Odd]:
    last = trip.events[-1]
    if last.kind == LOST:
        yield Odd(MISSING, last, trip)
        return
    groups = {PACKED: "waits", DELIVERED: "full", **dict.fromkeys(ON_THE_WAY, "long_way")}
    kind = groups.get(last.kind)
    if kind and now - last.at > STAYS[kind]:
        yield Odd(kind, last, trip)
