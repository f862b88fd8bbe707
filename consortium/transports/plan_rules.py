"""Rules of changing a plan: its order, a stop moved by hand, a proposal taken in part. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from consortium.transports.rules import CaseFile, PlanFile

Order = dict[str, tuple[str, ...]]
"""Vehicle → the stops of its route, in the order of the drive; who serves none is left out."""


@dataclass(frozen=True, slots=True)
class Move:
    """A stop put elsewhere. vehicle: empty takes it off every route. place: in the route, from 1;
    what is beyond the end is the end.
    """

    stop: str
    vehicle: str = ""
    place: int = 1


def order_of(plan: PlanFile) -> Order:
    """Which stops each vehicle serves, in what order."""
    return {
        route["vehicle"]: tuple(stop["id"] for stop in route["stops"])
        for route in plan["routes"]
        if route["stops"]
    }


def routes_of(order: Order) -> list[dict[str, Any]]:
    """An order as `retime` takes it, vehicles by their ids."""
    return [{"vehicle": van, "stops": list(order[van])} for van in sorted(order) if order[van]]


def known_order(order: Order, case: CaseFile) -> Order:
    """`order` without the stops and vehicles that `case` lacks."""
    stops = {stop["id"] for stop in case["stops"]}
    vans = {van["id"] for van in case["vehicles"]}
    return _some({van: _only(order[van], stops) for van in order if van in vans})


def moved_order(order: Order, move: Move) -> Order:
    """`order` with one stop put where `move` says, or taken off."""
    rest = _without(order, {move.stop})
    if move.vehicle:
        route = rest.get(move.vehicle, ())
        at = min(max(move.place, 1), len(route) + 1) - 1
        rest[move.vehicle] = (*route[:at], move.stop, *route[at:])
    return _some(rest)


def partly_accepted(before: Order, proposed: Order, chosen: Collection[str]) -> Order:
    """Order `before` with only the `chosen` stops moved, taken off or added as `proposed` has them.

    A chosen stop comes right after the nearest one before it in its proposed route that is in the
    route by then, else right before the nearest one after it, else last. With all of
    `changed_stops` chosen it is `proposed`.
    """
    made = _without(before, set(chosen))
    for van, stops in proposed.items():
        for place, stop in enumerate(stops):
            if stop in chosen:
                made[van] = _beside(made.get(van, ()), stops, place)
    return _some(made)


def changed_stops(before: Order, after: Order) -> set[str]:
    """The stops that two orders treat differently, beside whatever follows from that.

    Another vehicle, served in one of the two only, or another place among the stops that stay in
    the same route.
    """
    kept: set[str] = set()
    for van in before.keys() & after.keys():
        alike = SequenceMatcher(None, before[van], after[van], autojunk=False)
        for block in alike.get_matching_blocks():
            kept.update(before[van][block.a : block.a + block.size])
    return {stop for order in (before, after) for stops in order.values() for stop in stops} - kept


def lacks_break(route: Mapping[str, Any], vehicle: Mapping[str, Any]) -> bool:
    """Whether a driver works past a break that was due, as ROUTING reckons it.

    route: of a plan, with its legs. Driving and service count, waiting does not; a break ends the
    stretch before it, and what is left after the last one that the vehicle has needs none.
    """
    due = [each["after_work_s"] for each in vehicle.get("breaks", ())]
    stretches = _stretches(route)
    return any(worked > limit for worked, limit in zip(stretches, due, strict=False))


def loads(stops: Sequence[str], crates: Mapping[str, tuple[int, int]]) -> list[int]:
    """What a van carries on each leg from its start on. crates: stop → to deliver, to collect."""
    carried = [sum(crates.get(stop, (0, 0))[0] for stop in stops)]
    for stop in stops:
        deliver, collect = crates.get(stop, (0, 0))
        carried.append(carried[-1] - deliver + collect)
    return carried


def _stretches(route: Mapping[str, Any]) -> list[int]:
    """Seconds of driving and service up to each break of the route, and after the last one."""
    pauses = [(_seconds(each["start"]), each["duration_s"]) for each in route["breaks"]]
    worked = [0]
    for begins, lasts in _doings(route, pauses):
        now, left = begins, lasts
        while pauses and pauses[0][0] < now + left:
            start, pause_s = pauses.pop(0)
            done = max(start - now, 0)
            worked[-1] += done
            worked.append(0)
            now, left = max(start, now) + pause_s, left - done
        worked[-1] += left
    return worked


def _doings(route: Mapping[str, Any], pauses: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """When each drive and each service of the route begins, and how long it takes, in seconds."""
    found, left_at = [], _seconds(route["depart"])
    for leg, stop in zip(route["legs"], [*route["stops"], None], strict=True):
        found.append((left_at, leg["drive_s"]))
        if stop is not None:
            start, left_at = _seconds(stop["start"]), _seconds(stop["leave"])
            paused = sum(pause_s for at, pause_s in pauses if start <= at < left_at)
            found.append((start, left_at - start - paused))
    return found


def _seconds(clock: str) -> int:
    """Since midnight; a moment of a later day says so behind it (`00:10:00 1 d later`)."""
    shown, _, later = clock.partition(" ")
    hours, minutes, seconds = (int(part) for part in shown.split(":"))
    days = int(later.split()[0]) if later else 0
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds


def _whole(clock: str) -> str:
    return clock if clock.count(":") > 1 else f"{clock}:00"


def _beside(route: tuple[str, ...], proposed: Sequence[str], place: int) -> tuple[str, ...]:
    """`route` with the stop at `place` of `proposed` put beside the nearest that both have."""
    stop = proposed[place]
    for before in reversed(proposed[:place]):
        if before in route:
            at = route.index(before) + 1
            return (*route[:at], stop, *route[at:])
    for after in proposed[place + 1 :]:
        if after in route:
            at = route.index(after)
            return (*route[:at], stop, *route[at:])
    return (*route, stop)


def _without(order: Order, gone: Collection[str]) -> Order:
    return {van: tuple(stop for stop in stops if stop not in gone) for van, stops in order.items()}


def _only(stops: Sequence[str], kept: Collection[str]) -> tuple[str, ...]:
    return tuple(stop for stop in stops if stop in kept)


def _some(order: Order) -> Order:
    return {van: stops for van, stops in order.items() if stops}
