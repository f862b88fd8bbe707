"""The search for cheap routes, by PyVRP: the only file that knows the solver.

It is bounded by iterations alone, so that the same task and seed give the same routes. It knows
neither breaks nor numbered places nor what a second of an arrival is worth: `planning` sees to
those. What it knows of changes is that a stop costs more in another vehicle than before, and, in
place of the arrivals, that two stops in a row cost more which were not so before.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from itertools import pairwise
from typing import Any, Final

import numpy as np
from pyvrp import (
    Client,
    ClientGroup,
    Depot,
    IteratedLocalSearchParams,
    Location,
    PenaltyParams,
    ProblemData,
    Solution,
    SolveParams,
    VehicleType,
    solve,
)
from pyvrp import Route as Driven
from pyvrp.exceptions import PenaltyBoundWarning
from pyvrp.stop import MaxIterations

from consortium.transports.routing.case import Case, Matrix, Route, Stop, Vehicle
from consortium.transports.routing.holding import LAST
from consortium.transports.routing.scaling import (
    FAR_M,
    LONG_S,
    MOST_LOAD,
    Scale,
    most_penalty,
    scale,
)

NAME: Final = "PyVRP"
VERSION: Final = version("pyvrp")
# A short memory of the late acceptance: far cheaper routes over 500 stops, as cheap over 30.
_HISTORY: Final = 50
_LONG_HISTORY: Final = 300
# Found by trying, as the plainest of what did well: a tenth and ten times of it do about as well.
_LENIENCE: Final = 1000
_MOST_LEGS: Final = 1_500_000
"""Over all profiles: each takes 32 bytes, with the solver's own copies."""
_Grid = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True, slots=True)
class Task:
    """Stops to find routes over, as the solver takes them.

    visits: for each of the solver's clients its stop; one with several windows has as many.
    fleets: vehicles that differ in nothing but their ids, together. penalty: units of cost for a
    second late or a crate too many, at the most.
    """

    data: ProblemData
    visits: tuple[Stop, ...]
    fleets: tuple[tuple[Vehicle, ...], ...]
    penalty: int


def task(case: Case, stops: tuple[Stop, ...], *, must: bool, shorter_s: int = 0) -> Task:
    """To serve `stops`, at least one, with the case's vehicles, at least one.

    must: no required stop is left out. Else each may be, at a price above all other costs
    together, so that as many as possible are served. shorter_s: so much is kept free of each
    shift in which breaks can fall due, beside the breaks themselves; less where it is negative.
    """
    units = scale(case, stops)
    homes = sorted({place for vehicle in case.vehicles for place in (vehicle.start, vehicle.end)})
    grids = _Grids(case, stops, [*homes, *(stop.place for stop in stops)], len(homes), units)
    loads = _Loads(case.vehicles, stops)
    clients, groups, visits = _clients(case, stops, len(homes), units, loads, must=must)
    types = [_vehicle_type(fleet, homes, units, loads, grids, shorter_s) for fleet in case.fleets]
    data = ProblemData(
        [Location(0, 0) for _ in grids.places],
        clients,
        [Depot(row) for row in range(len(homes))],
        types,
        grids.distances,
        grids.durations,
        groups,
    )
    penalty = min(max(units.dearest, _LENIENCE), most_penalty(stops, len(case.vehicles)))
    return Task(data, visits, case.fleets, penalty)


def search(
    todo: Task,
    *,
    seed: int,
    iterations: int,
    lenient: bool,
    patient: bool = False,
    near: Sequence[Route] = (),
) -> list[Route] | None:
    """The cheapest routes that one run finds; None where all that it found break something.

    lenient: breaking a rule costs little on the way, so that the search gets further around; else
    so much that it soon finds routes that break nothing, where those are rare. patient: it goes
    on for longer from routes that are no better. near: routes to begin from, each stop in its
    first window; else it makes its own.
    """
    most = todo.penalty // _LENIENCE if lenient else todo.penalty
    params = SolveParams(
        ils=IteratedLocalSearchParams(history_length=_LONG_HISTORY if patient else _HISTORY),
        penalty=PenaltyParams(max_penalty=most),
    )
    with warnings.catch_warnings():
        # It warns where it finds nothing, which the answer says.
        warnings.simplefilter("ignore", PenaltyBoundWarning)
        result = solve(
            todo.data,
            MaxIterations(iterations),
            seed,
            collect_stats=False,
            display=False,
            params=params,
            initial_solution=_solution(todo, near) if near else None,
        )
    if not result.is_feasible():
        return None
    free = [list(fleet) for fleet in todo.fleets]
    return [
        Route(
            free[route.vehicle_type()].pop(0),
            tuple(todo.visits[visit.idx] for visit in route if visit.is_client()),
        )
        for route in result.best.routes()
    ]


