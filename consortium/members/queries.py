"""Questions about members."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import col, or_, select

from consortium.core.errors import Conflict, NotFound
from consortium.core.work import Work
from consortium.members.tables import Consortium, Hosting, Member, Membership


@dataclass(frozen=True, slots=True)
class Host:
    """The host on a day, with how it wants to be paid."""

    member: Member
    bankgiro: str
    due_days: int


def consortium(work: Work) -> Consortium:
    found = work.session.get(Consortium, 1)
    if found is None:
        raise NotFound("The consortium is not set up yet", remedy="Run consortium demo or init")
    return found


def members(work: Work) -> list[Member]:
    """All members, by code as text: the region first, then the municipalities."""
    return list(work.session.exec(select(Member).order_by(col(Member.code))))


def member_by_code(work: Work, code: str) -> Member:
    member = work.session.exec(select(Member).where(Member.code == code)).first()
    if member is None:
        raise NotFound("No member has the code {code}", code=code)
    return member


def host_on(work: Work, day: date) -> Host:
    """Who is host on `day`; Conflict where nobody is."""
    rows = (
        select(Hosting, Member)
        .join(Member, col(Member.id) == col(Hosting.member_id))
        .where(Hosting.from_on <= day)
        .order_by(col(Hosting.from_on).desc())
    )
    found = work.session.exec(rows).first()
    if found is None:
        raise Conflict("No member is host on {day}", day=day.isoformat())
    hosting, member = found
    return Host(member, hosting.bankgiro, hosting.due_days)


def memberships(work: Work, from_on: date, to_on: date) -> dict[int, Membership]:
    """The membership of each member that belongs on some day between the two: member id → row."""
    rows = select(Membership).where(
        or_(col(Membership.from_on).is_(None), col(Membership.from_on) <= to_on),
        or_(col(Membership.to_on).is_(None), col(Membership.to_on) >= from_on),
    )
    return {row.member_id: row for row in work.session.exec(rows)}
