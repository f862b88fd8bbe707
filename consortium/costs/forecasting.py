"""Use cases: somebody says what a pool's whole year will cost, as judged on a day."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select

from consortium.core.errors import Fault, Invalid, NotFound
from consortium.core.work import Work
from consortium.costs.entries import LONGEST_TEXT, MOST_ORE
from consortium.costs.queries import pool_of_year
from consortium.costs.tables import CostForecast, CostPool


@dataclass(frozen=True, slots=True)
class NewForecast:
    """A forecast before it is made. why: the reason, for those who read it."""

    on_date: date
    amount_ore: int
    why: str


def forecasts(work: Work, pool: CostPool) -> list[CostForecast]:
    """What has been judged about a pool's year, the latest first: that is the one that holds."""
    rows = select(CostForecast).where(CostForecast.pool_id == pool.id)
    newest = rows.order_by(col(CostForecast.on_date).desc(), col(CostForecast.id).desc())
    return list(work.session.exec(newest))


def forecasts_in_force(work: Work, year: int) -> dict[str, CostForecast]:
    """Of each pool of a year that has one, the forecast that holds today: code → row."""
    rows = (
        select(CostPool.code, CostForecast)
        .join(CostForecast, col(CostForecast.pool_id) == col(CostPool.id))
        .where(CostPool.year == year, col(CostForecast.on_date) <= work.today)
        .order_by(col(CostForecast.on_date), col(CostForecast.id))
    )
    found = defaultdict[str, list[CostForecast]](list)
    for code, row in work.session.exec(rows):
        found[code].append(row)
    return {code: rows[-1] for code, rows in found.items()}


def make_forecast(work: Work, code: str, year: int, new: NewForecast) -> CostForecast:
    """Record what somebody expects a pool's year to cost; it holds from its day on."""
    work.require("costs.change")
    pool = pool_of_year(work, code, year)
    faults = []
    if new.on_date > work.today:
        faults.append(Fault("A forecast is judged on a day that has been", "on_date"))
    if not new.why.strip():
        faults.append(Fault("Say why the forecast is another", "why"))
    if len(new.why.strip()) > LONGEST_TEXT:
        faults.append(Fault("The text is too long", "why", {}, "Use at most 200 characters"))
    if not 0 <= new.amount_ore <= MOST_ORE:
        faults.append(Fault("A forecast cannot be negative", "amount"))
    if faults:
        raise Invalid(faults)
    row = CostForecast(
        pool_id=pool.id,
        on_date=new.on_date,
        amount_ore=new.amount_ore,
        why=new.why.strip(),
        made_by=work.actor.name,
        made_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    _tell(work, pool, row, made=True)
    return row


def withdraw_forecast(work: Work, forecast_id: int) -> None:
    """Let a forecast be as if it was never made; the one before it holds again."""
    work.require("costs.change")
    row = work.session.get(CostForecast, forecast_id)
    if row is None:
        raise NotFound("What was recorded is not there any more")
    pool = work.session.get_one(CostPool, row.pool_id)
    work.session.delete(row)
    work.session.flush()
    _tell(work, pool, row, made=False)


def _tell(work: Work, pool: CostPool, row: CostForecast, *, made: bool) -> None:
    work.audit(
        "costs.forecast_made" if made else "costs.forecast_withdrawn",
        f"{pool.code} {pool.year}",
        forecast=row.id,
        on=row.on_date.isoformat(),
        amount_ore=row.amount_ore,
        why=row.why,
    )
