"""Days with two stops closed: who changes vehicle or time at the default prices, and its cost.

Each day is planned, two drawn stops are closed, and the day is planned again with that plan as the
one to keep. Told is the median of the draws, and the worst for comparison: where what is closed
saves a whole van, moving many is worth more than keeping all, and no plan does both.
"""

import json
import random
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

from consortium.core.settings import Routing
from consortium.transports.routing import plan, retime
from tests.bench.routing_days import DAY_29, large, large_plan, small_plan
from tests.transports.routing.dalarna_days import without
from tests.transports.routing.full_cases import previous_of
from tests.transports.routing.timetable import seconds

Row = dict[str, Any]
DRAWS: Final = {29: 5, 60: 5, 500: 3}
LIMITS: Final = {"moved": "0.04", "shifted": "0.1", "dearer": "1.01", "kept": "1"}
TEXTS: Final = {
    "moved": "share of the others that change vehicle",
    "shifted": "share of the others that shift by over ten minutes",
    "dearer": "cost / the free optimum",
    "kept": "cost / the plan before, as it is",
}


@dataclass(frozen=True, slots=True)
class Change:
    """What closing two stops did. moved, shifted: shares of the others; then ratios of cost."""

    moved: float
    shifted: float
    dearer: float
    kept: float


def figures() -> dict[str, float]:
    days = {
        29: (_day_29(), None),
        60: (large(60), small_plan()),
        500: (large(500), large_plan()[0]),
    }
    found: dict[str, float] = {}
    for stops, (case, before) in days.items():
        planned = before or plan(case)
        drawn = [changed(case, planned, seed) for seed in range(DRAWS[stops])]
        for name, text in TEXTS.items():
            values = [getattr(one, name) for one in drawn]
            found[f"2 of {stops} stops closed, worst draw: {text}"] = max(values)
            found[f"2 of {stops} stops closed: {text} (limit {LIMITS[name]})"] = (
                max(values) if name == "kept" else median(values)
            )
    return found


def changed(case: Row, planned: Row, seed: int) -> Change:
    """Two stops drawn by the seed are closed, and the day planned again."""
    closed = set(random.Random(seed).sample([stop["id"] for stop in case["stops"]], 2))
    free = without(case, closed)
    prices = Routing()
    today = free | {
        "previous": previous_of(planned),
        "stability": {
            "moved_stop_ore": prices.moved_stop_ore,
            "shifted_minute_ore": prices.shifted_minute_ore,
            "free_shift_minutes": prices.free_shift_minutes,
        },
    }
    answer, others = plan(today), len(free["stops"])
    was, now = _served(planned), _served(answer)
    moved = sum(now[name][0] != was[name][0] for name in now)
    shifted = sum(abs(now[name][1] - was[name][1]) > 600 for name in now)
    free_ore = plan(free)["cost"]["total_ore"]
    paid_ore = answer["cost"]["total_ore"] - answer["cost"]["stability_ore"]
    kept_ore = retime(today, _kept(planned, closed))["cost"]["total_ore"]
    return Change(
        moved / others,
        shifted / others,
        paid_ore / min(free_ore, paid_ore),
        answer["cost"]["total_ore"] / kept_ore,
    )


def _day_29() -> Row:
    case: Row = json.loads(DAY_29.read_text(encoding="utf-8"))
    return case


def _served(answer: Row) -> dict[str, tuple[str, int]]:
    """Stop -> its vehicle and its arrival in seconds."""
    return {
        stop["id"]: (route["vehicle"], seconds(stop["arrive"]))
        for route in answer["routes"]
        for stop in route["stops"]
    }


def _kept(planned: Row, closed: set[str]) -> list[Row]:
    routes = [
        {
            "vehicle": route["vehicle"],
            "stops": [stop["id"] for stop in route["stops"] if stop["id"] not in closed],
        }
        for route in planned["routes"]
    ]
    return [route for route in routes if route["stops"]]
