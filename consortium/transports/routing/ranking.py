"""Ranking: which of two plans for the same case is the better one."""

from consortium.transports.routing.case import Case, Route, Stop
from consortium.transports.routing.pricing import cost, exact
from consortium.transports.routing.timing import schedule

Routes = tuple[Route, ...]
Rank = tuple[int, int, int, tuple[tuple[str, ...], ...]]


def left_out(case: Case, routes: Routes) -> list[Stop]:
    """The stops in no route, in the order of their ids."""
    served = {stop.id for route in routes for stop in route.stops}
    return [stop for stop in case.stops if stop.id not in served]


def rank(case: Case, routes: Routes) -> Rank:
    """The lower, the better: required stops left out, then cost as printed, then before rounding.

    Two plans that are even so far go by the ids in the order of their routes.
    """
    left = left_out(case, routes)
    timed = [schedule(case, route) for route in routes]
    total_ore = cost(timed, [stop for stop in left if not stop.required]).total_ore
    missed = sum(stop.required for stop in left)
    return missed, total_ore, sum(map(exact, timed)), tuple(route.ids for route in routes)
