"""Years and months in addresses and on pages: `ar` and `manad`, today's where none is named."""

import re
from datetime import date
from typing import Final

from flask import request

from consortium.billing.papers import MONTHS
from consortium.billing.periods import LENGTHS
from consortium.core.days import swedish_day
from consortium.core.words import mark
from consortium.web.asking import visit
from consortium.web.language import told

_YEAR: Final = re.compile(r"20\d{2}", re.ASCII)
_MONTH: Final = re.compile(r"0?[1-9]|1[0-2]", re.ASCII)


def today() -> date:
    """The Swedish day of this request."""
    return swedish_day(visit().now)


def asked_year() -> int:
    """The year that the address names; this year where it names none that can be."""
    known = _YEAR.fullmatch(request.args.get("ar", ""))
    return int(known[0]) if known else today().year


def asked_month() -> int | None:
    """The month (1–12) that the address names; None where it names none that can be."""
    known = _MONTH.fullmatch(request.args.get("manad", ""))
    return int(known[0]) if known else None


def asked_period() -> tuple[int, int]:
    """The year and the month (1–12) that the address names; today's month where it names none."""
    return asked_year(), asked_month() or today().month


def month_name(month: int) -> str:
    """A month's name in the reader's language, as it stands inside a sentence."""
    return told(MONTHS[month - 1])


def month_title(month: date) -> str:
    """`november 2026`."""
    return f"{month_name(month.month)} {month.year}"


def period_title(month: date, months: int) -> str:
    """`november 2026`, `kvartal 4 2026` or `2026`: `months` (1, 3 or 12) from `month`."""
    if months == LENGTHS[0]:
        return month_title(month)
    if months == LENGTHS[1]:
        quarter = (month.month + 2) // 3
        return told(mark("quarter {quarter} of {year}"), quarter=quarter, year=month.year)
    return str(month.year)


def months_title(month: date, to_month: int) -> str:
    """`november 2026`, `januari–juni 2026`, or `2026`: months of one year, first day and last."""
    if month.month == to_month:
        return month_title(month)
    if (month.month, to_month) == (1, len(MONTHS)):
        return str(month.year)
    return f"{month_name(month.month)}–{month_name(to_month)} {month.year}"


def month_choices() -> list[tuple[int, str]]:
    """The months as a list to choose from."""
    return [(month, month_name(month)) for month in range(1, len(MONTHS) + 1)]


def year_choices(years: list[int], chosen: int) -> list[tuple[int, str]]:
    """`years` as a list to choose from, with the one that is chosen."""
    return [(year, str(year)) for year in sorted({*years, chosen}, reverse=True)]
