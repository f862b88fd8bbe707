"""Ranking: which of two plans for the same case is the better one."""

from consortium.transports.routing.case import Case, Route, Stop
from consortium.transports.routing.pricing import cost, exact
from consortium.transports.routing.scheduling import schedule
from consortium.transports.routing.timing import Schedule

Routes = tuple[Route, ...]
Rank = tuple[int, int, int, tuple[tuple[str, ...], ...]]


def left_out(case: Case, routes: Routes) -> list[Stop]:
    """The stops in no route, in the order of their ids."""
    served = {stop.id for route in routes for stop in route.stops}
    return [stop for stop in case.stops if stop.id not in served]


def schedules(case: Case, routes: Routes) -> list[Schedule]:
    """Each route in time; every one of them has a schedule."""
    return [timed for route in routes if (timed := schedule(case, route)) is not None]


def rank(case: Case, routes: Routes) -> Rank:
    """The lower, the better: required stops left out, then cost as printed, then before rounding.

    Two plans that are even so far go by the ids in the order of their routes.
    """
    left = left_out(case, routes)
    timed = schedules(case, routes)
    skipped = [stop for stop in left if not stop.required]
    missed = sum(stop.required for stop in left)
    exactly = sum(exact(case, one) for one in timed)
    return missed, cost(case, timed, skipped).total_ore, exactly, tuple(r.ids for r in routes)
