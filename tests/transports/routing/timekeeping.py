"""The printed moments of one route, walked through from its departure to its return."""

from collections.abc import Iterator
from typing import Any

from tests.transports.routing.timetable import (
    Timetable,
    earliest_start,
    seconds,
    windows_of,
)

Row = dict[str, Any]


def timing_faults(case: Row, vehicle: Row, order: list[Row], route: Row) -> Iterator[str]:
    """What of the shift, the windows, the breaks and the sums does not hold."""
    walk = _Walk(Timetable(case, vehicle, order, 60), route)
    yield from walk.faults()
    depart, back = seconds(route["depart"]), seconds(route["back"])
    if depart < seconds(vehicle["shift"][0]) or back > seconds(vehicle["shift"][1]):
        yield f"from {depart} s to {back} s is outside the shift"
    if back - depart > vehicle.get("max_duration_s", back - depart):
        yield f"{back - depart} s of work are too many"
    if (route["work_s"], route["wait_s"]) != (back - depart, walk.wait_s):
        yield f"work and wait are {back - depart} and {walk.wait_s}"


class _Walk:
    """Where the vehicle is by the printed plan: the moment, its work, its breaks."""

    def __init__(self, table: Timetable, route: Row) -> None:
        self.table, self.route = table, route
        self.now = seconds(route["depart"])
        self.work = self.wait_s = 0
        self.taken = (0, 0)
        self.left = table.vehicle["start"]
        self.breaks = list(route["breaks"])
        # Only a wish to be kept is worth a wait that no window asks for.
        self.may_idle = any(wish is not None for wish in table.wish)

    def faults(self) -> Iterator[str]:
        calls = self.route["stops"]
        for at, (stop, call) in enumerate(zip(self.table.order, calls, strict=True)):
            yield from self._drive(self.table.legs[at], seconds(call["arrive"]))
            yield from self._serve(stop, call)
        yield from self._drive(self.table.legs[-1], seconds(self.route["back"]))
        if self.breaks:
            yield f"breaks out of their order or place: {self.breaks}"

    def _drive(self, leg_s: int, arrive: int) -> Iterator[str]:
        spent, drove_until = 0, self.now
        for one in self._breaks(before=arrive):
            start = seconds(one["start"])
            if start < drove_until:
                yield f"the break at {start} s begins before {drove_until} s"
            work = self.work + start - self.now - spent
            yield from self._rest(one, work)
            spent += one["duration_s"]
            drove_until = start + one["duration_s"]
        if arrive != self.now + leg_s + spent or drove_until > arrive:
            yield f"from {self.now} s it takes until {self.now + leg_s + spent} s, not {arrive} s"
        self.now, self.work = arrive, self.work + leg_s
        yield from self._in_time()

    def _serve(self, stop: Row, call: Row) -> Iterator[str]:
        start, leave, ready, rested = seconds(call["start"]), seconds(call["leave"]), self.now, 0
        for one in self._breaks(before=start):
            if seconds(one["start"]) < ready:
                yield f"the break before {stop['id']} begins before {ready} s"
            yield from self._rest(one, self.work)
            rested += one["duration_s"]
            ready = seconds(one["start"]) + one["duration_s"]
        if start < ready or not any(one <= start <= last for one, last in windows_of(stop)):
            yield f"{stop['id']} starts at {start} s, outside its windows or before {ready} s"
        if not self.may_idle and start != earliest_start(stop, self.now + rested):
            yield f"{stop['id']} could start before {start} s"
        if leave != start + stop["service_s"]:
            yield f"{stop['id']} takes until {start + stop['service_s']} s"
        self.wait_s += start - self.now - rested
        self.now, self.work, self.left = leave, self.work + stop["service_s"], stop["id"]
        yield from self._in_time()

    def _breaks(self, before: int) -> Iterator[Row]:
        """Those that come next, since the stop last left, and are over by then."""
        while (
            self.breaks
            and self.breaks[0]["after_stop"] == self.left
            and seconds(self.breaks[0]["start"]) + self.breaks[0]["duration_s"] <= before
        ):
            yield self.breaks.pop(0)

    def _rest(self, one: Row, work: int) -> Iterator[str]:
        due = self.table.due(self.taken)
        count = self.taken[0]
        if due == float("inf"):
            yield f"a break at {work} s of work that never falls due"
            return
        if work > due:
            yield f"the break at {work} s of work was due at {due} s"
        if one["duration_s"] != self.table.breaks[count]["duration_s"]:
            yield f"a break of {one['duration_s']} s"
        self.taken = (count + 1, work)

    def _in_time(self) -> Iterator[str]:
        if self.work > self.table.due(self.taken):
            yield f"no break at {self.table.due(self.taken)} s of work"
