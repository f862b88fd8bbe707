"""Invoice runs: where each period stands, and one with all that is needed to decide on it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlmodel import col, select

from consortium.billing.differences import Difference
from consortium.billing.lists import deliveries, drawn, ids_of, month_totals
from consortium.billing.periods import REGULAR, Cut
from consortium.billing.preparing import changed_since, current_view
from consortium.billing.queries import cut_of, invoices_of_runs, runs
from consortium.billing.replacing import host_keys
from consortium.billing.rules import BLOCKED, HOST, ISSUED, READY, Draft, SplitPool, StoppedPool
from consortium.billing.settlements import issued_view, previewed
from consortium.billing.tables import Invoice, InvoiceDelivery, InvoiceRun
from consortium.billing.views import RunView, buyer_faults, period_view
from consortium.core.errors import Fault, Forbidden
from consortium.core.money import ORE_PER_KRONA
from consortium.core.work import Work
from consortium.costs.queries import pools
from consortium.ledger.queries import journal
from consortium.members.queries import members
from consortium.members.tables import Member

Booking = tuple[str, str, str, str, int]
"""Entry, account, pool, counterpart, öre (debit positive)."""


@dataclass(frozen=True, slots=True)
class MonthState:
    """A month and its runs, the newest first. count, payable_ore: of its issued invoices."""

    month: date
    runs: tuple[InvoiceRun, ...]
    count: int
    payable_ore: int

    @property
    def state(self) -> str:
        """The newest run's state: `none`, `prepared`, `approved` or `issued`."""
        return self.runs[0].state if self.runs else "none"


@dataclass(frozen=True, slots=True)
class RunRow:
    """An invoice of the month, or the host's share, with where it goes and how far it has come.

    left: how and when it left the house, None where it has not. drawn: it has its documents.
    """

    draft: Draft
    reference: str
    channel: str
    left: InvoiceDelivery | None
    drawn: bool


@dataclass(frozen=True, slots=True)
class Block:
    """A member that cannot be invoiced. faults: each at the field of the member's page."""

    code: str
    name: str
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """What is no longer as it was approved: pool codes, and invoice keys."""

    pools: tuple[str, ...]
    invoices: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.pools or self.invoices)


@dataclass(frozen=True, slots=True)
class RunPage:
    """A period's invoicing. runs: the newest first; empty where the period has none.

    cut: what the open run bills, or a new one would. due_on: of invoices that are issued today,
    None where there is nothing to invoice. found: of a settlement, every member's differences.
    Net and VAT are summed over every row, the host's included. on_the_way: issued runs of which
    something has not left, or is held. other_person: the settings ask for another than the actor,
    who approved the run, to issue it.
    """

    cut: Cut
    runs: tuple[InvoiceRun, ...]
    rows: tuple[RunRow, ...]
    pools: tuple[SplitPool, ...]
    stopped: tuple[StoppedPool, ...]
    blocks: tuple[Block, ...]
    changes: Changes
    due_on: date | None
    found: tuple[Difference, ...] = ()
    on_the_way: tuple[InvoiceRun, ...] = ()
    other_person: bool = False

    @property
    def month(self) -> date:
        return self.cut.month

    @property
    def run(self) -> InvoiceRun | None:
        return self.runs[0] if self.runs else None

    @property
    def invoices(self) -> list[RunRow]:
        return [row for row in self.rows if row.draft.kind != HOST]

    def of_status(self, status: str) -> list[RunRow]:
        return [row for row in self.rows if row.draft.status == status]

    @property
    def ready(self) -> list[RunRow]:
        return self.of_status(READY)

    @property
    def blocked(self) -> list[RunRow]:
        return self.of_status(BLOCKED)

    @property
    def issued(self) -> list[RunRow]:
        return self.of_status(ISSUED)

    @property
    def elsewhere(self) -> list[RunRow]:
        """Issued invoices of runs of other periods, with what they bill of this one."""
        return [r for r in self.issued if r.draft.key.partition("/")[0] != self.cut.name]

    @property
    def pool_count(self) -> int:
        """How many pools are split, in one month of the period or more."""
        return len({pool.terms.basis.pool for pool in self.pools})

    @property
    def numbers(self) -> list[str]:
        """Of the issued invoices, in the order they were given: a longer number is a later one."""
        return sorted((row.draft.number for row in self.issued), key=lambda n: (len(n), n))

    @property
    def waiting(self) -> list[RunRow]:
        """Issued invoices that have not left yet."""
        return [row for row in self.issued if row.left is None]

    @property
    def net_ore(self) -> int:
        return sum(row.draft.net_ore for row in self.rows)

    @property
    def vat_ore(self) -> int:
        return sum(row.draft.vat_ore for row in self.rows)

    @property
    def payable_ore(self) -> int:
        """What the invoices ask for; the host's own share is borne, not paid."""
        return sum(row.draft.payable_ore for row in self.invoices)

    @property
    def cost_ore(self) -> int:
        return sum(pool.outcome.cost_ore for pool in self.pools)


