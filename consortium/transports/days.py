"""Query: what a plan of a day has to go by."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlmodel import col, func, select

from consortium.branches.queries import BranchDay, branch_days
from consortium.core.days import DAY
from consortium.core.work import Work
from consortium.transports.rules import CaseFile, DayPlace, DayStop, DayVehicle, PlanFile
from consortium.transports.tables import CrateTrip, Plan, TemplateStop, Vehicle

DAYS_AHEAD: Final = 28

Calendar = Mapping[int, BranchDay]


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
class KnownPlan:
    """The published plan of a date, with its case."""

    id: int
    revision: int
    case: CaseFile
    plan: PlanFile


@dataclass(frozen=True, slots=True)
class DayBasis:
    """All that a plan of a day is made from, as it was read in one moment; plain values.

    Vehicles, places, stops and branches by their ids. places: of depots and stops.
    """

    day: date
    vehicles: tuple[DayVehicle, ...]
    places: tuple[DayPlace, ...]
    stops: tuple[DayStop, ...]
    closed: tuple[ClosedStop, ...]
    waiting: tuple[WaitingBranch, ...]
    published: KnownPlan | None


@dataclass(frozen=True, slots=True)
class _Crates:
    """Crates of a branch: on their way to it, and packed at it."""

    deliver: int = 0
    collect: int = 0


def read_day(work: Work, day: date) -> DayBasis:
    """What a plan of `day` has to go by: the weekday's stops, the calendar, crates and vans.

    A branch that is closed has no stop. A stop that may be left out may not be where crates wait.
    """
    work.require("transports.see")
    calendar = branch_days(work, day)
    crates = _crates(work)
    weekly = _weekly_stops(work, day)
    visited = [row for row in weekly if not calendar[row.branch_id].closed]
    vans = _vans(work)
    branches = {van.depot_id for van in vans} | {row.branch_id for row in visited}
    return DayBasis(
        day,
        tuple(_vehicle(van, calendar) for van in vans),
        tuple(sorted((_place(calendar[each]) for each in branches), key=lambda row: row.slug)),
        tuple(sorted((_stop(row, calendar, crates) for row in visited), key=lambda row: row.slug)),
        _closed(weekly, calendar),
        _waiting(work, calendar, crates, day),
        published_plan(work, day),
    )


def published_plan(work: Work, day: date) -> KnownPlan | None:
    """The published plan of `day`, None before there is one."""
    rows = select(Plan).where(Plan.on_date == day, Plan.state == "published")
    plan = work.session.exec(rows).first()
    return KnownPlan(plan.id, plan.revision, plan.case, plan.plan) if plan else None


def _weekly_stops(work: Work, day: date) -> list[TemplateStop]:
    rows = select(TemplateStop).where(TemplateStop.weekday == day.weekday())
    return list(work.session.exec(rows))


def _vans(work: Work) -> list[Vehicle]:
    rows = select(Vehicle).where(col(Vehicle.active).is_(True)).order_by(col(Vehicle.code))
    return list(work.session.exec(rows))


def _crates(work: Work) -> dict[int, _Crates]:
    """Branch id → its crates; a branch without any is left out."""
    bound, packed = (
        dict(
            work.session.exec(
                select(branch_id, func.count()).where(CrateTrip.state == state).group_by(branch_id)
            ).all()
        )
        for branch_id, state in (
            (col(CrateTrip.destination_id), "collected"),
            (col(CrateTrip.origin_id), "packed"),
        )
    )
    return {each: _Crates(bound.get(each, 0), packed.get(each, 0)) for each in bound | packed}


def _vehicle(van: Vehicle, calendar: Calendar) -> DayVehicle:
    return DayVehicle(
        code=van.code,
        depot=calendar[van.depot_id].branch.slug,
        capacity=van.capacity,
        shift=(van.shift_from, van.shift_to),
        max_duration_s=van.max_duration_s,
        cost_per_km_ore=van.cost_per_km_ore,
        cost_per_hour_ore=van.cost_per_hour_ore,
        fixed_ore=van.fixed_ore,
    )


def _place(day: BranchDay) -> DayPlace:
    return DayPlace(day.branch.slug, day.branch.lat, day.branch.lon)


def _stop(row: TemplateStop, calendar: Calendar, crates: Mapping[int, _Crates]) -> DayStop:
    here = crates.get(row.branch_id, _Crates())
    return DayStop(
        slug=calendar[row.branch_id].branch.slug,
        deliver=here.deliver,
        collect=here.collect,
        window=(row.window_from, row.window_to),
        service_s=row.service_s,
        required=row.required or here != _Crates(),
        skip_ore=row.skip_ore,
    )


def _closed(weekly: Collection[TemplateStop], calendar: Calendar) -> tuple[ClosedStop, ...]:
    days = [calendar[row.branch_id] for row in weekly]
    closed = [
        ClosedStop(each.branch.slug, each.branch.name, each.closed) for each in days if each.closed
    ]
    return tuple(sorted(closed, key=lambda stop: stop.slug))


def _waiting(
    work: Work, calendar: Calendar, crates: Mapping[int, _Crates], day: date
) -> tuple[WaitingBranch, ...]:
    weekdays = _weekdays(work)
    left = {
        each
        for each in crates
        if day.weekday() not in weekdays.get(each, ()) or calendar[each].closed
    }
    next_on = _next_stops(work, {each: weekdays.get(each, set()) for each in left}, day)
    rows = [
        WaitingBranch(
            calendar[each].branch.slug,
            calendar[each].branch.name,
            crates[each].deliver,
            crates[each].collect,
            next_on.get(each),
        )
        for each in left
    ]
    return tuple(sorted(rows, key=lambda row: row.slug))


def _weekdays(work: Work) -> dict[int, set[int]]:
    """Branch id → the weekdays on which it has a stop."""
    weekdays: dict[int, set[int]] = {}
    for branch_id, weekday in work.session.exec(
        select(TemplateStop.branch_id, TemplateStop.weekday)
    ):
        weekdays.setdefault(branch_id, set()).add(weekday)
    return weekdays


def _next_stops(work: Work, weekdays: Mapping[int, set[int]], day: date) -> dict[int, date]:
    """Branch id → the first day after `day` on which it has a stop and is open."""
    found: dict[int, date] = {}
    for ahead in range(1, DAYS_AHEAD + 1):
        on = day + ahead * DAY
        due = [each for each in weekdays if on.weekday() in weekdays[each] and each not in found]
        calendar = branch_days(work, on) if due else {}
        found |= {each: on for each in due if not calendar[each].closed}
    return found
