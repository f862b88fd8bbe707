"""Questions about cost pools."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import col, func, select

from consortium.agreements.tables import Clause
from consortium.core.db import sum_ore
from consortium.core.errors import Conflict, NotFound
from consortium.core.work import Work
from consortium.costs.known import Known
from consortium.costs.rules import (
    Basis,
    Participant,
    PoolYear,
    Values,
    measures_of,
    month_basis,
)
from consortium.costs.stretches import stretch_basis
from consortium.costs.tables import (
    ActualCost,
    Contribution,
    CostPool,
    KeyVersion,
    Participation,
    VatTreatment,
)
from consortium.members.tables import Member


def pools(work: Work, year: int) -> list[CostPool]:
    """The pools of a year, in their place."""
    rows = select(CostPool).where(CostPool.year == year).order_by(col(CostPool.place))
    return list(work.session.exec(rows))


def pool_of_year(work: Work, code: str, year: int) -> CostPool:
    rows = select(CostPool).where(CostPool.code == code, CostPool.year == year)
    pool = work.session.exec(rows).first()
    if pool is None:
        raise NotFound("There is no cost pool {code} in {year}", code=code, year=year)
    return pool


def pool_years(work: Work) -> list[int]:
    """The years that have pools, the latest first."""
    rows = select(CostPool.year).distinct().order_by(col(CostPool.year).desc())
    return list(work.session.exec(rows))


def actual_costs(work: Work, pool: CostPool, to_on: date | None = None) -> list[ActualCost]:
    """What has been paid for a pool, up to and including `to_on` where it is given."""
    rows = select(ActualCost).where(ActualCost.pool_id == pool.id)
    if to_on is not None:
        rows = rows.where(ActualCost.on_date <= to_on)
    return list(work.session.exec(rows.order_by(col(ActualCost.on_date), col(ActualCost.id))))


def actual_sums(work: Work, year: int) -> dict[str, int]:
    """What has been paid for the pools of a year: code → öre, of pools that have costs."""
    rows = (
        select(CostPool.code, sum_ore(ActualCost.amount_ore))
        .join(ActualCost, col(ActualCost.pool_id) == col(CostPool.id))
        .where(CostPool.year == year)
        .group_by(CostPool.code)
    )
    return {code: int(total) for code, total in work.session.exec(rows)}


def latest_costs(
    work: Work, pool: CostPool, offset: int, size: int
) -> tuple[list[ActualCost], int]:
    """Actual costs of a pool, the latest first, and how many there are in all."""
    found = select(ActualCost).where(ActualCost.pool_id == pool.id)
    total = work.session.exec(select(func.count()).select_from(found.subquery())).one()
    newest = found.order_by(col(ActualCost.on_date).desc(), col(ActualCost.id).desc())
    return list(work.session.exec(newest.offset(offset).limit(size))), total


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms a pool is shared on a day: its key version, the clause, the VAT."""

    version: KeyVersion
    clause: Clause
    vat: VatTreatment


def key_versions(work: Work, pool: CostPool) -> list[tuple[KeyVersion, Clause]]:
    """The versions of a pool's key with the clauses they rest on, the earliest first."""
    rows = (
        select(KeyVersion, Clause)
        .join(Clause, col(Clause.id) == col(KeyVersion.clause_id))
        .where(KeyVersion.pool_id == pool.id)
        .order_by(col(KeyVersion.from_on))
    )
    return [(version, clause) for version, clause in work.session.exec(rows)]


def terms_on(work: Work, pool: CostPool, day: date) -> Terms:
    """The terms of `day`; Conflict, naming the pool, where key or VAT is missing."""
    versions = [
        pair for pair in key_versions(work, pool) if pair[0].from_on <= day <= pair[0].to_on
    ]
    if not versions:
        raise Conflict(
            "The pool {pool} has no allocation key on {day}",
            pool=pool.name,
            day=day.isoformat(),
            remedy="Give it a key that is valid then",
        )
    return Terms(*versions[0], taxed_on(work, pool, day))


def taxed_on(work: Work, pool: CostPool, day: date) -> VatTreatment:
    """How a pool is taxed on a day; Conflict, naming the pool, where nobody has said."""
    vat = vat_on(work, pool, day)
    if vat is None:
        raise Conflict(
            "It is not said how the pool {pool} is taxed on {day}",
            pool=pool.name,
            day=day.isoformat(),
            remedy="Set its VAT treatment",
        )
    return vat


