"""An invoice leaves the house, once, the way its buyer takes it."""

from dataclasses import dataclass
from typing import Final

from sqlmodel import col, select

from consortium.billing.formats.presend import presend_faults
from consortium.billing.queries import delivery_of, documents_of, invoice_by_number
from consortium.billing.queueing import RENDER_INVOICE
from consortium.billing.rendering import DELIVER_INVOICE, invoice_row
from consortium.billing.rules import CREDIT_NOTE
from consortium.billing.tables import Invoice, InvoiceDelivery, InvoiceRun
from consortium.core.errors import Conflict
from consortium.core.later import Later, Task, TaskState
from consortium.core.money import kronor
from consortium.core.trying import ask_again
from consortium.core.words import words
from consortium.core.work import Work
from consortium.documents.queries import document
from consortium.members.tables import Member
from consortium.messages.queries import trouble_of_letter
from consortium.messages.sending import write_letter

WAYS_OUT: Final = (RENDER_INVOICE.name, DELIVER_INVOICE.name)
SHOWN: Final = 50


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is to be delivered. way: `access_point` or `email`; xml: for the access point.

    held: somebody has stopped the deliveries of its run.
    """

    number: str
    way: str
    xml: bytes
    delivered: bool
    held: bool = False


def parcel_of(work: Work, number: str) -> Parcel:
    """The parcel of an invoice that is rendered; Conflict where it is not yet."""
    invoice = invoice_row(work, number)
    forms = documents_of(work, invoice)
    if "xml" not in forms:
        raise Conflict("Invoice {number} is not rendered yet", number=number)
    buyer = work.session.get_one(Member, invoice.member_id)
    xml = document(work, forms["xml"]).content
    run = work.session.get(InvoiceRun, invoice.run_id) if invoice.run_id else None
    held = run is not None and run.held_at is not None
    return Parcel(number, buyer.delivery, xml, delivery_of(work, invoice) is not None, held)


def require_sendable(parcel: Parcel) -> None:
    """Refuse an e-invoice that breaks a rule of the network; it becomes work on a page."""
    if parcel.way == "access_point" and (faults := presend_faults(parcel.xml)):
        raise Conflict(faults)


def mark_delivered(work: Work, number: str, way: str) -> None:
    """Note that an invoice has left; by e-mail its letter is written here. Once."""
    invoice = invoice_row(work, number)
    if delivery_of(work, invoice) is not None:
        return
    if way == "email":
        buyer = work.session.get_one(Member, invoice.member_id)
        subject, body = _letter(invoice)
        pdf = documents_of(work, invoice)["pdf"], f"faktura-{number}.pdf"
        write_letter(work, letter_key(number), buyer.email, (subject, body), pdf)
    work.session.add(InvoiceDelivery(invoice_id=invoice.id, way=way, delivered_at=work.now))
    work.audit("billing.delivered", number, way=way)


def _letter(invoice: Invoice) -> tuple[str, str]:
    say, facts = words("sv"), {"number": invoice.number, "amount": kronor(abs(invoice.payable_ore))}
    if invoice.document == CREDIT_NOTE:
        body = say("Attached is credit note {number} for {amount}.", **facts)
        return say("Credit note {number}", number=invoice.number), body
    body = say(
        "Attached is invoice {number} for {amount}, due on {due}.",
        **facts,
        due=invoice.due_on.isoformat(),
    )
    return say("Invoice {number}", number=invoice.number), body


@dataclass(frozen=True, slots=True)
class Stopped:
    """An invoice that cannot leave by itself. why: as the task was given up with."""

    invoice: Invoice
    buyer: Member
    why: str


def stopped_invoices(work: Work) -> list[Stopped]:
    """Invoices in the actor's scope whose drawing or delivery was given up, at most SHOWN."""
    scope = work.scope("billing.see")
    rows = (
        select(Invoice, Member, Task)
        .join(Task, col(Task.key) == col(Invoice.number))
        .join(Member, col(Member.id) == col(Invoice.member_id))
        .where(col(Task.name).in_(WAYS_OUT), Task.state == TaskState.FAILED)
        .order_by(col(Invoice.number).desc())
        .limit(SHOWN)
    )
    if scope is not None:
        rows = rows.where(col(Member.code).in_(scope))
    return [
        Stopped(invoice, buyer, task.trouble) for invoice, buyer, task in work.session.exec(rows)
    ]


def send_stopped_again(work: Work, number: str) -> Invoice:
    """Let an invoice whose drawing or delivery was given up be tried again."""
    invoice, buyer = invoice_by_number(work, number)
    work.require("billing.issue", buyer.code)
    task = _given_up(work, number)
    if task is None:
        raise Conflict("Invoice {number} has not been given up", number=number)
    ask_again(work, Later(task.name), number, number=number)
    work.audit("billing.tried_again", number)
    return invoice


def trouble_of(work: Work, invoice: Invoice) -> str:
    """Why an invoice has not reached its buyer; empty where nothing is known against it."""
    task = _given_up(work, invoice.number)
    return task.trouble if task else trouble_of_letter(work, letter_key(invoice.number))


def invoice_letters(work: Work) -> list[str] | None:
    """The keys of the letters of invoices in the actor's scope; None where it is everybody's."""
    scope = work.scope("billing.see")
    if scope is None:
        return None
    rows = select(Invoice.number).join(Member, col(Member.id) == col(Invoice.member_id))
    return [letter_key(n) for n in work.session.exec(rows.where(col(Member.code).in_(scope)))]


def letter_key(number: str) -> str:
    return f"invoice:{number}"


def _given_up(work: Work, number: str) -> Task | None:
    rows = select(Task).where(
        col(Task.name).in_(WAYS_OUT), Task.key == number, Task.state == TaskState.FAILED
    )
    return work.session.exec(rows).first()
