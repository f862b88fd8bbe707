"""Queries: which stops a date has, by the week, its season, special days, extra stops and buses.

Everything for a stretch of days is read at once; a date is then settled without asking again.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from sqlmodel import col, select

from consortium.branches.queries import BranchDay, branch_days
from consortium.core.days import DAY
from consortium.core.work import Work
from consortium.crates.tables import DeliveryPoint
from consortium.transports.calendars import (
    BusTimes,
    SeasonDates,
    SpecialDate,
    Window,
    calls_on,
    joined,
    season_on,
    stop_windows,
    traffic_weekday,
    why_no_traffic,
)
from consortium.transports.tables import BusCall, ExtraStop, Season, SpecialDay, TemplateStop

Calendar = Mapping[int, BranchDay]
FURTHEST: Final = timedelta(days=400)
NO_CALL: Final = "Bokbussen stannar inte här denna dag"


@dataclass(frozen=True, slots=True)
class DueStop:
    """A stop that a date has before anyone asks whether the branch is open.

    usual: crates to deliver and to collect by the week's stop. extra: those of an extra stop of
    the date, None without one. bus: it is the bus's own times that are the windows.
    """

    branch_id: int
    windows: tuple[Window, ...]
    service_s: int
    required: bool
    skip_ore: int
    usual: tuple[int, int] = (0, 0)
    extra: tuple[int, int] | None = None
    bus: bool = False


@dataclass(frozen=True, slots=True)
class WeekBook:
    """The week's stops, and all that dates between first and last have of their own."""

    special: Mapping[date, SpecialDate]
    seasons: Sequence[SeasonDates]
    template: Sequence[TemplateStop]
    extra: Mapping[date, Sequence[ExtraStop]]
    calls: Mapping[int, Sequence[BusTimes]]
    keys: frozenset[int]

    def weekday(self, day: date) -> int | None:
        """The weekday that `day` is driven as; None: nobody drives."""
        return traffic_weekday(day, self.special)

    def season(self, day: date) -> SeasonDates | None:
        return season_on(day, self.seasons)

    def due(self, day: date) -> list[DueStop]:
        """The stops of `day`, by branch; where nobody drives, those its own weekday would have."""
        driven = self.weekday(day)
        season = self.season(day)
        weekday = day.weekday() if driven is None else driven
        stops = template_of(self.template, weekday, season.id if season else None)
        found = {row.branch_id: self._at_bus_times(_due(row), day) for row in stops if row.served}
        for extra in self.extra.get(day, ()):
            found[extra.branch_id] = _with_extra(found.get(extra.branch_id), extra)
        return [found[each] for each in sorted(found)]

    def _at_bus_times(self, stop: DueStop, day: date) -> DueStop:
        """A bus stop that has a timetable, with its times of `day`: no window without a call."""
        if stop.branch_id not in self.calls:
            return stop
        calls = [each for each in self.calls[stop.branch_id] if calls_on(each, day)]
        windows = joined([(each.arrives, each.leaves) for each in calls])
        return replace(stop, windows=windows, bus=bool(calls))


def read_week(work: Work, first: date, last: date) -> WeekBook:
    """The week, and what the days from first to last, both inclusive, have of their own."""
    work.require("transports.see")
    calls: dict[int, list[BusTimes]] = {}
    for call in _calls(work):
        calls.setdefault(call.stop_id, []).append(call)
    return WeekBook(
        special=special_dates(work, first, last),
        seasons=season_dates(work, first, last),
        template=work.session.exec(select(TemplateStop)).all(),
        extra=_extra(work, first, last),
        calls=calls,
        keys=frozenset(
            work.session.exec(
                select(DeliveryPoint.branch_id).where(col(DeliveryPoint.has_key).is_(True))
            )
        ),
    )


def traffic_days(work: Work, first: date, last: date) -> list[date]:
    """The days between the two, both inclusive, on which crates travel, in order."""
    work.require("transports.see")
    special = special_dates(work, first, last)
    return [day for day in days_between(first, last) if traffic_weekday(day, special) is not None]


def driven_as(work: Work, day: date) -> int | None:
    """The weekday that `day` is driven as; None: nobody drives."""
    return traffic_weekday(day, special_dates(work, day, day))


def next_traffic_day(work: Work, day: date) -> date:
    """The first day after `day` on which crates travel; the day after where none does for long."""
    days = traffic_days(work, day + DAY, day + FURTHEST)
    return days[0] if days else day + DAY


