"""Numbers, money and times as readers of a language write them. Pure.

Swedish: 1 234,50 kr with no-break spaces, U+2212 for minus. English: SEK 1,234.50. Dates are
ISO 8601 in both, near ones with the weekday (`tis 24 nov`).
"""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Final

from babel.dates import format_date

from consortium.core.days import swedish_day, swedish_time
from consortium.core.money import amount as swedish_amount

NEAR_DAYS: Final = 28
NO_BREAK: Final = "\u00a0"
MINUS: Final = "\u2212"
_ENGLISH: Final = str.maketrans({",": ".", NO_BREAK: ","})


def amount(amount_ore: int, language: str) -> str:
    """Öre as kronor with two decimals and no unit, for columns whose head names it."""
    return _in(language, swedish_amount(amount_ore))


def kronor(amount_ore: int, language: str) -> str:
    """Öre as kronor with the unit."""
    if language != "sv":
        return f"SEK{NO_BREAK}{amount(amount_ore, language)}"
    return f"{amount(amount_ore, language)}{NO_BREAK}kr"


def change(amount_ore: int, language: str) -> str:
    """As `amount`, with a plus where it is above zero: for columns of differences."""
    return ("+" if amount_ore > 0 else "") + amount(amount_ore, language)


def number(value: int | str | Decimal, language: str) -> str:
    """A whole or decimal number with its digits in groups, its decimals as they are."""
    size, sign = f"{Decimal(value):f}", ""
    if size.startswith("-"):
        size, sign = size[1:], MINUS
    whole, _point, rest = size.partition(".")
    grouped = f"{int(whole):,}".replace(",", NO_BREAK)
    return sign + _in(language, f"{grouped},{rest}" if rest else grouped)


def percent(share: Decimal | float, language: str, decimals: int = 1) -> str:
    """A share of 1 in percent, half to even: 0.05857 with 3 decimals is 5,857 %."""
    shown = number(f"{Decimal(str(share)) * 100:.{decimals}f}", language)
    return f"{shown}{NO_BREAK}%" if language == "sv" else f"{shown}%"


def near_day(day: date, today: date, language: str) -> str:
    """`tis 24 nov` within four weeks of `today`, else 2026-11-24."""
    if abs((day - today).days) > NEAR_DAYS:
        return day.isoformat()
    return format_date(day, "EEE d MMM", locale=language).replace(".", "").replace(" ", NO_BREAK)


def weekday(number_of_day: int, language: str) -> str:
    """The name of a weekday, 0 Monday."""
    monday = date(2024, 1, 1)
    return format_date(monday.replace(day=1 + number_of_day), "EEEE", locale=language).capitalize()


def clock(at: time) -> str:
    return f"{at:%H:%M}"


def moment(instant: datetime) -> str:
    """The Swedish date and time of an instant, to the minute."""
    return f"{swedish_day(instant).isoformat()}{NO_BREAK}{clock(swedish_time(instant))}"


def organisation_number(number: str) -> str:
    """Ten digits as they are written: 212000-2221."""
    return f"{number[:6]}-{number[6:]}" if number else ""


def _in(language: str, swedish: str) -> str:
    return swedish if language == "sv" else swedish.translate(_ENGLISH)