def run_states(work: Work, year: int, months: int = 1) -> list[MonthState]:
    """The periods of a year with `months` months each, with their runs, the earliest first."""
    require_whole(work)
    found: dict[date, list[InvoiceRun]] = {}
    for run in runs(work):
        if run.purpose == REGULAR and run.months == months:
            found.setdefault(run.month, []).append(run)
    totals = month_totals(work, year, months)
    return [
        MonthState(first, tuple(found.get(first, ())), *totals.get(first, (0, 0)))
        for first in (date(year, month, 1) for month in range(1, 13, months))
    ]


def open_run(work: Work) -> InvoiceRun | None:
    """The oldest period's run that waits for a person."""
    require_whole(work)
    waiting = (run for run in reversed(runs(work)) if run.state in {"prepared", "approved"})
    return next(waiting, None)


def run_page(work: Work, month: date, months: int = 1, purpose: str = REGULAR) -> RunPage:
    """A period as its newest run stands, or as a run would find it now."""
    require_whole(work)
    of_period = tuple(
        run
        for run in runs(work)
        if (run.month, run.months, run.purpose) == (month, months, purpose)
    )
    newest = of_period[0] if of_period else None
    cut = Cut(month, months) if newest is None else cut_of(newest)
    if not pools(work, month.year):
        return RunPage(cut, (), (), (), (), (), Changes((), ()), None)
    if newest is not None and newest.state in {"prepared", "approved"}:
        view = current_view(work, newest)
    elif purpose == REGULAR:
        cut = replace(cut, pools=frozenset(), members=frozenset())
        view = period_view(work, cut)
    else:
        view = issued_view(work, newest) if newest else previewed(work, month.year)
    return page_of(work, view, of_period)


def page_of(work: Work, view: RunView, of_period: tuple[InvoiceRun, ...]) -> RunPage:
    """A view with where each invoice goes, and what waits for a person. of_period: its runs."""
    newest = of_period[0] if of_period else None
    by_code = {member.code: member for member in members(work)}
    changes = Changes((), ())
    if newest is not None and newest.state == "approved":
        pools_changed, keys = changed_since(work, newest, view)
        changes = Changes(tuple(pools_changed), tuple(keys))
    return RunPage(
        cut=view.cut,
        runs=of_period,
        rows=tuple(_rows(work, view, by_code)),
        pools=view.pools,
        stopped=view.stopped,
        blocks=tuple(_blocks(view, by_code.values())),
        changes=changes,
        due_on=work.today + timedelta(days=view.host.due_days),
        found=view.found,
        on_the_way=_on_the_way(work, of_period),
        other_person=newest is not None and _needs_other(work, newest),
    )


def bookings_of_month(work: Work, month: date, months: int = 1) -> list[Booking]:
    """What the runs of a period have booked, in the order of booking."""
    require_whole(work)
    of_period = [
        run
        for run in runs(work)
        if (run.month, run.months, run.purpose) == (month, months, REGULAR)
    ]
    issued = invoices_of_runs(work, [run.id for run in of_period])
    if not issued:
        return []
    keys = {f"invoice:{invoice.number}" for invoice in issued}
    keys |= {key for run in of_period for key in host_keys(run)}
    days = [invoice.issued_on for invoice in issued]
    return [
        (entry.name, line.account, line.pool, line.counterpart, line.amount_ore)
        for entry, line in journal(work, min(days), max(days))
        if entry.key in keys
    ]


def require_whole(work: Work) -> None:
    """Runs and books are the whole consortium's: who sees some members only, sees none of them."""
    if work.scope("billing.see") is not None:
        raise Forbidden(
            "Invoice runs and books belong to the whole consortium",
            remedy="See the invoices of your own municipality instead",
        )


def _needs_other(work: Work, run: InvoiceRun) -> bool:
    """Whether issuing the run takes another person than the actor, who approved it."""
    above_ore = work.invoicing.second_person_above_kr * ORE_PER_KRONA
    large = sum(abs(ore) for ore in run.approved.values()) > above_ore
    return work.invoicing.second_person and large and run.approved_by == work.actor.name


def _on_the_way(work: Work, of_period: Iterable[InvoiceRun]) -> tuple[InvoiceRun, ...]:
    issued = [run for run in of_period if run.state == ISSUED]
    left = select(InvoiceDelivery.invoice_id)
    rows = select(Invoice.run_id).where(
        col(Invoice.run_id).in_([run.id for run in issued]), col(Invoice.id).not_in(left)
    )
    waiting = set(work.session.exec(rows.distinct()))
    return tuple(run for run in issued if run.id in waiting or run.held_at)


def _rows(work: Work, view: RunView, by_code: dict[str, Member]) -> Iterator[RunRow]:
    ids = ids_of(work, [draft.number for draft in view.drafts if draft.number])
    left, done = deliveries(work, ids.values()), drawn(work, ids.values())
    for draft in view.drafts:
        buyer, place = by_code[draft.member], ids.get(draft.number, 0)
        yield RunRow(draft, buyer.buyer_reference, buyer.delivery, left.get(place), place in done)


def _blocks(view: RunView, buyers: Iterable[Member]) -> Iterator[Block]:
    waiting = {draft.member for draft in view.drafts if draft.status == BLOCKED}
    for member in buyers:
        faults = tuple(buyer_faults(member))
        if member.code in waiting and faults:
            yield Block(member.code, member.name, faults)
