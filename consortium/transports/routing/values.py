"""One JSON value at its place: it is read, or what is wrong is written down and reading goes on."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final, TypeVar

from consortium.core.errors import Fault

ABSENT: Final = object()
MOST: Final = 10**12
_SHOWN: Final = 60
_DATE: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_DECIMAL: Final = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,12})?")
_Number = TypeVar("_Number", int, Fraction)


@dataclass(frozen=True, slots=True)
class Node:
    """A value, its place, and the faults of the whole case so far.

    A reading method gives None where the field was left out (`fields` tells of needed ones) and
    where the value cannot be read (which it tells of itself).
    """

    value: Any
    at: str
    faults: list[Fault]

    @property
    def given(self) -> bool:
        return self.value is not ABSENT

    @property
    def facts(self) -> dict[str, str]:
        return {"value": shown(self.value)}

    def add(self, fault: Fault) -> None:
        self.faults.append(fault)

    def item(self, place: int, value: Any) -> "Node":
        return Node(value, f"{self.at}[{place}]", self.faults)

    def fields(self, needed: Collection[str], optional: Collection[str] = ()) -> dict[str, "Node"]:
        """The fields that may stand in this object, ABSENT where they do not."""
        known = (*needed, *optional)
        if not isinstance(self.value, Mapping):
            if self.given:
                at, remedy = self.at or "case", "Give an object, as {{...}}"
                self.add(Fault("{value} is not an object", at, self.facts, remedy))
            return {name: self._field(name, ABSENT) for name in known}
        for name in self.value:
            if name not in known:
                at, facts = self._field(name, ABSENT).at, {"names": ", ".join(known)}
                remedy = "Take it away; the fields here are {names}"
                self.add(Fault("There is no such field", at, facts, remedy))
        nodes = {name: self._field(name, self.value.get(name, ABSENT)) for name in known}
        for name in needed:
            if not nodes[name].given:
                self.add(Fault("The field is missing", nodes[name].at, {}, "Give it"))
        return nodes

    def items(self) -> list["Node"] | None:
        if isinstance(self.value, list | tuple):
            return [self.item(place, value) for place, value in enumerate(self.value)]
        if self.given:
            self.add(Fault("{value} is not a list", self.at, self.facts, "Give a list, as [...]"))
        return None

    def name(self) -> str | None:
        """A text that can be an id: not empty, without half a character."""
        if not isinstance(self.value, str):
            if self.given:
                remedy = "Write it in quotes"
                self.add(Fault("{value} is not a text", self.at, self.facts, remedy))
            return None
        if not self.value:
            self.add(Fault("The text is empty", self.at, {}, "Write the id"))
            return None
        if any("\ud800" <= letter <= "\udfff" for letter in self.value):
            remedy = "Write the text in UTF-8"
            self.add(Fault("{value} has half a character in it", self.at, self.facts, remedy))
            return None
        return self.value

    def flag(self) -> bool | None:
        if isinstance(self.value, bool):
            return self.value
        if self.given:
            remedy = "Write true or false, without quotes"
            self.add(Fault("{value} is neither true nor false", self.at, self.facts, remedy))
        return None

    def whole(self, least: int = 0, most: int = MOST) -> int | None:
        """A whole number from `least` to `most`, both inclusive."""
        if isinstance(self.value, int) and not isinstance(self.value, bool):
            return self._bounded(self.value, least, most)
        if self.given:
            remedy = "Write a whole number, without quotes and decimals"
            self.add(Fault("{value} is not a whole number", self.at, self.facts, remedy))
        return None

    def decimal(self, least: int = 0) -> Fraction | None:
        """A decimal string or a whole number, exact, of at most 12 digits on each side."""
        if isinstance(self.value, str) and _DECIMAL.fullmatch(self.value):
            return self._bounded(Fraction(self.value), least, MOST)
        if isinstance(self.value, int) and not isinstance(self.value, bool):
            whole = self._bounded(self.value, least, MOST)
            return None if whole is None else Fraction(whole)
        if self.given:
            remedy = 'Write it as a string, as "1.30", or as a whole number'
            self.add(Fault("{value} is not a decimal number", self.at, self.facts, remedy))
        return None

    def degrees(self, most: int) -> float | None:
        """A coordinate from -`most` to `most` degrees."""
        if not isinstance(self.value, int | float) or isinstance(self.value, bool):
            if self.given:
                remedy = "Write it in degrees, as 60.6066"
                self.add(Fault("{value} is not a coordinate", self.at, self.facts, remedy))
            return None
        if -most <= self.value <= most:
            return float(self.value)
        facts = {**self.facts, "most": str(most)}
        remedy = "Give degrees from -{most} to {most}"
        self.add(Fault("{value} lies outside Earth", self.at, facts, remedy))
        return None

    def day(self) -> date | None:
        """A date, as 2026-01-31; not the calendar's first, which has no midnight in UTC."""
        parts = _DATE.fullmatch(self.value) if isinstance(self.value, str) else None
        try:
            day = date(*map(int, parts.groups())) if parts else date.min
        except ValueError:
            day = date.min  # 2026-02-30: told as any other text that is no date
        if day > date.min:
            return day
        if self.given:
            remedy = 'Write it as "2026-01-31"'
            self.add(Fault("{value} is not a date of the calendar", self.at, self.facts, remedy))
        return None

    def _field(self, name: object, value: Any) -> "Node":
        at = f"{self.at}.{printable(name)}" if self.at else printable(name)
        return Node(value, at, self.faults)

    def _bounded(self, number: _Number, least: int, most: int) -> _Number | None:
        if least <= number <= most:
            return number
        facts = {**self.facts, "least": str(least), "most": str(most)}
        if number < least:
            fault = Fault("{value} is below {least}", self.at, facts, "Give {least} or more")
        else:
            fault = Fault("{value} is above {most}", self.at, facts, "Give {most} or less")
        self.add(fault)
        return None


def shown(value: Any) -> str:
    """`value` as a fault shows it: on one line, cut short."""
    if isinstance(value, str):
        return f'"{printable(value)}"'
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, int) and abs(value) >= 10**_SHOWN:
        return "-..." if value < 0 else "..."
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list | dict):
        return "[...]" if isinstance(value, list) else "{...}"
    return type(value).__name__


def printable(name: object) -> str:
    """`name` on one line, escaped where it cannot be printed, cut short."""
    text = name if isinstance(name, str) else shown(name)
    line = "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode()
        for letter in text[:_SHOWN]
    )
    return line if len(text) <= _SHOWN else line + "..."
