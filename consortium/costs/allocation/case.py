"""A case as the core works on it: every field read, every value looked up, nothing left to doubt.

Amounts named `_ore` are öre, dates are inclusive at both ends, and `at` is the place in the case
(`key.parts[1].split`) that a fault found while computing has to name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import ClassVar, Final, Literal

EVERYONE: Final = "*"
ZERO: Final = Fraction(0)
HUNDRED: Final = 100  # percent are the whole


@dataclass(frozen=True, slots=True)
class Period:
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Member:
    id: str
    host: bool
    joined: date | None
    left: date | None


@dataclass(frozen=True, slots=True)
class Value:
    """What a measure says of one member: one number, or the mean of several, with their dates."""

    numbers: tuple[Fraction, ...]
    dates: tuple[date, ...]

    @property
    def number(self) -> Fraction:
        if len(self.numbers) == 1:
            return self.numbers[0]
        return sum(self.numbers, ZERO) / len(self.numbers)


@dataclass(frozen=True, slots=True)
class Bracket:
    """Weighs a value up to and with `up_to` (None: however high) as points + each x value."""

    up_to: Fraction | None
    points: Fraction
    each: Fraction

    def holds(self, value: Fraction) -> bool:
        return self.up_to is None or value <= self.up_to

    def weight(self, value: Fraction) -> Fraction:
        return max(ZERO, self.points + self.each * value)


@dataclass(frozen=True, slots=True)
class Equal:
    kind: ClassVar = "equal"
    at: str


@dataclass(frozen=True, slots=True)
class Measured:
    """`brackets` ascend; where there are any, each value is held by one of them."""

    kind: ClassVar = "measure"
    at: str
    values: Mapping[str, Value]
    brackets: tuple[Bracket, ...]

    def bracket(self, value: Fraction) -> int | None:
        """The place of the first bracket that holds `value`, from 0; None where none does."""
        places = (place for place, bracket in enumerate(self.brackets) if bracket.holds(value))
        return next(places, None)


@dataclass(frozen=True, slots=True)
class Fixed:
    kind: ClassVar = "fixed"
    at: str
    amounts_ore: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Rate:
    """`ore_per_unit` may have decimals; each amount is rounded half up to `unit_ore`."""

    kind: ClassVar = "rate"
    at: str
    ore_per_unit: Fraction
    values: Mapping[str, Value]
    unit_ore: int


@dataclass(frozen=True, slots=True)
class Previous:
    """Last year's amounts, changed by `change_percent` (-100 or more)."""

    kind: ClassVar = "previous"
    at: str
    amounts_ore: Mapping[str, int]
    change_percent: Fraction


@dataclass(frozen=True, slots=True)
class Blend:
    """(1 - weight) x start + weight x end, amount by amount; weight is 0 to 1."""

    kind: ClassVar = "blend"
    start: "Split"
    end: "Split"
    weight: Fraction


Split = Equal | Measured | Fixed | Rate | Previous | Blend


@dataclass(frozen=True, slots=True)
class Take:
    """`figure`: the percent or the öre, 0 for the two that have none."""

    kind: Literal["percent", "amount_ore", "rest", "own"]
    figure: Fraction = ZERO


@dataclass(frozen=True, slots=True)
class Part:
    take: Take
    split: Split


@dataclass(frozen=True, slots=True)
class Discount:
    at: str
    member: str
    percent: Fraction
    borne_by: str


@dataclass(frozen=True, slots=True)
class Limit:
    """Bounds on one member, or on EVERYONE; None where there is none. None of them is negative."""

    at: str
    member: str
    min_ore: int | None
    max_ore: int | None
    min_percent: Fraction | None
    max_percent: Fraction | None
    max_change_percent: Fraction | None


@dataclass(frozen=True, slots=True)
class Rounding:
    method: str
    unit_ore: int


@dataclass(frozen=True, slots=True)
class Key:
    parts: tuple[Part, ...]
    membership: str
    discounts: tuple[Discount, ...]
    limits: tuple[Limit, ...]
    rounding: Rounding


@dataclass(frozen=True, slots=True)
class Case:
    """`amount_ore` is None where every part makes its own amount."""

    amount_ore: int | None
    period: Period
    members: tuple[Member, ...]
    previous_ore: Mapping[str, int]
    key: Key

    @property
    def host(self) -> str | None:
        return next((member.id for member in self.members if member.host), None)