def _solution(todo: Task, near: Sequence[Route]) -> Solution:
    first: dict[str, int] = {}
    for visit, stop in enumerate(todo.visits):
        first.setdefault(stop.id, visit)
    kind = {vehicle.id: row for row, fleet in enumerate(todo.fleets) for vehicle in fleet}
    driven = []
    for route in near:
        visits = [first[stop.id] for stop in route.stops if stop.id in first]
        if visits and route.vehicle.id in kind:
            driven.append(Driven(todo.data, visits, kind[route.vehicle.id]))
    return Solution(todo.data, driven)


class _Grids:
    """Distances and durations between all visits, one pair of matrices for each profile.

    Vehicles share a profile unless the earlier plan says what another vehicle costs. Then a
    distance is what its kilometres cost, with the price of every stop that it takes from another.
    Where that would be too many legs, only another order of stops has a price.
    """

    def __init__(
        self, case: Case, stops: tuple[Stop, ...], places: list[int], homes: int, units: Scale
    ) -> None:
        self.places, self.homes, self._stops, self._units = places, homes, stops, units
        self._metres = _grid(case.distances_m, places, FAR_M)
        self._seconds = _grid(case.durations_s, places, LONG_S)
        self._forbid(stops)
        self.priced = case.previous is not None and case.stability.moved_stop_ore > 0
        self._moved = units.moved(case) if self.priced else 0
        self._turned = units.turned(case) if self.priced else 0
        self._known = _arcs(case, stops, homes) if self.priced else {}
        self._before = {stop.kept.vehicle for stop in stops if stop.kept} if self.priced else set()
        if len(self._before) * len(places) ** 2 > _MOST_LEGS:
            self._before = set()
        self._profiles: dict[tuple[str, int], int] = {}
        self.distances: list[_Grid] = [] if self.priced else [self._metres]
        self.durations: list[_Grid] = [] if self.priced else [self._seconds]

    def profile(self, vehicle: Vehicle) -> int:
        if not self.priced:
            return 0
        km = self._units.per_metre(vehicle)
        key = (vehicle.id if vehicle.id in self._before else "", km)
        if key not in self._profiles:
            self._profiles[key] = len(self.distances)
            self.distances.append(self._costs(key[0], km))
            self.durations.append(self._seconds)
        return self._profiles[key]

    def _costs(self, vehicle: str, per_metre: int) -> _Grid:
        """What each leg costs. vehicle: empty for all that nothing is known of."""
        costs: _Grid = self._metres * per_metre
        for row, stop in enumerate(self._stops, self.homes):
            if self._before and stop.kept is not None and stop.kept.vehicle != vehicle:
                costs[:, row] += self._moved
                costs[row, row] = 0
        costs[self.homes :, self.homes :] += self._unused(vehicle)
        return costs

    def _unused(self, vehicle: str) -> _Grid:
        """The price of every arc that the vehicle did not drive in the earlier plan."""
        grid = np.full((len(self._stops),) * 2, self._turned, dtype=np.int64)
        np.fill_diagonal(grid, 0)
        for (here, there), driven_by in self._known.items():
            if not self._before or driven_by == vehicle:
                grid[here - self.homes, there - self.homes] = 0
        return grid

    def _forbid(self, stops: tuple[Stop, ...]) -> None:
        """No way leads from a stop to one that is first, nor to a stop from one that is last."""
        for row, stop in enumerate(stops, self.homes):
            if stop.pin.position == 1:
                self._seconds[self.homes :, row] = LONG_S
            if stop.pin.position == LAST:
                self._seconds[row, self.homes :] = LONG_S
            self._seconds[row, row] = 0


def _grid(matrix: Matrix, places: list[int], most: int) -> _Grid:
    """Every leg between visits, of which several may be at the same place."""
    whole = np.minimum(np.array(matrix, dtype=np.int64), most)
    grid: _Grid = whole[np.ix_(places, places)]
    np.fill_diagonal(grid, 0)
    return grid


def _arcs(case: Case, stops: tuple[Stop, ...], homes: int) -> dict[tuple[int, int], str]:
    """Rows of two stops that followed each other in the earlier plan, and in which vehicle."""
    rows = {stop.id: row for row, stop in enumerate(stops, homes)}
    return {
        (rows[one], rows[other]): route.vehicle
        for route in case.previous or ()
        for one, other in pairwise(route.stops)
        if one in rows and other in rows
    }


