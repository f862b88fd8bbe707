"""A case of routing as the core computes with it: whole metres, seconds, crates and öre.

Moments are seconds since the local midnight that begins the case's day. Places, vehicles and
stops stand in the order of their ids, whatever the file's order, so that it decides nothing.
"""

from dataclasses import dataclass, replace
from typing import Final

from consortium.transports.routing.day import Day

NO_LIMIT_S: Final = 10**13
MOST: Final = 10**12
"""The highest whole number that a case may give: metres, seconds, öre."""
Matrix = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A vehicle on its one route of the day.

    start, end: rows of the matrices. starts, ends: the shift, which the whole route lies within.
    max_duration_s bounds the work from depart to back; NO_LIMIT_S where the case sets no bound.
    """

    id: str
    start: int
    end: int
    capacity: int
    starts: int
    ends: int
    max_duration_s: int
    cost_per_km_ore: int
    cost_per_hour_ore: int
    fixed_ore: int


@dataclass(frozen=True, slots=True)
class Stop:
    """A stop to serve once; service starts from `opens` to `closes`, both inclusive.

    place: a row of the matrices. Without a window: -NO_LIMIT_S to NO_LIMIT_S.
    skip_ore: what leaving it out costs; 0 where it is required.
    """

    id: str
    place: int
    deliver: int
    collect: int
    opens: int
    closes: int
    service_s: int
    required: bool
    skip_ore: int


@dataclass(frozen=True, slots=True)
class Search:
    seed: int = 1
    iterations: int = 3000


@dataclass(frozen=True, slots=True)
class Case:
    """measured: both matrices came with the case, none was estimated."""

    day: Day
    durations_s: Matrix
    distances_m: Matrix
    measured: bool
    vehicles: tuple[Vehicle, ...]
    stops: tuple[Stop, ...]
    search: Search

    @property
    def fleets(self) -> tuple[tuple[Vehicle, ...], ...]:
        """The vehicles that differ in nothing but their ids, together, in the order of the ids."""
        alike: dict[Vehicle, list[Vehicle]] = {}
        for vehicle in self.vehicles:
            alike.setdefault(replace(vehicle, id=""), []).append(vehicle)
        return tuple(map(tuple, alike.values()))


@dataclass(frozen=True, slots=True)
class Route:
    """A vehicle and the order of its stops, not yet timed."""

    vehicle: Vehicle
    stops: tuple[Stop, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(stop.id for stop in self.stops)

    @property
    def places(self) -> tuple[int, ...]:
        """Every place in the order of the drive, start and end included."""
        between = (stop.place for stop in self.stops)
        return (self.vehicle.start, *between, self.vehicle.end)
