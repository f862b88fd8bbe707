"""Shares of weeks as what an inline SVG draws: a bar for each week, from 0 to 100 %. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from consortium.web.charting import NARROW, WIDE, Frame
from consortium.web.month_bars import Bar

FRAMES: Final = (
    replace(WIDE, right=752, top=24, height=230, bottom=196),
    replace(NARROW, right=352, top=24, height=220, bottom=186),
)
PERMILLE: Final = 1000
TICKS: Final = (0, 250, 500, 750, 1000)
WIDEST: Final = 60.0
NAMED: Final = {WIDE.width: 13, NARROW.width: 6}
"""So many weeks have their name below, in a frame of that width."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """Bars in a frame. ticks: y and per cent. names: x and number of those weeks that are named.

    bars: one for each week, None where nothing was noted. zero: y of nothing.
    """

    frame: Frame
    ticks: tuple[tuple[float, int], ...]
    names: tuple[tuple[float, int], ...]
    bars: tuple[Bar | None, ...]
    zero: float


def week_bars(weeks: Sequence[tuple[date, int | None]], frame: Frame) -> Drawing:
    """weeks: each Monday with its share in thousandths, None where there is none."""
    pitch = (frame.right - frame.left) / max(len(weeks), 1)
    step = -(-len(weeks) // NAMED[frame.width]) or 1
    return Drawing(
        frame=frame,
        ticks=tuple((_y(frame, part), part // 10) for part in TICKS),
        names=tuple(
            (round(frame.left + (place + 0.5) * pitch, 1), weeks[place][0].isocalendar().week)
            for place in range(0, len(weeks), step)
        ),
        bars=tuple(
            _bar(frame, frame.left + (place + 0.5) * pitch, min(pitch * 0.7, WIDEST), part)
            for place, (_monday, part) in enumerate(weeks)
        ),
        zero=_y(frame, 0),
    )


def _bar(frame: Frame, middle: float, width: float, part: int | None) -> Bar | None:
    if part is None:
        return None
    top = _y(frame, part)
    return Bar(round(middle - width / 2, 1), top, round(width, 1), round(_y(frame, 0) - top, 1))


def _y(frame: Frame, part: int) -> float:
    return round(frame.bottom - part * (frame.bottom - frame.top) / PERMILLE, 1)
