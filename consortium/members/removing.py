"""Use cases: a member, or a host, that was recorded by mistake is taken out of the records again.

For what nothing else rests on yet; who asks has seen to that.
"""

from datetime import date
from typing import Any

from sqlmodel import col, delete, select

from consortium.core.errors import NotFound
from consortium.core.work import Work
from consortium.members.joining import PERSONAL, Address, hosting_facts
from consortium.members.queries import member_by_code
from consortium.members.tables import Hosting, Membership

IDENTITY = ("name", "legal_name", "kind", "organisation_number", "made_up")


def remove_member(work: Work, code: str) -> None:
    """Delete a member with its time in the consortium; what it was goes into the audit trail."""
    work.require_whole("members.change")
    member = member_by_code(work, code)
    rows = select(Membership).where(Membership.member_id == member.id)
    times = work.session.exec(rows).all()
    facts: dict[str, Any] = {name: getattr(member, name) for name in IDENTITY}
    facts |= {
        name: getattr(member, name) for name in Address.__dataclass_fields__ if name not in PERSONAL
    }
    from_on = times[0].from_on if times else None
    facts["from_on"] = from_on.isoformat() if from_on else ""
    work.session.exec(delete(Membership).where(col(Membership.member_id) == member.id))
    work.session.delete(member)
    work.session.flush()
    personal = {name: getattr(member, name) for name in PERSONAL}
    work.audit("members.removed", code, personal=personal, **facts)


def unmake_host(work: Work, code: str, from_on: date) -> None:
    """Let a member not be host from `from_on` after all; the host before it stays host."""
    work.require_whole("members.change")
    member = member_by_code(work, code)
    rows = select(Hosting).where(Hosting.member_id == member.id, Hosting.from_on == from_on)
    hosting = work.session.exec(rows).first()
    if hosting is None:
        raise NotFound(
            "{name} is not made host on {day}", name=member.name, day=from_on.isoformat()
        )
    work.session.delete(hosting)
    work.session.flush()
    work.audit("members.host_unmade", code, from_on=from_on.isoformat(), **hosting_facts(hosting))
