"""Questions about what has been driven: against its plan, in kilometres, and in emissions."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlmodel import col, select

from consortium.branches.queries import branches
from consortium.branches.tables import Branch
from consortium.core.days import DAY, swedish_day, swedish_time
from consortium.core.work import Work
from consortium.crates.volumes import require_time
from consortium.members.tables import Member
from consortium.transports.emissions import co2_grams, route_ore
from consortium.transports.punctuality import (
    DRIVEN,
    MISSED,
    REFUSED,
    UNKNOWN,
    Kept,
    Stop,
    clock_seconds,
    kept,
    windows_of,
)
from consortium.transports.tables import Plan, RouteEvent

SECONDS_A_DAY: Final = 24 * 60 * 60
MET: Final = frozenset({"arrive", "leave"})
FAILED: Final = frozenset({MISSED, REFUSED})


@dataclass(frozen=True, slots=True)
class DrivenRoute:
    """A route of a published plan, and what the driver noted of it.

    planned_s: from departure to return. driven_s: the same as driven, None where one of the two
    was not noted. noted: whether anything was. ore: what it was planned to cost.
    """

    on_date: date
    vehicle: str
    planned_s: int
    driven_s: int | None
    distance_m: int
    ore: int
    stops: tuple[Stop, ...]
    noted: bool


@dataclass(frozen=True, slots=True)
class BranchKept:
    """How the times at a branch were kept. missed, refused: stops."""

    branch: Branch
    member: Member
    kept: Kept
    missed: int
    refused: int


@dataclass(frozen=True, slots=True)
class Failure:
    """A stop that was missed or refused."""

    stop: Stop
    branch: Branch
    member: Member


@dataclass(frozen=True, slots=True)
class WeekKept:
    """How the times of a week, by its Monday, were kept."""

    monday: date
    kept: Kept


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What was driven in some time, both days inclusive.

    compared_*: of the routes whose departure and return were both noted, which alone can be
    compared. distance_m: planned, of all routes; noted_m: of those that anything was noted of.
    branches, failures, weeks, kept: of the branches that the actor may see.
    """

    first: date
    last: date
    routes: tuple[DrivenRoute, ...]
    branches: tuple[BranchKept, ...]
    failures: tuple[Failure, ...]
    weeks: tuple[WeekKept, ...]
    kept: Kept
    compared: int
    compared_planned_s: int
    compared_driven_s: int
    distance_m: int
    noted_m: int
    co2_grams: int


def follow_up(work: Work, first: date, last: date) -> FollowUp:
    """What was planned and driven between two days; Invalid where they are more than a year."""
    scope = work.scope("transports.see")
    require_time(first, last)
    seen = {branch.slug: (branch, member) for branch, member in branches(work, scope)}
    routes = driven_routes(work, first, last)
    stops = [stop for route in routes for stop in route.stops if stop.slug in seen]
    compared = [route for route in routes if route.driven_s is not None]
    distance_m = sum(route.distance_m for route in routes)
    return FollowUp(
        first=first,
        last=last,
        routes=tuple(routes),
        branches=tuple(_by_branch(stops, seen)),
        failures=tuple(Failure(stop, *seen[stop.slug]) for stop in stops if stop.state in FAILED),
        weeks=tuple(_by_week(stops)),
        kept=kept(stops),
        compared=len(compared),
        compared_planned_s=sum(route.planned_s for route in compared),
        compared_driven_s=sum(route.driven_s or 0 for route in compared),
        distance_m=distance_m,
        noted_m=sum(route.distance_m for route in routes if route.noted),
        co2_grams=co2_grams(distance_m, work.routing.co2_grams_per_km),
    )


def driven_routes(work: Work, first: date, last: date) -> list[DrivenRoute]:
    """The routes of the published plans between two days, by day and vehicle, as driven.

    A stop without an arrival is missed where its day is over and its vehicle has noted something
    that day; where nothing was noted, nobody knows.
    """
    work.require("transports.see")
    noted = _noted(work, first, last)
    slugs = {branch.id: branch.slug for branch, _ in branches(work)}
    # Of a case only these two are read: its matrices are most of it.
    asked: Any = select(
        col(Plan.on_date),
        col(Plan.plan),
        col(Plan.case)["stops"],
        col(Plan.case)["vehicles"],
    )
    rows = asked.where(Plan.state == "published", Plan.on_date >= first, Plan.on_date <= last)
    return [
        _route(route, (day, stops, vehicles), _Noted.of(noted.get(day, ()), slugs), work.today)
        for day, plan, stops, vehicles in work.session.execute(rows.order_by(col(Plan.on_date)))
        for route in sorted(plan["routes"], key=lambda route: str(route["vehicle"]))
    ]


def planned_ore(routes: Iterable[DrivenRoute]) -> dict[str, int]:
    """What routes were planned to cost: vehicle → öre."""
    sums: dict[str, int] = defaultdict(int)
    for route in routes:
        sums[route.vehicle] += route.ore
    return dict(sums)


