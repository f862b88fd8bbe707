"""Allocating a case that has been read: parts, discounts, limits and rounding, in that order."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from consortium.core.errors import Fault, Invalid
from consortium.costs.allocation import discounts, splits
from consortium.costs.allocation.case import HUNDRED, ZERO, Case, Discount, Part
from consortium.costs.allocation.columns import Column, constant
from consortium.costs.allocation.limits import limit_steps
from consortium.costs.allocation.membership import parts_of_period
from consortium.costs.allocation.rounding import rounded
from consortium.costs.allocation.steps import Tally
from consortium.costs.allocation.tracing import half_up, percent


def allocated(case: Case) -> dict[str, Any]:
    """The result as ALLOCATION.md has it, without the snapshot; Invalid where there is none."""
    belonged = parts_of_period(case.members, case.period, case.key.membership)
    tally = _parts(case, belonged)
    total_ore = half_up(tally.shares.sum) if case.amount_ore is None else case.amount_ore
    tally, pool_bears = _discounted(tally, case.key.discounts, case.host)
    if case.key.limits:
        shares = tally.shares.fractions()
        tally = tally.plus(limit_steps(case, total_ore, shares, belonged.numbers))
    # Where every part makes its own amount, the rounding of the total is nobody's lack.
    made = case.amount_ore is None and not pool_bears
    unallocated_ore = 0 if made else half_up(total_ore - tally.shares.sum)
    shares_ore = rounded(tally.shares, total_ore - unallocated_ore, case.key.rounding)
    allocated_ore = sum(shares_ore.values())
    return {
        "total_ore": total_ore,
        "allocated_ore": allocated_ore,
        "unallocated_ore": unallocated_ore,
        "rounding_difference_ore": total_ore - unallocated_ore - allocated_ore,
        "shares": _rows(tally, total_ore, shares_ore),
    }


def _rows(tally: Tally, total_ore: int, shares_ore: Mapping[str, int]) -> list[dict[str, Any]]:
    exact, whole = tally.shares.texts(), tally.shares.over * total_ore
    return [
        {
            "member": member,
            "share_ore": shares_ore[member],
            "exact": exact[member],
            "percent": percent(number, whole),
            "trace": tally.trace(member),
        }
        for member, number in tally.shares.numbers.items()
    ]


def _parts(case: Case, belonged: Column) -> Tally:
    """The summed shares of all parts; Invalid with the faults of all of them."""
    parts = case.key.parts
    own = {
        place: splits.own_steps(part.split, belonged)
        for place, part in enumerate(parts)
        if part.take.kind == "own"
    }
    made_ore = sum((steps.amounts.sum for steps in own.values()), ZERO)
    takes = _takes(parts, Fraction(case.amount_ore or 0), made_ore)
    if faults := [
        fault
        for place, take_ore in takes.items()
        for fault in splits.faults_of(parts[place].split, take_ore, belonged)
    ]:
        raise Invalid(faults)
    taken = {
        place: splits.taken_steps(parts[place].split, take_ore, belonged)
        for place, take_ore in takes.items()
    }
    tally = Tally(constant((member.id for member in case.members), 0))
    for place, steps in sorted({**own, **taken}.items()):
        tally = tally.plus(steps, {"part": place})
    return tally


def _takes(parts: Sequence[Part], amount_ore: Fraction, made_ore: Fraction) -> dict[int, Fraction]:
    """The öre that each part takes of the pool, by its place; parts of their own take none.

    made_ore: what the parts of their own make, all together.
    """
    takes: dict[int, Fraction] = {}
    for place, part in enumerate(parts):
        match part.take.kind:
            case "percent":
                takes[place] = amount_ore * part.take.figure / HUNDRED
            case "amount_ore":
                takes[place] = part.take.figure
            case "rest":  # it is the last, so every other take is known
                takes[place] = amount_ore - made_ore - sum(takes.values(), ZERO)
    return takes


def _discounted(tally: Tally, given: Sequence[Discount], host: str | None) -> tuple[Tally, bool]:
    """The shares after all discounts, and whether the pool bears any of them.

    Invalid with the faults of the discounts up to the first that leaves the shares unknown.
    """
    faults: list[Fault] = []
    pool_bears = False
    for place, discount in enumerate(given):
        shares = tally.shares.fractions()
        if not discounts.moved_by(discount, shares, host):
            continue
        found = list(discounts.faults_of(discount, shares, host))
        faults += found
        if found and not discounts.lacks_only_host(discount, shares, host):
            break
        tally = tally.plus(discounts.discount_steps(place, discount, shares, host))
        pool_bears = pool_bears or discount.borne_by == "pool"
    if faults:
        raise Invalid(faults)
    return tally, pool_bears
