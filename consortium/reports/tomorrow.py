"""Report: the transports of a day, as whoever sends the vans off needs to see them.

Plan and routes are shown whole to everyone who may see transports: a route makes no sense in
part. Which of its places are the reader's own stands beside them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select

from consortium.branches.closing import DAYS_CHANGED
from consortium.branches.queries import branches
from consortium.core.days import DAY, is_business_day
from consortium.core.later import Task, TaskState
from consortium.core.work import Work
from consortium.reports.plans import Version, versions
from consortium.reports.proposals import Proposal, proposals_of
from consortium.transports.calendars import why_no_traffic
from consortium.transports.day_basis import ClosedStop, WaitingBranch
from consortium.transports.days import read_calendar
from consortium.transports.distance_rules import EstimateError
from consortium.transports.distancing import estimate_error
from consortium.transports.library_week import next_traffic_day, special_dates, traffic_days
from consortium.transports.overview import plan_view
from consortium.transports.plan_views import PlanView, RouteView
from consortium.transports.planning import PLAN_ASKED
from consortium.transports.queries import plan_of, plan_papers, vehicles

LABELS = ""
"""Stands for the labels among the papers, which are else named by their vehicle."""


@dataclass(frozen=True, slots=True)
class Place:
    """A branch on the map. kind, locality: as `Branch` has them. own: of the reader's members."""

    slug: str
    name: str
    locality: str
    kind: str
    lat: float
    lon: float
    own: bool


@dataclass(frozen=True, slots=True)
class Totals:
    """What a plan comes to. fullest: the most crates on a leg, and the room of that van."""

    routes: int
    vans: int
    stops: int
    deliver: int
    collect: int
    fullest: tuple[int, int]
    distance_m: int
    work_s: int


@dataclass(frozen=True, slots=True)
class Closed:
    """A stop that the weekday has, but not this date, with the crates that wait for it.

    why: in Swedish. next_on: when they can go, None where no stop comes within four weeks.
    """

    slug: str
    name: str
    why: str
    crates: int
    next_on: date | None


@dataclass(frozen=True, slots=True)
class DayReport:
    """A day. plan, totals: None before there is a plan.

    holiday: why nobody drives, in Swedish, where there is more to say than the weekday. travels:
    whether crates travel at all. next_on: the next day on which they do. ahead: the next two after
    today. made_on: the business day before it, on which its first plan is made. waiting: branches
    with crates but without a stop that day. papers: the codes of the vehicles whose manifests are
    drawn, and LABELS.
    making: a plan of the day is being made. trouble: why the last one asked for was not made.
    places: slug → branch. vans: code → name. estimate_error: of a plan
    with estimated legs, where any are known to compare with.
    """

    day: date
    today: date
    holiday: str
    travels: bool
    next_on: date
    ahead: tuple[date, date]
    made_on: date
    plan: PlanView | None
    totals: Totals | None
    proposals: tuple[Proposal, ...]
    closed: tuple[Closed, ...]
    waiting: tuple[WaitingBranch, ...]
    versions: tuple[Version, ...]
    papers: frozenset[str]
    making: bool
    trouble: str
    places: Mapping[str, Place]
    vans: Mapping[str, str]
    estimate_error: EstimateError | None


def day_report(work: Work, day: date, notice_minutes: int) -> DayReport:
    """What stands for `day` and what waits for an answer; notice_minutes: as in `proposals_of`."""
    plan = plan_of(work, day)
    view = plan_view(work, plan) if plan else None
    found = view or read_calendar(work, day)
    made = versions(work, day)
    asked = _asked(work, day)
    following = next_traffic_day(work, work.today)
    return DayReport(
        day=day,
        today=work.today,
        holiday=why_no_traffic(day, special_dates(work, day, day)),
        travels=bool(traffic_days(work, day, day)),
        next_on=next_traffic_day(work, day),
        ahead=(following, next_traffic_day(work, following)),
        made_on=_business_day_before(day),
        plan=view,
        totals=_totals(work, view.routes) if view else None,
        proposals=tuple(proposals_of(work, day, notice_minutes)),
        closed=_closed(found.closed, found.waiting),
        waiting=_elsewhere(found.closed, found.waiting),
        versions=tuple(made),
        papers=frozenset(row.vehicle for row in plan_papers(work, plan)) if plan else frozenset(),
        making=any(task.state in {TaskState.WAITING, TaskState.RUNNING} for task in asked),
        trouble=_trouble(asked, made),
        places=_places(work),
        vans={van.code: van.name for van, _ in vehicles(work)},
        estimate_error=estimate_error(work) if view and view.sources["estimated"] else None,
    )


def _totals(work: Work, routes: Sequence[RouteView]) -> Totals:
    stops = [stop for route in routes for stop in route.stops]
    loads = [(route.most_load, route.capacity) for route in routes]
    return Totals(
        routes=len(routes),
        vans=sum(van.active for van, _ in vehicles(work)),
        stops=len(stops),
        deliver=sum(stop.deliver for stop in stops),
        collect=sum(stop.collect for stop in stops),
        fullest=max(loads, key=lambda load: load[0] / load[1], default=(0, 0)),
        distance_m=sum(route.distance_m for route in routes),
        work_s=sum(route.work_s for route in routes),
    )


def _closed(closed: Sequence[ClosedStop], waiting: Sequence[WaitingBranch]) -> tuple[Closed, ...]:
    crates = {row.slug: row for row in waiting}
    return tuple(
        Closed(
            stop.slug,
            stop.name,
            stop.why,
            row.deliver + row.collect if (row := crates.get(stop.slug)) else 0,
            row.next_on if row else None,
        )
        for stop in closed
    )


def _elsewhere(
    closed: Sequence[ClosedStop], waiting: Sequence[WaitingBranch]
) -> tuple[WaitingBranch, ...]:
    shut = {stop.slug for stop in closed}
    return tuple(row for row in waiting if row.slug not in shut)


def _asked(work: Work, day: date) -> list[Task]:
    """What was asked of the planner for `day` and is not done, the newest first.

    A coordinator asks for one day, a closure for all that it touches.
    """
    names = (PLAN_ASKED.name, DAYS_CHANGED.name)
    rows = select(Task).where(col(Task.name).in_(names), Task.state != TaskState.DONE)
    found = work.session.exec(rows.order_by(col(Task.id).desc()))
    return [task for task in found if _concerns(task, day)]


def _trouble(asked: Sequence[Task], made: Sequence[Version]) -> str:
    """Why the latest of what was asked failed, unless a plan has been made since."""
    failed = [task for task in asked if task.state == TaskState.FAILED]
    since = [plan for plan in made if failed and plan.made_at >= failed[0].due]
    return failed[0].trouble if failed and not since else ""


def _concerns(task: Task, day: date) -> bool:
    first = task.details.get("day", task.details.get("from_on"))
    last = task.details.get("day", task.details.get("to_on"))
    return str(first) <= day.isoformat() <= str(last)


def _business_day_before(day: date) -> date:
    before = day - DAY
    while not is_business_day(before):
        before -= DAY
    return before


def _places(work: Work) -> dict[str, Place]:
    scope = work.scope("transports.see")
    return {
        branch.slug: Place(
            branch.slug,
            branch.name,
            branch.locality,
            branch.kind,
            branch.lat,
            branch.lon,
            own=scope is not None and member.code in scope,
        )
        for branch, member in branches(work)
    }
