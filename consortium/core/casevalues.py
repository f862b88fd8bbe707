"""Reading one JSON value at its place: what is wrong is written down, and reading goes on."""

import re
from collections.abc import Collection
from contextlib import suppress
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final, NamedTuple, TypeVar

from consortium.core.errors import Fault

ABSENT: Final = object()
DIGITS: Final = 100
DECIMAL: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_SHOWN: Final = 60
_BEYOND: Final = 10**DIGITS
_DAY: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_Number = TypeVar("_Number", int, Fraction)


# Where a value stands: in words; or within another place, by what name, and if that is a number
# in a list. Words are only for faults, and most values have none.
Place = str | tuple["Place", object, bool]


class Node(NamedTuple):
    """A JSON value as parsed, its place in the case, and the faults of the whole case so far.

    Each reading method returns the value, or None where the field was left out (which is a fault
    only if it is needed) or cannot be read (which always is one). Bounds are inclusive; a number
    without them has at most DIGITS digits.
    """

    value: Any
    place: Place
    faults: list[Fault]

    @property
    def at(self) -> str:
        return _worded(self.place)

    @property
    def given(self) -> bool:
        return self.value is not ABSENT

    @property
    def facts(self) -> dict[str, str]:
        return {"value": shown(self.value)}

    def add(self, fault: Fault) -> None:
        self.faults.append(fault)

    def field(self, name: object, value: Any) -> "Node":
        return Node(value, (self.place, name, False), self.faults)

    def item(self, place: int, value: Any) -> "Node":
        return Node(value, (self.place, place, True), self.faults)

    def fields(self, needed: Collection[str], optional: Collection[str] = ()) -> dict[str, "Node"]:
        """Every field that may stand here, ABSENT where it does not; a stray one is a fault."""
        names = (*needed, *optional)
        found = self._object()
        if found is None:
            return {name: self.field(name, ABSENT) for name in names}
        for name in found:
            if name not in names:
                at, facts = self.field(name, ABSENT).at, {"names": ", ".join(names)}
                remedy = "Take it away; the fields here are {names}"
                self.add(Fault("There is no such field", at, facts, remedy))
        place, faults = self.place, self.faults
        nodes = {
            name: Node(found.get(name, ABSENT), (place, name, False), faults) for name in names
        }
        for name in needed:
            if name not in found:
                self.add(Fault("The field is missing", nodes[name].at, {}, "Give it"))
        return nodes

    def entries(self) -> dict[Any, "Node"] | None:
        """An object whose names are the case's own, such as member ids."""
        found = self._object()
        return None if found is None else {name: self.field(name, found[name]) for name in found}

    def items(self) -> list["Node"] | None:
        if isinstance(self.value, list):
            return [self.item(place, value) for place, value in enumerate(self.value)]
        if self.given:
            self.add(Fault("{value} is not a list", self.at, self.facts, "Give a list, as [...]"))
        return None

    def text(self) -> str | None:
        """A text, which may be empty, without half a character."""
        if isinstance(self.value, str):
            if _encodable(self.value):
                return self.value
            remedy = "Write the text in UTF-8"
            self.add(Fault("{value} has half a character in it", self.at, self.facts, remedy))
        elif self.given:
            remedy = 'Write it in quotes, as "2080"'
            self.add(Fault("{value} is not a text", self.at, self.facts, remedy))
        return None

    def choice(self, *words: str) -> str | None:
        if isinstance(self.value, str) and self.value in words:
            return self.value
        if self.given:
            facts = {**self.facts, "words": ", ".join(words)}
            self.add(Fault("{value} is not one of {words}", self.at, facts, "Choose one of them"))
        return None

    def flag(self) -> bool | None:
        if isinstance(self.value, bool):
            return self.value
        if self.given:
            remedy = "Write true or false, without quotes"
            self.add(Fault("{value} is neither true nor false", self.at, self.facts, remedy))
        return None

    def whole(self, least: int | None = None, most: int | None = None) -> int | None:
        """A whole number, as every amount in öre is; `1.0` is none."""
        if isinstance(self.value, int) and not isinstance(self.value, bool):
            return self._bounded(self.value, least, most)
        if self.given:
            remedy = "Write a whole number, without quotes and decimals"
            self.add(Fault("{value} is not a whole number", self.at, self.facts, remedy))
        return None

    def number(
        self,
        least: int | None = None,
        most: int | None = None,
        *,
        written: re.Pattern[str] = DECIMAL,
    ) -> Fraction | None:
        """A whole number, or a string of at most DIGITS characters that is `written` so; exact."""
        value = self.value
        if isinstance(value, str) and len(value) <= DIGITS and written.fullmatch(value):
            exact = Fraction(int(value)) if value.isdecimal() else Fraction(value)
            return self._bounded(exact, least, most)
        if isinstance(value, int) and not isinstance(value, bool):
            return self._bounded(Fraction(value), least, most)
        if self.given:
            remedy = 'Write it as a string, as "7.28", or as a whole number'
            self.add(Fault("{value} is not a decimal number", self.at, self.facts, remedy))
        return None

    def day(self, first: date = date.min) -> date | None:
        """A date of the calendar, as 2026-01-31: `first` or later, to year 9999, ASCII digits."""
        dated = isinstance(self.value, str) and len(self.value) == len("2026-01-31")
        day = _day(self.value) if dated else None
        if day and day >= first:
            return day
        if self.given:
            remedy = 'Write it as "2026-01-31"'
            self.add(Fault("{value} is not a date of the calendar", self.at, self.facts, remedy))
        return None

    def _object(self) -> dict[Any, Any] | None:
        if isinstance(self.value, dict):
            return self.value
        if self.given:
            remedy = "Give an object, as {{...}}"
            self.add(Fault("{value} is not an object", self.at or "case", self.facts, remedy))
        return None

    def _bounded(self, number: _Number, least: int | None, most: int | None) -> _Number | None:
        size, over = number.numerator, number.denominator  # whole numbers compare fastest
        if least is not None and size < least * over:
            facts = {**self.facts, "least": str(least)}
            self.add(Fault("{value} is below {least}", self.at, facts, "Give {least} or more"))
        elif most is not None and size > most * over:
            facts = {**self.facts, "most": str(most)}
            self.add(Fault("{value} is above {most}", self.at, facts, "Give {most} or less"))
        elif abs(size) >= _BEYOND * over:
            text = "The number is longer than any real figure"
            remedy = "Give at most {digits} digits"
            self.add(Fault(text, self.at, {"digits": DIGITS}, remedy))
        else:
            return number
        return None


