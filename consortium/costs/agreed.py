"""What is agreed about a pool for its year: budget, terms, who takes part and who gives to it."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select

from consortium.core.cursors import Cursor, Order, Window, window
from consortium.core.work import Work
from consortium.costs.queries import contributions, participants, pool_of_year
from consortium.costs.rules import Participant
from consortium.costs.tables import ActualCost, CostPool, VatTreatment

NEWEST_FIRST = Order(
    (col(ActualCost.on_date), col(ActualCost.id)),
    (True, True),
    (date, int),
    lambda cost: (cost.on_date, cost.id),
)


@dataclass(frozen=True, slots=True)
class Agreed:
    """A pool. vat: the earliest first. given: member code → öre of the year, within the scope.

    parts: who takes part on some day of the year, by code.
    """

    pool: CostPool
    vat: tuple[VatTreatment, ...]
    given: dict[str, int]
    parts: tuple[Participant, ...]


def agreed(work: Work, code: str, year: int) -> Agreed:
    """What is agreed about a pool, within the actor's scope."""
    scope, pool = work.scope("costs.see"), pool_of_year(work, code, year)
    rows = select(VatTreatment).where(VatTreatment.pool_id == pool.id)
    given = contributions(work, pool)
    return Agreed(
        pool=pool,
        vat=tuple(work.session.exec(rows.order_by(col(VatTreatment.from_on)))),
        given={giver: ore for giver, ore in given.items() if scope is None or giver in scope},
        parts=participants(work, pool, date(year, 1, 1)),
    )


def costs_page(work: Work, pool: CostPool, cursor: Cursor, size: int) -> Window[ActualCost]:
    """What has been paid for a pool, the latest first."""
    work.require("costs.see")
    found = select(ActualCost).where(ActualCost.pool_id == pool.id)
    return window(work, found, NEWEST_FIRST, cursor, size)
