"""Writing a plan: timed and priced routes as the JSON value that ROUTING.md describes."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from consortium.transports.routing.case import Case, Route
from consortium.transports.routing.day import Day
from consortium.transports.routing.pricing import cost
from consortium.transports.routing.reasons import reason
from consortium.transports.routing.solving import NAME, VERSION
from consortium.transports.routing.timing import Call, Schedule, schedule


def plan_of(case: Case, routes: Sequence[Route], *, runs: int, snapshot: str) -> dict[str, Any]:
    """The plan of routes that break nothing. runs: how many the solver made for it.

    Routes stand in the order of their vehicles' ids, stops left out in that of their own.
    """
    timed = [schedule(case, route) for route in sorted(routes, key=lambda one: one.vehicle.id)]
    served = {stop.id for route in routes for stop in route.stops}
    left = [stop for stop in case.stops if stop.id not in served]
    priced = cost(timed, [stop for stop in left if not stop.required])
    reasons = [(stop, *reason(case, stop)) for stop in left]
    return {
        "routes": [_route(case.day, one) for one in timed],
        "unserved": [
            {"id": stop.id, "reason": word, "detail": detail} for stop, word, detail in reasons
        ],
        "cost": {**asdict(priced), "stability_ore": 0, "total_ore": priced.total_ore},
        "distances": "measured" if case.measured else "estimated",
        "solver": {"name": NAME, "version": VERSION, **asdict(case.search), "runs": runs},
        "snapshot": snapshot,
    }


def _route(day: Day, timed: Schedule) -> dict[str, Any]:
    return {
        "vehicle": timed.route.vehicle.id,
        "depart": day.clock(timed.depart),
        "back": day.clock(timed.back),
        "distance_m": timed.distance_m,
        "drive_s": timed.drive_s,
        "work_s": timed.work_s,
        "wait_s": timed.wait_s,
        "load_at_start": timed.load_at_start,
        "stops": [_stop(day, call) for call in timed.calls],
        "breaks": [],
    }


def _stop(day: Day, call: Call) -> dict[str, Any]:
    return {
        "id": call.stop.id,
        "arrive": day.clock(call.arrive),
        "start": day.clock(call.start),
        "leave": day.clock(call.leave),
        "load_after": call.load_after,
    }
