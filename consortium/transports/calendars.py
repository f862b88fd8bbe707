"""Rules of the library week: which weekday a date is driven as, its season, and the bus's calls.

Pure.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from itertools import pairwise
from typing import Final

from consortium.core.days import DAY, holiday, is_business_day

WEEKDAYS: Final = range(5)
DAYS_A_WEEK: Final = 7
NO_TRAFFIC: Final = "no_traffic"
AS_WEEKDAY: Final = "as_weekday"
NOBODY_DRIVES: Final = "Inga transporter denna dag"

Window = tuple[time, time]


@dataclass(frozen=True, slots=True)
class SpecialDate:
    """A date that is not as its weekday. weekday: that it is driven as, None: nobody drives."""

    weekday: int | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class SeasonDates:
    """A season, both days inclusive. driving_percent: how much longer every leg takes."""

    id: int
    name: str
    first_on: date
    last_on: date
    driving_percent: int = 0


@dataclass(frozen=True, slots=True)
class BusTimes:
    """A call of a book bus: every so many weeks from first_on, on its weekday (0 Monday)."""

    bus_id: int
    stop_id: int
    weekday: int
    every_weeks: int
    first_on: date
    last_on: date | None
    arrives: time
    leaves: time


def traffic_weekday(day: date, special: Mapping[date, SpecialDate]) -> int | None:
    """The weekday, 0 Monday to 4 Friday, whose routes are driven on `day`; None: nobody drives.

    special: the dates that are not as their weekday; any other is driven where it is a business
    day.
    """
    if day in special:
        return special[day].weekday
    return day.weekday() if is_business_day(day) else None


def why_no_traffic(day: date, special: Mapping[date, SpecialDate]) -> str:
    """Why nobody drives on `day`, in Swedish; empty where somebody does, and on plain week-ends."""
    if traffic_weekday(day, special) is not None:
        return ""
    if day in special:
        return special[day].note or NOBODY_DRIVES
    return holiday(day) if day.weekday() in WEEKDAYS else ""


def season_on(day: date, seasons: Iterable[SeasonDates]) -> SeasonDates | None:
    """The season that `day` is in: of several the last to begin, then the last entered."""
    there = [each for each in seasons if each.first_on <= day <= each.last_on]
    return max(there, key=lambda each: (each.first_on, each.id), default=None)


def calls_on(times: BusTimes, day: date) -> bool:
    """Whether the bus calls on `day`; the first time on its weekday from first_on on."""
    if day < times.first_on or (times.last_on is not None and day > times.last_on):
        return False
    first = times.first_on + (times.weekday - times.first_on.weekday()) % DAYS_A_WEEK * DAY
    weeks, rest = divmod((day - first).days, DAYS_A_WEEK)
    return rest == 0 and weeks >= 0 and weeks % times.every_weeks == 0


def longest_wait(weekdays: Iterable[int]) -> int | None:
    """The most days between two stops of a branch, week after week; None without any stop.

    weekdays: those on which it has one, 0 Monday to 6 Sunday.
    """
    days = sorted(set(weekdays))
    if not days:
        return None
    return max(after - before for before, after in pairwise([*days, days[0] + DAYS_A_WEEK]))


def joined(windows: Sequence[Window]) -> tuple[Window, ...]:
    """Windows in their order; those that overlap or touch are one."""
    found: list[Window] = []
    for opens, closes in sorted(windows):
        if found and opens <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], closes))
        else:
            found.append((opens, closes))
    return tuple(found)


def stop_windows(first: Window, more: Iterable[Sequence[str]]) -> tuple[Window, ...]:
    """The windows of a stop of the week. more: as they are kept, pairs of ISO 8601 times."""
    further = [(time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in more]
    return joined([first, *further])
