"""Planning: which vehicle serves which stops in which order.

As many required stops as possible are served, then at the lowest cost.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from consortium.transports.routing.case import Case, Route
from consortium.transports.routing.pricing import exact
from consortium.transports.routing.ranking import Routes, rank
from consortium.transports.routing.reach import within_reach
from consortium.transports.routing.refilling import refilled
from consortium.transports.routing.solving import Task, search, task
from consortium.transports.routing.timing import breaches, schedule

_RUNS: Final = 2
_SEEDS: Final = 2**32


@dataclass(frozen=True, slots=True)
class Found:
    """Routes that break nothing, in the order of their vehicles' ids, and the runs it took."""

    routes: Routes
    runs: int


def find_routes(case: Case) -> Found:
    """The best routes of a few runs, whose seeds follow the case's own.

    At first every required stop must be served. Where no run finds such routes, each may be
    missed at a price above everything else. Whatever stops are left out then get another chance.
    """
    stops = within_reach(case) if case.vehicles else ()
    if not stops:
        return Found((), 0)
    runs, found = _RUNS, list(_runs(case, task(case, stops, must=True)))
    if not found:
        runs, found = 2 * _RUNS, list(_runs(case, task(case, stops, must=False)))
    best = min(found or [()], key=lambda routes: rank(case, routes))
    return Found(_settled(case, refilled(case, best, stops)), runs)


def _runs(case: Case, todo: Task) -> Iterator[Routes]:
    for run in range(_RUNS):
        seed, iterations = (case.search.seed + run) % _SEEDS, case.search.iterations
        routes = search(todo, seed=seed, iterations=iterations, lenient=run % 2 == 0)
        if routes is not None:
            yield _settled(case, routes)


def _settled(case: Case, routes: Iterable[Route]) -> Routes:
    """The same routes with directions and vehicles chosen by rule where they cost the same."""
    directed = [_directed(case, route) for route in routes]
    settled: list[Route] = []
    for fleet in case.fleets:
        driven = sorted(
            (route for route in directed if route.vehicle in fleet), key=lambda route: route.ids
        )
        settled += [
            Route(vehicle, route.stops) for vehicle, route in zip(fleet, driven, strict=False)
        ]
    return tuple(sorted(settled, key=lambda route: route.vehicle.id))


def _directed(case: Case, route: Route) -> Route:
    """The route or its reverse: the cheaper, else the one whose ids come first as text."""
    ways = [route, Route(route.vehicle, route.stops[::-1])]
    open_ways = [way for way in ways if not breaches(case, way)]
    return min(open_ways, key=lambda way: (exact(schedule(case, way)), way.ids))
