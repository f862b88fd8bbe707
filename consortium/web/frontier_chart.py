"""What a day would cost at some prices of change, as what an inline SVG draws. Pure.

Stops that move run to the right, the day's cost upwards; each dot is one plan.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

WIDTH: Final = 420
HEIGHT: Final = 190
LEFT, RIGHT, TOP, BOTTOM = 74, 396, 30, 148
ABOVE: Final = 12  # from a dot up to its label


@dataclass(frozen=True, slots=True)
class Dot:
    """A plan. prices: of a moved stop, in öre, that lead to it; lowest first."""

    x: float
    y: float
    prices: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FrontierChart:
    """dots: from the most stops moved to the fewest. line: their points. moved: x and number.

    costs: y and öre.
    """

    dots: tuple[Dot, ...]
    line: str
    moved: tuple[tuple[float, int], ...]
    costs: tuple[tuple[float, int], ...]


def frontier_chart(frontier: Sequence[Mapping[str, Any]]) -> FrontierChart:
    """The chart of a frontier, which has at least one price."""
    plans: dict[tuple[int, int], list[int]] = {}
    for each in sorted(frontier, key=lambda row: int(row["moved_stop_ore"])):
        at = int(each["moved"]), int(each["total_ore"])
        plans.setdefault(at, []).append(int(each["moved_stop_ore"]))
    across, up = sorted({moved for moved, _ in plans}), sorted({ore for _, ore in plans})
    dots = tuple(
        Dot(_between(moved, across, LEFT, RIGHT), _between(ore, up, BOTTOM, TOP), tuple(prices))
        for (moved, ore), prices in sorted(plans.items(), key=lambda plan: (-plan[0][0], plan[0]))
    )
    return FrontierChart(
        dots,
        " ".join(f"{dot.x},{dot.y}" for dot in dots),
        tuple((_between(moved, across, LEFT, RIGHT), moved) for moved in across),
        tuple((_between(ore, up, BOTTOM, TOP), ore) for ore in dict.fromkeys((up[0], up[-1]))),
    )


def _between(value: int, values: Sequence[int], low: int, high: int) -> float:
    """Where `value` falls from `low` to `high` as from the first to the last of `values`."""
    if values[0] == values[-1]:
        return (low + high) / 2
    share = (value - values[0]) / (values[-1] - values[0])
    return round(low + share * (high - low), 1)
