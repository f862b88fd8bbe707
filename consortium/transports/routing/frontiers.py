"""Frontiers: what a day costs against how much it changes, at several prices of change."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from consortium.transports.routing.case import Case
from consortium.transports.routing.planning import find_routes
from consortium.transports.routing.pricing import cost, is_moved
from consortium.transports.routing.ranking import Routes, left_out, rank, schedules

_SHORTER: Final = 4
"""Of the iterations of a plan, a point takes this part: several are drawn, none is driven."""


@dataclass(frozen=True, slots=True)
class Point:
    """A plan at a price. total_ore: without the price of changes. ore_more: than the cheapest of
    the points. moved: stops in another vehicle than before. shifted: those that arrive further
    from their earlier time than is free.
    """

    moved_stop_ore: int
    shifted_minute_ore: int
    total_ore: int
    ore_more: int
    moved: int
    shifted: int


def points(case: Case, prices: Sequence[int], known: Routes = ()) -> list[Point]:
    """A point for each price, in their order; at each the best of all the plans that were found.

    known: routes that are one of them.
    """
    at_prices = [_at(case, price) for price in prices]
    found = [known, *(find_routes(each, refill=False).routes for each in at_prices)]
    measured = [_measured(each, _best(each, found)) for each in at_prices]
    least_ore = min((point.total_ore for point in measured), default=0)
    return [replace(point, ore_more=point.total_ore - least_ore) for point in measured]


def _best(case: Case, found: Sequence[Routes]) -> Routes:
    return min(found, key=lambda routes: rank(case, routes))


def _at(case: Case, price_ore: int) -> Case:
    usual = case.stability
    minute = usual.shifted_minute_ore
    if usual.moved_stop_ore:
        minute = minute * price_ore // usual.moved_stop_ore
    prices = replace(usual, moved_stop_ore=price_ore, shifted_minute_ore=minute)
    search = replace(case.search, iterations=-(-case.search.iterations // _SHORTER))
    return replace(case, stability=prices, search=search, timed={})


def _measured(case: Case, routes: Routes) -> Point:
    timed = schedules(case, routes)
    skipped = [stop for stop in left_out(case, routes) if not stop.required]
    calls = [(one, call) for one in timed for call in one.calls]
    shifted = [
        call
        for _, call in calls
        if call.stop.kept is not None
        and call.stop.kept.arrive is not None
        and abs(call.arrive - call.stop.kept.arrive) > case.stability.free_shift_s
    ]
    return Point(
        case.stability.moved_stop_ore,
        case.stability.shifted_minute_ore,
        cost(case, timed, skipped).bare_ore,
        0,
        sum(is_moved(one, call.stop) for one, call in calls),
        len(shifted),
    )
