"""One cost pool: what it holds, on what terms it is shared, and how a month of it is split."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from consortium.billing.views import current_pool, frozen_pools, split_pools
from consortium.core.errors import Fault
from consortium.core.work import Scope, Work
from consortium.costs.queries import (
    actual_sums,
    contributions,
    key_versions,
    participants,
    pool_of_year,
    vat_on,
)
from consortium.costs.rules import month_part
from consortium.costs.splitting import Outcome
from consortium.costs.tables import CostPool
from consortium.measures.queries import measure_by_code, snapshots, values
from consortium.members.queries import members
from consortium.reports.sharing import Vat

LARGEST_REMAINDER: Final = "largest_remainder"  # ALLOCATION: the default method


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the key, its days inclusive. clause, text: what it rests on."""

    from_on: date
    to_on: date
    clause: str
    text: str
    key: Mapping[str, Any]
    approved_by: str
    in_force: bool


@dataclass(frozen=True, slots=True)
class Part:
    """Who takes part in the pool, and on which days, None where unbounded."""

    code: str
    name: str
    joined: date | None
    left: date | None


@dataclass(frozen=True, slots=True)
class Gift:
    """What a member gives to the pool beside the key, in its year and in the month."""

    name: str
    year_ore: int
    month_ore: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A measure as the month's key reads it on one date. total: of all who take part."""

    code: str
    name: str
    name_en: str
    on_date: date
    sources: tuple[str, ...]
    total: str
    locked: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A member's share of the month. values: measure code → its value, as a fraction.

    percent: of what is split, with four decimals. share_ore: without what rounding left.
    """

    code: str
    name: str
    values: Mapping[str, str]
    percent: str
    share_ore: int


@dataclass(frozen=True, slots=True)
class Split:
    """The month, split by the records as they are. cost_ore = given_ore + split_ore.

    rows: the members that the actor may see; others: how many more there are, others_ore: theirs.
    measures: code and both names of those that are read. handed_out: units of `unit_ore` that
    went to the largest remainders. leftover_ore: what the key leaves to the host.
    """

    cost_ore: int
    given_ore: int
    split_ore: int
    leftover_ore: int
    rows: tuple[Row, ...]
    others: int
    others_ore: int
    measures: tuple[tuple[str, str, str], ...]
    method: str
    unit_ore: int
    handed_out: int
    by_year: bool
    snapshot: str


@dataclass(frozen=True, slots=True)
class PoolPage:
    """A pool in one month. faults: why it cannot be split; `split` is None then.

    invoiced: the month is. differs: it was invoiced on other figures than the records have now.
    """

    code: str
    name: str
    name_en: str
    year: int
    month: int
    budget_ore: int
    actual_ore: int
    vat: Vat | None
    versions: tuple[Version, ...]
    parts: tuple[Part, ...]
    gifts: tuple[Gift, ...]
    readings: tuple[Reading, ...]
    split: Split | None
    faults: tuple[Fault, ...]
    invoiced: bool
    differs: bool

    @property
    def in_force(self) -> Version | None:
        return next((version for version in self.versions if version.in_force), None)


def pool_page(work: Work, code: str, year: int, month: int) -> PoolPage:
    """A pool of a year as month `month` (1–12) splits it, within the actor's scope."""
    scope, first = work.scope("costs.see"), date(year, month, 1)
    pool = pool_of_year(work, code, year)
    now = current_pool(work, pool, first)
    good, stopped = split_pools([now])
    done = good[0] if good else None
    taxed = vat_on(work, pool, first)
    frozen = frozen_pools(work, first, states=("issued",)).get(pool.id)
    return PoolPage(
        code=pool.code,
        name=pool.name,
        name_en=pool.name_en,
        year=year,
        month=month,
        budget_ore=pool.budget_ore,
        actual_ore=actual_sums(work, year).get(pool.code, 0),
        vat=Vat(taxed.category, taxed.percent, taxed.confirmed) if taxed else None,
        versions=tuple(_versions(work, pool, first)),
        parts=tuple(_parts(work, pool, first)),
        gifts=tuple(_gifts(work, pool, month, scope)),
        readings=tuple(_readings(work, done.outcome)) if done else (),
        split=_split(work, done.outcome, scope) if done else None,
        faults=() if done else stopped[0].faults,
        invoiced=frozen is not None,
        differs=frozen is not None and (done is None or done.terms.sha256() != frozen.sha256()),
    )


