"""Reading stops, their windows, what they are pinned to and what they are kept apart from."""

from collections.abc import Collection
from dataclasses import replace

from consortium.core.casevalues import Node, printable
from consortium.core.errors import Fault
from consortium.transports.routing.case import ALWAYS, MOST, Pin, Stop, Window
from consortium.transports.routing.ground import Ground, own_id, read_id

MOST_CRATES = 1_000_000
LAST = -1
_NEEDED = ("id", "place", "deliver", "collect", "service_s")
_OPTIONAL = ("windows", "required", "skip_ore", "pin", "not_with")


def read_stops(node: Node, ground: Ground, vehicles: Collection[str]) -> tuple[Stop, ...]:
    """The stops in the order of their ids. vehicles: the ids that a pin may name."""
    stops: dict[str, Stop] = {}
    apart: list[tuple[str, Node]] = []
    for item in node.items() or []:
        fields = item.fields(_NEEDED, _OPTIONAL)
        name = own_id(fields["id"], stops)
        stops[name] = _stop(name, fields, ground, vehicles)
        apart += [(name, one) for one in fields["not_with"].items() or []]
    for name, one in apart:
        other = _other(one, name, stops)
        if other:
            stops[name] = _kept_from(stops[name], other)
            stops[other] = _kept_from(stops[other], name)
    return tuple(stops[name] for name in sorted(stops))


def _stop(name: str, fields: dict[str, Node], ground: Ground, vehicles: Collection[str]) -> Stop:
    required = fields["required"].flag()
    return Stop(
        id=name,
        place=ground.place(fields["place"]),
        deliver=fields["deliver"].whole(0, MOST_CRATES) or 0,
        collect=fields["collect"].whole(0, MOST_CRATES) or 0,
        windows=_windows(fields["windows"], ground),
        service_s=fields["service_s"].whole(0, MOST) or 0,
        required=required is not False,
        skip_ore=_skip_ore(fields["skip_ore"], required=required is not False),
        pin=_pin(fields["pin"], vehicles),
    )


def _windows(node: Node, ground: Ground) -> tuple[Window, ...]:
    """In order; those that touch or overlap are one."""
    given = sorted(filter(None, (ground.span(item) for item in node.items() or [])))
    apart: list[Window] = []
    for opens, closes in given:
        if apart and opens <= apart[-1][1] + 1:
            apart[-1] = (apart[-1][0], max(apart[-1][1], closes))
        else:
            apart.append((opens, closes))
    return tuple(apart) or (ALWAYS,)


def _pin(node: Node, vehicles: Collection[str]) -> Pin:
    if not node.given or node.value is None:
        return Pin()
    fields = node.fields((), ("vehicle", "position"))
    name = read_id(fields["vehicle"])
    if name is not None and name not in vehicles:
        facts = {"vehicle": printable(name)}
        remedy = "Name a vehicle of the case, or take the pin away"
        fault = Fault(
            "There is no vehicle {vehicle} in the case", fields["vehicle"].at, facts, remedy
        )
        node.add(fault)
    return Pin(name, _position(fields["position"]))


def _position(node: Node) -> int | None:
    if node.value == "first":
        return 1
    if node.value == "last":
        return LAST
    if not node.given or (type(node.value) is int and 1 <= node.value <= MOST):
        return node.value if node.given else None
    remedy = "Write first, last, or a whole number from 1"
    node.add(Fault("{value} is no place in a route", node.at, node.facts, remedy))
    return None


def _other(node: Node, name: str, stops: Collection[str]) -> str | None:
    other = read_id(node)
    if other is None:
        return None
    if other == name:
        remedy = "Name another stop"
        node.add(Fault("A stop cannot be kept from itself", node.at, {}, remedy))
    elif other not in stops:
        facts = {"id": printable(other)}
        remedy = "Name a stop of the case, or take it away"
        node.add(Fault("There is no stop {id} in the case", node.at, facts, remedy))
    else:
        return other
    return None


def _kept_from(stop: Stop, other: str) -> Stop:
    return replace(stop, not_with=stop.not_with | {other})


def _skip_ore(node: Node, *, required: bool) -> int:
    if not node.given and not required:
        remedy = "Say what skipping the stop costs, in öre"
        node.add(Fault("A stop that is not required needs it", node.at, {}, remedy))
    price = node.whole(0, MOST) or 0
    return 0 if required else price
