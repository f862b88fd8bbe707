"""Questions about a pool's whole year: what each member bears, month by month as invoices do."""

from collections import Counter
from dataclasses import dataclass

from consortium.core.days import MONTHS_A_YEAR
from consortium.core.errors import Conflict, Fault, Problem
from consortium.core.work import Work
from consortium.costs.queries import key_versions, month_of_pool
from consortium.costs.splitting import Outcome, split
from consortium.costs.tables import CostPool


@dataclass(frozen=True, slots=True)
class YearShares:
    """A pool's year. cost_ore = Σ shares + Σ given + leftover_ore; member code → öre.

    months: how many of the twelve have a key; the others are not in it.
    """

    cost_ore: int
    shares: dict[str, int]
    given: dict[str, int]
    leftover_ore: int
    months: int


def year_shares(work: Work, pool: CostPool) -> YearShares:
    """A pool's year by the same split as its invoices; Conflict, with every fault, where it cannot.

    The place of a fault is the first month that cannot be split, `system 2027-03`, then the key's.
    """
    keyed = [(version.from_on, version.to_on) for version, _clause in key_versions(work, pool)]
    months = [
        month
        for month in range(1, MONTHS_A_YEAR + 1)
        if any(first.month <= month <= last.month for first, last in keyed)
    ]
    if not months:
        raise Conflict(
            "The pool {pool} has no allocation key",
            at=f"{pool.code} {pool.year}",
            pool=pool.name,
            remedy="Decide one first",
        )
    shares, given = Counter[str](), Counter[str]()
    cost_ore = leftover_ore = 0
    for month in months:
        outcome = _month(work, pool, month)
        shares.update(outcome.shares)
        given.update(outcome.basis.contributions)
        cost_ore += outcome.cost_ore
        leftover_ore += outcome.leftover_ore
    return YearShares(cost_ore, dict(shares), dict(given), leftover_ore, len(months))


def _month(work: Work, pool: CostPool, month: int) -> Outcome:
    try:
        return split(month_of_pool(work, pool, month))
    except Problem as problem:
        at = f"{pool.code} {pool.year}-{month:02}"
        raise Conflict(
            [
                Fault(fault.text, f"{at} {fault.at}".strip(), fault.facts, fault.remedy)
                for fault in problem.faults
            ]
        ) from problem
