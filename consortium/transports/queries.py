"""Questions about plans, the week they rest on, and the vans."""

from dataclasses import dataclass
from datetime import date, time

from sqlmodel import col, select

from consortium.branches.queries import branches
from consortium.branches.tables import Branch
from consortium.core.errors import NotFound
from consortium.core.work import Work
from consortium.members.tables import Member
from consortium.transports.calendars import WEEKDAYS, stop_windows
from consortium.transports.library_week import template_of
from consortium.transports.tables import Plan, PlanDocument, TemplateStop, Vehicle
from consortium.transports.weekly_stops import season_id_of


@dataclass(frozen=True, slots=True)
class WeeklyView:
    """A stop of the week's template. window, more_windows: when service may begin.

    season: whose own stop it is, empty for the ordinary week's. served: else the season does
    without it. usual_deliver, usual_collect: crates expected before any are counted.
    """

    weekday: int
    slug: str
    name: str
    municipality: str
    window: tuple[time, time]
    service_s: int
    required: bool
    skip_ore: int
    season: str = ""
    served: bool = True
    more_windows: tuple[tuple[time, time], ...] = ()
    usual_deliver: int = 0
    usual_collect: int = 0


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


def weekly_template(work: Work, season: str = "") -> list[WeeklyView]:
    """The stops of the week, Monday first, by the name of the branch.

    season: its name: its own stops stand instead of the ordinary week's, which fill up the rest.
    A stop that it does without is among them, not served.
    """
    work.require("transports.see")
    season_id = season_id_of(work, season)
    known = {branch.id: (branch, member) for branch, member in branches(work)}
    template = work.session.exec(select(TemplateStop)).all()
    views = [
        _weekly(row, *known[row.branch_id], season if row.season_id is not None else "")
        for weekday in WEEKDAYS
        for row in template_of(template, weekday, season_id)
    ]
    return sorted(views, key=lambda view: (view.weekday, view.name))


def _weekly(row: TemplateStop, branch: Branch, member: Member, season: str) -> WeeklyView:
    first, *more = stop_windows((row.window_from, row.window_to), row.more_windows)
    return WeeklyView(
        row.weekday,
        branch.slug,
        branch.name,
        member.name,
        first,
        row.service_s,
        row.required,
        row.skip_ore,
        season,
        row.served,
        tuple(more),
        row.usual_deliver,
        row.usual_collect,
    )


def vehicles(work: Work) -> list[tuple[Vehicle, Branch]]:
    """The vans with their depots, by code, those out of use as well."""
    work.require("transports.see")
    rows = (
        select(Vehicle, Branch)
        .join(Branch, col(Branch.id) == col(Vehicle.depot_id))
        .order_by(col(Vehicle.code))
    )
    return [(van, depot) for van, depot in work.session.exec(rows)]
