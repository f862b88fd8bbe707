"""Rules of transports: crates and their journeys, a day as a case, two plans compared. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any, Final

from consortium.core.days import last_day
from consortium.core.errors import Conflict

CODE: Final = re.compile(r"LD\d{6}", re.ASCII)
LAST_SERIAL: Final = 999_999
EVENTS: Final = ("packed", "collected", "delivered", "received")
"""What happens to a crate on a journey, in this order; the last one is also the journey's state."""

SEED: Final = 1
ITERATIONS: Final = 3000
SECONDS_A_MINUTE: Final = 60
METRES_A_KM: Final = 1_000

CaseFile = dict[str, Any]
PlanFile = dict[str, Any]


@dataclass(frozen=True, slots=True)
class DayPlace:
    """Where a depot or a stop lies. slug: of its branch. lat, lon: WGS 84 degrees."""

    slug: str
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class DayVehicle:
    """A van on a day. depot: the slug of the branch it starts from and comes back to."""

    code: str
    depot: str
    capacity: int
    shift: tuple[time, time]
    max_duration_s: int
    cost_per_km_ore: int
    cost_per_hour_ore: int
    fixed_ore: int


@dataclass(frozen=True, slots=True)
class DayStop:
    """A stop of a day. slug: of its branch. deliver, collect: crates that wait for it.

    window: when service may begin, both ends inclusive. skip_ore: what it costs to leave out a
    stop that is not required.
    """

    slug: str
    deliver: int
    collect: int
    window: tuple[time, time]
    service_s: int
    required: bool
    skip_ore: int


def crate_code(serial: int) -> str:
    """The code of a crate: `LD` and six digits. serial: 1 to 999 999; Conflict beyond."""
    if not 1 <= serial <= LAST_SERIAL:
        raise Conflict("The codes of crates are used up", remedy="Have the codes made longer")
    return f"LD{serial:06}"


def serial_of(code: str) -> int:
    """The serial number in a crate's code."""
    return int(code.removeprefix("LD"))


def is_crate_code(text: str) -> bool:
    return CODE.fullmatch(text) is not None


def is_depot(kind: str) -> bool:
    """Whether a branch of `kind` is where vans start: crates pass it, none is sent or received."""
    return kind == "depot"


def steps_ahead(state: str, event: str) -> int:
    """How far `event` lies ahead of a journey in `state`.

    1: it is its turn. 0 or less: it has happened, and again changes nothing. More: too early.
    """
    return EVENTS.index(event) - EVENTS.index(state)


def month_of(day: date) -> tuple[date, date]:
    """The first and the last day of the month that `day` is in."""
    return day.replace(day=1), last_day(day.year, day.month)


def day_case(
    day: date,
    vehicles: Sequence[DayVehicle],
    places: Sequence[DayPlace],
    stops: Sequence[DayStop],
    iterations: int = ITERATIONS,
) -> CaseFile:
    """The case of a day, as ROUTING has it, with distances left to be estimated.

    places: of every depot and every stop; one that is both stands once. Everything by its id, so
    that the same day gives the same case.
    """
    located = {place.slug: place for place in places}
    return {
        "date": day.isoformat(),
        "places": [
            {"id": slug, "lat": place.lat, "lon": place.lon}
            for slug, place in sorted(located.items())
        ],
        "vehicles": [_vehicle(each) for each in sorted(vehicles, key=lambda each: each.code)],
        "stops": [_stop(each) for each in sorted(stops, key=lambda each: each.slug)],
        "search": {"seed": SEED, "iterations": iterations},
    }


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


def is_nearly_full(load: int, capacity: int) -> bool:
    """Whether `load` crates are more than 90 % of what a van has room for."""
    return load * 10 > capacity * 9


def _vehicle(vehicle: DayVehicle) -> dict[str, Any]:
    return {
        "id": vehicle.code,
        "start": vehicle.depot,
        "end": vehicle.depot,
        "capacity": vehicle.capacity,
        "shift": [at.isoformat() for at in vehicle.shift],
        "max_duration_s": vehicle.max_duration_s,
        "cost_per_km_ore": vehicle.cost_per_km_ore,
        "cost_per_hour_ore": vehicle.cost_per_hour_ore,
        "fixed_ore": vehicle.fixed_ore,
    }


def _stop(stop: DayStop) -> dict[str, Any]:
    asked: dict[str, Any] = {
        "id": stop.slug,
        "place": stop.slug,
        "deliver": stop.deliver,
        "collect": stop.collect,
        "windows": [[at.isoformat() for at in stop.window]],
        "service_s": stop.service_s,
        "required": stop.required,
    }
    return asked if stop.required else {**asked, "skip_ore": stop.skip_ore}


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
