"""Questions about invoices and their runs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from sqlmodel import col, select
from sqlmodel.sql.expression import Select

from consortium.billing.rules import (
    HOST,
    ISSUED,
    OUTSIDE,
    RATED,
    Buyer,
    Draft,
    PoolMonth,
    SplitPool,
    StoppedPool,
    drafts,
    invoice_key,
    pool_month,
)
from consortium.billing.tables import (
    Invoice,
    InvoiceDelivery,
    InvoiceDocument,
    InvoiceLine,
    InvoiceRun,
    RunCase,
)
from consortium.core.errors import Conflict, Fault, Invalid, NotFound
from consortium.core.words import mark
from consortium.core.work import Scope, Work
from consortium.costs.queries import contributions, month_of_pool, participants, pools, terms_on
from consortium.costs.splitting import split
from consortium.costs.tables import CostPool
from consortium.members.queries import Host, gaps_of, host_on, members
from consortium.members.tables import Member


@dataclass(frozen=True, slots=True)
class MonthView:
    """A month's invoicing as it stands: what is split, what is stopped, and every invoice."""

    month: date
    host: Host
    pools: tuple[SplitPool, ...]
    stopped: tuple[StoppedPool, ...]
    drafts: tuple[Draft, ...]


def month_view(work: Work, month: date) -> MonthView:
    """The month's invoices: issued ones as they are, the rest as they would be now.

    A pool whose case an issued run has frozen is split from that case, so that what is left of
    the month is billed on the same figures. Only invoices within the actor's scope are shown.
    """
    scope = work.scope("billing.see")
    frozen = frozen_pools(work, month, states=("issued",))
    read = [
        frozen.get(pool.id) or current_pool(work, pool, month) for pool in pools(work, month.year)
    ]
    view = view_of(work, month, read)
    if scope is None:
        return view
    return replace(view, drafts=tuple(d for d in view.drafts if d.member in scope))


def view_of(work: Work, month: date, read: Sequence[PoolMonth | StoppedPool]) -> MonthView:
    """The invoices that follow from `read`, the month's pools."""
    host = host_on(work, month)
    done = [_split(pool) if isinstance(pool, PoolMonth) else pool for pool in read]
    good = tuple(pool for pool in done if isinstance(pool, SplitPool))
    stopped = tuple(pool for pool in done if isinstance(pool, StoppedPool))
    buyers = {m.code: Buyer(m.code, m.name, tuple(buyer_faults(m))) for m in members(work)}
    numbers = {row.key: row.number for row in invoices_of_month(work, month)}
    found = (
        _with_number(draft, numbers.get(invoice_key(month, draft.member, draft.kind)))
        for draft in drafts(good, stopped, buyers, host.member.code)
    )
    return MonthView(month, host, good, stopped, tuple(found))


def current_pool(work: Work, pool: CostPool, month: date) -> PoolMonth | StoppedPool:
    """A pool's month from the records as they are now."""
    try:
        terms = terms_on(work, pool, month)
        basis = month_of_pool(work, pool, month.month)
    except Conflict as problem:
        codes = [p.code for p in participants(work, pool, month)] + list(contributions(work, pool))
        every = frozenset((code, kind) for code in codes for kind in (RATED, OUTSIDE))
        return StoppedPool(pool.code, pool.name, problem.faults, every)
    return PoolMonth(
        basis=basis,
        place=pool.place,
        name=pool.name,
        name_en=pool.name_en,
        key_name=terms.version.key.get("name", ""),
        clause=terms.clause.number,
        category=terms.vat.category,
        percent=terms.vat.percent,
        reason=terms.vat.reason,
    )


def frozen_pools(work: Work, month: date, states: Sequence[str]) -> dict[int, PoolMonth]:
    """The pools that the month's runs in `states` have frozen: pool id → as frozen."""
    rows = (
        select(RunCase.pool_id, RunCase.basis)
        .join(InvoiceRun, col(InvoiceRun.id) == col(RunCase.run_id))
        .where(InvoiceRun.month == month, col(InvoiceRun.state).in_(states))
        .order_by(col(InvoiceRun.sequence).desc())
    )
    return {pool_id: pool_month(basis) for pool_id, basis in work.session.exec(rows)}


