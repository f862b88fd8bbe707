"""Where a fault of a key stands in its form, and what the buttons of the form do. Pure."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from consortium.core.errors import Fault
from consortium.core.words import mark
from consortium.costs.key_forms import renumbered

CHOOSE: Final = mark("Choose a member that takes part in the pool")
_PART: Final = re.compile(r"key\.parts\[(\d+)\]\.?(.*)", re.DOTALL)
_TERM: Final = re.compile(r"key\.(discounts|limits)\[(\d+)\]\.?(.*)", re.DOTALL)
_BRACKET: Final = re.compile(r"brackets\[(\d+)\]\.?(.*)", re.DOTALL)
_FIELDS: Final = {
    "": "sort",
    "kind": "sort",
    "measure": "matt",
    "at": "dag",
    "latest": "dag",
    "average": "dag",
    "brackets": "sort",
    "amounts_ore": "sort",
    "ore_per_unit": "ore",
    "round_unit_ore": "jamnt",
    "change_percent": "andring",
    "weight": "vikt",
}
_TERMS: Final = {
    "member": "kommun",
    "percent": "procent",
    "borne_by": "bars",
    "min_ore": "minst",
    "max_ore": "hogst",
    "min_percent": "minstp",
    "max_percent": "hogstp",
    "max_change_percent": "andring",
}
_WHOLE: Final = {
    "key.name": "namn",
    "key.parts": "d1.tar",
    "key.membership": "medlem",
    "key.rounding": "avrundning",
    "key.rounding.method": "avrundning",
    "key.rounding.unit_ore": "enhet",
    "key.limits": "g1.kommun",
    "key.discounts": "r1.kommun",
}
_NEW: Final = {
    "d": {"tar": "rest", "sort": "lika"},
    "r": {"kommun": "", "procent": "", "bars": "andra"},
    "g": {"kommun": "*", "minst": "", "hogst": "", "minstp": "", "hogstp": "", "andring": ""},
}
_ACT: Final = re.compile(r"([+^-])((?:.*\.)?)([drgs])(\d{0,3})", re.DOTALL)


def field_of(fault: Fault, key: Mapping[str, Any], members: Collection[str]) -> str:
    """The field of the form at which a fault of a month's case stands; empty where at none.

    members: those of the case. It leaves out discounts and limits of others, and counts without
    them; a form counts them all.
    """
    if found := _PART.fullmatch(fault.at):
        return f"d{int(found[1]) + 1}.{_in_part(found[2], fault)}"
    if found := _TERM.fullmatch(fault.at):
        kept = _kept(key.get(found[1], ()), members, all_too=found[1] == "limits")
        place = int(found[2])
        row = (kept[place] if place < len(kept) else place) + 1
        letter = "r" if found[1] == "discounts" else "g"
        return f"{letter}{row}.{_TERMS.get(found[3], 'kommun')}"
    if fault.at.startswith("previous_ore"):
        code = fault.at.removeprefix("previous_ore").removeprefix(".")
        return f"fg.{code}" if code else "g1.andring"
    return _WHOLE.get(fault.at, "")


def strangers(key: Mapping[str, Any], codes: Collection[str]) -> Iterator[Fault]:
    """A fault, at its field, for each discount and limit of somebody who takes no part.

    A month's case leaves such a term out, so that it would not show there.
    """
    for letter, name in (("r", "discounts"), ("g", "limits")):
        for row, term in enumerate(key.get(name, ()), 1):
            member = term.get("member", "")
            if member not in codes and not (member == "*" and letter == "g"):
                yield Fault(CHOOSE, f"{letter}{row}.kommun")


def acted(fields: Mapping[str, str], act: str) -> dict[str, str]:
    """The fields after a button is pressed: `+d`, `-r2`, `^d2` (a part moves up), `+d1.s`."""
    found = _ACT.fullmatch(act)
    made = renumbered(fields)
    if not found:
        return made
    sign, outer, letter, number = found.groups()
    if sign == "+":
        return _with_row(made, outer, letter)
    row = int(number or 0)
    if sign == "-":
        gone = f"{outer}{letter}{row}."
        return renumbered({name: text for name, text in made.items() if not name.startswith(gone)})
    return _swapped(made, f"{outer}{letter}", row - 1, row) if row > 1 else made


def _with_row(fields: dict[str, str], outer: str, letter: str) -> dict[str, str]:
    """A new row is the last, but before a part that takes the rest, or a bracket without an end."""
    prefix = f"{outer}{letter}"
    row = _last(fields, prefix) + 1
    new = {"poang": "1"} if letter == "s" else dict(_NEW[letter])
    last = {name: fields.get(f"{prefix}{row - 1}.{name}", "") for name in ("tar", "till")}
    behind = letter == "d" and row > 1 and last["tar"] in {"", "rest"}
    if behind:
        new |= {"tar": "procent", "varde": ""}
    behind = behind or (letter == "s" and row > 1 and not last["till"])
    made = fields | {f"{prefix}{row}.{name}": text for name, text in new.items()}
    return _swapped(made, prefix, row - 1, row) if behind else made


def _swapped(fields: Mapping[str, str], prefix: str, one: int, other: int) -> dict[str, str]:
    ones, others = f"{prefix}{one}.", f"{prefix}{other}."
    made = {}
    for name, text in fields.items():
        called = name
        if name.startswith(ones):
            called = others + name.removeprefix(ones)
        elif name.startswith(others):
            called = ones + name.removeprefix(others)
        made[called] = text
    return made


def _last(fields: Mapping[str, str], prefix: str) -> int:
    rows = re.compile(re.escape(prefix) + r"(\d+)\.")
    return max((int(found[1]) for name in fields if (found := rows.match(name))), default=0)


def _in_part(place: str, fault: Fault) -> str:
    if place.startswith("take") or not place:
        return "tar" if place in {"", "take"} and "percent" not in fault.facts else "varde"
    sides = ""
    steps = place.split(".")[1:]
    while steps and steps[0] in {"from", "to"}:
        sides += "fran." if steps.pop(0) == "from" else "till."
    rest = ".".join(steps)
    if found := _BRACKET.fullmatch(rest):
        named = {"up_to": "till", "points": "poang", "each": "styck"}
        return f"{sides}s{int(found[1]) + 1}.{named.get(found[2], 'poang')}"
    if rest.startswith("amounts_ore"):
        code = rest.removeprefix("amounts_ore").removeprefix(".") or fault.facts.get("member", "")
        return f"{sides}kr.{code}" if code else f"{sides}sort"
    return sides + _FIELDS.get(rest.partition("[")[0], "sort")


def _kept(terms: Any, members: Collection[str], *, all_too: bool) -> list[int]:
    return [
        place
        for place, term in enumerate(terms)
        if term.get("member") in members or (all_too and term.get("member") == "*")
    ]
