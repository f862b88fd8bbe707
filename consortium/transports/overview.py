"""Queries: a plan, and a proposal beside it, as people read them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any, Final

from consortium.branches.queries import BranchDay, branch_days
from consortium.core.errors import Conflict, Fault
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.transports.days import ClosedStop, WaitingBranch, read_day
from consortium.transports.queries import plan_of, vehicles
from consortium.transports.rules import PlanFile, arrivals, diff, is_nearly_full
from consortium.transports.tables import Plan

NEARLY_FULL: Final = mark("{vehicle} carries up to {load} crates and has room for {capacity}")
UNSTAFFED: Final = mark("{name} is staffed {opens} to {closes}, the van comes at {arrive}")
UNSERVED: Final = {
    "pin": mark("{name} is not served: its place in a route cannot be kept"),
    "not_with": mark("{name} is not served: no route is left without the stops it is kept from"),
    "window": mark("{name} is not served: no van gets there in its time"),
    "capacity": mark("{name} is not served: no van has room for its crates"),
    "break": mark("{name} is not served: the drivers' breaks leave no time for it"),
    "shift": mark("{name} is not served: no shift is long enough"),
    "skipped": mark("{name} is left out today: that is cheaper"),
    "no_vehicle": mark("{name} is not served: it would take one more van"),
}

Calendar = Mapping[str, BranchDay]


@dataclass(frozen=True, slots=True)
class StopView:
    """A stop on a route, times of day in Sweden. hours: when the branch is staffed that day."""

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

    @property
    def warning(self) -> Fault | None:
        """That nobody is there when the van comes; None where somebody is."""
        if self.hours is None or self.hours[0] <= self.start <= self.hours[1]:
            return None
        opens, closes, arrive = (f"{at:%H:%M}" for at in (*self.hours, self.start))
        facts = {"name": self.name, "opens": opens, "closes": closes, "arrive": arrive}
        return Fault(UNSTAFFED, self.slug, facts)


@dataclass(frozen=True, slots=True)
class RouteView:
    """A van's route. depot: its name. most_load: the most crates on any of its legs."""

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
    """A proposal beside the published plan. Savings are negative where it costs more."""

    plan: Plan
    published: Plan
    changes: tuple[StopChange, ...]
    minutes_saved: int
    km_saved: int
    ore_saved: int


def plan_view(work: Work, plan: Plan) -> PlanView:
    """A plan with names, counts, what is closed, what waits and what to look at.

    Warned of is a van that carries more than 90 % of what it can on some leg, a stop that is not
    served, and one where nobody is when the van comes.
    """
    basis = read_day(work, plan.on_date)
    calendar = _calendar(work, plan)
    names = {van.code: van.name for van, _ in vehicles(work)}
    vans = {van["id"]: van for van in plan.case["vehicles"]}
    asked = {stop["id"]: stop for stop in plan.case["stops"]}
    routes = tuple(
        _route(
            route,
            vans[route["vehicle"]],
            names.get(route["vehicle"], route["vehicle"]),
            tuple(_stop(stop, asked[stop["id"]], calendar[stop["id"]]) for stop in route["stops"]),
            calendar,
        )
        for route in plan.plan["routes"]
    )
    return PlanView(
        plan=plan,
        routes=routes,
        closed=basis.closed,
        waiting=basis.waiting,
        warnings=(*_warnings(routes), *_unserved(plan.plan["unserved"], calendar)),
        cost_ore=plan.plan["cost"]["total_ore"],
        estimated=plan.plan["distances"] == "estimated",
    )


def proposal_view(work: Work, plan: Plan) -> ProposalView:
    """What a proposal changes against the published plan of its day, stops by their time."""
    published = plan_of(work, plan.on_date)
    if published is None:
        raise Conflict("No plan of {day} is published", day=plan.on_date.isoformat())
    changes = diff(published.plan, plan.plan, plan.case)
    return ProposalView(
        plan,
        published,
        tuple(_changes(changes, published.plan, plan.plan, _calendar(work, plan))),
        changes["minutes_saved"],
        changes["km_saved"],
        changes["ore_saved"],
    )


def _calendar(work: Work, plan: Plan) -> dict[str, BranchDay]:
    return {day.branch.slug: day for day in branch_days(work, plan.on_date).values()}


def _route(
    route: Mapping[str, Any],
    van: Mapping[str, Any],
    name: str,
    stops: tuple[StopView, ...],
    calendar: Calendar,
) -> RouteView:
    return RouteView(
        vehicle=route["vehicle"],
        name=name,
        depot=calendar[van["start"]].branch.name,
        depart=time.fromisoformat(route["depart"]),
        back=time.fromisoformat(route["back"]),
        distance_m=route["distance_m"],
        drive_s=route["drive_s"],
        work_s=route["work_s"],
        wait_s=route["wait_s"],
        load_at_start=route["load_at_start"],
        most_load=max([route["load_at_start"], *(stop.load_after for stop in stops)]),
        capacity=van["capacity"],
        stops=stops,
    )


def _stop(stop: Mapping[str, Any], asked: Mapping[str, Any], day: BranchDay) -> StopView:
    return StopView(
        slug=stop["id"],
        name=day.branch.name,
        municipality=day.member.name,
        arrive=time.fromisoformat(stop["arrive"]),
        start=time.fromisoformat(stop["start"]),
        leave=time.fromisoformat(stop["leave"]),
        deliver=asked["deliver"],
        collect=asked["collect"],
        load_after=stop["load_after"],
        hours=day.hours,
    )


def _warnings(routes: Sequence[RouteView]) -> Iterator[Fault]:
    for route in routes:
        if is_nearly_full(route.most_load, route.capacity):
            facts = {"load": route.most_load, "capacity": route.capacity}
            yield Fault(NEARLY_FULL, route.vehicle, {"vehicle": route.name, **facts})
        yield from (stop.warning for stop in route.stops if stop.warning)


def _unserved(unserved: Sequence[Mapping[str, str]], calendar: Calendar) -> Iterator[Fault]:
    for stop in unserved:
        facts = {"name": calendar[stop["id"]].branch.name}
        yield Fault(UNSERVED[stop["reason"]], stop["id"], facts)


def _changes(
    changes: Mapping[str, Any], before: PlanFile, after: PlanFile, calendar: Calendar
) -> Iterator[StopChange]:
    old, new = arrivals(before), arrivals(after)
    changed = {
        stop["id"]: stop.get("why", "")
        for kind in ("moved", "shifted", "dropped", "added")
        for stop in changes[kind]
    }
    for slug in sorted(changed, key=lambda slug: ((new.get(slug) or old[slug])[1], slug)):
        vehicle_was, was = old.get(slug, ("", ""))
        vehicle_now, now = new.get(slug, ("", ""))
        yield StopChange(
            slug,
            calendar[slug].branch.name,
            vehicle_was,
            vehicle_now,
            time.fromisoformat(was) if was else None,
            time.fromisoformat(now) if now else None,
            changed[slug],
        )
