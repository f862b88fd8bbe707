"""Mending: routes that break something are made whole, and what they lose is put elsewhere."""

from collections.abc import Sequence

from consortium.transports.routing.case import Case, Route, Stop
from consortium.transports.routing.holding import LAST
from consortium.transports.routing.ranking import Routes, left_out
from consortium.transports.routing.refilling import filled
from consortium.transports.routing.scheduling import schedule


def mended(case: Case, routes: Sequence[Route], among: Sequence[Stop]) -> Routes:
    """The routes with a schedule as they are, the others with what stops they can hold.

    among: the stops that may be served; those that are in no route are put where they cost least.
    """
    whole: list[Route] = []
    for route in routes:
        placed = _placed(route)
        if schedule(case, placed) is None:
            placed = _shortened(case, placed)
        if placed.stops:
            whole.append(placed)
    kept = tuple(sorted(whole, key=lambda route: route.vehicle.id))
    left = [stop for stop in left_out(case, kept) if stop in among]
    return filled(case, kept, sorted(left, key=lambda stop: not stop.required))


def _placed(route: Route) -> Route:
    """The route with its pinned stops at their places, where it is long enough."""
    pinned = [stop for stop in route.stops if stop.pin.position and stop.lifted != "pin"]
    if not pinned:
        return route
    order = [stop for stop in route.stops if stop not in pinned]
    firm = sorted(
        (stop for stop in pinned if stop.pin.position != LAST),
        key=lambda stop: (stop.pin.position or 0, stop.id),
    )
    for stop in firm:
        order.insert((stop.pin.position or 1) - 1, stop)
    return Route(route.vehicle, (*order, *(stop for stop in pinned if stop not in firm)))


def _shortened(case: Case, route: Route) -> Route:
    """The route without one stop, the earliest that will do; else what it can hold in its order."""
    for place in range(len(route.stops)):
        fewer = Route(route.vehicle, (*route.stops[:place], *route.stops[place + 1 :]))
        if schedule(case, fewer) is not None:
            return fewer
    held = Route(route.vehicle, ())
    for stop in route.stops:
        longer = Route(route.vehicle, (*held.stops, stop))
        if schedule(case, longer) is not None:
            held = longer
    return held
