"""The budget of a year: each pool's against what it has cost and is likely to cost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from consortium.core.days import MONTHS_A_YEAR
from consortium.core.work import Work
from consortium.costs.accruing import accrued, accrued_pools
from consortium.costs.agreed import Agreed, agreed
from consortium.costs.budgeting import budget_lines
from consortium.costs.entries import NewLine
from consortium.costs.forecasting import forecasts, forecasts_in_force
from consortium.costs.forecasts import Forecast, closed_months, forecast
from consortium.costs.opening import Newer, missing_pools, newer_measures
from consortium.costs.queries import pool_of_year, pool_years, pools
from consortium.costs.rules import month_part
from consortium.costs.tables import CostForecast, CostPool


@dataclass(frozen=True, slots=True)
class Month:
    """A month of a pool, or of all, in öre. closed: it counts with what it has cost."""

    month: int
    budget_ore: int
    actual_ore: int
    closed: bool

    @property
    def deviation_ore(self) -> int:
        return self.actual_ore - self.budget_ore


@dataclass(frozen=True, slots=True)
class PoolBudget:
    """A pool's year. actual_ore: what the months to today have cost.

    later_ore: what is recorded by now for months to come. flagged: its forecast is further from
    the budget than the setting allows.
    """

    code: str
    name: str
    name_en: str
    months: tuple[Month, ...]
    actual_ore: int
    later_ore: int
    forecast: Forecast
    flagged: bool

    @property
    def budget_ore(self) -> int:
        return self.forecast.budget_ore


@dataclass(frozen=True, slots=True)
class BudgetYear:
    """All pools of a year. years: those that have pools.

    openable: the year that can be opened from this one or, where this one has no pools, this one
    itself; None where there is none. newer: what its keys read older values of than there are.
    """

    year: int
    years: tuple[int, ...]
    pools: tuple[PoolBudget, ...]
    months: tuple[Month, ...]
    closed: int
    openable: int | None
    newer: tuple[Newer, ...]

    @property
    def budget_ore(self) -> int:
        return sum(pool.budget_ore for pool in self.pools)

    @property
    def actual_ore(self) -> int:
        return sum(pool.actual_ore for pool in self.pools)

    @property
    def expected_ore(self) -> int:
        return sum(pool.forecast.expected_ore for pool in self.pools)

    @property
    def flagged(self) -> tuple[PoolBudget, ...]:
        return tuple(pool for pool in self.pools if pool.flagged)


@dataclass(frozen=True, slots=True)
class PoolPage:
    """One pool's budget with all that is agreed about it. forecasts: the latest first."""

    pool: PoolBudget
    lines: tuple[NewLine, ...]
    forecasts: tuple[CostForecast, ...]
    in_force: CostForecast | None
    agreed: Agreed
    years: tuple[int, ...]
    closed: int


def budget_year(work: Work, year: int, closing_days: int, percent: int) -> BudgetYear:
    """The pools of a year. closing_days, percent: of the settings' section `budget`."""
    work.require("costs.see")
    found, cost = pools(work, year), accrued_pools(work, year)
    judged, closed = forecasts_in_force(work, year), closed_months(year, work.today, closing_days)
    rows = tuple(
        _pool(work.today, pool, cost.get(pool.code, {}), closed, judged.get(pool.code), percent)
        for pool in found
    )
    return BudgetYear(
        year=year,
        years=tuple(pool_years(work)),
        pools=rows,
        months=_summed(rows),
        closed=closed,
        openable=_openable(work, year, found),
        newer=tuple(newer_measures(work, year)),
    )


def budget_page(work: Work, code: str, year: int, closing_days: int, percent: int) -> PoolPage:
    """One pool of a year, within the actor's scope; settings as in `budget_year`."""
    found = agreed(work, code, year)
    pool = pool_of_year(work, code, year)
    closed = closed_months(year, work.today, closing_days)
    judged = forecasts(work, pool)
    in_force = next((row for row in judged if row.on_date <= work.today), None)
    return PoolPage(
        pool=_pool(work.today, pool, accrued(work, code, year), closed, in_force, percent),
        lines=tuple(
            NewLine(line.position, line.text, line.amount_ore, line.account)
            for line in budget_lines(work, pool)
        ),
        forecasts=tuple(judged),
        in_force=in_force,
        agreed=found,
        years=tuple(pool_years(work)),
        closed=closed,
    )


def _openable(work: Work, year: int, found: Sequence[CostPool]) -> int | None:
    opened = year + 1 if found else year
    return opened if missing_pools(work, opened) else None


def _pool(
    today: date,
    pool: CostPool,
    actual: Mapping[int, int],
    closed: int,
    judged: CostForecast | None,
    percent: int,
) -> PoolBudget:
    made = forecast(pool.budget_ore, actual, closed, judged.amount_ore if judged else None)
    begun = [month for month in actual if date(pool.year, month, 1) <= today]
    so_far_ore = sum(actual[month] for month in begun)
    return PoolBudget(
        code=pool.code,
        name=pool.name,
        name_en=pool.name_en,
        months=tuple(
            Month(month, month_part(pool.budget_ore, month), actual.get(month, 0), month <= closed)
            for month in range(1, MONTHS_A_YEAR + 1)
        ),
        actual_ore=so_far_ore,
        later_ore=sum(actual.values()) - so_far_ore,
        forecast=made,
        flagged=made.deviates(percent),
    )


def _summed(rows: tuple[PoolBudget, ...]) -> tuple[Month, ...]:
    return tuple(
        Month(
            month,
            sum(row.months[month - 1].budget_ore for row in rows),
            sum(row.months[month - 1].actual_ore for row in rows),
            all(row.months[month - 1].closed for row in rows),
        )
        for month in range(1, MONTHS_A_YEAR + 1 if rows else 1)
    )
