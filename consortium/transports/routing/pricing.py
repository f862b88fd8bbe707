"""Pricing: what timed routes and skipped stops cost, in öre.

Each route's kilometres, hours and changes are rounded once, half up; the rest is whole öre.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from consortium.transports.routing.case import Case, Route, Stop
from consortium.transports.routing.parts import (
    METRES_PER_KM,
    PARTS_PER_HOUR_ORE,
    PARTS_PER_KM_ORE,
    PARTS_PER_MINUTE_ORE,
    PARTS_PER_ORE,
    SECONDS_PER_HOUR,
)
from consortium.transports.routing.timing import Schedule


@dataclass(frozen=True, slots=True)
class Cost:
    drive_ore: int
    time_ore: int
    fixed_ore: int
    skip_ore: int
    stability_ore: int

    @property
    def bare_ore(self) -> int:
        """Without what changes cost."""
        return self.drive_ore + self.time_ore + self.fixed_ore + self.skip_ore

    @property
    def total_ore(self) -> int:
        return self.bare_ore + self.stability_ore


def cost(case: Case, schedules: Iterable[Schedule], skipped: Iterable[Stop]) -> Cost:
    """The cost of a plan; skipped: the stops that are not required and not served."""
    driven = [(timed, timed.route.vehicle) for timed in schedules]
    return Cost(
        sum(
            _half_up(vehicle.cost_per_km_ore * timed.distance_m, METRES_PER_KM)
            for timed, vehicle in driven
        ),
        sum(
            _half_up(vehicle.cost_per_hour_ore * timed.work_s, SECONDS_PER_HOUR)
            for timed, vehicle in driven
        ),
        sum(vehicle.fixed_ore for _, vehicle in driven),
        sum(stop.skip_ore for stop in skipped),
        sum(_half_up(_stability(case, timed), PARTS_PER_ORE) for timed, _ in driven),
    )


def exact(case: Case, timed: Schedule) -> int:
    """What one route costs before rounding, in parts of an öre (PARTS_PER_ORE)."""
    vehicle = timed.route.vehicle
    return _stability(case, timed) + (
        PARTS_PER_KM_ORE * vehicle.cost_per_km_ore * timed.distance_m
        + PARTS_PER_HOUR_ORE * vehicle.cost_per_hour_ore * timed.work_s
        + PARTS_PER_ORE * vehicle.fixed_ore
    )


def least_parts(case: Case, route: Route) -> int:
    """Parts of an öre that no schedule of the order falls below: it never waits, and rests not."""
    vehicle, places = route.vehicle, route.places
    metres = seconds = 0
    for here, there in pairwise(places):
        metres += case.distances_m[here][there]
        seconds += case.durations_s[here][there]
    seconds += sum(stop.service_s for stop in route.stops)
    return (
        PARTS_PER_KM_ORE * vehicle.cost_per_km_ore * metres
        + PARTS_PER_HOUR_ORE * vehicle.cost_per_hour_ore * seconds
        + PARTS_PER_ORE * vehicle.fixed_ore
    )


def is_moved(timed: Schedule, stop: Stop) -> bool:
    """Whether the earlier plan had the stop in another vehicle."""
    return stop.kept is not None and stop.kept.vehicle != timed.route.vehicle.id


def _stability(case: Case, timed: Schedule) -> int:
    """What the changes in one route cost, in parts of an öre."""
    prices, parts = case.stability, 0
    if case.previous is None:
        return 0
    for call in timed.calls:
        if is_moved(timed, call.stop):
            parts += PARTS_PER_ORE * prices.moved_stop_ore
        if call.stop.kept and call.stop.kept.arrive is not None:
            late_s = abs(call.arrive - call.stop.kept.arrive) - prices.free_shift_s
            parts += PARTS_PER_MINUTE_ORE * prices.shifted_minute_ore * max(0, late_s)
    return parts


def _half_up(amount: int, per: int) -> int:
    return (2 * amount + per) // (2 * per)
