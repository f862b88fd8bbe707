"""A rule of votes in the form of a key: whole votes stand where a key has amounts in öre. Pure.

The form of a key (costs/key_forms.py) reads amounts in kronor, so a number of votes is moved two
places on the way in, and back on the way out.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from consortium.core.errors import Fault
from consortium.core.words import mark
from consortium.costs.key_forms import KRONOR, WHOLE
from consortium.web.key_words import parts_in_words
from consortium.web.language import language, told
from consortium.web.showing import number

TAKES: Final = {
    "rest": mark("What is left"),
    "procent": mark("Percent of the votes"),
    "belopp": mark("A number of votes"),
}
PLACES: Final = 2
_AMOUNT: Final = re.compile(r"(d\d{1,3})\.varde", re.ASCII)
_NUMBER: Final = re.compile(r"[+-]?\d{1,12}(?:[.,]\d{1,6})?", re.ASCII)
_BLANKS: Final = re.compile("[ \u00a0\u202f]")


def as_amounts(fields: Mapping[str, str]) -> dict[str, str]:
    """The fields with numbers of votes, as the form of a key has them: 15 votes are 0.15 kronor."""
    return _moved(fields, -PLACES)


def as_votes(fields: Mapping[str, str]) -> dict[str, str]:
    """The fields of the form of a key with numbers of votes in the place of kronor."""
    return _moved(fields, PLACES)


def of_votes(faults: list[Fault]) -> list[Fault]:
    """The faults of the form, where a number of votes is asked for and not kronor."""
    return [
        Fault(WHOLE, fault.at, fault.facts, fault.remedy)
        if fault.text == KRONOR and _AMOUNT.fullmatch(fault.at)
        else fault
        for fault in faults
    ]


def rule_in_words(key: Mapping[str, Any], names: Mapping[str, str]) -> list[str]:
    """The parts of a rule in the reader's language. names: measure code → name."""
    words = parts_in_words(key, names)
    return [
        f"{_taken(part['take'])} {said.split}"
        + (f": {'; '.join(said.brackets)}" if said.brackets else "")
        for part, said in zip(key["parts"], words, strict=True)
    ]


def _taken(take: Any) -> str:
    if isinstance(take, str):
        return told(TAKES["rest"])
    if "percent" in take:
        percent = number(str(take["percent"]), language())
        return told(mark("{percent} % of the votes"), percent=percent)
    return told(mark("{count} votes"), count=number(take["amount_ore"], language()))


def _moved(fields: Mapping[str, str], places: int) -> dict[str, str]:
    return {
        name: _shifted(text, places) if _is_count(fields, name) else text
        for name, text in fields.items()
    }


def _is_count(fields: Mapping[str, str], name: str) -> bool:
    found = _AMOUNT.fullmatch(name)
    return found is not None and fields.get(f"{found[1]}.tar") == "belopp"


def _shifted(text: str, places: int) -> str:
    plain = _BLANKS.sub("", text)
    if not _NUMBER.fullmatch(plain):
        return text
    return f"{Decimal(plain.replace(',', '.')).scaleb(places):f}"
