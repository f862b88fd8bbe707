"""Invoice runs: where each month stands, and one month with all that is needed to decide on it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from consortium.billing.lists import deliveries, drawn, month_totals
from consortium.billing.queries import (
    MonthView,
    buyer_faults,
    frozen_pools,
    invoices_of_month,
    month_view,
    runs,
)
from consortium.billing.rules import (
    BLOCKED,
    HOST,
    ISSUED,
    READY,
    Draft,
    SplitPool,
    StoppedPool,
    invoice_key,
)
from consortium.billing.tables import InvoiceDelivery, InvoiceRun
from consortium.core.errors import Fault, Forbidden
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
    """A month's invoicing. runs: the newest first; empty where the month has none.

    due_on: of invoices that are issued today, None where there is nothing to invoice. Net and
    VAT are summed over every row, the host's included.
    """

    month: date
    runs: tuple[InvoiceRun, ...]
    rows: tuple[RunRow, ...]
    pools: tuple[SplitPool, ...]
    stopped: tuple[StoppedPool, ...]
    blocks: tuple[Block, ...]
    changes: Changes
    due_on: date | None

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


def run_states(work: Work, year: int) -> list[MonthState]:
    """The months of a year with their runs, January first."""
    require_whole(work)
    found: dict[date, list[InvoiceRun]] = {}
    for run in runs(work):
        found.setdefault(run.month, []).append(run)
    totals = month_totals(work, year)
    return [
        MonthState(first, tuple(found.get(first, ())), *totals.get(first, (0, 0)))
        for first in (date(year, month, 1) for month in range(1, 13))
    ]


def open_run(work: Work) -> InvoiceRun | None:
    """The oldest month's run that waits for a person."""
    require_whole(work)
    return next((run for run in reversed(runs(work)) if run.state != "issued"), None)


def run_page(work: Work, month: date) -> RunPage:
    """A month as its newest run stands, or as a run would find it now."""
    require_whole(work)
    if not pools(work, month.year):
        return RunPage(month, (), (), (), (), (), Changes((), ()), None)
    view = month_view(work, month)
    of_month = tuple(run for run in runs(work) if run.month == month)
    approved = of_month[0] if of_month and of_month[0].state == "approved" else None
    buyers = {member.code: member for member in members(work)}
    return RunPage(
        month=month,
        runs=of_month,
        rows=tuple(_rows(work, view, buyers)),
        pools=view.pools,
        stopped=view.stopped,
        blocks=tuple(_blocks(view, buyers.values())),
        changes=_changes(work, view, approved) if approved else Changes((), ()),
        due_on=work.today + timedelta(days=view.host.due_days),
    )


def bookings_of_month(work: Work, month: date) -> list[Booking]:
    """What the month's runs have booked, in the order of booking."""
    require_whole(work)
    issued = invoices_of_month(work, month)
    if not issued:
        return []
    keys = {f"invoice:{invoice.number}" for invoice in issued}
    days = [invoice.issued_on for invoice in issued]
    return [
        (entry.name, line.account, line.pool, line.counterpart, line.amount_ore)
        for entry, line in journal(work, min(days), max(days))
        if entry.key in keys or entry.key.startswith(f"host:{month:%Y-%m}/")
    ]


def require_whole(work: Work) -> None:
    """Runs and books are the whole consortium's: who sees some members only, sees none of them."""
    if work.scope("billing.see") is not None:
        raise Forbidden(
            "Invoice runs and books belong to the whole consortium",
            remedy="See the invoices of your own municipality instead",
        )


def _rows(work: Work, view: MonthView, buyers: dict[str, Member]) -> Iterator[RunRow]:
    ids = {invoice.number: invoice.id for invoice in invoices_of_month(work, view.month)}
    left, done = deliveries(work, ids.values()), drawn(work, ids.values())
    for draft in view.drafts:
        buyer, place = buyers[draft.member], ids.get(draft.number, 0)
        yield RunRow(draft, buyer.buyer_reference, buyer.delivery, left.get(place), place in done)


def _blocks(view: MonthView, buyers: Iterable[Member]) -> Iterator[Block]:
    waiting = {draft.member for draft in view.drafts if draft.status == BLOCKED}
    for member in buyers:
        faults = tuple(buyer_faults(member))
        if member.code in waiting and faults:
            yield Block(member.code, member.name, faults)


def _changes(work: Work, view: MonthView, run: InvoiceRun) -> Changes:
    codes = {pool.id: pool.code for pool in pools(work, view.month.year)}
    approved = frozen_pools(work, view.month, states=("approved",))
    now = {pool.terms.basis.pool: pool.terms.sha256() for pool in view.pools}
    asked = {
        invoice_key(view.month, draft.member, draft.kind): draft.payable_ore
        for draft in view.drafts
        if draft.status == READY
    }
    return Changes(
        tuple(
            codes[pool_id]
            for pool_id, frozen in approved.items()
            if now.get(codes[pool_id]) != frozen.sha256()
        ),
        tuple(key for key, ore in run.approved.items() if asked.get(key) != ore),
    )
