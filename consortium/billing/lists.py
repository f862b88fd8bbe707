"""Questions about many invoices at once: lists, sums, and what became of each."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final

from sqlalchemy import bindparam
from sqlalchemy.orm import defer
from sqlmodel import col, func, select

from consortium.billing.periods import REGULAR
from consortium.billing.tables import Invoice, InvoiceDelivery, InvoiceDocument, InvoiceRun
from consortium.core.db import sum_ore
from consortium.core.work import Work
from consortium.members.tables import Member

Shape = tuple[bool, ...]
NARROWING: Final = ("first", "member", "scope", "document", "ids")
_MONTHS: Final = select(col(Invoice.month)).distinct()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which invoices are looked for; what is left empty lets every one through.

    year: of the month that is billed. member: a code. document: `invoice` or `credit_note`.
    ids: None for any.
    """

    year: int | None = None
    member: str = ""
    document: str = ""
    ids: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class Sums:
    """How many invoices there are, and what they come to."""

    count: int
    net_ore: int
    vat_ore: int
    payable_ore: int


def found_invoices(work: Work, wanted: Wanted) -> list[tuple[Invoice, Member]]:
    """All invoices within the actor's scope that are wanted, the latest first, without papers."""
    shape, bound = shape_of(work, wanted)
    rows = (
        select(Invoice, Member)
        .join(Member, col(Member.id) == col(Invoice.member_id))
        .where(*conditions(shape))
        .options(defer(Invoice.paper))  # type: ignore[arg-type]  # a column, to mypy a dict
        .order_by(col(Invoice.id).desc())
    )
    return [(invoice, buyer) for invoice, buyer in work.session.exec(rows, params=bound)]


def sums_of(work: Work, wanted: Wanted) -> Sums:
    """What the invoices that `found_invoices` finds come to."""
    shape, bound = shape_of(work, wanted)
    return Sums(*map(int, work.session.connection().execute(_sums(shape), bound).one()))


def shape_of(work: Work, wanted: Wanted) -> tuple[Shape, dict[str, Any]]:
    """Which conditions narrow what is wanted, in the order of `conditions`, and their values."""
    scope = work.scope("billing.see")
    bound: dict[str, Any] = {}
    if wanted.year is not None:
        bound |= {"first": date(wanted.year, 1, 1), "last": date(wanted.year, 12, 31)}
    if wanted.member:
        bound["member"] = wanted.member
    if scope is not None:
        bound["scope"] = sorted(scope)
    if wanted.document:
        bound["document"] = wanted.document
    if wanted.ids is not None:
        bound["ids"] = sorted(wanted.ids)
    return tuple(name in bound for name in NARROWING), bound


@cache
def conditions(shape: Shape) -> tuple[Any, ...]:
    """What invoices, joined with their buyers, must fulfil; with the parameters of `shape_of`."""
    each = (
        col(Invoice.month).between(bindparam("first"), bindparam("last")),
        col(Member.code) == bindparam("member"),
        col(Member.code).in_(bindparam("scope", expanding=True)),
        col(Invoice.document) == bindparam("document"),
        col(Invoice.id).in_(bindparam("ids", expanding=True)),
    )
    return tuple(condition for condition, asked in zip(each, shape, strict=True) if asked)


@cache
def _buyers(shape: Shape) -> Any:
    return (
        select(Member.code, Member.name)
        .where(col(Member.id).in_(select(Invoice.member_id)))
        .where(*conditions(shape))
        .order_by(col(Member.code))
    )


@cache
def _sums(shape: Shape) -> Any:
    return (
        select(
            func.count(),
            sum_ore(Invoice.net_ore),
            sum_ore(Invoice.vat_ore),
            sum_ore(Invoice.payable_ore),
        )
        .select_from(Invoice)
        .join(Member, col(Member.id) == col(Invoice.member_id))
        .where(*conditions(shape))
    )


def buyers(work: Work) -> list[tuple[str, str]]:
    """Code and name of the members within the actor's scope that have been invoiced, by code."""
    shape, bound = shape_of(work, Wanted())
    rows = work.session.connection().execute(_buyers(shape), bound)
    return [(code, name) for code, name in rows]


def invoiced_years(work: Work) -> list[int]:
    """The years of the months that have been invoiced, the latest first."""
    work.require("billing.see")
    months = work.session.connection().execute(_MONTHS).scalars()
    return sorted({month.year for month in months}, reverse=True)


def month_totals(work: Work, year: int, months: int = 1) -> dict[date, tuple[int, int]]:
    """First day of a period → how many invoices its runs have and what those ask for, in öre.

    The actor's own only; credit notes, settlements and replaced runs are left out.
    """
    shape, bound = shape_of(work, Wanted(year))
    rows = (
        select(col(Invoice.month), func.count(), sum_ore(Invoice.payable_ore))
        .join(Member, col(Member.id) == col(Invoice.member_id))
        .join(InvoiceRun, col(InvoiceRun.id) == col(Invoice.run_id))
        .where(InvoiceRun.purpose == REGULAR, InvoiceRun.months == months)
        .where(InvoiceRun.state == "issued")
        .where(*conditions(shape))
        .group_by(col(Invoice.month))
    )
    found = work.session.exec(rows, params=bound)
    return {month: (count, int(total)) for month, count, total in found}


def ids_of(work: Work, numbers: Collection[str]) -> dict[str, int]:
    """Number → id of those invoices."""
    rows = select(Invoice.number, Invoice.id).where(col(Invoice.number).in_(numbers))
    return dict(work.session.exec(rows).all())


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
