"""Rules of distances: the estimate and its fit to known legs, and what a leg can be. Pure."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from consortium.core.errors import Fault
from consortium.transports.routing.distances import (
    Classes,
    Estimate,
    Point,
    estimated_m,
    estimated_s,
    great_circles,
)

MEASURED, ROUTED, ESTIMATED = SOURCES = ("measured", "routed", "estimated")
"""Where a leg comes from, the best first."""

DECIMALS: Final = 6
"""Of degrees: two points that agree so far, within 11 cm, are the same."""
FEWEST: Final = 8
"""A class with fewer known legs keeps the stated number."""
FINEST_DETOUR: Final = Fraction(1, 1000)
FINEST_SPEED: Final = Fraction(1, 10)
LEAST_SPEED: Final = Fraction(1)
KMH_A_METRE_A_SECOND: Final = Fraction(36, 10)
FASTEST_KMH: Final = 130
LONGEST_M: Final = 2_000_000
LONGEST_S: Final = 24 * 3600
OFF_M: Final = 2_000
"""How much shorter than the straight line a way may be: points are those of localities."""
FARTHEST_SNAP_M: Final = 1_000
"""A road server's nearest road lies no further from a point that it can say anything of."""

Seconds = list[list[int]]
Metres = list[list[int]]


@dataclass(frozen=True, slots=True)
class KnownLeg:
    """A way that is known. circle_m: the great circle between its ends."""

    circle_m: int
    distance_m: int
    duration_s: int


@dataclass(frozen=True, slots=True)
class EstimateError:
    """How far the estimate is off at known legs, each estimated by the others of its class.

    In per mille of the way and of the time that is known, without sign, the time without what is
    added for safety. legs: how many.
    """

    legs: int
    mean_permille: int
    worst_permille: int
    mean_time_permille: int
    worst_time_permille: int


def rounded(lat: float, lon: float) -> Point:
    """A point as legs are kept by it."""
    return round(lat, DECIMALS), round(lon, DECIMALS)


def factor_of(*percents: int) -> Fraction:
    """What times are multiplied by that are longer by each of `percents`, one upon another."""
    factor = Fraction(1)
    for percent in percents:
        factor *= Fraction(100 + percent, 100)
    return factor


def times(count: int, factor: Fraction) -> int:
    """count x factor, rounded half up."""
    return half_up(count * factor.numerator, factor.denominator)


def half_up(top: int, bottom: int) -> int:
    """top / bottom as a whole number, halves upwards. bottom: above 0."""
    return (2 * top + bottom) // (2 * bottom)


def estimated(
    points: Sequence[Point], estimate: Estimate, factor: Fraction
) -> tuple[Seconds, Metres]:
    """Times, `factor` longer, and ways between all points by an estimate; each is rounded once."""
    longer = Estimate(estimate.detour, estimate.speed_kmh, (factor - 1) * 100)
    circles = great_circles(points)
    distances_m = estimated_m(circles, longer)
    durations_s = estimated_s(circles, distances_m, longer)
    return [list(row) for row in durations_s], [list(row) for row in distances_m]


def fitted(legs: Sequence[KnownLeg]) -> Estimate:
    """The estimate that fits known legs, without extra time.

    In each class of at least FEWEST legs the detour factor and the time a metre are those with the
    least sum of squared errors of a line through the origin (of metres by great circle, of seconds
    by metres); the detour to a thousandth and no less than 1, the speed to a tenth of a km/h and
    no less than 1. Other classes keep the stated numbers.
    """
    stated, of_use = Estimate(), _of_use(legs)
    detour = tuple(
        (bound, _detour(found) if len(found) >= FEWEST else number)
        for (bound, number), found in _classed(stated.detour, of_use)
    )
    speed = tuple(
        (bound, _speed(found) if len(found) >= FEWEST else number)
        for (bound, number), found in _classed(stated.speed_kmh, of_use)
    )
    return Estimate(detour, speed, Fraction(0))


