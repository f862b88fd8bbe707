"""Questions about payments: lists, one with everything, and what an invoice has been paid with."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlmodel import col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from consortium.billing.tables import Invoice
from consortium.core.cursors import Cursor, Order, Window, window
from consortium.core.errors import NotFound
from consortium.core.work import Scope, Work
from consortium.members.tables import Member
from consortium.payments.debts import Owed, debts
from consortium.payments.known import parts_of
from consortium.payments.left import left_of
from consortium.payments.rules import OVER, REVIEW
from consortium.payments.tables import Payment, PaymentFile, PaymentPart, Reminder

NEWEST: Final = Order((col(Payment.id),), (True,), (int,), lambda row: (row.id,))
TO_DO: Final = (REVIEW, OVER)
"""The states of payments of which something waits for a person."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which payments are looked for; what is left empty lets every one through."""

    state: str = ""
    file: int | None = None


@dataclass(frozen=True, slots=True)
class Pay:
    """What a payment pays of an invoice now. member: the buyer's code, name: its name."""

    number: str
    member: str
    name: str
    amount_ore: int


@dataclass(frozen=True, slots=True)
class PaidPart:
    """A part of a payment on an invoice, as it was placed; one that was taken back is negative."""

    payment: int
    number: str
    booked_on: date
    payer: str
    amount_ore: int
    how: str
    placed_by: str
    placed_at: datetime


@dataclass(frozen=True, slots=True)
class Paid:
    """What has become of an invoice. credits: number, day and öre (negative) of its credit notes.

    parts: of payments, in their order. reminders: in the order of their steps.
    """

    owed: Owed
    credits: tuple[tuple[str, date, int], ...]
    parts: tuple[PaidPart, ...]
    reminders: tuple[Reminder, ...]

    @property
    def debt_ore(self) -> int:
        return self.owed.debt_ore


@dataclass(frozen=True, slots=True)
class ShownPayment:
    """A payment with everything. left_ore: not placed. back: what took it, or paid it, back.

    original: what it takes or pays back itself.
    """

    payment: Payment
    file: PaymentFile
    left_ore: int
    pays: tuple[Pay, ...]
    parts: tuple[PaidPart, ...]
    back: tuple[Payment, ...]
    original: Payment | None


def paid_of(work: Work, invoice_id: int) -> Paid:
    """What an invoice has been paid with; one outside the actor's scope is not found."""
    owed = debts(work, [invoice_id]).get(invoice_id)
    if owed is None:
        raise NotFound("There is no such invoice")
    notes = select(col(Invoice.number), col(Invoice.issued_on), col(Invoice.payable_ore))
    reminders = select(Reminder).where(Reminder.invoice_id == invoice_id)
    return Paid(
        owed,
        tuple(
            (number, day, ore)
            for number, day, ore in work.session.exec(
                notes.where(Invoice.credits_id == invoice_id).order_by(col(Invoice.id))
            )
        ),
        _parts(work, col(PaymentPart.invoice_id) == invoice_id),
        tuple(work.session.exec(reminders.order_by(col(Reminder.step)))),
    )


def listed_payments(work: Work, wanted: Wanted, cursor: Cursor, size: int) -> Window[Payment]:
    """A page of payments, the newest first; where the actor sees some members, what pays theirs."""
    found = _wanted(select(Payment), wanted, work.scope("billing.see"))
    return window(work, found, NEWEST, cursor, size)


def found_payments(work: Work, wanted: Wanted) -> list[Payment]:
    """All payments that `listed_payments` lists, in the order they came."""
    found = _wanted(select(Payment), wanted, work.scope("billing.see"))
    return list(work.session.exec(found.order_by(col(Payment.id))))


def states(work: Work, file: int | None = None) -> dict[str, int]:
    """State → how many payments the actor sees in it."""
    found = _wanted(select(Payment), Wanted(file=file), work.scope("billing.see")).subquery()
    rows = select(found.c.state, func.count()).group_by(found.c.state)
    return dict(work.session.exec(rows).all())


