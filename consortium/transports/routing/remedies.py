"""Remedies: what would let a required stop be served that the plan leaves out, proved by planning.

Each change is the smallest of its kind by which the stop fits in beside the routes as they are.
The cheapest comes first; a new planning of the changed case has to serve the stop, and more
required stops than before, or the next one is tried.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal

from consortium.transports.routing.case import (
    ALWAYS,
    NO_LIMIT_S,
    Case,
    Stop,
    Vehicle,
    Window,
)
from consortium.transports.routing.planning import find_routes
from consortium.transports.routing.pricing import cost
from consortium.transports.routing.ranking import Routes, left_out, schedules
from consortium.transports.routing.reasons import with_stop
from consortium.transports.routing.refilling import inserted

Kind = Literal["window", "shift", "vehicle", "crates"]
_STEP_S: Final = 300
_MOST_STEPS: Final = 144
_LAST_S: Final = 86_399
_LONGER: Final = ((0, 1, 0), (1, 0, 0), (0, 0, 1), (1, 1, 0), (0, 1, 1), (1, 0, 1), (1, 1, 2))
"""Of a shift, the plainest first: whether it begins earlier, ends later, has longer work."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a case by which a stop can be served. stop, vehicle: as changed, or new."""

    kind: Kind
    case: Case
    stop: Stop | None = None
    vehicle: Vehicle | None = None


@dataclass(frozen=True, slots=True)
class Remedy:
    """ore: how much dearer the whole plan is then. runs: of the solver, to prove it."""

    change: Change | None
    ore: int
    runs: int


def remedy(case: Case, routes: Routes, stop: Stop) -> Remedy:
    """The cheapest change that a new planning proved; without one where none did."""
    before_ore, runs = _total_ore(case, routes), 0
    missed = _missed(case, routes)
    for change in _cheapest_first(case, routes, stop):
        found = find_routes(change.case)
        runs += found.runs
        served = {one.id for route in found.routes for one in route.stops}
        if stop.id in served and _missed(change.case, found.routes) < missed:
            return Remedy(change, _total_ore(change.case, found.routes) - before_ore, runs)
    return Remedy(None, 0, runs)


def _cheapest_first(case: Case, routes: Routes, stop: Stop) -> list[Change]:
    """Changes by what they cost beside the routes as they are; then larger vehicles, unpriced."""
    priced: list[tuple[int, int, Change]] = []
    kinds = (_wider_window, _longer_shift, _one_more, _fewer_crates)
    for place, changes in enumerate(kinds):
        for change in changes(case, routes, stop):
            changed = change.stop or stop
            fitted = inserted(change.case, _in_case(change, routes), changed)
            if fitted is not None:
                priced.append((_total_ore(change.case, fitted), place, change))
    known = [change for _, _, change in sorted(priced, key=lambda each: each[:2])]
    return [*known, *_larger(case, stop)]


def _wider_window(case: Case, routes: Routes, stop: Stop) -> Iterator[Change]:
    """By whole steps of five minutes: later, earlier, or both."""
    if stop.windows == (ALWAYS,):
        return
    for soon, late in ((0, 1), (1, 0), (1, 1)):

        def widened(steps: int, soon: int = soon, late: int = late) -> Change:
            by_s = steps * _STEP_S
            wider = replace(stop, windows=_widened(stop.windows, soon * by_s, late * by_s))
            return Change("window", with_stop(case, wider), stop=wider)

        yield from _smallest(routes, stop, widened)


def _longer_shift(case: Case, routes: Routes, stop: Stop) -> Iterator[Change]:
    for vehicle in case.vehicles:
        for soon, late, work in _LONGER:

            def lengthened(
                steps: int,
                vehicle: Vehicle = vehicle,
                soon: int = soon,
                late: int = late,
                work: int = work,
            ) -> Change:
                by_s = steps * _STEP_S
                longer = _lengthened(vehicle, soon * by_s, late * by_s, work * by_s)
                return Change("shift", _with_vehicle(case, longer), vehicle=longer)

            yield from _smallest(routes, stop, lengthened)


