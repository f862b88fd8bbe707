"""Timetables of an order of stops, found by trying: the checker's own clock, breaks included.

Everything is in whole seconds. A moment's *work* is the driving and service before it; breaks fall
due by work, and time passes by work, waiting and breaks.
"""

import math
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

Row = dict[str, Any]
Taken = tuple[int, int]
"""How many breaks have been taken, and the work at which the last was (0 where none was)."""
States = dict[Taken, dict[int, int]]
"""Breaks taken -> moment -> the least stability so far, in 1/3600 öre."""
PARTS_PER_ORE = 3600
ENDLESS_S = 9_000_000_000


def seconds(clock: str) -> int:
    hours, minutes, *rest = (int(part) for part in clock.split(":"))
    return hours * 3600 + minutes * 60 + (rest[0] if rest else 0)


def windows_of(stop: Row) -> list[tuple[int, int]]:
    """First and last second in which service may start, each window's; none: at any time."""
    given = [(seconds(first), seconds(last)) for first, last in stop.get("windows") or []]
    return given or [(-ENDLESS_S, ENDLESS_S)]


def earliest_start(stop: Row, ready: int) -> int | None:
    """When service can start at the soonest; None where every window has closed."""
    fits = [max(ready, first) for first, last in windows_of(stop) if ready <= last]
    return min(fits, default=None)


def legs_of(case: Row, vehicle: Row, order: list[Row], matrix: str) -> list[int]:
    rows = {place["id"]: row for row, place in enumerate(case["places"])}
    path = [vehicle["start"], *(stop["place"] for stop in order), vehicle["end"]]
    return [case[matrix][rows[one]][rows[two]] for one, two in pairwise(path)]


def wishes(case: Row) -> dict[str, tuple[str, int | None]]:
    """The vehicle that each stop of `previous` is used to, and the arrival it keeps, if any."""
    vehicles = {vehicle["id"] for vehicle in case["vehicles"]}
    kept: dict[str, tuple[str, int | None]] = {}
    for route in case.get("previous") or []:
        if route["vehicle"] in vehicles:
            clocks = route.get("arrivals") or [None] * len(route["stops"])
            for name, clock in zip(route["stops"], clocks, strict=True):
                kept[name] = (route["vehicle"], None if clock is None else seconds(clock))
    return kept


def shift_parts(case: Row, arrive: int, wish: int | None) -> int:
    """What an arrival costs against the one to keep, in 1/3600 öre."""
    prices = {"shifted_minute_ore": 0, "free_shift_minutes": 10} | (case.get("stability") or {})
    if wish is None:
        return 0
    beyond_s = abs(arrive - wish) - 60 * int(prices["free_shift_minutes"])
    return max(0, beyond_s) * 60 * int(prices["shifted_minute_ore"])


