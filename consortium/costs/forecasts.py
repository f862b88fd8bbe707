"""Rules of forecasts: what a pool's whole year is likely to cost. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from consortium.core.days import MONTHS_A_YEAR, last_day
from consortium.costs.rules import month_part


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a year is likely to cost, in öre.

    closed: how many months, from January, count with what they have cost. plain_ore: those, and
    the budget of the rest. trend_ore: the closed months' pace kept for twelve; None where there is
    none. own_ore: what somebody expects instead; None where nobody has said.
    """

    budget_ore: int
    closed: int
    plain_ore: int
    trend_ore: int | None
    own_ore: int | None = None

    @property
    def expected_ore(self) -> int:
        """A person's own forecast where there is one, else the plain one."""
        return self.plain_ore if self.own_ore is None else self.own_ore

    @property
    def deviation_ore(self) -> int:
        """More than the budget: positive; less: negative."""
        return self.expected_ore - self.budget_ore

    def deviates(self, percent: int) -> bool:
        """Whether the deviation, either way, is more than `percent` of the budget."""
        return abs(self.deviation_ore) * 100 > percent * abs(self.budget_ore)


def closed_months(year: int, day: date, closing_days: int) -> int:
    """How many months of `year` are closed on `day`: ended for at least `closing_days` days."""
    settled = [
        month
        for month in range(1, MONTHS_A_YEAR + 1)
        if last_day(year, month) + timedelta(days=closing_days) < day
    ]
    return len(settled)


def forecast(
    budget_ore: int, actual: Mapping[int, int], closed: int, own_ore: int | None = None
) -> Forecast:
    """The forecast of a year: what its closed months cost, and the budget of the others.

    actual: month (1–12) → öre; what stands in months that are not closed is not counted. The
    trend is (cost of the closed months × 12) ÷ their number, half up to the öre.
    """
    so_far_ore = sum(actual.get(month, 0) for month in range(1, closed + 1))
    rest = range(closed + 1, MONTHS_A_YEAR + 1)
    rest_ore = sum(month_part(budget_ore, month) for month in rest)
    trend_ore = (2 * so_far_ore * MONTHS_A_YEAR + closed) // (2 * closed) if closed else None
    return Forecast(budget_ore, closed, so_far_ore + rest_ore, trend_ore, own_ore)
