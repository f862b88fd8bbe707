"""Estimated distances, worked out by hand.

A degree of latitude is 6,371,008.8 m x pi / 180 = 111,195.08 m, and of longitude as much on the
equator; 0.1 and 0.01 of it are 11,119.508 m and 1,111.951 m.
"""

from typing import Any

import pytest

from consortium.transports.routing import plan
from consortium.transports.routing.distances import (
    Estimate,
    estimated_m,
    estimated_s,
    great_circles,
)
from tests.transports.routing.small_cases import made, stop

Row = dict[str, Any]


def between(lat: float, lon: float, **parts: Any) -> Row:
    """A case whose only stop lies there, seen from a hub where the equator meets Greenwich."""
    case = made([stop("s", "b")])
    del case["durations_s"], case["distances_m"]
    case["places"] = [{"id": "a", "lat": 0, "lon": 0}, {"id": "b", "lat": lat, "lon": lon}]
    return case | parts


def leg(case: Row) -> tuple[int, int]:
    """Metres and seconds of the leg out, which the way home takes too."""
    answer = plan(case)
    (route,) = answer["routes"]
    assert answer["distances"] == "estimated"
    return route["distance_m"] // 2, route["drive_s"] // 2


@pytest.mark.parametrize(
    ("lat", "lon", "metres", "seconds"),
    [
        (1.0, 0.0, 133_434, 7045),  # x 1.20; at 75 km/h 6404.83 s, and 10 % more
        (0.0, 1.0, 133_434, 7045),
        (0.1, 0.0, 14_455, 954),  # 14455.36, x 1.30; at 60 km/h 867.3 s, and 10 % more
        (0.01, 0.0, 1446, 143),  # 1445.54; at 40 km/h 130.14 s, and 10 % more
        (0.0, 0.0, 0, 0),
    ],
)
def test_legs_come_from_great_circles(lat: float, lon: float, metres: int, seconds: int) -> None:
    assert leg(between(lat, lon)) == (metres, seconds)


def test_north_of_the_equator_a_degree_of_longitude_is_shorter() -> None:
    # asin(cos 60° x sin 0.5°) = asin(0.5 x 0.0087265355) = 0.0043632816; x 2 x radius = 55,597.0
    ((_, metres), _) = great_circles([(60.0, 10.0), (60.0, 11.0)])
    assert round(metres, 1) == 55_597.0


def test_the_case_may_carry_its_own_estimate() -> None:
    estimate = {
        "detour": [[111_000, "1"], [None, "1.5"]],
        "speed_kmh": [[112_000, "50"], [None, 100]],
        "extra_time_percent": "0",
    }
    # 111195.0797 x 1.5 = 166792.62; 166793 / (50 / 3.6) = 12009.096
    assert leg(between(1.0, 0.0, estimate=estimate)) == (166_793, 12_009)


def test_what_an_estimate_leaves_out_is_as_usual() -> None:
    # 133434 m at 75 km/h take 6404.832 s
    assert leg(between(1.0, 0.0, estimate={"extra_time_percent": 0})) == (133_434, 6405)


def test_a_class_holds_its_bound() -> None:
    metres = estimated_m(((20_000.0, 20_000.5),), Estimate())
    assert metres == ((26_000, 24_001),)
    # 26 km at 60 and 24.001 km at 75 km/h, and 10 % more: 1716 and 1267.25
    assert estimated_s(((20_000.0, 20_000.5),), metres, Estimate()) == ((1716, 1267),)


def test_halves_are_rounded_up() -> None:
    assert estimated_m(((5.0, 15.0),), Estimate()) == ((7, 20),)  # 6.5 and 19.5


def test_measured_distances_are_kept_where_only_times_are_estimated() -> None:
    case = between(1.0, 0.0, distances_m=[[0, 90_000], [90_000, 0]])
    assert leg(case) == (90_000, 4752)  # 4,320 s at 75 km/h, and 10 % more


def test_measured_times_are_kept_where_only_distances_are_estimated() -> None:
    assert leg(between(1.0, 0.0, durations_s=[[0, 5000], [5000, 0]])) == (133_434, 5000)
