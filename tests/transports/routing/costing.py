"""What a plan costs and how it differs from the one before, worked out anew from its case."""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tests.transports.routing.orders import apart, loads, pinned
from tests.transports.routing.timetable import (
    PARTS_PER_ORE,
    Timetable,
    legs_of,
    seconds,
    shift_parts,
    windows_of,
    wishes,
)

Row = dict[str, Any]
ROUNDED_M, ROUNDED_S = 500, 30
"""Kilometres and minutes saved are told whole."""


def half_up(number: Decimal) -> int:
    return int(number.quantize(Decimal(1), ROUND_HALF_UP))


def drive_ore(vehicle: Row, distance_m: int) -> int:
    return half_up(Decimal(vehicle["cost_per_km_ore"] * distance_m) / 1000)


def time_ore(vehicle: Row, work_s: int) -> int:
    return half_up(Decimal(vehicle["cost_per_hour_ore"] * work_s) / 3600)


def moved_ore(case: Row, vehicle: Row, order: list[Row]) -> int:
    """What it costs that another vehicle serves stops than the one they are used to."""
    price = (case.get("stability") or {}).get("moved_stop_ore", 0)
    kept = wishes(case)
    moved = [stop for stop in order if kept.get(stop["id"], (vehicle["id"],))[0] != vehicle["id"]]
    return int(price) * len(moved)


def skipped_ore(case: Row, served: set[str]) -> int:
    return sum(
        stop["skip_ore"]
        for stop in case["stops"]
        if stop["id"] not in served and not stop.get("required", True)
    )


def cost_faults(case: Row, plan: Row) -> Iterator[str]:
    vehicles = {vehicle["id"]: vehicle for vehicle in case["vehicles"]}
    stops = {stop["id"]: stop for stop in case["stops"]}
    kept, cost = wishes(case), {"drive_ore": 0, "time_ore": 0, "fixed_ore": 0, "stability_ore": 0}
    for route in plan["routes"]:
        vehicle = vehicles[route["vehicle"]]
        cost["drive_ore"] += drive_ore(vehicle, route["distance_m"])
        cost["time_ore"] += time_ore(vehicle, route["work_s"])
        cost["fixed_ore"] += vehicle.get("fixed_ore", 0)
        order = [stops[stop["id"]] for stop in route["stops"]]
        parts = sum(
            shift_parts(case, seconds(stop["arrive"]), kept.get(stop["id"], ("", None))[1])
            for stop in route["stops"]
        )
        cost["stability_ore"] += moved_ore(case, vehicle, order)
        cost["stability_ore"] += half_up(Decimal(parts) / PARTS_PER_ORE)
    served = {stop["id"] for route in plan["routes"] for stop in route["stops"]}
    cost["skip_ore"] = skipped_ore(case, served)
    cost["total_ore"] = sum(cost.values())
    if cost != plan["cost"]:
        yield f"the cost is {cost}, not {plan['cost']}"


def diff_faults(case: Row, plan: Row, step_s: int) -> Iterator[str]:
    """The plan's `diff` beside one worked out here, as far as one can be.

    Saved minutes, kilometres and öre stand beside `previous` timed anew; where its orders break
    something, no such timing exists and only the moves are looked at.
    """
    if case.get("previous") is None:
        if plan.get("diff") is not None:
            yield "a difference from nothing"
        return
    moved = _moved(case, plan)
    diff = plan["diff"]
    if sorted(diff["moved"], key=lambda one: str(one["id"])) != moved:
        yield f"moved are {moved}, not {diff['moved']}"
    before = retimed(case, step_s) if on_grid(case, step_s) else None
    if before is not None:
        yield from _saved_faults(plan, before)


def _moved(case: Row, plan: Row) -> list[Row]:
    """Who is served by another vehicle than the one they are used to, by id."""
    kept = wishes(case)
    now = {stop["id"]: route["vehicle"] for route in plan["routes"] for stop in route["stops"]}
    return [
        {"id": name, "from": kept[name][0], "to": now[name]}
        for name in sorted(now)
        if name in kept and kept[name][0] != now[name]
    ]


def _saved_faults(plan: Row, before: Row) -> Iterator[str]:
    diff, cost = plan["diff"], plan["cost"]
    saved_ore = before["ore"] - (cost["total_ore"] - cost["stability_ore"])
    metres = before["metres"] - sum(route["distance_m"] for route in plan["routes"])
    work_s = before["work_s"] - sum(route["work_s"] for route in plan["routes"])
    if diff["ore_saved"] != saved_ore:
        yield f"{saved_ore} öre are saved, not {diff['ore_saved']}"
    if abs(float(diff["km_saved"]) * 1000 - metres) > ROUNDED_M:
        yield f"{metres} m are saved, not {diff['km_saved']} km"
    if abs(float(diff["minutes_saved"]) * 60 - work_s) > ROUNDED_S:
        yield f"{work_s} s are saved, not {diff['minutes_saved']} minutes"


def on_grid(case: Row, step_s: int) -> bool:
    """Whether every time of the case is a whole number of steps, so that trying them is exact."""
    times = [leg for row in case["durations_s"] for leg in row]
    times += [stop["service_s"] for stop in case["stops"]]
    times += [clock for stop in case["stops"] for pair in windows_of(stop) for clock in pair]
    for vehicle in case["vehicles"]:
        times += [*map(seconds, vehicle["shift"]), vehicle.get("max_duration_s", 0)]
        times += [one[key] for one in vehicle["breaks"] for key in ("after_work_s", "duration_s")]
    return all(one % step_s == 0 for one in times)


def retimed(case: Row, step_s: int) -> Row | None:
    """Öre, metres and seconds of work of `previous` on today's case; None where it is no plan.

    Timed as any order is, priced without stability. Found on a grid that the case's times are on.
    """
    stops = {stop["id"]: stop for stop in case["stops"]}
    vehicles = {vehicle["id"]: vehicle for vehicle in case["vehicles"]}
    found, served = {"ore": 0, "metres": 0, "work_s": 0}, set[str]()
    for route in case["previous"]:
        order = [stops[name] for name in route["stops"] if name in stops]
        vehicle = vehicles.get(route["vehicle"])
        if vehicle is None or not order:
            continue
        best = Timetable(case, vehicle, order, step_s).cheapest()
        holds = pinned(vehicle, order) and apart(order)
        if best is None or not holds or max(loads(order)) > vehicle["capacity"]:
            return None
        metres = sum(legs_of(case, vehicle, order, "distances_m"))
        work_s = best[2] - best[1]
        found["metres"] += metres
        found["work_s"] += work_s
        found["ore"] += drive_ore(vehicle, metres) + time_ore(vehicle, work_s)
        found["ore"] += vehicle.get("fixed_ore", 0)
        served |= set(route["stops"]) & set(stops)
    return found | {"ore": found["ore"] + skipped_ore(case, served)}
