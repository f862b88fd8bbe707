"""Rules of a volume sample: which days are drawn, and what they say of the whole time. Pure.

A stratified sample without replacement: the strata are the weekdays, a unit is a delivery day.
Method: Cochran, Sampling Techniques (3rd edition, Wiley 1977), chapter 5: the total is formula
5.1 times the days of the population, its variance 5.7, its degrees of freedom 5.16.
"""

import hashlib
import math
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from consortium.core.days import DAY, is_business_day
from consortium.core.errors import Fault

CONFIDENCE: Final = 0.95
FEWEST, MOST = 2, 20
"""Days drawn of each weekday: two are the fewest that tell how much days differ."""
LONGEST: Final = 366
MOST_CRATES: Final = 10_000
LONGEST_NAME: Final = 80

_SHEET: Final = re.compile(r"VP(\d{1,9})-(\d{1,9})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Stratum:
    """A weekday (0 Monday) of the time. size: its delivery days. drawn: those to count."""

    weekday: int
    size: int
    drawn: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Estimate:
    """Crates of the whole time. total: exact. days: counted. counted: crates on those days.

    error: the standard error of the total, degrees: its degrees of freedom; error is None where
    some weekday has no counted day at all, or one day alone is counted: then nobody knows it.
    reach: how far the interval of 95 % confidence goes to either side, None likewise.
    """

    total: Fraction
    days: int
    counted: int
    error: float | None
    degrees: int
    reach: float | None

    @property
    def whole(self) -> int:
        """The total, half up to a crate."""
        return math.floor(self.total + Fraction(1, 2))

    @property
    def interval(self) -> tuple[int, int] | None:
        """From and to, of 95 % confidence, in whole crates outwards; not below what is counted."""
        if self.reach is None:
            return None
        low, high = float(self.total) - self.reach, float(self.total) + self.reach
        return max(math.floor(low), self.counted), max(math.ceil(high), self.counted)


def delivery_days(first: date, last: date) -> list[date]:
    """The days of the population: business days between the two, both inclusive."""
    days = (first + DAY * number for number in range((last - first).days + 1))
    return [day for day in days if is_business_day(day)]


def draw_days(days: Sequence[date], per_weekday: int, seed: int) -> list[date]:
    """So many of each weekday's days, all where it has no more; in order of date.

    Each day has a number, the SHA-256 of `seed:day`; the lowest are drawn. So anybody can draw the
    same days again, with any program.
    """
    by_weekday: dict[int, list[date]] = defaultdict(list)
    for day in sorted(set(days), key=lambda day: _lot(day, seed)):
        by_weekday[day.weekday()].append(day)
    return sorted(day for group in by_weekday.values() for day in group[:per_weekday])


def strata(first: date, last: date, drawn: Sequence[date]) -> list[Stratum]:
    """The weekdays of the time with their days, Monday first."""
    sizes = sizes_of(first, last)
    return [
        Stratum(weekday, size, tuple(day for day in sorted(drawn) if day.weekday() == weekday))
        for weekday, size in sorted(sizes.items())
    ]


def sizes_of(first: date, last: date) -> dict[int, int]:
    """Weekday → how many delivery days of the time fall on it."""
    sizes: dict[int, int] = defaultdict(int)
    for day in delivery_days(first, last):
        sizes[day.weekday()] += 1
    return dict(sizes)


def estimate(sizes: Mapping[int, int], counts: Mapping[date, int]) -> Estimate | None:
    """What counts of some days say of all: None where there is none.

    sizes: as of `sizes_of`. counts: day → crates. A weekday's total is the mean of its counted days
    times its days. One without any counted day is taken at the mean of all days counted; the days
    of one with a single counted day are taken to differ as much as all counted days do, between
    the weekdays as well, which rather widens the interval (collapsed strata, Cochran 5A.12).
    """
    if not counts:
        return None
    groups: dict[int, list[int]] = {weekday: [] for weekday in sizes}
    for day, number in counts.items():
        groups[day.weekday()].append(number)
    overall = Fraction(sum(counts.values()), len(counts))
    total = sum(
        (
            sizes[weekday] * (_mean(group) if group else overall)
            for weekday, group in groups.items()
        ),
        Fraction(0),
    )
    known = all(groups.values()) and (len(counts) > 1 or sum(sizes.values()) == 1)
    all_days = list(counts.values())
    parts = [_part(sizes[key], groups[key], all_days) for key in groups] if known else []
    variance = sum((weight * spread for weight, spread, _ in parts), Fraction(0))
    error, degrees = math.sqrt(variance) if known else None, _degrees(parts, variance)
    reach = t_quantile(degrees) * error if error else error
    return Estimate(total, len(counts), sum(counts.values()), error, degrees, reach)


def together(parts: Sequence[Estimate]) -> Estimate:
    """The sum of estimates that may rest on different days.

    Nobody knows how they vary together, so the standard errors are added, which is the most that
    the error of a sum can be, and what the intervals reach; the degrees of freedom are the fewest.
    """
    errors = [part.error for part in parts if part.error is not None]
    reaches = [part.reach for part in parts if part.reach is not None]
    return Estimate(
        sum((part.total for part in parts), Fraction(0)),
        max(part.days for part in parts),
        sum(part.counted for part in parts),
        sum(errors) if len(errors) == len(parts) else None,
        min(part.degrees for part in parts),
        sum(reaches) if len(reaches) == len(parts) else None,
    )


def t_quantile(degrees: int, confidence: float = CONFIDENCE) -> float:
    """What Student's t stays within, on both sides, with `confidence`. degrees: whole, from 1.

    By halving, on the finite series of the distribution (Abramowitz and Stegun, Handbook of
    Mathematical Functions, 26.7.3 and 26.7.4).
    """
    low, high = 0.0, 1.0
    while _within(high, degrees) < confidence:
        high *= 2
    while high - low > 1e-10 * high:
        middle = (low + high) / 2
        low, high = (middle, high) if _within(middle, degrees) < confidence else (low, middle)
    return high


def sample_faults(
    name: str, days: tuple[date, date], per_weekday: int, today: date
) -> Iterator[Fault]:
    """What keeps a sample from being drawn. days: the first and the last of the time."""
    if not name.strip():
        yield Fault("A sample needs a name", "name", {}, "As: Autumn 2026")
    if len(name.strip()) > LONGEST_NAME:
        yield Fault("The name is too long", "name", {}, "Use at most 80 characters")
    first, last = days
    if last < first:
        yield Fault("The last day is before the first", "to_on", {}, "Choose a later day")
        return
    if (last - first).days >= LONGEST:
        yield Fault("A sample is of at most a year", "to_on", {}, "Choose an earlier day")
        return
    if last < today:
        yield Fault("The days are over", "to_on", {}, "Choose a time that is still to come")
    if not FEWEST <= per_weekday <= MOST:
        yield Fault("Draw 2 to 20 days of each weekday", "per_weekday")
    if not delivery_days(first, last):
        yield Fault("There is no delivery day in that time", "from_on", {}, "Choose a longer time")


def sheet_code(sample_id: int, branch_id: int) -> str:
    """What the barcode of a branch's sheet says: `VP12-7`."""
    return f"VP{sample_id}-{branch_id}"


def read_sheet_code(text: str) -> tuple[int, int] | None:
    """Sample and branch of a sheet's barcode, None where it is none."""
    found = _SHEET.fullmatch(text.strip().upper())
    return (int(found[1]), int(found[2])) if found else None


def _lot(day: date, seed: int) -> str:
    return hashlib.sha256(f"{seed}:{day.isoformat()}".encode()).hexdigest()


def _mean(group: Sequence[int]) -> Fraction:
    return Fraction(sum(group), len(group))


def _part(
    size: int, group: Sequence[int], all_days: Sequence[int]
) -> tuple[Fraction, Fraction, int]:
    """Cochran's g = N (N − n) / n, the variance s² between days counted, and its freedom.

    all_days: the counts of all weekdays, by which a single day's are taken to vary.
    """
    count = len(group)
    if count == size:
        return Fraction(0), Fraction(0), 0
    compared = group if count > 1 else all_days
    mean, free = _mean(compared), len(compared) - 1
    spread = sum(((number - mean) ** 2 for number in compared), Fraction(0)) / free
    return Fraction(size * (size - count), count), spread, free


def _degrees(parts: Sequence[tuple[Fraction, Fraction, int]], variance: Fraction) -> int:
    """Satterthwaite's degrees of freedom, rounded down, so that the interval is not too narrow."""
    below = sum(
        ((weight * spread) ** 2 / free for weight, spread, free in parts if free), Fraction(0)
    )
    return max(math.floor(variance**2 / below), 1) if below else 1


def _within(t: float, degrees: int) -> float:
    """The probability that Student's t lies between -t and t."""
    angle = math.atan(t / math.sqrt(degrees))
    cosine, odd = math.cos(angle), degrees % 2
    term = cosine if odd else 1.0
    series = 0.0 if degrees == 1 else term
    for step in range(2 + odd, degrees - 1, 2):
        term *= cosine * cosine * (step - 1) / step
        series += term
    series *= math.sin(angle)
    return 2 / math.pi * (angle + series) if odd else series
