"""Cells of sheets, from text to value and back. Pure.

A text that cannot be read raises Unreadable. Day and month are never guessed: 24/11 2026 is the
24th of November, as it is written here, and 11/24/2026 is no date.
"""

import re
from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from typing import Any, Final

from consortium.core.errors import Fault
from consortium.core.money import ORE_PER_KRONA
from consortium.core.sheets import Cell
from consortium.core.words import mark

LONGEST: Final = 300
LONGEST_SHOWN: Final = 60
MOST_DIGITS: Final = 13

UNSEEN: Final = mark("The text has characters that cannot be seen")
TOO_LONG: Final = mark("The text is longer than 300 characters")
EMPTY: Final = mark("The cell is empty")
NO_NUMBER: Final = mark("{value} is no whole number")
NO_DECIMAL: Final = mark("{value} is no number that is 0 or more")
NO_DEGREES: Final = mark("{value} is no number of degrees")
NO_AMOUNT: Final = mark("{value} is no amount in kronor")
NO_DAY: Final = mark("{value} is no date")
NO_MONTH: Final = mark("{value} is no month")
NO_TIMES: Final = mark("{value} are no times of day")
NO_ANSWER: Final = mark("{value} is neither yes nor no")
NO_CHOICE: Final = mark("{value} is none of {choices}")

Hours = tuple[time, time] | None
"""Staffed from and to on a weekday; None where it is not."""

_BLANKS: Final = re.compile("[ \u00a0\u202f\u2009]")  # between groups of digits
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_WHOLE: Final = re.compile(r"[+-]?\d{1,13}(?:\.0+)?", re.ASCII)
_AMOUNT: Final = re.compile(r"([+-]?)(\d{1,13})(?:\.(\d{1,2})0*)?", re.ASCII)
_DECIMAL: Final = re.compile(r"\d{1,15}(\.\d{1,6})?", re.ASCII)
_DEGREES: Final = re.compile(r"-?\d{1,3}(\.\d{1,15})?", re.ASCII)
_ISO: Final = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?: 00:00(?::00)?)?", re.ASCII)
_SWEDISH: Final = re.compile(r"(\d{1,2})[/.-](\d{1,2})(?:[/.-]| )(\d{4})", re.ASCII)
_MONTH: Final = re.compile(r"(\d{4})-?(\d{2})(?:-01)?", re.ASCII)
_TIMES: Final = re.compile(
    r"(\d{1,2})(?:[:.](\d{2}))? ?[-\u2013\u2014] ?(\d{1,2})(?:[:.](\d{2}))?", re.ASCII
)
_YES: Final = frozenset({"ja", "j", "yes", "y", "true", "sant", "1", "x"})
_NO: Final = frozenset({"nej", "n", "no", "false", "falskt", "0", ""})


class Unreadable(ValueError):
    """A cell that cannot be read. text: constant, with `{value}`; remedy likewise."""

    def __init__(self, text: str, value: str = "", remedy: str = "", choices: str = "") -> None:
        super().__init__(text)
        self.text, self.remedy = text, remedy
        shown = _CONTROL.sub("\ufffd", value)[:LONGEST_SHOWN]
        self.facts = {"value": shown, **({"choices": choices} if choices else {})}

    def fault(self, at: str) -> Fault:
        return Fault(self.text, at, self.facts if "{" in self.text else {}, self.remedy)


def text(cell: str) -> str:
    """A line or some lines of text, stripped, lines parted by \\n as forms send them."""
    plain = cell.strip()
    if len(plain) > LONGEST:
        raise Unreadable(TOO_LONG, remedy=mark("Make it shorter"))
    if _CONTROL.search(plain):
        raise Unreadable(UNSEEN, remedy=mark("Take away the characters that cannot be seen"))
    return plain.replace("\r\n", "\n").replace("\r", "\n")


def code(cell: str) -> str:
    """A code of digits, as it is. A workbook that took 0180 for a number gives its 0 back."""
    plain = _BLANKS.sub("", text(cell))
    return plain.zfill(len(plain) + 1) if plain.isdecimal() and len(plain) in {1, 3} else plain


def whole(cell: str) -> int:
    """`1 234` as an integer of at most 13 digits."""
    found = _WHOLE.fullmatch(_plain(cell))
    if found is None:
        raise Unreadable(NO_NUMBER, cell, mark("Write it as 1234"))
    return int(found[0].partition(".")[0])