def case_ids(work: Work, month: date) -> dict[int, int]:
    """The cases that the month's runs have frozen: pool id → id of the case."""
    rows = (
        select(RunCase.pool_id, RunCase.id)
        .join(InvoiceRun, col(InvoiceRun.id) == col(RunCase.run_id))
        .where(InvoiceRun.month == month, col(InvoiceRun.state).in_(("approved", "issued")))
    )
    return dict(work.session.exec(rows).all())


GAPS: Final = {
    "organisation_number": mark("{name} has no organisation number"),
    "buyer_reference": mark("{name} has no buyer reference"),
    "endpoint_id": mark("{name} has no e-invoice address"),
    "email": mark("{name} takes invoices by e-mail but has no address"),
}


def buyer_faults(member: Member) -> list[Fault]:
    """What a member lacks to be invoiced, each with what mends it."""
    return [
        Fault(GAPS[field], field, {"name": member.name}, "Fill it in on the member's page")
        for field in gaps_of(member)
    ]


def invoices_of_month(work: Work, month: date) -> list[Invoice]:
    rows = select(Invoice).where(Invoice.month == month).order_by(col(Invoice.number))
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


def invoice_lines(work: Work, invoice: Invoice) -> list[tuple[InvoiceLine, CostPool]]:
    """The lines of an invoice with their pools, in their order."""
    return lines_of(work, [invoice.id])


def lines_of(work: Work, invoice_ids: Sequence[int]) -> list[tuple[InvoiceLine, CostPool]]:
    """The lines of invoices with their pools, in the order of invoices and in their own."""
    rows = (
        select(InvoiceLine, CostPool)
        .join(CostPool, col(CostPool.id) == col(InvoiceLine.pool_id))
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


def case_of_line(work: Work, invoice: Invoice, line: InvoiceLine) -> PoolMonth:
    """The frozen basis that a line was split from."""
    rows = (
        select(RunCase.basis)
        .join(InvoiceRun, col(InvoiceRun.id) == col(RunCase.run_id))
        .where(
            RunCase.pool_id == line.pool_id,
            InvoiceRun.month == invoice.month,
            InvoiceRun.state == "issued",
        )
        .order_by(col(InvoiceRun.sequence))
    )
    return pool_month(work.session.exec(rows).one())


def run_of_line(work: Work, invoice: Invoice, line: InvoiceLine) -> InvoiceRun:
    """The run that froze the basis of a line: its invoice's own, or an earlier one of the month."""
    rows = (
        select(InvoiceRun)
        .join(RunCase, col(RunCase.run_id) == col(InvoiceRun.id))
        .where(
            RunCase.pool_id == line.pool_id,
            InvoiceRun.month == invoice.month,
            InvoiceRun.state == "issued",
        )
    )
    return work.session.exec(rows).one()


def runs(work: Work) -> list[InvoiceRun]:
    """Every run, the newest month first."""
    work.require("billing.see")
    order = col(InvoiceRun.month).desc(), col(InvoiceRun.sequence).desc()
    return list(work.session.exec(select(InvoiceRun).order_by(*order)))


def latest_run(work: Work, month: date) -> InvoiceRun | None:
    rows = select(InvoiceRun).where(InvoiceRun.month == month)
    return work.session.exec(rows.order_by(col(InvoiceRun.sequence).desc())).first()


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


def _split(pool: PoolMonth) -> SplitPool | StoppedPool:
    try:
        return SplitPool(pool, split(pool.basis))
    except Invalid as problem:
        kind = OUTSIDE if pool.category == "O" else RATED
        shared = frozenset((row["id"], kind) for row in pool.basis.case["members"])
        given = frozenset((code, OUTSIDE) for code in pool.basis.contributions)
        return StoppedPool(pool.basis.pool, pool.name, problem.faults, shared | given)


def _with_number(draft: Draft, number: str | None) -> Draft:
    if number is None or draft.kind == HOST:
        return draft
    return replace(draft, status=ISSUED, number=number, faults=())