def measures_read(case: Mapping[str, Any]) -> list[str]:
    """The measures of a case, in the order in which its key's parts read them."""
    named = [part["split"].get("measure") for part in case["key"]["parts"]]
    known = case.get("measures", {})
    return list(dict.fromkeys([*(name for name in named if name in known), *known]))


def handed_out(outcome: Outcome) -> int:
    """How many units (öre, or what the key rounds to) went beyond what rounding down gives."""
    unit_ore: int = outcome.basis.case["key"].get("rounding", {}).get("unit_ore", 1)
    shares = outcome.result["shares"]
    down = sum(math.floor(Fraction(row["exact"]) / unit_ore) for row in shares)
    units: int = sum(row["share_ore"] for row in shares) // unit_ore
    return units - down


def _versions(work: Work, pool: CostPool, first: date) -> Iterator[Version]:
    for version, clause in key_versions(work, pool):
        yield Version(
            from_on=version.from_on,
            to_on=version.to_on,
            clause=clause.number,
            text=clause.text,
            key=version.key,
            approved_by=version.approved_by,
            in_force=version.from_on <= first <= version.to_on,
        )


def _parts(work: Work, pool: CostPool, first: date) -> Iterator[Part]:
    for part in participants(work, pool, first):
        yield Part(part.code, part.name, part.joined, part.left)


def _gifts(work: Work, pool: CostPool, month: int, scope: Scope) -> Iterator[Gift]:
    names = {member.code: member.name for member in members(work)}
    for giver, ore in contributions(work, pool).items():
        if scope is None or giver in scope:
            yield Gift(names[giver], ore, month_part(ore, month))


def _readings(work: Work, outcome: Outcome) -> Iterator[Reading]:
    """What the case reads, a row a measure and date, in the order of the case."""
    case = outcome.basis.case
    for code in measures_read(case):
        rows = case["measures"][code]
        measure = measure_by_code(work, code)
        locks = snapshots(work, measure)
        sources = {
            (member.code, value.on_date.isoformat()): value.source
            for member, value in values(work, code)
        }
        for day in sorted({row["date"] for row in rows}, reverse=True):
            of_day = [row for row in rows if row["date"] == day]
            yield Reading(
                code=code,
                name=measure.name,
                name_en=measure.name_en,
                on_date=date.fromisoformat(day),
                sources=tuple(dict.fromkeys(sources[row["member"], day] for row in of_day)),
                total=f"{sum(Decimal(row['value']) for row in of_day):f}",
                locked=date.fromisoformat(day) in locks,
            )


def _split(work: Work, outcome: Outcome, scope: Scope) -> Split:
    key = outcome.basis.case["key"]
    rounding = key.get("rounding", {})
    read = {name: measure_by_code(work, name) for name in measures_read(outcome.basis.case)}
    names = {member.code: member.name for member in members(work)}
    every = [_row(row, names, outcome) for row in outcome.result["shares"]]
    seen = tuple(row for row in every if scope is None or row.code in scope)
    return Split(
        cost_ore=outcome.cost_ore,
        given_ore=sum(outcome.basis.contributions.values()),
        split_ore=outcome.split_ore,
        leftover_ore=outcome.leftover_ore,
        rows=seen,
        others=len(every) - len(seen),
        others_ore=sum(row.share_ore for row in every) - sum(row.share_ore for row in seen),
        measures=tuple((code, row.name, row.name_en) for code, row in read.items()),
        method=rounding.get("method", LARGEST_REMAINDER),
        unit_ore=rounding.get("unit_ore", 1),
        handed_out=handed_out(outcome),
        by_year=outcome.basis.by_share,
        snapshot=outcome.result["snapshot"],
    )


def _row(row: Mapping[str, Any], names: Mapping[str, str], outcome: Outcome) -> Row:
    parts = outcome.basis.case["key"]["parts"]
    used = {
        parts[entry["part"]]["split"]["measure"]: entry["value"]
        for entry in row["trace"]
        if "part" in entry and "value" in entry
    }
    code = row["member"]
    return Row(code, names[code], used, row["percent"], outcome.shares[code])
