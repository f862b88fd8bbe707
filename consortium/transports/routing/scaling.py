"""Scaling: costs as the whole numbers of a search, exact wherever they fit into 64 bits.

A kilometre's and an hour's öre are whole only in parts of an öre; divided by what all prices of
the case have in common they stay small, and equal costs stay equal. Only where a plan could cost
more than `_MOST_COST` such units are they made coarser; a plan's own cost is never taken from here.
"""

from dataclasses import dataclass
from math import gcd
from typing import Final

from consortium.transports.routing.case import Case, Stop, Vehicle
from consortium.transports.routing.parts import (
    PARTS_PER_HOUR_ORE,
    PARTS_PER_KM_ORE,
    PARTS_PER_ORE,
)

LONG_S: Final = 90_001
"""Longer than any shift, on a day of 25 hours too: as good as any larger number of seconds."""
FAR_M: Final = 100_000_000
"""Farther than any road: as good as any larger number of metres."""
MOST_LOAD: Final = 10**9
"""More crates than all stops together have."""
_MOST_COST: Final = 10**13
_MOST_PENALTIES: Final = 2**60
_MOST_MOVED: Final = 10**12
_TURNED_MINUTES: Final = 60


@dataclass(frozen=True, slots=True)
class Scale:
    """parts: parts of an öre in one unit of the search. dearest: units that no routes exceed."""

    parts: int
    dearest: int

    def per_metre(self, vehicle: Vehicle) -> int:
        return self._units(PARTS_PER_KM_ORE * vehicle.cost_per_km_ore)

    def per_second(self, vehicle: Vehicle) -> int:
        return self._units(PARTS_PER_HOUR_ORE * vehicle.cost_per_hour_ore)

    def fixed(self, vehicle: Vehicle) -> int:
        return self._units(PARTS_PER_ORE * vehicle.fixed_ore)

    def moved(self, case: Case) -> int:
        """The price of a stop in another vehicle than before; beyond all costs it is enough."""
        parts = PARTS_PER_ORE * case.stability.moved_stop_ore
        return min(self._units(parts), self.dearest + 1, _MOST_MOVED)

    def turned(self, case: Case) -> int:
        """The price of another order, by each two stops in a row: as if one came an hour off.

        Found by trying: a third and three times of it do about as well.
        """
        parts = PARTS_PER_ORE * _TURNED_MINUTES * case.stability.shifted_minute_ore
        return min(self._units(parts), self.dearest + 1, _MOST_MOVED)

    def skip(self, stop: Stop) -> int:
        """The price of skipping; above what any routes cost it makes no difference."""
        return min(self._units(PARTS_PER_ORE * stop.skip_ore), self.dearest + 1)

    def miss(self, stops: tuple[Stop, ...]) -> int:
        """The price of missing a required stop: more than all routes and skips together."""
        return self.dearest + sum(self.skip(stop) for stop in stops) + 1

    def _units(self, parts: int) -> int:
        return (2 * parts + self.parts) // (2 * self.parts)


def scale(case: Case, stops: tuple[Stop, ...]) -> Scale:
    """The scale of a search for routes of the case's vehicles over `stops`."""
    prices = [PARTS_PER_ORE * stop.skip_ore for stop in stops]
    if case.previous is not None:
        prices.append(PARTS_PER_ORE * case.stability.moved_stop_ore)
        prices.append(PARTS_PER_ORE * case.stability.shifted_minute_ore)
    for vehicle in case.vehicles:
        prices.append(PARTS_PER_KM_ORE * vehicle.cost_per_km_ore)
        prices.append(PARTS_PER_HOUR_ORE * vehicle.cost_per_hour_ore)
        prices.append(PARTS_PER_ORE * vehicle.fixed_ore)
    parts = gcd(*prices) or 1
    dearest = _dearest_parts(case, stops)
    parts *= -(-dearest // (parts * _MOST_COST)) or 1
    return Scale(parts, -(-dearest // parts))


def most_penalty(stops: tuple[Stop, ...], vehicles: int) -> int:
    """A price of one second late or one crate too many that all of them together can bear."""
    crates = sum(stop.deliver + stop.collect for stop in stops)
    return _MOST_PENALTIES // (crates + 2 * LONG_S * (len(stops) + vehicles))


def _dearest_parts(case: Case, stops: tuple[Stop, ...]) -> int:
    """Parts of an öre that no routes exceed: each stop is entered once, each vehicle comes home."""
    longest_s = max(vehicle.ends - vehicle.starts for vehicle in case.vehicles)
    starts = {vehicle.start for vehicle in case.vehicles} | {stop.place for stop in stops}
    ends = [stop.place for stop in stops] + [vehicle.end for vehicle in case.vehicles]
    farthest_m = {
        end: max(
            (
                case.distances_m[here][end]
                for here in starts
                if case.durations_s[here][end] <= longest_s
            ),
            default=0,
        )
        for end in set(ends)
    }
    metres = sum(min(farthest_m[end], FAR_M) for end in ends)
    km_ore = max(vehicle.cost_per_km_ore for vehicle in case.vehicles)
    moved = 0
    if case.previous is not None:
        prices = case.stability
        dearest_ore = prices.moved_stop_ore + _TURNED_MINUTES * prices.shifted_minute_ore
        moved = PARTS_PER_ORE * dearest_ore * len(stops)
    return (
        moved
        + PARTS_PER_KM_ORE * km_ore * metres
        + sum(
            PARTS_PER_HOUR_ORE * vehicle.cost_per_hour_ore * (vehicle.ends - vehicle.starts)
            + PARTS_PER_ORE * vehicle.fixed_ore
            for vehicle in case.vehicles
        )
    )
