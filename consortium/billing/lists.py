"""Questions about many invoices at once: lists, sums, and what became of each."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import defer
from sqlmodel import col, func, select

from consortium.billing.tables import Invoice, InvoiceDelivery, InvoiceDocument
from consortium.core.db import sum_ore
from consortium.core.errors import Invalid
from consortium.core.work import Scope, Work
from consortium.members.tables import Member


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which invoices are looked for; what is left empty lets every one through.

    year: of the month that is billed. member: a code. before: a number; older ones only.
    """

    year: int | None = None
    member: str = ""
    before: str = ""


@dataclass(frozen=True, slots=True)
class Sums:
    """How many invoices there are, and what they come to."""

    count: int
    net_ore: int
    vat_ore: int
    payable_ore: int


def found_invoices(
    work: Work, wanted: Wanted, offset: int = 0, size: int | None = None
) -> list[tuple[Invoice, Member]]:
    """Invoices within the actor's scope, the latest first, without their papers."""
    rows = (
        select(Invoice, Member)
        .join(Member, col(Member.id) == col(Invoice.member_id))
        .where(*_conditions(work, wanted))
        .options(defer(Invoice.paper))  # type: ignore[arg-type]  # a column, to mypy a dict
        .order_by(col(Invoice.id).desc())
        .offset(offset)
        .limit(size)
    )
    return [(invoice, buyer) for invoice, buyer in work.session.exec(rows)]


def sums_of(work: Work, wanted: Wanted) -> Sums:
    """What the invoices that `found_invoices` finds come to."""
    rows = (
        select(
            func.count(),
            sum_ore(Invoice.net_ore),
            sum_ore(Invoice.vat_ore),
            sum_ore(Invoice.payable_ore),
        )
        .select_from(Invoice)
        .join(Member, col(Member.id) == col(Invoice.member_id))
        .where(*_conditions(work, wanted))
    )
    return Sums(*map(int, work.session.exec(rows).one()))


def buyers(work: Work) -> list[Member]:
    """The members within the actor's scope that have been invoiced, by code."""
    rows = (
        select(Member)
        .where(col(Member.id).in_(select(Invoice.member_id)))
        .where(*_within(work.scope("billing.see")))
        .order_by(col(Member.code))
    )
    return list(work.session.exec(rows))


def invoiced_years(work: Work) -> list[int]:
    """The years of the months that have been invoiced, the latest first."""
    work.require("billing.see")
    months = work.session.exec(select(col(Invoice.month)).distinct())
    return sorted({month.year for month in months}, reverse=True)


def month_totals(work: Work, year: int) -> dict[date, tuple[int, int]]:
    """Month → how many invoices it has and what they ask for, in öre; the actor's own only."""
    rows = (
        select(col(Invoice.month), func.count(), sum_ore(Invoice.payable_ore))
        .join(Member, col(Member.id) == col(Invoice.member_id))
        .where(*_conditions(work, Wanted(year)))
        .group_by(col(Invoice.month))
    )
    return {month: (count, int(total)) for month, count, total in work.session.exec(rows)}


def deliveries(work: Work, invoice_ids: Collection[int]) -> dict[int, InvoiceDelivery]:
    """How those of the invoices that have left the house did so: invoice id → delivery."""
    rows = select(InvoiceDelivery).where(col(InvoiceDelivery.invoice_id).in_(invoice_ids))
    return {row.invoice_id: row for row in work.session.exec(rows)}


def drawn(work: Work, invoice_ids: Collection[int]) -> frozenset[int]:
    """Those of the invoices that have their documents."""
    rows = select(InvoiceDocument.invoice_id).where(
        col(InvoiceDocument.invoice_id).in_(invoice_ids)
    )
    return frozenset(work.session.exec(rows))


def _conditions(work: Work, wanted: Wanted) -> list[Any]:
    conditions = _within(work.scope("billing.see"))
    if wanted.year is not None:
        days = date(wanted.year, 1, 1), date(wanted.year, 12, 31)
        conditions.append(col(Invoice.month).between(*days))
    if wanted.member:
        conditions.append(col(Member.code) == wanted.member)
    if wanted.before:
        conditions.append(col(Invoice.id) < _place_of(work, wanted.before))
    return conditions


def _within(scope: Scope) -> list[Any]:
    return [] if scope is None else [col(Member.code).in_(scope)]


def _place_of(work: Work, number: str) -> int:
    rows = (
        select(Invoice.id)
        .join(Member, col(Member.id) == col(Invoice.member_id))
        .where(Invoice.number == number, *_within(work.scope("billing.see")))
    )
    place = work.session.exec(rows).first()
    if place is None:
        raise Invalid(
            "The list cannot go on from {number}",
            at="cursor",
            number=number,
            remedy="Use the cursor as the answer before gave it",
        )
    return place
