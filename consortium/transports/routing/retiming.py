"""Retiming: routes in an order that somebody else chose, read and held against the case."""

from typing import Any, TypeVar

from consortium.core.casevalues import Node, printable
from consortium.core.errors import Conflict, Fault, Invalid
from consortium.transports.routing.breaching import breaches
from consortium.transports.routing.case import Case, Route, Stop, Vehicle
from consortium.transports.routing.ground import read_id
from consortium.transports.routing.wording import breach_fault

_Named = TypeVar("_Named", Vehicle, Stop)


def given_routes(case: Case, value: Any) -> tuple[Route, ...]:
    """The routes that `value` lists, but for empty ones.

    Invalid where they name what the case does not have, or anything twice; Conflict, with each
    place, where no schedule of an order keeps its rules.
    """
    faults: list[Fault] = []
    read = _read(case, Node(value, "routes", faults))
    if faults:
        raise Invalid(faults)
    broken = [
        breach_fault(
            case.day, breach, at if breach.place is None else f"{at}.stops[{breach.place}]"
        )
        for at, route in read.items()
        for breach in breaches(case, route)
    ]
    if broken:
        raise Conflict(broken)
    return tuple(read.values())


def _read(case: Case, node: Node) -> dict[str, Route]:
    """Place -> route, for those that have a vehicle and stops of the case."""
    vehicles = {vehicle.id: vehicle for vehicle in case.vehicles}
    stops = {stop.id: stop for stop in case.stops}
    read: dict[str, Route] = {}
    for item in node.items() or []:
        fields = item.fields(("vehicle", "stops"))
        vehicle = _taken(fields["vehicle"], vehicles)
        order = [_taken(one, stops) for one in fields["stops"].items() or []]
        served = tuple(stop for stop in order if stop is not None)
        if vehicle is not None and served:
            read[item.at] = Route(vehicle, served)
    return read


def _taken(node: Node, left: dict[str, _Named]) -> _Named | None:
    """What of the case the node names, taken out of what is left to name; None with a fault."""
    name = read_id(node)
    if name is None:
        return None
    if name not in left:
        facts = {"id": printable(name)}
        remedy = "Name each vehicle and stop of the case once at most"
        node.add(
            Fault("There is no {id} in the case, or not a second time", node.at, facts, remedy)
        )
    return left.pop(name, None)
