"""Keeping: the earlier plan as today's routes, and routes brought nearer to it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from consortium.transports.routing.case import Case, Route, Stop, Vehicle
from consortium.transports.routing.mending import mended
from consortium.transports.routing.ranking import Routes, rank
from consortium.transports.routing.refilling import inserted
from consortium.transports.routing.scheduling import schedule

Change = Callable[[Routes], Routes | None]


def earlier_routes(case: Case) -> tuple[Route, ...]:
    """The earlier plan's routes with what today's case has of them, whether they hold or not."""
    vehicles = {vehicle.id: vehicle for vehicle in case.vehicles}
    stops = {stop.id: stop for stop in case.stops}
    routes = (
        Route(vehicles[route.vehicle], tuple(stops[name] for name in route.stops))
        for route in case.previous or ()
        if route.vehicle in vehicles
    )
    return tuple(route for route in routes if route.stops)


def kept_routes(case: Case, among: tuple[Stop, ...]) -> list[Routes]:
    """The earlier plan as it can be driven today; nothing where the case has none.

    Once as it stands, where all of it holds, and once mended, with what is new put in.
    """
    earlier = earlier_routes(case)
    if not earlier:
        return []
    holds = all(schedule(case, route) for route in earlier)
    return [*([earlier] if holds else []), mended(case, earlier, among)]


def brought_back(case: Case, routes: Routes) -> Routes:
    """The routes with stops taken back into the vehicles, and the orders, that they had before.

    Only what makes the plan better is done.
    """
    if case.previous is None:
        return routes
    best, best_rank = routes, rank(case, routes)
    for tried in (*_named_back(case), *_moved_back(case), *_ordered_back(case)):
        found = tried(best)
        if found is not None and (found_rank := rank(case, found)) < best_rank:
            best, best_rank = found, found_rank
    return best


def _named_back(case: Case) -> Iterator[Change]:
    """For each kind of vehicles: which drives what, by the stops that each had before."""
    alike: dict[Vehicle, list[Vehicle]] = {}
    for vehicle in case.vehicles:
        alike.setdefault(replace(vehicle, id=""), []).append(vehicle)
    for vehicles in alike.values():
        yield partial(_by_what_they_had, case, vehicles)


def _by_what_they_had(case: Case, vehicles: list[Vehicle], routes: Routes) -> Routes | None:
    free = {route.ids: route for route in routes if route.vehicle in vehicles}
    shared = sorted(
        (-_had(one, route), ids, one.id) for ids, route in free.items() for one in vehicles
    )
    by_id = {vehicle.id: vehicle for vehicle in vehicles}
    given: dict[str, Route] = {}
    for _, ids, name in shared:
        if ids in free and name not in given:
            given[name] = Route(by_id[name], free.pop(ids).stops)
    if any(schedule(case, route) is None for route in given.values()):
        return None
    others = [route for route in routes if route.vehicle not in vehicles]
    return tuple(sorted([*others, *given.values()], key=lambda route: route.vehicle.id))


def _had(vehicle: Vehicle, route: Route) -> int:
    """How many of the route's stops the vehicle had before."""
    return sum(stop.kept is not None and stop.kept.vehicle == vehicle.id for stop in route.stops)


def _moved_back(case: Case) -> Iterator[Change]:
    """For each stop: back into the vehicle that it had, where that drives today."""
    vehicles = {vehicle.id: vehicle for vehicle in case.vehicles}
    for stop in case.stops:
        if stop.kept is not None and stop.kept.vehicle in vehicles:
            yield partial(_into, case, stop, vehicles[stop.kept.vehicle])


def _into(case: Case, stop: Stop, vehicle: Vehicle, routes: Routes) -> Routes | None:
    here = next((route for route in routes if stop in route.stops), None)
    if here is None or here.vehicle == vehicle:
        return None
    fewer = Route(here.vehicle, tuple(other for other in here.stops if other != stop))
    if fewer.stops and schedule(case, fewer) is None:
        return None
    kept = [fewer if route == here else route for route in routes]
    return inserted(case, tuple(route for route in kept if route.stops), stop, (vehicle,))


def _ordered_back(case: Case) -> Iterator[Change]:
    """For each route of the earlier plan: its stops of today in the order that they had."""
    for route in case.previous or ():
        places = {name: place for place, name in enumerate(route.stops)}
        yield partial(_in_order, case, route.vehicle, places)


def _in_order(case: Case, vehicle: str, places: dict[str, int], routes: Routes) -> Routes | None:
    here = next((route for route in routes if route.vehicle.id == vehicle), None)
    if here is None:
        return None
    known = sorted(
        (stop for stop in here.stops if stop.id in places), key=lambda stop: places[stop.id]
    )
    ordered = iter(known)
    stops = tuple(next(ordered) if stop.id in places else stop for stop in here.stops)
    changed = Route(here.vehicle, stops)
    if changed == here or schedule(case, changed) is None:
        return None
    return tuple(changed if route == here else route for route in routes)
