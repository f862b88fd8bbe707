"""The best plan of a tiny case, by trying every order of every choice of stops."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import permutations
from typing import Any

from tests.transports.routing.checker import departures, half_up, loads, metres_of

Row = dict[str, Any]


def best_plan(case: Row, step_s: int) -> tuple[int, int]:
    """Required stops missed, and the cost in öre, of the best plan there is for two vehicles.

    step_s: every time in the case is a multiple of it.
    """
    stops = {stop["id"]: stop for stop in case["stops"]}
    first, second = (_cheapest(case, vehicle, step_s) for vehicle in case["vehicles"])
    best = []
    for one, one_ore in first.items():
        for other, other_ore in second.items():
            if one & other:
                continue
            left = [stops[name] for name in stops if name not in one | other]
            missed = sum(stop["required"] for stop in left)
            skipped = sum(stop["skip_ore"] for stop in left if not stop["required"])
            best.append((missed, one_ore + other_ore + skipped))
    return min(best)


def _cheapest(case: Row, vehicle: Row, step_s: int) -> dict[frozenset[str], int]:
    """Öre of the cheapest order of each set of stops that the vehicle can serve."""
    cheapest = {frozenset[str](): 0}
    for order in _orders(case["stops"]):
        works = [work for work, _ in departures(case, vehicle, order, step_s)]
        if not works or max(loads(order)) > vehicle["capacity"]:
            continue
        ore = vehicle["fixed_ore"]
        ore += half_up(Decimal(vehicle["cost_per_km_ore"] * metres_of(case, vehicle, order)) / 1000)
        ore += half_up(Decimal(vehicle["cost_per_hour_ore"] * min(works)) / 3600)
        served = frozenset(stop["id"] for stop in order)
        cheapest[served] = min(ore, cheapest.get(served, ore))
    return cheapest


def _orders(stops: list[Row]) -> Iterator[list[Row]]:
    for count in range(1, len(stops) + 1):
        yield from map(list, permutations(stops, count))
