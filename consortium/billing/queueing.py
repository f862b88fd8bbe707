"""What follows once an invoice or a credit note is issued: it is drawn, and webhooks are told."""

from collections.abc import Sequence
from typing import Final

from consortium.billing.tables import Invoice
from consortium.core.later import Later
from consortium.core.work import Work
from consortium.messages.telling import tell_all

RENDER_INVOICE: Final = Later("invoicing.render_invoice")


def queue_issued(work: Work, issued: Sequence[tuple[Invoice, str]]) -> None:
    """Ask for the documents of issued invoices and tell of them. Each with its buyer's code."""
    numbers = [invoice.number for invoice, _member in issued]
    work.later_all(RENDER_INVOICE, {number: {"number": number} for number in numbers})
    told = [(invoice.number, _told(invoice, member)) for invoice, member in issued]
    tell_all(work, "invoice.issued", told)


def _told(invoice: Invoice, member: str) -> dict[str, str | int]:
    return {
        "number": invoice.number,
        "document": invoice.document,
        "member": member,
        "month": f"{invoice.month:%Y-%m}",
        "due_on": invoice.due_on.isoformat(),
        "payable_ore": invoice.payable_ore,
    }
