"""Use cases: a pool is called something else; many actual costs come in, or are corrected."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from sqlmodel import col, select

from consortium.core.errors import Conflict, Fault, Invalid, NotFound
from consortium.core.work import Work
from consortium.costs.agreeing import change_budget
from consortium.costs.entries import NewCost, cost_faults
from consortium.costs.queries import pool_of_year
from consortium.costs.tables import ActualCost, CostPool

CARRIERS: Final = "carrier:"
"""How the references begin of costs that follow from carriers' invoices."""

AT_ONCE: Final = 500
"""References asked for in one query."""


def change_pool(
    work: Work, code: str, year: int, names: tuple[str, str], budget_ore: int
) -> CostPool:
    """Change what a pool is called (Swedish, English) and its budget. Undone by itself."""
    work.require("costs.change")
    pool = pool_of_year(work, code, year)
    if not names[0].strip():
        raise Invalid("A pool needs a name", at="name")
    if budget_ore != pool.budget_ore:
        change_budget(work, code, year, budget_ore)
    after = {"name": names[0].strip(), "name_en": names[1].strip() or names[0].strip()}
    changed: dict[str, Any] = {
        name: [getattr(pool, name), value]
        for name, value in after.items()
        if getattr(pool, name) != value
    }
    if changed:
        pool.name, pool.name_en = after["name"], after["name_en"]
        work.session.add(pool)
        work.audit("costs.pool_changed", f"{code} {year}", **changed)
    return pool


def correct_cost(work: Work, cost_id: int, code: str, cost: NewCost) -> ActualCost:
    """Let a recorded cost be what `cost` says, of the pool (a code) of the year of its date.

    Conflict for what follows from the usage of e-media, and where another cost has the reference.
    """
    work.require("costs.change")
    row = work.session.get(ActualCost, cost_id)
    if row is None:
        raise NotFound("What was recorded is not there any more")
    refuse_counted(row.reference)
    refuse_counted(cost.reference)
    if faults := list(cost_faults(cost)):
        raise Invalid(faults)
    pool, wanted = pool_of_year(work, code, cost.on_date.year), cost.reference.strip()
    if wanted != row.reference and _there(work, [wanted]):
        raise Conflict(
            "A cost with the reference {reference} is recorded already", reference=wanted
        )
    before = _told(work, row)
    row.reference = wanted
    work.session.add(_written(work, row, pool, cost))
    work.session.flush()
    after = _told(work, row)
    changed: dict[str, Any] = {
        name: [before[name], after[name]] for name in before if before[name] != after[name]
    }
    if changed:
        work.audit("costs.corrected", f"{pool.code} {pool.year}", cost=row.id, **changed)
    return row


def put_costs(work: Work, costs: Sequence[tuple[str, NewCost]]) -> None:
    """Record actual costs, each for the pool (a code) of the year of its date.

    A reference that is there already is corrected. What e-media has recorded follows from usage
    and cannot be corrected here: Conflict.
    """
    work.require("costs.change")
    if faults := list(_faults(costs)):
        raise Invalid(faults)
    pools = {
        (code, year): pool_of_year(work, code, year)
        for code, year in {(code, cost.on_date.year) for code, cost in costs}
    }
    there = _there(work, [cost.reference.strip() for _, cost in costs])
    before_ore = sum(row.amount_ore for row in there.values())
    for code, cost in costs:
        row = there.get(cost.reference.strip())
        pool = pools[code, cost.on_date.year]
        work.session.add(_written(work, row, pool, cost))
    work.session.flush()
    work.audit(
        "costs.put",
        ", ".join(sorted({code for code, _ in costs})),
        count=len(costs),
        corrected=len(there),
        amount_ore=[before_ore, sum(cost.amount_ore for _, cost in costs)],
    )


def counted(reference: str) -> bool:
    """Whether a cost follows from the usage of e-media, or from a carrier's invoice."""
    return reference.startswith(("emedia:", CARRIERS))


def of_carrier(reference: str) -> bool:
    """Whether a cost follows from a carrier's invoice."""
    return reference.startswith(CARRIERS)


def refuse_counted(reference: str) -> None:
    """Refuse, as Conflict, what would change a cost that follows from something else."""
    if of_carrier(reference.strip()):
        raise Conflict(
            "The cost {reference} follows from a carrier's invoice",
            reference=reference,
            remedy="Take the invoice back under Carriers instead",
        )
    if counted(reference.strip()):
        raise Conflict(
            "The cost {reference} follows from usage",
            reference=reference,
            remedy="Import the usage instead",
        )


def _faults(costs: Sequence[tuple[str, NewCost]]) -> Iterator[Fault]:
    for _code, cost in costs:
        yield from cost_faults(cost)
        refuse_counted(cost.reference)


def _told(work: Work, row: ActualCost) -> dict[str, Any]:
    """A cost as the audit trail tells of it."""
    pool = work.session.get_one(CostPool, row.pool_id)
    return {
        "pool": pool.code,
        "reference": row.reference,
        "on": row.on_date.isoformat(),
        "supplier": row.supplier,
        "text": row.text,
        "amount_ore": row.amount_ore,
        "account": row.account,
        "from_on": row.from_on.isoformat() if row.from_on else "",
        "to_on": row.to_on.isoformat() if row.to_on else "",
    }


def _there(work: Work, references: Sequence[str]) -> dict[str, ActualCost]:
    found: dict[str, ActualCost] = {}
    for begin in range(0, len(references), AT_ONCE):
        some = references[begin : begin + AT_ONCE]
        rows = select(ActualCost).where(col(ActualCost.reference).in_(some))
        found |= {row.reference: row for row in work.session.exec(rows)}
    return found


def _written(work: Work, row: ActualCost | None, pool: CostPool, cost: NewCost) -> ActualCost:
    written = row or ActualCost(
        pool_id=pool.id,
        reference=cost.reference.strip(),
        on_date=cost.on_date,
        supplier="",
        text="",
        amount_ore=0,
        entered_by="",
        entered_at=work.now,
    )
    written.pool_id, written.on_date = pool.id, cost.on_date
    written.supplier, written.text = cost.supplier, cost.text
    written.amount_ore, written.account = cost.amount_ore, cost.account.strip()
    written.from_on, written.to_on = cost.from_on, cost.to_on
    written.entered_by, written.entered_at = work.actor.name, work.now
    return written
