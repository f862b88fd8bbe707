"""Breaching: everything that keeps an order from being driven, each thing with its place."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from consortium.transports.routing.case import NO_LIMIT_S, Case, Route, Rule
from consortium.transports.routing.holding import is_held, together, unpinned
from consortium.transports.routing.scheduling import schedule
from consortium.transports.routing.timing import overload, way_of, windows_of


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that no schedule of a route's order keeps.

    place: which stop of the order, counted from 0; None for the route as a whole.
    least, allowed: what comes out at the least, and what may; moments for a window or a shift,
    crates for a capacity, seconds where the `work` of the shift is too long; 0 for other rules.
    """

    rule: Rule
    place: int | None
    least: int = 0
    allowed: int = 0
    work: bool = False


def breaches(case: Case, route: Route) -> list[Breach]:
    """Everything that keeps the order from being driven; empty where it has a schedule."""
    if schedule(case, route) is not None:
        return []
    found = [Breach("pin", place) for place in unpinned(route)]
    found += [Breach("not_with", place) for place in together(route)]
    over = overload(route.vehicle, route.stops)
    if over:
        found.append(Breach("capacity", over[0], over[1], route.vehicle.capacity))
    found += _late(case, route)
    return found + _too_long(case, route, late=any(one.rule == "window" for one in found))


def _late(case: Case, route: Route) -> Iterator[Breach]:
    """Missed windows and a late return of the route that leaves at once and takes no break."""
    way = way_of(case, route)
    now = way.starts
    for place, stop in enumerate(route.stops):
        now += way.legs_s[place]
        windows = windows_of(stop)
        if now > windows[-1][1]:
            yield Breach("window", place, now, windows[-1][1])
        now = max(now, next((opens for opens, closes in windows if now <= closes), now))
        now += stop.service_s
    now += way.legs_s[-1]
    if now > way.ends:
        yield Breach("shift", None, now, way.ends)


def _too_long(case: Case, route: Route, *, late: bool) -> list[Breach]:
    """Breaks that leave no time, and work that is too long, where nothing else is wrong."""
    loose = tuple(replace(stop, pin=type(stop.pin)(), not_with=frozenset()) for stop in route.stops)
    vehicle = replace(route.vehicle, capacity=NO_LIMIT_S)
    if late or not is_held(Route(vehicle, loose)):
        return []
    restless = replace(vehicle, breaks=())
    endless = schedule(case, Route(replace(restless, max_duration_s=NO_LIMIT_S), loose))
    if endless is None or schedule(case, Route(vehicle, loose)) is not None:
        return []
    if schedule(case, Route(restless, loose)) is None:
        return [Breach("shift", None, endless.work_s, vehicle.max_duration_s, work=True)]
    return [Breach("break", None)]