def pays_of(work: Work, payment_ids: Collection[int]) -> dict[int, tuple[Pay, ...]]:
    """What payments pay now, of the actor's members: payment id → by invoice."""
    scope, paid = work.scope("billing.see"), parts_of(work, payment_ids)
    wanted = {invoice for parts in paid.values() for invoice in parts}
    rows = (
        select(Invoice.id, Invoice.number, Member.code, Member.name)
        .join(Member, col(Member.id) == col(Invoice.member_id))
        .where(col(Invoice.id).in_(wanted))
    )
    rows = rows if scope is None else rows.where(col(Member.code).in_(scope))
    known = {row[0]: row[1:] for row in work.session.exec(rows)}
    found: dict[int, tuple[Pay, ...]] = defaultdict(tuple)
    for payment, parts in paid.items():
        pays = [Pay(*known[i], amount_ore=ore) for i, ore in parts.items() if i in known]
        found[payment] = tuple(sorted(pays, key=lambda pay: pay.number))
    return found


def shown_payment(work: Work, payment_id: int) -> ShownPayment:
    """A payment with everything; one that pays nothing of the actor's members is not found."""
    scope = work.scope("billing.see")
    rows = _wanted(select(Payment), Wanted(), scope).where(Payment.id == payment_id)
    payment = work.session.exec(rows).first()
    if payment is None:
        raise NotFound("There is no payment {id}", id=payment_id)
    own = _own_parts(scope)
    back = select(Payment).where(Payment.reverses_id == payment_id).order_by(col(Payment.id))
    return ShownPayment(
        payment,
        work.session.get_one(PaymentFile, payment.file_id),
        left_of(work, [payment_id])[payment_id],
        pays_of(work, [payment_id])[payment_id],
        _parts(work, col(PaymentPart.payment_id) == payment_id, *own),
        tuple(work.session.exec(back)),
        work.session.get(Payment, payment.reverses_id) if payment.reverses_id else None,
    )


def payments_to_do(work: Work, offset: int, size: int) -> tuple[list[Payment], int]:
    """Payments of which something waits for a person, the earliest first; and how many there are.

    It takes the right to see every member's: nobody knows yet whose they are.
    """
    work.require_whole("billing.see")
    rows = select(Payment).where(col(Payment.state).in_(TO_DO))
    total = work.session.exec(select(func.count()).select_from(rows.subquery())).one()
    page = rows.order_by(col(Payment.booked_on), col(Payment.id)).offset(offset).limit(size)
    return list(work.session.exec(page)), total


def payment_files(work: Work, offset: int, size: int) -> tuple[list[PaymentFile], int]:
    """Files that were taken in, the latest first; and how many there are."""
    work.require_whole("billing.see")
    total = work.session.exec(select(func.count(col(PaymentFile.id)))).one()
    rows = select(PaymentFile).order_by(col(PaymentFile.id).desc())
    return list(work.session.exec(rows.offset(offset).limit(size))), total


def payment_file(work: Work, file_id: int) -> PaymentFile:
    work.require_whole("billing.see")
    found = work.session.get(PaymentFile, file_id)
    if found is None:
        raise NotFound("There is no file of payments {id}", id=file_id)
    return found


def _wanted(rows: SelectOfScalar[Payment], wanted: Wanted, scope: Scope) -> SelectOfScalar[Payment]:
    if wanted.state:
        rows = rows.where(Payment.state == wanted.state)
    if wanted.file is not None:
        rows = rows.where(Payment.file_id == wanted.file)
    if scope is not None:
        own = (
            select(PaymentPart.payment_id)
            .join(Invoice, col(Invoice.id) == col(PaymentPart.invoice_id))
            .join(Member, col(Member.id) == col(Invoice.member_id))
            .where(col(Member.code).in_(scope))
        )
        rows = rows.where(col(Payment.id).in_(own))
    return rows


def _own_parts(scope: Scope) -> Sequence[Any]:
    return () if scope is None else (col(Member.code).in_(scope),)


def _parts(work: Work, *which: Any) -> tuple[PaidPart, ...]:
    rows = (
        select(PaymentPart, Payment, Invoice.number)
        .join(Payment, col(Payment.id) == col(PaymentPart.payment_id))
        .join(Invoice, col(Invoice.id) == col(PaymentPart.invoice_id))
        .join(Member, col(Member.id) == col(Invoice.member_id))
        .where(*which)
        .order_by(col(PaymentPart.id))
    )
    return tuple(
        PaidPart(
            payment.id,
            number,
            payment.booked_on,
            payment.payer,
            part.amount_ore,
            part.how,
            part.placed_by,
            part.placed_at,
        )
        for part, payment, number in work.session.exec(rows)
    )
