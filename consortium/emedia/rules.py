"""Rules of e-media: months, prices, costs and how long the pot lasts. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise
from math import floor
from typing import Final

from consortium.core.days import MONTHS_A_YEAR, last_day
from consortium.core.errors import Fault
from consortium.measures.rules import plain_value

POOL: Final = "emedia"
"""The code of the cost pool whose budget is the pot."""
MEASURE: Final = "e_loans"
"""The code of the measure that loans become."""
ACCESS_METHODS: Final = frozenset({"Regular", "TDM"})
METRICS: Final = frozenset(
    {
        "Total_Item_Requests",
        "Unique_Item_Requests",
        "Unique_Title_Requests",
        "Total_Item_Investigations",
        "Unique_Item_Investigations",
        "Unique_Title_Investigations",
    }
)
"""What can count as a loan in a title report (COUNTER 5.1, TR). Refusals (No_License,
Limit_Exceeded) cannot."""
MOST_LOANS: Final = 100_000_000
MOST_ORE_PER_LOAN: Final = 1_000_000
FIRST_YEAR, LAST_YEAR = 1990, 2100  # outside them, a month is mistyped
HALF: Final = Fraction(1, 2)

_SUPPLIER_CODE = re.compile(r"[a-z][a-z0-9_-]{0,30}", re.ASCII)
_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Price:
    """What a loan costs on its days, both inclusive; to_on None: until further notice."""

    from_on: date
    to_on: date | None
    ore_per_loan: str


@dataclass(frozen=True, slots=True)
class Known:
    """What usage is checked against.

    prices: supplier code → its prices. municipalities: their codes. pool_years: the years that
    have a pot.
    """

    today: date
    prices: Mapping[str, Sequence[Price]]
    municipalities: frozenset[str]
    pool_years: frozenset[int]


def month_of(text: str) -> date | None:
    """The first day of a month written as `2026-10`, None where it is none."""
    found = _MONTH.fullmatch(text)
    if not found:
        return None
    year, month = int(found[1]), int(found[2])
    plausible = FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= MONTHS_A_YEAR
    return date(year, month, 1) if plausible else None


def month_name(month: date) -> str:
    return month.isoformat()[:7]


def month_end(month: date) -> date:
    return last_day(month.year, month.month)


def next_month(month: date) -> date:
    """The first day of the month after the one that begins on `month`."""
    return date(month.year + month.month // MONTHS_A_YEAR, month.month % MONTHS_A_YEAR + 1, 1)


def months_text(months: Sequence[date]) -> str:
    """Months in their order, runs joined: `2026-01–2026-03, 2026-05`."""
    ordered = sorted(set(months))
    firsts = ordered[:1] + [after for before, after in pairwise(ordered) if _gap(before, after)]
    lasts = [before for before, after in pairwise(ordered) if _gap(before, after)] + ordered[-1:]
    return ", ".join(
        month_name(first) if first == last else f"{month_name(first)}–{month_name(last)}"
        for first, last in zip(firsts, lasts, strict=True)
    )


def reference(supplier: str, month: date, member: str) -> str:
    """What the cost of a member's loans at a supplier in a month is known by in the pool."""
    return f"{POOL}:{supplier}:{month_name(month)}:{member}"


def price_on(prices: Sequence[Price], day: date) -> Price | None:
    """The price that holds on `day`; None where none does."""
    holding = (
        price
        for price in prices
        if price.from_on <= day and (price.to_on is None or day <= price.to_on)
    )
    return next(holding, None)


def cost_ore(loans: int, ore_per_loan: str) -> int:
    """What `loans` cost, in öre, rounded once, half up to the öre.

    loans: 0 or more. ore_per_loan: an exact decimal number of öre, never negative.
    """
    return floor(Fraction(ore_per_loan) * loans + HALF)


def run_out(budget_ore: int, used_ore: int, settled_on: date, year: int) -> date | None:
    """The first day that the pot does not cover, None where it lasts the year.

    The plain rule: what was used from 1 January of `year` to `settled_on`, the last day of the
    last month with usage, both days counted, is used evenly, and the same each day until
    31 December. The answer is the first day at whose end more than `budget_ore` is used by that
    average; it lies before `settled_on` where the pot is used up already. A budget used exactly
    on 31 December lasts the year.
    """
    if used_ore <= 0:
        return None
    day_number = budget_ore * _days_to(settled_on, year) // used_ore + 1
    if day_number > _days_to(date(year, 12, 31), year):
        return None
    return date.fromordinal(date(year, 1, 1).toordinal() + day_number - 1)


def year_end_ore(used_ore: int, settled_on: date, year: int) -> int:
    """What is used on 31 December when `used_ore` goes on as `run_out` has it; öre, half up."""
    whole = Fraction(used_ore * _days_to(date(year, 12, 31), year), _days_to(settled_on, year))
    return floor(whole + HALF)


def supplier_faults(code: str, name: str, metric: str, access_method: str) -> Iterator[Fault]:
    """What keeps these from being a supplier's."""
    if not _SUPPLIER_CODE.fullmatch(code):
        yield Fault(
            "A supplier's code has small letters, digits, - and _ only; this is {code}",
            "code",
            {"code": code or "–"},
            "Write it as e-books",
        )
    if not name.strip():
        yield Fault("A supplier needs a name", "name")
    if metric not in METRICS:
        yield Fault("{metric} does not count loans", "metric", {"metric": metric or "–"})
    if access_method not in ACCESS_METHODS:
        yield Fault(
            "{method} is no access method of COUNTER",
            "access_method",
            {"method": access_method or "–"},
            "Write Regular or TDM",
        )


def price_faults(text: str) -> Iterator[Fault]:
    """What keeps `text` from being a price in öre per loan."""
    value = plain_value(text)
    if value is None or Fraction(value) > MOST_ORE_PER_LOAN:
        yield Fault(
            "{price} is no price: it takes öre per loan, from 0 to 1 000 000",
            "ore_per_loan",
            {"price": text or "–"},
            "Write it as 1850 or 1850,5",
        )


def month_faults(known: Known, supplier: str, month: date, at: str) -> Iterator[Fault]:
    """What keeps the usage of a month at a known supplier from being taken in and paid for."""
    name = month_name(month)
    if month_end(month) >= known.today:
        yield Fault("{month} is not over yet", at, {"month": name}, "Import it when it is")
    if month.year not in known.pool_years:
        yield Fault(
            "There is no cost pool {code} in {year}", at, {"code": POOL, "year": month.year}
        )
    if price_on(known.prices[supplier], month) is None:
        yield Fault(
            "{supplier} has no price on {day}",
            at,
            {"supplier": supplier, "day": month.isoformat()},
            "Set the price that holds on the first day of the month",
        )


def _gap(before: date, after: date) -> bool:
    return next_month(before) != after


def _days_to(day: date, year: int) -> int:
    """How many days there are from 1 January of `year` to `day`, both counted."""
    return (day - date(year, 1, 1)).days + 1