def error_of(legs: Sequence[KnownLeg]) -> EstimateError | None:
    """How far estimates are off at known legs; None where none is known.

    A leg is estimated as if it were not known: by the other legs of its class where the class is
    fitted, else by the stated number.
    """
    of_use = _of_use(legs)
    if not of_use:
        return None
    stated = Estimate()
    ways = _without_itself(stated.detour, of_use, lambda leg: (leg.circle_m, leg.distance_m))
    paces = _without_itself(
        tuple((bound, KMH_A_METRE_A_SECOND / kmh) for bound, kmh in stated.speed_kmh),
        of_use,
        lambda leg: (leg.distance_m, leg.duration_s),
    )
    off_m, off_s = [], []
    for leg, (way, by), (pace, per) in zip(of_use, ways, paces, strict=True):
        metres = leg.circle_m * way
        off_m.append(_permille(metres, leg.distance_m * by))
        off_s.append(_permille(metres * pace, leg.duration_s * by * per))
    count = len(of_use)
    return EstimateError(
        count, half_up(sum(off_m), count), max(off_m), half_up(sum(off_s), count), max(off_s)
    )


def leg_faults(duration_s: int, distance_m: int, circle_m: int) -> Iterator[Fault]:
    """What is wrong with a way that somebody measured, at the fields `minutes` and `km`."""
    if not 0 < distance_m <= LONGEST_M:
        yield Fault("A way is longer than 0 and at most 2,000 km", "km")
    elif distance_m + OFF_M < circle_m:
        yield Fault(
            "The way is shorter than the straight line, which is {km} km",
            "km",
            {"km": half_up(circle_m, 1000)},
            "Check the kilometres, and where the two libraries lie",
        )
    if not 0 < duration_s <= LONGEST_S:
        yield Fault("A way takes more than 0 minutes and at most 24 hours", "minutes")
    elif distance_m * 36 > FASTEST_KMH * 10 * duration_s:
        yield Fault(
            "That would be {kmh} km/h all the way",
            "minutes",
            {"kmh": half_up(distance_m * 36, duration_s * 10)},
            "Check the minutes and the kilometres",
        )


def circle_of(one: Point, other: Point) -> int:
    """The great circle between two points, in whole metres."""
    return round(great_circles((one, other))[0][1])


def _of_use(legs: Sequence[KnownLeg]) -> list[KnownLeg]:
    return [leg for leg in legs if leg.circle_m and leg.distance_m and leg.duration_s]


def _classed(
    classes: Classes, legs: Sequence[KnownLeg]
) -> list[tuple[tuple[int | None, Fraction], list[KnownLeg]]]:
    """Each class with the legs whose great circle is in it."""
    found: list[list[KnownLeg]] = [[] for _ in classes]
    for leg in legs:
        found[_place(classes, leg)].append(leg)
    return list(zip(classes, found, strict=True))


def _place(classes: Classes, leg: KnownLeg) -> int:
    return next(
        at for at, (bound, _) in enumerate(classes) if bound is None or leg.circle_m <= bound
    )


def _detour(legs: Sequence[KnownLeg]) -> Fraction:
    top = sum(leg.circle_m * leg.distance_m for leg in legs)
    slope = Fraction(top, sum(leg.circle_m**2 for leg in legs))
    return max(_to(slope, FINEST_DETOUR), Fraction(1))


def _speed(legs: Sequence[KnownLeg]) -> Fraction:
    top = sum(leg.distance_m * leg.duration_s for leg in legs)
    pace = Fraction(top, sum(leg.distance_m**2 for leg in legs))
    return max(_to(KMH_A_METRE_A_SECOND / pace, FINEST_SPEED), LEAST_SPEED)


def _to(number: Fraction, finest: Fraction) -> Fraction:
    steps = number / finest
    return half_up(steps.numerator, steps.denominator) * finest


def _without_itself(
    classes: Classes, legs: Sequence[KnownLeg], pair: Callable[[KnownLeg], tuple[int, int]]
) -> list[tuple[int, int]]:
    """Of each leg the factor, top and bottom, that the others of its class give."""
    sums = [[0, 0, 0] for _ in classes]
    places = [_place(classes, leg) for leg in legs]
    for leg, place in zip(legs, places, strict=True):
        x, y = pair(leg)
        count, top, bottom = sums[place]
        sums[place] = [count + 1, top + x * y, bottom + x * x]
    found = []
    for leg, place in zip(legs, places, strict=True):
        (count, top, bottom), (x, y) = sums[place], pair(leg)
        number = classes[place][1]
        by_others = count >= FEWEST
        found.append(
            (top - x * y, bottom - x * x) if by_others else (number.numerator, number.denominator)
        )
    return found


def _permille(top: int, bottom: int) -> int:
    """By how much top / bottom is off from 1, in per mille."""
    return half_up(abs(top - bottom) * 1000, bottom)
