"""Questions about actual costs by the months they are for: what a month has cost."""

from collections import defaultdict
from datetime import date

from sqlmodel import and_, col, or_, select

from consortium.core.days import MONTHS_A_YEAR
from consortium.core.work import Work
from consortium.costs.accruals import year_parts
from consortium.costs.tables import ActualCost, CostPool


def accrued(work: Work, code: str, year: int) -> dict[int, int]:
    """What a pool has cost in each month (1–12) of a year, in öre; 0 where nothing is recorded.

    A cost with a time weighs on the months of that time, also where it is recorded in the pool of
    the same code of another year.
    """
    return _of_months(work, year, code).get(code, _nothing())


def accrued_pools(work: Work, year: int) -> dict[str, dict[int, int]]:
    """As `accrued`, for every pool's code that has costs of the year; one statement."""
    return _of_months(work, year)


def _of_months(work: Work, year: int, code: str | None = None) -> dict[str, dict[int, int]]:
    first, last = date(year, 1, 1), date(year, 12, 31)
    from_on, to_on = col(ActualCost.from_on), col(ActualCost.to_on)
    on_date = col(ActualCost.on_date)
    rows = (
        select(CostPool.code, ActualCost.amount_ore, on_date)
        .add_columns(from_on, to_on)
        .join(CostPool, col(CostPool.id) == col(ActualCost.pool_id))
        .where(
            or_(
                and_(from_on.is_(None), on_date.between(first, last)),
                and_(from_on <= last, to_on >= first),
            )
        )
    )
    if code is not None:
        rows = rows.where(col(CostPool.code) == code)
    found: dict[str, dict[int, int]] = defaultdict(_nothing)
    for pool, amount_ore, day, begin, end in work.session.execute(rows):
        for month, ore in year_parts(amount_ore, begin or day, end or day, year).items():
            found[pool][month] += ore
    return dict(found)


def _nothing() -> dict[int, int]:
    return dict.fromkeys(range(1, MONTHS_A_YEAR + 1), 0)
