"""Made days in Dalarna, seeded: real localities, invented crates, windows and service times.

Localities are those of the demo's branches (coordinates: GeoNames, CC BY 4.0); where a day has more
stops than there are, the others lie a few kilometres from one. Legs are great circle x 1.25 at 40,
60 and 75 km/h, as in `dalarna-day-29.json`.
"""

import csv
import math
import random
from functools import cache
from pathlib import Path
from typing import Any

from tests.transports.routing.small_cases import vehicle

Row = dict[str, Any]
BRANCHES = Path(__file__).parents[3] / "consortium/demo/data/dalarna-branches.csv"
HUB = (60.475, 15.45)
EARTH_M = 6_371_008.8
OPEN = (["08:00", "16:30"], ["09:00", "16:00"], ["09:00", "12:30"], ["12:30", "17:00"])


def day(seed: int, stops: int, vans: int, **changes: Any) -> Row:
    """A day of so many stops for vans of the hub; `changes` are to each van."""
    draw = random.Random(seed)
    points = [HUB, *_points(draw, stops)]
    names = ["hub", *(f"p{at:03}" for at in range(1, stops + 1))]
    metres = [[round(1.25 * _apart_m(one, other)) for other in points] for one in points]
    usual = {
        "start": "hub",
        "end": "hub",
        "capacity": 70,
        "shift": ["06:30", "18:00"],
        "max_duration_s": 34_200,
        "cost_per_km_ore": 450,
        "cost_per_hour_ore": 38_000,
        "fixed_ore": 50_000,
    }
    return {
        "date": "2026-11-25",
        "places": [{"id": name} for name in names],
        "durations_s": [[_seconds(leg) for leg in row] for row in metres],
        "distances_m": metres,
        "vehicles": [vehicle(f"van{at:02}", **usual | changes) for at in range(1, vans + 1)],
        "stops": [_stop(draw, name) for name in names[1:]],
        "search": {"seed": 1, "iterations": 3000},
    }


def without(case: Row, closed: set[str]) -> Row:
    """The same day with some stops closed, which no other is to be apart from any more."""
    stops = [dict(stop) for stop in case["stops"] if stop["id"] not in closed]
    for stop in stops:
        if "not_with" in stop:
            stop["not_with"] = [name for name in stop["not_with"] if name not in closed]
    return case | {"stops": stops}


@cache
def localities() -> tuple[tuple[float, float], ...]:
    with BRANCHES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return tuple(sorted({(float(row["lat"]), float(row["lon"])) for row in rows if row["lat"]}))


def _points(draw: random.Random, count: int) -> list[tuple[float, float]]:
    known = list(localities())
    draw.shuffle(known)
    found = known[:count]
    while len(found) < count:
        lat, lon = draw.choice(known)
        found.append((lat + draw.gauss(0, 0.06), lon + draw.gauss(0, 0.12)))
    return found


def _stop(draw: random.Random, name: str) -> Row:
    deliver, collect = draw.randint(1, 6), draw.randint(1, 6)
    return {
        "id": name,
        "place": name,
        "deliver": deliver,
        "collect": collect,
        "windows": [list(draw.choices(OPEN, (3, 5, 1, 1))[0])],
        "service_s": 240 + 30 * (deliver + collect),
        "required": True,
    }


def _apart_m(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Great circle by the haversine."""
    (lat, lon), (north, east) = (tuple(map(math.radians, point)) for point in (one, other))
    half = math.sin((north - lat) / 2) ** 2
    half += math.cos(lat) * math.cos(north) * math.sin((east - lon) / 2) ** 2
    return 2 * EARTH_M * math.asin(math.sqrt(half))


def _seconds(metres: int) -> int:
    kmh = 40 if metres < 5000 else 60 if metres < 20_000 else 75
    return round(metres * 3.6 / kmh)
