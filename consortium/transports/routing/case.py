"""A case of routing as the core computes with it: whole metres, seconds, crates and öre.

Moments are seconds since the local midnight that begins the case's day. Places, vehicles and
stops stand in the order of their ids, whatever the file's order, so that it decides nothing.
"""

from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from consortium.transports.routing.day import Day

NO_LIMIT_S: Final = 10**13
MOST: Final = 10**12
"""The highest whole number that a case may give: metres, seconds, öre."""
Matrix = tuple[tuple[int, ...], ...]
Window = tuple[int, int]
ALWAYS: Final[Window] = (-NO_LIMIT_S, NO_LIMIT_S)
Source = Literal["measured", "routed", "estimated"]
SOURCES: Final[tuple[Source, ...]] = ("measured", "routed", "estimated")
"""Where a leg's length and time come from, the surest first."""
Rule = Literal["pin", "not_with", "window", "capacity", "break", "shift"]
RULES: Final[tuple[Rule, ...]] = ("pin", "not_with", "window", "capacity", "break", "shift")


@dataclass(frozen=True, slots=True)
class Break:
    """Due once driving and service since the start, or the break before, reach `after_work_s`."""

    after_work_s: int
    duration_s: int


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A vehicle on its one route of the day.

    start, end: rows of the matrices. starts, ends: the shift, which the whole route lies within.
    max_duration_s bounds the work from depart to back; NO_LIMIT_S where the case sets no bound.
    breaks: in their order. spare: used only where that serves more required stops.
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
    breaks: tuple[Break, ...] = ()
    spare: bool = False


@dataclass(frozen=True, slots=True)
class Pin:
    """What a stop is held to. position: from 1, -1 for the last; None where any will do."""

    vehicle: str | None = None
    position: int | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """Where the earlier plan had a stop. arrive: None where there is no arrival to keep."""

    vehicle: str
    arrive: int | None


@dataclass(frozen=True, slots=True)
class Stop:
    """A stop to serve once; service starts inside one of its windows, both ends inclusive.

    place: a row of the matrices. windows: in order, apart from each other; ALWAYS where it has
    none. skip_ore: what leaving it out costs; 0 where it is required. not_with: ids of the stops
    that are never in its route, whichever of the two the case says it of. kept: in the earlier
    plan, None where that lacks it. lifted: a rule that does not hold for the route it is in.
    """

    id: str
    place: int
    deliver: int
    collect: int
    windows: tuple[Window, ...]
    service_s: int
    required: bool
    skip_ore: int
    pin: Pin = Pin()
    not_with: frozenset[str] = frozenset()
    kept: Kept | None = None
    lifted: Rule | None = None

    @property
    def opens(self) -> int:
        return self.windows[0][0]

    @property
    def closes(self) -> int:
        return self.windows[-1][1]


@dataclass(frozen=True, slots=True)
class Stability:
    """What it costs to serve a stop otherwise than the earlier plan did.

    moved_stop_ore: by another vehicle. shifted_minute_ore: for each minute, by the second, that
    it arrives more than free_shift_s from the time it was used to.
    """

    moved_stop_ore: int = 3_000
    shifted_minute_ore: int = 50
    free_shift_s: int = 600


@dataclass(frozen=True, slots=True)
class KeptRoute:
    """A route of the earlier plan, by ids; what today's case lacks is not in it."""

    vehicle: str
    stops: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Search:
    seed: int = 1
    iterations: int = 3000


@dataclass(frozen=True, slots=True)
class Case:
    """places: ids, in the order of the rows. sources: where each leg comes from.

    previous: the earlier plan, None where the case has none. timed: what has been timed already,
    by vehicle and order, so that no route is timed twice. error_percent: how far estimated metres
    are off, on average and at worst; None where nobody knows.
    """

    day: Day
    places: tuple[str, ...]
    durations_s: Matrix
    distances_m: Matrix
    sources: tuple[tuple[Source, ...], ...]
    vehicles: tuple[Vehicle, ...]
    stops: tuple[Stop, ...]
    search: Search
    previous: tuple[KeptRoute, ...] | None = None
    stability: Stability = Stability()
    error_percent: tuple[str, str] | None = None
    timed: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def fleets(self) -> tuple[tuple[Vehicle, ...], ...]:
        """The vehicles that differ in nothing but their ids, together, in the order of the ids.

        One that a stop is pinned to, or that the earlier plan used, is like no other.
        """
        named = {stop.pin.vehicle for stop in self.stops} | {
            stop.kept.vehicle for stop in self.stops if stop.kept
        }
        alike: dict[Vehicle, list[Vehicle]] = {}
        for vehicle in self.vehicles:
            own = vehicle if vehicle.id in named else replace(vehicle, id="")
            alike.setdefault(own, []).append(vehicle)
        return tuple(map(tuple, alike.values()))


@dataclass(frozen=True, slots=True)
class Route:
    """A vehicle and the order of its stops, not yet timed."""

    vehicle: Vehicle
    stops: tuple[Stop, ...]

    @property
    def named(self) -> tuple[Vehicle, tuple[Stop, ...]]:
        """By what a route is known within its case, some rules of which may be lifted."""
        return self.vehicle, self.stops

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(stop.id for stop in self.stops)

    @property
    def places(self) -> tuple[int, ...]:
        """Every place in the order of the drive, start and end included."""
        between = (stop.place for stop in self.stops)
        return (self.vehicle.start, *between, self.vehicle.end)
