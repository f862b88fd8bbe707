"""A year's settlement as it stands: what pools came to, shared once, less what was borne."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy.orm import aliased
from sqlmodel import col, func, select

from consortium.agreements.tables import Clause
from consortium.billing.differences import Borne, Difference, differences, settlement_drafts
from consortium.billing.periods import FINAL, REGULAR, SETTLEMENT, Cut
from consortium.billing.queries import cut_of, latest_run
from consortium.billing.rules import (
    CONTRIBUTION,
    ISSUED,
    SETTLED,
    SHARE,
    Draft,
    Line,
    PoolMonth,
    StoppedPool,
    finish,
    pool_lines,
    pool_month,
)
from consortium.billing.tables import Invoice, InvoiceLine, InvoiceRun, RunCase
from consortium.billing.views import RunView, buyers, pool_terms, scoped, split_pools, stopped_pool
from consortium.core.days import MONTHS_A_YEAR, last_day
from consortium.core.db import sum_ore
from consortium.core.errors import Conflict, NotFound
from consortium.core.work import Work
from consortium.costs.accruing import accrued_pools
from consortium.costs.known import Known
from consortium.costs.queries import Terms, key_versions, pools, stretch_of_pool, taxed_on
from consortium.costs.tables import CostPool, KeyVersion
from consortium.ledger.tables import JournalEntry, Posting
from consortium.members.queries import host_on
from consortium.members.tables import Member

GIVEN_KEY = "/given"
"""Ends the key of a settlement's line about what is given beside the key."""


def settlement_view(work: Work, run: InvoiceRun) -> RunView:
    """What a settlement's run would issue by the records as they are now."""
    last = run.through_on.month if run.through_on else MONTHS_A_YEAR
    return settlement(work, cut_of(run), f"{run.purpose}-{run.month.year}-{run.sequence}", last)


def issued_view(work: Work, run: InvoiceRun) -> RunView:
    """A settlement as it was issued: its cases, and its invoices and credit notes."""
    cases = select(RunCase).where(RunCase.run_id == run.id).order_by(col(RunCase.id))
    frozen = [pool_month(case.basis, case.from_on) for case in work.session.exec(cases)]
    good, stopped = split_pools(frozen)
    host = host_on(work, run.through_on or last_day(run.month.year, MONTHS_A_YEAR))
    rows = (
        select(Invoice, Member, InvoiceLine, CostPool)
        .join(Member, col(Member.id) == col(Invoice.member_id))
        .join(InvoiceLine, col(InvoiceLine.invoice_id) == col(Invoice.id))
        .join(CostPool, col(CostPool.id) == col(InvoiceLine.pool_id))
        .where(Invoice.run_id == run.id)
        .order_by(col(Invoice.id), col(InvoiceLine.position))
    )
    drafts: dict[str, Draft] = {}
    for invoice, member, line, pool in work.session.exec(rows):
        empty = Draft(invoice.key, member.code, member.name, invoice.kind, (), ISSUED)
        draft = drafts.get(invoice.number, empty)
        vat = line.category, line.percent
        billed = Line(pool.code, pool.place, line.month, line.kind, line.net_ore, *vat, reason="")
        drafts[invoice.number] = replace(draft, lines=(*draft.lines, billed))
    done = tuple(finish(draft, (), number) for number, draft in drafts.items())
    return RunView(cut_of(run), host, good, stopped, done)


def settled_shares(work: Work, year: int) -> dict[str, dict[str, int]]:
    """Each member's share of what the pools of a settled year came to: pool → member → öre.

    As the latest settlement that is issued has it, without what was given beside the key; empty
    where none is.
    """
    run = latest_run(work, date(year, 1, 1), MONTHS_A_YEAR, SETTLEMENT)
    if run is None or run.state != "issued":
        return {}
    view = issued_view(work, run)
    shares: dict[str, dict[str, int]] = {}
    for pool in view.pools:
        of_pool = shares.setdefault(pool.terms.basis.pool, {})
        for member, line in pool_lines(pool, view.host.member.code):
            if line.kind == SHARE:
                of_pool[member] = of_pool.get(member, 0) + line.net_ore
    return shares


def previewed(work: Work, year: int) -> RunView:
    """What settling a year would come to now, of what the actor may see."""
    if not pools(work, year):
        raise NotFound("There are no cost pools in {year}", year=year)
    cut = Cut(date(year, 1, 1), MONTHS_A_YEAR, FINAL)
    view = scoped(work, settlement(work, cut, f"{SETTLEMENT}-{year}"))
    scope = work.scope("billing.see")
    seen = (row for row in view.found if scope is None or row.member in scope)
    return replace(view, found=tuple(seen))


def settlement(work: Work, cut: Cut, name: str, last: int = MONTHS_A_YEAR) -> RunView:
    """What months 1 to `last` of a year came to, shared once, less what every member has borne.

    name: in keys. Where the key changed inside the year, the costs of each version's days are
    shared by it.
    """
    year = cut.month.year
    host = host_on(work, last_day(year, last))
    good, stopped = split_pools(_read(work, year, last))
    borne: dict[tuple[int, int], Borne] = {}
    found: list[Difference] = []
    for pool in good:
        months = pool.terms.from_on.month, pool.terms.basis.month
        if months not in borne:
            borne[months] = borne_in(work, year, months)
        found += differences(pool, borne[months], host.member.code)
    of_cut = tuple(row for row in found if cut.takes_member(row.member))
    drafts = settlement_drafts(name, of_cut, host.member.code, buyers(work), stopped)
    return RunView(cut, host, good, stopped, tuple(drafts), found=of_cut)


