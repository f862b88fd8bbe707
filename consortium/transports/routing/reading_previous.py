"""Reading the earlier plan that a case is to be kept near, and what it costs to leave it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from consortium.core.casevalues import Node, printable
from consortium.core.errors import Fault
from consortium.transports.routing.case import MOST, Kept, KeptRoute, Stability, Stop
from consortium.transports.routing.ground import Ground, read_id

_SECONDS_A_MINUTE = 60


@dataclass(frozen=True, slots=True)
class Previous:
    """Routes, and stop id → where it was; of what today's case has."""

    routes: tuple[KeptRoute, ...]
    kept: dict[str, Kept]


def read_previous(
    node: Node, ground: Ground, vehicles: Collection[str], stops: Collection[str]
) -> Previous | None:
    """None where the case has no earlier plan.

    A stop that the case lacks is passed over, and so is a whole route of a vehicle that it lacks.
    """
    items = node.items()
    if items is None:
        return None
    routes: list[KeptRoute] = []
    kept: dict[str, Kept] = {}
    seen: set[str] = set()
    for item in items:
        fields = item.fields(("vehicle", "stops"), ("arrivals",))
        vehicle = read_id(fields["vehicle"]) or ""
        names = _names(fields["stops"], seen)
        known = isinstance(fields["stops"].value, list)
        arrivals = _arrivals(fields["arrivals"], ground, len(names)) if known else []
        seen.update(names)
        if vehicle in vehicles:
            there = tuple(name for name in names if name in stops)
            routes.append(KeptRoute(vehicle, there))
            kept |= {name: Kept(vehicle, at) for name, at in zip(names, arrivals, strict=True)}
    return Previous(
        tuple(sorted((route for route in routes if route.stops), key=lambda one: one.vehicle)),
        {name: was for name, was in kept.items() if name in stops},
    )


def with_previous(stops: Sequence[Stop], previous: Previous | None) -> tuple[Stop, ...]:
    """The stops, each with where the earlier plan had it."""
    if previous is None:
        return tuple(stops)
    return tuple(replace(stop, kept=previous.kept.get(stop.id)) for stop in stops)


def read_stability(node: Node) -> Stability:
    """The prices of change; what is left out is as in `Stability`."""
    usual = Stability()
    names = ("moved_stop_ore", "shifted_minute_ore", "free_shift_minutes")
    fields = node.fields((), names)
    moved, shifted, free = (fields[name].whole(0, MOST) for name in names)
    return Stability(
        usual.moved_stop_ore if moved is None else moved,
        usual.shifted_minute_ore if shifted is None else shifted,
        usual.free_shift_s if free is None else free * _SECONDS_A_MINUTE,
    )


def _names(node: Node, taken: Collection[str]) -> list[str]:
    """The stops of a route; one that stands in the earlier plan twice is a fault."""
    names: list[str] = []
    for item in node.items() or []:
        name = read_id(item) or ""
        if name in taken or name in names:
            facts = {"id": printable(name)}
            item.add(Fault("The id {id} stands here twice", item.at, facts, "Keep one of them"))
        names.append(name)
    return names


def _arrivals(node: Node, ground: Ground, size: int) -> list[int | None]:
    items = node.items()
    if items is None:
        return [None] * size
    if len(items) != size:
        facts = {"arrivals": len(items), "stops": size}
        remedy = "Give one for each stop, or none at all"
        node.add(Fault("There are {arrivals} arrivals for {stops} stops", node.at, facts, remedy))
        return [None] * size
    return [ground.moment(item) for item in items]
