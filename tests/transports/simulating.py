"""Days as they may turn out: planned routes driven on roads that take a little more or less.

Every leg takes its true time, off by an independent normal error (standard deviation 10 %), never
less than half. The driver leaves as planned, takes each break where it is planned, waits for a
window to open and drives on as soon as the stop is served.
"""

import random
from collections.abc import Iterator
from typing import Any

from tests.transports.routing.timetable import earliest_start, legs_of, seconds

Row = dict[str, Any]
ERROR = 0.10
LEAST = 0.5


def buffered(case: Row, percent: int) -> Row:
    """The case as it is planned: all driving times so much longer, rounded half up."""
    longer = [
        [(leg * (100 + percent) * 2 + 100) // 200 for leg in row] for row in case["durations_s"]
    ]
    return case | {"durations_s": longer}


def metres(plan: Row) -> int:
    return sum(int(route["distance_m"]) for route in plan["routes"])


def days_in_time(case: Row, plan: Row, days: int, seed: int) -> int:
    """On how many of so many simulated days no van comes after a stop's last window.

    case: with the true driving times, whatever the plan was made with.
    """
    draw = random.Random(seed)
    walks = [Drive(case, route) for route in plan["routes"]]
    return sum(not sum(walk.late(draw) for walk in walks) for _ in range(days))


class Drive:
    """One planned route, ready to be driven again and again."""

    def __init__(self, case: Row, route: Row) -> None:
        stops = {stop["id"]: stop for stop in case["stops"]}
        self.vehicle = next(one for one in case["vehicles"] if one["id"] == route["vehicle"])
        self.order = [stops[one["id"]] for one in route["stops"]]
        self.legs = legs_of(case, self.vehicle, self.order, "durations_s")
        self.depart = seconds(route["depart"])
        self.rest_after: dict[str, int] = {}
        for one in route["breaks"]:
            rested = self.rest_after.get(one["after_stop"], 0)
            self.rest_after[one["after_stop"]] = rested + one["duration_s"]

    def late(self, draw: random.Random) -> int:
        """At how many stops the van comes after the last window, on one drawn day."""
        return sum(after for after in self._lateness(draw))

    def _lateness(self, draw: random.Random) -> Iterator[bool]:
        now, left = float(self.depart), str(self.vehicle["start"])
        for leg, stop in zip(self.legs, self.order, strict=False):
            now += leg * max(LEAST, draw.gauss(1, ERROR)) + self.rest_after.get(left, 0)
            start = earliest_start(stop, int(now))
            yield start is None
            now = max(now, float(start or 0)) + stop["service_s"]
            left = stop["id"]
