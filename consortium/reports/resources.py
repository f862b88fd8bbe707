"""What a library shares with the others, for its manager: crates, cards, e-media and the bill."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Final

from consortium.billing.queries import invoices, lines_of
from consortium.billing.rules import HOST, Draft
from consortium.billing.views import month_view
from consortium.branches.queries import branch_to_see, branches
from consortium.cards.queries import CardCounts, counts
from consortium.core.days import next_business_day
from consortium.core.errors import Conflict, Fault
from consortium.core.work import Work
from consortium.costs.queries import pools
from consortium.crates.rules import ON_THE_WAY, PACKED
from consortium.crates.whereabouts import CrateLine, crates_today
from consortium.emedia.queries import Pot, pot
from consortium.emedia.rules import POOL
from consortium.transports.days import published_plan
from consortium.transports.rules import arrivals

KINDS: Final = ("main", "branch", "bus")
"""Libraries that have a page of their own; depots and bus stops are not asked about."""
UNDER_WAY: Final = (PACKED, *ON_THE_WAY)


@dataclass(frozen=True, slots=True)
class Library:
    slug: str
    name: str
    main: bool
    member_code: str
    member_name: str


@dataclass(frozen=True, slots=True)
class CratesToday:
    """Crates of a library today. coming, leaving: the other library and how many, most first.

    arrived: of the coming ones; collected: of the leaving ones. arrive: when the van comes today
    by the published plan, None where none does; next_on, next_arrive: likewise, the next working
    day.
    """

    coming: tuple[tuple[str, int], ...]
    leaving: tuple[tuple[str, int], ...]
    arrived: int
    collected: int
    arrive: time | None
    next_on: date
    next_arrive: time | None

    @property
    def coming_count(self) -> int:
        return sum(count for _place, count in self.coming)

    @property
    def leaving_count(self) -> int:
        return sum(count for _place, count in self.leaving)


@dataclass(frozen=True, slots=True)
class EMediaUse:
    """The year's pot, and the municipality's own loans and what they cost it."""

    pot: Pot
    loans: int
    cost_ore: int
    all_loans: int


@dataclass(frozen=True, slots=True)
class PoolPayment:
    """A pool's part of what a municipality pays, without VAT.

    month_ore: in the month, None where its pool could not be split. invoiced_ore: on the invoices
    issued for months of the year.
    """

    code: str
    name: str
    name_en: str
    month_ore: int | None
    invoiced_ore: int


@dataclass(frozen=True, slots=True)
class Bill:
    """An invoice of the month, or the host's own share. status, kind: as billing has them."""

    kind: str
    status: str
    number: str
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Payments:
    """What a municipality pays. The month's amounts are those of its invoice run.

    month_vat_ore, invoiced_vat_ore: VAT beside the pools' net. months_invoiced: how many months
    of the year have an issued invoice. host: the share is its own and is not invoiced.
    """

    month: date
    host: bool
    pools: tuple[PoolPayment, ...]
    bills: tuple[Bill, ...]
    month_vat_ore: int
    invoiced_vat_ore: int
    months_invoiced: int

    @property
    def month_net_ore(self) -> int:
        return sum(pool.month_ore or 0 for pool in self.pools)

    @property
    def month_payable_ore(self) -> int:
        return self.month_net_ore + self.month_vat_ore

    @property
    def invoiced_net_ore(self) -> int:
        return sum(pool.invoiced_ore for pool in self.pools)

    @property
    def invoiced_payable_ore(self) -> int:
        return self.invoiced_net_ore + self.invoiced_vat_ore


@dataclass(frozen=True, slots=True)
class Resources:
    """What a library shares. A part is None where the actor may not see it or there is none."""

    library: Library
    crates: CratesToday | None
    cards: CardCounts | None
    emedia: EMediaUse | None
    payments: Payments | None


def libraries(work: Work) -> tuple[Library, ...]:
    """The libraries that the actor may see, by municipality and name."""
    found = branches(work, work.scope("branches.see"))
    return tuple(
        Library(branch.slug, branch.name, branch.kind == "main", member.code, member.name)
        for branch, member in found
        if branch.kind in KINDS
    )


