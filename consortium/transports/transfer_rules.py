"""When a crate arrives: on its van, over a depot, or with a later day's van. Pure.

A crate is fetched by the first van that comes to where it was packed. It rides that van's route:
what lies further on along it gets it the same day. Else it is set down at every depot that the van
comes to, and leaves there with a van that goes at least the transfer time later, that day or on a
later one. Depots pass crates on to each other only by a van that visits both.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

SECONDS_A_MINUTE: Final = 60


@dataclass(frozen=True, slots=True)
class Call:
    """A van at a place. arrive_s, leave_s: seconds after midnight; the same of the start."""

    place: str
    arrive_s: int
    leave_s: int


@dataclass(frozen=True, slots=True)
class Loop:
    """A van's route on a day: its start, its stops, its end."""

    vehicle: str
    calls: tuple[Call, ...]


@dataclass(frozen=True, slots=True)
class TrafficDay:
    day: date
    loops: tuple[Loop, ...]


@dataclass(frozen=True, slots=True)
class Arrival:
    """When a crate reaches a place. days: traffic days after the one it was packed on, 0 the same.

    changes: how often it changed vans.
    """

    day: date
    at_s: int
    days: int
    changes: int


Moment = tuple[int, int]
"""Number of the traffic day, and seconds after its midnight."""

Reached = dict[str, tuple[Moment, int]]
"""Place → when it is reached, and by how many changes of vans."""

NEVER: Final = ((10**6, 0), 0)


def arrivals_from(
    days: Sequence[TrafficDay], origin: str, depots: Collection[str], transfer_minutes: int
) -> dict[str, Arrival]:
    """Place → when a crate reaches it that is packed at `origin` before the first van of `days[0]`.

    days: in their order, the day of packing first. Places that it cannot reach in them are left
    out, and so is `origin`. Earlier wins; of two ways at the same time, the one of fewer changes.
    """
    way = _Way(frozenset(depots), transfer_minutes * SECONDS_A_MINUTE)
    everywhere = {call.place for day in days for loop in day.loops for call in loop.calls}
    fetched = origin in way.depots
    if fetched:
        way.waits[origin] = ((0, -way.transfer_s), -1)  # no van has brought it: none to wait for
    for number, day in enumerate(days):
        fetched = fetched or way.fetch(day, number, origin)
        way.pass_on(day, number)
        if everywhere - way.found.keys() <= {origin}:
            break
    return {
        place: Arrival(days[moment[0]].day, moment[1], moment[0], changes)
        for place, (moment, changes) in way.found.items()
        if place != origin
    }


@dataclass(slots=True)
class _Way:
    """A crate under way. found: where it has come, and when. waits: the depots among them."""

    depots: frozenset[str]
    transfer_s: int
    found: Reached = field(default_factory=dict)
    waits: Reached = field(default_factory=dict)

    def fetch(self, day: TrafficDay, number: int, origin: str) -> bool:
        """Let the first van that comes to `origin` take it along; whether one comes."""
        coming = [
            (call.arrive_s, loop.vehicle, loop.calls[place + 1 :])
            for loop in day.loops
            for place, call in enumerate(loop.calls)
            if call.place == origin
        ]
        if coming:
            self.ride(min(coming)[2], number, 0)
        return bool(coming)

    def pass_on(self, day: TrafficDay, number: int) -> None:
        """Let it leave depots with the day's vans, until nothing gets any earlier by that."""
        moved = True
        while moved:
            moved = False
            for loop in day.loops:
                for place, changes in list(self._boardings(loop, number)):
                    moved |= self.ride(loop.calls[place + 1 :], number, changes + 1)

    def ride(self, calls: Sequence[Call], number: int, changes: int) -> bool:
        """Note what the rest of a route reaches; whether a depot gets it earlier by that."""
        earlier = False
        for call in calls:
            reached = (number, call.arrive_s), changes
            if call.place not in self.found or reached < self.found[call.place]:
                self.found[call.place] = reached
            if call.place in self.depots and reached < self.waits.get(call.place, NEVER):
                self.waits[call.place], earlier = reached, True
        return earlier

    def _boardings(self, loop: Loop, number: int) -> Iterator[tuple[int, int]]:
        """Where along a route it can be loaded at a depot, with the changes of vans so far."""
        for place, call in enumerate(loop.calls[:-1]):
            (day, at_s), changes = self.waits.get(call.place, NEVER)
            if day < number or (day == number and at_s + self.transfer_s <= call.leave_s):
                yield place, changes


def days_between(table: Mapping[str, Mapping[str, Arrival]]) -> dict[int | None, int]:
    """How many pairs of places take so many traffic days; None: it cannot be reached."""
    count: dict[int | None, int] = {}
    for origin, reached in table.items():
        for place in table:
            if place != origin:
                days = reached[place].days if place in reached else None
                count[days] = count.get(days, 0) + 1
    return count