@dataclass(frozen=True, slots=True)
class _Noted:
    """What was noted on a day. ends: vehicle → departure and return. at: slug → its events."""

    vehicles: frozenset[str]
    ends: Mapping[str, tuple[datetime | None, datetime | None]]
    at: Mapping[str, Sequence[RouteEvent]]

    @classmethod
    def of(cls, events: Sequence[RouteEvent], slugs: Mapping[int, str]) -> "_Noted":
        at: dict[str, list[RouteEvent]] = defaultdict(list)
        ends: dict[str, tuple[datetime | None, datetime | None]] = {}
        for event in events:
            if event.branch_id is not None:
                at[slugs[event.branch_id]].append(event)
            left, back = ends.get(event.vehicle, (None, None))
            if event.kind == "depart":
                ends[event.vehicle] = (left or event.at, back)
            elif event.kind == "back":
                ends[event.vehicle] = (left, event.at)
        return cls(frozenset(event.vehicle for event in events), ends, at)


def _noted(work: Work, first: date, last: date) -> dict[date, list[RouteEvent]]:
    """What drivers noted and did not withdraw, day by day, in order of time."""
    rows = (
        select(RouteEvent)
        .where(RouteEvent.on_date >= first, RouteEvent.on_date <= last)
        .where(col(RouteEvent.withdrawn).is_(False))
        .order_by(col(RouteEvent.at), col(RouteEvent.id))
    )
    found: dict[date, list[RouteEvent]] = defaultdict(list)
    for event in work.session.exec(rows):
        found[event.on_date].append(event)
    return found


def _route(
    route: Mapping[str, Any],
    planned: tuple[date, Sequence[dict[str, Any]], Sequence[dict[str, Any]]],
    noted: _Noted,
    today: date,
) -> DrivenRoute:
    """planned: the day, and the stops and vehicles of its case."""
    day, stops, vehicles = planned
    asked = {stop["id"]: stop for stop in stops}
    vehicle = next(each for each in vehicles if each["id"] == route["vehicle"])
    left, back = noted.ends.get(route["vehicle"], (None, None))
    over = day < today and route["vehicle"] in noted.vehicles
    return DrivenRoute(
        on_date=day,
        vehicle=route["vehicle"],
        planned_s=int(route["work_s"]),
        driven_s=int((back - left).total_seconds()) if left and back and back >= left else None,
        distance_m=int(route["distance_m"]),
        ore=route_ore(route, vehicle),
        stops=tuple(
            _stop(stop, (day, route["vehicle"]), asked.get(stop["id"]), noted, over=over)
            for stop in route["stops"]
        ),
        noted=route["vehicle"] in noted.vehicles,
    )


def _stop(
    stop: Mapping[str, Any],
    where: tuple[date, str],
    asked: dict[str, Any] | None,
    noted: _Noted,
    *,
    over: bool,
) -> Stop:
    """where: the day and the vehicle. over: without an arrival, it was missed."""
    day, vehicle = where
    events = noted.at.get(stop["id"], ())
    met = [event for event in events if event.kind in MET]
    failed = [event for event in events if event.kind in FAILED]
    state, reason = (MISSED, "") if over else (UNKNOWN, "")
    if failed:
        state, reason = failed[-1].kind, failed[-1].reason
    return Stop(
        on_date=day,
        vehicle=vehicle,
        slug=stop["id"],
        planned_s=clock_seconds(stop["arrive"]),
        windows=windows_of(asked),
        state=DRIVEN if met else state,
        arrived_s=_since_midnight(met[0].at, day) if met else None,
        reason="" if met else reason,
    )


def _since_midnight(at: datetime, day: date) -> int:
    """Seconds by the clock since `day` began; past midnight they go on."""
    clock = swedish_time(at)
    days = (swedish_day(at) - day).days
    return days * SECONDS_A_DAY + (clock.hour * 60 + clock.minute) * 60 + clock.second


def _by_week(stops: Iterable[Stop]) -> Iterable[WeekKept]:
    groups: dict[date, list[Stop]] = defaultdict(list)
    for stop in stops:
        groups[stop.on_date - stop.on_date.weekday() * DAY].append(stop)
    for monday, theirs in sorted(groups.items()):
        yield WeekKept(monday, kept(theirs))


def _by_branch(
    stops: Iterable[Stop], seen: Mapping[str, tuple[Branch, Member]]
) -> Iterable[BranchKept]:
    """By municipality and branch, those that had a stop."""
    groups: dict[str, list[Stop]] = defaultdict(list)
    for stop in stops:
        groups[stop.slug].append(stop)
    for slug, (branch, member) in seen.items():
        if theirs := groups.get(slug):
            yield BranchKept(
                branch,
                member,
                kept(theirs),
                sum(stop.state == MISSED for stop in theirs),
                sum(stop.state == REFUSED for stop in theirs),
            )
