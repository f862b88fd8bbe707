"""A year of e-media: the pot beside the cost of its pool, and each supplier's part."""

from dataclasses import dataclass
from datetime import date

from consortium.core.work import Work
from consortium.costs.queries import actual_costs, pool_of_year, pools
from consortium.emedia.queries import Pot, SupplierUse, plain_prices, pot, prices, suppliers
from consortium.emedia.rules import POOL, price_on
from consortium.emedia.tables import Supplier


@dataclass(frozen=True, slots=True)
class SupplierLine:
    """A supplier in a year. ore_per_loan: what a loan costs today, empty where no price holds.

    last_month: the latest with usage in the year, None for none; behind: others came later.
    """

    code: str
    name: str
    ore_per_loan: str
    loans: int
    cost_ore: int
    last_month: date | None
    behind: bool


@dataclass(frozen=True, slots=True)
class EMediaYear:
    """A year's pot, None where it has none. years: this one and its neighbours that have one.

    pool_cost_ore: all that is recorded as cost of the pot's pool, which every sum must come to.
    """

    year: int
    years: tuple[int, ...]
    pot: Pot | None
    pool_cost_ore: int
    suppliers: tuple[SupplierLine, ...]

    @property
    def loans(self) -> int:
        return sum(line.loans for line in self.suppliers)

    @property
    def loans_ore(self) -> int:
        return sum(line.cost_ore for line in self.suppliers)

    @property
    def suppliers_agree(self) -> bool:
        """Whether the suppliers and the other costs come to what the pool has cost."""
        other_ore = self.pot.other_ore if self.pot else 0
        return self.loans_ore + other_ore == self.pool_cost_ore

    @property
    def months_agree(self) -> bool:
        months = self.pot.months if self.pot else ()
        return sum(month.cost_ore for month in months) == self.pool_cost_ore


def emedia_year(work: Work, year: int) -> EMediaYear:
    """The pot of `year` and every supplier; figures of members only within the actor's scope."""
    years = tuple(each for each in (year - 1, year, year + 1) if _has_pot(work, each))
    found = pot(work, year) if year in years else None
    costs = actual_costs(work, pool_of_year(work, POOL, year)) if found else []
    used = {use.code: use for use in found.suppliers} if found else {}
    return EMediaYear(
        year=year,
        years=years,
        pot=found,
        pool_cost_ore=sum(cost.amount_ore for cost in costs),
        suppliers=tuple(_line(work, row, used.get(row.code)) for row in suppliers(work)),
    )


def _line(work: Work, supplier: Supplier, use: SupplierUse | None) -> SupplierLine:
    price = price_on(plain_prices(prices(work, supplier.code)), work.today)
    return SupplierLine(
        code=supplier.code,
        name=supplier.name,
        ore_per_loan=price.ore_per_loan if price else "",
        loans=use.loans if use else 0,
        cost_ore=use.cost_ore if use else 0,
        last_month=use.last_month if use else None,
        behind=use.behind if use else False,
    )


def _has_pot(work: Work, year: int) -> bool:
    return any(pool.code == POOL for pool in pools(work, year))
