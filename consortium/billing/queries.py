"""Questions about invoices and their runs."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import col, select
from sqlmodel.sql.expression import Select

from consortium.billing.periods import REGULAR, Cut
from consortium.billing.tables import (
    Invoice,
    InvoiceDelivery,
    InvoiceDocument,
    InvoiceLine,
    InvoiceRun,
)
from consortium.core.errors import NotFound
from consortium.core.work import Scope, Work
from consortium.costs.tables import CostPool
from consortium.members.tables import Member


def invoices_of_month(work: Work, month: date) -> list[Invoice]:
    rows = select(Invoice).where(Invoice.month == month).order_by(col(Invoice.number))
    return list(work.session.exec(rows))


def invoices_of_runs(work: Work, run_ids: Sequence[int]) -> list[Invoice]:
    """The invoices and credit notes that runs have issued, by number."""
    rows = select(Invoice).where(col(Invoice.run_id).in_(run_ids)).order_by(col(Invoice.id))
    return list(work.session.exec(rows))


def invoices(
    work: Work, year: int | None = None, member: str | None = None
) -> list[tuple[Invoice, Member]]:
    """Issued invoices within the actor's scope, the newest number first."""
    rows = _scoped(work.scope("billing.see")).order_by(col(Invoice.number).desc())
    if year is not None:
        rows = rows.where(Invoice.month >= date(year, 1, 1), Invoice.month <= date(year, 12, 31))
    if member is not None:
        rows = rows.where(Member.code == member)
    return [(invoice, buyer) for invoice, buyer in work.session.exec(rows)]


def invoice_by_number(work: Work, number: str) -> tuple[Invoice, Member]:
    """An invoice with its buyer; one outside the actor's scope is not found."""
    rows = _scoped(work.scope("billing.see")).where(Invoice.number == number)
    found = work.session.exec(rows).first()
    if found is None:
        raise NotFound("There is no invoice {number}", number=number)
    return found[0], found[1]


def invoice_lines(work: Work, invoice: Invoice) -> list[tuple[InvoiceLine, CostPool | None]]:
    """The lines of an invoice with their pools (interest has none), in their order."""
    return lines_of(work, [invoice.id])


def lines_of(work: Work, invoice_ids: Sequence[int]) -> list[tuple[InvoiceLine, CostPool | None]]:
    """The lines of invoices with their pools, in the order of invoices and in their own."""
    rows = (
        select(InvoiceLine, CostPool)
        .join(CostPool, col(CostPool.id) == col(InvoiceLine.pool_id), isouter=True)
        .where(col(InvoiceLine.invoice_id).in_(invoice_ids))
        .order_by(col(InvoiceLine.invoice_id), col(InvoiceLine.position))
    )
    return [(line, pool) for line, pool in work.session.exec(rows)]


def documents_of(work: Work, invoice: Invoice) -> dict[str, str]:
    """The invoice's documents: form (`pdf`, `xml`) → SHA-256."""
    rows = select(InvoiceDocument).where(InvoiceDocument.invoice_id == invoice.id)
    return {row.form: row.sha256 for row in work.session.exec(rows)}


def delivery_of(work: Work, invoice: Invoice) -> InvoiceDelivery | None:
    rows = select(InvoiceDelivery).where(InvoiceDelivery.invoice_id == invoice.id)
    return work.session.exec(rows).first()


def runs(work: Work) -> list[InvoiceRun]:
    """Every run, the newest month first."""
    work.require("billing.see")
    order = col(InvoiceRun.month).desc(), col(InvoiceRun.sequence).desc()
    return list(work.session.exec(select(InvoiceRun).order_by(*order)))


def latest_run(
    work: Work, month: date, months: int = 1, purpose: str = REGULAR
) -> InvoiceRun | None:
    """The newest run of a period that begins in `month`."""
    rows = select(InvoiceRun).where(InvoiceRun.month == month, InvoiceRun.months == months)
    newest = rows.where(InvoiceRun.purpose == purpose).order_by(col(InvoiceRun.sequence).desc())
    return work.session.exec(newest).first()


def cut_of(run: InvoiceRun) -> Cut:
    """What a run bills."""
    return Cut(
        run.month,
        run.months,
        run.stage,
        run.separate,
        frozenset(run.chosen_pools),
        frozenset(run.chosen_members),
    )


def run_by_id(work: Work, run_id: int, *, lock: bool = False) -> InvoiceRun:
    """A run; `lock` holds it until a writing work ends, so that one person decides at a time."""
    row = select(InvoiceRun).where(InvoiceRun.id == run_id)
    run = work.session.exec(row.with_for_update() if lock else row).first()
    if run is None:
        raise NotFound("There is no invoice run {id}", id=run_id)
    return run


def _scoped(scope: Scope) -> Select[Invoice, Member]:
    rows = select(Invoice, Member).join(Member, col(Member.id) == col(Invoice.member_id))
    return rows if scope is None else rows.where(col(Member.code).in_(scope))