def resources(work: Work, slug: str) -> Resources:
    """What a library shares today, each part within the actor's rights for its municipality."""
    branch, member = branch_to_see(work, slug)
    actor, code = work.actor, member.code
    return Resources(
        library=Library(branch.slug, branch.name, branch.kind == "main", code, member.name),
        crates=_crates(work, slug) if actor.may("transports.see", code) else None,
        cards=counts(work).get(code) if actor.may("cards.count", code) else None,
        emedia=_emedia(work, code) if actor.may("emedia.see", code) else None,
        payments=payments(work, code) if actor.may("billing.see", code) else None,
    )


def payments(work: Work, member_code: str) -> Payments | None:
    """What a member pays for each pool, this month and on this year's invoices; None for nothing.

    The month is issued as it stands on the invoices, else as it would be issued now.
    """
    work.require("billing.see", member_code)
    month = work.today.replace(day=1)
    try:
        view = month_view(work, month)
    except Conflict:  # nobody is host yet, so nobody invoices
        return None
    drafts = [draft for draft in view.drafts if draft.member == member_code]
    invoiced = _invoiced(work, member_code, month.year)
    names = [(pool.code, pool.name, pool.name_en) for pool in pools(work, month.year)]
    monthly = _by_pool(drafts)
    stopped = {
        pool.code for pool in view.stopped if any(code == member_code for code, _ in pool.invoices)
    }
    rows = [
        PoolPayment(*name, _month_ore(name[0], monthly, stopped), invoiced.net_ore.get(name[0], 0))
        for name in names
        if name[0] in {*monthly, *invoiced.net_ore, *stopped}
    ]
    if not rows:
        return None
    return Payments(
        month=month,
        host=any(draft.kind == HOST for draft in drafts),
        pools=tuple(rows),
        bills=tuple(Bill(d.kind, d.status, d.number, d.faults) for d in drafts),
        month_vat_ore=sum(draft.vat_ore for draft in drafts),
        invoiced_vat_ore=invoiced.vat_ore,
        months_invoiced=invoiced.months,
    )


@dataclass(frozen=True, slots=True)
class _Invoiced:
    """A member's issued invoices of a year. net_ore: pool code → öre."""

    net_ore: dict[str, int]
    vat_ore: int
    months: int


def _invoiced(work: Work, member_code: str, year: int) -> _Invoiced:
    net_ore: dict[str, int] = defaultdict(int)
    issued = [invoice for invoice, _member in invoices(work, year, member_code)]
    for line, pool in lines_of(work, [invoice.id for invoice in issued]):
        if pool is not None:
            net_ore[pool.code] += line.net_ore
    return _Invoiced(
        net_ore=dict(net_ore),
        vat_ore=sum(invoice.vat_ore for invoice in issued),
        months=len({invoice.month for invoice in issued}),
    )


def _month_ore(code: str, monthly: dict[str, int], stopped: set[str]) -> int | None:
    return None if code in stopped else monthly.get(code, 0)


def _by_pool(drafts: Iterable[Draft]) -> dict[str, int]:
    net_ore: dict[str, int] = defaultdict(int)
    for draft in drafts:
        for line in draft.lines:
            net_ore[line.pool] += line.net_ore
    return dict(net_ore)


def _crates(work: Work, slug: str) -> CratesToday:
    today = crates_today(work, slug, work.today)
    next_on = next_business_day(work.today)
    return CratesToday(
        coming=_places(today.coming),
        leaving=_places(today.leaving),
        arrived=sum(line.state not in UNDER_WAY for line in today.coming),
        collected=sum(line.state != PACKED for line in today.leaving),
        arrive=_arrive(work, slug, work.today),
        next_on=next_on,
        next_arrive=_arrive(work, slug, next_on),
    )


def _arrive(work: Work, slug: str, day: date) -> time | None:
    """When the van comes by the published plan of a day, None where none does."""
    plan = published_plan(work, day)
    arrive = arrivals(plan.plan).get(slug) if plan else None
    return time.fromisoformat(arrive[1]) if arrive else None


def _places(lines: Sequence[CrateLine]) -> tuple[tuple[str, int], ...]:
    found = Counter(line.other for line in lines)
    return tuple(sorted(found.items(), key=lambda row: (-row[1], row[0])))


def _emedia(work: Work, member_code: str) -> EMediaUse | None:
    year = work.today.year
    if POOL not in {pool.code for pool in pools(work, year)}:
        return None
    found = pot(work, year)
    own = next((use for use in found.members if use.code == member_code), None)
    return EMediaUse(
        pot=found,
        loans=own.loans if own else 0,
        cost_ore=own.cost_ore if own else 0,
        all_loans=sum(month.loans for month in found.months),
    )
