"""Changes of the week, of vans and of where libraries lie, that can be taken back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time
from typing import Final

from sqlmodel import select

from consortium.branches.merging import merge_branches, part_again
from consortium.branches.places import Place
from consortium.branches.registering import NewBranch, register_branch
from consortium.branches.relocating import relocate, remove_place
from consortium.core.work import Work
from consortium.transports.absences import lift_absence, note_absence
from consortium.transports.bus_calls import NewBusCall, add_bus_call, remove_bus_call
from consortium.transports.day_basis import DayBreak
from consortium.transports.extra_stops import NewExtraStop, add_extra_stop, remove_extra_stop
from consortium.transports.registering import WeeklyStop, change_vehicle, set_template_stop
from consortium.transports.seasons import NewSeason, add_season, change_season, remove_season
from consortium.transports.special_days import remove_special_day, set_special_day
from consortium.transports.tables import VehicleAbsence
from consortium.transports.week_plans import set_week_routes
from tests.transports.making import FALUN, MORA, TOMORROW, VAN

Change = Callable[[Work], object]

SUMMER: Final = NewSeason("Sommar", date(2027, 6, 1), date(2027, 8, 31))
FRIDAY: Final = date(2026, 11, 27)
WINDOW: Final = (time(9), time(12))
SOON: Final = Place("Mora kulturhus", "Mora", 61.01, 14.55, "mätt")
ROUTES: Final = [{"vehicle": "van1", "stops": [MORA], "arrivals": ["08:00:00"]}]
BUS, STOP = "bokbussen", "hallplats-orsa"
CALL: Final = NewBusCall(BUS, STOP, 2, TOMORROW, time(13), time(14), 2, date(2027, 6, 1))
EXTRA: Final = NewExtraStop(FRIDAY, MORA, WINDOW, 300, 4, 1, "Flytt")


def nothing(_work: Work) -> None:
    """Where nothing has to be there before."""


def add_bus(work: Work) -> None:
    register_branch(work, NewBranch("Bokbussen", "2062", "bus", "Mora", 61, 14.5), {})
    register_branch(work, NewBranch("Hållplats Orsa", "2062", "bus_stop", "Orsa", 61.1, 14.6), {})


def add_call(work: Work) -> None:
    add_bus(work)
    add_bus_call(work, CALL)


def add_summer(work: Work) -> None:
    add_season(work, SUMMER)
    twice = WeeklyStop(1, MORA, WINDOW, 300, season="Sommar", more_windows=((time(13), time(14)),))
    set_template_stop(work, twice)
    set_week_routes(work, 1, "Sommar", ROUTES)


def away(work: Work) -> None:
    note_absence(work, "van1", (TOMORROW, FRIDAY), "Service")


def change_van(work: Work) -> None:
    new = replace(VAN, name="Bil A", spare=True, breaks=(DayBreak(9_000, 900),) * 2)
    change_vehicle(work, "van1", new, active=False)


WEEK_CHANGES: Final[dict[str, tuple[Change, Change]]] = {
    "branches.merged": (nothing, lambda work: merge_branches(work, MORA, FALUN, FRIDAY)),
    "branches.merger_removed": (
        lambda work: merge_branches(work, MORA, FALUN, FRIDAY),
        lambda work: part_again(work, MORA),
    ),
    "branches.relocated": (nothing, lambda work: relocate(work, MORA, FRIDAY, SOON)),
    "branches.relocation_removed": (
        lambda work: relocate(work, MORA, date(2026, 11, 2), SOON),
        lambda work: remove_place(work, MORA, date(2026, 11, 2)),
    ),
    "transports.absence_lifted": (
        away,
        lambda work: lift_absence(work, work.session.exec(select(VehicleAbsence.id)).one()),
    ),
    "transports.absence_noted": (nothing, away),
    "transports.bus_call_added": (add_bus, lambda work: add_bus_call(work, CALL)),
    "transports.bus_call_removed": (
        add_call,
        lambda work: remove_bus_call(work, BUS, STOP, 2, TOMORROW),
    ),
    "transports.extra_stop_added": (nothing, lambda work: add_extra_stop(work, EXTRA)),
    "transports.extra_stop_removed": (
        lambda work: add_extra_stop(work, EXTRA),
        lambda work: remove_extra_stop(work, FRIDAY, MORA),
    ),
    "transports.season_added": (nothing, lambda work: add_season(work, SUMMER)),
    "transports.season_changed": (
        add_summer,
        lambda work: change_season(work, "Sommar", replace(SUMMER, name="Sommarlov")),
    ),
    "transports.season_removed": (add_summer, lambda work: remove_season(work, "Sommar")),
    "transports.special_day_removed": (
        lambda work: set_special_day(work, FRIDAY, 0, "Som måndag"),
        lambda work: remove_special_day(work, FRIDAY),
    ),
    "transports.special_day_set": (nothing, lambda work: set_special_day(work, FRIDAY, None)),
    "transports.vehicle_changed": (nothing, change_van),
    "transports.week_routes_changed": (
        nothing,
        lambda work: set_week_routes(work, 2, "", ROUTES),
    ),
}
