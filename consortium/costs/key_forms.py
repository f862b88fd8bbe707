"""An allocation key as the fields of a form, and back. Pure.

The fields are those of an address, so that a key that is tried can be shared as a link. Rows are
counted from 1: `d1.` a part, `r1.` a discount, `g1.` a limit; in a part `s1.` a bracket, `kr.2080`
a member's amount, `fran.` and `till.` the two sides of a blend. Amounts are in kronor; a percent, a
weight and öre a unit are decimals, with comma or point. An empty field is one that is left out.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from consortium.core.casevalues import DECIMAL
from consortium.core.errors import Fault
from consortium.core.money import ORE_PER_KRONA, decimal
from consortium.core.words import mark

NUMBER: Final = mark("Write a number, as 12,5")
KRONOR: Final = mark("Write an amount in kronor, as 1 234,50")
WHOLE: Final = mark("Write a whole number, as 1 234")
UNEQUAL: Final = mark("The amounts come to {sum} kr, not to the {take} kr that the part takes")

TAKES: Final = {"rest": "rest", "procent": "percent", "belopp": "amount_ore", "egen": "own"}
KINDS: Final = {
    "lika": "equal",
    "matt": "measure",
    "fast": "fixed",
    "taxa": "rate",
    "forra": "previous",
    "blandning": "blend",
}
MEMBERSHIPS: Final = {"dagar": "days", "manader": "months", "hela": "none"}
METHODS: Final = {
    "storsta-rest": "largest_remainder",
    "storsta-andel": "half_up_residual_largest",
    "avrundat": "half_up",
}
BEARERS: Final = {"andra": "others", "vard": "host", "pool": "pool"}
BOUNDS: Final = {
    "minst": "min_ore",
    "hogst": "max_ore",
    "minstp": "min_percent",
    "hogstp": "max_percent",
    "andring": "max_change_percent",
}
SIDES: Final = {"fran": "from", "till": "to"}
NEWEST: Final = "senaste"
PREVIOUS: Final = "fg"
_SOME: Final = re.compile(r"n([0-9]{1,4})")
_ROW: Final = re.compile(r"([drg])(\d{1,3})\.(.+)", re.DOTALL)
_BRACKET: Final = re.compile(r"(.*\.)?s(\d{1,3})\.(till|poang|styck)", re.DOTALL)
_KRONOR: Final = re.compile(r"([+-]?)(\d{1,12})(?:\.(\d{1,2}))?", re.ASCII)
_BLANKS: Final = re.compile("[ \u00a0\u202f]")
_DEEPEST: Final = 11  # ALLOCATION's blends in blends, and one more for the core to refuse


@dataclass(frozen=True, slots=True)
class Read:
    """What a form says. faults: at its fields, with something harmless in their place in `key`.

    fields: those that the key is made of and that are not empty, in their order: what an address
    needs to carry. previous_ore: member → öre of the year before, that limits compare with.
    """

    key: dict[str, Any]
    previous_ore: dict[str, int]
    fields: dict[str, str]
    faults: tuple[Fault, ...]


def read_form(fields: Mapping[str, str]) -> Read:
    """The key that the fields of a form say, with all that cannot be read in them."""
    reading = _Reading(renumbered(fields))
    key: dict[str, Any] = {}
    if name := reading.text("namn"):
        key["name"] = name
    key["parts"] = [_part(reading, f"d{row}.") for row in reading.rows("d")]
    if membership := reading.chosen("medlem", MEMBERSHIPS):
        key["membership"] = membership
    if limits := [_limit(reading, f"g{row}.") for row in reading.rows("g")]:
        key["limits"] = limits
    if discounts := [_discount(reading, f"r{row}.") for row in reading.rows("r")]:
        key["discounts"] = discounts
    if rounding := _rounding(reading):
        key["rounding"] = rounding
    previous_ore = reading.amounts(f"{PREVIOUS}.")
    return Read(key, previous_ore, reading.used, tuple(reading.faults))


def renumbered(fields: Mapping[str, str]) -> dict[str, str]:
    """The fields with their rows counted from 1 without gaps, so that places can be told."""
    rows: dict[str, list[int]] = {}
    for name in fields:
        if found := _ROW.fullmatch(name):
            rows.setdefault(found[1], []).append(int(found[2]))
        if found := _BRACKET.fullmatch(name):
            rows.setdefault(f"{found[1] or ''}s", []).append(int(found[2]))
    new = {
        kind: {row: n for n, row in enumerate(sorted(set(found)), 1)}
        for kind, found in rows.items()
    }
    made = {}
    for name, text in fields.items():
        called = name
        if found := _BRACKET.fullmatch(name):
            outer = found[1] or ""
            called = f"{outer}s{new[f'{outer}s'][int(found[2])]}.{found[3]}"
        if found := _ROW.fullmatch(called):
            called = f"{found[1]}{new[found[1]][int(found[2])]}.{found[3]}"
        made[called] = text
    return made


@dataclass(slots=True)
class _Reading:
    """Reads fields and remembers which of them the key is made of."""

    fields: Mapping[str, str]
    used: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def text(self, name: str) -> str:
        found = self.fields.get(name, "").strip()
        if found:
            self.used[name] = found
        return found

    def chosen(self, name: str, words: Mapping[str, str], default: str = "") -> str:
        found = self.text(name) or default
        if found and default:
            self.used.setdefault(name, found)
        return words.get(found, found)

    def number(self, name: str) -> str | None:
        """A decimal as ALLOCATION writes it; None where the field is empty."""
        found = _BLANKS.sub("", self.text(name)).replace("\u2212", "-").replace(",", ".")
        if found and not DECIMAL.fullmatch(found):
            return self._fault(NUMBER, name, "0")
        return found or None

    def ore(self, name: str) -> int | None:
        found = _BLANKS.sub("", self.text(name)).replace("\u2212", "-").replace(",", ".")
        if not found:
            return None
        written = _KRONOR.fullmatch(found)
        if written is None:
            self._fault(KRONOR, name, "")
            return 0
        ore = int(written[2]) * ORE_PER_KRONA + int((written[3] or "").ljust(2, "0"))
        return -ore if written[1] == "-" else ore

    def whole(self, name: str) -> int | None:
        found = _BLANKS.sub("", self.text(name))
        if found and not re.fullmatch(r"-?[0-9]{1,14}", found):
            self._fault(WHOLE, name, "")
            return 1
        return int(found) if found else None

    def amounts(self, prefix: str) -> dict[str, int]:
        names = [name for name in self.fields if name.startswith(prefix)]
        read = {name.removeprefix(prefix): self.ore(name) for name in sorted(names)}
        return {code: ore for code, ore in read.items() if ore is not None}

    def rows(self, kind: str) -> list[int]:
        found = {
            int(row[2]) for name in self.fields if (row := _ROW.fullmatch(name)) and row[1] == kind
        }
        return sorted(found)

    def brackets(self, prefix: str) -> list[int]:
        found = [
            b
            for name, text in self.fields.items()
            if text.strip() and (b := _BRACKET.fullmatch(name))
        ]
        return sorted({int(each[2]) for each in found if (each[1] or "") == prefix})

    def _fault(self, text: str, name: str, instead: str) -> str:
        self.faults.append(Fault(text, name))
        return instead


def _part(reading: _Reading, prefix: str) -> dict[str, Any]:
    kind = reading.chosen(f"{prefix}tar", TAKES, "rest")
    take: Any = kind
    if kind == "percent":
        take = _given({"percent": reading.number(f"{prefix}varde")})
    elif kind == "amount_ore":
        take = _given({"amount_ore": reading.ore(f"{prefix}varde")})
    part = {"take": take, "split": _split(reading, prefix, 0)}
    _check_sum(reading, part, prefix)
    return part


def _check_sum(reading: _Reading, part: Mapping[str, Any], prefix: str) -> None:
    """A month's case fills such a part by its amounts, so it would not show there."""
    taken = part["take"].get("amount_ore") if isinstance(part["take"], dict) else None
    if taken is None or part["split"]["kind"] != "fixed":
        return
    sum_ore = sum(part["split"]["amounts_ore"].values())
    if sum_ore != taken:
        facts = {"sum": decimal(sum_ore), "take": decimal(taken)}
        reading.faults.append(Fault(UNEQUAL, f"{prefix}varde", facts))


