"""What the forms of the week read: times of day, minutes, windows and breaks."""

import re
from collections.abc import Iterable, Mapping
from datetime import time
from typing import Annotated, Final, Literal, TypeVar

from pydantic import BeforeValidator

from consortium.core.errors import Fault, Problem
from consortium.core.words import mark
from consortium.http.asking import Filled, Form, Line, Ore, Whole
from consortium.transports.calendars import Window
from consortium.transports.weekly_stops import WeeklyStop

P = TypeVar("P", bound=Problem)

TIME: Final = mark("Write a time of day, as 08:30")
MINUTES: Final = mark("Write minutes, as 8 or 8:30")
WINDOWS: Final = mark("Write from and to, as 12:30–14:00; several with commas between")
FIELDS: Final = {"window": "window_to"}
"""Where the use case finds a fault → the input that it is about."""

_TIME: Final = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)", re.ASCII)
_MINUTES: Final = re.compile(r"(\d{1,4})(?::([0-5]\d))?", re.ASCII)


def time_of(text: str) -> time:
    """`8:30` or `08.30` as a time of day."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise ValueError(TIME)
    return time(int(found[1]), int(found[2]))


def seconds_of(text: str) -> int:
    """`8` minutes, or `8:30`, as seconds."""
    found = _MINUTES.fullmatch(text.strip())
    if found is None:
        raise ValueError(MINUTES)
    return int(found[1]) * 60 + int(found[2] or 0)


def minutes(seconds: int) -> str:
    """As `seconds_of` reads it: `8`, or `8:30` where it is no whole number of minutes."""
    whole, rest = divmod(seconds, 60)
    return f"{whole}:{rest:02}" if rest else str(whole)


def windows_of(text: str) -> tuple[Window, ...]:
    """`8:00-10:00, 12:30–14:00` as windows; none where it is empty."""
    return tuple(_window(part) for part in text.split(",") if part.strip())


def window_text(windows: Iterable[Window]) -> str:
    """As `windows_of` reads them."""
    return ", ".join(f"{opens:%H:%M}–{closes:%H:%M}" for opens, closes in windows)


def _window(text: str) -> Window:
    ends = re.split(r"[-–]", text)
    try:
        opens, closes = map(time_of, ends)
    except ValueError as error:
        raise ValueError(WINDOWS) from error
    return opens, closes


Clock = Annotated[time, BeforeValidator(time_of)]
Minutes = Annotated[int, BeforeValidator(seconds_of)]
Windows = Annotated[tuple[Window, ...], BeforeValidator(windows_of)]


class StopForm(Form):
    """service_s: as minutes. required: `nej` for a stop that may be left out for `skip_ore`.

    sasong: the name of a season. served: `nej` where the season does without the stop. sok: `ja`
    to look for a better order of the other stops, too.
    """

    weekday: Whole
    branch: Filled
    window_from: Clock
    window_to: Clock
    service_s: Minutes
    required: Literal["ja", "nej"] = "ja"
    skip_ore: Ore = 0
    sasong: Line = ""
    served: Literal["ja", "nej"] = "ja"
    more_windows: Windows = ()
    usual_deliver: Whole = 0
    usual_collect: Whole = 0
    sok: Line = ""

    @property
    def stop(self) -> WeeklyStop:
        return WeeklyStop(
            self.weekday,
            self.branch,
            (self.window_from, self.window_to),
            self.service_s,
            self.required == "ja",
            self.skip_ore,
            self.sasong,
            self.served == "ja",
            self.more_windows,
            self.usual_deliver,
            self.usual_collect,
        )


class DropForm(Form):
    weekday: Whole
    branch: Filled
    sasong: Line = ""
    sok: Line = ""


def at_inputs(problem: P, fields: Mapping[str, str] = FIELDS) -> P:
    """A refusal with its places named as the inputs of the form."""
    return type(problem)(
        [Fault(f.text, fields.get(f.at, f.at), f.facts, f.remedy) for f in problem.faults]
    )
