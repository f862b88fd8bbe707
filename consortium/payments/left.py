"""How much of payments is not placed."""

from collections.abc import Collection

from sqlalchemy import or_
from sqlmodel import col, func, select

from consortium.core.db import sum_ore
from consortium.core.work import Work
from consortium.payments.rules import DUPLICATE
from consortium.payments.tables import Payment, PaymentPart


def left_of(work: Work, payment_ids: Collection[int]) -> dict[int, int]:
    """What is left of each payment in öre: not placed, not gone back; of a duplicate, nothing.

    What takes a payment back, or pays it back, counts with that payment and has nothing left.
    """
    found = dict.fromkeys(payment_ids, 0)
    concerned = or_(col(Payment.id).in_(found), col(Payment.reverses_id).in_(found))
    parts = (
        select(PaymentPart.payment_id, sum_ore(PaymentPart.amount_ore).label("ore"))
        .where(col(PaymentPart.payment_id).in_(select(Payment.id).where(concerned)))
        .group_by(col(PaymentPart.payment_id))
        .subquery()
    )
    rest = col(Payment.amount_ore) - func.coalesce(parts.c.ore, 0)
    whose = func.coalesce(col(Payment.reverses_id), col(Payment.id))
    rows = (
        select(whose, sum_ore(rest))
        .join(parts, parts.c.payment_id == col(Payment.id), isouter=True)
        .where(col(Payment.state) != DUPLICATE)
        .where(concerned)
        .group_by(whose)
    )
    for payment, ore in work.session.exec(rows):
        if payment in found:
            found[payment] = int(ore)
    return found
