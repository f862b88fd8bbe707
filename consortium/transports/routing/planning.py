"""Planning: which vehicle serves which stops in which order.

As many required stops as possible are served, then at the lowest cost, changes included. The
solver's routes are held against what it does not know (breaks, numbered places, promised
arrivals), mended, and brought nearer to the earlier plan, which is itself one of the candidates.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from consortium.transports.routing.case import Case, Route, Stop
from consortium.transports.routing.keeping import brought_back, kept_routes
from consortium.transports.routing.mending import mended
from consortium.transports.routing.pricing import exact
from consortium.transports.routing.ranking import Routes, left_out, rank
from consortium.transports.routing.reach import within_reach
from consortium.transports.routing.refilling import filled, refilled
from consortium.transports.routing.scheduling import schedule
from consortium.transports.routing.solving import search, task

_RUNS: Final = 2
_MORE_RUNS: Final = 4
_MORE_BETWEEN: Final = range(40, 151)
"""For so many stops a run depends much on its seed, and four still take little time."""
_MOST_REFILLED: Final = 3
"""Candidates to loosen and fill again where required stops are left out; else the best alone."""
_SEEDS: Final = 2**32
_FULLER_S: Final = (-1_800, -3_600)
"""What is kept free of a shift beside its breaks: less where stops are left out otherwise, as a
break may lie in a wait;"""
_LOOSER_S: Final = (900, 1_800)
"""and more where the breaks do not fit in."""


@dataclass(frozen=True, slots=True)
class Found:
    """Routes that break nothing, in the order of their vehicles' ids, and the runs it took."""

    routes: Routes
    runs: int


def find_routes(case: Case, *, refill: bool = True) -> Found:
    """The best routes of a few runs, whose seeds follow the case's own.

    Spare vehicles come in only where required stops are left out without them, and stay only
    where they serve more of these. refill: routes are loosened and filled again in the end, which
    takes about as long as a run.
    """
    firm = replace(case, vehicles=tuple(one for one in case.vehicles if not one.spare))
    found = _best(firm, refill=refill)
    if len(firm.vehicles) == len(case.vehicles) or not _missed(case, found.routes):
        return found
    wider = _best(case, refill=refill)
    runs = found.runs + wider.runs
    spared = _spared(case, wider.routes)
    if _missed(case, spared) < _missed(case, found.routes):
        return Found(spared, runs)
    return Found(found.routes, runs)


def _missed(case: Case, routes: Routes) -> int:
    return sum(stop.required for stop in left_out(case, routes))


def _spared(case: Case, routes: Routes) -> Routes:
    """The routes without each spare vehicle whose stops fit elsewhere, or need not be served."""
    for vehicle in [route.vehicle for route in routes if route.vehicle.spare]:
        taken = next((route.stops for route in routes if route.vehicle == vehicle), ())
        used = {route.vehicle for route in routes} - {vehicle}
        without = replace(
            case, vehicles=tuple(one for one in case.vehicles if one in used or not one.spare)
        )
        kept = tuple(route for route in routes if route.vehicle != vehicle)
        fewer = filled(without, kept, sorted(taken, key=lambda stop: not stop.required))
        if _missed(case, fewer) <= _missed(case, routes):
            routes = fewer
    return routes


def _best(case: Case, *, refill: bool) -> Found:
    """At first every required stop must be served.

    Where no run finds such routes, each may be missed at a price above everything else. Whatever
    stops are left out then get another chance.
    """
    stops = within_reach(case) if case.vehicles else ()
    if not stops:
        return Found((), 0)
    kept = kept_routes(case, stops)
    runs, found = _solved(case, stops, kept)
    candidates = [*kept, *(_settled(case, brought_back(case, routes)) for routes in found)]
    best = min(candidates or [()], key=lambda routes: rank(case, routes))
    if not refill:
        return Found(best, runs)
    ranked = sorted({best, *candidates}, key=lambda routes: rank(case, routes))
    tried = ranked[: _MOST_REFILLED if _missed(case, best) else 1]
    refills = [_settled(case, refilled(case, routes, stops)) for routes in tried]
    return Found(min([best, *refills], key=lambda routes: rank(case, routes)), runs)


def _solved(
    case: Case, stops: tuple[Stop, ...], kept: Sequence[Routes]
) -> tuple[int, list[Routes]]:
    """How many runs were made, and the mended routes of those that found any.

    With breaks to place, the runs are made again with shifts a little fuller where stops are left
    out, and with looser ones where what was found does not hold with its breaks.
    """
    runs, raw = 0, list[list[Route]]()
    for must in (True, False):
        runs += _runs_over(stops)
        raw = list(_runs(case, stops, kept, must=must, shorter_s=0))
        if raw:
            break
    found = [mended(case, routes, stops) for routes in raw]
    if not any(vehicle.breaks for vehicle in case.vehicles):
        return runs, found
    for shorter_s in _others(case, raw, found):
        runs += _runs_over(stops)
        raw = list(_runs(case, stops, kept, must=True, shorter_s=shorter_s))
        found += [mended(case, routes, stops) for routes in raw]
        if any(_missed(case, routes) == 0 for routes in found):
            break
    return runs, found


def _others(case: Case, raw: Sequence[Sequence[Route]], found: Sequence[Routes]) -> tuple[int, ...]:
    """What else to keep free of the shifts, as the first runs went."""
    if all(_missed(case, routes) for routes in found):
        return (*_FULLER_S, *_LOOSER_S)
    if any(all(schedule(case, route) for route in routes) for routes in raw):
        return ()
    return _LOOSER_S


def _runs(
    case: Case, stops: tuple[Stop, ...], kept: Sequence[Routes], *, must: bool, shorter_s: int
) -> Iterator[list[Route]]:
    """The first run begins from the earlier plan, where there is one."""
    todo = task(case, stops, must=must, shorter_s=shorter_s)
    for run in range(_runs_over(stops)):
        seed, iterations = (case.search.seed + run) % _SEEDS, case.search.iterations
        near = kept[-1] if kept and run == 0 else ()
        routes = search(
            todo,
            seed=seed,
            iterations=iterations,
            lenient=run % 2 == 0,
            patient=run >= _RUNS,
            near=near,
        )
        if routes is not None:
            yield routes


def _runs_over(stops: Sequence[Stop]) -> int:
    return _MORE_RUNS if len(stops) in _MORE_BETWEEN else _RUNS


def _settled(case: Case, routes: Iterable[Route]) -> Routes:
    """The same routes with directions and vehicles chosen by rule where they cost the same."""
    directed = [_directed(case, route) for route in routes]
    settled: list[Route] = []
    for fleet in case.fleets:
        driven = sorted(
            (route for route in directed if route.vehicle in fleet), key=lambda route: route.ids
        )
        settled += [
            Route(vehicle, route.stops) for vehicle, route in zip(fleet, driven, strict=False)
        ]
    return tuple(sorted(settled, key=lambda route: route.vehicle.id))


def _directed(case: Case, route: Route) -> Route:
    """The route or its reverse: the cheaper, else the one whose ids come first as text."""
    ways = [route, Route(route.vehicle, route.stops[::-1])]
    timed = [(schedule(case, way), way) for way in ways]
    open_ways = [(exact(case, one), way) for one, way in timed if one is not None]
    return min(open_ways, key=lambda priced: (priced[0], priced[1].ids))[1]
