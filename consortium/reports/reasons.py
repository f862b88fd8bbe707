"""Why an invoice's line is what it is: pool, key, measures and sum, from the frozen basis."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from consortium.agreements.queries import clause_by_number
from consortium.billing.queries import case_of_line, invoice_by_number, invoice_lines, run_of_line
from consortium.billing.rules import PoolMonth
from consortium.billing.tables import Invoice, InvoiceLine
from consortium.core.days import MONTHS_A_YEAR
from consortium.core.errors import Invalid, NotFound
from consortium.core.words import Say
from consortium.core.work import Work
from consortium.costs.explaining import Explanation, explain
from consortium.costs.queries import key_versions
from consortium.costs.rules import Basis
from consortium.costs.splitting import Outcome, split
from consortium.costs.tables import CostPool
from consortium.measures.queries import measure_by_code, measures, values
from consortium.reports.pools import LARGEST_REMAINDER, handed_out, measures_read

NUDGE: Final = Decimal("1.01")
MORE_ORE: Final = 100_000  # a month: 1 000 kr


@dataclass(frozen=True, slots=True)
class Weighed:
    """A measure of the member on one date, and the total of all who take part."""

    name: str
    name_en: str
    on_date: date
    source: str
    value: str
    total: str


@dataclass(frozen=True, slots=True)
class Nudge:
    """What the line would have been more by, had something been more: 1 % of a measure.

    name, name_en: of the measure; empty for the pool's cost, which is MORE_ORE more.
    """

    name: str
    name_en: str
    change_ore: int


@dataclass(frozen=True, slots=True)
class SharedCost:
    """What was shared: the pool's month. cost_ore = given_ore + split_ore. members: how many."""

    code: str
    name: str
    name_en: str
    cost_ore: int
    given_ore: int
    split_ore: int
    members: int


@dataclass(frozen=True, slots=True)
class UsedKey:
    """By what it was shared. clause, text: what the key rests on. from_on: its first day.

    method, handed_out: how it was rounded, and how many units went to the largest remainders.
    by_year: the key splits the year, and each share is sliced to months.
    """

    name: str
    key: Mapping[str, Any]
    clause: str
    text: str
    from_on: date | None
    method: str
    handed_out: int
    by_year: bool


@dataclass(frozen=True, slots=True)
class Reason:
    """A line of an invoice with its evidence. net_ore: what the line asks for.

    explanation: None on a contribution, which no key splits. holds: split again, the basis gives
    the line's amount and snapshot. frozen_at: when the run was approved.
    """

    number: str
    member: str
    name: str
    month: date
    position: int
    net_ore: int
    cost: SharedCost
    key: UsedKey
    weighed: tuple[Weighed, ...]
    explanation: Explanation | None
    nudges: tuple[Nudge, ...]
    frozen_at: datetime | None
    snapshot: str
    holds: bool


def reason_of(work: Work, number: str, position: int, say: Say) -> Reason:
    """Why line `position` (from 1) of an invoice is what it is; NotFound outside the scope."""
    invoice, buyer = invoice_by_number(work, number)
    line, pool = _line(work, invoice, position)
    frozen = case_of_line(work, line)
    outcome = split(frozen.basis)
    shared = line.kind == "share"
    names = {measure.code: measure.name for measure in measures(work)}
    told = explain(outcome, buyer.code, names, say) if shared else None
    owed_ore = told.share_ore if told else frozen.basis.contributions.get(buyer.code)
    snapshot = outcome.result["snapshot"]
    return Reason(
        number=number,
        member=buyer.code,
        name=buyer.name,
        month=invoice.month,
        position=position,
        net_ore=line.net_ore,
        cost=_cost(frozen, outcome),
        key=_key(work, pool, frozen, outcome),
        weighed=tuple(_weighed(work, frozen.basis, buyer.code)) if shared else (),
        explanation=told,
        nudges=tuple(_nudges(work, frozen.basis, buyer.code)) if shared else (),
        frozen_at=run_of_line(work, line).approved_at,
        snapshot=snapshot,
        holds=line.snapshot == snapshot and owed_ore == line.net_ore,
    )


