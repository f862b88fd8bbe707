"""Question: what a branch has to know of its crates: what comes, when, what is here, what goes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import col, or_, select

from consortium.branches.queries import branch_by_slug, branch_days
from consortium.branches.tables import Branch
from consortium.core.work import Work
from consortium.crates.rules import DELIVERED, LOST, ON_THE_WAY, PACKED
from consortium.crates.tables import Crate, CrateState, DeliveryPoint
from consortium.members.tables import Member
from consortium.transports.delay_rules import minutes_late
from consortium.transports.delivery_points import delivery_point
from consortium.transports.library_week import next_traffic_day
from consortium.transports.queries import plan_of
from consortium.transports.route_sheets import planned_routes, route_state
from consortium.transports.tables import Vehicle


@dataclass(frozen=True, slots=True)
class Delivery:
    """When a van comes to a branch on a day. planned: by the plan in force.

    expected_at: by what the driver has noted, None where nothing is known. minutes: late, 0 in
    time. state: of the stop, as the driver has noted it, with the reason where it was not served.
    at: when the van came or left. deliver, collect: crates that the plan counts with.
    """

    van: str
    planned: datetime
    expected_at: datetime | None
    minutes: int
    state: str
    at: datetime | None
    reason: str
    deliver: int
    collect: int


@dataclass(frozen=True, slots=True)
class BranchDate:
    """A day of a branch. planned: whether a plan of the day is in force. closed: why, or empty."""

    day: date
    planned: bool
    closed: str
    deliveries: tuple[Delivery, ...]


@dataclass(frozen=True, slots=True)
class CrateAt:
    """A crate that concerns a branch. other: the name of the branch at its journey's other end."""

    code: str
    other: str
    state: str
    since: datetime
    vehicle: str


@dataclass(frozen=True, slots=True)
class BranchSheet:
    """What a branch has to know. days: today and the next day with traffic.

    coming: crates bound for it, the nearest first. here: left by a van and not emptied. going:
    packed here. missing: lost on their way to or from it.
    """

    slug: str
    name: str
    days: tuple[BranchDate, ...]
    coming: tuple[CrateAt, ...]
    here: tuple[CrateAt, ...]
    going: tuple[CrateAt, ...]
    missing: tuple[CrateAt, ...]
    point: DeliveryPoint


def branch_sheet(work: Work, slug: str) -> BranchSheet:
    """What the staff of a branch have before them; takes the right to handle its crates."""
    branch = branch_by_slug(work, slug)
    work.require("crates.handle", work.session.get_one(Member, branch.member_id).code)
    rows = _crates(work, branch)
    nearest = {state: place for place, state in enumerate((*reversed(ON_THE_WAY), PACKED))}
    coming = [
        row for row, state in rows if row.state in nearest and state.destination_id == branch.id
    ]
    return BranchSheet(
        branch.slug,
        branch.name,
        tuple(_date(work, branch, day) for day in (work.today, next_traffic_day(work, work.today))),
        tuple(sorted(coming, key=lambda row: (nearest[row.state], row.code))),
        _among(rows, DELIVERED, branch),
        tuple(row for row, state in rows if row.state == PACKED and state.origin_id == branch.id),
        tuple(row for row, _state in rows if row.state == LOST),
        delivery_point(work, slug),
    )


def _among(
    rows: Sequence[tuple[CrateAt, CrateState]], state: str, branch: Branch
) -> tuple[CrateAt, ...]:
    """The crates that are in `state` at the branch itself."""
    return tuple(row for row, now in rows if row.state == state and now.branch_id == branch.id)


def _crates(work: Work, branch: Branch) -> list[tuple[CrateAt, CrateState]]:
    """The crates that are here, come from here or go here, by code."""
    rows = (
        select(CrateState, Crate.code)
        .join(Crate, col(Crate.id) == col(CrateState.crate_id))
        .where(
            col(CrateState.state).in_((PACKED, *ON_THE_WAY, DELIVERED, LOST)),
            or_(
                CrateState.branch_id == branch.id,
                CrateState.origin_id == branch.id,
                CrateState.destination_id == branch.id,
            ),
        )
        .order_by(col(Crate.code))
    )
    names = dict(work.session.exec(select(Branch.id, Branch.name)).all())
    found = []
    for state, code in work.session.exec(rows):
        other = state.destination_id if state.origin_id == branch.id else state.origin_id
        crate = CrateAt(code, names.get(other or 0, ""), state.state, state.since, state.vehicle)
        found.append((crate, state))
    return found


def _date(work: Work, branch: Branch, day: date) -> BranchDate:
    plan = plan_of(work, day)
    deliveries = []
    names = dict(work.session.exec(select(Vehicle.code, Vehicle.name)).all())
    for route in planned_routes(plan) if plan else ():
        asked = {stop["id"]: stop for stop in plan.case["stops"]} if plan else {}
        state = route_state(work, day, route)
        for stop, now in zip(route.stops, state.stops, strict=True):
            if stop.slug != branch.slug:
                continue
            deliveries.append(
                Delivery(
                    names.get(route.vehicle, route.vehicle),
                    stop.arrive,
                    now.expected_at,
                    minutes_late(now.late) if now.late else 0,
                    now.state,
                    now.left_at or now.arrived_at,
                    now.reason,
                    asked[stop.slug]["deliver"],
                    asked[stop.slug]["collect"],
                )
            )
    closed = branch_days(work, day)[branch.id].closed
    return BranchDate(day, plan is not None, closed, tuple(deliveries))
