"""Issued invoices as doors show them, one or many: what is asked for all day, in few statements.

Rows are read as they are, without making objects of tables: most of a look-up's cost.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from typing import Any, Final, NamedTuple

from sqlalchemy import Row, Select, bindparam, exists, select
from sqlmodel import col

from consortium.billing.lists import Shape, Wanted, conditions, shape_of
from consortium.billing.tables import Invoice, InvoiceDelivery, InvoiceDocument, InvoiceLine
from consortium.core.cursors import Cursor, Order, Window, window
from consortium.core.errors import NotFound
from consortium.core.work import Work
from consortium.costs.tables import CostPool
from consortium.members.tables import Member

NEWEST: Final = Order((col(Invoice.id),), (True,), (int,), lambda row: (row.id,))
"""The order of `listed_invoices`."""


class ListedInvoice(NamedTuple):
    """An invoice as a list shows it. member: a code. drawn: it has its documents.

    way, delivered_at: how and when it left the house, None until then. A tuple, for a page has
    many and compares them with those it has shown before.
    """

    id: int
    number: str
    kind: str
    month: date
    issued_on: date
    due_on: date
    net_ore: int
    vat_ore: int
    payable_ore: int
    member: str
    name: str
    way: str | None
    delivered_at: datetime | None
    document: str
    drawn: bool


@dataclass(frozen=True, slots=True)
class ShownInvoice:
    """An invoice with all that belongs to it.

    head: as `ListedInvoice`, with `paper` in place of `drawn`. lines, in their order: position,
    pool (a code, None for interest), kind, net_ore, category, percent, snapshot. documents: form →
    SHA-256.
    """

    head: Row[Any]
    lines: Sequence[Row[Any]]
    documents: dict[str, str]


def _heads(*more: Any) -> Select[Any]:
    """Invoices with their buyers and deliveries: the columns of `ListedInvoice` but the last."""
    columns: tuple[Any, ...] = (
        Invoice.id,
        Invoice.number,
        Invoice.kind,
        Invoice.month,
        Invoice.issued_on,
        Invoice.due_on,
        Invoice.net_ore,
        Invoice.vat_ore,
        Invoice.payable_ore,
        col(Member.code).label("member"),
        Member.name,
        InvoiceDelivery.way,
        InvoiceDelivery.delivered_at,
        Invoice.document,
    )
    return (
        select(*columns, *more)
        .join_from(Invoice, Member, col(Member.id) == col(Invoice.member_id))
        .join(InvoiceDelivery, col(InvoiceDelivery.invoice_id) == col(Invoice.id), isouter=True)
    )


_HEAD: Final = _heads(Invoice.paper).where(col(Invoice.number) == bindparam("number"))
_LINE_COLUMNS: Final[tuple[Any, ...]] = (
    InvoiceLine.position,
    col(CostPool.code).label("pool"),
    InvoiceLine.kind,
    InvoiceLine.net_ore,
    InvoiceLine.category,
    InvoiceLine.percent,
    InvoiceLine.snapshot,
)
_LINES: Final = (
    select(*_LINE_COLUMNS)
    .join_from(InvoiceLine, CostPool, col(CostPool.id) == col(InvoiceLine.pool_id), isouter=True)
    .where(col(InvoiceLine.invoice_id) == bindparam("id"))
    .order_by(col(InvoiceLine.position))
)
_DOCUMENTS: Final = select(col(InvoiceDocument.form), col(InvoiceDocument.sha256)).where(
    col(InvoiceDocument.invoice_id) == bindparam("id")
)


@cache
def _listed(shape: Shape) -> Select[Any]:
    drawn = exists().where(col(InvoiceDocument.invoice_id) == col(Invoice.id)).label("drawn")
    return _heads(drawn).where(*conditions(shape))


def listed_invoices(work: Work, wanted: Wanted, cursor: Cursor, size: int) -> Window[ListedInvoice]:
    """A page of the invoices within the actor's scope that are wanted, in the order NEWEST."""
    shape, bound = shape_of(work, wanted)
    page = window(work, _listed(shape), NEWEST, cursor, size, bound)
    return replace(page, rows=tuple(map(ListedInvoice._make, page.rows)))


def shown_invoice(work: Work, number: str) -> ShownInvoice:
    """An invoice by its number; one outside the actor's scope is not found."""
    scope = work.scope("billing.see")
    connection = work.session.connection()
    head = connection.execute(_HEAD, {"number": number}).first()
    if head is None or (scope is not None and head.member not in scope):
        raise NotFound("There is no invoice {number}", number=number)
    lines = connection.execute(_LINES, {"id": head.id}).all()
    documents = connection.execute(_DOCUMENTS, {"id": head.id})
    return ShownInvoice(head, lines, {row.form: row.sha256 for row in documents})