def case_behind(work: Work, number: str, position: int) -> Mapping[str, Any]:
    """The allocation case that a line was split from, as `consortium allocate` reads it."""
    invoice, _buyer = invoice_by_number(work, number)
    line, _pool = _line(work, invoice, position)
    return case_of_line(work, line).basis.case


def _line(work: Work, invoice: Invoice, position: int) -> tuple[InvoiceLine, CostPool]:
    for line, pool in invoice_lines(work, invoice):
        if line.position == position and pool is not None:
            return line, pool
    raise NotFound(
        "Invoice {number} has no line {position}", number=invoice.number, position=position
    )


def _cost(frozen: PoolMonth, outcome: Outcome) -> SharedCost:
    return SharedCost(
        code=frozen.basis.pool,
        name=frozen.name,
        name_en=frozen.name_en,
        cost_ore=outcome.cost_ore,
        given_ore=sum(frozen.basis.contributions.values()),
        split_ore=outcome.split_ore,
        members=len(frozen.basis.case["members"]),
    )


def _key(work: Work, pool: CostPool, frozen: PoolMonth, outcome: Outcome) -> UsedKey:
    key, first = frozen.basis.case["key"], date(pool.year, frozen.basis.month, 1)
    days = [version.from_on for version, _clause in key_versions(work, pool)]
    return UsedKey(
        name=frozen.key_name,
        key=key,
        clause=frozen.clause,
        text=clause_by_number(work, frozen.clause).text,
        from_on=max((day for day in days if day <= first), default=None),
        method=key.get("rounding", {}).get("method", LARGEST_REMAINDER),
        handed_out=handed_out(outcome),
        by_year=frozen.basis.by_share,
    )


def _weighed(work: Work, basis: Basis, member: str) -> Iterator[Weighed]:
    for code in measures_read(basis.case):
        rows, measure = basis.case["measures"][code], measure_by_code(work, code)
        sources = {
            value.on_date.isoformat(): value.source
            for owner, value in values(work, code)
            if owner.code == member
        }
        for row in sorted(rows, key=lambda row: row["date"], reverse=True):
            if row["member"] == member:
                same_day = [Decimal(r["value"]) for r in rows if r["date"] == row["date"]]
                yield Weighed(
                    name=measure.name,
                    name_en=measure.name_en,
                    on_date=date.fromisoformat(row["date"]),
                    source=sources.get(row["date"], ""),
                    value=row["value"],
                    total=f"{sum(same_day):f}",
                )


def _nudges(work: Work, basis: Basis, member: str) -> Iterator[Nudge]:
    """What would have changed the share; what the key cannot split is passed over."""
    before_ore = split(basis).shares[member]
    tried = [("", "", _dearer(basis))] if basis.cost_ore is not None else []
    for code in measures_read(basis.case):
        measure = measure_by_code(work, code)
        tried.append((measure.name, measure.name_en, _heavier(basis, member, code)))
    for name, name_en, other in tried:
        try:
            yield Nudge(name, name_en, split(other).shares[member] - before_ore)
        except Invalid:
            continue


def _heavier(basis: Basis, member: str, measure: str) -> Basis:
    rows = [
        {**row, "value": f"{Decimal(row['value']) * NUDGE:f}"} if row["member"] == member else row
        for row in basis.case["measures"][measure]
    ]
    read = {**basis.case["measures"], measure: rows}
    return replace(basis, case={**basis.case, "measures": read})


def _dearer(basis: Basis) -> Basis:
    pool = dict(basis.case["pool"])
    pool["amount_ore"] += MORE_ORE * (MONTHS_A_YEAR if basis.by_share else 1)
    cost_ore = (basis.cost_ore or 0) + MORE_ORE
    return replace(basis, cost_ore=cost_ore, case={**basis.case, "pool": pool})