def _split(reading: _Reading, prefix: str, depth: int) -> dict[str, Any]:
    kind = reading.chosen(f"{prefix}sort", KINDS, "lika")
    split: dict[str, Any] = {"kind": kind}
    if kind in {"measure", "rate"}:
        split |= _given({"measure": reading.text(f"{prefix}matt") or None})
        split |= _dating(reading.text(f"{prefix}dag"))
    if kind == "measure" and (rows := reading.brackets(prefix)):
        split["brackets"] = [_bracket(reading, f"{prefix}s{row}.") for row in rows]
    if kind == "rate":
        split |= _given(
            {
                "ore_per_unit": reading.number(f"{prefix}ore"),
                "round_unit_ore": reading.whole(f"{prefix}jamnt"),
            }
        )
    if kind in {"fixed", "previous"}:
        split["amounts_ore"] = reading.amounts(f"{prefix}kr.")
    if kind == "previous":
        split |= _given({"change_percent": reading.number(f"{prefix}andring")})
    if kind == "blend":
        split |= _given({"weight": reading.number(f"{prefix}vikt")})
        for side, name in SIDES.items() if depth < _DEEPEST else ():
            split[name] = _split(reading, f"{prefix}{side}.", depth + 1)
    return split


def _dating(text: str) -> dict[str, Any]:
    """`senaste`, `n3` (the mean of the three newest), a date, or several with `+` between them."""
    if text == NEWEST:
        return {"latest": True}
    if some := _SOME.fullmatch(text):
        return {"average": int(some[1])}
    if "+" in text:
        return {"average": [day.strip() for day in text.split("+") if day.strip()]}
    return {"at": text} if text else {}


def _bracket(reading: _Reading, prefix: str) -> dict[str, Any]:
    return _given(
        {
            "up_to": reading.number(f"{prefix}till"),
            "points": reading.number(f"{prefix}poang"),
            "each": reading.number(f"{prefix}styck"),
        }
    )


def _limit(reading: _Reading, prefix: str) -> dict[str, Any]:
    limit: dict[str, Any] = {"member": reading.chosen(f"{prefix}kommun", {}, "*")}
    for name, bound in BOUNDS.items():
        is_ore = bound.endswith("_ore")
        limit[bound] = reading.ore(prefix + name) if is_ore else reading.number(prefix + name)
    return _given(limit)


def _discount(reading: _Reading, prefix: str) -> dict[str, Any]:
    return _given(
        {
            "member": reading.text(f"{prefix}kommun") or None,
            "percent": reading.number(f"{prefix}procent"),
            "borne_by": reading.chosen(f"{prefix}bars", BEARERS, "andra"),
        }
    )


def _rounding(reading: _Reading) -> dict[str, Any]:
    method = reading.chosen("avrundning", METHODS)
    return _given({"method": method or None, "unit_ore": reading.whole("enhet")})


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