def shown(value: Any) -> str:
    """`value` as a fault shows it: on one line, cut short, the same in every language."""
    if isinstance(value, str):
        return f'"{printable(value)}"' if value else '""'
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, int) and abs(value) >= _BEYOND:
        return "-..." if value < 0 else "..."
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list | dict):
        return "[...]" if isinstance(value, list) else "{...}"
    return type(value).__name__


def printable(name: object) -> str:
    """`name` on one line, with escapes for what cannot be printed, cut short; `""` if empty."""
    text = name if isinstance(name, str) else shown(name)
    line = "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode()
        for letter in text[:_SHOWN]
    )
    if not line:
        return '""'
    return line if len(text) <= _SHOWN else line + "..."


def _encodable(text: str) -> bool:
    """Whether `text` can be written as UTF-8: it has no half of a surrogate pair."""
    return text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text)


@lru_cache(maxsize=1024)  # the rows of a measure have few dates between them
def _day(text: str) -> date | None:
    parts = _DAY.fullmatch(text)
    with suppress(ValueError):  # 2026-02-30 is told as any other text that is no date
        return date(*map(int, parts.groups())) if parts else None
    return None


def _worded(place: Place) -> str:
    if isinstance(place, str):
        return place
    outer, name, listed = place
    above = _worded(outer)
    if listed:
        return f"{above}[{name}]"
    return f"{above}.{printable(name)}" if above else printable(name)
