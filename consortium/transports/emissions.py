"""What driving emits, and what a route was planned to cost. Pure."""

from collections.abc import Mapping
from typing import Any, Final

METRES_A_KM: Final = 1000
SECONDS_AN_HOUR: Final = 3600


def co2_grams(distance_m: int, grams_per_km: int) -> int:
    """Grams of CO₂ equivalents that a distance comes to, half up. grams_per_km: of the setting."""
    return (2 * distance_m * grams_per_km + METRES_A_KM) // (2 * METRES_A_KM)


def route_ore(route: Mapping[str, Any], vehicle: Mapping[str, Any]) -> int:
    """What a route of a plan costs by the rates of its vehicle in the case, as ROUTING has both.

    Driving by the kilometre, time by the hour from departure to return, and what the vehicle costs
    to send out; rounded half up to öre once for each kind.
    """
    drive_ore = _half_up(route["distance_m"] * vehicle["cost_per_km_ore"], METRES_A_KM)
    time_ore = _half_up(route["work_s"] * vehicle["cost_per_hour_ore"], SECONDS_AN_HOUR)
    return drive_ore + time_ore + int(vehicle.get("fixed_ore", 0))


def _half_up(number: int, unit: int) -> int:
    return (2 * number + unit) // (2 * unit)
