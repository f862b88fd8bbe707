"""Reading vehicles and their breaks."""

from consortium.core.casevalues import Node
from consortium.transports.routing.case import MOST, NO_LIMIT_S, Break, Vehicle
from consortium.transports.routing.ground import Ground, own_id

_NEEDED = ("id", "start", "end", "capacity", "shift", "cost_per_km_ore", "cost_per_hour_ore")
_OPTIONAL = ("max_duration_s", "breaks", "fixed_ore", "spare")


def read_vehicles(node: Node, ground: Ground) -> tuple[Vehicle, ...]:
    """The vehicles in the order of their ids."""
    vehicles: dict[str, Vehicle] = {}
    for item in node.items() or []:
        fields = item.fields(_NEEDED, _OPTIONAL)
        name = own_id(fields["id"], vehicles)
        vehicles[name] = _vehicle(name, fields, ground)
    return tuple(vehicles[name] for name in sorted(vehicles))


def _vehicle(name: str, fields: dict[str, Node], ground: Ground) -> Vehicle:
    starts, ends = ground.span(fields["shift"]) or (0, 0)
    bound_s = fields["max_duration_s"].whole(0, MOST)
    return Vehicle(
        id=name,
        start=ground.place(fields["start"]),
        end=ground.place(fields["end"]),
        capacity=fields["capacity"].whole(0, MOST) or 0,
        starts=starts,
        ends=ends,
        max_duration_s=NO_LIMIT_S if bound_s is None else bound_s,
        cost_per_km_ore=fields["cost_per_km_ore"].whole(0, MOST) or 0,
        cost_per_hour_ore=fields["cost_per_hour_ore"].whole(0, MOST) or 0,
        fixed_ore=fields["fixed_ore"].whole(0, MOST) or 0,
        breaks=tuple(_break(item) for item in fields["breaks"].items() or []),
        spare=fields["spare"].flag() is True,
    )


def _break(node: Node) -> Break:
    fields = node.fields(("after_work_s", "duration_s"))
    return Break(
        fields["after_work_s"].whole(0, MOST) or 0, fields["duration_s"].whole(0, MOST) or 0
    )
