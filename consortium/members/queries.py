"""Questions about members."""

from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from typing import Final

from sqlalchemy import bindparam
from sqlmodel import col, or_, select

from consortium.core.days import DAY
from consortium.core.errors import Conflict, NotFound
from consortium.core.work import Work
from consortium.members.rules import billing_gaps
from consortium.members.tables import Consortium, Hosting, Member, Membership


@dataclass(frozen=True, slots=True)
class Host:
    """The host on a day, with how it wants to be paid. series, f_tax: as in `Hosting`."""

    member: Member
    bankgiro: str
    due_days: int
    series: str = ""
    f_tax: bool = False


def consortium(work: Work) -> Consortium:
    found = work.session.get(Consortium, 1)
    if found is None:
        raise NotFound("The consortium is not set up yet", remedy="Run consortium demo or init")
    return found


@dataclass(frozen=True, slots=True)
class Nameplate:
    """What stands on every page: the consortium, its host today, whether its figures are made up.

    Names are empty for as long as there is none.
    """

    name: str
    host: str
    example: bool


# Asked for every page, so put together once: one row, with nulls where there is none.
_HOST: Final = (
    select(Member.name)
    .join(Hosting, col(Hosting.member_id) == col(Member.id))
    .where(Hosting.from_on <= bindparam("today"))
    .order_by(col(Hosting.from_on).desc())
    .limit(1)
)
_PLATE: Final = select(
    select(Consortium.name).where(Consortium.id == 1).scalar_subquery(),
    select(Consortium.example).where(Consortium.id == 1).scalar_subquery(),
    _HOST.scalar_subquery(),
)


def nameplate(work: Work) -> Nameplate:
    asked = {"today": work.today}
    work.session.flush()  # a bare connection does not do it by itself
    name, example, host = work.session.connection().execute(_PLATE, asked).one()
    return Nameplate(name or "", host or "", bool(example))


def members_to_see(work: Work) -> list[Member]:
    """The members that the actor may see, by code."""
    scope = work.scope("members.see")
    return [member for member in members(work) if scope is None or member.code in scope]


def member_to_see(work: Work, code: str) -> Member:
    work.require("members.see", code)
    return member_by_code(work, code)


def gaps_of(member: Member) -> list[str]:
    """What must be filled in before the member can be invoiced, as the names of its fields."""
    return billing_gaps(
        member.organisation_number,
        member.delivery,
        member.endpoint_id,
        member.email,
        member.buyer_reference,
    )


def membership_of(work: Work, member: Member) -> Membership | None:
    """The member's latest time in the consortium."""
    rows = select(Membership).where(Membership.member_id == member.id)
    return work.session.exec(rows.order_by(col(Membership.id).desc())).first()


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
    return _host(*found)


@dataclass(frozen=True, slots=True)
class Term:
    """A member's time as host. to_on: its last day, None for the last host there is."""

    host: Host
    from_on: date
    to_on: date | None


def terms_of_hosts(work: Work) -> list[Term]:
    """Every time that a member is host, the first one first."""
    rows = (
        select(Hosting, Member)
        .join(Member, col(Member.id) == col(Hosting.member_id))
        .order_by(col(Hosting.from_on))
    )
    found = list(work.session.exec(rows))
    ends = [following.from_on - DAY for following, _member in found[1:]]
    return [
        Term(_host(hosting, member), hosting.from_on, to_on)
        for (hosting, member), to_on in zip_longest(found, ends)
    ]


def memberships(work: Work, from_on: date, to_on: date) -> dict[int, Membership]:
    """The membership of each member that belongs on some day between the two: member id → row."""
    rows = select(Membership).where(
        or_(col(Membership.from_on).is_(None), col(Membership.from_on) <= to_on),
        or_(col(Membership.to_on).is_(None), col(Membership.to_on) >= from_on),
    )
    return {row.member_id: row for row in work.session.exec(rows)}


def _host(hosting: Hosting, member: Member) -> Host:
    return Host(member, hosting.bankgiro, hosting.due_days, hosting.series, hosting.f_tax)
