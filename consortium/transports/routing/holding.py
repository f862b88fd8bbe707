"""Holding: pins, and stops that are kept apart; what an order and a vehicle are held to."""

from collections.abc import Iterator

from consortium.transports.routing.case import Route, Stop, Vehicle

LAST = -1


def is_held(route: Route) -> bool:
    """Whether the route keeps every pin of its stops, and no two of them are kept apart."""
    return next(unpinned(route), None) is None and next(together(route), None) is None


def unpinned(route: Route) -> Iterator[int]:
    """The places, counted from 0, whose stop is pinned to another vehicle or place."""
    for place, stop in enumerate(route.stops):
        if not may_drive(stop, route.vehicle) or not may_stand(stop, place, len(route.stops)):
            yield place


def may_drive(stop: Stop, vehicle: Vehicle) -> bool:
    return stop.lifted == "pin" or stop.pin.vehicle in {None, vehicle.id}


def may_stand(stop: Stop, place: int, size: int) -> bool:
    """Whether the stop may be at a place, from 0, of a route with so many stops."""
    position = stop.pin.position
    if stop.lifted == "pin" or position is None:
        return True
    return place + 1 == (size if position == LAST else position)


def together(route: Route) -> Iterator[int]:
    """The places whose stop is kept from one that stands before it."""
    for place, stop in enumerate(route.stops):
        if stop.not_with and any(are_apart(stop, other) for other in route.stops[:place]):
            yield place


def are_apart(one: Stop, other: Stop) -> bool:
    lifted = "not_with" in {one.lifted, other.lifted}
    return other.id in one.not_with and not lifted
