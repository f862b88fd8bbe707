"""Reading one JSON value at its place: what is wrong is written down, and reading goes on."""

import re
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final, TypeVar

from consortium.core.errors import Fault

ABSENT: Final = object()
DIGITS: Final = 100
_SHOWN: Final = 60
_DECIMAL: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_DAY: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_Number = TypeVar("_Number", int, Fraction)


@dataclass(frozen=True, slots=True)
class Node:
    """A JSON value, its place in the case, and the faults of the whole case so far.

    Each reading method returns the value, or None where the field was left out (which is a fault
    only if it is needed) or cannot be read (which always is one).
    """

    value: Any
    at: str
    faults: list[Fault]

    @property
    def given(self) -> bool:
        return self.value is not ABSENT

    def add(self, fault: Fault) -> None:
        self.faults.append(fault)

    def field(self, name: object, value: Any) -> "Node":
        at = f"{self.at}.{printable(name)}" if self.at else printable(name)
        return Node(value, at, self.faults)

    def fields(self, needed: Collection[str], optional: Collection[str] = ()) -> dict[str, "Node"]:
        """Every field that may stand here, ABSENT where it does not; a stray one is a fault."""
        names = [*needed, *optional]
        found = self._object()
        if found is None:
            return {name: self.field(name, ABSENT) for name in names}
        for name in found:
            if name not in names:
                at, facts = self.field(name, None).at, {"names": ", ".join(names)}
                self.add(
                    Fault(
                        "There is no such field",
                        at,
                        facts,
                        "Take it away; the fields here are {names}",
                    )
                )
        nodes = {name: self.field(name, found.get(name, ABSENT)) for name in names}
        for name in needed:
            if not nodes[name].given:
                self.add(Fault("The field is missing", nodes[name].at, {}, "Give it"))
        return nodes

    def entries(self) -> dict[Any, "Node"] | None:
        """An object whose names are the case's own, such as member ids."""
        found = self._object()
        return None if found is None else {name: self.field(name, found[name]) for name in found}

    def items(self) -> list["Node"] | None:
        if isinstance(self.value, list):
            return [
                Node(value, f"{self.at}[{place}]", self.faults)
                for place, value in enumerate(self.value)
            ]
        if self.given:
            self.add(Fault("{value} is not a list", self.at, self._facts, "Give a list, as [...]"))
        return None

    def text(self) -> str | None:
        if isinstance(self.value, str) and encodable(self.value):
            return self.value
        if isinstance(self.value, str):
            self.add(
                Fault(
                    "{value} has half a character in it",
                    self.at,
                    self._facts,
                    "Write the text in UTF-8",
                )
            )
        elif self.given:
            self.add(
                Fault(
                    "{value} is not a text", self.at, self._facts, 'Write it in quotes, as "2080"'
                )
            )
        return None

    def choice(self, *words: str) -> str | None:
        if isinstance(self.value, str) and self.value in words:
            return self.value
        if self.given:
            facts = {**self._facts, "words": ", ".join(words)}
            self.add(Fault("{value} is not one of {words}", self.at, facts, "Choose one of them"))
        return None

    def flag(self) -> bool | None:
        if isinstance(self.value, bool):
            return self.value
        if self.given:
            self.add(
                Fault(
                    "{value} is neither true nor false",
                    self.at,
                    self._facts,
                    "Write true or false, without quotes",
                )
            )
        return None

    def whole(self, least: int | None = None) -> int | None:
        """A whole number, as every amount in öre is; `least` is the lowest that may stand here."""
        if isinstance(self.value, int) and not isinstance(self.value, bool):
            return self._bounded(self.value, least)
        if isinstance(self.value, float):
            self._add_float()
        elif self.given:
            self.add(
                Fault(
                    "{value} is not a whole number",
                    self.at,
                    self._facts,
                    "Write a whole number, without quotes",
                )
            )
        return None

    def number(self, least: int | None = None) -> Fraction | None:
        """A decimal string or a whole number, exact; `least` is the lowest that may stand here."""
        value = self.value
        if isinstance(value, str) and len(value) <= DIGITS and _DECIMAL.fullmatch(value):
            return self._bounded(Fraction(value), least)
        if isinstance(value, int) and not isinstance(value, bool):
            return self._bounded(Fraction(value), least)
        if isinstance(value, float):
            self._add_float()
        elif self.given:
            self.add(
                Fault(
                    "{value} is not a decimal number",
                    self.at,
                    self._facts,
                    'Write it as a string, as "7.28", or as a whole number',
                )
            )
        return None

    def day(self) -> date | None:
        """A date of the calendar, as 2026-01-31: years 1 to 9999, ASCII digits."""
        parts = _DAY.fullmatch(self.value) if isinstance(self.value, str) else None
        with suppress(ValueError):  # 2026-02-30 is told as any other text that is no date
            if parts:
                return date(*map(int, parts.groups()))
        if self.given:
            self.add(
                Fault(
                    "{value} is not a date of the calendar",
                    self.at,
                    self._facts,
                    'Write it as "2026-01-31"',
                )
            )
        return None

    @property
    def _facts(self) -> dict[str, str]:
        return {"value": shown(self.value)}

    def _object(self) -> dict[Any, Any] | None:
        if isinstance(self.value, dict):
            return self.value
        if self.given:
            at = self.at or "case"
            self.add(Fault("{value} is not an object", at, self._facts, "Give an object"))
        return None

    def _bounded(self, number: _Number, least: int | None) -> _Number | None:
        if abs(number) >= 10**DIGITS:
            self.add(
                Fault(
                    "The number is longer than any real figure",
                    self.at,
                    {"digits": DIGITS},
                    "Give at most {digits} digits",
                )
            )
            return None
        if least is not None and number < least:
            facts = {**self._facts, "least": str(least)}
            self.add(Fault("{value} is below {least}", self.at, facts, "Give {least} or more"))
            return None
        return number

    def _add_float(self) -> None:
        self.add(
            Fault(
                "The number {number} is a float, which cannot be exact",
                self.at,
                {"number": str(self.value)},
                'Write it as a string, as "7.28", or as a whole number',
            )
        )


def encodable(text: str) -> bool:
    """Whether `text` can be written as UTF-8: it has no half of a surrogate pair."""
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def shown(value: Any) -> str:
    """`value` as a fault shows it: on one line, cut short, the same in every language."""
    if isinstance(value, str):
        return f'"{printable(value)}"' if value else '""'
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, int) and abs(value) >= 10**DIGITS:
        return "-..." if value < 0 else "..."
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list | dict):
        return "[...]" if isinstance(value, list) else "{...}"
    return type(value).__name__


def printable(name: object) -> str:
    """`name` on one line, with escapes for what cannot be printed, cut short."""
    text = name if isinstance(name, str) else shown(name)
    line = "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode()
        for letter in text[:_SHOWN]
    )
    if not line:
        return '""'
    return line if len(text) <= _SHOWN else line + "..."
