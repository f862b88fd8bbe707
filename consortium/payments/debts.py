"""Questions about what is owed: by invoice, now or as of a day, in one statement.

An invoice's debt is its payable less what credits it and what payments pay of it. A credit note of
an invoice counts there and owes nothing itself; one that settles a year owes by itself, negative.
A part that a file's payment came with counts from the day the bank booked it, one placed by hand
from the day that was done.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, time
from typing import Any, Final

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col
from sqlmodel import select as sql_select

from consortium.billing.tables import Invoice
from consortium.core.days import DAY, instant_of
from consortium.core.db import sum_ore
from consortium.core.work import Scope, Work
from consortium.members.tables import Member
from consortium.payments.rules import Debt
from consortium.payments.tables import Payment, PaymentPart

HAND: Final = "hand"


@dataclass(frozen=True, slots=True)
class Owed:
    """An invoice or credit note with what is left of it, in öre.

    member, name: of the buyer. credited_ore: by credit notes, negative. paid_ore: by payments.
    debt_ore: what is left to pay; negative where it is the host that owes.
    """

    invoice: int
    number: str
    document: str
    member: str
    name: str
    issued_on: date
    due_on: date
    payable_ore: int
    credited_ore: int
    paid_ore: int
    debt_ore: int

    def overdue_days(self, day: date) -> int:
        """How many days after its due date `day` is; 0 where nothing is overdue."""
        return max((day - self.due_on).days, 0) if self.debt_ore > 0 else 0


def debts(work: Work, invoice_ids: Collection[int]) -> dict[int, Owed]:
    """What is left of invoices within the actor's scope: invoice id → owed."""
    if not invoice_ids:
        return {}
    asked = _owed(work.scope("billing.see"), None, invoice_ids)
    return {owed.invoice: owed for owed in _read(work, asked)}


def open_debts(work: Work, as_of: date | None = None) -> list[Owed]:
    """Invoices and credit notes within the actor's scope of which something is left, by number.

    as_of: as it stood at the end of that day; None: as it stands now.
    """
    asked = _owed(work.scope("billing.see"), as_of)
    return [owed for owed in _read(work, asked) if owed.debt_ore]


def placing_debts(work: Work) -> list[Debt]:
    """Every invoice and credit note, settled ones too, for the rules of placing.

    A credit note of an invoice is left out: what it gives back stands in that invoice's debt.
    """
    credited, parts = _sums(None, None)
    columns: tuple[Any, ...] = (
        Invoice.id,
        Invoice.number,
        Invoice.ocr,
        Member.code,
        Member.name,
        Member.organisation_number,
        Invoice.issued_on,
        Invoice.due_on,
        _debt(credited, parts),
    )
    rows = (
        select(*columns)
        .join_from(Invoice, Member, col(Member.id) == col(Invoice.member_id))
        .outerjoin(credited, credited.c.invoice == col(Invoice.id))
        .outerjoin(parts, parts.c.invoice == col(Invoice.id))
        .where(col(Invoice.credits_id).is_(None))
    )
    return [Debt(*row) for row in work.session.connection().execute(rows)]


def ids_of(work: Work, numbers: Collection[str]) -> dict[str, int]:
    """The ids of what payments can pay: number → id, of those that there are.

    A credit note of an invoice is none of them: what it gives back stands in the invoice's debt.
    """
    rows = sql_select(Invoice.number, Invoice.id).where(
        col(Invoice.number).in_(list(numbers)), col(Invoice.credits_id).is_(None)
    )
    return dict(work.session.exec(rows).all())


def counts_by(as_of: date) -> Any:
    """The condition on a part, joined with its payment, that it counts at the end of a day."""
    end = instant_of(as_of + DAY, time())
    by_hand = col(PaymentPart.how) == HAND
    return or_(
        and_(by_hand, col(PaymentPart.placed_at) < end),
        and_(~by_hand, col(Payment.booked_on) <= as_of),
    )


def _owed(
    scope: Scope, as_of: date | None, invoice_ids: Collection[int] | None = None
) -> Select[Any]:
    credited, parts = _sums(as_of, invoice_ids)
    columns: tuple[Any, ...] = (
        Invoice.id,
        Invoice.number,
        Invoice.document,
        Member.code,
        Member.name,
        Invoice.issued_on,
        Invoice.due_on,
        Invoice.payable_ore,
        func.coalesce(credited.c.ore, 0),
        func.coalesce(parts.c.ore, 0),
        _debt(credited, parts),
    )
    rows: Select[Any] = (
        select(*columns)
        .join_from(Invoice, Member, col(Member.id) == col(Invoice.member_id))
        .outerjoin(credited, credited.c.invoice == col(Invoice.id))
        .outerjoin(parts, parts.c.invoice == col(Invoice.id))
        .order_by(col(Invoice.id))
    )
    if invoice_ids is not None:
        rows = rows.where(col(Invoice.id).in_(invoice_ids))
    if as_of is not None:
        rows = rows.where(col(Invoice.issued_on) <= as_of)
    return rows if scope is None else rows.where(col(Member.code).in_(scope))


def _sums(as_of: date | None, invoice_ids: Collection[int] | None) -> tuple[Any, Any]:
    """What credits each invoice, and what payments pay of it; each as invoice and ore."""
    note = aliased(Invoice)
    credited = select(
        col(note.credits_id).label("invoice"), sum_ore(note.payable_ore).label("ore")
    ).where(col(note.credits_id).is_not(None))
    parts = select(
        col(PaymentPart.invoice_id).label("invoice"), sum_ore(PaymentPart.amount_ore).label("ore")
    )
    if invoice_ids is not None:
        credited = credited.where(col(note.credits_id).in_(invoice_ids))
        parts = parts.where(col(PaymentPart.invoice_id).in_(invoice_ids))
    if as_of is not None:
        credited = credited.where(col(note.issued_on) <= as_of)
        parts = parts.join(Payment, col(Payment.id) == col(PaymentPart.payment_id))
        parts = parts.where(counts_by(as_of))
    return (
        credited.group_by(col(note.credits_id)).subquery("credited"),
        parts.group_by(col(PaymentPart.invoice_id)).subquery("parts"),
    )


def _debt(credited: Any, parts: Any) -> Any:
    own = case((col(Invoice.credits_id).is_not(None), 0), else_=col(Invoice.payable_ore))
    return own + func.coalesce(credited.c.ore, 0) - func.coalesce(parts.c.ore, 0)


def _read(work: Work, rows: Select[Any]) -> list[Owed]:
    work.session.flush()  # a bare connection does not do it by itself
    return [Owed(*row) for row in work.session.connection().execute(rows)]
