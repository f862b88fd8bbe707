"""Questions about cost pools."""

from datetime import date

from sqlmodel import col, select

from consortium.core.errors import NotFound
from consortium.core.work import Work
from consortium.costs.tables import ActualCost, CostPool


def pools(work: Work, year: int) -> list[CostPool]:
    """The pools of a year, in their place."""
    rows = select(CostPool).where(CostPool.year == year).order_by(col(CostPool.place))
    return list(work.session.exec(rows))


def pool_of_year(work: Work, code: str, year: int) -> CostPool:
    rows = select(CostPool).where(CostPool.code == code, CostPool.year == year)
    pool = work.session.exec(rows).first()
    if pool is None:
        raise NotFound("There is no cost pool {code} in {year}", code=code, year=year)
    return pool


def actual_costs(work: Work, pool: CostPool, to_on: date | None = None) -> list[ActualCost]:
    """What has been paid for a pool, up to and including `to_on` where it is given."""
    rows = select(ActualCost).where(ActualCost.pool_id == pool.id)
    if to_on is not None:
        rows = rows.where(ActualCost.on_date <= to_on)
    return list(work.session.exec(rows.order_by(col(ActualCost.on_date), col(ActualCost.id))))
