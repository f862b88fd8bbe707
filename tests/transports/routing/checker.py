"""A second program for routing: it holds a plan against its case, and knows nothing of the product.

Written from the description of a case and a plan alone. Times are of an ordinary day of 24 hours.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from tests.transports.routing import costing
from tests.transports.routing.orders import apart, loads, pinned
from tests.transports.routing.timekeeping import timing_faults
from tests.transports.routing.timetable import Timetable, seconds, shift_parts, wishes

Row = dict[str, Any]
REASONS = ("pin", "not_with", "window", "capacity", "break", "shift", "no_vehicle")
REMEDIES = {"window", "shift", "vehicle", "crates"}


def complaints(case: Row, plan: Row, step_s: int = 60, *, searched: bool = True) -> list[str]:
    """What is wrong with a plan; nothing where all is as it should be.

    The case has both its matrices. step_s: when a better timetable of an order is looked for, the
    departures are tried in such steps. searched: not an order that was only timed, which has no
    remedies.
    """
    found = [*_served_once(case, plan), *_used_once(plan), *_together(case, plan)]
    for route in plan["routes"]:
        found += [f"{route['vehicle']}: {text}" for text in _route(case, route, step_s)]
    if not found:
        found += [*costing.cost_faults(case, plan), *costing.diff_faults(case, plan, step_s)]
    return [
        *found,
        *_unserved(case, plan, searched=searched),
        *_spare(case, plan, searched=searched),
        *_sources(case, plan),
    ]


def _served_once(case: Row, plan: Row) -> Iterator[str]:
    seen = [stop["id"] for route in plan["routes"] for stop in route["stops"]]
    seen += [stop["id"] for stop in plan["unserved"]]
    if sorted(seen) != sorted(stop["id"] for stop in case["stops"]):
        yield f"not every stop once: {sorted(seen)}"


def _used_once(plan: Row) -> Iterator[str]:
    used = [route["vehicle"] for route in plan["routes"]]
    if len(used) != len(set(used)):
        yield f"a vehicle on two routes: {used}"


def _together(case: Row, plan: Row) -> Iterator[str]:
    stops = {stop["id"]: stop for stop in case["stops"]}
    for route in plan["routes"]:
        order = [stops[stop["id"]] for stop in route["stops"]]
        if not apart(order):
            yield f"{route['vehicle']}: stops together that are not to be"


def _route(case: Row, route: Row, step_s: int) -> Iterator[str]:
    vehicle = next(one for one in case["vehicles"] if one["id"] == route["vehicle"])
    stops = {stop["id"]: stop for stop in case["stops"]}
    order = [stops[stop["id"]] for stop in route["stops"]]
    if not order:
        yield "nothing to do"
        return
    if not pinned(vehicle, order):
        yield "a pin does not hold"
    late = list(timing_faults(case, vehicle, order, route))
    yield from late
    yield from _crates(vehicle, order, route)
    yield from _legs(case, vehicle, order, route)
    if not late:
        yield from _cheapest(case, vehicle, order, route, step_s)


def _crates(vehicle: Row, order: list[Row], route: Row) -> Iterator[str]:
    crates = loads(order)
    printed = [route["load_at_start"], *(stop["load_after"] for stop in route["stops"])]
    if crates != printed or max(crates) > vehicle["capacity"]:
        yield f"the crates are {crates} of {vehicle['capacity']}, printed {printed}"


def _legs(case: Row, vehicle: Row, order: list[Row], route: Row) -> Iterator[str]:
    rows = {place["id"]: row for row, place in enumerate(case["places"])}
    path = [vehicle["start"], *(stop["place"] for stop in order), vehicle["end"]]
    legs = [
        {
            "from": here,
            "to": there,
            "distance_m": case["distances_m"][rows[here]][rows[there]],
            "drive_s": case["durations_s"][rows[here]][rows[there]],
            "source": _source(case, rows[here], rows[there]),
        }
        for here, there in pairwise(path)
    ]
    if route["legs"] != legs:
        yield f"the legs are {legs}, not {route['legs']}"
    sums = tuple(sum(leg[key] for leg in legs) for key in ("distance_m", "drive_s"))
    if sums != (route["distance_m"], route["drive_s"]):
        yield f"metres and drive are {sums}"


def _source(case: Row, here: int, there: int) -> str:
    given = case.get("sources")
    return "measured" if given is None else str(given[here][there])


def _cheapest(case: Row, vehicle: Row, order: list[Row], route: Row, step_s: int) -> Iterator[str]:
    depart, back = seconds(route["depart"]), seconds(route["back"])
    kept = wishes(case)
    shifted = sum(
        shift_parts(case, seconds(stop["arrive"]), kept.get(stop["id"], ("", None))[1])
        for stop in route["stops"]
    )
    parts = shifted + vehicle["cost_per_hour_ore"] * (back - depart)
    best = Timetable(case, vehicle, order, step_s).cheapest()
    if best is not None and best < (parts, depart, back):
        yield f"parts, depart, back {best} would be better than {(parts, depart, back)}"


def _unserved(case: Row, plan: Row, *, searched: bool) -> Iterator[str]:
    required = {stop["id"]: stop.get("required", True) for stop in case["stops"]}
    for left in plan["unserved"]:
        kinds = REASONS if required[left["id"]] else ("skipped",)
        if left["reason"] not in kinds or not left["detail"]:
            yield f"{left} has no reason of its kind"
        if searched and required[left["id"]] and "remedy" not in left:
            yield f"{left['id']} has neither a remedy nor null"
        remedy = left.get("remedy")
        if remedy is not None and not _whole(remedy):
            yield f"{remedy} is no whole remedy"


def _whole(remedy: Row) -> bool:
    told = remedy["kind"] in REMEDIES and bool(remedy["detail"]) and bool(remedy["change"])
    return told and isinstance(remedy["ore"], int)


def _spare(case: Row, plan: Row, *, searched: bool) -> Iterator[str]:
    """A spare vehicle serves something required at the least; the rest only a search can tell."""
    spares = {vehicle["id"] for vehicle in case["vehicles"] if vehicle.get("spare")}
    required = {stop["id"] for stop in case["stops"] if stop.get("required", True)}
    for route in plan["routes"]:
        needless = searched and route["vehicle"] in spares
        if needless and not required & {stop["id"] for stop in route["stops"]}:
            yield f"{route['vehicle']} is spare and serves nothing that is required"


def _sources(case: Row, plan: Row) -> Iterator[str]:
    """A plan is estimated where a matrix had to be; here all are given."""
    if case.get("sources") is None and plan["distances"] != "measured":
        yield f"the distances are given, not {plan['distances']}"
