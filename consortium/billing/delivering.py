"""An invoice leaves the house, once, the way its buyer takes it."""

from dataclasses import dataclass

from consortium.billing.queries import delivery_of, documents_of
from consortium.billing.rendering import invoice_row
from consortium.billing.tables import InvoiceDelivery
from consortium.core.errors import Conflict
from consortium.core.money import kronor
from consortium.core.words import words
from consortium.core.work import Work
from consortium.documents.queries import document
from consortium.members.tables import Member
from consortium.messages.sending import write_letter


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is to be delivered. way: `access_point` or `email`; xml: for the access point."""

    number: str
    way: str
    xml: bytes
    delivered: bool


def parcel_of(work: Work, number: str) -> Parcel:
    """The parcel of an invoice that is rendered; Conflict where it is not yet."""
    invoice = invoice_row(work, number)
    forms = documents_of(work, invoice)
    if "xml" not in forms:
        raise Conflict("Invoice {number} is not rendered yet", number=number)
    buyer = work.session.get_one(Member, invoice.member_id)
    xml = document(work, forms["xml"]).content
    return Parcel(number, buyer.delivery, xml, delivery_of(work, invoice) is not None)


def mark_delivered(work: Work, number: str, way: str) -> None:
    """Note that an invoice has left; by e-mail its letter is written here. Once."""
    invoice = invoice_row(work, number)
    if delivery_of(work, invoice) is not None:
        return
    if way == "email":
        buyer = work.session.get_one(Member, invoice.member_id)
        say = words("sv")
        subject = say("Invoice {number}", number=number)
        body = say(
            "Attached is invoice {number} for {amount}, due on {due}.",
            number=number,
            amount=kronor(invoice.payable_ore),
            due=invoice.due_on.isoformat(),
        )
        pdf = documents_of(work, invoice)["pdf"], f"faktura-{number}.pdf"
        write_letter(work, f"invoice:{number}", buyer.email, (subject, body), pdf)
    work.session.add(InvoiceDelivery(invoice_id=invoice.id, way=way, delivered_at=work.now))
    work.audit("billing.delivered", number, way=way)
