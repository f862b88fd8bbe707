"""Planning a day: choose its routes with no work open, then record them.

The first plan of a date is published. What comes after it is a proposal, the smallest change that
mends the published one, and waits for a person's answer (`answering.py`).
"""

from dataclasses import dataclass
from datetime import date

from sqlmodel import col, func, select

from consortium.core.days import is_business_day
from consortium.core.errors import Conflict
from consortium.core.later import Later, Task, TaskState
from consortium.core.work import Work
from consortium.messages.telling import tell
from consortium.transports.days import DayBasis, read_day
from consortium.transports.routing import plan, retime
from consortium.transports.rules import (
    ITERATIONS,
    CaseFile,
    PlanFile,
    arrivals,
    day_case,
    same_routes,
)
from consortium.transports.tables import Plan

RENDER_PLAN = Later("routing.render_plan")
PLAN_ASKED = Later("routing.plan_asked_day")


@dataclass(frozen=True, slots=True)
class ProposedPlan:
    """A plan before it is recorded: a case and its answer, as ROUTING has them."""

    case: CaseFile
    plan: PlanFile


def ask_for_plan(work: Work, day: date) -> None:
    """Ask for a plan of `day` now: its first one, else a proposal where anything has changed.

    A day that is over or on which no crates travel is a Conflict, and so is asking twice before
    there is an answer.
    """
    work.require("transports.plan")
    if day < work.today:
        raise Conflict("The day {day} is over", day=day.isoformat())
    if not is_business_day(day):
        raise Conflict(
            "No crates travel on {day}",
            day=day.isoformat(),
            remedy="Choose a day from Monday to Friday that is no holiday",
        )
    before = select(Task).where(
        Task.name == PLAN_ASKED.name, col(Task.key).startswith(f"{day.isoformat()}:")
    )
    asked = work.session.exec(before).all()
    if any(task.state in {TaskState.WAITING, TaskState.RUNNING} for task in asked):
        raise Conflict(
            "The plan of {day} is being made already", day=day.isoformat(), remedy="Wait for it"
        )
    work.later(PLAN_ASKED, key=f"{day.isoformat()}:{len(asked) + 1}", day=day.isoformat())
    work.audit("transports.plan_asked", day.isoformat())


def choose_plan(basis: DayBasis, iterations: int = ITERATIONS) -> ProposedPlan:
    """The plan of a day; pure, and the same for the same basis.

    Where a plan is published, its vehicles and orders are kept without the stops that are gone,
    as long as it had every stop that is to be served and the orders hold; else all is planned
    anew. iterations: of one run of the solver.
    """
    case = day_case(basis.day, basis.vehicles, basis.places, basis.stops, iterations)
    kept = _kept(case, basis.published.plan) if basis.published else None
    return ProposedPlan(case, kept or plan(case))


def record_plan(work: Work, basis: DayBasis, proposed: ProposedPlan, reason: str) -> Plan:
    """Record what was chosen for a day: the first plan published, a later one as proposed.

    Conflict where the day is no longer as `basis` has it: read it again. Earlier proposals of the
    date are replaced. What repeats the published plan, or the proposal that waits, is not
    recorded again. Returns the plan that stands for what was chosen.
    """
    work.require("transports.plan")
    standing = standing_plans(work, basis.day)
    if read_day(work, basis.day) != basis:
        raise Conflict(
            "What the plan of {day} is made from has changed in the meantime",
            day=basis.day.isoformat(),
            remedy="Plan the day again",
        )
    alike = [each for each in standing if same_routes(each.plan, proposed.plan)]
    chosen = alike[0] if alike else _record(work, basis, proposed, reason)
    for earlier in standing:
        if earlier.state == "proposed" and earlier is not chosen:
            earlier.state = "replaced"
            work.session.add(earlier)
    return chosen


def standing_plans(work: Work, day: date) -> list[Plan]:
    """The published plan of `day` and the proposals that wait, in this order, locked."""
    rows = (
        select(Plan)
        .where(Plan.on_date == day, col(Plan.state).in_(("published", "proposed")))
        .order_by(col(Plan.id))
        .with_for_update()
        .execution_options(populate_existing=True)  # whoever held the lock may have changed them
    )
    return sorted(work.session.exec(rows), key=lambda plan: plan.state == "proposed")


def announce(work: Work, plan: Plan) -> None:
    """Tell webhooks that a plan is published; again where it was taken back in between."""
    facts: dict[str, str | int] = {
        "day": plan.on_date.isoformat(),
        "revision": plan.revision,
        "snapshot": plan.snapshot,
    }
    tell(work, "plan.published", f"{plan.id}:{work.now.isoformat()}", facts)


def _kept(case: CaseFile, before: PlanFile) -> PlanFile | None:
    """Plan `before` without the stops that `case` lacks; None where that will not do."""
    asked = {stop["id"] for stop in case["stops"]}
    optional = {stop["id"] for stop in case["stops"] if not stop["required"]}
    skipped = {stop["id"] for stop in before["unserved"]} & optional
    routes = [
        {
            "vehicle": route["vehicle"],
            "stops": [stop["id"] for stop in route["stops"] if stop["id"] in asked],
        }
        for route in before["routes"]
    ]
    routes = [route for route in routes if route["stops"]]
    vans = {van["id"] for van in case["vehicles"]}
    if asked - arrivals(before).keys() - skipped or {r["vehicle"] for r in routes} - vans:
        return None
    try:
        return retime(case, routes)
    except Conflict:  # more crates or other windows than this order can bear
        return None


def _record(work: Work, basis: DayBasis, proposed: ProposedPlan, reason: str) -> Plan:
    newest = select(func.max(Plan.revision)).where(Plan.on_date == basis.day)
    made = Plan(
        on_date=basis.day,
        revision=(work.session.exec(newest).one() or 0) + 1,
        state="proposed" if basis.published else "published",
        reason=reason,
        case=proposed.case,
        plan=proposed.plan,
        snapshot=proposed.plan["snapshot"],
        made_by=work.actor.name,
        made_at=work.now,
    )
    work.session.add(made)
    work.session.flush()
    if made.state == "published":
        work.later(RENDER_PLAN, key=str(made.id), plan=made.id)
        announce(work, made)
    work.audit(
        f"transports.plan_{made.state}",
        f"{basis.day.isoformat()} {made.revision}",
        reason=reason,
        snapshot=made.snapshot,
    )
    return made
