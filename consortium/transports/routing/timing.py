"""Timing: when a route in a given order is where, what it carries there, where its breaks lie.

Everything is in whole seconds since midnight, metres and crates, so nothing is rounded.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from consortium.transports.routing.case import Break, Case, Route, Stop, Vehicle

_FREE: Final = 10**9


@dataclass(frozen=True, slots=True)
class Call:
    """A stop when it is served: arrival, start and end of service, crates on board after it.

    rest_s: of a break that is taken between arrival and service.
    """

    stop: Stop
    arrive: int
    start: int
    leave: int
    load_after: int
    rest_s: int = 0

    @property
    def wait_s(self) -> int:
        return self.start - self.arrive - self.rest_s


@dataclass(frozen=True, slots=True)
class Pause:
    """A break as it is taken. after: how many stops of the order are served before it."""

    after: int
    start: int
    duration_s: int


@dataclass(frozen=True, slots=True)
class Schedule:
    """A route in time. drive_s: the seconds of its legs. load_at_start: all that it delivers."""

    route: Route
    depart: int
    back: int
    calls: tuple[Call, ...]
    drive_s: int
    distance_m: int
    load_at_start: int
    pauses: tuple[Pause, ...] = ()

    @property
    def work_s(self) -> int:
        return self.back - self.depart

    @property
    def wait_s(self) -> int:
        return sum(call.wait_s for call in self.calls)


@dataclass(frozen=True, slots=True)
class Rest:
    """A break in an order. leg: taken on it, `into_s` seconds after its beginning.

    waiting: taken after the leg instead, on arrival, before the service.
    """

    leg: int
    into_s: int
    duration_s: int
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class Way:
    """An order as a way through time: its legs, its services, and the rules that hold for it.

    legs_s: one more than stops. rests: the breaks, in their order. A rule that is lifted for one
    of the stops does not hold.
    """

    route: Route
    legs_s: tuple[int, ...]
    starts: int
    ends: int
    longest_s: int
    rests: tuple[Rest, ...] = ()

    @property
    def stops(self) -> tuple[Stop, ...]:
        return self.route.stops

    def rest_s(self, leg: int, *, waiting: bool) -> int:
        return sum(
            rest.duration_s for rest in self.rests if (rest.leg, rest.waiting) == (leg, waiting)
        )


def moments(timed_: Schedule) -> tuple[int, ...]:
    """By which of two schedules is the earlier one."""
    return (timed_.depart, *(call.arrive for call in timed_.calls), timed_.back)


def way_of(case: Case, route: Route) -> Way:
    """The way of a route, without its breaks."""
    vehicle = route.vehicle
    legs_s = tuple(case.durations_s[here][there] for here, there in pairwise(route.places))
    if is_lifted(route, "shift"):
        return Way(route, legs_s, -_FREE, _FREE, 3 * _FREE)
    return Way(route, legs_s, vehicle.starts, vehicle.ends, vehicle.max_duration_s)


def is_lifted(route: Route, rule: str) -> bool:
    return any(stop.lifted == rule for stop in route.stops)


def breaks_of(route: Route) -> tuple[Break, ...]:
    return () if is_lifted(route, "break") else route.vehicle.breaks


def windows_of(stop: Stop) -> tuple[tuple[int, int], ...]:
    return ((-_FREE, _FREE),) if stop.lifted == "window" else stop.windows


def timed(case: Case, way: Way, depart: int, starts: Sequence[int]) -> Schedule:
    """The schedule of a way that leaves then and begins each service at a given second."""
    route = way.route
    load_at_start = load = sum(stop.deliver for stop in route.stops)
    now, calls, pauses = depart, [], []
    for leg, drive_s in enumerate(way.legs_s):
        for rest in way.rests:
            if rest.leg == leg and not rest.waiting:
                pauses.append(Pause(leg, now + rest.into_s, rest.duration_s))
                now += rest.duration_s
        now += drive_s
        if leg == len(route.stops):
            break
        stop, rest_s = route.stops[leg], 0
        for rest in way.rests:
            if rest.leg == leg and rest.waiting:
                pauses.append(Pause(leg, now + rest_s, rest.duration_s))
                rest_s += rest.duration_s
        load += stop.collect - stop.deliver
        leave = starts[leg] + stop.service_s
        calls.append(Call(stop, now, starts[leg], leave, load, rest_s))
        now = leave
    distance_m = sum(case.distances_m[here][there] for here, there in pairwise(route.places))
    drive_s = sum(way.legs_s)
    return Schedule(
        route, depart, now, tuple(calls), drive_s, distance_m, load_at_start, tuple(pauses)
    )


def soonest_starts(way: Way, depart: int) -> list[int] | None:
    """The earliest seconds of service when it leaves then; None where a window is missed."""
    now, starts = depart, []
    for leg, stop in enumerate(way.stops):
        ready = now + way.legs_s[leg] + way.rest_s(leg, waiting=False)
        ready += way.rest_s(leg, waiting=True)
        start = next(
            (max(ready, opens) for opens, closes in windows_of(stop) if ready <= closes), None
        )
        if start is None:
            return None
        starts.append(start)
        now = start + stop.service_s
    return starts


def overload(vehicle: Vehicle, stops: Sequence[Stop]) -> tuple[int | None, int] | None:
    """The first place where more is on board than there is room for, and how much; None: nowhere.

    A place is counted from 0; None for the start.
    """
    counted = [stop for stop in stops if stop.lifted != "capacity"]
    load = sum(stop.deliver for stop in counted)
    if load > vehicle.capacity:
        return None, load
    for place, stop in enumerate(stops):
        if stop.lifted != "capacity":
            load += stop.collect - stop.deliver
        if load > vehicle.capacity:
            return place, load
    return None
