"""Refilling: routes are loosened and filled again, in other orders.

The solver moves few stops at a time, tends to keep what it has once serving another stop means
giving up one, and knows neither breaks nor promised arrivals; this looks around what it found.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final

from consortium.transports.routing.case import Case, Route, Stop, Vehicle
from consortium.transports.routing.parts import PARTS_PER_ORE
from consortium.transports.routing.pricing import exact, least_parts
from consortium.transports.routing.ranking import Routes, left_out, rank
from consortium.transports.routing.scheduling import schedule

_TRIES: Final = 150
_MOST_PLACES_TRIED: Final = 20_000
_ITERATIONS_A_TRY: Final = 20
_LEAST_TRIES: Final = 30
_PRICED: Final = 20
"""How much longer a route takes to time where its seconds have a price."""
_MOST_LOOSENED: Final = 4


def refilled(case: Case, routes: Routes, among: Sequence[Stop], tries: int = _TRIES) -> Routes:
    """The best of the routes as they are, filled up, and many times loosened and filled.

    among: the stops that may be served. What is tried is drawn from the case's seed; less of it
    where each try takes long, or the search is a short one.
    """
    left = [stop for stop in left_out(case, routes) if stop in among]
    draw = random.Random(case.search.seed)  # noqa: S311 - a search, not a secret
    best = filled(case, routes, sorted(left, key=lambda stop: not stop.required))
    best_rank = rank(case, best)
    places = len(among) * (len(left) + _MOST_LOOSENED) * (1 if case.previous is None else _PRICED)
    tries = min(tries, max(_LEAST_TRIES, case.search.iterations // _ITERATIONS_A_TRY))
    for number in range(min(tries, _MOST_PLACES_TRIED // max(1, places))):
        loosened = _loosened(best, draw)
        order = [stop for stop in left_out(case, loosened) if stop in among]
        draw.shuffle(order)
        # Some stops are only within reach of their places beside one that is better skipped.
        tried = filled(case, loosened, order, anyway=best_rank[0] > 0 and number % 2 == 0)
        # Without a stop that lay on the quickest way, a route may be too slow for the others.
        if any(schedule(case, route) is None for route in tried):
            continue
        tried_rank = rank(case, tried)
        if tried_rank < best_rank:
            best, best_rank = tried, tried_rank
    return best


def filled(case: Case, routes: Routes, order: Sequence[Stop], *, anyway: bool = False) -> Routes:
    """The routes with each stop, in this order, put where it costs least, if it fits anywhere.

    A stop that is not required is put nowhere where that costs as much as skipping it, unless it
    is to be served `anyway`.
    """
    for stop in order:
        routes = inserted(case, routes, stop, anyway=anyway) or routes
    return routes


def inserted(
    case: Case,
    routes: Routes,
    stop: Stop,
    vehicles: Sequence[Vehicle] | None = None,
    *,
    anyway: bool = False,
) -> Routes | None:
    """The routes with a stop put where it costs least; None where it fits nowhere.

    vehicles: those that may take it, all of them where they are not given. None, too, for a stop
    that is not required and costs as much to serve as to skip, unless it is served `anyway`.
    """
    needed = stop.required or anyway
    before = {route.vehicle.id: _parts(case, route) or 0 for route in routes}
    best: Route | None = None
    least = PARTS_PER_ORE * stop.skip_ore
    ways = [
        (least_parts(case, wider) - before.get(wider.vehicle.id, 0), wider)
        for wider in _wider(case, routes, stop, vehicles)
    ]
    for fewest, wider in sorted(ways, key=lambda way: way[0]):
        if fewest >= least and (best is not None or not needed):
            break
        parts = _parts(case, wider)
        if parts is None:
            continue
        more = parts - before.get(wider.vehicle.id, 0)
        if more < least or (best is None and needed):
            best, least = wider, more
    if best is None:
        return None
    others = [route for route in routes if route.vehicle != best.vehicle]
    return tuple(sorted([*others, best], key=lambda route: route.vehicle.id))


def _loosened(routes: Routes, draw: random.Random) -> Routes:
    """The routes without a few of their stops."""
    served = [stop for route in routes for stop in route.stops]
    out = draw.sample(served, min(len(served), draw.randint(1, _MOST_LOOSENED)))
    kept = (
        replace(route, stops=tuple(stop for stop in route.stops if stop not in out))
        for route in routes
    )
    return tuple(route for route in kept if route.stops)


def _parts(case: Case, route: Route) -> int | None:
    timed = schedule(case, route)
    return None if timed is None else exact(case, timed)


def _wider(
    case: Case, routes: Routes, stop: Stop, vehicles: Sequence[Vehicle] | None
) -> Iterator[Route]:
    """Every route that could take the stop in, at each place of its order."""
    for route in routes:
        if vehicles is not None and route.vehicle not in vehicles:
            continue
        for place in range(len(route.stops) + 1):
            yield Route(route.vehicle, (*route.stops[:place], stop, *route.stops[place:]))
    used = {route.vehicle for route in routes}
    for fleet in case.fleets:
        unused = (
            vehicle
            for vehicle in fleet
            if vehicle not in used and (vehicles is None or vehicle in vehicles)
        )
        yield from (Route(vehicle, (stop,)) for vehicle in islice(unused, 1))