def borne_in(work: Work, year: int, months: tuple[int, int]) -> Borne:
    """What every member has borne of the months `first` to `last` of each pool."""
    days = date(year, months[0], 1), date(year, months[1], 1)
    members = dict(work.session.exec(select(Member.id, Member.code)).all())
    codes = {pool.id: pool.code for pool in pools(work, year)}
    borne: dict[str, Counter[tuple[str, bool]]] = defaultdict(Counter)
    settled = _settled(work, days) if _is_settled(work, year) else ()
    for found in (_invoiced(work, days), settled):
        for member_id, pool_id, given, ore in found:
            borne[codes[pool_id]][members[member_id], bool(given)] += int(ore)
    for member, pool, ore in _own_shares(work, year, months):
        borne[pool][member, False] += ore
    return borne


def _read(work: Work, year: int, last: int) -> Iterator[PoolMonth | StoppedPool]:
    """Each pool by the versions of its key; one without a key on some month is stopped."""
    costs, known = accrued_pools(work, year), Known(work, year)
    for pool in pools(work, year):
        of_pool = costs.get(pool.code, {})
        try:
            for (first, to), version, clause in _stretches(work, pool, last):
                cost_ore = sum(of_pool.get(month, 0) for month in range(first, to + 1))
                basis = stretch_of_pool(work, pool, (first, to), cost_ore, version, known)
                terms = Terms(version, clause, taxed_on(work, pool, date(year, to, 1)))
                yield pool_terms(pool, date(year, first, 1), basis, terms)
        except Conflict as problem:
            yield stopped_pool(work, pool, date(year, last, 1), problem.faults)


def _stretches(
    work: Work, pool: CostPool, last: int
) -> Iterator[tuple[tuple[int, int], KeyVersion, Clause]]:
    """The months, first and last, of each version of the pool's key up to month `last`."""
    following = 1
    for version, clause in key_versions(work, pool):
        first = version.from_on.month if version.from_on.year == pool.year else 1
        to = min(version.to_on.month if version.to_on.year == pool.year else MONTHS_A_YEAR, last)
        if first <= last:
            if first != following:
                break
            yield (first, to), version, clause
            following = to + 1
    if following <= last:
        raise Conflict(
            "The pool {pool} has no allocation key on {day}",
            pool=pool.name,
            day=date(pool.year, following, 1).isoformat(),
            remedy="Give it a key that is valid then",
        )


def _invoiced(work: Work, days: tuple[date, date]) -> Any:
    """Member and pool (ids), whether given beside the key, and öre invoiced less what was credited.

    Of the months themselves; what earlier settlements have come to is told by `_settled`.
    """
    given = col(InvoiceLine.kind) == CONTRIBUTION
    whose: tuple[Any, ...] = (Invoice.member_id, InvoiceLine.pool_id, given)
    total: Any = sum_ore(InvoiceLine.net_ore)
    rows = (
        select(*(*whose, total))
        .join(Invoice, col(Invoice.id) == col(InvoiceLine.invoice_id))
        .where(col(InvoiceLine.month).between(*days), col(InvoiceLine.pool_id).is_not(None))
        .where(col(InvoiceLine.kind) != SETTLED)
        .group_by(*whose)
    )
    return work.session.execute(rows)


def _is_settled(work: Work, year: int) -> bool:
    """Whether any of the year has been settled, of all or of one that left."""
    rows = select(InvoiceRun.id).where(
        InvoiceRun.purpose != REGULAR,
        InvoiceRun.month == date(year, 1, 1),
        InvoiceRun.state == "issued",
    )
    return work.session.exec(rows).first() is not None


def _settled(work: Work, days: tuple[date, date]) -> Any:
    """The same of earlier settlements; what credits a line is as that line."""
    original = aliased(InvoiceLine)
    given = func.coalesce(original.key, col(InvoiceLine.key)).contains(GIVEN_KEY)
    whose: tuple[Any, ...] = (Invoice.member_id, InvoiceLine.pool_id, given)
    total: Any = sum_ore(InvoiceLine.net_ore)
    rows = (
        select(*(*whose, total))
        .join(Invoice, col(Invoice.id) == col(InvoiceLine.invoice_id))
        .join(original, col(original.id) == col(InvoiceLine.credits_id), isouter=True)
        .where(col(InvoiceLine.month).between(*days), col(InvoiceLine.kind) == SETTLED)
        .group_by(*whose)
    )
    return work.session.execute(rows)


def _own_shares(work: Work, year: int, months: tuple[int, int]) -> Iterator[tuple[str, str, int]]:
    """Host, pool and öre booked as the host's own share; what was booked back is taken off."""
    of_host = col(JournalEntry.key).startswith("host")
    rows = (
        select(JournalEntry.key, Posting.counterpart, Posting.pool, sum_ore(Posting.amount_ore))
        .join(Posting, col(Posting.entry_id) == col(JournalEntry.id))
        .where(of_host, col(JournalEntry.key).contains(f":{year}-"), Posting.pool != "")
        .group_by(JournalEntry.key, Posting.counterpart, Posting.pool)
    )
    for key, host, pool, ore in work.session.exec(rows):
        month = int(key.partition(f":{year}-")[2][:2])
        if months[0] <= month <= months[1]:
            yield host, pool, -int(ore)
