"""A period's invoicing as it stands: one path for preview and issue."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from sqlmodel import and_, col, or_, select

from consortium.billing.billed import before_of, billed_lines, invoices_of_run, issued_drafts
from consortium.billing.differences import Difference
from consortium.billing.periods import FINAL, PRELIMINARY, REGULAR, Cut
from consortium.billing.rules import (
    OUTSIDE,
    RATED,
    Buyer,
    Draft,
    PoolMonth,
    SplitPool,
    StoppedPool,
    drafts,
    pool_month,
    sort_key,
)
from consortium.billing.tables import InvoiceRun, RunCase
from consortium.core.errors import Conflict, Fault, Invalid
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.costs.accruing import accrued
from consortium.costs.known import Known
from consortium.costs.queries import (
    Terms,
    contributions,
    month_of_pool,
    participants,
    pools,
    stretch_of_pool,
    terms_on,
)
from consortium.costs.rules import Basis
from consortium.costs.splitting import split
from consortium.costs.tables import CostPool
from consortium.members.queries import Host, gaps_of, host_on, members
from consortium.members.tables import Member

GAPS: Final = {
    "organisation_number": mark("{name} has no organisation number"),
    "buyer_reference": mark("{name} has no buyer reference"),
    "endpoint_id": mark("{name} has no e-invoice address"),
    "email": mark("{name} takes invoices by e-mail but has no address"),
}
_PLACED: Final[tuple[Any, ...]] = (RunCase.pool_id, RunCase.from_on, RunCase.id)
PoolKey = tuple[int, date]
"""A pool's id and the first day of what it is split over."""


@dataclass(frozen=True, slots=True)
class RunView:
    """A period's invoicing: what is split, what is stopped, and every invoice.

    replaced: ids of the invoices that are to be credited first. found: of a settlement, what every
    member's differences are, zeros included.
    """

    cut: Cut
    host: Host
    pools: tuple[SplitPool, ...]
    stopped: tuple[StoppedPool, ...]
    drafts: tuple[Draft, ...]
    replaced: frozenset[int] = frozenset()
    found: tuple[Difference, ...] = ()

    @property
    def month(self) -> date:
        return self.cut.month


def month_view(work: Work, month: date) -> RunView:
    """As `period_view` of one month, of what the actor may see."""
    return scoped(work, period_view(work, Cut(month)))


def scoped(work: Work, view: RunView) -> RunView:
    """The view with the invoices within the actor's scope only."""
    scope = work.scope("billing.see")
    if scope is None:
        return view
    return replace(view, drafts=tuple(d for d in view.drafts if d.member in scope))


def period_view(work: Work, cut: Cut, replaces: int | None = None) -> RunView:
    """The period's invoices: issued ones as they are, the rest as they would be now.

    A pool's month that an issued run has frozen is split from that case, so that what is left is
    billed on the same figures. replaces: the run that is replaced: its cases are not looked at,
    and what its invoices bill is billed anew.
    """
    frozen = frozen_months(work, cut.of_months, ("issued",), replaces)
    known = Known(work, cut.month.year)
    read = [
        frozen.get((pool.id, month)) or current_pool(work, pool, month, cut.stage, known)
        for month in cut.of_months
        for pool in pools(work, cut.month.year)
        if cut.takes_pool(pool.code)
    ]
    replaced = invoices_of_run(work, replaces) if replaces else []
    return view_of(work, cut, read, frozenset(invoice.id for invoice in replaced))


def view_of(
    work: Work,
    cut: Cut,
    read: Sequence[PoolMonth | StoppedPool],
    replaced: frozenset[int] = frozenset(),
) -> RunView:
    """The invoices that follow from `read`, the period's pools, and those that are issued."""
    host = host_of(work, cut)
    good, stopped = split_pools(read)
    lines = [row for row in billed_lines(work, cut.of_months) if cut.takes_pool(row.line.pool)]
    before = before_of(work, cut.name, lines, replaced)
    found = drafts(cut, good, stopped, buyers(work), host.member.code, before)
    shown = [draft for draft in issued_drafts(lines, replaced) if cut.takes_member(draft.member)]
    every = tuple(sorted([*found, *shown], key=sort_key))
    return RunView(cut, host, good, stopped, every, replaced)


def split_pools(
    read: Iterable[PoolMonth | StoppedPool],
) -> tuple[tuple[SplitPool, ...], tuple[StoppedPool, ...]]:
    """Pools as they are split, and those that cannot be."""
    done = [_split(pool) if isinstance(pool, PoolMonth) else pool for pool in read]
    return (
        tuple(pool for pool in done if isinstance(pool, SplitPool)),
        tuple(pool for pool in done if isinstance(pool, StoppedPool)),
    )


