"""Differences of a settlement by pool and member, as it stands now or stood when it was issued."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlmodel import col, func, or_, select

from consortium.billing.differences import Difference, differences
from consortium.billing.replacing import host_keys
from consortium.billing.rules import CONTRIBUTION, SplitPool
from consortium.billing.settlements import GIVEN_KEY, borne_in
from consortium.billing.tables import Invoice, InvoiceLine, InvoiceRun
from consortium.billing.views import RunView
from consortium.core.days import MONTHS_A_YEAR
from consortium.core.work import Work
from consortium.costs.tables import CostPool
from consortium.ledger.tables import JournalEntry, Posting
from consortium.members.tables import Member


@dataclass(frozen=True, slots=True)
class Compared:
    """What something came to, and what has been invoiced of it less credits, in öre."""

    actual_ore: int = 0
    invoiced_ore: int = 0

    @property
    def difference_ore(self) -> int:
        return self.actual_ore - self.invoiced_ore

    def __add__(self, other: "Compared") -> "Compared":
        return Compared(self.actual_ore + other.actual_ore, self.invoiced_ore + other.invoiced_ore)


@dataclass(frozen=True, slots=True)
class PoolSum:
    """A pool of the settlement: cost_ore = given_ore + shared_ore; `of_all` is every member's."""

    code: str
    name: str
    name_en: str
    cost_ore: int
    given_ore: int
    of_all: Compared

    @property
    def shared_ore(self) -> int:
        return self.cost_ore - self.given_ore


@dataclass(frozen=True, slots=True)
class MemberSum:
    """A member's row of the matrix. pools: by code."""

    code: str
    name: str
    host: bool
    pools: Mapping[str, Compared] = field(default_factory=dict)

    @property
    def of_all(self) -> Compared:
        return sum(self.pools.values(), Compared())


@dataclass(frozen=True, slots=True)
class Matrix:
    """Every member and pool of a settlement, or those that the actor may see."""

    pools: tuple[PoolSum, ...]
    members: tuple[MemberSum, ...]

    @property
    def of_all(self) -> Compared:
        return sum((row.of_all for row in self.members), Compared())

    def cost_ore(self) -> int:
        return sum(pool.cost_ore for pool in self.pools)


def matrix(names: Mapping[str, str], view: RunView, found: Iterable[Difference]) -> Matrix:
    """The matrix of `found`, the days of several keys in one. names: member code → name."""
    cells: dict[str, dict[str, Compared]] = {}
    for row in found:
        of_member = cells.setdefault(row.member, {})
        more = Compared(row.actual_ore, row.invoiced_ore)
        of_member[row.line.pool] = of_member.get(row.line.pool, Compared()) + more
    host = view.host.member.code
    members = tuple(
        MemberSum(code, names[code], code == host, cells[code]) for code in sorted(cells)
    )
    return Matrix(tuple(_pools(view.pools, members)), members)


def found_in(work: Work, run: InvoiceRun, view: RunView) -> tuple[Difference, ...]:
    """A run's differences: as they are now of one that is open, else as it was issued."""
    if run.state != "issued":
        return view.found
    since = _Since(work, run)
    found: list[Difference] = []
    for pool in view.pools:
        months = pool.terms.from_on.month, pool.terms.basis.month
        code = pool.terms.basis.pool
        borne = Counter(borne_in(work, run.month.year, months).get(code, {}))
        borne.subtract(since.borne(code, months))
        found += differences(pool, {code: borne}, view.host.member.code)
    return tuple(row for row in found if view.cut.takes_member(row.member))


def _pools(split: Sequence[SplitPool], members: Sequence[MemberSum]) -> Iterator[PoolSum]:
    by_code: dict[str, list[SplitPool]] = {}
    for pool in split:
        by_code.setdefault(pool.terms.basis.pool, []).append(pool)
    for code, stretches in by_code.items():
        terms = stretches[0].terms
        yield PoolSum(
            code,
            terms.name,
            terms.name_en,
            sum(pool.outcome.cost_ore for pool in stretches),
            sum(sum(pool.terms.basis.contributions.values()) for pool in stretches),
            sum((row.pools.get(code, Compared()) for row in members), Compared()),
        )


class _Since:
    """What has been borne by a settlement and after it: its own lines and bookings, and later."""

    def __init__(self, work: Work, run: InvoiceRun) -> None:
        self.year = run.month.year
        of_run = select(Invoice.id, Invoice.number).where(Invoice.run_id == run.id)
        issued = list(work.session.exec(of_run.order_by(col(Invoice.id))))
        keys = [f"invoice:{number}" for _id, number in issued] + host_keys(run)
        first = select(func.min(JournalEntry.id)).where(col(JournalEntry.key).in_(keys))
        entry_id = work.session.exec(first).one() or 0
        self.lines = list(_lines(work, self.year, issued[0][0] if issued else 0))
        self.own = list(_own(work, self.year, entry_id))

    def borne(self, code: str, months: tuple[int, int]) -> Counter[tuple[str, bool]]:
        """Of months `first` to `last` of a pool, by member and whether given beside the key."""
        found: Counter[tuple[str, bool]] = Counter()
        for member, pool, given, month, ore in (*self.lines, *self.own):
            if pool == code and months[0] <= month <= months[1]:
                found[member, given] += ore
        return found


_Part = tuple[str, str, bool, int, int]
"""Member, pool, whether given beside the key, month, öre."""


def _lines(work: Work, year: int, invoice_id: int) -> Iterator[_Part]:
    """Lines of invoices from `invoice_id` on about months of a year."""
    line, original = InvoiceLine, InvoiceLine.__table__.alias("original")  # type: ignore[attr-defined]
    columns: tuple[Any, ...] = (
        Member.code,
        CostPool.code,
        line.kind,
        func.coalesce(original.c.key, col(line.key), ""),
        line.month,
        line.net_ore,
    )
    rows = (
        select(*columns)
        .select_from(line)
        .join(Invoice, col(Invoice.id) == col(line.invoice_id))
        .join(Member, col(Member.id) == col(Invoice.member_id))
        .join(CostPool, col(CostPool.id) == col(line.pool_id))
        .join(original, original.c.id == col(line.credits_id), isouter=True)
        .where(col(Invoice.id) >= invoice_id)
        .where(col(line.month).between(date(year, 1, 1), date(year, MONTHS_A_YEAR, 31)))
    )
    for member, pool, kind, key, month, ore in work.session.execute(rows):
        yield member, pool, kind == CONTRIBUTION or GIVEN_KEY in key, month.month, ore


def _own(work: Work, year: int, entry_id: int) -> Iterator[_Part]:
    """The host's own share in entries from `entry_id` on."""
    rows = (
        select(JournalEntry.key, Posting.counterpart, Posting.pool, Posting.amount_ore)
        .join(Posting, col(Posting.entry_id) == col(JournalEntry.id))
        .where(col(JournalEntry.id) >= entry_id, Posting.pool != "")
        .where(
            or_(
                col(JournalEntry.key).startswith(f"host:{year}-"),
                col(JournalEntry.key).startswith(f"host-back:{year}-"),
            )
        )
    )
    for key, host, pool, ore in work.session.exec(rows):
        yield host, pool, False, int(key.partition(f":{year}-")[2][:2]), -ore
