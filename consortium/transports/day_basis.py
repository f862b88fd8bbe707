"""What a plan of a day is made from, as plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from consortium.transports.calendars import Window
from consortium.transports.forecasting import Expected

CaseFile = dict[str, Any]
PlanFile = dict[str, Any]


class Roads(Protocol):
    """Full matrices in the order of the places: seconds, metres, and where each came from."""

    @property
    def durations_s(self) -> Sequence[Sequence[int]]: ...
    @property
    def distances_m(self) -> Sequence[Sequence[int]]: ...
    @property
    def sources(self) -> Sequence[Sequence[str]]: ...


@dataclass(frozen=True, slots=True)
class DayPlace:
    """Where a depot or a stop lies. slug: of its branch. lat, lon: WGS 84 degrees."""

    slug: str
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class DayBreak:
    """A break of duration_s, due once after_work_s of driving and service are reached."""

    after_work_s: int
    duration_s: int


@dataclass(frozen=True, slots=True)
class DayVehicle:
    """A van on a day. depot: the slug of the branch it starts from and comes back to."""

    code: str
    depot: str
    capacity: int
    shift: Window
    max_duration_s: int
    cost_per_km_ore: int
    cost_per_hour_ore: int
    fixed_ore: int
    breaks: tuple[DayBreak, ...] = ()
    spare: bool = False


@dataclass(frozen=True, slots=True)
class DayPin:
    """Where a stop is held: to a van (its code, else empty), to a place (`first`, `last`, `3`)."""

    vehicle: str = ""
    position: str = ""


@dataclass(frozen=True, slots=True)
class DayStop:
    """A stop of a day. slug: of its branch. deliver, collect: crates expected there.

    windows: when service may begin, both ends inclusive. skip_ore: what it costs to leave out a
    stop that is not required. not_with: slugs of stops that are in another route.
    """

    slug: str
    deliver: int
    collect: int
    windows: tuple[Window, ...]
    service_s: int
    required: bool
    skip_ore: int
    pin: DayPin | None = None
    not_with: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClosedStop:
    """A stop that the weekday has, but not this date. why: in Swedish."""

    slug: str
    name: str
    why: str


@dataclass(frozen=True, slots=True)
class WaitingBranch:
    """A branch with crates but without a stop on the date: they wait.

    deliver, collect: crates on their way to it, and packed at it. next_on: its next stop, None
    where there is none within four weeks.
    """

    slug: str
    name: str
    deliver: int
    collect: int
    next_on: date | None


@dataclass(frozen=True, slots=True)
class AbsentVan:
    """A van that is not driven on the day. why: in the words of whoever said so."""

    code: str
    name: str
    why: str


@dataclass(frozen=True, slots=True)
class KnownPlan:
    """The published plan of a date, with its case."""

    id: int
    revision: int
    case: CaseFile
    plan: PlanFile


@dataclass(frozen=True, slots=True)
class Stability:
    """What a change of the routes that people know costs, as ROUTING has it."""

    moved_stop_ore: int
    shifted_minute_ore: int
    free_shift_minutes: int


@dataclass(frozen=True, slots=True)
class Shortage:
    """What decides whom to put off on a day with a van too few.

    owed: stops that were left out the last time, never again now. keys: stops that the driver can
    open, at any time of the shift. next_on: stop → its next day, None where there is none soon.
    """

    owed: frozenset[str] = frozenset()
    keys: frozenset[str] = frozenset()
    next_on: Mapping[str, date | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DayBasis:
    """All that a plan of a day is made from, as it was read in one moment; plain values.

    Vehicles, places, stops and branches by their ids. places: of depots and stops. weekday: that
    the day is driven as, None where nobody drives. season: its name, empty in the ordinary week.
    expected: of each stop, with where the figures come from. roads: None leaves distances to the
    estimate. previous: the routes that people know, as ROUTING has them; previous_from:
    `published` (this date's own plan), `week` (the week's) or `earlier` (the last such weekday).
    shortage: where a van is absent. error_percent: how far estimated metres are off at known ways,
    on average and at worst; None where no way is known.
    """

    day: date
    vehicles: tuple[DayVehicle, ...]
    places: tuple[DayPlace, ...]
    stops: tuple[DayStop, ...]
    closed: tuple[ClosedStop, ...]
    waiting: tuple[WaitingBranch, ...]
    published: KnownPlan | None
    weekday: int | None = None
    season: str = ""
    expected: tuple[Expected, ...] = ()
    absent: tuple[AbsentVan, ...] = ()
    roads: Roads | None = None
    previous: tuple[dict[str, Any], ...] = field(default=())
    previous_from: str = ""
    stability: Stability | None = None
    iterations: int = 3000
    shortage: Shortage | None = None
    error_percent: tuple[str, str] | None = None
