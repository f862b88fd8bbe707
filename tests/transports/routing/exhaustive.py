"""The best plan of a tiny case, by trying every order of every choice of stops."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import permutations
from typing import Any

from tests.transports.routing.costing import (
    drive_ore,
    half_up,
    moved_ore,
    skipped_ore,
    time_ore,
)
from tests.transports.routing.orders import apart, loads, pinned
from tests.transports.routing.timetable import PARTS_PER_ORE, Timetable, legs_of

Row = dict[str, Any]
Served = frozenset[str]


def best_plan(case: Row, step_s: int) -> tuple[int, int]:
    """Required stops missed, and the cost in öre, of the best plan there is.

    Spare vehicles: as few as serve as many required stops. step_s: every time in the case is a
    multiple of it.
    """
    best: dict[tuple[int, Served], int] = {(0, Served()): 0}
    for vehicle in case["vehicles"]:
        orders = _cheapest(case, vehicle, step_s)
        best = _joined(best, orders, spare=int(bool(vehicle.get("spare"))))
    required = {stop["id"] for stop in case["stops"] if stop["required"]}
    missed, _, ore = min(
        (len(required - served), spares, ore + skipped_ore(case, set(served)))
        for (spares, served), ore in best.items()
    )
    return missed, ore


def _joined(
    before: dict[tuple[int, Served], int], orders: dict[Served, int], *, spare: int
) -> dict[tuple[int, Served], int]:
    """The cheapest way to each set of stops with one vehicle more."""
    joined: dict[tuple[int, Served], int] = {}
    for (spares, served), ore in before.items():
        for more, more_ore in orders.items():
            if served & more:
                continue
            key = (spares + (spare if more else 0), served | more)
            joined[key] = min(ore + more_ore, joined.get(key, ore + more_ore))
    return joined


def _cheapest(case: Row, vehicle: Row, step_s: int) -> dict[Served, int]:
    """Öre of the cheapest order of each set of stops that the vehicle can serve."""
    cheapest = {Served(): 0}
    for order in _orders(case["stops"]):
        if max(loads(order)) > vehicle["capacity"] or not (pinned(vehicle, order) and apart(order)):
            continue
        best = Timetable(case, vehicle, order, step_s).cheapest()
        if best is None:
            continue
        parts, depart, back = best
        ore = vehicle["fixed_ore"] + time_ore(vehicle, back - depart)
        ore += drive_ore(vehicle, sum(legs_of(case, vehicle, order, "distances_m")))
        shifted = parts - vehicle["cost_per_hour_ore"] * (back - depart)
        ore += moved_ore(case, vehicle, order) + half_up(Decimal(shifted) / PARTS_PER_ORE)
        served = Served(stop["id"] for stop in order)
        cheapest[served] = min(ore, cheapest.get(served, ore))
    return cheapest


def _orders(stops: list[Row]) -> Iterator[list[Row]]:
    for count in range(1, len(stops) + 1):
        yield from map(list, permutations(stops, count))
