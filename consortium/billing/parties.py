"""Who stands on an invoice, as the records have them today, and on which accounts it is booked."""

from datetime import date
from typing import Final

from sqlmodel import col, select

from consortium.billing.formats.paper import Party
from consortium.core.errors import Conflict, Fault
from consortium.core.work import Work
from consortium.ledger.queries import accounts
from consortium.members.tables import Hosting, Member

USES: Final = ("receivable", "shared_costs", "own_share", "vat_25", "vat_12", "vat_6")


def party_of(member: Member, *, seller: bool = False) -> Party:
    """A member as seller or buyer; only the seller's VAT number stands on an invoice."""
    return Party(
        code=member.code,
        legal_name=member.legal_name,
        organisation_number=member.organisation_number,
        vat_number=f"SE{member.organisation_number}01" if seller else "",
        endpoint_scheme=member.endpoint_scheme,
        endpoint_id=member.endpoint_id,
        street=member.street,
        postcode=member.postcode,
        city=member.city,
        email=member.email,
    )


def series_of(work: Work, host_id: int, day: date) -> str:
    """The digits before the year in the numbers of a member that was host on `day` or before."""
    rows = select(Hosting.series).where(Hosting.member_id == host_id, Hosting.from_on <= day)
    return work.session.exec(rows.order_by(col(Hosting.from_on).desc())).first() or ""


def books_of(work: Work) -> dict[str, str]:
    """The accounts that invoices are booked on: use → account; Conflict where one is missing."""
    found = accounts(work)
    if missing := [use for use in USES if use not in found]:
        raise Conflict(
            [
                Fault("No account is chosen for {use}", "accounts", {"use": use}, "Choose one")
                for use in missing
            ]
        )
    return found
