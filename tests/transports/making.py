"""A small world of transports: four libraries, a depot, a van and a stop a day for each."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from itertools import pairwise

from consortium.branches.registering import NewBranch, register_branch
from consortium.core.work import Work, Works
from consortium.crates.moving import pack, record_event
from consortium.crates.registering import register_crates
from consortium.transports.days import read_day
from consortium.transports.planning import choose_plan, record_plan
from consortium.transports.registering import NewVehicle, WeeklyStop, add_vehicle, set_template_stop
from consortium.transports.tables import Plan
from tests.conftest import OPERATOR
from tests.making import WEEK, make_branches, make_members

TODAY = date(2026, 11, 24)
TOMORROW = date(2026, 11, 25)
FALUN, BORLANGE, MORA = "falu-stadsbibliotek", "borlange-bibliotek", "mora-bibliotek"
KVARNSVEDEN, DEPOT = "kvarnsvedens-bibliotek", "depan"
LIBRARIES = (BORLANGE, FALUN, KVARNSVEDEN, MORA)
PLACES = {
    FALUN: (60.60357, 15.62597),
    BORLANGE: (60.4858, 15.43714),
    MORA: (61.00704, 14.54316),
    KVARNSVEDEN: (60.5167, 15.4),
    DEPOT: (60.475, 15.45),
}
SERVICE_S = 600
VAN = NewVehicle("van1", "Bil 1", DEPOT, 20, (time(7), time(17)), 36_000, 450, 38_000)
ITERATIONS = 50
WITHOUT_FALUN_S = 8 * 3600 + 1_323
"""When the van is at its first stop where Falun is closed and everything else is kept.

Mora and Kvarnsveden could come 1 923 s sooner. At a price for each second beyond 600 that a stop
comes at another time, the van leaves so much later that they come just 600 s sooner: a second
later costs Borlänge's price once, and would save theirs twice up to there and nothing beyond.
"""


def make_transports(work: Work) -> None:
    """The libraries of `tests/making.py` and one without e-mail, each with a stop every day."""
    make_members(work)
    make_branches(work)
    lat, lon = PLACES[KVARNSVEDEN]
    kvarnsveden = NewBranch("Kvarnsvedens bibliotek", "2081", "branch", "Borlänge", lat, lon)
    register_branch(work, kvarnsveden, WEEK)
    add_vehicle(work, VAN)
    for weekday in range(5):
        for slug in LIBRARIES:
            set_template_stop(work, WeeklyStop(weekday, slug, (time(8), time(16)), SERVICE_S))


def make_crates(work: Work, count: int) -> list[str]:
    """New crates that belong to Falun; their codes."""
    return [crate.code for crate in register_crates(work, FALUN, count)]


def send(work: Work, code: str, origin: str, destination: str) -> None:
    """Pack a crate and collect it."""
    pack(work, code, origin, destination)
    record_event(work, code, "collected", origin)


def plan_day(works: Works, day: date = TOMORROW, reason: str = "test") -> Plan:
    """Plan a day as the job does: read, choose with no work open, record."""
    with works.reading(OPERATOR) as work:
        basis = read_day(work, day)
    proposed = choose_plan(basis, ITERATIONS)
    with works.writing(OPERATOR) as work:
        return record_plan(work, basis, proposed, reason)


@dataclass(frozen=True)
class Timetable:
    """What a route comes to. arrivals: stop → `HH:MM:SS`."""

    arrivals: dict[str, str]
    work_s: int
    distance_m: int


def timetable(order: Sequence[str], first_at_s: int = 8 * 3600) -> Timetable:
    """A second program's timetable of a van that is at its first stop when that opens.

    Legs as ROUTING estimates them, on a sphere by the law of cosines; no waiting further on.
    """
    route = [DEPOT, *order, DEPOT]
    legs = [_leg(one, other) for one, other in pairwise(route)]
    now, arrivals = first_at_s, {}
    for slug, (_, seconds) in zip(order, legs[1:], strict=True):
        arrivals[slug] = f"{now // 3600:02}:{now // 60 % 60:02}:{now % 60:02}"
        now += SERVICE_S + seconds
    work_s = sum(seconds for _, seconds in legs) + SERVICE_S * len(order)
    return Timetable(arrivals, work_s, sum(metres for metres, _ in legs))


def _leg(one: str, other: str) -> tuple[int, int]:
    (lat, lon), (lat_, lon_) = (map(math.radians, PLACES[slug]) for slug in (one, other))
    cosine = math.sin(lat) * math.sin(lat_) + math.cos(lat) * math.cos(lat_) * math.cos(lon - lon_)
    circle = 6_371_008.8 * math.acos(cosine)
    kmh = 40 if circle <= 5_000 else 60 if circle <= 20_000 else 75
    metres = math.floor(circle * (1.3 if circle <= 20_000 else 1.2) + 0.5)
    return metres, math.floor(metres / (kmh / 3.6) * 1.1 + 0.5)
