"""Use cases: the next year is opened with the pools of the year before, or that is taken back."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlmodel import SQLModel, col, delete, func, select

from consortium.core.errors import Conflict, Fault, Problem
from consortium.core.work import Work
from consortium.costs.budgeting import budget_lines
from consortium.costs.key_dates import dates_named
from consortium.costs.queries import key_versions, pools, vat_on
from consortium.costs.tables import (
    BudgetLine,
    Contribution,
    CostPool,
    KeyVersion,
    Participation,
    VatTreatment,
)
from consortium.costs.yearly import year_shares
from consortium.measures.tables import Measure, MeasureValue
from consortium.members.queries import memberships

Settled = Mapping[str, Mapping[str, int]]
"""Pool code → member code → what the member bore of the year that is settled, in öre."""

NOT_SETTLED: Final[Settled] = {}
PARTS: Final[tuple[Any, ...]] = (BudgetLine, Participation, Contribution, VatTreatment, KeyVersion)
"""What a pool is opened with; the rows of these go with it when the opening is taken back."""


@dataclass(frozen=True, slots=True)
class _Opening:
    """A year being opened. belonging: ids of the members that belong on some day of it."""

    work: Work
    year: int
    belonging: frozenset[int]
    settled: Settled


def missing_pools(work: Work, year: int) -> list[CostPool]:
    """The pools of the year before that `year` does not have, in their place."""
    there = {pool.code for pool in pools(work, year)}
    return [pool for pool in pools(work, year - 1) if pool.code not in there]


def open_year(work: Work, year: int, settled: Settled = NOT_SETTLED) -> list[CostPool]:
    """Open `year` with every pool of the year before that it does not have; returns those made.

    Copied are names, place, budget with its lines, who still belongs and takes part on the old
    year's last day, contributions, and the VAT treatment and the key of that day, from 1 January.
    A VAT treatment that is to be confirmed stays so; the dates that a key names stay as agreed.
    What a limit compares with is each member's share of the old year: as `settled` has it, where
    it has the pool, else the months that have a key, split as they are invoiced. Pools that are
    there stay as they are, so that opening twice is opening once.
    """
    work.require("costs.change")
    old = missing_pools(work, year)
    if not pools(work, year - 1):
        raise Conflict(
            "There are no cost pools in {year}", year=year - 1, remedy="Add the pools by hand"
        )
    if not old:
        return []
    first, last = date(year, 1, 1), date(year, 12, 31)
    opening = _Opening(work, year, frozenset(memberships(work, first, last)), settled)
    previous = _previous(opening, old)
    made = [_open_pool(opening, pool, previous[pool.code]) for pool in old]
    work.audit(
        "costs.year_opened",
        str(year),
        pools=[pool.code for pool in made],
        budget_ore=sum(pool.budget_ore for pool in made),
    )
    return made


def close_year(work: Work, year: int, codes: Sequence[str]) -> None:
    """Delete pools that `year` was opened with, and what they were opened with.

    For what nothing rests on; who asks has seen to that.
    """
    work.require("costs.change")
    gone = [pool for pool in pools(work, year) if pool.code in codes]
    ids = [pool.id for pool in gone]
    for part in PARTS:
        work.session.exec(delete(part).where(part.pool_id.in_(ids)))
    for pool in gone:
        work.session.delete(pool)
    work.session.flush()
    work.audit(
        "costs.opening_taken_back",
        str(year),
        pools=[pool.code for pool in gone],
        budget_ore=sum(pool.budget_ore for pool in gone),
    )


@dataclass(frozen=True, slots=True)
class Newer:
    """A measure of which there is a newer value than a pool's key names."""

    pool: str
    measure: str
    named_on: date
    newest_on: date


