"""How changes of seasons, special days, extra stops, buses and known routes are taken back."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from sqlmodel import col, select

from consortium.branches.tables import Branch
from consortium.core.audit import AuditEntry
from consortium.core.errors import Fault
from consortium.core.work import Work
from consortium.transports import bus_calls, extra_stops
from consortium.transports.absences import absent_again, lift_absence
from consortium.transports.bus_calls import add_bus_call, remove_bus_call
from consortium.transports.extra_stops import add_extra_stop, remove_extra_stop
from consortium.transports.seasons import (
    NewSeason,
    change_season,
    put_back_season,
    remove_season,
    season_facts,
)
from consortium.transports.special_days import remove_special_day, set_special_day
from consortium.transports.tables import (
    BusCall,
    ExtraStop,
    Season,
    SpecialDay,
    TemplateStop,
    VehicleAbsence,
    WeekPlan,
)
from consortium.transports.week_plans import routes_of, set_week_routes
from consortium.undo.ways import GONE, Undoing, Way, changes, day_of, overtaken

RIGHT: Final = "transports.change"
OVER: Final = "The day is over"
THERE_AGAIN: Final = "It is there again already"


def _season(work: Work, name: str) -> Season | None:
    return work.session.exec(select(Season).where(Season.name == name)).first()


def _season_differs(work: Work, entry: AuditEntry, season: Season) -> Iterator[Fault]:
    if any(entry.facts[name] != fact for name, fact in season_facts(season).items()):
        yield overtaken(work, entry, "transports.season_changed")


def _added_season_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    season = _season(work, entry.subject)
    if season is None:
        yield Fault(GONE)
        return
    yield from _season_differs(work, entry, season)
    for table in (TemplateStop, WeekPlan):
        rows = select(table).where(table.season_id == season.id)
        if work.session.exec(rows.limit(1)).first() is not None:
            yield Fault("It has stops or routes of its own", "seasons", {}, "Take the season away")
            return


def _changed_season_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    season = _season(work, entry.subject)
    if season is None:
        yield Fault(GONE)
        return
    standing = {"name": season.name, **season_facts(season)}
    if any(standing[name] != after for name, (_, after) in changes(entry).items()):
        yield overtaken(work, entry, "transports.season_changed")
    before = {name: was for name, (was, _) in changes(entry).items()}
    if "name" in before and _season(work, before["name"]) is not None:
        yield Fault("There is another with that name by now", "seasons")


def _change_season_back(work: Work, entry: AuditEntry) -> None:
    season = _season(work, entry.subject)
    standing = {"name": entry.subject, **(season_facts(season) if season else {})}
    was: dict[str, Any] = standing | {name: was for name, (was, _) in changes(entry).items()}
    first_on, last_on = (date.fromisoformat(was[name]) for name in ("first_on", "last_on"))
    new = NewSeason(was["name"], first_on, last_on, was["driving_percent"])
    change_season(work, entry.subject, new)


def _removed_season_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    if _season(work, entry.subject) is not None:
        yield Fault("There is another with that name by now", "seasons")
    there = set(work.session.exec(select(Branch.slug)))
    if any(each["branch"] not in there for each in entry.facts["stops"]):
        yield Fault(GONE)


def _season_there_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    season = _season(work, entry.subject)
    if season is None:
        yield Fault(GONE)
    else:
        yield from _season_differs(work, entry, season)


def _special(work: Work, entry: AuditEntry) -> SpecialDay | None:
    day = date.fromisoformat(entry.subject)
    return work.session.exec(select(SpecialDay).where(SpecialDay.on_date == day)).first()


def _set_day_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    row = _special(work, entry)
    if row is None or (row.weekday, row.note) != (entry.facts["weekday"], entry.facts["note"]):
        yield overtaken(work, entry, "transports.special_day_set", "transports.special_day_removed")


def _removed_day_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    if _special(work, entry) is not None:
        yield overtaken(work, entry, "transports.special_day_set")
    if date.fromisoformat(entry.subject) < work.today:
        yield Fault(OVER)


def _extra(work: Work, entry: AuditEntry) -> ExtraStop | None:
    rows = select(ExtraStop).join(Branch, col(Branch.id) == col(ExtraStop.branch_id))
    day = day_of(entry, "day")
    found = rows.where(ExtraStop.on_date == day, Branch.slug == entry.subject)
    return work.session.exec(found).first()


def _added_stop_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    if _extra(work, entry) is None:
        yield Fault(GONE)


def _removed_stop_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    if _extra(work, entry) is not None:
        yield Fault(THERE_AGAIN, "extra-stops")
    if day_of(entry, "day") < work.today:
        yield Fault(OVER)


def _call(work: Work, entry: AuditEntry) -> BusCall | None:
    ids = {row.slug: row.id for row in work.session.exec(select(Branch))}
    rows = select(BusCall).where(
        BusCall.bus_id == ids.get(entry.subject, 0),
        BusCall.stop_id == ids.get(entry.facts["stop"], 0),
        BusCall.weekday == entry.facts["weekday"],
        BusCall.first_on == day_of(entry, "first_on"),
    )
    return work.session.exec(rows).first()


def _added_call_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    if _call(work, entry) is None:
        yield Fault(GONE)


def _removed_call_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    if _call(work, entry) is not None:
        yield Fault(THERE_AGAIN, "buses")


def _noted_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    absence = work.session.get(VehicleAbsence, entry.facts["absence"])
    if absence is None or absence.lifted_at is not None:
        yield overtaken(work, entry, "transports.absence_lifted")
    elif absence.to_on < work.today:
        yield Fault("The absence is over")


def _lifted_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    absence = work.session.get(VehicleAbsence, entry.facts["absence"])
    if absence is None:
        yield Fault(GONE)
    elif absence.lifted_at is None:
        yield overtaken(work, entry, "transports.absence_noted")
    elif absence.to_on < work.today:
        yield Fault("The absence is over")


def _routes_depend(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    season, (_, after) = entry.facts["season"], entry.facts["routes"]
    if season and _season(work, season) is None:
        yield Fault(GONE)
    elif list(routes_of(work, entry.facts["weekday"], season)) != after:
        yield overtaken(work, entry, "transports.week_routes_changed")


WAYS: Final[Mapping[str, Way]] = {
    "transports.season_added": Undoing(
        RIGHT, lambda work, entry: remove_season(work, entry.subject), _added_season_depends
    ),
    "transports.season_changed": Undoing(RIGHT, _change_season_back, _changed_season_depends),
    "transports.season_put_back": Undoing(
        RIGHT, lambda work, entry: remove_season(work, entry.subject), _season_there_depends
    ),
    "transports.season_removed": Undoing(
        RIGHT,
        lambda work, entry: put_back_season(work, entry.subject, entry.facts),
        _removed_season_depends,
    ),
    "transports.special_day_set": Undoing(
        RIGHT,
        lambda work, entry: remove_special_day(work, date.fromisoformat(entry.subject)),
        _set_day_depends,
    ),
    "transports.special_day_removed": Undoing(
        RIGHT,
        lambda work, entry: set_special_day(
            work,
            date.fromisoformat(entry.subject),
            entry.facts["weekday"],
            entry.facts["note"],
        ),
        _removed_day_depends,
    ),
    "transports.extra_stop_added": Undoing(
        RIGHT,
        lambda work, entry: remove_extra_stop(work, day_of(entry, "day"), entry.subject),
        _added_stop_depends,
    ),
    "transports.extra_stop_removed": Undoing(
        RIGHT,
        lambda work, entry: add_extra_stop(work, extra_stops.again(entry.facts, entry.subject)),
        _removed_stop_depends,
    ),
    "transports.bus_call_added": Undoing(
        RIGHT,
        lambda work, entry: remove_bus_call(
            work,
            entry.subject,
            entry.facts["stop"],
            entry.facts["weekday"],
            day_of(entry, "first_on"),
        ),
        _added_call_depends,
    ),
    "transports.bus_call_removed": Undoing(
        RIGHT,
        lambda work, entry: add_bus_call(work, bus_calls.again(entry.facts, entry.subject)),
        _removed_call_depends,
    ),
    "transports.absence_noted": Undoing(
        RIGHT, lambda work, entry: lift_absence(work, entry.facts["absence"]), _noted_depends
    ),
    "transports.absence_lifted": Undoing(
        RIGHT, lambda work, entry: absent_again(work, entry.facts["absence"]), _lifted_depends
    ),
    "transports.week_routes_changed": Undoing(
        "transports.plan",
        lambda work, entry: set_week_routes(
            work, entry.facts["weekday"], entry.facts["season"], entry.facts["routes"][0]
        ),
        _routes_depend,
    ),
}
