"""Questions about how old claims are, and a member's account between two days."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from sqlalchemy.orm import defer
from sqlmodel import col, select

from consortium.billing.tables import Invoice
from consortium.core.days import swedish_day
from consortium.core.errors import Invalid, NotFound
from consortium.core.work import Work
from consortium.members.queries import member_by_code
from consortium.members.tables import Member
from consortium.payments.debts import HAND, Owed, counts_by, open_debts
from consortium.payments.tables import Payment, PaymentPart

UPPER_DAYS: Final = (0, 30, 60, 90)
"""The last day after the due date of each bucket but the last: not due, 1–30, 31–60, 61–90."""
INVOICE, CREDIT_NOTE, PAYMENT = "invoice", "credit_note", "payment"


@dataclass(frozen=True, slots=True)
class Aged:
    """What a member owes by age, in öre. buckets: not due, 1–30, 31–60, 61–90, over 90 days.

    credit_ore: what the host owes it, not set off, negative. member: a code; empty for the total.
    """

    member: str
    name: str
    buckets: tuple[int, ...]
    credit_ore: int

    @property
    def overdue_ore(self) -> int:
        return sum(self.buckets[1:])

    @property
    def total_ore(self) -> int:
        return sum(self.buckets) + self.credit_ore


@dataclass(frozen=True, slots=True)
class Move:
    """A line of a member's account. kind: `invoice`, `credit_note` or `payment`.

    number: the invoice's, or the payment's id. amount_ore: what it adds to the debt. balance_ore:
    what is owed after it.
    """

    on: date
    kind: str
    number: str
    due_on: date | None
    amount_ore: int
    balance_ore: int = 0


@dataclass(frozen=True, slots=True)
class Account:
    """A member's account between two days: what it owed before, each line, and what it owes."""

    member: Member
    from_on: date
    to_on: date
    opening_ore: int
    moves: tuple[Move, ...]

    @property
    def closing_ore(self) -> int:
        return self.moves[-1].balance_ore if self.moves else self.opening_ore


def aging(work: Work, as_of: date) -> tuple[list[Aged], Aged]:
    """What each member within the actor's scope owes at the end of a day, by code; and the sum."""
    by_member: dict[str, list[Owed]] = {}
    for owed in open_debts(work, as_of):
        by_member.setdefault(owed.member, []).append(owed)
    rows = [_aged(code, of[0].name, of, as_of) for code, of in sorted(by_member.items())]
    return rows, _aged("", "", [owed for of in by_member.values() for owed in of], as_of)


def bucket_of(due_on: date, as_of: date) -> int:
    """Which bucket a claim is in: 0 not due, 1 up to 30 days overdue, … 4 over 90."""
    late = (as_of - due_on).days
    return sum(late > upper for upper in UPPER_DAYS)


def account_of(work: Work, code: str, from_on: date, to_on: date) -> Account:
    """A member's account: its invoices, credit notes and payments, day by day.

    A member outside the actor's scope is not found.
    """
    scope = work.scope("billing.see")
    if scope is not None and code not in scope:
        raise NotFound("No member has the code {code}", code=code)
    if to_on < from_on:
        raise Invalid("The last day is before the first", at="till", remedy="Choose a later day")
    member = member_by_code(work, code)
    moves = [*_claims(work, member, to_on), *_payments(work, member, to_on)]
    opening_ore = sum(move.amount_ore for move in moves if move.on < from_on)
    found, balance_ore = [], opening_ore
    for move in sorted(moves, key=lambda move: (move.on, move.kind == PAYMENT)):
        if move.on >= from_on:
            balance_ore += move.amount_ore
            found.append(replace(move, balance_ore=balance_ore))
    return Account(member, from_on, to_on, opening_ore, tuple(found))


def day_placed(how: str, booked_on: date, placed_at: datetime) -> date:
    """The day that a part counts from."""
    return swedish_day(placed_at) if how == HAND else booked_on


def _aged(member: str, name: str, owed: Iterable[Owed], as_of: date) -> Aged:
    buckets, credit_ore = [0] * (len(UPPER_DAYS) + 1), 0
    for each in owed:
        if each.debt_ore > 0:
            buckets[bucket_of(each.due_on, as_of)] += each.debt_ore
        else:
            credit_ore += each.debt_ore
    return Aged(member, name, tuple(buckets), credit_ore)


def _claims(work: Work, member: Member, to_on: date) -> list[Move]:
    rows = (
        select(Invoice)
        .where(Invoice.member_id == member.id, Invoice.issued_on <= to_on)
        .order_by(col(Invoice.id))
        .options(defer(Invoice.paper))  # type: ignore[arg-type]  # a column, to mypy a dict
    )
    return [
        Move(
            row.issued_on,
            row.document,
            row.number,
            row.due_on if row.document == INVOICE else None,
            row.payable_ore,
        )
        for row in work.session.exec(rows)
    ]


def _payments(work: Work, member: Member, to_on: date) -> list[Move]:
    """Payments by the day that their parts count from, in as many lines as there are of these."""
    rows = (
        select(PaymentPart, col(Payment.booked_on))
        .join(Payment, col(Payment.id) == col(PaymentPart.payment_id))
        .join(Invoice, col(Invoice.id) == col(PaymentPart.invoice_id))
        .where(Invoice.member_id == member.id, counts_by(to_on))
        .order_by(col(PaymentPart.id))
    )
    sums: dict[tuple[date, int], int] = {}
    for part, booked_on in work.session.exec(rows):
        key = day_placed(part.how, booked_on, part.placed_at), part.payment_id
        sums[key] = sums.get(key, 0) + part.amount_ore
    return [
        Move(on, PAYMENT, str(payment), None, -ore) for (on, payment), ore in sums.items() if ore
    ]