def newer_measures(work: Work, year: int) -> list[Newer]:
    """Measures that keys of `year` read on a date as agreed and that have newer values."""
    rows = (
        select(CostPool.code, col(KeyVersion.key))
        .join(KeyVersion, col(KeyVersion.pool_id) == col(CostPool.id))
        .where(CostPool.year == year)
        .order_by(col(CostPool.place), col(KeyVersion.from_on))
    )
    named = {code: dates_named(key) for code, key in work.session.exec(rows)}
    newest = newest_dates(work)
    return [
        Newer(code, measure, day, newest[measure])
        for code, days in named.items()
        for measure, day in days.items()
        if measure in newest and newest[measure] > day
    ]


def newest_dates(work: Work) -> dict[str, date]:
    """The newest date on which each measure has values: measure code → day.

    Values of a date to come, as those of a year that still runs, are not there yet.
    """
    rows = (
        select(Measure.code, func.max(MeasureValue.on_date))
        .join(MeasureValue, col(MeasureValue.measure_id) == col(Measure.id))
        .where(MeasureValue.on_date <= work.today)
        .group_by(Measure.code)
    )
    return dict(work.session.exec(rows).all())


def _previous(opening: _Opening, old: Sequence[CostPool]) -> dict[str, dict[str, int]]:
    """Pool code → member code → öre of the old year; Conflict with the faults of every pool."""
    found: dict[str, dict[str, int]] = {}
    faults: list[Fault] = []
    for pool in old:
        if pool.code in opening.settled:
            found[pool.code] = dict(opening.settled[pool.code])
        elif not key_versions(opening.work, pool):
            found[pool.code] = {}
        else:
            try:
                found[pool.code] = year_shares(opening.work, pool).shares
            except Problem as problem:
                faults += problem.faults
    if faults:
        raise Conflict(faults)
    return found


def _open_pool(opening: _Opening, old: CostPool, previous: Mapping[str, int]) -> CostPool:
    pool = CostPool(
        code=old.code,
        year=opening.year,
        place=old.place,
        name=old.name,
        name_en=old.name_en,
        budget_ore=old.budget_ore,
        everyone=old.everyone,
    )
    opening.work.session.add(pool)
    opening.work.session.flush()
    opening.work.session.add_all(_parts(opening, old, pool, previous))
    opening.work.session.flush()
    return pool


def _parts(
    opening: _Opening, old: CostPool, pool: CostPool, previous: Mapping[str, int]
) -> Iterator[SQLModel]:
    work, first = opening.work, date(opening.year, 1, 1)
    last_before = date(old.year, 12, 31)
    for line in budget_lines(work, old):
        yield BudgetLine(
            pool_id=pool.id,
            position=line.position,
            text=line.text,
            account=line.account,
            amount_ore=line.amount_ore,
        )
    yield from _of_members(opening, old, pool)
    vat = vat_on(work, old, last_before)
    if vat is not None:
        yield VatTreatment(
            pool_id=pool.id,
            from_on=first,
            category=vat.category,
            percent=vat.percent,
            reason=vat.reason,
            confirmed=vat.confirmed,
        )
    for version, _clause in key_versions(work, old):
        if version.from_on <= last_before <= version.to_on:
            yield KeyVersion(
                pool_id=pool.id,
                from_on=first,
                to_on=date(opening.year, 12, 31),
                clause_id=version.clause_id,
                key=dict(version.key),
                previous_ore=dict(previous),
                approved_by=work.actor.name,
                approved_at=work.now,
            )


def _of_members(opening: _Opening, old: CostPool, pool: CostPool) -> Iterator[SQLModel]:
    session, last_before = opening.work.session, date(old.year, 12, 31)
    parts = session.exec(select(Participation).where(Participation.pool_id == old.id)).all()
    for part in parts:
        over = part.to_on is not None and part.to_on < last_before
        if part.member_id in opening.belonging and not over:
            later = part.to_on if part.to_on and part.to_on.year >= opening.year else None
            yield Participation(pool_id=pool.id, member_id=part.member_id, to_on=later)
    gifts = session.exec(select(Contribution).where(Contribution.pool_id == old.id)).all()
    for gift in gifts:
        if gift.member_id in opening.belonging:
            yield Contribution(
                pool_id=pool.id, member_id=gift.member_id, amount_ore=gift.amount_ore
            )
