"""Use case: the interest that has run on a member's invoices is invoiced, the same days once."""

from collections import Counter
from datetime import date
from typing import Any, Final

from sqlmodel import col, select

from consortium.billing.charging import Owed, charge_interest
from consortium.billing.rules import INTEREST
from consortium.billing.tables import Invoice, InvoiceLine
from consortium.core.days import DAY
from consortium.core.errors import Conflict
from consortium.core.words import Say, words
from consortium.core.work import Work
from consortium.members.tables import Member
from consortium.payments.accruing import accrued

LANGUAGE: Final = "sv"  # members are Swedish municipalities; an invoice is in their language


def chargeable(work: Work, code: str = "") -> dict[str, list[Owed]]:
    """Interest that has run until today and is not invoiced: member code → what each invoice owes.

    Paid invoices too, where they were paid late. code: of this member only. Conflict where a
    reference rate is missing.
    """
    scope = work.scope("billing.see")
    rows = (
        select(Invoice, Member.code)
        .join(Member, col(Member.id) == col(Invoice.member_id))
        .where(Invoice.document == "invoice", Invoice.due_on < work.today)
        .order_by(col(Member.code), col(Invoice.id))
    )
    found = {
        invoice.id: (invoice, member)
        for invoice, member in work.session.exec(rows)
        if (scope is None or member in scope) and code in {"", member}
    }
    run = accrued(work, list(found), work.today)
    charged, until = _charged(work)
    owed: dict[str, list[Owed]] = {}
    for invoice_id, ore in run.items():
        invoice, member = found[invoice_id]
        left_ore = ore - charged[invoice.number]
        from_on = until.get(invoice.number, invoice.due_on) + DAY
        if left_ore > 0 and from_on <= work.today:
            note = _note(invoice, from_on, work.today, words(LANGUAGE))
            row = Owed(invoice.number, from_on, work.today, left_ore, note)
            owed.setdefault(member, []).append(row)
    return owed


def claim_interest(work: Work, code: str) -> Invoice:
    """Invoice the interest that has run on a member's invoices; Conflict where there is none."""
    work.require_whole("billing.issue")
    if not work.invoicing.charge_interest:
        raise Conflict("No interest is charged here", remedy="Set charge_interest in the settings")
    owed = chargeable(work, code).get(code, [])
    if not owed:
        raise Conflict("No interest has run that is not invoiced")
    return charge_interest(work, code, owed)


def _charged(work: Work) -> tuple[Counter[str], dict[str, date]]:
    """By the number of the invoice that interest has run on: öre invoiced, and until which day."""
    columns: tuple[Any, ...] = (InvoiceLine.key, InvoiceLine.net_ore, Invoice.issued_on)
    rows = (
        select(*columns)
        .join(Invoice, col(Invoice.id) == col(InvoiceLine.invoice_id))
        .where(InvoiceLine.kind == INTEREST, col(InvoiceLine.key).is_not(None))
        .order_by(col(InvoiceLine.id))
    )
    charged, until = Counter[str](), dict[str, date]()
    for key, ore, issued_on in work.session.execute(rows):
        number = key.split("/")[1]
        charged[number] += ore
        until[number] = issued_on
    return charged, until


def _note(invoice: Invoice, from_on: date, to_on: date, say: Say) -> str:
    return say(
        "Due {due}; {days} days at the reference rate and 8 percentage points (räntelagen 6 §)",
        due=invoice.due_on.isoformat(),
        days=(to_on - from_on).days + 1,
    )
