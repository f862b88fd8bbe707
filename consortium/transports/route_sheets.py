"""Questions about the day as driven: a van's route with its crates, and how it stands with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlmodel import col, select

from consortium.branches.tables import Branch
from consortium.core.days import instant_of, swedish_day
from consortium.core.errors import NotFound
from consortium.core.work import Work
from consortium.crates.rules import COLLECTED, DELIVERED, LOADED, ON_THE_WAY, PACKED
from consortium.crates.tables import Crate, CrateState, DeliveryPoint
from consortium.transports.driving_rules import (
    Note,
    PlannedBreak,
    PlannedRoute,
    PlannedStop,
    RouteState,
    StopState,
    drive,
)
from consortium.transports.queries import plan_of, plan_papers
from consortium.transports.rules import CaseFile, PlanFile
from consortium.transports.tables import Plan, RouteEvent, Vehicle


@dataclass(frozen=True, slots=True)
class CrateHere:
    """A crate that is left or fetched at a stop. other: the branch at its other end.

    done: it is left, or fetched. aboard: it is on this van.
    """

    code: str
    other: str
    done: bool = False
    aboard: bool = False


Lists = dict[int, tuple[CrateHere, ...]]
"""Branch id → its crates."""


@dataclass(frozen=True, slots=True)
class SheetStop:
    """A stop as its driver needs it. deliver, collect: crates that the plan counts with.

    leave, fetch: those that are known by their codes.
    """

    planned: PlannedStop
    state: StopState
    name: str
    locality: str
    lat: float
    lon: float
    deliver: int
    collect: int
    has_key: bool
    instructions: str
    leave: tuple[CrateHere, ...]
    fetch: tuple[CrateHere, ...]


@dataclass(frozen=True, slots=True)
class RouteSheet:
    """A van's route of a day. revision: of the plan. depot: a slug, with its name.

    on_paper: whether its manifest is drawn.
    """

    on_date: date
    revision: int
    vehicle: str
    name: str
    depot: str
    depot_name: str
    planned: PlannedRoute
    state: RouteState
    stops: tuple[SheetStop, ...]
    load_at_start: int
    on_paper: bool


@dataclass(frozen=True, slots=True)
class RouteLine:
    """A route among those of a day. depart: when it leaves the depot. stops: how many."""

    vehicle: str
    name: str
    depart: time
    stops: int


def routes_of(work: Work, day: date) -> list[RouteLine]:
    """The routes of the published plan of `day`, none where there is no plan."""
    work.require("transports.drive")
    plan = plan_of(work, day)
    names = dict(work.session.exec(select(Vehicle.code, Vehicle.name)).all())
    return [
        RouteLine(
            route["vehicle"],
            names.get(route["vehicle"], route["vehicle"]),
            time.fromisoformat(route["depart"]),
            len(route["stops"]),
        )
        for route in (plan.plan["routes"] if plan else ())
    ]


def route_sheet(work: Work, day: date, vehicle: str) -> RouteSheet:
    """The route that the published plan of `day` has for a van; NotFound where it has none."""
    work.require("transports.drive")
    plan = plan_of(work, day)
    planned = planned_route(plan, vehicle) if plan else None
    if plan is None or planned is None:
        raise NotFound(
            "No route of {day} is driven by {vehicle}", day=day.isoformat(), vehicle=vehicle
        )
    route = next(each for each in plan.plan["routes"] if each["vehicle"] == vehicle)
    depot = next(van["start"] for van in plan.case["vehicles"] if van["id"] == vehicle)
    slugs = [depot, *(stop.slug for stop in planned.stops)]
    places = _places(work, slugs)
    state = route_state(work, day, planned)
    name = work.session.exec(select(Vehicle.name).where(Vehicle.code == vehicle)).first()
    return RouteSheet(
        day,
        plan.revision,
        vehicle,
        name or vehicle,
        depot,
        places[depot].name,
        planned,
        state,
        _stops(work, plan, planned, state, places),
        route["load_at_start"],
        any(paper.vehicle == vehicle for paper in plan_papers(work, plan)),
    )


def route_state(work: Work, day: date, planned: PlannedRoute) -> RouteState:
    """How it stands with a route of `day` by what its drivers have noted."""
    return drive(planned, notes_of(work, day, planned.vehicle))


def notes_of(work: Work, day: date, vehicle: str) -> list[Note]:
    """What has been noted on a van's route, without what was withdrawn."""
    rows = (
        select(RouteEvent, Branch.slug)
        .outerjoin(Branch, col(Branch.id) == col(RouteEvent.branch_id))
        .where(
            RouteEvent.on_date == day,
            RouteEvent.vehicle == vehicle,
            col(RouteEvent.withdrawn).is_(False),
        )
    )
    return [
        Note(row.event, row.kind, slug or "", row.at, row.reason)
        for row, slug in work.session.exec(rows)
    ]


