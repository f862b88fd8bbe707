"""Interest on overdue invoices by the Interest Act (räntelag 1975:635). Pure.

Where the due date is agreed beforehand interest runs from it (3 §), else from thirty days after
the demand (4 §); our invoices always state one. It is the reference rate of each day and eight
percentage points (6 §); the central bank sets that rate for each half of a calendar year, rounded
up to half a percentage point (9 §). Interest is for a year, so a day is 1/365 of it, in leap years
too, and there is none on interest.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

from consortium.core.days import DAY
from consortium.core.errors import Conflict, Fault

ADDED: Final = 8
"""Percentage points above the reference rate (6 §)."""
DAYS_A_YEAR: Final = 365
JULY: Final = 7
Rates = Mapping[date, Fraction]
"""First day of a half-year → the reference rate of it, in per cent."""

PUBLISHED: Final = (
    ("2020-01-01", "0"),
    ("2020-07-01", "0"),
    ("2021-01-01", "0"),
    ("2021-07-01", "0"),
    ("2022-01-01", "0"),
    ("2022-07-01", "0.5"),
    ("2023-01-01", "2.5"),
    ("2023-07-01", "3.5"),
    ("2024-01-01", "4"),
    ("2024-07-01", "4"),
    ("2025-01-01", "3"),
    ("2025-07-01", "2"),
    ("2026-01-01", "2"),
)
"""First day → per cent, as the central bank has published it (riksbank.se, Referensränta)."""
SOURCE: Final = "Riksbanken, referensränta enligt 9 § räntelagen"


def half_year(day: date) -> date:
    """The first day of the half-year that `day` is in."""
    return date(day.year, JULY if day.month >= JULY else 1, 1)


def next_half_year(day: date) -> date:
    """The first day of the half-year after that of `day`."""
    first = half_year(day)
    return date(first.year, JULY, 1) if first.month < JULY else date(first.year + 1, 1, 1)


def interest(
    claim_ore: int, payments: Sequence[tuple[date, int]], due_on: date, until: date, rates: Rates
) -> Fraction:
    """The interest, in exact öre, that has run on a claim through the day `until`.

    It runs on each day after `due_on` on what was left at the end of the day before. payments: day
    and öre, negative where a payment was taken back. Conflict, naming each half-year, where a
    reference rate is missing.
    """
    changes = {day for day, _ore in payments if due_on < day < until}
    total, missing, start = Fraction(0), [], due_on
    while start < until:
        following = half_year(start + DAY)
        stop = min([until, next_half_year(following) - DAY, *(d for d in changes if d > start)])
        left_ore = claim_ore - sum(ore for day, ore in payments if day <= start)
        if left_ore > 0:
            if following in rates:
                total += left_ore * _of_days(rates[following], stop - start)
            else:
                missing.append(following)
        start = stop
    if missing:
        raise Conflict([missing_rate(day) for day in sorted(set(missing))])
    return total


def whole_ore(exact: Fraction) -> int:
    """`exact`, not negative, half up to the öre."""
    return (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)


def missing_rate(from_on: date) -> Fault:
    return Fault(
        "The reference rate from {day} is not known",
        "from_on",
        {"day": from_on.isoformat()},
        "Enter it as the central bank has published it",
    )


def _of_days(percent: Fraction, span: timedelta) -> Fraction:
    return (percent + ADDED) / 100 * span.days / DAYS_A_YEAR
