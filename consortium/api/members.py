"""Endpoints of the members: who they are, and how they are billed."""

from typing import Any, Final, Literal

from pydantic import Field

from consortium.api.fields import LEFT_OUT, Body, Day, NextCursor, Page, Shown, Text
from consortium.api.listing import cut
from consortium.api.routing import Route
from consortium.core.work import Work
from consortium.members.joining import Address, change_address
from consortium.members.queries import gaps_of, members_to_see, membership_of
from consortium.members.reaching import member_within

Kind = Literal["municipality", "region"]
FIELDS: Final = tuple(Address.__dataclass_fields__)


class MemberLine(Shown):
    code: str
    name: str
    legal_name: str
    kind: Kind
    organisation_number: str = Field(description="Ten digits; empty where it is not known")
    missing: list[str] = Field(description="Fields to fill in before it can be invoiced")


class MemberList(Shown):
    members: list[MemberLine]
    next_cursor: NextCursor


class Billing(Shown):
    buyer_reference: str
    endpoint_scheme: str = Field(description="Peppol: 0007 organisation number, 0088 GLN")
    endpoint_id: str
    delivery: Literal["access_point", "email"]
    email: str
    street: str
    postcode: str
    city: str


class MemberShown(MemberLine):
    made_up: bool = Field(description="The organisation number is a test number")
    from_on: Day | None = Field(description="Its first day; null: from the beginning")
    to_on: Day | None = Field(description="Its last day; null: it has none")
    billing: Billing


class BillingAsked(Body):
    """What is to change; fields that are left out stay as they are."""

    buyer_reference: Text = LEFT_OUT
    endpoint_scheme: Literal["", "0007", "0088"] = LEFT_OUT
    endpoint_id: Text = LEFT_OUT
    delivery: Literal["access_point", "email"] = LEFT_OUT
    email: Text = LEFT_OUT
    street: Text = LEFT_OUT
    postcode: Text = LEFT_OUT
    city: Text = LEFT_OUT


def list_members(work: Work, asked: Page) -> dict[str, Any]:
    """The members that the caller may see, by code."""
    rows, following = cut(members_to_see(work), asked, (str,), lambda row: (row.code,))
    return {"members": [_line(row) for row in rows], "next_cursor": following}


def read_member(work: Work, code: str) -> dict[str, Any]:
    """One member, and how it is billed."""
    member = member_within(work, code, "members.see")
    membership = membership_of(work, member)
    return _line(member) | {
        "made_up": member.made_up,
        "from_on": membership.from_on if membership else None,
        "to_on": membership.to_on if membership else None,
        "billing": {name: getattr(member, name) for name in FIELDS},
    }


def change_member(work: Work, code: str, asked: BillingAsked) -> None:
    """Change how a member is billed. Issued invoices keep what they say."""
    member = member_within(work, code, "members.see")
    kept = {name: getattr(member, name) for name in FIELDS}
    change_address(work, code, Address(**kept | asked.model_dump(exclude_unset=True)))


ROUTES: Final = (
    Route("GET", "/members", list_members, "members.see", "Members", MemberList, query=Page),
    Route("GET", "/members/{code}", read_member, "members.see", "One member", MemberShown),
    Route(
        "PATCH",
        "/members/{code}",
        change_member,
        "members.change",
        "Change how a member is billed",
        MemberShown,
        BillingAsked,
        state=read_member,
        example={"buyer_reference": "2062-BIB", "delivery": "access_point"},
    ),
)


def _line(member: Any) -> dict[str, Any]:
    return {
        "code": member.code,
        "name": member.name,
        "legal_name": member.legal_name,
        "kind": member.kind,
        "organisation_number": member.organisation_number,
        "missing": gaps_of(member),
    }
