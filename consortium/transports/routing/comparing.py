"""Comparing: what a plan changes against the earlier one, re-timed on today's case."""

from collections.abc import Sequence
from typing import Any

from consortium.transports.routing.case import Case, Route
from consortium.transports.routing.keeping import earlier_routes
from consortium.transports.routing.parts import METRES_PER_KM, SECONDS_PER_MINUTE
from consortium.transports.routing.pricing import cost
from consortium.transports.routing.ranking import left_out
from consortium.transports.routing.scheduling import schedule
from consortium.transports.routing.timing import Schedule, soonest_starts, timed, way_of


def differences(case: Case, now: Sequence[Schedule]) -> dict[str, Any]:
    """Stops moved to another vehicle, and those that arrive at another second, by their ids.

    Saved are whole minutes of work and km, half away from zero, and öre without the price of
    changes; negative where the plan costs more. What today's case lacks is passed over.
    """
    before = [_retimed(case, route) for route in earlier_routes(case)]
    was = {
        call.stop.id: (one.route.vehicle.id, call.arrive) for one in before for call in one.calls
    }
    new = {call.stop.id: (one.route.vehicle.id, call.arrive) for one in now for call in one.calls}
    both = sorted(was.keys() & new.keys())
    clock = case.day.clock
    return {
        "moved": [
            {"id": stop, "from": was[stop][0], "to": new[stop][0]}
            for stop in both
            if was[stop][0] != new[stop][0]
        ],
        "shifted": [
            {"id": stop, "was": clock(was[stop][1]), "now": clock(new[stop][1])}
            for stop in both
            if was[stop][1] != new[stop][1]
        ],
        "minutes_saved": _whole(_sum(before, "work_s") - _sum(now, "work_s"), SECONDS_PER_MINUTE),
        "km_saved": _whole(_sum(before, "distance_m") - _sum(now, "distance_m"), METRES_PER_KM),
        "ore_saved": _bare_ore(case, before) - _bare_ore(case, now),
    }


def _retimed(case: Case, route: Route) -> Schedule:
    """As it would be driven today; where its order breaks something, as soon as can be."""
    found = schedule(case, route)
    if found is not None:
        return found
    way = way_of(case, route)
    starts, now = soonest_starts(way, way.starts), way.starts
    if starts is None:
        starts = []
        for stop, drive_s in zip(route.stops, way.legs_s, strict=False):
            starts.append(max(now + drive_s, stop.opens))
            now = starts[-1] + stop.service_s
    return timed(case, way, way.starts, starts)


def _sum(schedules: Sequence[Schedule], name: str) -> int:
    return sum(getattr(one, name) for one in schedules)


def _bare_ore(case: Case, schedules: Sequence[Schedule]) -> int:
    routes = tuple(one.route for one in schedules)
    skipped = [stop for stop in left_out(case, routes) if not stop.required]
    return cost(case, schedules, skipped).bare_ore


def _whole(amount: int, unit: int) -> int:
    size = (2 * abs(amount) + unit) // (2 * unit)
    return -size if amount < 0 else size
