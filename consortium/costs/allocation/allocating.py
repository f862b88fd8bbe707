"""Allocating a case that has been read: parts, discounts, limits and rounding, in that order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from consortium.core.errors import Fault, Invalid
from consortium.costs.allocation import discounts, splits
from consortium.costs.allocation.case import HUNDRED, ZERO, Case, Discount, Part
from consortium.costs.allocation.limits import limit_steps
from consortium.costs.allocation.membership import fractions
from consortium.costs.allocation.rounding import rounded
from consortium.costs.allocation.tracing import Step, exact, half_up, percent


@dataclass(frozen=True, slots=True)
class Tally:
    """The steps that make up each member's share so far, in the order of the members."""

    steps: Mapping[str, tuple[Step, ...]]

    @property
    def shares(self) -> dict[str, Fraction]:
        """Member id -> exact öre."""
        return {
            member: sum((step.amount for step in steps), ZERO)
            for member, steps in self.steps.items()
        }

    @property
    def sum(self) -> Fraction:
        return sum(self.shares.values(), ZERO)

    def plus(self, steps: Mapping[str, Step]) -> "Tally":
        added = {member: (steps[member],) if member in steps else () for member in self.steps}
        return Tally({member: self.steps[member] + added[member] for member in self.steps})


def allocated(case: Case) -> dict[str, Any]:
    """The result as ALLOCATION.md has it, without the snapshot; Invalid where there is none."""
    parts_of_period = fractions(case.members, case.period, case.key.membership)
    tally = _parts(case, parts_of_period)
    total_ore = half_up(tally.sum) if case.amount_ore is None else case.amount_ore
    tally, pool_bears = _discounted(tally, case.key.discounts, case.host)
    tally = tally.plus(limit_steps(case, total_ore, tally.shares, parts_of_period))
    # Where every part makes its own amount, the rounding of the total is nobody's lack.
    made = case.amount_ore is None and not pool_bears
    unallocated_ore = 0 if made else half_up(total_ore - tally.sum)
    shares_ore = rounded(tally.shares, total_ore - unallocated_ore, case.key.rounding)
    allocated_ore = sum(shares_ore.values())
    return {
        "total_ore": total_ore,
        "allocated_ore": allocated_ore,
        "unallocated_ore": unallocated_ore,
        "rounding_difference_ore": total_ore - unallocated_ore - allocated_ore,
        "shares": [
            {
                "member": member,
                "share_ore": shares_ore[member],
                "exact": exact(share),
                "percent": percent(share, total_ore),
                "trace": [step.entry() for step in tally.steps[member]],
            }
            for member, share in tally.shares.items()
        ],
    }


def _parts(case: Case, parts_of_period: Mapping[str, Fraction]) -> Tally:
    """The summed shares of all parts; Invalid with the faults of all of them."""
    own = {
        place: splits.own_steps(part.split, parts_of_period)
        for place, part in enumerate(case.key.parts)
        if part.take.kind == "own"
    }
    made_ore = sum((step.amount for steps in own.values() for step in steps.values()), ZERO)
    takes = _takes(case.key.parts, Fraction(case.amount_ore or 0), made_ore)
    taking = {place: case.key.parts[place].split for place in takes}
    if faults := [
        fault
        for place, split in taking.items()
        for fault in splits.faults_of(split, takes[place], parts_of_period)
    ]:
        raise Invalid(faults)
    tally = Tally({member.id: () for member in case.members})
    for place in range(len(case.key.parts)):
        steps = own.get(place) or splits.taken_steps(taking[place], takes[place], parts_of_period)
        tally = tally.plus({member: step.of_part(place) for member, step in steps.items()})
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
        shares = tally.shares
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
