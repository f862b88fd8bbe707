"""Queries: a plan, and a proposal beside it, as people read them (`plan_views.py`)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any, Final, Self

from sqlmodel import col, select

from consortium.branches.queries import BranchDay, branch_days
from consortium.core.errors import Fault
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.crates.tables import DeliveryPoint
from consortium.transports.days import read_day
from consortium.transports.plan_rules import lacks_break, loads
from consortium.transports.plan_views import (
    BreakView,
    LegView,
    PlanView,
    ProposalView,
    RouteView,
    StopChange,
    StopView,
    UnservedView,
)
from consortium.transports.queries import plan_of, vehicles
from consortium.transports.rules import (
    SECONDS_A_MINUTE,
    CaseFile,
    PlanFile,
    arrivals,
    day_case,
    diff,
    is_nearly_full,
)
from consortium.transports.tables import Plan

NEARLY_FULL: Final = mark("{vehicle} carries up to {load} crates and has room for {capacity}")
TOO_FULL: Final = mark(
    "{vehicle} would carry {load} crates with what waits by now, and has room for {capacity}"
)
NOT_DRIVEN: Final = mark("{vehicle} has a route but is not driven that day")
NO_BREAK: Final = mark("{vehicle} has no break in time: one is due after {minutes} min of work")
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

NO_PLAN: Final[PlanFile] = {
    "routes": [],
    "unserved": [],
    "cost": {"total_ore": 0, "stability_ore": 0},
}
"""What stands before a day's first plan."""

Calendar = Mapping[str, BranchDay]


@dataclass(frozen=True, slots=True)
class _Now:
    """What a plan is held against: the day's stops and vans as they are now, by their ids.

    keys: of the branches that the driver has a key to.
    """

    stops: Mapping[str, Any]
    vans: Mapping[str, Any]
    keys: frozenset[int]

    @classmethod
    def of(cls, case: CaseFile, keys: frozenset[int]) -> Self:
        stops, vans = ({each["id"]: each for each in case[kind]} for kind in ("stops", "vehicles"))
        return cls(stops, vans, keys)

    @property
    def crates(self) -> dict[str, tuple[int, int]]:
        return {slug: (stop["deliver"], stop["collect"]) for slug, stop in self.stops.items()}

    def windows(self, slug: str) -> tuple[tuple[time, time], ...]:
        spans = self.stops.get(slug, {}).get("windows", ())
        found = [tuple(map(time.fromisoformat, span)) for span in spans]
        return tuple((opens, until) for opens, until in found)


def plan_view(work: Work, plan: Plan) -> PlanView:
    """A plan with names, counts, what is closed, what waits and what to look at.

    Warned of, as the day is now: a van that is not driven, that carries more than it can or more
    than 90 % of it, or has no break in time; a stop outside its windows, where nobody is when the
    van comes, or that is not served.
    """
    basis = read_day(work, plan.on_date)
    calendar, now = _calendar(work, plan), _Now.of(day_case(basis), _keys(work))
    names = {van.code: van.name for van, _ in vehicles(work)}
    vans = {van["id"]: van for van in plan.case["vehicles"]}
    asked = {stop["id"]: stop for stop in plan.case["stops"]}
    routes = tuple(
        _route(
            route,
            vans[route["vehicle"]],
            names.get(route["vehicle"], route["vehicle"]),
            tuple(_stops(route, asked, now, calendar)),
            calendar,
        )
        for route in plan.plan["routes"]
    )
    unserved = tuple(_left(stop, calendar) for stop in plan.plan["unserved"])
    return PlanView(
        plan=plan,
        routes=routes,
        closed=basis.closed,
        waiting=basis.waiting,
        warnings=(
            *_warnings(routes, plan.plan["routes"], now),
            *(Fault(UNSERVED[stop.reason], stop.slug, {"name": stop.name}) for stop in unserved),
        ),
        cost_ore=plan.plan["cost"]["total_ore"] - plan.plan["cost"]["stability_ore"],
        estimated=plan.plan["distances"] == "estimated",
        unserved=unserved,
    )


