"""Use case: the answer to a proposed plan is taken back, and the proposal waits again."""

from consortium.core.errors import Conflict, NotFound
from consortium.core.work import Work
from consortium.transports.answering import NOTICE_MINUTES, Answer, refuse_locked, tell
from consortium.transports.planning import announce, standing_plans
from consortium.transports.rules import diff
from consortium.transports.tables import Plan

ANSWERED = {"published": True, "rejected": False}


def take_back_answer(
    work: Work, plan_id: int, former_id: int | None, notice_minutes: int = NOTICE_MINUTES
) -> Answer:
    """Let an answered proposal wait for its answer again.

    former_id: the plan that was published before the answer; where the answer was yes it is
    published anew, and the branches whose time changes back are written to. None: there was none.
    """
    work.require("transports.plan")
    plan = work.session.get(Plan, plan_id)
    if plan is None:
        raise NotFound("There is no plan {id}", id=plan_id)
    standing = standing_plans(work, plan.on_date)
    refuse_locked(next((each for each in standing if each.id == plan.id), None))
    if plan.state not in ANSWERED:
        raise Conflict("The plan of {day} is not answered", day=plan.on_date.isoformat())
    accepted = ANSWERED[plan.state]
    plan.state, plan.answered_by, plan.answered_at = "proposed", "", None
    work.session.add(plan)
    work.session.flush()  # one published plan a date: the new one steps back first
    answer = Answer(plan)
    if accepted and former_id is not None:
        answer = _publish_again(work, plan, former_id, notice_minutes)
    work.audit(
        "transports.answer_taken_back",
        f"{plan.on_date.isoformat()} {plan.revision}",
        accepted=accepted,
        written_to=list(answer.written_to),
        without_email=list(answer.without_email),
        plan=plan.id,
    )
    return answer


def _publish_again(work: Work, plan: Plan, former_id: int, notice_minutes: int) -> Answer:
    former = work.session.get_one(Plan, former_id)
    former.state = "published"
    work.session.add(former)
    work.session.flush()
    announce(work, former)
    return tell(work, former, diff(plan.plan, former.plan, former.case), notice_minutes)
