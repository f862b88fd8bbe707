"""Reading a case: the JSON value as a Case, or everything that is wrong with it at once.

What cannot be read gets its fault and a stand-in, so that the rest is read too; a case with a
fault is never planned.
"""

from datetime import date
from typing import Any, Final

from consortium.core.casevalues import Node
from consortium.core.errors import Fault, Invalid
from consortium.transports.routing.case import Case, Search
from consortium.transports.routing.day import Day
from consortium.transports.routing.distances import read_estimate
from consortium.transports.routing.ground import Ground
from consortium.transports.routing.reading_places import (
    legs,
    read_matrix,
    read_places,
    read_sources,
)
from consortium.transports.routing.reading_previous import (
    read_previous,
    read_stability,
    with_previous,
)
from consortium.transports.routing.reading_stops import read_stops
from consortium.transports.routing.reading_vehicles import read_vehicles

MOST_ITERATIONS: Final = 10_000_000
MOST_SEED: Final = 2**32 - 1
_ANY_DAY: Final = date(2026, 1, 1)
_FIRST_DAY: Final = date(1, 1, 2)  # the one before has no midnight in UTC
_NEEDED: Final = ("date", "places", "vehicles", "stops")
_OPTIONAL: Final = (
    *("durations_s", "distances_m", "sources", "estimate", "previous", "stability", "search"),
)


def read_case(value: Any) -> Case:
    """The case that a parsed JSON value is; Invalid with all its faults where it is none."""
    faults: list[Fault] = []
    fields = Node(value, "", faults).fields(_NEEDED, _OPTIONAL)
    day = Day(fields["date"].day(_FIRST_DAY) or _ANY_DAY)
    measured = fields["durations_s"].given and fields["distances_m"].given
    places = read_places(fields["places"], pointed=not measured)
    size = None if places is None else len(places.ids)
    durations_s = read_matrix(fields["durations_s"], size)
    distances_m = read_matrix(fields["distances_m"], size)
    estimate = read_estimate(fields["estimate"])
    ground = Ground(day, None if places is None else places.rows)
    vehicles = read_vehicles(fields["vehicles"], ground)
    vans = {vehicle.id for vehicle in vehicles}
    stops = read_stops(fields["stops"], ground, vans)
    asked = {stop.id for stop in stops}
    previous = read_previous(fields["previous"], ground, vans, asked)
    stability = read_stability(fields["stability"])
    search = _search(fields["search"])
    sources = read_sources(fields["sources"], places, measured=measured) if places else ()
    if faults or places is None:
        raise Invalid(faults)
    seconds, metres = legs(places, durations_s, distances_m, estimate)
    return Case(
        day,
        tuple(sorted(places.ids)),
        seconds,
        metres,
        sources,
        vehicles,
        with_previous(stops, previous),
        search,
        previous.routes if previous else None,
        stability,
        estimate.error_percent,
    )


def _search(node: Node) -> Search:
    usual = Search()
    fields = node.fields((), ("seed", "iterations"))
    seed = fields["seed"].whole(0, MOST_SEED)
    iterations = fields["iterations"].whole(1, MOST_ITERATIONS)
    return Search(usual.seed if seed is None else seed, iterations or usual.iterations)
