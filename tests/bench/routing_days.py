"""Plans of large made days, beside a longer search, the nearest neighbour and the solver alone.

The long searches' costs are stored, as finding them takes minutes:
`python -m tests.bench.routing_days` finds and prints them anew. 500 stops are planned in a process
of their own, which tells its memory.
"""

import json
import math
import resource
import subprocess
import sys
import time
from functools import cache
from pathlib import Path
from typing import Any, Final

import pyvrp
from pyvrp.stop import MaxIterations, MaxRuntime, StoppingCriterion

from consortium.transports.routing import plan, retime
from tests.bench.measuring import seconds
from tests.transports.routing.dalarna_days import day
from tests.transports.routing.orders import loads
from tests.transports.routing.timetable import (
    ENDLESS_S,
    earliest_start,
    legs_of,
    windows_of,
)
from tests.transports.routing.timetable import seconds as second_of

Row = dict[str, Any]
DAY_29: Final = Path(__file__).parents[1] / "transports/routing/cases/dalarna-day-29.json"
SEED: Final = 500
VANS: Final = {60: 7, 500: 40}
LONGER: Final = 30
LONG_ORE: Final = {60: 1_962_607, 500: 9_815_439}
"""Öre of the long searches: 60 stops at 30 times the default iterations, 500 in 120 seconds."""
LONG_S: Final = 120
MOST_MIB: Final = 150
DEFAULT: Final = 3000


def figures() -> dict[str, float]:
    answer, told = large_plan()
    bare_s = seconds(lambda: alone(large(500), MaxIterations(DEFAULT)), 1)
    ore = answer["cost"]["total_ore"]
    return {
        "60 stops / a search 30 times longer (limit 1.003)": small_plan()["cost"]["total_ore"]
        / LONG_ORE[60],
        "500 stops / a search of 120 s (limit 1.01)": ore / LONG_ORE[500],
        "500 stops / nearest neighbour (limit 0.9)": ore / nearest_neighbour(large(500)),
        "500 stops, seconds a run of the solver / PyVRP alone (limit 1.3)": told["seconds"]
        / answer["solver"]["runs"]
        / bare_s,
        "500 stops, memory above the import / 150 MiB (limit 1)": told["mib"] / MOST_MIB,
    }


def large(stops: int) -> Row:
    """The made day of so many stops, which must all be served."""
    return day(SEED, stops, VANS[stops])


@cache
def small_plan() -> Row:
    return _whole(plan(large(60)))


@cache
def large_plan() -> tuple[Row, dict[str, float]]:
    """The plan of 500 stops, the seconds that it took and the MiB above the import."""
    own = [sys.executable, "-m", "tests.bench.routing_days", "child"]
    told = json.loads(subprocess.run(own, check=True, capture_output=True).stdout)  # noqa: S603 - our own program
    return _whole(told.pop("plan")), told


def nearest_neighbour(case: Row) -> int:
    """Öre where each van in turn goes to the nearest stop that it can still serve, then home.

    It needs more vans than a good plan, and has them.
    """
    more = [van | {"id": f"more {van['id']}"} for van in case["vehicles"]]
    case = case | {"vehicles": [*case["vehicles"], *more]}
    left = {stop["id"]: stop for stop in case["stops"]}
    routes = []
    for vehicle in case["vehicles"]:
        order: list[Row] = []
        while following := _nearest(case, vehicle, order, left):
            order.append(left.pop(following))
        if order:
            routes.append({"vehicle": vehicle["id"], "stops": [stop["id"] for stop in order]})
    return int(_whole(retime(case, routes))["cost"]["total_ore"])


def alone(case: Row, until: StoppingCriterion, seed: int = 1) -> pyvrp.Result:
    """The solver alone on the same stops, vehicles, legs, windows and prices."""
    model, van = pyvrp.Model(), case["vehicles"][0]
    places = [model.add_location(x=0, y=0) for _ in case["places"]]
    model.add_depot(places[0])
    model.add_vehicle_type(
        len(case["vehicles"]),
        capacity=[van["capacity"]],
        fixed_cost=van["fixed_ore"] * 1800,
        tw_early=second_of(van["shift"][0]),
        tw_late=second_of(van["shift"][1]),
        shift_duration=van["max_duration_s"],
        unit_distance_cost=van["cost_per_km_ore"] * 1800 // 1000,
        unit_duration_cost=van["cost_per_hour_ore"] * 1800 // 3600,
    )
    for place, stop in zip(places[1:], case["stops"], strict=True):
        ((first, last),) = stop["windows"]
        model.add_client(
            place,
            delivery=[stop["deliver"]],
            pickup=[stop["collect"]],
            service_duration=stop["service_s"],
            tw_early=second_of(first),
            tw_late=second_of(last),
        )
    for start, metres, times in zip(places, case["distances_m"], case["durations_s"], strict=True):
        for end, metre, second in zip(places, metres, times, strict=True):
            model.add_edge(start, end, distance=metre, duration=second)
    penalties = pyvrp.PenaltyParams(max_penalty=10_000_000)
    search = pyvrp.IteratedLocalSearchParams(history_length=50)
    params = pyvrp.SolveParams(ils=search, penalty=penalties)
    return model.solve(until, seed=seed, params=params, display=False, collect_stats=False)


def _nearest(case: Row, vehicle: Row, order: list[Row], left: dict[str, Row]) -> str | None:
    rows = {place["id"]: row for row, place in enumerate(case["places"])}
    here = rows[order[-1]["place"] if order else vehicle["start"]]
    by_leg = sorted(left, key=lambda name: (case["durations_s"][here][rows[name]], name))
    return next((name for name in by_leg if _fits(case, vehicle, [*order, left[name]])), None)


def _fits(case: Row, vehicle: Row, order: list[Row]) -> bool:
    """Whether the van can serve them in that order, leaving as late as saves it waiting."""
    if max(loads(order)) > vehicle["capacity"]:
        return False
    first, last = map(second_of, vehicle["shift"])
    now, legs = first, legs_of(case, vehicle, order, "durations_s")
    waited, delay = 0, ENDLESS_S
    for leg, stop in zip(legs, order, strict=False):
        start = earliest_start(stop, now + leg)
        if start is None:
            return False
        waited += start - now - leg
        delay = min(delay, waited + windows_of(stop)[-1][1] - start)
        now = start + stop["service_s"]
    back = now + legs[-1]
    return back <= last and back - first - min(delay, waited) <= vehicle["max_duration_s"]


def _whole(answer: Row) -> Row:
    """A plan that serves every stop, as only such costs can be compared."""
    if answer["unserved"]:
        raise AssertionError(f"{len(answer['unserved'])} stops are left out")
    return answer


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _child() -> Row:
    """The large day planned here, with what it took."""
    case, before = large(500), _peak_mib()
    begun = time.perf_counter()
    answer = plan(case)
    taken = time.perf_counter() - begun
    return {"plan": answer, "seconds": taken, "mib": _peak_mib() - before}


def _long() -> dict[int, float]:
    """Öre of the long searches, by stops."""
    long_search = {"seed": 1, "iterations": LONGER * DEFAULT}
    sixty = plan(large(60) | {"search": long_search})["cost"]["total_ore"]
    found = [alone(large(500), MaxRuntime(LONG_S), seed) for seed in (1, 2)]
    best = min(result.cost() if result.is_feasible() else math.inf for result in found)
    return {60: sixty, 500: best / 1800}


if __name__ == "__main__":
    answer = _child() if sys.argv[1:] == ["child"] else _long()
    print(json.dumps(answer))  # noqa: T201 - read by the parent, or by who stores it
