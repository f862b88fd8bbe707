"""What each member bears of each cost pool in a month: as billed, or as it would be billed now."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from consortium.billing.rules import SplitPool, StoppedPool
from consortium.billing.views import current_pool, frozen_pools, split_pools
from consortium.core.errors import Fault
from consortium.core.work import Scope, Work
from consortium.costs.queries import actual_sums, pools, vat_on
from consortium.costs.tables import CostPool
from consortium.members.queries import host_on, members


@dataclass(frozen=True, slots=True)
class Share:
    """A member's part of a pool's month. net_ore: the host's has what rounding left, too.

    exact: öre before rounding, a whole number or a fraction (`12345/7`). percent: of the amount
    that is split, with four decimals. Both are the year's where the key makes its own amounts.
    """

    member: str
    name: str
    net_ore: int
    exact: str
    percent: str


@dataclass(frozen=True, slots=True)
class Given:
    """What a member gives to a pool's month beside the key."""

    member: str
    name: str
    amount_ore: int


@dataclass(frozen=True, slots=True)
class Vat:
    """category: `S` rated, `E` exempt, `O` outside VAT. confirmed: by the host's VAT officer."""

    category: str
    percent: int | None
    confirmed: bool


@dataclass(frozen=True, slots=True)
class SharedPool:
    """A pool of the year in one month. cost_ore = Σ contributions + split_ore.

    faults: why the month cannot be split; cost, contributions and shares are empty then.
    invoiced: its figures are those that the month's invoices froze. shares, given: those that the
    actor may see. actual_ore: paid so far in the year.
    """

    code: str
    name: str
    name_en: str
    budget_ore: int
    actual_ore: int
    invoiced: bool
    vat: Vat | None
    key_name: str = ""
    clause: str = ""
    cost_ore: int = 0
    split_ore: int = 0
    leftover_ore: int = 0
    snapshot: str = ""
    given_ore: int = 0
    given: tuple[Given, ...] = ()
    shares: tuple[Share, ...] = ()
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class MemberRow:
    """What a member bears of the month in all. by_pool: pool code → öre, shares and gifts."""

    code: str
    name: str
    by_pool: Mapping[str, int]

    @property
    def total_ore(self) -> int:
        return sum(self.by_pool.values())


@dataclass(frozen=True, slots=True)
class SharedMonth:
    """Every pool of a month. whole: the actor sees all members, so that sums can be checked."""

    year: int
    month: int
    pools: tuple[SharedPool, ...]
    whole: bool

    @property
    def cost_ore(self) -> int:
        return sum(pool.cost_ore for pool in self.pools)

    def rows(self) -> list[MemberRow]:
        """A row a member that bears something, by code."""
        found: dict[tuple[str, str], dict[str, int]] = {}
        for pool in self.pools:
            lines = [(s.member, s.name, s.net_ore) for s in pool.shares]
            lines += [(g.member, g.name, g.amount_ore) for g in pool.given]
            for code, name, ore in lines:
                of_member = found.setdefault((code, name), {})
                of_member[pool.code] = of_member.get(pool.code, 0) + ore
        return [MemberRow(code, name, found[code, name]) for code, name in sorted(found)]


def shared_month(work: Work, year: int, month: int) -> SharedMonth:
    """The pools of `year` as month `month` (1–12) splits them, within the actor's scope."""
    scope, first = work.scope("costs.see"), date(year, month, 1)
    found = pools(work, year)
    if not found:
        return SharedMonth(year, month, (), scope is None)
    frozen = frozen_pools(work, first, states=("issued",))
    read = [frozen.get(pool.id) or current_pool(work, pool, first) for pool in found]
    names = {member.code: member.name for member in members(work)}
    good, stopped = split_pools(read)
    telling = _Telling(good, stopped, host_on(work, first).member.code, names, scope)
    paid = actual_sums(work, year)
    rows = tuple(
        telling.pool(_heading(work, pool, first, paid.get(pool.code, 0), pool.id in frozen))
        for pool in found
    )
    return SharedMonth(year, month, rows, scope is None)


def _heading(
    work: Work, pool: CostPool, first: date, actual_ore: int, invoiced: bool
) -> SharedPool:
    taxed = vat_on(work, pool, first)
    return SharedPool(
        code=pool.code,
        name=pool.name,
        name_en=pool.name_en,
        budget_ore=pool.budget_ore,
        actual_ore=actual_ore,
        invoiced=invoiced,
        vat=Vat(taxed.category, taxed.percent, taxed.confirmed) if taxed else None,
    )


@dataclass(frozen=True, slots=True)
class _Telling:
    """What the pools of a month have in common. names: member code → name."""

    pools: tuple[SplitPool, ...]
    stopped: tuple[StoppedPool, ...]
    host: str
    names: Mapping[str, str]
    scope: Scope

    def pool(self, heading: SharedPool) -> SharedPool:
        for done in self.pools:
            if done.terms.basis.pool == heading.code:
                return self._split(heading, done)
        stopped = next(gap for gap in self.stopped if gap.code == heading.code)
        return replace(heading, faults=stopped.faults)

    def _split(self, heading: SharedPool, done: SplitPool) -> SharedPool:
        terms, outcome = done.terms, done.outcome
        given = terms.basis.contributions
        confirmed = heading.vat is not None and heading.vat.confirmed
        return replace(
            heading,
            vat=Vat(terms.category, terms.percent, confirmed),
            key_name=terms.key_name,
            clause=terms.clause,
            cost_ore=outcome.cost_ore,
            split_ore=outcome.split_ore,
            leftover_ore=outcome.leftover_ore,
            snapshot=outcome.result["snapshot"],
            given_ore=sum(given.values()),
            given=tuple(
                Given(code, self.names[code], ore)
                for code, ore in given.items()
                if self._seen(code)
            ),
            shares=tuple(self._shares(done)),
        )

    def _shares(self, done: SplitPool) -> Iterator[Share]:
        """The shares; where the host takes no part, what rounding left is a share of its own."""
        host, outcome = self.host, done.outcome
        left = {host: outcome.leftover_ore}
        for row in outcome.result["shares"]:
            member = row["member"]
            net_ore = outcome.shares[member] + left.pop(member, 0)
            if self._seen(member):
                yield Share(member, self.names[member], net_ore, row["exact"], row["percent"])
        if left.get(host) and self._seen(host):
            yield Share(host, self.names[host], left[host], "0", "0.0000")

    def _seen(self, code: str) -> bool:
        return self.scope is None or code in self.scope