def special_dates(work: Work, first: date, last: date) -> dict[date, SpecialDate]:
    """The special days between the two, by date."""
    rows = select(SpecialDay).where(SpecialDay.on_date >= first, SpecialDay.on_date <= last)
    return {row.on_date: SpecialDate(row.weekday, row.note) for row in work.session.exec(rows)}


def season_dates(work: Work, first: date, last: date) -> list[SeasonDates]:
    """The seasons that touch the days between the two."""
    rows = select(Season).where(Season.first_on <= last, Season.last_on >= first)
    return [
        SeasonDates(row.id, row.name, row.first_on, row.last_on, row.driving_percent)
        for row in work.session.exec(rows.order_by(col(Season.first_on), col(Season.id)))
    ]


def template_of(
    template: Iterable[TemplateStop], weekday: int, season_id: int | None
) -> list[TemplateStop]:
    """The stops of a weekday in a season: its own rows stand instead of the ordinary week's.

    A stop that the season does without is among them, not served.
    """
    chosen: dict[int, TemplateStop] = {}
    for row in sorted(template, key=lambda row: row.season_id is not None):
        if row.weekday == weekday and row.season_id in {None, season_id}:
            chosen[row.branch_id] = row
    return [chosen[each] for each in sorted(chosen)]


def why_not(book: WeekBook, stop: DueStop, day: date, here: BranchDay) -> str:
    """Why a stop of `day` is not made, in Swedish; empty where it is.

    A driver with a key, an agreed extra stop and a bus that calls need nobody on the spot. A day
    that is driven as a weekday though it is a holiday asks for staff alone.
    """
    if here.closed_by in {"merged", "closure"}:
        return here.closed
    if book.weekday(day) is None:
        return why_no_traffic(day, book.special) or here.closed
    if not stop.windows:
        return NO_CALL
    attended = stop.bus or stop.extra is not None or stop.branch_id in book.keys
    return "" if attended or here.hours else here.closed


def next_stops(
    work: Work, book: WeekBook, whose: Iterable[int], days: Iterable[date]
) -> dict[int, date]:
    """Branch id → the first of `days`, in their order, on which it has a stop that is made."""
    left, found = set(whose), dict[int, date]()
    for day in days:
        if not left or book.weekday(day) is None:
            continue
        due = [stop for stop in book.due(day) if stop.branch_id in left]
        calendar = branch_days(work, day) if due else {}
        for stop in due:
            if not why_not(book, stop, day, calendar[stop.branch_id]):
                found[stop.branch_id] = day
        left -= found.keys()
    return found


def days_between(first: date, last: date) -> Iterator[date]:
    """The days from first to last, both inclusive."""
    return (date.fromordinal(each) for each in range(first.toordinal(), last.toordinal() + 1))


def _calls(work: Work) -> list[BusTimes]:
    """The calls of every bus; those out of time as well, so that a stop is known to have some."""
    rows = select(BusCall).order_by(col(BusCall.stop_id), col(BusCall.weekday), col(BusCall.id))
    return [bus_times(row) for row in work.session.exec(rows)]


def bus_times(row: BusCall) -> BusTimes:
    return BusTimes(
        row.bus_id,
        row.stop_id,
        row.weekday,
        row.every_weeks,
        row.first_on,
        row.last_on,
        row.arrives,
        row.leaves,
    )


def _extra(work: Work, first: date, last: date) -> dict[date, list[ExtraStop]]:
    rows = select(ExtraStop).where(ExtraStop.on_date >= first, ExtraStop.on_date <= last)
    found: dict[date, list[ExtraStop]] = {}
    for row in work.session.exec(rows.order_by(col(ExtraStop.on_date), col(ExtraStop.id))):
        found.setdefault(row.on_date, []).append(row)
    return found


def _due(row: TemplateStop) -> DueStop:
    return DueStop(
        row.branch_id,
        stop_windows((row.window_from, row.window_to), row.more_windows),
        row.service_s,
        row.required,
        row.skip_ore,
        (row.usual_deliver, row.usual_collect),
    )


def _with_extra(stop: DueStop | None, extra: ExtraStop) -> DueStop:
    """An extra stop by itself, or what it adds to the week's stop: crates, time and a window."""
    window = (extra.window_from, extra.window_to)
    crates = (extra.deliver, extra.collect)
    if stop is None:
        return DueStop(extra.branch_id, (window,), extra.service_s, True, 0, extra=crates)
    return replace(
        stop,
        windows=joined([*stop.windows, window]),
        service_s=max(stop.service_s, extra.service_s),
        required=True,
        extra=crates,
    )
