"""A second program for routing: it holds a plan against its case, and knows nothing of the product.

Written from the description of a case and a plan alone. Times are of an ordinary day of 24 hours.
"""

import math
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Any

Row = dict[str, Any]
_MOMENTS = ("arrive", "start", "leave")


def complaints(case: Row, plan: Row, step_s: int = 60) -> list[str]:
    """What is wrong with a plan; nothing where all is as it should be.

    The case has both its matrices. step_s: when a better schedule of an order is looked for, the
    departures are tried in such steps.
    """
    found = [*_served_once(case, plan), *_used_once(plan)]
    for route in plan["routes"]:
        found += [f"{route['vehicle']}: {text}" for text in _route(case, route, step_s)]
    return [*found, *_costs(case, plan), *_rest(case, plan)]


def seconds(clock: str) -> int:
    hours, minutes, *rest = (int(part) for part in clock.split(":"))
    return hours * 3600 + minutes * 60 + (rest[0] if rest else 0)


def drive(case: Row, vehicle: Row, order: list[Row], depart: int) -> Row | None:
    """The route that leaves then and never idles; None where it is too late somewhere."""
    durations = case["durations_s"]
    rows = {place["id"]: row for row, place in enumerate(case["places"])}
    here, now, calls = rows[vehicle["start"]], depart, []
    for stop in order:
        there = rows[stop["place"]]
        arrive = now + durations[here][there]
        start = _service_start(stop, arrive)
        if start is None:
            return None
        now, here = start + stop["service_s"], there
        calls.append((arrive, start, now))
    back = now + durations[here][rows[vehicle["end"]]]
    late = back > seconds(vehicle["shift"][1])
    long = back - depart > vehicle.get("max_duration_s", math.inf)
    return None if late or long else {"back": back, "calls": calls, "work": back - depart}


def departures(case: Row, vehicle: Row, order: list[Row], step_s: int) -> Iterator[tuple[int, int]]:
    """Work and departure of every schedule that the shift, the windows and the work allow."""
    first, last = map(seconds, vehicle["shift"])
    for depart in range(first, last + 1, step_s):
        driven = drive(case, vehicle, order, depart)
        if driven is not None:
            yield driven["work"], depart


def loads(order: list[Row]) -> list[int]:
    """Crates on board at the start and after each stop."""
    load = [sum(stop["deliver"] for stop in order)]
    for stop in order:
        load.append(load[-1] - stop["deliver"] + stop["collect"])
    return load


def metres_of(case: Row, vehicle: Row, order: list[Row]) -> int:
    metres = case["distances_m"]
    rows = {place["id"]: row for row, place in enumerate(case["places"])}
    path = [vehicle["start"], *(stop["place"] for stop in order), vehicle["end"]]
    return sum(metres[rows[one]][rows[two]] for one, two in pairwise(path))


def half_up(number: Decimal) -> int:
    return int(number.quantize(Decimal(1), ROUND_HALF_UP))


def _service_start(stop: Row, arrive: int) -> int | None:
    windows = [tuple(map(seconds, window)) for window in stop.get("windows", [])]
    if not windows:
        return arrive
    fitting = [max(arrive, first) for first, last in windows if arrive <= last]
    return min(fitting, default=None)


def _served_once(case: Row, plan: Row) -> Iterator[str]:
    seen = [stop["id"] for route in plan["routes"] for stop in route["stops"]]
    seen += [stop["id"] for stop in plan["unserved"]]
    if sorted(seen) != sorted(stop["id"] for stop in case["stops"]):
        yield f"not every stop once: {sorted(seen)}"


def _used_once(plan: Row) -> Iterator[str]:
    used = [route["vehicle"] for route in plan["routes"]]
    if len(used) != len(set(used)):
        yield f"a vehicle on two routes: {used}"


def _route(case: Row, route: Row, step_s: int) -> Iterator[str]:
    vehicle = next(one for one in case["vehicles"] if one["id"] == route["vehicle"])
    stops = {stop["id"]: stop for stop in case["stops"]}
    order = [stops[stop["id"]] for stop in route["stops"]]
    depart = seconds(route["depart"])
    if not order or depart < seconds(vehicle["shift"][0]):
        yield "nothing to do, or it leaves before its shift"
    driven = drive(case, vehicle, order, depart)
    if driven is None:
        yield "a window, the shift or the work does not hold"
        return
    printed = [tuple(seconds(stop[key]) for key in _MOMENTS) for stop in route["stops"]]
    if printed != driven["calls"] or seconds(route["back"]) != driven["back"]:
        yield f"the times are {driven}, not {printed} and {route['back']}"
    waits = sum(start - arrive for arrive, start, _ in driven["calls"])
    service = sum(stop["service_s"] for stop in order)
    sums = (driven["work"], waits, driven["work"] - waits - service)
    if sums != (route["work_s"], route["wait_s"], route["drive_s"]):
        yield f"work, wait and drive are {sums}"
    yield from _crates_and_metres(case, vehicle, order, route)
    paid = vehicle["cost_per_hour_ore"]
    best = min((paid * work, leave) for work, leave in departures(case, vehicle, order, step_s))
    if best < (paid * driven["work"], depart):
        yield f"leaving at {best[1]} s would be cheaper or as cheap and earlier"


def _crates_and_metres(case: Row, vehicle: Row, order: list[Row], route: Row) -> Iterator[str]:
    crates = loads(order)
    printed = [route["load_at_start"], *(stop["load_after"] for stop in route["stops"])]
    if crates != printed or max(crates) > vehicle["capacity"]:
        yield f"the crates are {crates} of {vehicle['capacity']}, printed {printed}"
    if metres_of(case, vehicle, order) != route["distance_m"]:
        yield f"the metres are {metres_of(case, vehicle, order)}"


def _costs(case: Row, plan: Row) -> Iterator[str]:
    vehicles = {vehicle["id"]: vehicle for vehicle in case["vehicles"]}
    left = {stop["id"] for stop in plan["unserved"]}
    drive_ore = time_ore = fixed_ore = 0
    for route in plan["routes"]:
        vehicle = vehicles[route["vehicle"]]
        drive_ore += half_up(Decimal(vehicle["cost_per_km_ore"] * route["distance_m"]) / 1000)
        time_ore += half_up(Decimal(vehicle["cost_per_hour_ore"] * route["work_s"]) / 3600)
        fixed_ore += vehicle.get("fixed_ore", 0)
    skip_ore = sum(
        stop["skip_ore"]
        for stop in case["stops"]
        if stop["id"] in left and not stop.get("required", True)
    )
    cost = {
        "drive_ore": drive_ore,
        "time_ore": time_ore,
        "fixed_ore": fixed_ore,
        "skip_ore": skip_ore,
        "stability_ore": 0,
        "total_ore": drive_ore + time_ore + fixed_ore + skip_ore,
    }
    if cost != plan["cost"]:
        yield f"the cost is {cost}, not {plan['cost']}"


def _rest(case: Row, plan: Row) -> Iterator[str]:
    required = {stop["id"]: stop.get("required", True) for stop in case["stops"]}
    for stop in plan["unserved"]:
        if (stop["reason"] == "skipped") == required[stop["id"]] or not stop["detail"]:
            yield f"{stop} has no reason of its kind"
    if plan["distances"] != "measured":
        yield f"the distances are given, not {plan['distances']}"
