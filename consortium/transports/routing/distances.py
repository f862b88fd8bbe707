"""Distances and driving times estimated from coordinates, where nobody has measured them.

metres = great circle x the detour factor of its class, seconds = metres / the speed of its class
+ the extra time; each is rounded half up. A class holds the great circles up to its bound, which
is inclusive; the last class has no bound.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Final

from consortium.core.casevalues import Node
from consortium.core.errors import Fault
from consortium.transports.routing.case import MOST, Matrix

EARTH_RADIUS_M: Final = 6_371_008.8
_BOUND_AND_NUMBER: Final = 2
_DECIMAL: Final = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,12})?")
Point = tuple[float, float]
Circles = tuple[tuple[float, ...], ...]
Classes = tuple[tuple[int | None, Fraction], ...]


@dataclass(frozen=True, slots=True)
class Estimate:
    """detour: a factor. speed_kmh: above 0. extra_time_percent: of the driving time, 0 or more.

    error_percent: how far the metres are off at known roads, on average and at worst; None where
    nobody has said. The usual classes are held against known roads of Dalarna.
    """

    detour: Classes = ((20_000, Fraction("1.30")), (None, Fraction("1.20")))
    speed_kmh: Classes = ((5_000, Fraction(40)), (20_000, Fraction(60)), (None, Fraction(75)))
    extra_time_percent: Fraction = Fraction(10)
    error_percent: tuple[str, str] | None = ("9", "22")


def great_circles(points: Sequence[Point]) -> Circles:
    """Metres between all points in degrees (latitude, longitude), by the haversine formula."""
    return tuple(tuple(_great_circle(one, other) for other in points) for one in points)


def estimated_m(circles: Circles, estimate: Estimate) -> Matrix:
    """Metres of every leg."""
    return tuple(
        tuple(_times(*circle.as_integer_ratio(), _of(estimate.detour, circle)) for circle in row)
        for row in circles
    )


def estimated_s(circles: Circles, distances_m: Matrix, estimate: Estimate) -> Matrix:
    """Driving seconds of every leg of `distances_m`, at the speed that its great circle gives."""
    extra = 1 + estimate.extra_time_percent / 100
    seconds_a_metre = tuple(
        (bound, Fraction(36, 10) / speed * extra) for bound, speed in estimate.speed_kmh
    )
    return tuple(
        tuple(
            _times(metres, 1, _of(seconds_a_metre, circle))
            for metres, circle in zip(*rows, strict=True)
        )
        for rows in zip(distances_m, circles, strict=True)
    )


def read_estimate(node: Node) -> Estimate:
    """The estimate of a case; what it leaves out is as in `Estimate`."""
    usual = Estimate()
    fields = node.fields((), ("detour", "speed_kmh", "extra_time_percent", "error_percent"))
    extra = _decimal(fields["extra_time_percent"])
    return Estimate(
        _classes(fields["detour"]) or usual.detour,
        _classes(fields["speed_kmh"]) or usual.speed_kmh,
        usual.extra_time_percent if extra is None else extra,
        _error(fields["error_percent"], usual=not fields["detour"].given),
    )


def _error(node: Node, *, usual: bool) -> tuple[str, str] | None:
    """The error that is stated; that of the usual classes where nothing is and they hold."""
    items = node.items()
    if items is None:
        return Estimate().error_percent if usual else None
    if len(items) != _BOUND_AND_NUMBER:
        remedy = 'Give the average and the worst, as ["9", "22"]'
        node.add(Fault("These are not two numbers", node.at, {}, remedy))
        return None
    mean, worst = (_decimal(item) for item in items)
    return None if mean is None or worst is None else (str(items[0].value), str(items[1].value))


def _classes(node: Node) -> Classes | None:
    """The classes; None where they are left out or one of them cannot be read."""
    items = node.items()
    if items is None:
        return None
    classes = [_class(item) for item in items]
    whole = tuple(one for one in classes if one is not None)
    if len(whole) < len(classes):
        return None
    bounds = [bound for bound, _ in whole]
    if not bounds or bounds[-1] is not None:
        remedy = 'Let the last be without a bound, as [null, "1.20"]'
        node.add(Fault("The last class has a bound", node.at, {}, remedy))
    if any(one is None or (other is not None and other <= one) for one, other in pairwise(bounds)):
        remedy = "Give each a larger bound than the one before"
        node.add(Fault("The classes are not in ascending order", node.at, {}, remedy))
    return whole


def _class(node: Node) -> tuple[int | None, Fraction] | None:
    parts = node.items()
    if parts is None:
        return None
    if len(parts) != _BOUND_AND_NUMBER:
        remedy = 'Give both, as [20000, "1.30"]'
        node.add(Fault("A class is a bound in metres and a number", node.at, {}, remedy))
        return None
    unbounded = parts[0].value is None
    bound, number = None if unbounded else parts[0].whole(0, MOST), _decimal(parts[1])
    if number == 0:
        parts[1].add(Fault("The number is 0", parts[1].at, {}, "Give a number above 0"))
    return (bound, number) if number and (unbounded or bound is not None) else None


def _decimal(node: Node) -> Fraction | None:
    """A number from 0, of at most 12 digits on each side of its point."""
    return node.number(0, MOST, written=_DECIMAL)


def _great_circle(one: Point, other: Point) -> float:
    lat, lon, lat_, lon_ = map(math.radians, (*one, *other))
    half = math.sin((lat_ - lat) / 2) ** 2
    half += math.cos(lat) * math.cos(lat_) * math.sin((lon_ - lon) / 2) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(min(half, 1.0)))


def _of(classes: Classes, circle: float) -> Fraction:
    return next(number for bound, number in classes if bound is None or circle <= bound)


def _times(count: int, of: int, number: Fraction) -> int:
    """count / of x number, rounded half up."""
    top, bottom = count * number.numerator, of * number.denominator
    return (2 * top + bottom) // (2 * bottom)
