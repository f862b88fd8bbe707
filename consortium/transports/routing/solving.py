"""The search for cheap routes, by PyVRP: the only file that knows the solver.

It is bounded by iterations alone, so that the same task and seed give the same routes.
"""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Final

from pyvrp import (
    Depot,
    IteratedLocalSearchParams,
    Location,
    Model,
    PenaltyParams,
    ProblemData,
    SolveParams,
    solve,
)
from pyvrp.exceptions import PenaltyBoundWarning
from pyvrp.stop import MaxIterations

from consortium.transports.routing.case import Case, Route, Stop, Vehicle
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
# Found by trying, as the plainest of what did well: a tenth and ten times of it do about as well.
_LENIENCE: Final = 1000


@dataclass(frozen=True, slots=True)
class Task:
    """Stops to find routes over, as the solver takes them.

    fleets: vehicles that differ in nothing but their ids, together. penalty: units of cost for a
    second late or a crate too many, at the most.
    """

    data: ProblemData
    stops: tuple[Stop, ...]
    fleets: tuple[tuple[Vehicle, ...], ...]
    penalty: int


def task(case: Case, stops: tuple[Stop, ...], *, must: bool) -> Task:
    """To serve `stops`, at least one, with the case's vehicles, at least one.

    must: no required stop is left out. Else each may be, at a price above all other costs
    together, so that as many as possible are served.
    """
    units, model = scale(case, stops), Model()
    homes = sorted({place for vehicle in case.vehicles for place in (vehicle.start, vehicle.end)})
    places = [*homes, *(stop.place for stop in stops)]
    locations = [model.add_location(0, 0) for _ in places]
    _add_legs(model, case, locations, places)
    _add_stops(model, locations[len(homes) :], stops, units, must=must)
    depots = {
        place: model.add_depot(location) for place, location in zip(homes, locations, strict=False)
    }
    for fleet in case.fleets:
        _add_fleet(model, depots, fleet, units)
    penalty = min(max(units.dearest, _LENIENCE), most_penalty(stops, len(case.vehicles)))
    return Task(model.data(), stops, case.fleets, penalty)


def search(todo: Task, *, seed: int, iterations: int, lenient: bool) -> list[Route] | None:
    """The cheapest routes that one run finds; None where all that it found break something.

    lenient: breaking a rule costs little on the way, so that the search gets further around; else
    so much that it soon finds routes that break nothing, where those are rare.
    """
    most = todo.penalty // _LENIENCE if lenient else todo.penalty
    params = SolveParams(
        ils=IteratedLocalSearchParams(history_length=_HISTORY),
        penalty=PenaltyParams(max_penalty=most),
    )
    with warnings.catch_warnings():
        # It warns where it finds nothing, which the answer says.
        warnings.simplefilter("ignore", PenaltyBoundWarning)
        stop = MaxIterations(iterations)
        result = solve(todo.data, stop, seed, collect_stats=False, display=False, params=params)
    if not result.is_feasible():
        return None
    free = [list(fleet) for fleet in todo.fleets]
    return [
        Route(
            free[route.vehicle_type()].pop(0),
            tuple(todo.stops[visit.idx] for visit in route if visit.is_client()),
        )
        for route in result.best.routes()
    ]


def _add_legs(
    model: Model, case: Case, locations: Sequence[Location], places: Sequence[int]
) -> None:
    """Every leg between different visits, of which two may be at the same place."""
    for here, start in zip(locations, places, strict=True):
        for there, end in zip(locations, places, strict=True):
            if here is not there:
                distance_m = min(case.distances_m[start][end], FAR_M)
                duration_s = min(case.durations_s[start][end], LONG_S)
                model.add_edge(here, there, distance_m, duration_s)


def _add_stops(
    model: Model,
    locations: Sequence[Location],
    stops: tuple[Stop, ...],
    units: Scale,
    *,
    must: bool,
) -> None:
    miss = 0 if must else units.miss(stops)
    for location, stop in zip(locations, stops, strict=True):
        model.add_client(
            location,
            delivery=stop.deliver,
            pickup=stop.collect,
            service_duration=min(stop.service_s, LONG_S),
            tw_early=max(stop.opens, 0),
            tw_late=min(stop.closes, LONG_S),
            prize=miss if stop.required else units.skip(stop),
            required=must and stop.required,
        )


def _add_fleet(
    model: Model, depots: Mapping[int, Depot], fleet: tuple[Vehicle, ...], units: Scale
) -> None:
    vehicle = fleet[0]
    model.add_vehicle_type(
        num_available=len(fleet),
        capacity=min(vehicle.capacity, MOST_LOAD),
        start_depot=depots[vehicle.start],
        end_depot=depots[vehicle.end],
        fixed_cost=units.fixed(vehicle),
        tw_early=vehicle.starts,
        tw_late=vehicle.ends,
        shift_duration=min(vehicle.max_duration_s, LONG_S),
        unit_distance_cost=units.per_metre(vehicle),
        unit_duration_cost=units.per_second(vehicle),
    )
