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
from consortium.transports.routing.reading_places import legs, read_matrix, read_places
from consortium.transports.routing.reading_stops import read_stops
from consortium.transports.routing.reading_vehicles import read_vehicles

MOST_ITERATIONS: Final = 10_000_000
MOST_SEED: Final = 2**32 - 1
_ANY_DAY: Final = date(2026, 1, 1)
_FIRST_DAY: Final = date(1, 1, 2)  # the one before has no midnight in UTC
_NEEDED: Final = ("date", "places", "vehicles", "stops")
_OPTIONAL: Final = (*("durations_s", "distances_m", "estimate", "previous", "stability", "search"),)


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
    stops = read_stops(fields["stops"], ground)
    search = _search(fields["search"])
    _refuse_what_is_not_known_yet(fields)
    if faults or places is None:
        raise Invalid(faults)
    seconds, metres = legs(places, durations_s, distances_m, estimate)
    return Case(day, seconds, metres, measured, vehicles, stops, search)


def _search(node: Node) -> Search:
    usual = Search()
    fields = node.fields((), ("seed", "iterations"))
    seed = fields["seed"].whole(0, MOST_SEED)
    iterations = fields["iterations"].whole(1, MOST_ITERATIONS)
    return Search(usual.seed if seed is None else seed, iterations or usual.iterations)


def _refuse_what_is_not_known_yet(fields: dict[str, Node]) -> None:
    previous, stability = fields["previous"], fields["stability"]
    if previous.given:
        text = "An earlier plan to keep to is not supported yet"
        previous.add(Fault(text, previous.at, {}, "Take it away"))
    if stability.given:
        text = "A price of changes is not supported yet"
        stability.add(Fault(text, stability.at, {}, "Take it away"))