def planned_routes(plan: Plan) -> list[PlannedRoute]:
    """The routes of a plan, with moments in place of its times."""
    windows = _windows(plan.on_date, plan.case)
    return [_route(plan.on_date, route, windows) for route in plan.plan["routes"]]


def planned_route(plan: Plan, vehicle: str) -> PlannedRoute | None:
    """The route of a van in a plan, None where it has none."""
    return next((each for each in planned_routes(plan) if each.vehicle == vehicle), None)


def _windows(day: date, case: CaseFile) -> dict[str, tuple[tuple[datetime, datetime], ...]]:
    return {
        stop["id"]: tuple((_at(day, opens), _at(day, closes)) for opens, closes in stop["windows"])
        for stop in case["stops"]
    }


def _route(
    day: date,
    route: PlanFile,
    windows: Mapping[str, tuple[tuple[datetime, datetime], ...]],
) -> PlannedRoute:
    return PlannedRoute(
        route["vehicle"],
        _at(day, route["depart"]),
        _at(day, route["back"]),
        tuple(
            PlannedStop(
                stop["id"],
                _at(day, stop["arrive"]),
                _at(day, stop["start"]),
                _at(day, stop["leave"]),
                windows.get(stop["id"], ()),
            )
            for stop in route["stops"]
        ),
        tuple(
            PlannedBreak(_at(day, each["start"]), timedelta(seconds=each["duration_s"]))
            for each in route["breaks"]
        ),
    )


def _at(day: date, clock: str) -> datetime:
    return instant_of(day, time.fromisoformat(clock))


def _places(work: Work, slugs: list[str]) -> dict[str, Branch]:
    rows = select(Branch).where(col(Branch.slug).in_(slugs))
    return {branch.slug: branch for branch in work.session.exec(rows)}


def _stops(
    work: Work,
    plan: Plan,
    planned: PlannedRoute,
    state: RouteState,
    places: Mapping[str, Branch],
) -> tuple[SheetStop, ...]:
    asked = {stop["id"]: stop for stop in plan.case["stops"]}
    ids = [places[stop.slug].id for stop in planned.stops]
    rows = select(DeliveryPoint).where(col(DeliveryPoint.branch_id).in_(ids))
    points = {point.branch_id: point for point in work.session.exec(rows)}
    leave, fetch = _crates(work, ids, planned.vehicle, plan.on_date)
    return tuple(
        _stop(
            places[stop.slug],
            (stop, each),
            asked[stop.slug],
            points.get(places[stop.slug].id) or DeliveryPoint(branch_id=places[stop.slug].id),
            (leave.get(places[stop.slug].id, ()), fetch.get(places[stop.slug].id, ())),
        )
        for stop, each in zip(planned.stops, state.stops, strict=True)
    )


def _stop(
    branch: Branch,
    timed: tuple[PlannedStop, StopState],
    asked: Mapping[str, Any],
    point: DeliveryPoint,
    crates: tuple[tuple[CrateHere, ...], tuple[CrateHere, ...]],
) -> SheetStop:
    return SheetStop(
        *timed,
        branch.name,
        branch.locality,
        branch.lat,
        branch.lon,
        asked["deliver"],
        asked["collect"],
        point.has_key,
        point.instructions,
        *crates,
    )


def _crates(work: Work, branch_ids: list[int], vehicle: str, day: date) -> tuple[Lists, Lists]:
    """Branch id → the crates to leave there, and to fetch. What another van has is its own."""
    rows = (
        select(CrateState, Crate.code)
        .join(Crate, col(Crate.id) == col(CrateState.crate_id))
        .where(
            col(CrateState.state).in_((PACKED, *ON_THE_WAY, DELIVERED)),
            col(CrateState.destination_id).in_(branch_ids)
            | col(CrateState.origin_id).in_(branch_ids),
        )
        .order_by(col(Crate.code))
    )
    names = dict(work.session.exec(select(Branch.id, Branch.name)).all())
    leave: dict[int, list[CrateHere]] = {}
    fetch: dict[int, list[CrateHere]] = {}
    for state, code in work.session.exec(rows):
        mine = state.vehicle in {"", vehicle}
        today = swedish_day(state.since) == day
        bound, origin = state.destination_id or 0, state.origin_id or 0
        if state.state == PACKED or (state.state == COLLECTED and mine and today):
            here = CrateHere(code, names.get(bound, ""), state.state != PACKED)
            fetch.setdefault(origin, []).append(here)
        if (state.state in ON_THE_WAY and mine) or (state.state == DELIVERED and today):
            left = state.state == DELIVERED
            aboard = state.state == LOADED or (state.state == COLLECTED and today)
            here = CrateHere(code, names.get(origin, ""), left, aboard and state.vehicle != "")
            leave.setdefault(bound, []).append(here)
    return _tuples(leave), _tuples(fetch)


def _tuples(lists: Mapping[int, list[CrateHere]]) -> Lists:
    return {branch_id: tuple(crates) for branch_id, crates in lists.items()}
