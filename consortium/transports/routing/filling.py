"""Filling: a stop that finished routes left out goes where it costs least, if anywhere."""

from collections.abc import Iterator

from consortium.transports.routing.case import Case, Route, Stop
from consortium.transports.routing.pricing import PARTS_PER_ORE, exact
from consortium.transports.routing.timing import breaches, schedule


def filled(case: Case, routes: tuple[Route, ...]) -> tuple[Route, ...]:
    """The routes with every stop that still fits: required ones, then others worth their skip.

    The routes may lack stops, but break nothing, and neither do those that come back.
    """
    served = {stop.id for route in routes for stop in route.stops}
    missing = [stop for stop in case.stops if stop.id not in served]
    for stop in sorted(missing, key=lambda stop: not stop.required):
        routes = _with(case, routes, stop)
    return routes


def _with(case: Case, routes: tuple[Route, ...], stop: Stop) -> tuple[Route, ...]:
    priced = {route.vehicle.id: exact(schedule(case, route)) for route in routes}
    best, extra = None, PARTS_PER_ORE * stop.skip_ore
    for wider in _wider(case, routes, stop):
        if breaches(case, wider):
            continue
        more = exact(schedule(case, wider)) - priced.get(wider.vehicle.id, 0)
        if more < extra or (best is None and stop.required):
            best, extra = wider, more
    if best is None:
        return routes
    others = [route for route in routes if route.vehicle.id != best.vehicle.id]
    return tuple(sorted([*others, best], key=lambda route: route.vehicle.id))


def _wider(case: Case, routes: tuple[Route, ...], stop: Stop) -> Iterator[Route]:
    """Every route that could take the stop in, at every place of its order."""
    for route in routes:
        for place in range(len(route.stops) + 1):
            stops = (*route.stops[:place], stop, *route.stops[place:])
            yield Route(route.vehicle, stops)
    used = {route.vehicle.id for route in routes}
    for fleet in case.fleets:
        for vehicle in [vehicle for vehicle in fleet if vehicle.id not in used][:1]:
            yield Route(vehicle, (stop,))
