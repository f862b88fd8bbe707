"""Plans of two instances that others have solved, beside the best routes known for them.

As cases: a unit of distance is a metre, and 1,000 öre a kilometre make it an öre; time is free.
"""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from consortium.transports.routing import plan

Row = dict[str, Any]
CASES: Final = Path(__file__).parent / "cases"
DEFAULT: Final = 3000
MORE: Final = 10_000
KNOWN: Final = {"X-n101-k25": 27_591, "RC208": 7761}
"""Best known (cases/README.md), for RC208 in tenths."""


def figures() -> dict[str, float]:
    capacities, windows = capacitated("X-n101-k25", 30), windowed("RC208")
    return {
        "X-n101-k25 at 10,000 iterations / best known (limit 1.01)": cost(capacities, MORE),
        "X-n101-k25 at the default iterations / best known (limit 1.02)": cost(capacities, DEFAULT),
        "RC208 at 10,000 iterations / best known (limit 1.005)": cost(windows, MORE),
        "RC208 at the default iterations / best known (limit 1.02)": cost(windows, DEFAULT),
    }


def cost(case: Row, iterations: int) -> float:
    """The plan's cost / the best known; infinite where a stop is left out."""
    name = case["vehicles"][0]["id"].rsplit(" ", 1)[0]
    answer = plan(case | {"search": {"seed": 1, "iterations": iterations}})
    return math.inf if answer["unserved"] else answer["cost"]["total_ore"] / KNOWN[name]


def capacitated(name: str, vans: int) -> Row:
    """Capacities alone: every leg takes no time."""
    parts = read(name)
    case = _case(name, parts, vans, round)
    case["durations_s"] = [[0 for _ in row] for row in case["distances_m"]]
    return case


def windowed(name: str) -> Row:
    """Windows and service in tenths, as the distances: a tenth is a second."""
    parts = read(name)
    case = _case(name, parts, int(parts["VEHICLES"]), lambda length: math.floor(10 * length))
    case["durations_s"] = case["distances_m"]
    windows = [[_clock(10 * first), _clock(10 * last)] for first, last in parts["TIME_WINDOW"]]
    for van in case["vehicles"]:
        van["shift"] = windows[0]
    for stop, window in zip(case["stops"], windows[1:], strict=True):
        stop |= {"windows": [window], "service_s": 10 * int(parts["SERVICE_TIME"])}
    return case


def read(name: str) -> dict[str, Any]:
    """An instance in VRPLIB's form: its single values as text, its sections as rows of numbers."""
    parts: dict[str, Any] = {}
    section = ""
    for line in (CASES / f"{name}.vrp").read_text(encoding="utf-8").splitlines():
        key, colon, value = (part.strip() for part in line.partition(":"))
        if colon:
            parts[key] = value
        elif key.endswith("_SECTION"):
            section = key.removesuffix("_SECTION")
            parts[section] = []
        elif key and key != "EOF":
            parts[section].append([int(number) for number in key.split()][1:])
    return parts


def _case(name: str, parts: dict[str, Any], vans: int, unit: Callable[[float], int]) -> Row:
    points = parts["NODE_COORD"]
    names = [f"p{at:03}" for at in range(len(points))]
    van = {"start": "p000", "end": "p000", "capacity": int(parts["CAPACITY"])}
    prices = {"cost_per_km_ore": 1000, "cost_per_hour_ore": 0}
    return {
        "date": "2026-11-25",
        "places": [{"id": place} for place in names],
        "distances_m": [[unit(math.dist(one, other)) for other in points] for one in points],
        "vehicles": [
            {"id": f"{name} {at:02}", "shift": ["00:00", "23:59"]} | van | prices
            for at in range(vans)
        ],
        "stops": [
            {"id": place, "place": place, "deliver": demand, "collect": 0, "service_s": 0}
            for place, (demand,) in zip(names[1:], parts["DEMAND"][1:], strict=True)
        ],
    }


def _clock(second: int) -> str:
    return f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"
