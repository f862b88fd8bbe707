"""A table of ways between points, as a road server is asked for it and answers. Pure."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from consortium.core.errors import Invalid
from consortium.core.words import mark
from consortium.transports.routing.distances import Point, great_circles

STRANGE: Final = mark("The road server's answer cannot be used: it is not {what}")
REFUSED: Final = mark("The road server refused the question: {said}")
TOO_MANY: Final = mark("The road server takes fewer points at a time: {said}")
FEWER: Final = mark("Make the setting routing.server_batch smaller")
LONGEST_SAID: Final = 200
LARGEST: Final = 10**9
ONE: Final = Decimal(1)
MOST_AT_ONCE: Final = 100
"""Points in a question whatever the settings allow: OSRM 5.27 refuses longer addresses than some
6,800 characters, and an answer of more is longer than the house reads (core/client.py).
"""

Way = tuple[int, int]
"""Seconds and metres."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The ways from each of `sources` to each of `targets`, points in degrees."""

    sources: tuple[Point, ...]
    targets: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Ways:
    """What was answered, in the order that was asked; None where there is no way.

    source_off_m, target_off_m: how far the road lies from each point that the way begins or ends
    at; 0 where the server does not say.
    """

    ways: tuple[tuple[Way | None, ...], ...]
    source_off_m: tuple[int, ...]
    target_off_m: tuple[int, ...]


def no_ways(asked: Asked) -> Ways:
    """The answer of a server that knows no way at all."""
    row: tuple[Way | None, ...] = (None,) * len(asked.targets)
    return Ways((row,) * len(asked.sources), (0,) * len(asked.sources), (0,) * len(asked.targets))


def read_object(content: bytes, what: str) -> dict[str, Any]:
    """The JSON object of an answer; Invalid where it is none. what: whose form it should have."""
    try:
        found = json.loads(content, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise Invalid(STRANGE, what="JSON") from error
    if not isinstance(found, dict):
        raise Invalid(STRANGE, what=what)
    return found


def rows_of(table: Any, height: int, width: int, what: str) -> list[list[Any]]:
    """A table of so many rows and columns; Invalid where it is another."""
    whole = isinstance(table, list) and len(table) == height
    if not whole or not all(isinstance(row, list) and len(row) == width for row in table):
        raise Invalid(STRANGE, what=what)
    return list(table)


def whole_of(value: Any, what: str, scale: int = 1) -> int | None:
    """value x scale as a whole number from 0, rounded half up; None of null."""
    if value is None:
        return None
    number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    if not number or not Decimal(value).is_finite() or not 0 <= value * scale <= LARGEST:
        raise Invalid(STRANGE, what=what)
    return int(Decimal(value * scale).quantize(ONE, ROUND_HALF_UP))


def way_of(seconds: int | None, metres: int | None) -> Way | None:
    """A way, where both its time and its length are known."""
    return None if seconds is None or metres is None else (seconds, metres)


def off_m(asked: Sequence[Point], found: Sequence[Point | None]) -> tuple[int, ...]:
    """How far each point was moved, in whole metres; 0 where it is not said where to."""
    pairs = zip(asked, found, strict=True)
    return tuple(round(great_circles((one, to))[0][1]) if to else 0 for one, to in pairs)


def degrees_of(lat: Any, lon: Any, what: str) -> Point:
    """A point of two numbers; Invalid where they are none on Earth."""
    for value, most in ((lat, 90), (lon, 180)):
        number = isinstance(value, int | Decimal) and not isinstance(value, bool)
        if not number or not Decimal(value).is_finite() or abs(value) > most:
            raise Invalid(STRANGE, what=what)
    return float(lat), float(lon)


def said(text: Any) -> str:
    """What a server says, as it may be shown."""
    return " ".join(str(text).split())[:LONGEST_SAID]


def questions(ways: Collection[tuple[Point, Point]], batch: int) -> list[Asked]:
    """The questions that ask for all of some ways, of at most `batch` points each (from 2).

    Some ask for ways beside these, which the server works out with them.
    """
    size = min(batch, MOST_AT_ONCE)
    points = sorted({point for way in ways for point in way})
    if len(points) > size:
        size //= 2  # for the points of two blocks
    block = {point: place // size for place, point in enumerate(points)}
    asked: dict[tuple[int, int], tuple[set[Point], set[Point]]] = {}
    for start, end in ways:
        sources, targets = asked.setdefault((block[start], block[end]), (set(), set()))
        sources.add(start)
        targets.add(end)
    return [
        Asked(tuple(sorted(sources)), tuple(sorted(targets)))
        for _, (sources, targets) in sorted(asked.items())
    ]
