"""Use cases: who belongs to the consortium, and who is host."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlmodel import select

from consortium.core.errors import Conflict, Fault, Invalid
from consortium.core.work import Work
from consortium.members.queries import member_by_code
from consortium.members.rules import (
    address_faults,
    hosting_faults,
    identity_faults,
    organisation_number,
)
from consortium.members.tables import Consortium, Hosting, Member, Membership

PERSONAL: Final = ("email",)
"""What of an address may name a person; it stands beside the audit entry, where it is erased."""


@dataclass(frozen=True, slots=True)
class Address:
    """How a member is billed: buyer reference, e-invoice address, way of delivery, post."""

    buyer_reference: str = ""
    endpoint_scheme: str = ""
    endpoint_id: str = ""
    delivery: str = "access_point"
    email: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A party before it is a member. organisation_number may be empty; made_up: a test number."""

    code: str
    name: str
    legal_name: str
    kind: str
    organisation_number: str = ""
    made_up: bool = False


def name_consortium(work: Work, name: str, *, example: bool) -> Consortium:
    """Say what the consortium is called, and whether its figures are made up."""
    work.require_whole("members.change")
    row = work.session.get(Consortium, 1)
    before = [row.name, row.example] if row else ["", False]
    row = row or Consortium(name=name)
    row.name, row.example = name, example
    work.session.add(row)
    work.audit(
        "members.consortium_named", name, name=[before[0], name], example=[before[1], example]
    )
    return row


def join(work: Work, newcomer: Newcomer, address: Address, from_on: date | None = None) -> Member:
    """Record a member from `from_on`, None for a founder; a taken code is a Conflict at the end."""
    work.require_whole("members.change")
    number = organisation_number(newcomer.organisation_number)
    faults = [*identity_faults(newcomer.code, newcomer.kind, newcomer.name, number)]
    faults += _address_faults(address)
    if faults:
        raise Invalid(faults)
    member = Member(
        code=newcomer.code,
        name=newcomer.name.strip(),
        legal_name=newcomer.legal_name.strip() or newcomer.name.strip(),
        kind=newcomer.kind,
        organisation_number=number,
        made_up=newcomer.made_up,
    )
    _put(member, address)
    work.session.add(member)
    work.session.flush()
    work.session.add(Membership(member_id=member.id, from_on=from_on))
    work.audit("members.joined", member.code, from_on=from_on.isoformat() if from_on else "")
    return member


def change_address(work: Work, code: str, address: Address) -> Member:
    """Change how a member is billed. Issued invoices keep what they say."""
    work.require("members.change", code)
    if faults := _address_faults(address):
        raise Invalid(faults)
    member = member_by_code(work, code)
    before = {name: getattr(member, name) for name in Address.__dataclass_fields__}
    _put(member, address)
    changed: dict[str, Any] = {
        name: [before[name], getattr(member, name)]
        for name in before
        if before[name] != getattr(member, name)
    }
    personal = {name: changed.pop(name) for name in PERSONAL if name in changed}
    if changed or personal:
        work.audit("members.address_changed", code, personal=personal, **changed)
    return member


def make_host(  # noqa: PLR0913 (what stands in `Hosting`, each of its own)
    work: Work,
    code: str,
    from_on: date,
    bankgiro: str,
    due_days: int = 30,
    series: str = "",
    *,
    f_tax: bool = False,
) -> Hosting:
    """Make a member host from `from_on` on; its predecessor is host until the day before.

    series: digits before the year in the numbers of its invoices; f_tax: approved for F-tax.
    """
    work.require_whole("members.change")
    member = member_by_code(work, code)
    if not member.organisation_number:
        raise Conflict("{name} has no organisation number and cannot invoice", name=member.name)
    if work.session.exec(select(Hosting.id).where(Hosting.from_on == from_on)).first():
        raise Conflict("Another member is made host on {day}", day=from_on.isoformat())
    digits = bankgiro.replace("-", "").replace(" ", "")
    if faults := list(hosting_faults(digits, due_days, series)):
        raise Invalid(faults)
    hosting = Hosting(
        member_id=member.id,
        from_on=from_on,
        bankgiro=digits,
        due_days=due_days,
        series=series,
        f_tax=f_tax,
    )
    work.session.add(hosting)
    work.audit("members.host_made", code, from_on=from_on.isoformat(), **hosting_facts(hosting))
    return hosting


def hosting_facts(hosting: Hosting) -> dict[str, Any]:
    """How a host invoices, as the audit trail has it."""
    return {
        "bankgiro": hosting.bankgiro,
        "due_days": hosting.due_days,
        "series": hosting.series,
        "f_tax": hosting.f_tax,
    }


def _address_faults(address: Address) -> list[Fault]:
    return list(
        address_faults(
            address.endpoint_scheme, address.endpoint_id, address.delivery, address.email
        )
    )


def _put(member: Member, address: Address) -> None:
    for name in Address.__dataclass_fields__:
        setattr(member, name, getattr(address, name).strip())
