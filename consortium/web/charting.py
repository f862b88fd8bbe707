"""The burn-down of a pot as what an inline SVG draws: coordinates and labels. Pure.

Time runs to the right, from the beginning of 1 January to the end of 31 December; money upwards.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final

from babel.dates import format_date

from consortium.core.days import MONTHS_A_YEAR
from consortium.core.money import ORE_PER_KRONA
from consortium.emedia.queries import Pot
from consortium.emedia.rules import month_end

THOUSAND_ORE: Final = 1_000 * ORE_PER_KRONA
STEPS: Final = (1, 2, 5)
AHEAD: Final = 40  # how far right of the point its label may reach
ABOVE: Final = 16  # from the highest line up to the label
POINT: Final = 7  # how far from the middle of the point its lead begins
LEAST_LEAD: Final = 6

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Frame:
    """The size of a drawing and the edges of its plot, in its own units.

    most_ticks: grid lines at most. months_apart: every how many months have their name below.
    leading: from one line of the label to the next. label: its width, at most.
    """

    width: int
    height: int
    left: int
    top: int
    right: int
    bottom: int
    most_ticks: int
    months_apart: int
    leading: int
    label: int


WIDE: Final = Frame(760, 300, 60, 60, 680, 262, 5, 1, 20, 170)
NARROW: Final = Frame(360, 270, 48, 52, 304, 232, 3, 3, 16, 140)


@dataclass(frozen=True, slots=True)
class Label:
    """Two lines of text about the point. anchor: of SVG. lines: their baselines.

    lead: from the point up to the text, as y of both ends; None where they are close.
    """

    x: float
    anchor: str
    lines: tuple[float, float]
    lead: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Drawing:
    """A burn-down in a frame. ticks: y and value, in kronor or, with `thousands`, in 1 000 kr.

    months: x and name. even, actual, forecast: points of lines: even use of the budget, what was
    left, what is likely left; forecast empty where there is none. zero: y of an empty pot.
    point: what is left now, None before the first cost. ends: where the forecast does.
    run_out: where it empties the pot, None where it does not.
    """

    frame: Frame
    thousands: bool
    ticks: tuple[tuple[float, int], ...]
    months: tuple[tuple[float, str], ...]
    even: str
    actual: str
    forecast: str
    zero: float
    point: Point | None
    ends: Point | None
    run_out: Point | None
    label: Label | None


def burn_down(pot: Pot, frame: Frame, language: str) -> Drawing:
    """The burn-down of `pot`: each month's end to the last with usage, and on by the plain rule.

    What costs are dated after that month falls at its end, since the rule reckons from there.
    The forecast stops where it empties the pot; of an overdrawn pot it runs to the year's end.
    """
    actual, forecast = _left(pot), _forecast(pot)
    scale = _scale(pot, frame, [ore for _day, ore in (*actual, *forecast)])
    even = scale.points([(0, pot.budget_ore), (scale.days, 0)])
    lines = even, scale.points(actual), scale.points(forecast)
    point = lines[1][-1] if len(actual) > 1 else None
    step_ore = scale.step_ore()
    runs_out = bool(forecast) and forecast[0][1] > 0 and forecast[-1][1] == 0
    return Drawing(
        frame=frame,
        thousands=step_ore >= THOUSAND_ORE,
        ticks=tuple(scale.ticks(step_ore)),
        months=tuple(scale.months(pot.year, language)),
        even=_written(even),
        actual=_written(lines[1]),
        forecast=_written(lines[2]),
        zero=scale.y(0),
        point=point,
        ends=lines[2][-1] if forecast else None,
        run_out=lines[2][-1] if runs_out else None,
        label=_label(frame, point, lines) if point else None,
    )


Moment = tuple[float, int]
"""Days since the beginning of the year, and the öre left then."""


@dataclass(frozen=True, slots=True)
class _Scale:
    """From days and öre to places in a frame. low, high: the öre at its bottom and top."""

    frame: Frame
    days: int
    low: int
    high: int

    def x(self, day: float) -> float:
        frame = self.frame
        return round(frame.left + day * (frame.right - frame.left) / self.days, 1)

    def y(self, ore: float) -> float:
        frame = self.frame
        rise = (ore - self.low) * (frame.bottom - frame.top) / (self.high - self.low)
        return round(frame.bottom - rise, 1)

    def points(self, moments: Sequence[Moment]) -> list[Point]:
        return [(self.x(day), self.y(ore)) for day, ore in moments]

    def step_ore(self) -> int:
        """The smallest of 1, 2, 5, 10, 20 … kronor that gives no more grid lines than fit."""
        size = ORE_PER_KRONA
        while True:
            for step in STEPS:
                if self.high // (step * size) + -self.low // (step * size) < self.frame.most_ticks:
                    return step * size
            size *= 10

    def ticks(self, step_ore: int) -> list[tuple[float, int]]:
        unit = THOUSAND_ORE if step_ore >= THOUSAND_ORE else ORE_PER_KRONA
        first, last = -(-self.low // step_ore), self.high // step_ore
        values = [number * step_ore for number in range(first, last + 1)]
        return [(self.y(ore), ore // unit) for ore in values]

    def months(self, year: int, language: str) -> list[tuple[float, str]]:
        """The middle of each month that is named."""
        named = []
        for number in range(1, MONTHS_A_YEAR + 1, self.frame.months_apart):
            month = date(year, number, 1)
            middle = (_days_to(month) - 1 + _days_to(month_end(month))) / 2
            name = format_date(month, "LLL", locale=language).removesuffix(".")
            named.append((self.x(middle), name))
        return named


def _scale(pot: Pot, frame: Frame, amounts: Sequence[int]) -> _Scale:
    low, high = min(0, *amounts), max(pot.budget_ore, *amounts)
    days = _days_to(date(pot.year, 12, 31))
    return _Scale(frame, days, low, high if high > low else low + ORE_PER_KRONA)


def _left(pot: Pot) -> list[Moment]:
    """What was left at the year's beginning and at the end of each month."""
    counted = [
        (float(_days_to(month_end(month.month))), pot.budget_ore - month.used_ore)
        for month in pot.months
        if pot.settled_on is None or month_end(month.month) <= pot.settled_on
    ]
    left = [(0.0, pot.budget_ore), *counted]
    if pot.settled_on and left[-1][1] != pot.left_ore:
        left.append((left[-1][0], pot.left_ore))
    return left


