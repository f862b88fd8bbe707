"""How a share came about, step by step, in numbers that can be added up again by hand."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from consortium.costs.allocation.case import HUNDRED, Value

_HALF: Final = Fraction(1, 2)
_DECIMALS: Final = 4
_BLOCK: Final = 4000  # digits


@dataclass(frozen=True, slots=True)
class Step:
    """What one part, discount or limit adds to a member's share, in öre, and from what figures."""

    figures: Mapping[str, Any]
    amount: Fraction

    def of_part(self, place: int) -> "Step":
        return Step({"part": place, **self.figures}, self.amount)

    def entry(self) -> dict[str, Any]:
        return {**self.figures, "amount": exact(self.amount)}


def exact(number: Fraction | int) -> str:
    """A whole number or a reduced fraction: `5`, `-12345/7`."""
    ratio = Fraction(number)
    over = f"/{_digits(ratio.denominator)}" if ratio.denominator > 1 else ""
    return _digits(ratio.numerator) + over


def _digits(number: int) -> str:
    """`number` in decimal; Python itself refuses to write more than 4,300 digits at once."""
    left, blocks = abs(number), []
    while left >= 10**_BLOCK:
        left, block = divmod(left, 10**_BLOCK)
        blocks.append(f"{block:0{_BLOCK}}")
    return ("-" if number < 0 else "") + str(left) + "".join(reversed(blocks))


def half_up(number: Fraction, unit: int = 1) -> int:
    """The multiple of `unit` nearest to `number`; halfway towards plus infinity."""
    return math.floor(number / unit + _HALF) * unit


def percent(part: Fraction, whole: int) -> str:
    """`part` / `whole` x 100 with four decimals, half up; `0.0000` of nothing."""
    if not whole:
        return f"{0:.{_DECIMALS}f}"
    scale = 10**_DECIMALS
    units = half_up(part * HUNDRED * scale / whole)
    digits, decimals = divmod(abs(units), scale)
    return f"{'-' if units < 0 else ''}{digits}.{decimals:0{_DECIMALS}}"


def valued(value: Value) -> dict[str, Any]:
    """A measure's value with its dates, and for a mean the values that it is the mean of."""
    figures: dict[str, Any] = {
        "value": exact(value.number),
        "dates": [day.isoformat() for day in value.dates],
    }
    if len(value.numbers) > 1:
        figures["values"] = [exact(number) for number in value.numbers]
    return figures
