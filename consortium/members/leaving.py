"""Use case: a member's last day is recorded, moved or taken away."""

from datetime import date

from consortium.core.errors import Conflict, Invalid
from consortium.core.work import Work
from consortium.members.queries import member_by_code, membership_of
from consortium.members.tables import Membership


def set_last_day(work: Work, code: str, to_on: date | None) -> Membership:
    """Say until when a member belongs, that day included; None: until further notice.

    From the day after it takes no part in any pool. Invoices that are issued stay; its final
    settlement (`billing/settling.py:prepare_leaving`) and the year's come out accordingly.
    """
    work.require_whole("members.change")
    member = member_by_code(work, code)
    membership = membership_of(work, member)
    if membership is None:
        raise Conflict("{name} has no time in the consortium", name=member.name)
    if to_on and membership.from_on and to_on < membership.from_on:
        raise Invalid(
            "{name} joined on {day}, after its last day",
            at="to_on",
            name=member.name,
            day=membership.from_on.isoformat(),
            remedy="Choose a later day",
        )
    before, membership.to_on = membership.to_on, to_on
    work.session.add(membership)
    work.session.flush()
    work.audit("members.last_day_set", code, to_on=[_text(before), _text(to_on)])
    return membership


def _text(day: date | None) -> str:
    return day.isoformat() if day else ""
