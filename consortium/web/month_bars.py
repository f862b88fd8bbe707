"""Budget and actual cost month by month as what an inline SVG draws: bars and labels. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from babel.dates import format_date

from consortium.core.money import ORE_PER_KRONA
from consortium.reports.budget import Month
from consortium.web.charting import NARROW, STEPS, THOUSAND_ORE, WIDE, Frame

FRAMES: Final = (replace(WIDE, right=752), replace(NARROW, right=352))
TOP: Final = 28
"""Where the plot begins: there is no label above it."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle. x, y: its left and top; height: 0 of nothing."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class MonthBars:
    """A month: its budget behind, what it has cost before. closed: it counts in the forecast."""

    budget: Bar
    actual: Bar
    closed: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """Bars in a frame. ticks: y and value, in kronor or, with `thousands`, in 1 000 kr.

    months: x and name of those that are named. zero: y of nothing.
    """

    frame: Frame
    thousands: bool
    ticks: tuple[tuple[float, int], ...]
    names: tuple[tuple[float, str], ...]
    months: tuple[MonthBars, ...]
    zero: float


def month_bars(months: Sequence[Month], frame: Frame, language: str) -> Drawing:
    """Twelve months as bars; a credit falls below zero."""
    amounts = [ore for month in months for ore in (month.budget_ore, month.actual_ore)]
    low, high = min(0, *amounts), max(ORE_PER_KRONA, *amounts)
    scale = _Scale(frame, low, high, (frame.right - frame.left) / max(len(months), 1))
    step_ore = scale.step_ore()
    unit = THOUSAND_ORE if step_ore >= THOUSAND_ORE else ORE_PER_KRONA
    values = range(-(-low // step_ore) * step_ore, high + 1, step_ore)
    named = range(0, len(months), frame.months_apart)
    return Drawing(
        frame=frame,
        thousands=unit == THOUSAND_ORE,
        ticks=tuple((scale.y(ore), ore // unit) for ore in values),
        names=tuple((scale.middle(place), _name(months[place], language)) for place in named),
        months=tuple(
            MonthBars(
                scale.bar(place, month.budget_ore, 0.84),
                scale.bar(place, month.actual_ore, 0.48),
                month.closed,
            )
            for place, month in enumerate(months)
        ),
        zero=scale.y(0),
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    """From öre to places in a frame. low, high: öre at bottom and top. pitch: a month's width."""

    frame: Frame
    low: int
    high: int
    pitch: float

    def y(self, ore: int) -> float:
        frame = self.frame
        rise = (ore - self.low) * (frame.bottom - TOP) / (self.high - self.low)
        return round(frame.bottom - rise, 1)

    def middle(self, place: int) -> float:
        return round(self.frame.left + (place + 0.5) * self.pitch, 1)

    def bar(self, place: int, ore: int, part: float) -> Bar:
        """A bar of `part` of a month's width, from zero to `ore`."""
        width = round(self.pitch * part, 1)
        edge, zero = self.y(ore), self.y(0)
        left = round(self.middle(place) - width / 2, 1)
        return Bar(left, min(edge, zero), width, round(abs(edge - zero), 1))

    def step_ore(self) -> int:
        """The smallest of 1, 2, 5, 10, 20 … kronor that gives no more grid lines than fit."""
        size = ORE_PER_KRONA
        while True:
            for step in STEPS:
                if self.high // (step * size) + -self.low // (step * size) < self.frame.most_ticks:
                    return step * size
            size *= 10


def _name(month: Month, language: str) -> str:
    day = date(2000, month.month, 1)
    return format_date(day, "LLL", locale=language).removesuffix(".")
