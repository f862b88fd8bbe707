"""Rule: the crates that a branch is expected to have on a weekday. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

MOST_DAYS: Final = 8
KNOWN: Final = "known"
COUNTED: Final = "counted"
USUAL: Final = "usual"

Source = Literal["known", "counted", "usual"]


@dataclass(frozen=True, slots=True)
class Expected:
    """Crates expected at a branch: to deliver there, and to collect.

    deliver_from, collect_from: `known` (they are on their way, or packed), `counted` (the mean of
    days that were counted) or `usual` (the value that the week's stop starts from). days: how many
    counted days the mean rests on.
    """

    slug: str
    deliver: int
    collect: int
    deliver_from: Source
    collect_from: Source
    days: int = 0


def forecast(counts: Mapping[date, int], weekday: int) -> int | None:
    """The mean of the last 8 counted days of a weekday, rounded half up; None without any.

    counts: counted day → crates, 0 where there were none. weekday: 0 Monday to 6 Sunday.
    """
    days = last_days(counts, weekday)
    if not days:
        return None
    whole = sum(counts[day] for day in days)
    return (2 * whole + len(days)) // (2 * len(days))


def last_days(counts: Mapping[date, int], weekday: int) -> list[date]:
    """The counted days of `weekday` that a forecast rests on, the newest first."""
    return sorted((day for day in counts if day.weekday() == weekday), reverse=True)[:MOST_DAYS]


def counted_days(
    counts: Mapping[date, tuple[int, int]], all_days: Sequence[date], closed: Sequence[date]
) -> dict[date, tuple[int, int]]:
    """The counted days of a branch, those without any crate of its own included.

    counts: what was counted there. all_days: days on which anything was counted anywhere. closed:
    days on which the branch was. Before its own first count on a weekday a day tells nothing.
    """
    first: dict[int, date] = {}
    for day in sorted(counts):
        first.setdefault(day.weekday(), day)
    quiet = {
        day: (0, 0)
        for day in all_days
        if day.weekday() in first and day > first[day.weekday()] and day not in closed
    }
    return quiet | dict(counts)


def expect(slug: str, known: tuple[int, int], guess: tuple[int, int], source: Source) -> Expected:
    """What is known or what is guessed, whichever is larger, each way for itself.

    Both as (deliver, collect). source: where the guess comes from.
    """
    deliver, collect = (max(one, other) for one, other in zip(known, guess, strict=True))
    return Expected(
        slug,
        deliver,
        collect,
        KNOWN if known[0] > guess[0] else source,
        KNOWN if known[1] > guess[1] else source,
    )
