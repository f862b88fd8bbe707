"""Splitting what a part takes, or the amounts that a part makes of its own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from consortium.core.errors import Fault
from consortium.costs.allocation.case import (
    HUNDRED,
    ZERO,
    Blend,
    Fixed,
    Measured,
    Previous,
    Rate,
    Split,
)
from consortium.costs.allocation.tracing import Step, exact, half_up, valued


@dataclass(frozen=True, slots=True)
class Basis:
    """What a split says of one member before membership: a weight, or an amount in öre."""

    number: Fraction
    figures: Mapping[str, Any]


def own_steps(split: Split, fractions: Mapping[str, Fraction]) -> dict[str, Step]:
    """The amount that a fixed, rate or previous split, or a blend of them, makes for each member.

    fractions: member id -> how much of the period it was a member, 0 to 1.
    """
    if isinstance(split, Blend):
        return _mixed(split, own_steps(split.start, fractions), own_steps(split.end, fractions))
    steps = {}
    for member, fraction in fractions.items():
        basis = _basis(split, member)
        figures = {"kind": split.kind, **basis.figures, "membership": exact(fraction)}
        steps[member] = Step(figures, basis.number * fraction)
    return steps


def taken_steps(
    split: Split, take_ore: Fraction, fractions: Mapping[str, Fraction]
) -> dict[str, Step]:
    """What each member bears of `take_ore`; of a split in which `faults_of` finds nothing wrong."""
    if isinstance(split, Blend):
        start = taken_steps(split.start, take_ore, fractions)
        return _mixed(split, start, taken_steps(split.end, take_ore, fractions))
    bases = {member: _basis(split, member) for member in fractions}
    take = {"take_ore": exact(take_ore)}
    if isinstance(split, Fixed):  # stays as given: membership has no say
        return {
            member: Step({"kind": split.kind, **basis.figures, **take}, basis.number)
            for member, basis in bases.items()
        }
    weights = {member: bases[member].number * fraction for member, fraction in fractions.items()}
    of = sum(weights.values(), ZERO)
    steps = {}
    for member, weight in weights.items():
        shares = {"membership": fractions[member], "weight": weight, "of": of, "take_ore": take_ore}
        figures = {name: exact(number) for name, number in shares.items()}
        own = {"kind": split.kind, **bases[member].figures}
        steps[member] = Step({**own, **figures}, take_ore * weight / of)
    return steps


def faults_of(
    split: Split, take_ore: Fraction | None, fractions: Mapping[str, Fraction]
) -> Iterator[Fault]:
    """Why the split cannot share out `take_ore` (None: as far as can be told without it)."""
    if isinstance(split, Blend):
        yield from faults_of(split.start, take_ore, fractions)
        yield from faults_of(split.end, take_ore, fractions)
    elif isinstance(split, Fixed):
        yield from _wrong_sum(split, take_ore)
    elif not any(_basis(split, member).number * fractions[member] for member in fractions):
        yield Fault(
            "The weights sum to zero, so nobody can bear the part",
            split.at,
            {},
            "Give at least one member a weight above zero",
        )


def _wrong_sum(split: Fixed, take_ore: Fraction | None) -> Iterator[Fault]:
    sum_ore = sum(split.amounts_ore.values())
    if take_ore is not None and sum_ore != take_ore:
        facts = {"sum": exact(sum_ore), "take": exact(take_ore)}
        yield Fault(
            "The amounts sum to {sum} öre, the part takes {take} öre",
            f"{split.at}.amounts_ore",
            facts,
            "Let the amounts sum to what the part takes",
        )


def _basis(split: Split, member: str) -> Basis:
    match split:
        case Measured():
            return _measured(split, member)
        case Fixed():
            amount_ore = split.amounts_ore[member]
            return Basis(Fraction(amount_ore), {"given_ore": exact(amount_ore)})
        case Rate():
            return _rated(split, member)
        case Previous():
            return _changed(split, member)
        case _:
            return Basis(Fraction(1), {})


def _measured(split: Measured, member: str) -> Basis:
    value = split.values[member]
    place = split.bracket(value.number)
    if place is None:
        return Basis(value.number, valued(value))
    bracket = split.brackets[place]
    figures = {"bracket": place, "points": exact(bracket.points), "each": exact(bracket.each)}
    return Basis(bracket.weight(value.number), {**valued(value), **figures})


def _rated(split: Rate, member: str) -> Basis:
    value = split.values[member]
    amount_ore = half_up(split.ore_per_unit * value.number, split.unit_ore)
    figures = {
        "rate": exact(split.ore_per_unit),
        "round_unit_ore": exact(split.unit_ore),
        "rounded_ore": exact(amount_ore),
    }
    return Basis(Fraction(amount_ore), {**valued(value), **figures})


def _changed(split: Previous, member: str) -> Basis:
    amount_ore = split.amounts_ore[member]
    figures = {"previous_ore": exact(amount_ore), "change_percent": exact(split.change_percent)}
    return Basis(amount_ore * (1 + split.change_percent / HUNDRED), figures)


def _mixed(split: Blend, start: Mapping[str, Step], end: Mapping[str, Step]) -> dict[str, Step]:
    steps = {}
    for member, one in start.items():
        other = end[member]
        figures = {
            "kind": split.kind,
            "weight": exact(split.weight),
            "from": one.entry(),
            "to": other.entry(),
        }
        amount = (1 - split.weight) * one.amount + split.weight * other.amount
        steps[member] = Step(figures, amount)
    return steps