def proposal_view(work: Work, plan: Plan) -> ProposalView:
    """What a proposal changes against the published plan of its day, stops by their time."""
    published = plan_of(work, plan.on_date)
    before = published.plan if published else NO_PLAN
    changes = diff(before, plan.plan, plan.case)
    return ProposalView(
        plan,
        published,
        tuple(stop_changes(work, plan.on_date, before, plan.plan, plan.case)),
        changes["minutes_saved"],
        changes["km_saved"],
        changes["ore_saved"],
    )


def stop_changes(
    work: Work, day: date, before: PlanFile, after: PlanFile, case: CaseFile
) -> list[StopChange]:
    """What changes for each stop from one plan of `day` to another, by the time of the stop.

    case: of the plan `after`.
    """
    calendar = {each.branch.slug: each for each in branch_days(work, day).values()}
    return list(_changes(diff(before, after, case), before, after, calendar))


def _calendar(work: Work, plan: Plan) -> dict[str, BranchDay]:
    return {day.branch.slug: day for day in branch_days(work, plan.on_date).values()}


def _keys(work: Work) -> frozenset[int]:
    rows = select(DeliveryPoint.branch_id).where(col(DeliveryPoint.has_key).is_(True))
    return frozenset(work.session.exec(rows))


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
        breaks=tuple(_breaks(route)),
        home=_leg(route["legs"][-1]) if route.get("legs") else None,
    )


def _stops(
    route: Mapping[str, Any], asked: Mapping[str, Any], now: _Now, calendar: Calendar
) -> Iterator[StopView]:
    legs = [*map(_leg, route.get("legs", ())), *[None] * len(route["stops"])]
    for stop, leg in zip(route["stops"], legs, strict=False):
        slug, day = stop["id"], calendar[stop["id"]]
        yield StopView(
            slug=slug,
            name=day.branch.name,
            municipality=day.member.name,
            arrive=time.fromisoformat(stop["arrive"]),
            start=time.fromisoformat(stop["start"]),
            leave=time.fromisoformat(stop["leave"]),
            deliver=asked[slug]["deliver"],
            collect=asked[slug]["collect"],
            load_after=stop["load_after"],
            hours=day.hours,
            windows=now.windows(slug),
            leg=leg,
            has_key=day.branch.id in now.keys,
        )


def _breaks(route: Mapping[str, Any]) -> Iterator[BreakView]:
    for each in route["breaks"]:
        before = [stop for stop in route["stops"] if stop["arrive"] <= each["start"]]
        start = time.fromisoformat(each["start"])
        yield BreakView(len(before), start, each["duration_s"])


def _leg(leg: Mapping[str, Any]) -> LegView:
    return LegView(leg["distance_m"], leg["drive_s"], leg["source"])


def _left(stop: Mapping[str, Any], calendar: Calendar) -> UnservedView:
    name = calendar[stop["id"]].branch.name
    return UnservedView(stop["id"], name, stop["reason"], stop["detail"], stop.get("remedy"))


def _warnings(
    routes: Sequence[RouteView], planned: Sequence[Mapping[str, Any]], now: _Now
) -> Iterator[Fault]:
    for route, file in zip(routes, planned, strict=True):
        yield from _van_warnings(route, file, now)
        for stop in route.stops:
            yield from (each for each in (stop.outside, stop.warning) if each)


def _van_warnings(route: RouteView, file: Mapping[str, Any], now: _Now) -> Iterator[Fault]:
    facts: dict[str, str | int] = {"vehicle": route.name}
    van = now.vans.get(route.vehicle)
    if van is None:
        yield Fault(NOT_DRIVEN, route.vehicle, facts)
        return
    crates = {stop.slug: (stop.deliver, stop.collect) for stop in route.stops} | now.crates
    most = max(loads([stop.slug for stop in route.stops], crates))
    if most > van["capacity"]:
        more = {"load": most, "capacity": van["capacity"]}
        yield Fault(TOO_FULL, route.vehicle, facts | more)
    elif is_nearly_full(route.most_load, route.capacity):
        more = {"load": route.most_load, "capacity": route.capacity}
        yield Fault(NEARLY_FULL, route.vehicle, facts | more)
    if file.get("legs") and lacks_break(file, van):
        minutes = van["breaks"][0]["after_work_s"] // SECONDS_A_MINUTE
        yield Fault(NO_BREAK, route.vehicle, facts | {"minutes": minutes})


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
