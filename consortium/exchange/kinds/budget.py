"""Sheets of budget lines: one row for each line of a pool's year."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlmodel import col, select

from consortium.core.errors import Fault
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.costs.budgeting import budget_lines, budget_without_lines, put_lines
from consortium.costs.entries import NewLine, is_account
from consortium.costs.queries import pool_of_year
from consortium.costs.tables import BudgetLine, CostPool
from consortium.exchange.formats.cells import kronor, shown_ore, whole
from consortium.exchange.kinds.kind import Change, Field, Kind, Row, Standing, Values

Pool = tuple[str, int]
"""Code and year of a pool."""


@dataclass(frozen=True, slots=True)
class _Known:
    """Code and year of every pool."""

    pools: frozenset[Pool]


def _known(work: Work) -> _Known:
    return _Known(frozenset(work.session.exec(select(CostPool.code, CostPool.year)).all()))


def _check(row: Row, _before: Row | None, known: _Known) -> Iterator[Fault]:
    if (row["pool"], row["year"]) not in known.pools:
        facts = {"code": row["pool"], "year": row["year"]}
        yield Fault("There is no cost pool {code} in {year}", "pool", facts)
    if row["position"] < 1:
        yield Fault("A line's place is 1 or more", "position")
    if not is_account(row["account"]):
        yield Fault("An account has 3 to 10 digits", "account", {}, "Write it as 6420")


def _owner(_row: Row, _known: _Known) -> str:
    return ""


def _standing(work: Work, _known: _Known, _rows: Sequence[Values] | None) -> Standing:
    rows = (
        select(CostPool.code, CostPool.year, BudgetLine)
        .join(BudgetLine, col(BudgetLine.pool_id) == col(CostPool.id))
        .order_by(col(CostPool.year), col(CostPool.place), col(BudgetLine.position))
    )
    return {
        (code, year, line.position): (
            code,
            year,
            line.position,
            line.text,
            line.account,
            line.amount_ore,
        )
        for code, year, line in work.session.exec(rows)
    }


def _write(work: Work, changes: Sequence[Change], _source: str) -> None:
    by_pool = defaultdict[Pool, list[Row]](list)
    for change in changes:
        by_pool[change.after["pool"], change.after["year"]].append(change.after)
    for (code, year), rows in by_pool.items():
        lines = _lines(work, code, year)
        for row in rows:
            lines[row["position"]] = NewLine(
                row["position"], row["text"], row["amount_ore"], row["account"]
            )
        put_lines(work, code, year, list(lines.values()))


def _remove(work: Work, rows: Sequence[Row]) -> None:
    by_pool = defaultdict[Pool, set[int]](set)
    for row in rows:
        by_pool[row["pool"], row["year"]].add(row["position"])
    for (code, year), positions in by_pool.items():
        left = [line for at, line in _lines(work, code, year).items() if at not in positions]
        before_ore = budget_without_lines(work, pool_of_year(work, code, year))
        put_lines(work, code, year, left, before_ore)


def _lines(work: Work, code: str, year: int) -> dict[int, NewLine]:
    rows = budget_lines(work, pool_of_year(work, code, year))
    return {
        row.position: NewLine(row.position, row.text, row.amount_ore, row.account) for row in rows
    }


BUDGET = Kind(
    code="budget",
    name=mark("Budget lines"),
    means=mark("What the budget of each pool is made of; its lines' sum is the budget."),
    right="costs.change",
    sees="costs.see",
    key=("pool", "year", "position"),
    dated="year",
    fields=(
        Field(
            "pool",
            "Kostnadspool",
            mark("The pool's code"),
            "system",
            required=True,
            aliases=("pott", "kod"),
        ),
        Field("year", "År", mark("The year"), "2027", whole, required=True),
        Field(
            "position",
            "Rad",
            mark("The line's place in the pool, from 1; a line with the same place is changed"),
            "1",
            whole,
            required=True,
            aliases=("radnummer", "nr", "nummer"),
        ),
        Field(
            "text",
            "Text",
            mark("What it is for"),
            "Licenser",
            required=True,
            aliases=("benämning", "post"),
        ),
        Field("account", "Konto", mark("Of the host's books, 3 to 10 digits"), "6420"),
        Field(
            "amount_ore",
            "Belopp (kr)",
            mark("In kronor; an income has a minus"),
            "240000,00",
            kronor,
            shown_ore,
            required=True,
            aliases=("belopp", "budget", "summa"),
        ),
    ),
    known=_known,
    check=_check,
    owner=_owner,
    standing=_standing,
    write=_write,
    remove=_remove,
)
