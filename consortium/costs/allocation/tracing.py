"""How a share came about, step by step, in numbers that can be added up again by hand."""

from fractions import Fraction
from typing import Any, Final

from consortium.costs.allocation.case import HUNDRED, Value

_DECIMALS: Final = 4
_SCALE: Final = 10**_DECIMALS
_BLOCK: Final = 4000  # digits
_BEYOND: Final = 10**_BLOCK
_NOTHING: Final = f"{0:.{_DECIMALS}f}"


def exact(number: Fraction | int) -> str:
    """A whole number or a reduced fraction: `5`, `-12345/7`."""
    over = number.denominator
    return digits(number.numerator) + ("" if over == 1 else f"/{digits(over)}")


def digits(number: int) -> str:
    """`number` in decimal; Python itself refuses to write more than 4,300 digits at once."""
    if -_BEYOND < number < _BEYOND:
        return str(number)
    left, blocks = abs(number), []
    while left >= _BEYOND:
        left, block = divmod(left, _BEYOND)
        blocks.append(f"{block:0{_BLOCK}}")
    return ("-" if number < 0 else "") + str(left) + "".join(reversed(blocks))


def half_up(number: Fraction, unit: int = 1) -> int:
    """The multiple of `unit` nearest to `number`; halfway towards plus infinity."""
    return nearest(number.numerator, number.denominator * unit) * unit


def nearest(number: int, over: int) -> int:
    """The whole number nearest to `number` / `over`, not 0; halfway towards plus infinity."""
    return (2 * number + over) // (2 * over)


def percent(number: int, over: int) -> str:
    """`number` / `over` x 100 with four decimals, half up; `0.0000` of nothing."""
    if not over:
        return _NOTHING
    units = nearest(number * HUNDRED * _SCALE, over)
    whole, decimals = divmod(abs(units), _SCALE)
    return f"{'-' if units < 0 else ''}{whole}.{decimals:0{_DECIMALS}}"


def valued(value: Value) -> dict[str, Any]:
    """A measure's value with its dates, and for a mean the values that it is the mean of."""
    figures: dict[str, Any] = {
        "value": exact(value.number),
        "dates": [day.isoformat() for day in value.dates],
    }
    if len(value.numbers) > 1:
        figures["values"] = [exact(number) for number in value.numbers]
    return figures
