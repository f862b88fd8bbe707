"""The demo's carrier, what drivers have to know of libraries, and what a year of transports has.

All of it is made up, within what such agreements and timetables say.
"""

from collections.abc import Iterable
from datetime import date, time, timedelta
from typing import Final

from consortium.branches.tables import Branch
from consortium.core.days import DAY
from consortium.core.work import Work
from consortium.crates.empties import keep_empties
from consortium.demo.placing import visited_on
from consortium.transports.bus_calls import NewBusCall, add_bus_call
from consortium.transports.carriers import NewCarrier, add_carrier
from consortium.transports.delivery_points import describe_delivery_point
from consortium.transports.extra_stops import NewExtraStop, add_extra_stop
from consortium.transports.library_week import traffic_days
from consortium.transports.pinning import NewPin, keep_apart, pin_stop
from consortium.transports.registering import WeeklyStop, set_template_stop
from consortium.transports.seasons import NewSeason, add_season
from consortium.transports.special_days import set_special_day
from consortium.transports.tables import Carrier

CARRIER: Final = "Transportören (exempel)"
MISSED_STOP_ORE: Final = 450_00
KEYS: Final = {
    "malungs-bibliotek": "Nyckel 4. Lådorna ställs innanför personalingången.",
    "salens-bibliotek": "Nyckel 7. Larmet stängs av inom 30 sekunder.",
    "idre-bibliotek": "Nyckel 9. Lådorna ställs i kapprummet.",
    "grangesbergs-bibliotek": "Nyckel 2. Ingång från gården.",
}
"""Slugs of libraries that drivers have a key to, and what they have to know there."""

TOLD: Final = {
    "falu-stadsbibliotek": "Lastkajen på baksidan, ring på klockan.",
    "borlange-bibliotek": "Varuhissen till plan 2.",
    "leksands-bibliotek": "Trappa: högst tre lådor åt gången på kärran.",
}
EMPTIES_KEPT: Final = {"main": 8, "branch": 3}
WINTER_PERCENT: Final = 8
SUMMER_WINDOW: Final = (time(10), time(14))
MONDAY, TUESDAY, THURSDAY, FRIDAY = 0, 1, 3, 4
BUS: Final = "bokbussen-falun"
BUS_STOPS: Final = (
    ("bokbusshallplats-sagmyra", TUESDAY, time(13), time(14)),
    ("bokbusshallplats-grycksbo", TUESDAY, time(15), time(16, 30)),
    ("bokbusshallplats-sundborn", THURSDAY, time(13), time(14)),
    ("bokbusshallplats-enviken", THURSDAY, time(15), time(16, 30)),
)
EVERY_WEEKS: Final = 2
PINNED: Final = ("falu-stadsbibliotek", "van1")
APART: Final = ("avesta-bibliotek", "idre-bibliotek")
LOOKS_AHEAD: Final = timedelta(days=14)


def engage(work: Work) -> Carrier:
    """The carrier that drives, what a stop that it misses costs it, and by which clause."""
    new = NewCarrier(
        CARRIER,
        email="trafikledning@transportor.example",
        missed_stop_ore=MISSED_STOP_ORE,
        clause="§ 9 i transportavtalet (exempel)",
    )
    return add_carrier(work, new)


def tell_of_places(work: Work, branches: Iterable[Branch]) -> None:
    """What drivers have to know of the libraries, and how many empty crates each wants."""
    for branch in branches:
        if not visited_on(branch):
            continue
        keep_empties(work, branch.slug, EMPTIES_KEPT[branch.kind])
        said = KEYS.get(branch.slug) or TOLD.get(branch.slug)
        if said:
            has_key = branch.slug in KEYS
            describe_delivery_point(work, branch.slug, has_key=has_key, instructions=said)


def mark_year(work: Work, branches: Iterable[Branch], day: date, plan_on: date) -> None:
    """A winter and a summer, a Christmas, a book bus's times, what is pinned, and an extra stop.

    The winter and the summer are those of `day` or the next ones. Days of their own come after
    `plan_on`, the day that is planned last.
    """
    _winter(work, day)
    _summer(work, branches, day)
    _christmas(work, plan_on)
    first = plan_on + (7 - plan_on.weekday()) * DAY
    for stop, weekday, arrives, leaves in BUS_STOPS:
        call = NewBusCall(BUS, stop, weekday, first, arrives, leaves, EVERY_WEEKS)
        add_bus_call(work, call)
    branch, van = PINNED
    pin_stop(work, NewPin(branch, van))
    keep_apart(work, *APART)
    _extra(work, branches, plan_on)


def _winter(work: Work, day: date) -> None:
    year = day.year if (day.month, day.day) > (3, 15) else day.year - 1
    days = (date(year, 12, 1), date(year + 1, 3, 15))
    add_season(work, NewSeason(f"Vinter {year}–{year + 1}", *days, WINTER_PERCENT))


def _summer(work: Work, branches: Iterable[Branch], day: date) -> None:
    """No van to the small libraries on Mondays, and shorter days for the others that it meets."""
    year = day.year if (day.month, day.day) <= (8, 14) else day.year + 1
    season = f"Sommar {year}"
    add_season(work, NewSeason(season, date(year, 6, 15), date(year, 8, 14)))
    for branch in branches:
        if branch.kind == "branch" and MONDAY in visited_on(branch):
            stop = WeeklyStop(
                MONDAY, branch.slug, SUMMER_WINDOW, service_s=360, season=season, served=False
            )
            set_template_stop(work, stop)


def _christmas(work: Work, plan_on: date) -> None:
    """One day between the holidays is driven, as a Friday; on the others nobody drives."""
    days = traffic_days(work, date(plan_on.year, 12, 27), date(plan_on.year, 12, 30))
    if not days or days[0] <= plan_on:
        return
    driven = next(day for day in days if day.weekday() != FRIDAY)
    for day in days:
        weekday = FRIDAY if day == driven else None
        set_special_day(work, day, weekday, "Mellandagarna (exempel)")


def _extra(work: Work, branches: Iterable[Branch], plan_on: date) -> None:
    """On the day of traffic after `plan_on`, at a library that has no stop on that weekday."""
    day = traffic_days(work, plan_on + DAY, plan_on + LOOKS_AHEAD)[0]
    there = (each for each in branches if each.kind == "branch" and visited_on(each))
    branch = next(each for each in there if day.weekday() not in visited_on(each))
    stop = NewExtraStop(
        day,
        branch.slug,
        (time(10), time(15)),
        service_s=600,
        deliver=5,
        note="Utställningslådor (exempel)",
    )
    add_extra_stop(work, stop)
