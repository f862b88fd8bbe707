"""How answers to proposed plans, moves by hand, locks and what is held are taken back."""

from collections.abc import Iterator, Mapping
from datetime import date, time
from typing import Final

from sqlmodel import col, select

from consortium.core.audit import AuditEntry
from consortium.core.days import swedish_time
from consortium.core.errors import Fault
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.transports.answering import NOTICE_MINUTES, answer_plan
from consortium.transports.locking import lock_plan, unlock_plan
from consortium.transports.pinning import (
    NewPin,
    are_apart,
    held_pin,
    keep_apart,
    let_together,
    pin_id_of,
    pin_stop,
    unpin_stop,
)
from consortium.transports.proposing import restore_proposal, withdraw_proposal
from consortium.transports.reopening import ANSWERED, take_back_answer
from consortium.transports.tables import Plan, Vehicle
from consortium.undo.branches import member_of_branch
from consortium.undo.ways import GONE, Never, Undoing, Way, maybe_day, overtaken

RIGHT: Final = "transports.plan"
ANSWERS: Final = (
    "transports.plan_accepted",
    "transports.plan_rejected",
    "transports.answer_taken_back",
)


MADE: Final = (
    "transports.stop_moved",
    "transports.part_proposed",
    "transports.proposal_withdrawn",
    "transports.proposal_restored",
)
LOCKS: Final = ("transports.plan_locked", "transports.plan_unlocked")
PINS: Final = ("transports.stop_pinned", "transports.pin_removed")
PAIRS: Final = ("transports.kept_apart", "transports.let_together")


def _notice(entry: AuditEntry) -> int:
    return int(entry.facts.get("notice_minutes", NOTICE_MINUTES))


def _back(work: Work, entry: AuditEntry) -> None:
    take_back_answer(work, entry.facts["plan"], entry.facts["instead_of"], _notice(entry))


def _day(entry: AuditEntry) -> date:
    """The day of a plan, from an entry about it: `2026-11-25 2`."""
    return date.fromisoformat(entry.subject.split()[0])


def _answered_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    plan = work.session.get(Plan, entry.facts["plan"])
    if plan is None:
        yield Fault(GONE)
        return
    if ANSWERED.get(plan.state) is not entry.event.endswith("accepted"):
        yield overtaken(work, entry, *ANSWERS)
    if plan.locked_at is not None:
        yield _locked(plan)
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


def _locked(plan: Plan) -> Fault:
    day = plan.on_date.isoformat()
    text = "The plan of {day} is locked: the drivers have it"
    return Fault(text, f"plan {day}", {"day": day}, "Unlock it first, and tell the drivers")


def _made_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    """Of a proposal that a person made and that waits."""
    yield from _depends_on_state(work, entry, "proposed")


def _withdrawn_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    yield from _depends_on_state(work, entry, "rejected")


def _depends_on_state(work: Work, entry: AuditEntry, state: str) -> Iterator[Fault]:
    plan = work.session.get(Plan, entry.facts["plan"])
    if plan is None:
        yield Fault(GONE)
        return
    if plan.state != state:
        yield overtaken(work, entry, *ANSWERS, *MADE)
    yield from _if_left(work, plan)


def _lock_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    plan = work.session.get(Plan, entry.facts["plan"])
    if plan is None:
        yield Fault(GONE)
        return
    was_locked = entry.event == LOCKS[0]
    if plan.state != "published" or (plan.locked_at is not None) is not was_locked:
        yield overtaken(work, entry, *LOCKS, *ANSWERS)
    elif plan.on_date < work.today:
        day = plan.on_date.isoformat()
        yield Fault("The day {day} is over", f"plan {day}", {"day": day})


def _pin_of(entry: AuditEntry) -> NewPin:
    facts = entry.facts
    on_date = maybe_day(facts["on"] or "")
    return NewPin(entry.subject, facts["vehicle"], facts["position"], on_date, facts["weekday"])


def _standing_pin(work: Work, entry: AuditEntry) -> NewPin | None:
    """What a stop is held to by now for the time that an entry is about."""
    pin = _pin_of(entry)
    if member_of_branch(work, pin.branch) is None:
        return None
    return held_pin(work, pin.branch, pin.on_date, pin.weekday)


def _pinned_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    standing = _standing_pin(work, entry)
    if standing is None:
        yield Fault(GONE)
    elif standing != _pin_of(entry):
        yield overtaken(work, entry, *PINS)


def _unpinned_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    pin = _pin_of(entry)
    vans = select(Vehicle.id).where(Vehicle.code == pin.vehicle)
    lost = pin.vehicle and work.session.exec(vans).first() is None
    if lost or member_of_branch(work, pin.branch) is None:
        yield Fault(GONE)
    elif _standing_pin(work, entry) is not None:
        yield overtaken(work, entry, *PINS)


def _unpin(work: Work, entry: AuditEntry) -> None:
    pin = _pin_of(entry)
    found = pin_id_of(work, pin.branch, pin.on_date, pin.weekday)
    if found is not None:
        unpin_stop(work, found)


def _pair_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    pair = entry.subject, entry.facts["other"]
    if any(member_of_branch(work, slug) is None for slug in pair):
        yield Fault(GONE)
    elif are_apart(work, *pair) is not (entry.event == PAIRS[0]):
        yield overtaken(work, entry, *PAIRS)


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
    **{
        event: Undoing(
            RIGHT,
            lambda work, entry: withdraw_proposal(
                work, entry.facts["plan"], entry.facts["instead_of"]
            ),
            _made_depends,
        )
        for event in MADE
        if event != "transports.proposal_withdrawn"
    },
    "transports.proposal_withdrawn": Undoing(
        RIGHT,
        lambda work, entry: restore_proposal(work, entry.facts["plan"], entry.facts["instead_of"]),
        _withdrawn_depends,
    ),
    "transports.plan_locked": Undoing(
        RIGHT, lambda work, entry: unlock_plan(work, _day(entry)), _lock_depends
    ),
    "transports.plan_unlocked": Undoing(
        RIGHT, lambda work, entry: lock_plan(work, _day(entry)), _lock_depends
    ),
    "transports.stop_pinned": Undoing(RIGHT, _unpin, _pinned_depends),
    "transports.pin_removed": Undoing(
        RIGHT, lambda work, entry: pin_stop(work, _pin_of(entry)), _unpinned_depends
    ),
    "transports.kept_apart": Undoing(
        RIGHT,
        lambda work, entry: let_together(work, entry.subject, entry.facts["other"]),
        _pair_depends,
    ),
    "transports.let_together": Undoing(
        RIGHT,
        lambda work, entry: keep_apart(work, entry.subject, entry.facts["other"]),
        _pair_depends,
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