def _one_more(case: Case, _routes: Routes, _stop: Stop) -> Iterator[Change]:
    """Another vehicle like one of those that there are."""
    for fleet in case.fleets:
        yield _added(case, replace(fleet[0], spare=False))


def _fewer_crates(case: Case, routes: Routes, stop: Stop) -> Iterator[Change]:
    """To leave, to fetch, or of both."""
    for leave, fetch in ((1, 0), (0, 1), (1, 1)):

        def lightened(fewer: int, leave: int = leave, fetch: int = fetch) -> Change:
            lighter = replace(
                stop,
                deliver=max(0, stop.deliver - leave * fewer),
                collect=max(0, stop.collect - fetch * fewer),
            )
            return Change("crates", with_stop(case, lighter), stop=lighter)

        most = max(leave * stop.deliver, fetch * stop.collect)
        yield from _smallest(routes, stop, lightened, most)


def _larger(case: Case, stop: Stop) -> Iterator[Change]:
    """One more vehicle, with room and time enough for this stop."""
    for fleet in case.fleets:
        vehicle = replace(
            fleet[0], spare=False, capacity=max(fleet[0].capacity, stop.deliver, stop.collect)
        )
        yield _added(case, vehicle)
        yield _added(case, replace(vehicle, starts=0, ends=_LAST_S, max_duration_s=NO_LIMIT_S))


def _smallest(
    routes: Routes, stop: Stop, made: Callable[[int], Change], most: int = _MOST_STEPS
) -> Iterator[Change]:
    """The change with the fewest steps by which the stop fits in; nothing where none will do."""

    def fits(steps: int) -> bool:
        change = made(steps)
        return inserted(change.case, _in_case(change, routes), change.stop or stop) is not None

    if most < 1 or not fits(most):
        return
    low, high = 0, most
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if fits(middle) else (middle, high)
    yield made(high)


def _in_case(change: Change, routes: Routes) -> Routes:
    """The routes with the changed vehicle in place of the one that it was."""
    if change.vehicle is None:
        return routes
    vehicle = change.vehicle
    return tuple(
        replace(route, vehicle=vehicle) if route.vehicle.id == vehicle.id else route
        for route in routes
    )


def _widened(windows: tuple[Window, ...], soon_s: int, late_s: int) -> tuple[Window, ...]:
    """The first window begins earlier, the last ends later, within the day."""
    first, last = windows[0], windows[-1]
    opens, closes = max(0, first[0] - soon_s), min(_LAST_S, last[1] + late_s)
    if len(windows) == 1:
        return ((opens, closes),)
    return ((opens, first[1]), *windows[1:-1], (last[0], closes))


def _lengthened(vehicle: Vehicle, soon_s: int, late_s: int, work_s: int) -> Vehicle:
    return replace(
        vehicle,
        starts=max(0, vehicle.starts - soon_s),
        ends=min(_LAST_S, vehicle.ends + late_s),
        max_duration_s=min(NO_LIMIT_S, vehicle.max_duration_s + work_s),
    )


def _with_vehicle(case: Case, vehicle: Vehicle) -> Case:
    vehicles = tuple(vehicle if one.id == vehicle.id else one for one in case.vehicles)
    return replace(case, vehicles=vehicles)


def _added(case: Case, like: Vehicle) -> Change:
    taken = {vehicle.id for vehicle in case.vehicles}
    number = next(n for n in range(1, len(taken) + 2) if f"{like.id}+{n}" not in taken)
    vehicle = replace(like, id=f"{like.id}+{number}")
    vehicles = tuple(sorted((*case.vehicles, vehicle), key=lambda one: one.id))
    return Change("vehicle", replace(case, vehicles=vehicles), vehicle=vehicle)


def _missed(case: Case, routes: Routes) -> int:
    return sum(stop.required for stop in left_out(case, routes))


def _total_ore(case: Case, routes: Routes) -> int:
    skipped = [stop for stop in left_out(case, routes) if not stop.required]
    return cost(case, schedules(case, routes), skipped).total_ore
