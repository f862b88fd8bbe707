"""Rules of transports: a day as a case, two plans compared. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import time
from typing import Any, Final

from consortium.transports.day_basis import (
    CaseFile,
    DayBasis,
    DayPin,
    DayPlace,
    DayStop,
    DayVehicle,
    PlanFile,
)

SEED: Final = 1
ITERATIONS: Final = 3000
SECONDS_A_MINUTE: Final = 60
Routes = list[dict[str, Any]]
METRES_A_KM: Final = 1_000

__all__ = [
    "ITERATIONS",
    "CaseFile",
    "DayBasis",
    "DayPlace",
    "DayStop",
    "DayVehicle",
    "PlanFile",
    "Routes",
    "affected",
    "arrivals",
    "day_case",
    "diff",
    "is_nearly_full",
    "minutes_apart",
    "minutes_of_work",
    "routes_without",
    "same_routes",
    "ways_in",
]


def day_case(basis: DayBasis, iterations: int | None = None) -> CaseFile:
    """The case of a day, as ROUTING has it; everything by its id, so that it is always the same.

    iterations: of one run of the solver, those of the basis where it is left out.
    """
    case: dict[str, Any] = {
        "date": basis.day.isoformat(),
        "places": [{"id": each.slug, "lat": each.lat, "lon": each.lon} for each in basis.places],
        "vehicles": [_vehicle(each) for each in sorted(basis.vehicles, key=lambda van: van.code)],
        "stops": [_stop(each) for each in sorted(basis.stops, key=lambda stop: stop.slug)],
        "search": {"seed": SEED, "iterations": iterations or basis.iterations},
    }
    if basis.roads is not None:
        case["durations_s"] = [list(row) for row in basis.roads.durations_s]
        case["distances_m"] = [list(row) for row in basis.roads.distances_m]
        case["sources"] = [list(row) for row in basis.roads.sources]
    if basis.error_percent is not None:
        case["estimate"] = {"error_percent": list(basis.error_percent)}
    if basis.previous:
        case["previous"] = [dict(route) for route in basis.previous]
        if basis.stability is not None:
            case["stability"] = asdict(basis.stability)
    return case


def same_routes(one: PlanFile, other: PlanFile) -> bool:
    """Whether two plans send the same vehicles to the same stops at the same times.

    Crates on board may differ: nobody has to be told of that.
    """
    return _timetable(one) == _timetable(other)


def arrivals(plan: PlanFile) -> dict[str, tuple[str, str]]:
    """Stop → the vehicle that serves it and when it arrives, `HH:MM:SS`."""
    return {
        stop["id"]: (route["vehicle"], stop["arrive"])
        for route in plan["routes"]
        for stop in route["stops"]
    }


def diff(before: PlanFile, after: PlanFile, case: CaseFile) -> dict[str, Any]:
    """What changes from plan `before` to plan `after`, whose case is `case`.

    moved: another vehicle. shifted: another arrival, by any second. dropped: served before, not
    now; `closed` where the case lacks the stop, else the reason why it is unserved. added: served
    now, not before. Stops by id. Savings are whole minutes of work, km and öre, half away from
    zero, negative where the change costs; öre without the price of stability.
    """
    old, new = arrivals(before), arrivals(after)
    both = sorted(old.keys() & new.keys())
    asked = {stop["id"] for stop in case["stops"]}
    reasons = {stop["id"]: stop["reason"] for stop in after["unserved"]}
    return {
        "moved": [
            {"id": stop, "from": old[stop][0], "to": new[stop][0]}
            for stop in both
            if old[stop][0] != new[stop][0]
        ],
        "shifted": [
            {"id": stop, "was": old[stop][1], "now": new[stop][1]}
            for stop in both
            if old[stop][1] != new[stop][1]
        ],
        "dropped": [
            {
                "id": stop,
                "was": old[stop][1],
                "why": reasons.get(stop, "") if stop in asked else "closed",
            }
            for stop in sorted(old.keys() - new.keys())
        ],
        "added": [{"id": stop, "now": new[stop][1]} for stop in sorted(new.keys() - old.keys())],
        "minutes_saved": _saved(before, after, "work_s", SECONDS_A_MINUTE),
        "km_saved": _saved(before, after, "distance_m", METRES_A_KM),
        "ore_saved": _bare_ore(before) - _bare_ore(after),
    }


def minutes_apart(was: str, now: str) -> int:
    """Seconds count: `08:50:00` and `09:00:01` are 11 minutes apart, begun minutes being whole."""
    return -(-abs(_seconds(now) - _seconds(was)) // SECONDS_A_MINUTE)


def affected(changes: Mapping[str, Any], notice_minutes: int) -> set[str]:
    """The stops of a diff whose branches must be told: dropped, added, or moved in time.

    notice_minutes: a change of the arrival by so much, or less, is borne in silence.
    """
    told = {each["id"] for each in (*changes["dropped"], *changes["added"])}
    return told | {
        each["id"]
        for each in changes["shifted"]
        if minutes_apart(each["was"], each["now"]) > notice_minutes
    }


def routes_without(case: CaseFile, stop: str) -> Routes:
    """The known routes of a case, of the vans and stops that it has, without one stop."""
    asked = {each["id"] for each in case["stops"]} - {stop}
    vans = [van["id"] for van in case["vehicles"]]
    known = {route["vehicle"]: route["stops"] for route in case.get("previous", ())}
    return [
        {"vehicle": van, "stops": [each for each in known.get(van, ()) if each in asked]}
        for van in vans
    ]


def ways_in(case: CaseFile, routes: Routes, stop: str) -> Iterator[Routes]:
    """Every way to put a stop into routes: each place in that of each van, in order.

    A spare van that has no stops is left at home.
    """
    spare = {van["id"] for van in case["vehicles"] if van.get("spare")}
    for at, route in enumerate(routes):
        stops = route["stops"]
        for place in range(len(stops) + 1 if stops or route["vehicle"] not in spare else 0):
            longer = {**route, "stops": [*stops[:place], stop, *stops[place:]]}
            yield [*routes[:at], longer, *routes[at + 1 :]]


def minutes_of_work(plan: PlanFile) -> int:
    """Whole minutes of work in all routes of a plan, rounded half up."""
    seconds = sum(int(route["work_s"]) for route in plan["routes"])
    return (2 * seconds + SECONDS_A_MINUTE) // (2 * SECONDS_A_MINUTE)


def is_nearly_full(load: int, capacity: int) -> bool:
    """Whether `load` crates are more than 90 % of what a van has room for."""
    return load * 10 > capacity * 9


def _vehicle(vehicle: DayVehicle) -> dict[str, Any]:
    return {
        "id": vehicle.code,
        "start": vehicle.depot,
        "end": vehicle.depot,
        "capacity": vehicle.capacity,
        "shift": [_clock(at) for at in vehicle.shift],
        "max_duration_s": vehicle.max_duration_s,
        "breaks": [asdict(each) for each in vehicle.breaks],
        "cost_per_km_ore": vehicle.cost_per_km_ore,
        "cost_per_hour_ore": vehicle.cost_per_hour_ore,
        "fixed_ore": vehicle.fixed_ore,
        "spare": vehicle.spare,
    }


def _stop(stop: DayStop) -> dict[str, Any]:
    asked: dict[str, Any] = {
        "id": stop.slug,
        "place": stop.slug,
        "deliver": stop.deliver,
        "collect": stop.collect,
        "windows": [[_clock(at) for at in window] for window in stop.windows],
        "service_s": stop.service_s,
        "required": stop.required,
    }
    if not stop.required:
        asked["skip_ore"] = stop.skip_ore
    if stop.pin is not None:
        asked["pin"] = _pin(stop.pin)
    if stop.not_with:
        asked["not_with"] = list(stop.not_with)
    return asked


def _pin(pin: DayPin) -> dict[str, Any]:
    place = int(pin.position) if pin.position.isdigit() else pin.position
    held = {"vehicle": pin.vehicle, "position": place}
    return {name: value for name, value in held.items() if value != ""}


def _clock(at: time) -> str:
    return at.isoformat("seconds")


def _timetable(plan: PlanFile) -> tuple[list[Any], list[str]]:
    routes = [
        (
            route["vehicle"],
            route["depart"],
            [(stop["id"], stop["arrive"]) for stop in route["stops"]],
            route["back"],
        )
        for route in plan["routes"]
    ]
    return sorted(routes), sorted(stop["id"] for stop in plan["unserved"])


def _saved(before: PlanFile, after: PlanFile, name: str, unit: int) -> int:
    was, now = (sum(int(route[name]) for route in plan["routes"]) for plan in (before, after))
    saved = was - now
    size = (2 * abs(saved) + unit) // (2 * unit)
    return -size if saved < 0 else size


def _bare_ore(plan: PlanFile) -> int:
    return int(plan["cost"]["total_ore"]) - int(plan["cost"]["stability_ore"])


def _seconds(clock: str) -> int:
    hours, minutes, seconds = (int(part) for part in clock.split(":"))
    return (hours * SECONDS_A_MINUTE + minutes) * SECONDS_A_MINUTE + seconds
