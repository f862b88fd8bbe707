"""Use cases: actual costs come in."""

from collections.abc import Sequence

from sqlmodel import col, delete, select

from consortium.core.errors import Conflict, Fault, Invalid
from consortium.core.work import Work
from consortium.costs.entries import NewCost, cost_faults
from consortium.costs.queries import pool_of_year
from consortium.costs.tables import ActualCost, CostPool

__all__ = ["NewCost", "record_cost", "replace_costs"]


def record_cost(work: Work, code: str, year: int, cost: NewCost) -> ActualCost:
    """Record what the host has paid for a pool; a reference seen before is a Conflict."""
    work.require("costs.change")
    pool = pool_of_year(work, code, year)
    faults = list(cost_faults(cost))
    if cost.on_date.year != year:
        faults.append(Fault("The date is not in {year}", "on_date", {"year": year}))
    if faults:
        raise Invalid(faults)
    same = select(ActualCost.id).where(ActualCost.reference == cost.reference.strip())
    if work.session.exec(same).first() is not None:
        raise Conflict(
            "A cost with the reference {reference} is recorded already", reference=cost.reference
        )
    row = _row(work, pool, cost)
    work.session.add(row)
    work.audit(
        "costs.recorded",
        f"{code} {year}",
        reference=row.reference,
        on=row.on_date.isoformat(),
        amount_ore=row.amount_ore,
    )
    return row


def replace_costs(work: Work, pool: CostPool, prefix: str, new: Sequence[NewCost]) -> None:
    """Let `new` stand in place of every cost of the pool whose reference begins with `prefix`.

    For the rooms whose usage becomes cost: they have asked for the right of their own.
    """
    old = col(ActualCost.reference).startswith(prefix, autoescape=True)
    work.session.exec(delete(ActualCost).where(old, col(ActualCost.pool_id) == pool.id))
    work.session.add_all(_row(work, pool, cost) for cost in new)
    work.session.flush()


def _row(work: Work, pool: CostPool, cost: NewCost) -> ActualCost:
    return ActualCost(
        pool_id=pool.id,
        reference=cost.reference.strip(),
        on_date=cost.on_date,
        supplier=cost.supplier,
        text=cost.text,
        amount_ore=cost.amount_ore,
        account=cost.account.strip(),
        from_on=cost.from_on,
        to_on=cost.to_on,
        entered_by=work.actor.name,
        entered_at=work.now,
    )
