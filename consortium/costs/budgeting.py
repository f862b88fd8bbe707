"""Use cases: a pool's budget is made of lines, whose sum it is."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import col, select

from consortium.core.audit import AuditEntry
from consortium.core.errors import Invalid
from consortium.core.work import Work
from consortium.costs.entries import NewLine, line_faults
from consortium.costs.queries import pool_of_year
from consortium.costs.tables import BudgetLine, CostPool
from consortium.documents.keeping import keep_record


def budget_lines(work: Work, pool: CostPool) -> list[BudgetLine]:
    """The lines of a pool's budget in their order; none where the budget is one amount."""
    rows = select(BudgetLine).where(BudgetLine.pool_id == pool.id)
    return list(work.session.exec(rows.order_by(col(BudgetLine.position))))


def put_lines(
    work: Work, code: str, year: int, lines: Sequence[NewLine], budget_ore: int | None = None
) -> CostPool:
    """Let a pool's budget be made of `lines`, in the place of those it has; the sum is its budget.

    Without lines the budget is `budget_ore`, or stays what it was. Months that are invoiced keep
    theirs. Invalid with every fault, at `text-2` for the line of position 2.
    """
    work.require("costs.change")
    pool = pool_of_year(work, code, year)
    if faults := list(line_faults(lines)):
        raise Invalid(faults)
    if not lines and budget_ore is not None and budget_ore < 0:
        raise Invalid("A budget cannot be negative", at="budget")
    there = {line.position: line for line in budget_lines(work, pool)}
    before, before_ore = _record(pool, list(there.values())), pool.budget_ore
    for line in lines:
        row = there.pop(line.position, None) or BudgetLine(
            pool_id=pool.id, position=line.position, text="", amount_ore=0
        )
        row.text, row.account = line.text.strip(), line.account.strip()
        row.amount_ore = line.amount_ore
        work.session.add(row)
    for gone in there.values():
        work.session.delete(gone)
    if lines or budget_ore is not None:
        pool.budget_ore = sum(line.amount_ore for line in lines) if lines else budget_ore or 0
    work.session.add(pool)
    work.session.flush()
    after = _record(pool, budget_lines(work, pool))
    if after != before:
        work.audit(
            "costs.lines_changed",
            f"{code} {year}",
            budget_ore=[before_ore, pool.budget_ore],
            lines=[len(before["lines"]), len(after["lines"])],
            before=keep_record(work, before),
            after=keep_record(work, after),
        )
    return pool


def budget_without_lines(work: Work, pool: CostPool) -> int:
    """What a pool's budget was before it was made of lines; what it is where nobody knows.

    For an import that is taken back.
    """
    rows = select(AuditEntry).where(
        AuditEntry.event == "costs.lines_changed", AuditEntry.subject == f"{pool.code} {pool.year}"
    )
    for entry in work.session.exec(rows.order_by(col(AuditEntry.id).desc())):
        if entry.facts["lines"][0] == 0:
            before_ore: int = entry.facts["budget_ore"][0]
            return before_ore
    return pool.budget_ore


def record_of_lines(work: Work, pool: CostPool) -> dict[str, Any]:
    """Budget and lines of a pool as they are kept beside an audit entry."""
    return _record(pool, budget_lines(work, pool))


def lines_of_record(record: dict[str, Any]) -> list[NewLine]:
    """The lines of what `record_of_lines` gave."""
    return [NewLine(*line) for line in record["lines"]]


def _record(pool: CostPool, lines: Sequence[BudgetLine]) -> dict[str, Any]:
    return {
        "budget_ore": pool.budget_ore,
        "lines": [[line.position, line.text, line.amount_ore, line.account] for line in lines],
    }
