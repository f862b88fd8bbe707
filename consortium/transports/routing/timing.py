"""Timing: when a route in a given order is where, what it carries there, and what breaks it.

Everything is in whole seconds since midnight, metres and crates, so nothing is rounded.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from consortium.transports.routing.case import NO_LIMIT_S, Case, Route, Stop

Rule = Literal["window", "capacity", "shift"]


@dataclass(frozen=True, slots=True)
class Call:
    """A stop when it is served: arrival, start and end of service, crates on board after it."""

    stop: Stop
    arrive: int
    start: int
    leave: int
    load_after: int

    @property
    def wait_s(self) -> int:
        return self.start - self.arrive


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

    @property
    def work_s(self) -> int:
        return self.back - self.depart

    @property
    def wait_s(self) -> int:
        return sum(call.wait_s for call in self.calls)


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that no schedule of a route's order keeps.

    place: which stop of the order, counted from 0; None for the route as a whole.
    least, allowed: what comes out at the least, and what may; moments for a window or a shift,
    crates for a capacity, seconds where the `work` of the shift is too long.
    """

    rule: Rule
    place: int | None
    least: int
    allowed: int
    work: bool = False


def schedule(case: Case, route: Route) -> Schedule:
    """The cheapest schedule of the order, of those the earliest; the order has no breach.

    All that a schedule decides is the departure, since everything after it is best done as early
    as can be. Time is paid from depart to back, so the vehicle leaves later for as long as that
    only saves waiting. Where its time is free it leaves as early as `max_duration_s` lets it.
    """
    vehicle = route.vehicle
    soonest = _driven(case, route, vehicle.starts)
    delay_s = _useful_delay_s(soonest)
    if vehicle.cost_per_hour_ore == 0:
        delay_s = max(0, soonest.work_s - vehicle.max_duration_s)
    return _driven(case, route, vehicle.starts + delay_s)


def breaches(case: Case, route: Route) -> list[Breach]:
    """Everything that keeps the order from being driven; empty where it has a schedule."""
    soonest = _driven(case, route, route.vehicle.starts)
    late = [*_late(soonest)]
    saved_s = soonest.wait_s if late else _useful_delay_s(soonest)
    work_s, most_s = soonest.work_s - saved_s, route.vehicle.max_duration_s
    long = [Breach("shift", None, work_s, most_s, work=True)] if work_s > most_s else []
    return [*_overloaded(soonest), *late, *long]


def _driven(case: Case, route: Route, depart: int) -> Schedule:
    """The route when it leaves at `depart` and does everything as early as that allows."""
    legs = list(pairwise(route.places))
    drives_s = [case.durations_s[here][there] for here, there in legs]
    load_at_start = load = sum(stop.deliver for stop in route.stops)
    now, calls = depart, []
    for stop, drive_s in zip(route.stops, drives_s[:-1], strict=True):
        arrive = now + drive_s
        start = max(arrive, stop.opens)
        now, load = start + stop.service_s, load - stop.deliver + stop.collect
        calls.append(Call(stop, arrive, start, now, load))
    distance_m = sum(case.distances_m[here][there] for here, there in legs)
    back = now + drives_s[-1]
    return Schedule(route, depart, back, tuple(calls), sum(drives_s), distance_m, load_at_start)


def _useful_delay_s(soonest: Schedule) -> int:
    """How much later the route can leave and still be back as soon: it only waits less."""
    waited_s, room_s = 0, NO_LIMIT_S
    for call in soonest.calls:
        waited_s += call.wait_s
        room_s = min(room_s, waited_s + call.stop.closes - call.start)
    return min(waited_s, room_s)


def _late(soonest: Schedule) -> Iterator[Breach]:
    for place, call in enumerate(soonest.calls):
        if call.start > call.stop.closes:
            yield Breach("window", place, call.arrive, call.stop.closes)
    if soonest.back > soonest.route.vehicle.ends:
        yield Breach("shift", None, soonest.back, soonest.route.vehicle.ends)


def _overloaded(soonest: Schedule) -> Iterator[Breach]:
    capacity = soonest.route.vehicle.capacity
    if soonest.load_at_start > capacity:
        yield Breach("capacity", None, soonest.load_at_start, capacity)
    for place, call in enumerate(soonest.calls):
        if call.load_after > capacity:
            yield Breach("capacity", place, call.load_after, capacity)
