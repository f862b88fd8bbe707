"""Use cases: a branch is closed for some days, the closure is lifted, and put back in force."""

from datetime import date

from consortium.branches.queries import branch_by_slug
from consortium.branches.tables import Branch, Closure
from consortium.core.audit import AuditEntry
from consortium.core.errors import Conflict, Fault, Invalid, NotFound
from consortium.core.later import Later
from consortium.core.work import Work
from consortium.members.tables import Member

DAYS_CHANGED = Later("routing.days_changed")
LONGEST_REASON = 200


def close_branch(work: Work, slug: str, days: tuple[date, date], reason: str) -> Closure:
    """Close a branch from the first to the last of `days`, and ask for new plans of those days."""
    branch = branch_by_slug(work, slug)
    work.require("branches.change", _member(work, branch).code)
    from_on, to_on = days
    if faults := _faults(work, days, reason):
        raise Invalid(faults)
    closure = Closure(
        branch_id=branch.id,
        from_on=from_on,
        to_on=to_on,
        reason=reason.strip(),
        entered_by=work.actor.name,
        entered_at=work.now,
    )
    work.session.add(closure)
    work.session.flush()
    _ask_for_plans(work, closure, _note_closed(work, branch, closure))
    return closure


def lift_closure(work: Work, closure_id: int) -> Closure:
    """Take a closure back; the branch is open again and new plans are asked for."""
    closure = work.session.get(Closure, closure_id)
    if closure is None:
        raise NotFound("There is no closure {id}", id=closure_id)
    branch = work.session.get_one(Branch, closure.branch_id)
    work.require("branches.change", _member(work, branch).code)
    if closure.lifted_at is not None:
        raise Conflict("The closure of {name} is lifted already", name=branch.name)
    if closure.to_on < work.today:
        raise Conflict("The closure of {name} is over", name=branch.name)
    closure.lifted_at = work.now
    entry = work.audit("branches.closure_lifted", branch.slug, closure=closure.id)
    _ask_for_plans(work, closure, entry)
    return closure


def close_again(work: Work, closure_id: int) -> Closure:
    """Put a closure that was lifted back in force, and ask for new plans of what is left of it."""
    closure = work.session.get(Closure, closure_id)
    if closure is None:
        raise NotFound("There is no closure {id}", id=closure_id)
    branch = work.session.get_one(Branch, closure.branch_id)
    work.require("branches.change", _member(work, branch).code)
    if closure.lifted_at is None:
        raise Conflict("The closure of {name} is in force", name=branch.name)
    if closure.to_on < work.today:
        raise Conflict("The closure of {name} is over", name=branch.name)
    closure.lifted_at = None
    _ask_for_plans(work, closure, _note_closed(work, branch, closure))
    return closure


def ask_for_plans(work: Work, entry: AuditEntry, first: date, last: date = date.max) -> None:
    """Ask for new plans of the days between, from today on, that have one; for what `entry` tells.

    Nothing is asked where all of them are over.
    """
    work.session.flush()
    if last >= work.today:
        work.later(
            DAYS_CHANGED,
            key=f"{entry.event}:{entry.id}",
            from_on=max(first, work.today).isoformat(),
            to_on=last.isoformat(),
        )


def _note_closed(work: Work, branch: Branch, closure: Closure) -> AuditEntry:
    return work.audit(
        "branches.closed",
        branch.slug,
        from_on=closure.from_on.isoformat(),
        to_on=closure.to_on.isoformat(),
        closure=closure.id,
    )


def _faults(work: Work, days: tuple[date, date], reason: str) -> list[Fault]:
    from_on, to_on = days
    faults = []
    if to_on < from_on:
        faults.append(Fault("The last day is before the first", "to_on", {}, "Choose a later day"))
    if to_on < work.today:
        faults.append(Fault("The days are over", "to_on", {}, "Choose today or a later day"))
    if not reason.strip():
        faults.append(
            Fault("A closure needs a reason", "reason", {}, "Write it as readers shall see it")
        )
    if len(reason) > LONGEST_REASON:
        faults.append(Fault("The reason is too long", "reason", {}, "Use at most 200 characters"))
    return faults


def _ask_for_plans(work: Work, closure: Closure, entry: AuditEntry) -> None:
    work.session.flush()  # the entry's id tells this change from the next one of the same closure
    work.later(
        DAYS_CHANGED,
        key=f"closure:{closure.id}:{entry.id}",
        from_on=max(closure.from_on, work.today).isoformat(),
        to_on=closure.to_on.isoformat(),
        branch=closure.branch_id,
    )


def _member(work: Work, branch: Branch) -> Member:
    return work.session.get_one(Member, branch.member_id)