class Timetable:
    """An order of stops for one vehicle, and what the case says of it."""

    def __init__(self, case: Row, vehicle: Row, order: list[Row], step_s: int) -> None:
        """step_s: departures and starts after a free wait are tried in such steps."""
        self.case, self.vehicle, self.order, self.step_s = case, vehicle, order, step_s
        self.legs = legs_of(case, vehicle, order, "durations_s")
        self.breaks = vehicle.get("breaks") or []
        self.work_s = sum(self.legs) + sum(stop["service_s"] for stop in order)
        self.first, self.last = map(seconds, vehicle["shift"])
        kept = wishes(case)
        self.wish = [kept.get(stop["id"], ("", None))[1] for stop in order]
        self.waits = [any(one is not None for one in self.wish[at + 1 :]) for at in range(99)]

    def due(self, taken: Taken) -> float:
        """The work at which the next break must have been taken; endless where none falls due."""
        count, at = taken
        if count == len(self.breaks) or self.work_s <= at + self.breaks[count]["after_work_s"]:
            return math.inf
        return float(at + self.breaks[count]["after_work_s"])

    def departures(self) -> Iterator[tuple[int, int, int]]:
        """Parts, departure and return of the best timetable of each departure that has one."""
        longest = self.vehicle.get("max_duration_s", math.inf)
        for depart in range(self.first, self.last + 1, self.step_s):
            backs = self._backs(depart)
            paid = [
                (parts + self.vehicle["cost_per_hour_ore"] * (back - depart), depart, back)
                for back, parts in backs.items()
                if back <= self.last and back - depart <= longest
            ]
            if paid:
                yield min(paid)

    def cheapest(self) -> tuple[int, int, int] | None:
        """The cheapest, of those the one that leaves first; in 1/3600 öre, with its two ends."""
        return min(self.departures(), default=None)

    def _backs(self, depart: int) -> dict[int, int]:
        """When the vehicle can be back, and the least stability that this costs."""
        states: States = {(0, 0): {depart: 0}}
        work = 0
        for at, stop in enumerate(self.order):
            states = self._driven(states, work, self.legs[at])
            work += self.legs[at]
            priced = {
                taken: {now: parts + self._shift(now, at) for now, parts in moments.items()}
                for taken, moments in states.items()
            }
            states = self._served(self._rested(priced, work), at, stop)
            work += stop["service_s"]
            states = {key: moments for key, moments in states.items() if work <= self.due(key)}
        ends: dict[int, int] = {}
        for moments in self._driven(states, work, self.legs[-1]).values():
            for back, parts in moments.items():
                ends[back] = min(parts, ends.get(back, parts))
        return ends

    def _shift(self, arrive: int, at: int) -> int:
        return shift_parts(self.case, arrive, self.wish[at])

    def _driven(self, states: States, work: int, leg_s: int) -> States:
        """Over one leg, each break on it as late as it may be; with more breaks than it needs."""
        reached: States = {}
        for taken, moments in states.items():
            here, spent = taken, 0
            while True:
                if work + leg_s <= self.due(here):
                    for now, parts in moments.items():
                        _keep(reached, here, now + leg_s + spent, parts)
                if self.due(here) == math.inf:
                    break
                at = min(work + leg_s, int(self.due(here)))
                if at < max(work, here[1]):
                    break
                spent += self.breaks[here[0]]["duration_s"]
                here = (here[0] + 1, at)
        return reached

    def _rested(self, states: States, work: int) -> States:
        """The same, and with breaks taken between arrival and service."""
        rested: States = {}
        for taken, moments in states.items():
            here, spent = taken, 0
            while True:
                for now, parts in moments.items():
                    _keep(rested, here, now + spent, parts)
                if self.due(here) == math.inf:
                    break
                spent += self.breaks[here[0]]["duration_s"]
                here = (here[0] + 1, work)
        return rested

    def _served(self, states: States, at: int, stop: Row) -> States:
        """After service, which starts as soon as it can, or later where that may be worth it."""
        served: States = {}
        for taken, moments in states.items():
            starts = self._later(stop, moments) if self.waits[at] else _soonest(stop, moments)
            for start, parts in starts:
                _keep(served, taken, start + stop["service_s"], parts)
        return served

    def _later(self, stop: Row, moments: dict[int, int]) -> Iterator[tuple[int, int]]:
        """Every start on the grid, each from the cheapest of the moments before it."""
        steps = range(min(moments), self.last + 1, self.step_s)
        least: float = math.inf
        for now in sorted({*steps, *moments}):
            least = min(least, moments.get(now, math.inf))
            if any(first <= now <= last for first, last in windows_of(stop)):
                yield now, int(least)


def _soonest(stop: Row, moments: dict[int, int]) -> Iterator[tuple[int, int]]:
    """The earliest start from each moment that no earlier and as cheap one makes useless."""
    least: float = math.inf
    for now in sorted(moments):
        start = earliest_start(stop, now)
        if start is not None and moments[now] < least:
            least = moments[now]
            yield start, moments[now]


def _keep(states: States, taken: Taken, now: int, parts: int) -> None:
    moments = states.setdefault(taken, {})
    moments[now] = min(parts, moments.get(now, parts))
