"""Rules for days with a van or a driver short: whom to put off, so that nobody is twice. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from consortium.transports.day_basis import CaseFile, DayBasis, PlanFile, Shortage
from consortium.transports.routing import plan
from consortium.transports.rules import day_case

TRIED_ITERATIONS: Final = 300
_PRICE_ORE: Final = 100_000_00
"""What leaving a stop out costs while it is chosen: more than any way to it."""
_MORE_ORE: Final = 1_000_00
"""How much more for each that can wait better."""


@dataclass(frozen=True, slots=True)
class ShortDay:
    """A day with a van less. served, put_off, opened (by a key): slugs of stops, in order.

    next_on: of each that is put off, its next day. most_load: the most crates in any van, of
    capacity crates in it.
    """

    day: date
    served: tuple[str, ...]
    put_off: tuple[str, ...]
    unserved: tuple[str, ...]
    opened: tuple[str, ...]
    next_on: Mapping[str, date | None]
    most_load: int
    capacity: int


def short_week(days: Sequence[DayBasis]) -> list[ShortDay]:
    """The days in their order: whoever is put off on one is served on its next one."""
    owed: frozenset[str] = frozenset()
    found: list[ShortDay] = []
    for basis in days:
        known = basis.shortage or Shortage()
        day = _short_day(basis, replace(known, owed=known.owed | owed))
        owed = (owed - set(day.served)) | set(day.put_off)
        found.append(day)
    return found


def _short_day(basis: DayBasis, shortage: Shortage) -> ShortDay:
    case = short_case(day_case(basis, TRIED_ITERATIONS), shortage)
    made = plan(case, remedied=False)
    left = {stop["id"]: stop["reason"] for stop in made["unserved"]}
    free = {stop["id"] for stop in case["stops"] if stop.get("skip_ore") == 0}
    loads = [
        (max([route["load_at_start"], *(stop["load_after"] for stop in route["stops"])]), van)
        for route in made["routes"]
        for van in case["vehicles"]
        if van["id"] == route["vehicle"]
    ]
    most, van = max(loads, key=lambda one: one[0], default=(0, {"capacity": 0}))
    put_off_today = tuple(sorted(free & left.keys()))
    return ShortDay(
        basis.day,
        tuple(sorted(stop["id"] for stop in case["stops"] if stop["id"] not in left)),
        put_off_today,
        tuple(sorted(left.keys() - free)),
        tuple(sorted(shortage.keys)),
        {stop: shortage.next_on.get(stop) for stop in put_off_today},
        most,
        van["capacity"],
    )


def short_case(case: CaseFile, shortage: Shortage) -> CaseFile:
    """The case with wide windows where there is a key, and with those put off free to be left out.

    As few as can be found are put off: of those not owed anything, first who has a stop again
    soonest, then who has the fewest crates.
    """
    opened = _opened(case, shortage.keys)
    off = put_off(opened, shortage)
    return _without(opened, off)


def put_off(case: CaseFile, shortage: Shortage) -> tuple[str, ...]:
    """The stops to put off so that all others are served; nothing where all can be.

    A plan chooses them in which each costs so much to leave out that as few as can be are, who
    can wait best first, and in which whoever is owed a stop is not among them.
    """
    if not _left_out(_without(case, ())):
        return ()
    waiting = _first_to_wait(case, shortage)
    priced = {stop: _PRICE_ORE + place * _MORE_ORE for place, stop in enumerate(waiting)}
    stops = [
        {**stop, "required": False, "skip_ore": priced[stop["id"]]}
        if stop["id"] in priced
        else stop
        for stop in case["stops"]
    ]
    off = [stop for stop in _left_out({**case, "stops": stops}) if stop in priced]
    more = [stop for stop in _left_out(_without(case, off)) if stop in priced]
    return tuple(sorted({*off, *more}))


def _first_to_wait(case: CaseFile, shortage: Shortage) -> list[str]:
    """The required stops that are not owed anything, who can wait best first."""

    def order(stop: Mapping[str, Any]) -> tuple[date, int, str]:
        next_on = shortage.next_on.get(stop["id"])
        return next_on or date.max, stop["deliver"] + stop["collect"], stop["id"]

    asked = [stop for stop in case["stops"] if stop["required"] and stop["id"] not in shortage.owed]
    return [stop["id"] for stop in sorted(asked, key=order)]


def _opened(case: CaseFile, keys: frozenset[str]) -> CaseFile:
    shifts = [vehicle["shift"] for vehicle in case["vehicles"]]
    if not shifts:
        return case
    whole = [[min(shift[0] for shift in shifts), max(shift[1] for shift in shifts)]]
    stops = [{**stop, "windows": whole} if stop["id"] in keys else stop for stop in case["stops"]]
    return {**case, "stops": stops}


def _without(case: CaseFile, off: Iterable[str]) -> CaseFile:
    """With the stops that are put off cheaper to leave out than to serve."""
    waits = set(off)
    free = {"required": False, "skip_ore": 0}
    stops = [{**stop, **free} if stop["id"] in waits else stop for stop in case["stops"]]
    return {**case, "stops": stops}


def _left_out(case: CaseFile) -> list[str]:
    """The stops that a quick plan leaves out, but for those that are free to be."""
    free = {stop["id"] for stop in case["stops"] if stop.get("skip_ore") == 0}
    search = {**case.get("search", {}), "iterations": TRIED_ITERATIONS}
    quick: PlanFile = plan({**case, "search": search}, remedied=False)
    return [stop["id"] for stop in quick["unserved"] if stop["id"] not in free]
