"""What people write in forms and addresses, as values. Pure.

A text that cannot be read raises ValueError with one of the constant texts below.
"""

import re
from datetime import date
from typing import Final

from consortium.core.money import ORE_PER_KRONA
from consortium.core.words import mark

WHOLE: Final = mark("Write a whole number, as 1 234")
DAY: Final = mark("Write a date as year-month-day, as 2026-11-24")
MONTH: Final = mark("Write a month as year-month, as 2026-11")
KRONOR: Final = mark("Write an amount in kronor, as 1 234,50")
CHARACTERS: Final = mark("Take away the characters that cannot be seen")

LARGEST: Final = 10**13
"""No number from a form is larger: a hundred billion kronor in öre."""

_BLANKS = re.compile("[ \u00a0\u202f]")  # what stands between groups of digits, also when pasted
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_WHOLE = re.compile(r"[+-]?\d{1,14}", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MONTH = re.compile(r"\d{4}-\d{2}", re.ASCII)
_KRONOR = re.compile(r"([+-]?)(\d{1,12})(?:[.,](\d{1,2}))?", re.ASCII)


def whole_of(text: str) -> int:
    """`1 234` or `-5` as an integer of at most LARGEST."""
    found = _WHOLE.fullmatch(_plain(text))
    if found is None or abs(int(found[0])) > LARGEST:
        raise ValueError(WHOLE)
    return int(found[0])


def day_of(text: str) -> date:
    """`2026-11-24` as a date, and no other form of ISO 8601."""
    if _DAY.fullmatch(text.strip()) is None:
        raise ValueError(DAY)
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:  # the 30th of February
        raise ValueError(DAY) from error


def month_of(text: str) -> date:
    """`2026-11` as the month's first day."""
    if _MONTH.fullmatch(text.strip()) is None:
        raise ValueError(MONTH)
    try:
        return date.fromisoformat(text.strip() + "-01")
    except ValueError as error:
        raise ValueError(MONTH) from error


def ore_of(text: str) -> int:
    """An amount in kronor, `1 234,50`, `1234.5`, `−12 kr`, as öre."""
    found = _KRONOR.fullmatch(_plain(text.strip().removesuffix("kr")))
    if found is None:
        raise ValueError(KRONOR)
    sign, whole, rest = found.groups()
    amount_ore = int(whole) * ORE_PER_KRONA + int((rest or "").ljust(2, "0"))
    return -amount_ore if sign == "-" else amount_ore


def has_unseen(text: str) -> bool:
    """Whether `text` holds a control character other than tab and line break."""
    return _UNSEEN.search(text) is not None


def _plain(text: str) -> str:
    return _BLANKS.sub("", text).replace("\u2212", "-")
