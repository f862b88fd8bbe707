"""Use cases: what members agree about a pool: budget, parts, contributions, VAT and key."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from consortium.agreements.queries import clause_by_number
from consortium.core.days import MONTHS_A_YEAR
from consortium.core.errors import Conflict, Fault, Invalid, NotFound
from consortium.core.work import Work
from consortium.costs.budgeting import budget_lines
from consortium.costs.queries import key_versions, month_of_pool, pool_of_year, pools, vat_on
from consortium.costs.splitting import split
from consortium.costs.tables import (
    Contribution,
    CostPool,
    KeyVersion,
    Participation,
    VatTreatment,
)
from consortium.members.queries import member_by_code

RATES = (25, 12, 6)


@dataclass(frozen=True, slots=True)
class Vat:
    """How a pool is taxed. category: `S` (with percent), `E` or `O` (with reason)."""

    category: str
    percent: int | None = None
    reason: str = ""
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class KeyRule:
    """A key as decided. clause: the number of the clause it rests on."""

    key: Mapping[str, Any]
    clause: str
    from_on: date
    previous_ore: Mapping[str, int]


def add_pool(
    work: Work, code: str, year: int, names: tuple[str, str], budget_ore: int, *, everyone: bool
) -> CostPool:
    """Add a cost pool of a year. names: Swedish and English."""
    work.require("costs.change")
    faults = []
    if not code.isidentifier():
        faults.append(Fault("A pool's code has letters and digits only", "code"))
    if not names[0].strip():
        faults.append(Fault("A pool needs a name", "name"))
    if budget_ore < 0:
        faults.append(Fault("A budget cannot be negative", "budget"))
    if faults:
        raise Invalid(faults)
    pool = CostPool(
        code=code,
        year=year,
        place=max((pool.place for pool in pools(work, year)), default=0) + 1,
        name=names[0].strip(),
        name_en=names[1].strip() or names[0].strip(),
        budget_ore=budget_ore,
        everyone=everyone,
    )
    work.session.add(pool)
    work.session.flush()
    work.audit("costs.pool_added", f"{code} {year}", budget_ore=budget_ore)
    return pool


def change_budget(work: Work, code: str, year: int, budget_ore: int) -> CostPool:
    """Change a pool's budget; months that are invoiced keep theirs, later ones follow."""
    work.require("costs.change")
    pool = pool_of_year(work, code, year)
    if budget_ore < 0:
        raise Invalid("A budget cannot be negative", at="budget")
    if budget_lines(work, pool):
        raise Conflict(
            "The budget of {pool} is the sum of its lines",
            pool=pool.name,
            remedy="Change its lines instead",
        )
    before, pool.budget_ore = pool.budget_ore, budget_ore
    work.audit("costs.budget_changed", f"{code} {year}", budget_ore=[before, budget_ore])
    return pool


def take_part(
    work: Work,
    pool: CostPool,
    code: str,
    from_on: date | None = None,
    to_on: date | None = None,
) -> Participation:
    """Let a member share a pool that not everyone shares, on its days, both inclusive.

    from_on, to_on: None where it is the member's own first or last day.
    """
    work.require("costs.change")
    if pool.everyone:
        raise Conflict("Everyone takes part in {pool}", pool=pool.name)
    if faults := list(_part_faults(pool, from_on, to_on)):
        raise Invalid(faults)
    part = Participation(
        pool_id=pool.id, member_id=member_by_code(work, code).id, from_on=from_on, to_on=to_on
    )
    work.session.add(part)
    days: dict[str, Any] = {"from_on": from_on.isoformat() if from_on else ""}
    if to_on:
        days["to_on"] = to_on.isoformat()
    work.audit("costs.participant_added", f"{pool.code} {pool.year}", member=code, **days)
    return part


def contribute(work: Work, pool: CostPool, code: str, amount_ore: int) -> Contribution:
    """Record what a member gives to a pool's year beside the key."""
    work.require("costs.change")
    if amount_ore <= 0:
        raise Invalid("A contribution is more than 0", at="amount")
    if amount_ore > pool.budget_ore:
        raise Invalid("A contribution cannot be more than the pool's budget", at="amount")
    given = Contribution(
        pool_id=pool.id, member_id=member_by_code(work, code).id, amount_ore=amount_ore
    )
    work.session.add(given)
    work.audit(
        "costs.contribution_added", f"{pool.code} {pool.year}", member=code, amount_ore=amount_ore
    )
    return given


