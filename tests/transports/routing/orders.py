"""What must hold of an order of stops beside its times: crates, pins, stops apart."""

from typing import Any

Row = dict[str, Any]


def loads(order: list[Row]) -> list[int]:
    """Crates on board at the start and after each stop."""
    load = [sum(stop["deliver"] for stop in order)]
    for stop in order:
        load.append(load[-1] - stop["deliver"] + stop["collect"])
    return load


def pinned(vehicle: Row, order: list[Row]) -> bool:
    """Whether every pin of the order's stops holds."""
    for at, stop in enumerate(order):
        pin = stop.get("pin") or {}
        place = pin.get("position")
        wanted = {"first": 0, "last": len(order) - 1, None: at}
        number = place - 1 if isinstance(place, int) else wanted[place]
        if pin.get("vehicle") not in (None, vehicle["id"]) or number != at:
            return False
    return True


def apart(order: list[Row]) -> bool:
    """Whether no two stops of the order are to be in different routes."""
    names = {stop["id"] for stop in order}
    return not any(names & set(stop.get("not_with") or []) for stop in order)
