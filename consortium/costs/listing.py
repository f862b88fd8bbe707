"""Questions about recorded costs: lists of a year, and one cost with its papers."""

from dataclasses import dataclass

from sqlmodel import col, func, select

from consortium.core.db import sum_ore
from consortium.core.errors import NotFound
from consortium.core.work import Work
from consortium.costs.attaching import attachments
from consortium.costs.tables import ActualCost, CostAttachment, CostPool


@dataclass(frozen=True, slots=True)
class Listed:
    """A cost in a list. papers: how many are attached to it."""

    cost: ActualCost
    pool: CostPool
    papers: int


@dataclass(frozen=True, slots=True)
class CostList:
    """A page of costs, the latest first, and how many there are in all, with their sum."""

    rows: tuple[Listed, ...]
    total: int
    sum_ore: int


@dataclass(frozen=True, slots=True)
class WholeCost:
    """A cost with its pool and the papers attached to it."""

    cost: ActualCost
    pool: CostPool
    papers: tuple[CostAttachment, ...]


def costs_of(work: Work, year: int, code: str, offset: int, size: int | None) -> CostList:
    """The costs recorded in a year's pools, or in one of them where `code` names it."""
    work.require("costs.see")
    wanted = [CostPool.year == year, *([CostPool.code == code] if code else [])]
    counted = (
        select(func.count(), sum_ore(ActualCost.amount_ore))
        .select_from(ActualCost)
        .join(CostPool, col(CostPool.id) == col(ActualCost.pool_id))
        .where(*wanted)
    )
    total, sum_of_all = work.session.exec(counted).one()
    papers = (
        select(func.count())
        .select_from(CostAttachment)
        .where(CostAttachment.cost_id == ActualCost.id)
        .scalar_subquery()
    )
    rows = (
        select(ActualCost, CostPool, papers)
        .join(CostPool, col(CostPool.id) == col(ActualCost.pool_id))
        .where(*wanted)
        .order_by(col(ActualCost.on_date).desc(), col(ActualCost.id).desc())
        .offset(offset)
    )
    if size is not None:
        rows = rows.limit(size)
    found = tuple(Listed(cost, pool, count) for cost, pool, count in work.session.exec(rows))
    return CostList(found, total, int(sum_of_all))


def whole_cost(work: Work, cost_id: int) -> WholeCost:
    """A recorded cost; NotFound where there is none."""
    work.require("costs.see")
    cost = work.session.get(ActualCost, cost_id)
    if cost is None:
        raise NotFound("There is no such cost")
    pool = work.session.get_one(CostPool, cost.pool_id)
    return WholeCost(cost, pool, tuple(attachments(work, cost)))