def set_vat(work: Work, pool: CostPool, from_on: date, vat: Vat) -> VatTreatment:
    """Say how a pool is taxed from a day on. The host's VAT officer decides, never this code."""
    work.require("costs.change")
    faults = []
    if vat.category not in {"S", "E", "O"}:
        faults.append(Fault("VAT is rated, exempt or outside", "category"))
    if vat.category == "S" and vat.percent not in RATES:
        faults.append(Fault("The VAT rate is 25, 12 or 6 percent", "percent"))
    if vat.category in {"E", "O"} and not vat.reason.strip():
        faults.append(Fault("Say why no VAT is charged", "reason", {}, "It stands on the invoice"))
    if faults:
        raise Invalid(faults)
    treatment = VatTreatment(
        pool_id=pool.id,
        from_on=from_on,
        category=vat.category,
        percent=vat.percent if vat.category == "S" else None,
        reason="" if vat.category == "S" else vat.reason.strip(),
        confirmed=vat.confirmed,
    )
    work.session.add(treatment)
    work.session.flush()
    work.audit(
        "costs.vat_set",
        f"{pool.code} {pool.year}",
        category=treatment.category,
        percent=treatment.percent,
        from_on=from_on.isoformat(),
    )
    return treatment


def confirm_vat(
    work: Work, pool: CostPool, from_on: date, *, confirmed: bool = True
) -> VatTreatment:
    """Note that the host's VAT officer has confirmed a treatment, or not after all."""
    work.require("costs.change")
    treatment = vat_on(work, pool, from_on)
    if treatment is None or treatment.from_on != from_on:
        raise NotFound("No VAT treatment begins on {day}", day=from_on.isoformat())
    if treatment.confirmed != confirmed:
        treatment.confirmed = confirmed
        work.session.add(treatment)
        work.audit(
            "costs.vat_confirmed",
            f"{pool.code} {pool.year}",
            from_on=from_on.isoformat(),
            confirmed=[not confirmed, confirmed],
        )
    return treatment


def set_key(work: Work, code: str, year: int, rule: KeyRule) -> KeyVersion:
    """Let a pool be shared by a key from a day on, to the end of its year.

    The version before it ends the day before. A key that cannot split a month of its own is
    Invalid, with the places of ALLOCATION, and nothing is changed.
    """
    work.require("costs.change")
    pool = pool_of_year(work, code, year)
    if rule.from_on.year != year or rule.from_on.day != 1:
        raise Invalid("A key begins on the first day of a month of {year}", at="from_on", year=year)
    ended = _end_before(work, pool, rule.from_on)
    version = KeyVersion(
        pool_id=pool.id,
        from_on=rule.from_on,
        to_on=date(year, 12, 31),
        clause_id=clause_by_number(work, rule.clause).id,
        key=dict(rule.key),
        previous_ore=dict(rule.previous_ore),
        approved_by=work.actor.name,
        approved_at=work.now,
    )
    work.session.add(version)
    work.session.flush()
    for month in range(rule.from_on.month, MONTHS_A_YEAR + 1):
        split(month_of_pool(work, pool, month))
    work.audit(
        "costs.key_set",
        f"{code} {year}",
        from_on=rule.from_on.isoformat(),
        clause=rule.clause,
        version=version.id,
        ended=ended,
    )
    return version


def _part_faults(pool: CostPool, from_on: date | None, to_on: date | None) -> Iterator[Fault]:
    if from_on and from_on.year > pool.year:
        yield Fault("The day is after {year}", "from_on", {"year": pool.year})
    if to_on and to_on.year < pool.year:
        yield Fault("The day is before {year}", "to_on", {"year": pool.year})
    if from_on and to_on and to_on < from_on:
        yield Fault("The last day is before the first", "to_on", {}, "Choose a later day")


def _end_before(work: Work, pool: CostPool, day: date) -> list[Any]:
    """End the version that holds on `day`; its id and the last day it had, empty where none did."""
    ended: list[Any] = []
    for version, _clause in key_versions(work, pool):
        if version.from_on >= day:
            raise Conflict(
                "The pool {pool} has a key from {day} already",
                pool=pool.name,
                day=version.from_on.isoformat(),
                remedy="Choose a later day",
            )
        if version.to_on >= day:
            ended = [version.id, version.to_on.isoformat()]
            version.to_on = day - timedelta(days=1)
            work.session.add(version)
    work.session.flush()
    return ended
