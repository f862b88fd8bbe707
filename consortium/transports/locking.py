"""Use cases: the published plan of a day is locked, for the drivers have it, and unlocked."""

from datetime import date

from consortium.core.errors import Conflict, NotFound
from consortium.core.work import Work
from consortium.transports.planning import standing_plans
from consortium.transports.tables import Plan


def lock_plan(work: Work, day: date) -> Plan:
    """Hold the published plan of `day` as it is: nothing is accepted or moved until it is unlocked.

    Proposals still come and may be rejected. A day that is over, or a plan that is locked already,
    is a Conflict.
    """
    work.require("transports.plan")
    plan = _published(work, day)
    if day < work.today:
        raise Conflict("The day {day} is over", day=day.isoformat())
    if plan.locked_at is not None:
        raise Conflict("The plan of {day} is locked already", day=day.isoformat())
    plan.locked_by, plan.locked_at = work.actor.name, work.now
    work.session.add(plan)
    work.audit("transports.plan_locked", f"{day.isoformat()} {plan.revision}", plan=plan.id)
    return plan


def unlock_plan(work: Work, day: date) -> Plan:
    """Let the published plan of `day` be changed again; Conflict where it is not locked."""
    work.require("transports.plan")
    plan = _published(work, day)
    if plan.locked_at is None:
        raise Conflict("The plan of {day} is not locked", day=day.isoformat())
    plan.locked_by, plan.locked_at = "", None
    work.session.add(plan)
    work.audit("transports.plan_unlocked", f"{day.isoformat()} {plan.revision}", plan=plan.id)
    return plan


def _published(work: Work, day: date) -> Plan:
    for plan in standing_plans(work, day):
        if plan.state == "published":
            return plan
    raise NotFound("There is no plan of {day}", day=day.isoformat())
