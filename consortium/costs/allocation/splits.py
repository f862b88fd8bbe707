"""Splitting what a part takes, or the amounts that a part makes of its own."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from consortium.core.errors import Fault
from consortium.costs.allocation.case import (
    HUNDRED,
    Blend,
    Fixed,
    Measured,
    Previous,
    Rate,
    Split,
)
from consortium.costs.allocation.columns import Column, column_of
from consortium.costs.allocation.steps import Steps
from consortium.costs.allocation.tracing import exact, half_up, valued


@dataclass(frozen=True, slots=True)
class Basis:
    """What a split says of one member before membership: a weight, or an amount in öre."""

    number: Fraction
    figures: Mapping[str, Any]


_ALIKE: Final = Basis(Fraction(1), {})


def own_steps(split: Split, belonged: Column) -> Steps:
    """The amount that a fixed, rate or previous split, or a blend of them, makes for each member.

    belonged: how much of the period each one was a member, 0 to 1.
    """
    if isinstance(split, Blend):
        return _mixed(split, own_steps(split.start, belonged), own_steps(split.end, belonged))
    bases = _bases(split, belonged.numbers)
    membership = belonged.texts()
    figures = {
        member: {"kind": split.kind, **basis.figures, "membership": membership[member]}
        for member, basis in bases.items()
    }
    return Steps(figures, _numbers(bases).times(belonged))


def taken_steps(split: Split, take_ore: Fraction, belonged: Column) -> Steps:
    """What each member bears of `take_ore`; of a split in which `faults_of` finds nothing wrong."""
    if isinstance(split, Blend):
        start = taken_steps(split.start, take_ore, belonged)
        return _mixed(split, start, taken_steps(split.end, take_ore, belonged))
    bases = _bases(split, belonged.numbers)
    if isinstance(split, Fixed):  # stays as given: membership has no say
        take = {"take_ore": exact(take_ore)}
        given = {
            member: {"kind": split.kind, **basis.figures, **take} for member, basis in bases.items()
        }
        return Steps(given, _numbers(bases))
    weights = _numbers(bases).times(belonged)
    whole = {"of": exact(weights.sum), "take_ore": exact(take_ore)}
    membership, weight = belonged.texts(), weights.texts()
    figures = {
        member: {
            "kind": split.kind,
            **basis.figures,
            "membership": membership[member],
            "weight": weight[member],
            **whole,
        }
        for member, basis in bases.items()
    }
    return Steps(figures, weights.scaled(take_ore / weights.sum))


def faults_of(split: Split, take_ore: Fraction | None, belonged: Column) -> Iterator[Fault]:
    """Why the split cannot share out `take_ore` (None: as far as can be told without it)."""
    if isinstance(split, Blend):
        yield from faults_of(split.start, take_ore, belonged)
        yield from faults_of(split.end, take_ore, belonged)
    elif isinstance(split, Fixed):
        yield from _wrong_sum(split, take_ore)
    elif not any(
        part and _basis(split, member).number for member, part in belonged.numbers.items()
    ):
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


def _bases(split: Split, members: Collection[str]) -> dict[str, Basis]:
    return {member: _basis(split, member) for member in members}


def _numbers(bases: Mapping[str, Basis]) -> Column:
    return column_of({member: basis.number for member, basis in bases.items()})


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
            return _ALIKE


def _measured(split: Measured, member: str) -> Basis:
    value = split.values[member]
    number = value.number
    place = split.bracket(number) if split.brackets else None
    if place is None:
        return Basis(number, valued(value))
    bracket = split.brackets[place]
    figures = {"bracket": place, "points": exact(bracket.points), "each": exact(bracket.each)}
    return Basis(bracket.weight(number), {**valued(value), **figures})


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


def _mixed(split: Blend, start: Steps, end: Steps) -> Steps:
    """Both sides as entries of their own, and their amounts in the proportion of the blend."""
    weight, ones, others = exact(split.weight), start.entries({}), end.entries({})
    figures = {
        member: {"kind": split.kind, "weight": weight, "from": one, "to": others[member]}
        for member, one in ones.items()
    }
    amounts = start.amounts.scaled(1 - split.weight).plus(end.amounts.scaled(split.weight))
    return Steps(figures, amounts)
