"""Questions about the interest that has run on invoices paid too late, or not at all."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from sqlmodel import col, select

from consortium.billing.rules import INTEREST
from consortium.billing.tables import InvoiceLine
from consortium.core.db import sum_ore
from consortium.core.work import Work
from consortium.payments.debts import Owed, debts
from consortium.payments.interest import interest, whole_ore
from consortium.payments.rates import rates
from consortium.payments.tables import Payment, PaymentPart


def accrued(work: Work, invoice_ids: Collection[int], until: date) -> dict[int, int]:
    """The interest on invoices through a day: invoice id → öre, half up for each; 0 left out.

    By payment: what came in counts from the day that the bank booked it, whenever it was placed. A
    credit note counts from the beginning: what it takes back was never owed. There is none on
    interest. Only invoices within the actor's scope; Conflict where a reference rate is missing.
    """
    owed = debts(work, invoice_ids)
    bearing = [each for each in owed.values() if each.payable_ore > 0 and each.due_on < until]
    if not bearing:
        return {}
    known, paid = rates(work), _paid(work, [each.invoice for each in bearing])
    claims = _claims(work, bearing)
    found = {
        each.invoice: whole_ore(
            interest(claims[each.invoice], paid[each.invoice], each.due_on, until, known)
        )
        for each in bearing
    }
    return {invoice: ore for invoice, ore in found.items() if ore}


def _claims(work: Work, owed: Collection[Owed]) -> dict[int, int]:
    """What interest runs on before payments: the payable less credits and lines of interest."""
    ids = [each.invoice for each in owed]
    lines = (
        select(InvoiceLine.invoice_id, sum_ore(InvoiceLine.net_ore))
        .where(col(InvoiceLine.invoice_id).in_(ids), InvoiceLine.kind == INTEREST)
        .group_by(col(InvoiceLine.invoice_id))
    )
    of_interest = {invoice: int(ore) for invoice, ore in work.session.exec(lines)}
    return {
        each.invoice: each.payable_ore + each.credited_ore - of_interest.get(each.invoice, 0)
        for each in owed
    }


def _paid(work: Work, invoice_ids: Collection[int]) -> defaultdict[int, list[tuple[date, int]]]:
    found: defaultdict[int, list[tuple[date, int]]] = defaultdict(list)
    rows = (
        select(
            col(PaymentPart.invoice_id),
            col(Payment.booked_on),
            sum_ore(PaymentPart.amount_ore),
        )
        .join(Payment, col(Payment.id) == col(PaymentPart.payment_id))
        .where(col(PaymentPart.invoice_id).in_(invoice_ids))
        .group_by(col(PaymentPart.invoice_id), col(Payment.booked_on))
    )
    for invoice, booked_on, ore in work.session.exec(rows):
        found[invoice].append((booked_on, int(ore)))
    return found