def vat_on(work: Work, pool: CostPool, day: date) -> VatTreatment | None:
    """How a pool is taxed on a day; None where nobody has said."""
    rows = select(VatTreatment).where(VatTreatment.pool_id == pool.id, VatTreatment.from_on <= day)
    return work.session.exec(rows.order_by(col(VatTreatment.from_on).desc())).first()


def contributions(work: Work, pool: CostPool) -> dict[str, int]:
    """Who gives what to a pool in its year: member code → öre."""
    rows = (
        select(Member.code, Contribution.amount_ore)
        .join(Member, col(Member.id) == col(Contribution.member_id))
        .where(Contribution.pool_id == pool.id)
        .order_by(col(Member.code))
    )
    return dict(work.session.exec(rows).all())


def participants(
    work: Work, pool: CostPool, day: date, known: Known | None = None
) -> tuple[Participant, ...]:
    """Who takes part in a pool in its year, by code; the host is the one of `day`."""
    known = known or Known(work, pool.year)
    host_id = known.host_id(day)
    rows = select(Participation).where(Participation.pool_id == pool.id)
    parts = {row.member_id: row for row in work.session.exec(rows)}
    return tuple(
        Participant(
            code,
            name,
            member_id == host_id,
            _later(from_on, parts[member_id].from_on if member_id in parts else None),
            _earlier(to_on, parts[member_id].to_on if member_id in parts else None),
        )
        for member_id, code, name, from_on, to_on in known.municipalities
        if pool.everyone or member_id in parts
    )


def month_of_pool(
    work: Work,
    pool: CostPool,
    month: int,
    key: Mapping[str, Any] | None = None,
    known: Known | None = None,
) -> Basis:
    """The basis of one month (1–12) of a pool, by its own key, or by another one that is tried.

    known: where many pools of the year are asked for.
    """
    first = date(pool.year, month, 1)
    version = terms_on(work, pool, first).version
    by = version.key if key is None else key, version.previous_ore
    year, read = _year_of_pool(work, pool, first, by, known)
    return month_basis(year, month, read)


def month_by_key(
    work: Work, pool: CostPool, month: int, key: Mapping[str, Any], previous_ore: Mapping[str, int]
) -> Basis:
    """As `month_of_pool`, by a key that is tried; the pool needs none of its own.

    previous_ore: member code → öre of the year before, where a limit of the key compares with it.
    """
    first = date(pool.year, month, 1)
    year, read = _year_of_pool(work, pool, first, (key, previous_ore), None)
    return month_basis(year, month, read)


def stretch_of_pool(
    work: Work,
    pool: CostPool,
    months: tuple[int, int],
    cost_ore: int,
    version: KeyVersion,
    known: Known | None = None,
) -> Basis:
    """The basis by which what months `first` to `last` (1–12) came to is shared once.

    By a version of its key, that which is valid on the first of them; with the participants of the
    last.
    """
    by = version.key, version.previous_ore
    year, read = _year_of_pool(work, pool, date(pool.year, months[1], 1), by, known)
    return stretch_basis(year, months, cost_ore, read)


def _year_of_pool(
    work: Work,
    pool: CostPool,
    day: date,
    by: tuple[Mapping[str, Any], Mapping[str, int]],
    known: Known | None,
) -> tuple[PoolYear, Values]:
    """A pool's year by a key, with the values that it reads.

    day: the host is that of this day. by: the key, and what limits of it compare with.
    """
    known = known or Known(work, pool.year)
    key, previous_ore = by
    year = PoolYear(
        code=pool.code,
        name=pool.name,
        year=pool.year,
        budget_ore=pool.budget_ore,
        contributions=contributions(work, pool),
        participants=participants(work, pool, day, known),
        key=key,
        previous_ore=previous_ore,
    )
    read = {code: known.readings(code) for code in sorted(measures_of(key))}
    return year, {code: rows for code, rows in read.items() if rows}


def _later(one: date | None, other: date | None) -> date | None:
    return max(filter(None, (one, other)), default=None)


def _earlier(one: date | None, other: date | None) -> date | None:
    return min(filter(None, (one, other)), default=None)
