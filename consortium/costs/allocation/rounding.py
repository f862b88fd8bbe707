"""From exact shares to whole öre or kronor, by the method that the key states."""

from consortium.costs.allocation.case import Rounding
from consortium.costs.allocation.columns import Column
from consortium.costs.allocation.tracing import nearest


def rounded(shares: Column, to_share_ore: int, rounding: Rounding) -> dict[str, int]:
    """Each member's öre, a multiple of the unit.

    The two exact methods sum to the highest multiple of the unit that is not above `to_share_ore`;
    `half_up` sums to what it sums to. The shares sum to `to_share_ore` within half an öre.
    """
    unit = rounding.unit_ore
    if rounding.method == "largest_remainder":
        return _largest_remainder(shares, to_share_ore // unit, unit)
    numbers, over = shares.numbers, shares.over * unit
    parts = {member: nearest(number, over) * unit for member, number in numbers.items()}
    if rounding.method == "half_up_residual_largest":
        bearer = min(numbers, key=lambda member: (-numbers[member], member))
        parts[bearer] += to_share_ore // unit * unit - sum(parts.values())
    return parts


def _largest_remainder(shares: Column, units: int, unit: int) -> dict[str, int]:
    """`units` in all: each share's whole units, then one more to the largest remainders.

    A tie goes to the larger exact share, then to the lower id as text (Hamilton's method).
    """
    numbers, over = shares.numbers, shares.over * unit
    parts = {member: number // over for member, number in numbers.items()}
    left = units - sum(parts.values())
    order = sorted(
        numbers,
        key=lambda member: (parts[member] * over - numbers[member], -numbers[member], member),
    )
    for member in order[:left]:
        parts[member] += 1
    return {member: part * unit for member, part in parts.items()}
