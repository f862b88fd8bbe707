"""Report: the plans that stand, their papers, and all that were made for a date."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import col, select

from consortium.core.errors import NotFound
from consortium.core.work import Work
from consortium.documents.queries import document
from consortium.documents.tables import Document
from consortium.transports.queries import plan_of, plan_papers
from consortium.transports.tables import Plan


@dataclass(frozen=True, slots=True)
class Version:
    """One of the plans made for a date, without its contents.

    state: as `Plan` has it. answered_by: empty, and answered_at None, where nobody answered it;
    locked_by, locked_at: likewise where it is not locked.
    """

    on_date: date
    revision: int
    state: str
    reason: str
    snapshot: str
    made_by: str
    made_at: datetime
    answered_by: str
    answered_at: datetime | None
    locked_by: str = ""
    locked_at: datetime | None = None


def versions(work: Work, day: date) -> list[Version]:
    """All plans that were made for `day`, the newest first."""
    work.require("transports.see")
    rows = select(Plan).where(Plan.on_date == day).order_by(col(Plan.revision).desc())
    return [version_of(plan) for plan in work.session.exec(rows)]


def published_plans(work: Work, first: date, last: date, most: int) -> list[Version]:
    """The published plans of the days from `first` to `last`, in order, at most `most`."""
    work.require("transports.see")
    rows = select(Plan).where(
        Plan.state == "published", Plan.on_date >= first, Plan.on_date <= last
    )
    found = work.session.exec(rows.order_by(col(Plan.on_date)).limit(most))
    return [version_of(plan) for plan in found]


def published_plan(work: Work, day: date) -> Plan:
    """The plan that stands for `day`; NotFound before there is one."""
    plan = plan_of(work, day)
    if plan is None:
        raise NotFound("There is no plan of {day}", day=day.isoformat())
    return plan


def paper(work: Work, day: date, form: str, vehicle: str = "") -> Document:
    """A paper of the plan that stands for `day`: the `manifest` of a vehicle, or the `labels`."""
    papers = {(row.form, row.vehicle): row for row in plan_papers(work, published_plan(work, day))}
    found = papers.get((form, vehicle))
    if found is None:
        raise NotFound(
            "The plan of {day} has no such paper",
            day=day.isoformat(),
            remedy="Papers are drawn a moment after their plan is published",
        )
    return document(work, found.sha256)


def version_of(plan: Plan) -> Version:
    return Version(
        plan.on_date,
        plan.revision,
        plan.state,
        plan.reason,
        plan.snapshot,
        plan.made_by,
        plan.made_at,
        plan.answered_by,
        plan.answered_at,
        plan.locked_by,
        plan.locked_at,
    )
