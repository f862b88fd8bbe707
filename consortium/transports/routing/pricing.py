"""Pricing: what timed routes and skipped stops cost, in öre.

Each route's kilometres and hours are rounded once, half up; everything else is whole öre.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from consortium.transports.routing.case import Stop
from consortium.transports.routing.timing import Schedule

METRES_PER_KM: Final = 1000
SECONDS_PER_HOUR: Final = 3600
PARTS_PER_ORE: Final = 18_000
"""The least common multiple of the two: in such parts any distance and time cost whole numbers."""
PARTS_PER_KM_ORE: Final = PARTS_PER_ORE // METRES_PER_KM
PARTS_PER_HOUR_ORE: Final = PARTS_PER_ORE // SECONDS_PER_HOUR


@dataclass(frozen=True, slots=True)
class Cost:
    drive_ore: int
    time_ore: int
    fixed_ore: int
    skip_ore: int

    @property
    def total_ore(self) -> int:
        return self.drive_ore + self.time_ore + self.fixed_ore + self.skip_ore


def cost(schedules: Iterable[Schedule], skipped: Iterable[Stop]) -> Cost:
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
    )


def exact(timed: Schedule) -> int:
    """What one route costs before rounding, in parts of an öre (PARTS_PER_ORE)."""
    vehicle = timed.route.vehicle
    return (
        PARTS_PER_KM_ORE * vehicle.cost_per_km_ore * timed.distance_m
        + PARTS_PER_HOUR_ORE * vehicle.cost_per_hour_ore * timed.work_s
        + PARTS_PER_ORE * vehicle.fixed_ore
    )


def _half_up(amount: int, per: int) -> int:
    return (2 * amount + per) // (2 * per)
