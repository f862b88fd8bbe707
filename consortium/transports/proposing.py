"""Use cases: a person moves a stop, or takes a proposal in part; what comes of it is a proposal.

Before it is one, it can be tried: what it costs, whose time changes, which rule it breaks.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from consortium.core.errors import Conflict, Fault, NotFound
from consortium.core.work import Work
from consortium.transports import routing
from consortium.transports.answering import NOTICE_MINUTES, Answer, answer_plan, refuse_locked
from consortium.transports.days import read_day
from consortium.transports.plan_rules import (
    Move,
    Order,
    known_order,
    moved_order,
    order_of,
    partly_accepted,
    routes_of,
)
from consortium.transports.planning import (
    MOVED_BY_HAND,
    TAKEN_IN_PART,
    ProposedPlan,
    add_plan,
    standing_plans,
)
from consortium.transports.queries import plan_of, proposals
from consortium.transports.rules import CaseFile, PlanFile, day_case, diff, same_routes
from consortium.transports.tables import Plan

_PLACE: Final = re.compile(r"routes\[(\d+)\](?:\.stops\[(\d+)\])?")


@dataclass(frozen=True, slots=True)
class Trial:
    """What an order of a day's stops would come to, as the day is now.

    base: the plan that it is made from. before: that plan, re-timed as the day is now where its
    order still holds. plan: None where `broken` names the rules that the order breaks, each `at` a
    stop's slug or a vehicle's code. step: `diff` from `before`; whole: from the plan in force.
    """

    base: Plan
    case: CaseFile
    order: Order
    before: PlanFile
    plan: PlanFile | None
    broken: tuple[Fault, ...]
    step: dict[str, Any] | None
    whole: dict[str, Any] | None


def try_move(work: Work, day: date, move: Move, base_id: int | None = None) -> Trial:
    """What putting a stop elsewhere would come to.

    base_id: a proposal that waits, to go on from; else the published plan. NotFound where there is
    no such plan, no such stop or vehicle that day.
    """
    work.require("transports.plan")
    base, case = _base(work, day, base_id), day_case(read_day(work, day))
    _refuse_unknown(case, move)
    return _try(work, base, case, moved_order(known_order(order_of(base.plan), case), move))


def try_part(work: Work, plan_id: int, chosen: Collection[str]) -> Trial:
    """What the published plan would come to with only the `chosen` stops as a proposal has them."""
    work.require("transports.plan")
    proposal = _waiting(work, plan_id)
    published = plan_of(work, proposal.on_date)
    if published is None:
        raise Conflict("No plan of {day} is published", day=proposal.on_date.isoformat())
    case = day_case(read_day(work, proposal.on_date))
    order = partly_accepted(order_of(published.plan), order_of(proposal.plan), chosen)
    return _try(work, published, case, known_order(order, case))


def propose_move(work: Work, day: date, move: Move, base_id: int | None = None) -> Plan:
    """Make a moved stop a proposal, which is answered as any other.

    It takes the place of the proposal that it goes on from. Conflict, with every rule that it
    breaks, where it cannot be driven; also where the plan is locked, the day is over, or nothing
    is moved.
    """
    work.require("transports.plan")
    _refuse_closed_day(work, day)
    trial = try_move(work, day, move, base_id)
    made = _propose(work, trial, MOVED_BY_HAND)
    former = _set_aside(work, trial.base)
    work.audit(
        "transports.stop_moved",
        f"{day.isoformat()} {made.revision}",
        plan=made.id,
        instead_of=former,
        stop=move.stop,
        vehicle=move.vehicle,
        place=move.place if move.vehicle else None,
    )
    return made


def propose_part(work: Work, plan_id: int, chosen: Collection[str]) -> Plan:
    """Make a part of a proposal a proposal of its own, in place of the whole.

    chosen: the stops that are to be as the proposal has them. Refused as `propose_move`.
    """
    work.require("transports.plan")
    proposal = _waiting(work, plan_id)
    _refuse_closed_day(work, proposal.on_date)
    made = _propose(work, try_part(work, plan_id, chosen), TAKEN_IN_PART)
    work.audit(
        "transports.part_proposed",
        f"{proposal.on_date.isoformat()} {made.revision}",
        plan=made.id,
        instead_of=_set_aside(work, proposal),
        stops=sorted(chosen),
    )
    return made


def accept_part(
    work: Work, plan_id: int, chosen: Collection[str], notice_minutes: int = NOTICE_MINUTES
) -> Answer:
    """Publish a part of a proposal: it is made a proposal of its own, and accepted."""
    made = propose_part(work, plan_id, chosen)
    return answer_plan(work, made.id, accept=True, notice_minutes=notice_minutes)


def withdraw_proposal(work: Work, plan_id: int, former_id: int | None) -> Plan:
    """Take back a proposal that a person made; the one that it stood in place of waits again."""
    work.require("transports.plan")
    plan = _waiting(work, plan_id)
    plan.state, plan.answered_by, plan.answered_at = "rejected", work.actor.name, work.now
    work.session.add(plan)
    _set_state(work, former_id, "replaced", "proposed")
    work.audit(
        "transports.proposal_withdrawn",
        f"{plan.on_date.isoformat()} {plan.revision}",
        plan=plan.id,
        instead_of=former_id,
    )
    return plan


def restore_proposal(work: Work, plan_id: int, former_id: int | None) -> Plan:
    """Let a withdrawn proposal wait again, in place of the one that waits since."""
    work.require("transports.plan")
    plan = work.session.get(Plan, plan_id)
    if plan is None:
        raise NotFound("There is no plan {id}", id=plan_id)
    standing_plans(work, plan.on_date)
    if plan.state != "rejected":
        raise Conflict("The plan of {day} is not withdrawn", day=plan.on_date.isoformat())
    plan.state, plan.answered_by, plan.answered_at = "proposed", "", None
    work.session.add(plan)
    _set_state(work, former_id, "proposed", "replaced")
    work.audit(
        "transports.proposal_restored",
        f"{plan.on_date.isoformat()} {plan.revision}",
        plan=plan.id,
        instead_of=former_id,
    )
    return plan


def _base(work: Work, day: date, base_id: int | None) -> Plan:
    if base_id is not None:
        found = next((each for each in proposals(work, day) if each.id == base_id), None)
        published = plan_of(work, day)
        found = found or (published if published and published.id == base_id else None)
    else:
        found = plan_of(work, day)
    if found is None:
        raise NotFound("There is no plan of {day}", day=day.isoformat())
    return found


def _waiting(work: Work, plan_id: int) -> Plan:
    """A proposal that waits for an answer; Conflict where it does not."""
    plan = work.session.get(Plan, plan_id)
    if plan is None:
        raise NotFound("There is no plan {id}", id=plan_id)
    if plan.state != "proposed":
        raise Conflict(
            "The plan of {day} is no proposal that waits for an answer",
            day=plan.on_date.isoformat(),
            remedy="Look at the plan that stands",
        )
    return plan


def _refuse_unknown(case: CaseFile, move: Move) -> None:
    if move.stop not in {stop["id"] for stop in case["stops"]}:
        raise NotFound("{stop} has no stop on {day}", stop=move.stop, day=case["date"])
    if move.vehicle and move.vehicle not in {van["id"] for van in case["vehicles"]}:
        raise NotFound("{vehicle} is not driven on {day}", vehicle=move.vehicle, day=case["date"])


def _refuse_closed_day(work: Work, day: date) -> None:
    if day < work.today:
        raise Conflict("The day {day} is over", day=day.isoformat())
    standing = standing_plans(work, day)
    refuse_locked(next((each for each in standing if each.state == "published"), None))


def _try(work: Work, base: Plan, case: CaseFile, order: Order) -> Trial:
    published = plan_of(work, base.on_date) or base
    before = _retimed(case, base)
    routes = routes_of(order)
    try:
        plan = routing.retime(case, routes)
    except Conflict as problem:
        broken = tuple(_placed(fault, routes) for fault in problem.faults)
        return Trial(base, case, order, before, None, broken, None, None)
    step, whole = diff(before, plan, case), diff(published.plan, plan, case)
    return Trial(base, case, order, before, plan, (), step, whole)


def _retimed(case: CaseFile, plan: Plan) -> PlanFile:
    """A plan as it would be driven now; as it was made where its order no longer holds."""
    try:
        return routing.retime(case, routes_of(known_order(order_of(plan.plan), case)))
    except Conflict:
        return plan.plan


def _placed(fault: Fault, routes: list[dict[str, Any]]) -> Fault:
    """A fault of `retime` with the slug of its stop, or the code of its vehicle, as place."""
    found = _PLACE.match(fault.at)
    if found is None:
        return fault
    route = routes[int(found[1])]
    at = route["stops"][int(found[2])] if found[2] else route["vehicle"]
    return Fault(fault.text, at, fault.facts, fault.remedy)


def _propose(work: Work, trial: Trial, reason: str) -> Plan:
    if trial.plan is None:
        raise Conflict(list(trial.broken))
    standing = standing_plans(work, trial.base.on_date)
    if any(same_routes(each.plan, trial.plan) for each in standing):
        raise Conflict(
            "A plan with these routes and times stands already",
            remedy="Choose another van or another place",
        )
    chosen = ProposedPlan(trial.case, trial.plan)
    return add_plan(work, trial.base.on_date, chosen, reason, "proposed")


def _set_aside(work: Work, base: Plan) -> int | None:
    """Let a new proposal stand in place of the one that it was made from; its id, else None."""
    if base.state != "proposed":
        return None
    base.state = "replaced"
    work.session.add(base)
    return base.id


def _set_state(work: Work, plan_id: int | None, state: str, new: str) -> None:
    plan = work.session.get(Plan, plan_id) if plan_id is not None else None
    if plan is not None and plan.state == state:
        plan.state = new
        work.session.add(plan)
