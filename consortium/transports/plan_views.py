"""A plan, and a proposal beside it, as people read them: what the queries of `overview.py` give."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any, Final

from consortium.core.errors import Fault
from consortium.core.words import mark
from consortium.transports.day_basis import ClosedStop, WaitingBranch
from consortium.transports.tables import Plan

OUTSIDE: Final = mark("{name} takes crates {windows}, the van comes at {arrive}")
UNSTAFFED: Final = mark("{name} is staffed {opens} to {closes}, the van comes at {arrive}")


@dataclass(frozen=True, slots=True)
class LegView:
    """A leg of a route. source: `measured`, `routed` or `estimated`."""

    distance_m: int
    drive_s: int
    source: str


@dataclass(frozen=True, slots=True)
class BreakView:
    """A driver's break. after: how many stops come before it."""

    after: int
    start: time
    duration_s: int


@dataclass(frozen=True, slots=True)
class StopView:
    """A stop on a route, times of day in Sweden. hours: when the branch is staffed that day.

    windows: when service may begin, as the day is now; none where any time will do. leg: how the
    van gets there; None in plans of old. has_key: the driver can let themselves in.
    """

    slug: str
    name: str
    municipality: str
    arrive: time
    start: time
    leave: time
    deliver: int
    collect: int
    load_after: int
    hours: tuple[time, time] | None
    windows: tuple[tuple[time, time], ...] = ()
    leg: LegView | None = None
    has_key: bool = False

    @property
    def outside(self) -> Fault | None:
        """That the van comes when the branch takes no crates; None where it does."""
        if not self.windows or any(opens <= self.start <= until for opens, until in self.windows):
            return None
        spans = ", ".join(f"{opens:%H:%M}–{until:%H:%M}" for opens, until in self.windows)
        facts = {"name": self.name, "windows": spans, "arrive": f"{self.start:%H:%M}"}
        return Fault(OUTSIDE, self.slug, facts)

    @property
    def warning(self) -> Fault | None:
        """That nobody is there when the van comes; None where somebody is."""
        if self.has_key or self.hours is None or self.hours[0] <= self.start <= self.hours[1]:
            return None
        opens, closes, arrive = (f"{at:%H:%M}" for at in (*self.hours, self.start))
        facts = {"name": self.name, "opens": opens, "closes": closes, "arrive": arrive}
        return Fault(UNSTAFFED, self.slug, facts)


@dataclass(frozen=True, slots=True)
class RouteView:
    """A van's route. depot: its name. most_load: the most crates on any of its legs.

    home: the leg back to the depot; None in plans of old.
    """

    vehicle: str
    name: str
    depot: str
    depart: time
    back: time
    distance_m: int
    drive_s: int
    work_s: int
    wait_s: int
    load_at_start: int
    most_load: int
    capacity: int
    stops: tuple[StopView, ...]
    breaks: tuple[BreakView, ...] = ()
    home: LegView | None = None

    @property
    def legs(self) -> tuple[LegView, ...]:
        """Those that are known, in order."""
        return tuple(leg for leg in (*(stop.leg for stop in self.stops), self.home) if leg)


@dataclass(frozen=True, slots=True)
class UnservedView:
    """A stop that is on no route. reason, remedy: as ROUTING has them, remedy None where none is.

    detail: what shows the reason, in English.
    """

    slug: str
    name: str
    reason: str
    detail: str
    remedy: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class PlanView:
    """A plan as people read it. closed, waiting: as calendar and crates are now.

    warnings: constant texts with their facts, `at` a vehicle's code or a branch's slug.
    estimated: distances and times on the road are not measured.
    """

    plan: Plan
    routes: tuple[RouteView, ...]
    closed: tuple[ClosedStop, ...]
    waiting: tuple[WaitingBranch, ...]
    warnings: tuple[Fault, ...]
    cost_ore: int
    estimated: bool
    unserved: tuple[UnservedView, ...] = ()

    @property
    def sources(self) -> Counter[str]:
        """How many of the legs come from where."""
        return Counter(leg.source for route in self.routes for leg in route.legs)


@dataclass(frozen=True, slots=True)
class StopChange:
    """What a proposal changes for a stop: vehicle and arrival, empty and None where there is none.

    why: for a stop that is dropped, `closed` or the reason why it is unserved.
    """

    slug: str
    name: str
    vehicle_was: str
    vehicle_now: str
    was: time | None
    now: time | None
    why: str


@dataclass(frozen=True, slots=True)
class ProposalView:
    """A proposal beside the published plan, None where it is the day's first.

    Savings are negative where it costs more.
    """

    plan: Plan
    published: Plan | None
    changes: tuple[StopChange, ...]
    minutes_saved: int
    km_saved: int
    ore_saved: int
