"""Payments that were taken in earlier, as the rules of placing need them."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from itertools import islice
from typing import Any, Final, TypeVar

from sqlmodel import col, select

from consortium.core.db import sum_ore
from consortium.core.work import Work
from consortium.payments.rules import DUPLICATE, Known
from consortium.payments.tables import Payment, PaymentPart

AT_ONCE: Final = 5000
"""Values in one statement: both databases take at least 30 000."""
T = TypeVar("T", str, int)


def known_payments(work: Work, keys: Collection[str], amounts: Collection[int]) -> dict[str, Known]:
    """Earlier payments by their key at the bank: those with one of `keys`, or of `amounts` öre."""
    rows: dict[int, Payment] = {}
    for some in _chunks(sorted(keys)):
        rows |= _found(work, col(Payment.key).in_(some))
    for values in _chunks(sorted(amounts)):
        rows |= _found(work, col(Payment.amount_ore).in_(values))
    parts = parts_of(work, rows)
    return {
        row.key: Known(row.amount_ore, row.reference, row.state, parts[row.id])
        for row in rows.values()
    }


def parts_of(work: Work, payment_ids: Collection[int]) -> defaultdict[int, dict[int, int]]:
    """What each payment pays now: payment id → invoice id → öre, those of 0 left out."""
    found: defaultdict[int, dict[int, int]] = defaultdict(dict)
    total = sum_ore(PaymentPart.amount_ore)
    for some in _chunks(sorted(payment_ids)):
        rows = (
            select(PaymentPart.payment_id, PaymentPart.invoice_id, total)
            .where(col(PaymentPart.payment_id).in_(some))
            .group_by(col(PaymentPart.payment_id), col(PaymentPart.invoice_id))
            .having(total != 0)
        )
        for payment, invoice, amount_ore in work.session.exec(rows):
            found[payment][invoice] = int(amount_ore)
    return found


def _found(work: Work, which: Any) -> dict[int, Payment]:
    rows = select(Payment).where(which, Payment.state != DUPLICATE)
    return {row.id: row for row in work.session.exec(rows)}


def _chunks(values: list[T]) -> Iterator[list[T]]:
    left = iter(values)
    while some := list(islice(left, AT_ONCE)):
        yield some
