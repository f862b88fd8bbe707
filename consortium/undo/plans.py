"""How answers to proposed plans are taken back."""

from collections.abc import Iterator, Mapping
from datetime import time
from typing import Final

from sqlmodel import col, select

from consortium.core.audit import AuditEntry
from consortium.core.days import swedish_time
from consortium.core.errors import Fault
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.transports.answering import NOTICE_MINUTES, answer_plan
from consortium.transports.reopening import ANSWERED, take_back_answer
from consortium.transports.tables import Plan
from consortium.undo.ways import GONE, Never, Undoing, Way, overtaken

RIGHT: Final = "transports.plan"
ANSWERS: Final = (
    "transports.plan_accepted",
    "transports.plan_rejected",
    "transports.answer_taken_back",
)


def _notice(entry: AuditEntry) -> int:
    return int(entry.facts.get("notice_minutes", NOTICE_MINUTES))


def _back(work: Work, entry: AuditEntry) -> None:
    take_back_answer(work, entry.facts["plan"], entry.facts["instead_of"], _notice(entry))


def _answered_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    plan = work.session.get(Plan, entry.facts["plan"])
    if plan is None:
        yield Fault(GONE)
        return
    if ANSWERED.get(plan.state) is not entry.event.endswith("accepted"):
        yield overtaken(work, entry, *ANSWERS)
    yield from _if_later_revision(work, plan)
    yield from _if_left(work, plan)


def _if_later_revision(work: Work, plan: Plan) -> Iterator[Fault]:
    later = select(Plan.revision).where(
        Plan.on_date == plan.on_date,
        Plan.revision > plan.revision,
        col(Plan.state).in_(("published", "proposed")),
    )
    for revision in work.session.exec(later.order_by(col(Plan.revision)).limit(1)):
        day = plan.on_date.isoformat()
        facts: dict[str, str | int] = {"day": day, "number": revision}
        yield Fault("There is a later plan of {day}, number {number}", f"plan {day}", facts)


def _if_left(work: Work, plan: Plan) -> Iterator[Fault]:
    day = plan.on_date.isoformat()
    leaving = [time.fromisoformat(route["depart"]) for route in plan.plan["routes"]]
    gone = plan.on_date == work.today and min(leaving, default=time.max) <= swedish_time(work.now)
    if plan.on_date < work.today or gone:
        yield Fault("The vans of {day} have left", f"plan {day}", {"day": day})


def _waiting_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    plan = work.session.get(Plan, entry.facts["plan"])
    if plan is None:
        yield Fault(GONE)
        return
    if plan.state != "proposed":
        yield overtaken(work, entry, *ANSWERS)
    yield from _if_later_revision(work, plan)
    yield from _if_left(work, plan)


WAYS: Final[Mapping[str, Way]] = {
    "transports.plan_accepted": Undoing(RIGHT, _back, _answered_depends),
    "transports.plan_rejected": Undoing(RIGHT, _back, _answered_depends),
    "transports.answer_taken_back": Undoing(
        RIGHT,
        lambda work, entry: answer_plan(
            work, entry.facts["plan"], entry.facts["accepted"], _notice(entry)
        ),
        _waiting_depends,
    ),
    "transports.plan_asked": Never(
        mark("A plan that is asked for is made"), mark("Reject the proposal that comes of it")
    ),
    "transports.plan_proposed": Never(mark("The service has made it"), mark("Reject the proposal")),
    "transports.plan_published": Never(
        mark("The service has made it"), mark("Ask for a new plan and accept that")
    ),
    "transports.papers_kept": Never(mark("Papers that are drawn are kept")),
}