def decimal(cell: str) -> str:
    """`1 234,50` as an exact decimal `1234.5`, from 0; at most 15 digits and 6 decimals."""
    plain = cell if cell.isascii() and cell.isdecimal() else _plain(cell)
    if _DECIMAL.fullmatch(plain) is None:
        raise Unreadable(NO_DECIMAL, cell, mark("Write it as 7248 or 0,5"))
    return plain


def degrees(cell: str) -> float:
    """`60,60357` as degrees."""
    plain = _plain(cell)
    if _DEGREES.fullmatch(plain) is None:
        raise Unreadable(NO_DEGREES, cell, mark("Write it as 60,60357"))
    return float(plain)


def kronor(cell: str) -> int:
    """`1 234,50`, `-12`, `12 kr` as öre."""
    found = _AMOUNT.fullmatch(_plain(cell.strip().removesuffix("kr")))
    if found is None:
        raise Unreadable(NO_AMOUNT, cell, mark("Write it as 1234,50"))
    sign, size, rest = found.groups()
    ore = int(size) * ORE_PER_KRONA + int((rest or "").ljust(2, "0"))
    return -ore if sign == "-" else ore


def day(cell: str) -> date:
    """`2026-11-24`, `20261124`, `24/11 2026`, `24.11.2026` as a date: the day before the month."""
    plain = cell.strip()
    if found := _ISO.fullmatch(plain):
        parts = (found[1], found[2], found[3])
    elif found := _SWEDISH.fullmatch(plain):
        parts = (found[3], found[2], found[1])
    else:
        raise Unreadable(NO_DAY, cell, mark("Write it as 2026-11-24"))
    try:
        return date(*map(int, parts))
    except ValueError as error:  # the 30th of February
        raise Unreadable(NO_DAY, cell, mark("Write it as 2026-11-24")) from error


def month(cell: str) -> date:
    """`2026-10`, and `2026-10-01` as a workbook makes of it, as the month's first day."""
    found = _MONTH.fullmatch(cell.strip())
    try:
        if found:
            return date(int(found[1]), int(found[2]), 1)
    except ValueError:
        pass
    raise Unreadable(NO_MONTH, cell, mark("Write it as 2026-10"))


def yes(cell: str) -> bool:
    """`ja` or `nej`, in Swedish, English or as a workbook says it; empty is no."""
    plain = cell.strip().casefold()
    if plain not in _YES | _NO:
        raise Unreadable(NO_ANSWER, cell, mark("Write ja or nej"))
    return plain in _YES


def hours(cell: str) -> Hours:
    """`08:00–18:00`, `8-18`, `8.30-18` as two times; empty: not staffed."""
    plain = cell.strip()
    if not plain:
        return None
    found = _TIMES.fullmatch(plain)
    try:
        if found:
            opens, closes = time(int(found[1]), int(found[2] or 0)), _closing(found)
            if opens < closes:
                return opens, closes
    except ValueError:
        pass
    raise Unreadable(NO_TIMES, cell, mark("Write it as 08:00–18:00"))


def names(cell: str) -> tuple[str, ...]:
    """`Dalabiblioteket | Falun` as names, sorted and each once."""
    return tuple(sorted({name.strip() for name in text(cell).split("|")} - {""}))


def maybe(read: Callable[[str], Any]) -> Callable[[str], Any]:
    """`read` of a cell that may be empty: None then."""
    return lambda cell: read(cell) if cell.strip() else None


def choice(known: dict[str, str]) -> Callable[[str], str]:
    """Reads one of some words. known: what is written, in small letters → the value."""

    def read(cell: str) -> str:
        found = known.get(cell.strip().casefold())
        if found is None:
            raise Unreadable(NO_CHOICE, cell or "–", choices=", ".join(known))
        return found

    return read


def shown_as_is(value: Cell) -> Cell:
    return value


def shown_ore(value: int) -> Decimal:
    return Decimal(value).scaleb(-2)


def shown_decimal(value: str) -> Decimal:
    return Decimal(value)


def shown_month(value: date) -> str:
    return value.isoformat()[:7]


def shown_yes(value: bool) -> str:
    return "ja" if value else "nej"


def shown_hours(value: Hours) -> str:
    return f"{value[0]:%H:%M}–{value[1]:%H:%M}" if value else ""


def shown_names(value: tuple[str, ...]) -> str:
    return " | ".join(value)


def _closing(found: re.Match[str]) -> time:
    return time(int(found[3]), int(found[4] or 0))


def _plain(cell: str) -> str:
    return _BLANKS.sub("", cell.strip()).replace("\u2212", "-").replace(",", ".")