def host_of(work: Work, cut: Cut) -> Host:
    """The host of a period; Conflict where it has two, which one invoice cannot have."""
    first, last = (host_on(work, month) for month in (cut.month, cut.of_months[-1]))
    if first.member.id != last.member.id:
        raise Conflict(
            "The host changes from {old} to {new} within {period}",
            old=first.member.name,
            new=last.member.name,
            period=cut.name,
            remedy="Invoice its months one by one",
        )
    return first


def buyers(work: Work) -> dict[str, Buyer]:
    """Every member as a payer: code → what keeps it from being invoiced."""
    return {m.code: Buyer(m.code, m.name, tuple(buyer_faults(m))) for m in members(work)}


def buyer_faults(member: Member) -> list[Fault]:
    """What a member lacks to be invoiced, each with what mends it."""
    return [
        Fault(GAPS[field], field, {"name": member.name}, "Fill it in on the member's page")
        for field in gaps_of(member)
    ]


def current_pool(
    work: Work,
    pool: CostPool,
    month: date,
    stage: str = PRELIMINARY,
    known: Known | None = None,
) -> PoolMonth | StoppedPool:
    """A pool's month from the records as they are now: of its budget, or of what it came to.

    known: where many pools of the year are asked for.
    """
    try:
        terms = terms_on(work, pool, month)
        if stage == FINAL:
            cost_ore = accrued(work, pool.code, pool.year).get(month.month, 0)
            months = month.month, month.month
            basis = stretch_of_pool(work, pool, months, cost_ore, terms.version, known)
        else:
            basis = month_of_pool(work, pool, month.month, known=known)
        return pool_terms(pool, month, basis, terms)
    except Conflict as problem:
        return stopped_pool(work, pool, month, problem.faults)


def pool_terms(pool: CostPool, from_on: date, basis: Basis, terms: Terms) -> PoolMonth:
    """A basis with the terms that stand on the invoice."""
    return PoolMonth(
        from_on=from_on,
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


def stopped_pool(work: Work, pool: CostPool, month: date, faults: tuple[Fault, ...]) -> StoppedPool:
    """A pool that cannot be split: it stops every invoice that it might be on."""
    codes = [p.code for p in participants(work, pool, month)] + list(contributions(work, pool))
    every = frozenset((code, kind) for code in codes for kind in (RATED, OUTSIDE))
    return StoppedPool(pool.code, pool.name, faults, every)


def frozen_pools(work: Work, month: date, states: Sequence[str]) -> dict[int, PoolMonth]:
    """The pools that the month's runs in `states` have frozen: pool id → as frozen."""
    frozen = frozen_months(work, [month], states)
    return {pool_id: pool for (pool_id, _month), pool in frozen.items()}


def frozen_months(
    work: Work, months: Sequence[date], states: Sequence[str], but: int | None = None
) -> dict[PoolKey, PoolMonth]:
    """What runs of those months in `states` have frozen. but: a run that is not looked at."""
    rows = (
        select(RunCase)
        .join(InvoiceRun, col(InvoiceRun.id) == col(RunCase.run_id))
        .where(col(RunCase.from_on).in_(months), col(InvoiceRun.state).in_(states))
        .where(InvoiceRun.purpose == REGULAR, InvoiceRun.id != (but or 0))
        .order_by(col(InvoiceRun.id).desc())
    )
    return {
        (case.pool_id, case.from_on): pool_month(case.basis, case.from_on)
        for case in work.session.exec(rows)
    }


def case_ids(work: Work, months: Sequence[date], run: InvoiceRun) -> dict[PoolKey, int]:
    """The cases that lines of a run rest on: its own, else those of issued runs of its months."""
    rows = (
        select(*_PLACED)
        .join(InvoiceRun, col(InvoiceRun.id) == col(RunCase.run_id))
        .where(
            or_(
                RunCase.run_id == run.id,
                and_(
                    InvoiceRun.state == "issued",
                    InvoiceRun.purpose == REGULAR,
                    InvoiceRun.id != (run.replaces_id or 0),
                    col(RunCase.from_on).in_(months),
                ),
            )
        )
        .order_by(col(RunCase.run_id) == run.id, col(RunCase.id))
    )
    found = work.session.execute(rows)
    return {(pool_id, from_on): case_id for pool_id, from_on, case_id in found}


def _split(pool: PoolMonth) -> SplitPool | StoppedPool:
    try:
        return SplitPool(pool, split(pool.basis))
    except Invalid as problem:
        kind = OUTSIDE if pool.category == "O" else RATED
        shared = frozenset((row["id"], kind) for row in pool.basis.case["members"])
        given = frozenset((code, OUTSIDE) for code in pool.basis.contributions)
        return StoppedPool(pool.basis.pool, pool.name, problem.faults, shared | given)
