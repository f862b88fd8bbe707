"""Who stands on an invoice, as the records have them today."""

from datetime import date

from sqlmodel import col, select

from consortium.billing.formats.paper import Party
from consortium.core.work import Work
from consortium.members.tables import Hosting, Member


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
