"""Planning a day: choose its routes with no work open, then record them.

The first plan of a date is published, unless the settings have a person publish it. What comes
after it is a proposal that keeps what people know unless a change is worth its price, and waits
for a person's answer (`answering.py`).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from sqlmodel import col, func, select

from consortium.core.errors import Conflict
from consortium.core.later import Later, Task, TaskState
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.messages.telling import tell
from consortium.transports import routing
from consortium.transports.day_basis import DayBasis
from consortium.transports.days import read_day
from consortium.transports.library_week import traffic_days
from consortium.transports.rules import CaseFile, PlanFile, day_case, same_routes
from consortium.transports.shortage_rules import short_case
from consortium.transports.tables import Plan

RENDER_PLAN = Later("routing.render_plan")
PLAN_ASKED = Later("routing.plan_asked_day")

MOVED_BY_HAND: Final = mark("Moved by hand")
TAKEN_IN_PART: Final = mark("Part of a proposal")
BY_HAND: Final = frozenset({MOVED_BY_HAND, TAKEN_IN_PART})
"""Reasons of proposals that a person made; the service never sets one aside."""

FRONTIER_PRICES_ORE: Final = (0, 1_000, 3_000, 10_000, 30_000)
"""What a moved stop may cost, for showing what the day would cost at each."""


@dataclass(frozen=True, slots=True)
class ProposedPlan:
    """A plan before it is recorded: a case and its answer, as ROUTING has them.

    frontier: what the day costs and moves at some prices of a moved stop, cheapest price first.
    """

    case: CaseFile
    plan: PlanFile
    frontier: tuple[dict[str, Any], ...] = ()


def ask_for_plan(work: Work, day: date) -> None:
    """Ask for a plan of `day` now: its first one, else a proposal where anything has changed.

    A day that is over or on which no crates travel is a Conflict, and so is asking twice before
    there is an answer.
    """
    work.require("transports.plan")
    if day < work.today:
        raise Conflict("The day {day} is over", day=day.isoformat())
    if not traffic_days(work, day, day):
        raise Conflict(
            "No crates travel on {day}",
            day=day.isoformat(),
            remedy="Choose a day on which the vans are driven",
        )
    asked = _asked(work, day)
    if any(task.state in {TaskState.WAITING, TaskState.RUNNING} for task in asked):
        raise Conflict(
            "The plan of {day} is being made already", day=day.isoformat(), remedy="Wait for it"
        )
    work.later(PLAN_ASKED, key=f"{day.isoformat()}:{len(asked) + 1}", day=day.isoformat())
    work.audit("transports.plan_asked", day.isoformat())


def choose_plan(basis: DayBasis, iterations: int | None = None) -> ProposedPlan:
    """The plan of a day; pure, and the same for the same basis.

    It keeps to the routes that people know (`basis.previous`) where a change is not worth its
    price. Where a van is absent, whoever cannot be served is chosen by `shortage_rules`.
    iterations: of one run of the solver, None: as the basis has them.
    """
    case = day_case(basis, iterations)
    if basis.shortage is not None:
        case = short_case(case, basis.shortage)
    return ProposedPlan(case, routing.plan(case))


def with_frontier(
    chosen: ProposedPlan, prices: Iterable[int] = FRONTIER_PRICES_ORE
) -> ProposedPlan:
    """`chosen` with what the day would cost at other prices of a moved stop; pure.

    Their own price is among them. Empty where there are no known routes to keep to.
    """
    if not chosen.case.get("previous"):
        return chosen
    present = chosen.case.get("stability", {}).get("moved_stop_ore", 0)
    return replace(
        chosen,
        frontier=tuple(routing.frontier(chosen.case, sorted({*prices, present}), chosen.plan)),
    )


def record_plan(work: Work, basis: DayBasis, proposed: ProposedPlan, reason: str) -> Plan:
    """Record what was chosen for a day: the first plan published, a later one as proposed.

    Conflict where the day is no longer as `basis` has it: read it again. The service's earlier
    proposals of the date are replaced, those that a person made stay. What repeats the published
    plan, or a proposal that waits, is not recorded again. Returns the plan that stands for what
    was chosen.
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
        service = earlier.state == "proposed" and earlier.reason not in BY_HAND
        if service and earlier is not chosen:
            earlier.state = "replaced"
            work.session.add(earlier)
    return chosen


def keep_frontier(work: Work, plan_id: int, drawn: ProposedPlan) -> None:
    """Keep what the day would cost at other prices with the plan that it was drawn for."""
    work.require("transports.plan")
    plan = work.session.get(Plan, plan_id)
    if plan is not None and plan.snapshot == drawn.plan["snapshot"] and not plan.frontier:
        plan.frontier = list(drawn.frontier)
        work.session.add(plan)


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


def add_plan(work: Work, day: date, proposed: ProposedPlan, reason: str, state: str) -> Plan:
    """A new plan of `day` with the next revision; who calls it writes of it in the audit trail."""
    newest = select(func.max(Plan.revision)).where(Plan.on_date == day)
    made = Plan(
        on_date=day,
        revision=(work.session.exec(newest).one() or 0) + 1,
        state=state,
        reason=reason,
        case=proposed.case,
        plan=proposed.plan,
        snapshot=proposed.plan["snapshot"],
        frontier=list(proposed.frontier),
        made_by=work.actor.name,
        made_at=work.now,
    )
    work.session.add(made)
    work.session.flush()
    return made


def announce(work: Work, plan: Plan) -> None:
    """Tell webhooks that a plan is published; again where it was taken back in between."""
    facts: dict[str, str | int] = {
        "day": plan.on_date.isoformat(),
        "revision": plan.revision,
        "snapshot": plan.snapshot,
    }
    tell(work, "plan.published", f"{plan.id}:{work.now.isoformat()}", facts)


def _asked(work: Work, day: date) -> list[Task]:
    rows = select(Task).where(
        Task.name == PLAN_ASKED.name, col(Task.key).startswith(f"{day.isoformat()}:")
    )
    return list(work.session.exec(rows))


def _record(work: Work, basis: DayBasis, proposed: ProposedPlan, reason: str) -> Plan:
    publish = basis.published is None and work.routing.publish_first_plan
    made = add_plan(work, basis.day, proposed, reason, "published" if publish else "proposed")
    if publish:
        work.later(RENDER_PLAN, key=str(made.id), plan=made.id)
        announce(work, made)
    work.audit(
        f"transports.plan_{made.state}",
        f"{basis.day.isoformat()} {made.revision}",
        reason=reason,
        snapshot=made.snapshot,
    )
    return made
