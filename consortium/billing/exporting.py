"""Questions whose answers are tables for other programs: invoices, and the lines behind them."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlmodel import col, select

from consortium.billing.formats.invoice_sheets import InvoiceRow, LineRow
from consortium.billing.lists import Shape, Wanted, conditions, shape_of
from consortium.billing.tables import Invoice, InvoiceDelivery, InvoiceLine
from consortium.core.work import Work
from consortium.costs.tables import CostPool
from consortium.members.tables import Member


def invoice_rows(work: Work, wanted: Wanted) -> list[InvoiceRow]:
    """The invoices and credit notes that are wanted, within the actor's scope, in their order."""
    shape, bound = shape_of(work, wanted)
    rows = work.session.connection().execute(_invoices(shape), bound)
    return [
        InvoiceRow._make((*row[:2], _numbers(row[2]), *row[3:-1], row[-1] or "")) for row in rows
    ]


def line_rows(work: Work, wanted: Wanted) -> list[LineRow]:
    """The lines of what `invoice_rows` finds, in their order."""
    shape, bound = shape_of(work, wanted)
    rows = work.session.connection().execute(_lines(shape), bound)
    return [LineRow._make((*row[:5], row[5] or "", *row[6:])) for row in rows]


def _numbers(credited: Sequence[Sequence[str]] | None) -> str:
    """Numbers of invoices out of a paper's `credits`; papers of older invoices have none."""
    return " ".join(number for number, _issued_on in credited or ())


@cache
def _invoices(shape: Shape) -> Any:
    columns: tuple[Any, ...] = (
        Invoice.number,
        Invoice.document,
        col(Invoice.paper)["credits"],
        Member.code,
        Member.name,
        Invoice.month,
        Invoice.kind,
        Invoice.issued_on,
        Invoice.due_on,
        Invoice.net_ore,
        Invoice.vat_ore,
        Invoice.payable_ore,
        Invoice.ocr,
        InvoiceDelivery.way,
    )
    return (
        select(*columns)
        .select_from(Invoice)
        .join(Member, col(Member.id) == col(Invoice.member_id))
        .join(InvoiceDelivery, col(InvoiceDelivery.invoice_id) == col(Invoice.id), isouter=True)
        .where(*conditions(shape))
        .order_by(col(Invoice.id))
    )


@cache
def _lines(shape: Shape) -> Any:
    columns: tuple[Any, ...] = (
        Invoice.number,
        Invoice.document,
        Member.code,
        InvoiceLine.position,
        InvoiceLine.kind,
        CostPool.code,
        InvoiceLine.month,
        InvoiceLine.net_ore,
        InvoiceLine.category,
        InvoiceLine.percent,
        InvoiceLine.snapshot,
    )
    return (
        select(*columns)
        .select_from(Invoice)
        .join(Member, col(Member.id) == col(Invoice.member_id))
        .join(InvoiceLine, col(InvoiceLine.invoice_id) == col(Invoice.id))
        .join(CostPool, col(CostPool.id) == col(InvoiceLine.pool_id), isouter=True)
        .where(*conditions(shape))
        .order_by(col(Invoice.id), col(InvoiceLine.position))
    )
