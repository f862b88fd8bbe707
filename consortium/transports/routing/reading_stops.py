"""Reading stops, each with at most one window; pins and stops kept apart are not known yet."""

from consortium.core.casevalues import Node
from consortium.core.errors import Fault
from consortium.transports.routing.case import MOST, NO_LIMIT_S, Stop
from consortium.transports.routing.ground import Ground, own_id

MOST_CRATES = 1_000_000
_NEEDED = ("id", "place", "deliver", "collect", "service_s")
_OPTIONAL = ("windows", "required", "skip_ore", "pin", "not_with")


def read_stops(node: Node, ground: Ground) -> tuple[Stop, ...]:
    """The stops in the order of their ids."""
    stops: dict[str, Stop] = {}
    for item in node.items() or []:
        fields = item.fields(_NEEDED, _OPTIONAL)
        _refuse_what_is_not_known_yet(fields)
        name = own_id(fields["id"], stops)
        stops[name] = _stop(name, fields, ground)
    return tuple(stops[name] for name in sorted(stops))


def _stop(name: str, fields: dict[str, Node], ground: Ground) -> Stop:
    required = fields["required"].flag()
    opens, closes = _window(fields["windows"], ground)
    return Stop(
        id=name,
        place=ground.place(fields["place"]),
        deliver=fields["deliver"].whole(0, MOST_CRATES) or 0,
        collect=fields["collect"].whole(0, MOST_CRATES) or 0,
        opens=opens,
        closes=closes,
        service_s=fields["service_s"].whole(0, MOST) or 0,
        required=required is not False,
        skip_ore=_skip_ore(fields["skip_ore"], required=required is not False),
    )


def _window(node: Node, ground: Ground) -> tuple[int, int]:
    windows = [ground.span(item) for item in node.items() or []]
    if len(windows) > 1:
        remedy = "Give one window, or none where any time of the shift will do"
        node.add(Fault("More than one window is not supported yet", node.at, {}, remedy))
    return next(filter(None, windows), (-NO_LIMIT_S, NO_LIMIT_S))


def _skip_ore(node: Node, *, required: bool) -> int:
    if not node.given and not required:
        remedy = "Say what skipping the stop costs, in öre"
        node.add(Fault("A stop that is not required needs it", node.at, {}, remedy))
    price = node.whole(0, MOST) or 0
    return 0 if required else price


def _refuse_what_is_not_known_yet(fields: dict[str, Node]) -> None:
    pin, apart = fields["pin"], fields["not_with"]
    if pin.given:
        pin.add(Fault("A pin is not supported yet", pin.at, {}, "Take it away"))
    if apart.items():
        text = "Stops that must be in another route are not supported yet"
        apart.add(Fault(text, apart.at, {}, "Take them away"))
