"""Columns: one exact number for each member, all over one denominator.

Fractions one by one find a greatest common divisor at each sum and product; a column is summed and
multiplied in whole numbers and reduced once.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from consortium.costs.allocation.tracing import digits


@dataclass(frozen=True, slots=True)
class Column:
    """Member id -> the number `numbers[id] / over`, in the order of the members; `over` >= 1."""

    numbers: Mapping[str, int]
    over: int

    @property
    def sum(self) -> Fraction:
        return Fraction(sum(self.numbers.values()), self.over)

    def fractions(self) -> dict[str, Fraction]:
        return {member: Fraction(number, self.over) for member, number in self.numbers.items()}

    def texts(self) -> dict[str, str]:
        """Each number as `tracing.exact` writes it; the same number is the same text."""
        written = {number: _written(number, self.over) for number in set(self.numbers.values())}
        return {member: written[number] for member, number in self.numbers.items()}

    def reduced(self) -> "Column":
        """The same numbers over the lowest denominator that holds them all."""
        common = math.gcd(self.over, *self.numbers.values())
        numbers = {member: number // common for member, number in self.numbers.items()}
        return Column(numbers, self.over // common)

    def scaled(self, factor: Fraction) -> "Column":
        times = factor.numerator
        numbers = {member: number * times for member, number in self.numbers.items()}
        return Column(numbers, self.over * factor.denominator).reduced()

    def times(self, other: "Column") -> "Column":
        """Member by member; `other` has the same members."""
        factors = other.numbers
        numbers = {member: number * factors[member] for member, number in self.numbers.items()}
        return Column(numbers, self.over * other.over).reduced()

    def plus(self, other: "Column") -> "Column":
        """Member by member; who is not in `other` keeps its number."""
        over = math.lcm(self.over, other.over)
        mine, added = over // self.over, over // other.over
        terms = other.numbers
        numbers = {
            member: number * mine + terms.get(member, 0) * added
            for member, number in self.numbers.items()
        }
        return Column(numbers, over).reduced()


def column_of(numbers: Mapping[str, Fraction]) -> Column:
    over = math.lcm(*{number.denominator for number in numbers.values()})
    whole = {
        member: number.numerator * (over // number.denominator)
        for member, number in numbers.items()
    }
    return Column(whole, over)


def constant(members: Iterable[str], number: int) -> Column:
    return Column(dict.fromkeys(members, number), 1)


def _written(number: int, over: int) -> str:
    common = math.gcd(number, over)
    below = "" if over == common else f"/{digits(over // common)}"
    return digits(number // common) + below
