"""What a share rests on, gathered once for all that pay it: costs, key, clause, measures."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlmodel import and_, col, or_, select

from consortium.agreements.queries import figures_are_open
from consortium.billing.formats.explanation import rounding_words
from consortium.billing.formats.paper import CostRow, foremost
from consortium.billing.papers import Evidence, pool_facts
from consortium.billing.rules import SplitPool
from consortium.core.days import last_day, months, swedish_day
from consortium.core.words import Say
from consortium.core.work import Work
from consortium.costs.accruals import month_parts
from consortium.costs.explaining import DECIMALS, number, plain
from consortium.costs.queries import key_versions, pool_of_year
from consortium.costs.tables import ActualCost, CostPool
from consortium.measures.queries import measures, sources


def evidence_of(
    work: Work, pools: Sequence[SplitPool], year: int, say: Say, *, actual: bool
) -> list[Evidence]:
    """The evidence of each of `pools`, in their order. actual: what they came to was shared."""
    named = {measure.code: measure.name for measure in measures(work)}
    read = {code: sources(work, code) for code in named}
    open_figures = figures_are_open(work)
    found = []
    for pool in pools:
        terms = pool.terms
        row = pool_of_year(work, terms.basis.pool, year)
        version, clause = next(
            pair for pair in reversed(key_versions(work, row)) if pair[0].from_on <= terms.from_on
        )
        last = last_day(year, terms.basis.month)
        documents = list(cost_rows(work, terms.basis.pool, terms.from_on, last)) if actual else []
        shown, count, ore = foremost(documents)
        case = terms.basis.case
        found.append(
            Evidence(
                pool_facts(pool, say, actual=actual),
                shown,
                (count, ore),
                clause.text,
                f"{version.from_on} – {version.to_on}",
                f"{version.approved_by}, {swedish_day(version.approved_at)}",
                rounding_words(case["key"], say),
                tuple(_readings(case, named, read)),
                {member["id"]: member["name"] for member in case["members"]},
                open_figures,
            )
        )
    return found


def cost_rows(work: Work, code: str, from_on: date, to_on: date) -> Iterator[CostRow]:
    """The cost documents that weigh on whole months of a year, each with its part of them."""
    begin, end, day = col(ActualCost.from_on), col(ActualCost.to_on), col(ActualCost.on_date)
    rows = (
        select(ActualCost)
        .join(CostPool, col(CostPool.id) == col(ActualCost.pool_id))
        .where(CostPool.code == code)
        .where(
            or_(
                and_(begin.is_(None), day.between(from_on, to_on)),
                and_(begin <= to_on, end >= from_on),
            )
        )
        .order_by(day, col(ActualCost.id))
    )
    within = set(months(from_on, to_on))
    for row in work.session.exec(rows):
        parts = month_parts(row.amount_ore, row.from_on or row.on_date, row.to_on or row.on_date)
        ore = sum(part for month, part in parts.items() if month in within)
        yield CostRow(row.reference, row.supplier, row.on_date, ore)


def _readings(
    case: Mapping[str, Any],
    named: Mapping[str, str],
    read: Mapping[str, Mapping[date, Sequence[str]]],
) -> Iterator[tuple[str, date, str, str, Mapping[str, str]]]:
    for code, rows in case.get("measures", {}).items():
        for day in sorted({row["date"] for row in rows}, reverse=True):
            of_day = {row["member"]: row["value"] for row in rows if row["date"] == day}
            yield (
                named.get(code, code),
                date.fromisoformat(day),
                "; ".join(read.get(code, {}).get(date.fromisoformat(day), ())),
                number(Fraction(sum(map(Decimal, of_day.values()))), DECIMALS),
                {member: plain(value) for member, value in of_day.items()},
            )