def _forecast(pot: Pot) -> list[Moment]:
    """What is likely left from the last month with usage on; empty where nothing says."""
    if pot.settled_on is None or pot.year_end_ore is None:
        return []
    begin, end = _days_to(pot.settled_on), _days_to(date(pot.year, 12, 31))
    if begin == end:
        return []
    last_ore = pot.budget_ore - pot.year_end_ore
    if pot.left_ore > 0 > last_ore:
        until = begin + (end - begin) * pot.left_ore / (pot.left_ore - last_ore)
        return [(begin, pot.left_ore), (until, 0)]
    return [(begin, pot.left_ore), (end, last_ore)]


def _label(frame: Frame, point: Point, lines: Sequence[Sequence[Point]]) -> Label:
    """Above all lines: each falls to the right, so the text's left edge says how high they are."""
    x, y = point
    fits = x + frame.label <= frame.width
    edge = x if fits else min(x + AHEAD, frame.width)
    left = edge if fits else edge - frame.label
    heights = [at for line in lines if (at := _height(line, left)) is not None]
    base = round(min(y, *heights) - ABOVE, 1)
    begin, end = round(y - POINT, 1), round(base + POINT, 1)
    return Label(
        x=round(edge, 1),
        anchor="start" if fits else "end",
        lines=(round(base - frame.leading, 1), base),
        lead=(begin, end) if begin - end >= LEAST_LEAD else None,
    )


def _height(line: Sequence[Point], x: float) -> float | None:
    """The y of a line at `x`, the highest where it falls there; None beside it."""
    found = []
    for (x1, y1), (x2, y2) in pairwise(line):
        if x1 <= x <= x2:
            found.append(y1 if x1 == x2 else y1 + (y2 - y1) * (x - x1) / (x2 - x1))
    return min(found, default=None)


def _written(points: Sequence[Point]) -> str:
    return " ".join(f"{x},{y}" for x, y in points)


def _days_to(day: date) -> int:
    return (day - date(day.year, 1, 1)).days + 1