class _Loads:
    """What takes up room: crates; and, in rooms of their own, what a stop is held to.

    A stop that is pinned to a vehicle takes up room that only this one has. Of two stops that are
    kept apart each takes up the one place that every vehicle has for them.
    """

    def __init__(self, vehicles: Sequence[Vehicle], stops: Sequence[Stop]) -> None:
        pinned = {stop.pin.vehicle for stop in stops if stop.pin.vehicle}
        self._pinned = [vehicle.id for vehicle in vehicles if vehicle.id in pinned]
        asked = {stop.id for stop in stops}
        self._apart = sorted(
            {
                (min(stop.id, other), max(stop.id, other))
                for stop in stops
                for other in stop.not_with & asked
            }
        )

    def delivery(self, stop: Stop) -> list[int]:
        held = [int(stop.pin.vehicle == vehicle) for vehicle in self._pinned]
        return [stop.deliver, *held, *(int(stop.id in pair) for pair in self._apart)]

    def pickup(self, stop: Stop) -> list[int]:
        return [stop.collect, *(0 for _ in self._pinned), *(0 for _ in self._apart)]

    def room(self, vehicle: Vehicle) -> list[int]:
        held = [MOST_LOAD if vehicle.id == pinned else 0 for pinned in self._pinned]
        return [min(vehicle.capacity, MOST_LOAD), *held, *(1 for _ in self._apart)]


def _clients(
    case: Case, stops: tuple[Stop, ...], homes: int, units: Scale, loads: _Loads, *, must: bool
) -> tuple[list[Client], list[ClientGroup], tuple[Stop, ...]]:
    """The solver's clients, their groups of alternatives, and the stop of each client."""
    miss = 0 if must else units.miss(stops)
    clients: list[Client] = []
    groups: list[ClientGroup] = []
    visits: list[Stop] = []
    for row, stop in enumerate(stops, homes):
        needed, several = must and stop.required, len(stop.windows) > 1
        prize = miss if stop.required else units.skip(stop)
        if several:
            members = list(range(len(clients), len(clients) + len(stop.windows)))
            groups.append(ClientGroup(members, required=needed))
        for opens, closes in stop.windows:
            clients.append(
                Client(
                    row,
                    delivery=loads.delivery(stop),
                    pickup=loads.pickup(stop),
                    service_duration=min(stop.service_s, LONG_S),
                    tw_early=min(max(opens, 0), LONG_S),
                    tw_late=max(0, min(_closes(case, opens, closes), LONG_S)),
                    prize=prize,
                    required=needed and not several,
                    group=len(groups) - 1 if several else None,
                )
            )
            visits.append(stop)
    return clients, groups, tuple(visits)


def _closes(case: Case, opens: int, closes: int) -> int:
    """The end of a window, less the breaks that may have been taken by then.

    The solver takes none, so what it serves after one is later than it knows.
    """
    soonest = min((_first_due(vehicle) for vehicle in case.vehicles), default=closes)
    rest_s = max(_rest_s(vehicle) for vehicle in case.vehicles)
    if closes <= soonest or rest_s == 0:
        return closes
    return max(opens, soonest, closes - rest_s)


def _first_due(vehicle: Vehicle) -> int:
    """The earliest second at which a break can fall due; the shift's end where none can."""
    return (
        min(vehicle.ends, vehicle.starts + vehicle.breaks[0].after_work_s)
        if (vehicle.breaks)
        else vehicle.ends
    )


def _rest_s(vehicle: Vehicle) -> int:
    """The seconds of the breaks that can fall due in a shift."""
    left_s, rest_s = vehicle.ends - vehicle.starts, 0
    for one in vehicle.breaks:
        left_s -= one.after_work_s
        if left_s <= 0:
            break
        rest_s += one.duration_s
        left_s -= one.duration_s
    return rest_s


def _vehicle_type(
    fleet: tuple[Vehicle, ...],
    homes: list[int],
    units: Scale,
    loads: _Loads,
    grids: _Grids,
    shorter_s: int,
) -> VehicleType:
    vehicle = fleet[0]
    rest_s = _rest_s(vehicle)
    kept_s = max(0, rest_s + shorter_s) if rest_s else 0
    return VehicleType(
        num_available=len(fleet),
        capacity=loads.room(vehicle),
        start_depot=homes.index(vehicle.start),
        end_depot=homes.index(vehicle.end),
        fixed_cost=units.fixed(vehicle),
        tw_early=vehicle.starts,
        tw_late=max(vehicle.starts, vehicle.ends - kept_s),
        shift_duration=max(0, min(vehicle.max_duration_s, LONG_S) - kept_s),
        unit_distance_cost=1 if grids.priced else units.per_metre(vehicle),
        unit_duration_cost=units.per_second(vehicle),
        profile=grids.profile(vehicle),
    )
