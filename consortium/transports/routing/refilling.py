"""Refilling: routes that leave stops out are loosened and filled again, in other orders.

The solver moves few stops at a time and tends to keep what it has once serving another stop means
giving up one; this looks further around what it found.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final

from consortium.transports.routing.case import Case, Route, Stop
from consortium.transports.routing.pricing import PARTS_PER_ORE, exact
from consortium.transports.routing.ranking import Routes, left_out, rank
from consortium.transports.routing.timing import breaches, schedule

_TRIES: Final = 150
_MOST_PLACES_TRIED: Final = 100_000
_MOST_LOOSENED: Final = 4


def refilled(case: Case, routes: Routes, among: Sequence[Stop]) -> Routes:
    """The best of the routes as they are, filled up, and many times loosened and filled.

    among: the stops that may be served; routes that leave out none of them come back as they are.
    What is tried is drawn from the case's seed, and less of it where each try takes long.
    """
    left = [stop for stop in left_out(case, routes) if stop in among]
    if not left:
        return routes
    draw = random.Random(case.search.seed)  # noqa: S311 - a search, not a secret
    best = filled(case, routes, sorted(left, key=lambda stop: not stop.required))
    best_rank = rank(case, best)
    places = len(among) * (len(left) + _MOST_LOOSENED)
    for _ in range(min(_TRIES, _MOST_PLACES_TRIED // places)):
        loosened = _loosened(best, draw)
        order = [stop for stop in left_out(case, loosened) if stop in among]
        draw.shuffle(order)
        tried = filled(case, loosened, order)
        # Without a stop that lay on the quickest way, a route may be too slow for the others.
        if any(breaches(case, route) for route in tried):
            continue
        tried_rank = rank(case, tried)
        if tried_rank < best_rank:
            best, best_rank = tried, tried_rank
    return best


def filled(case: Case, routes: Routes, order: Sequence[Stop]) -> Routes:
    """The routes with each stop, in this order, put where it costs least, if it fits anywhere.

    A stop that is not required is put nowhere where that costs as much as skipping it.
    """
    for stop in order:
        routes = _with(case, routes, stop)
    return routes


def _loosened(routes: Routes, draw: random.Random) -> Routes:
    """The routes without a few of their stops."""
    served = [stop for route in routes for stop in route.stops]
    out = draw.sample(served, min(len(served), draw.randint(1, _MOST_LOOSENED)))
    kept = (
        replace(route, stops=tuple(stop for stop in route.stops if stop not in out))
        for route in routes
    )
    return tuple(route for route in kept if route.stops)


def _with(case: Case, routes: Routes, stop: Stop) -> Routes:
    before = {route.vehicle.id: exact(schedule(case, route)) for route in routes}
    best: Route | None = None
    least = PARTS_PER_ORE * stop.skip_ore
    for wider in _wider(case, routes, stop):
        if breaches(case, wider):
            continue
        more = exact(schedule(case, wider)) - before.get(wider.vehicle.id, 0)
        if more < least or (best is None and stop.required):
            best, least = wider, more
    if best is None:
        return routes
    others = [route for route in routes if route.vehicle != best.vehicle]
    return tuple(sorted([*others, best], key=lambda route: route.vehicle.id))


def _wider(case: Case, routes: Routes, stop: Stop) -> Iterator[Route]:
    """Every route that could take the stop in, at each place of its order."""
    for route in routes:
        for place in range(len(route.stops) + 1):
            yield Route(route.vehicle, (*route.stops[:place], stop, *route.stops[place:]))
    used = {route.vehicle for route in routes}
    for fleet in case.fleets:
        unused = (vehicle for vehicle in fleet if vehicle not in used)
        yield from (Route(vehicle, (stop,)) for vehicle in islice(unused, 1))
