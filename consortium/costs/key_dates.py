"""Rules of the dates that an allocation key names. Pure."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any


def dates_named(key: Mapping[str, Any]) -> dict[str, date]:
    """The measures that `key` reads on dates as agreed (`at`, a list): code → the newest of them.

    A measure that is read as its newest value, or as the mean of some newest, names no date.
    """
    found: dict[str, date] = {}
    for part in key.get("parts", ()):
        for code, day in _of_split(part["split"]):
            found[code] = max(day, found.get(code, day))
    return found


def _of_split(split: Mapping[str, Any]) -> Iterator[tuple[str, date]]:
    average = split.get("average")
    named = [split["at"]] if "at" in split else average if isinstance(average, list) else []
    for day in named:
        yield split["measure"], date.fromisoformat(day)
    for side in ("from", "to"):
        if isinstance(split.get(side), Mapping):
            yield from _of_split(split[side])
