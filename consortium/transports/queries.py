"""Questions about plans, the week they rest on, and the vans."""

from dataclasses import dataclass
from datetime import date, time

from sqlmodel import col, select

from consortium.branches.tables import Branch
from consortium.core.errors import NotFound
from consortium.core.work import Work
from consortium.members.tables import Member
from consortium.transports.tables import Plan, PlanDocument, TemplateStop, Vehicle


@dataclass(frozen=True, slots=True)
class WeeklyView:
    """A stop of the week's template. window: when service may begin."""

    weekday: int
    slug: str
    name: str
    municipality: str
    window: tuple[time, time]
    service_s: int
    required: bool
    skip_ore: int


def plan_of(work: Work, day: date) -> Plan | None:
    """The published plan of `day`, None before there is one."""
    work.require("transports.see")
    rows = select(Plan).where(Plan.on_date == day, Plan.state == "published")
    return work.session.exec(rows).first()


def proposals(work: Work, day: date) -> list[Plan]:
    """The plans of `day` that wait for an answer, the newest first."""
    work.require("transports.see")
    rows = select(Plan).where(Plan.on_date == day, Plan.state == "proposed")
    return list(work.session.exec(rows.order_by(col(Plan.revision).desc())))


def planned_days(work: Work, first: date, last: date) -> list[date]:
    """The days between the two, both inclusive, that have a published plan, in order."""
    work.require("transports.see")
    rows = select(col(Plan.on_date)).where(
        Plan.state == "published", Plan.on_date >= first, Plan.on_date <= last
    )
    return list(work.session.exec(rows.order_by(col(Plan.on_date))))


def plan_by_id(work: Work, plan_id: int) -> Plan:
    work.require("transports.see")
    plan = work.session.get(Plan, plan_id)
    if plan is None:
        raise NotFound("There is no plan {id}", id=plan_id)
    return plan


def plan_papers(work: Work, plan: Plan) -> list[PlanDocument]:
    """The papers of a plan that are drawn: manifests by vehicle, then labels."""
    work.require("transports.see")
    rows = select(PlanDocument).where(PlanDocument.plan_id == plan.id)
    return sorted(work.session.exec(rows), key=lambda row: (row.form != "manifest", row.vehicle))


def weekly_template(work: Work) -> list[WeeklyView]:
    """The stops of the week, Monday first, by the name of the branch."""
    work.require("transports.see")
    rows = (
        select(TemplateStop, Branch, Member)
        .join(Branch, col(Branch.id) == col(TemplateStop.branch_id))
        .join(Member, col(Member.id) == col(Branch.member_id))
        .order_by(col(TemplateStop.weekday), col(Branch.name))
    )
    return [
        WeeklyView(
            stop.weekday,
            branch.slug,
            branch.name,
            member.name,
            (stop.window_from, stop.window_to),
            stop.service_s,
            stop.required,
            stop.skip_ore,
        )
        for stop, branch, member in work.session.exec(rows)
    ]


def vehicles(work: Work) -> list[tuple[Vehicle, Branch]]:
    """The vans with their depots, by code, those out of use as well."""
    work.require("transports.see")
    rows = (
        select(Vehicle, Branch)
        .join(Branch, col(Branch.id) == col(Vehicle.depot_id))
        .order_by(col(Vehicle.code))
    )
    return [(van, depot) for van, depot in work.session.exec(rows)]
