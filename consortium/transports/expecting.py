"""Query: the crates that a day's stops can expect, from what waits and what has been counted."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from consortium.branches.queries import closures
from consortium.core.days import DAY
from consortium.core.work import Work
from consortium.crates.queries import Waiting, daily_counts
from consortium.transports.forecasting import (
    COUNTED,
    USUAL,
    Expected,
    counted_days,
    expect,
    forecast,
    last_days,
)
from consortium.transports.library_week import DueStop, days_between

LOOKS_BACK: Final = timedelta(weeks=26)

Counts = Mapping[date, tuple[int, int]]


def expected_crates(
    weekday: int,
    stops: Sequence[DueStop],
    waiting: Mapping[int, Waiting],
    history: Mapping[int, Counts],
    slugs: Mapping[int, str],
) -> dict[int, Expected]:
    """Branch id → the crates that its stop of a day can expect. weekday: that it is driven as.

    What waits, or the forecast for the weekday with the crates of an extra stop added, whichever is
    larger; where nothing was counted the forecast is what the week's stop starts from.
    """
    return {
        stop.branch_id: _expected(
            slugs[stop.branch_id],
            stop,
            waiting.get(stop.branch_id, Waiting(0, 0)),
            history.get(stop.branch_id, {}),
            weekday,
        )
        for stop in stops
    }


def crate_history(work: Work, day: date, whose: Collection[int]) -> dict[int, Counts]:
    """Branch id → its counted days of the half year before `day`: (crates sent, crates received).

    Today is not counted: it is not over.
    """
    before = min(day, work.today)
    first, last = before - LOOKS_BACK, before - DAY
    counts: dict[int, dict[date, tuple[int, int]]] = {}
    for (branch_id, on), count in daily_counts(work, first, last).items():
        counts.setdefault(branch_id, {})[on] = count
    all_days = sorted({on for each in counts.values() for on in each})
    closed: dict[int, list[date]] = {}
    for row in closures(work, first, last):
        days = days_between(max(row.from_on, first), min(row.to_on, last))
        closed.setdefault(row.branch_id, []).extend(days)
    return {
        each: counted_days(counts[each], all_days, closed.get(each, []))
        for each in counts.keys() & set(whose)
    }


def _expected(slug: str, stop: DueStop, here: Waiting, counts: Counts, weekday: int) -> Expected:
    more = stop.extra or (0, 0)
    sent = forecast({day: count[0] for day, count in counts.items()}, weekday)
    received = forecast({day: count[1] for day, count in counts.items()}, weekday)
    counted = sent is not None and received is not None
    base = (received or 0, sent or 0) if counted else stop.usual
    guess = (base[0] + more[0], base[1] + more[1])
    found = expect(slug, (here.deliver, here.collect), guess, COUNTED if counted else USUAL)
    return replace(found, days=len(last_days(dict.fromkeys(counts, 0), weekday)))
