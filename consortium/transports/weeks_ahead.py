"""Query: the days to come, one by one: stops, what is closed and extra, crates, vans, warnings."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlmodel import col, select

from consortium.branches.queries import branch_days
from consortium.core.days import DAY
from consortium.core.errors import Fault
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.crates.queries import waiting_crates
from consortium.transports.absences import absences
from consortium.transports.calendars import why_no_traffic
from consortium.transports.expecting import crate_history, expected_crates
from consortium.transports.library_week import (
    DueStop,
    WeekBook,
    days_between,
    read_week,
    why_not,
)
from consortium.transports.tables import Plan, Vehicle

TWO_WEEKS: Final = timedelta(days=14)

NOBODY: Final = mark("There is nobody to drive")
NO_ROOM: Final = mark("{crates} crates are expected, the vans have room for {capacity}")
SEASON_BEGINS: Final = mark("{season} begins")
SEASON_ENDS: Final = mark("{season} has ended")
NOT_DRIVEN: Final = mark("No crates travel: {why}")
AS_WEEKDAY: Final = mark("Driven as another weekday")
ABSENT: Final = mark("{name} is not driven: {why}")


@dataclass(frozen=True, slots=True)
class DayAhead:
    """A day to come. weekday: that it is driven as; None: nobody drives.

    closed: (name, why) of each stop that is not made. extra: names. deliver, collect: crates
    expected. vans: names of those that are driven. state: of its plan, empty without one.
    """

    day: date
    weekday: int | None
    season: str
    stops: int
    closed: tuple[tuple[str, str], ...]
    extra: tuple[str, ...]
    deliver: int
    collect: int
    vans: tuple[str, ...]
    state: str
    proposals: int
    warnings: tuple[Fault, ...]


def days_ahead(work: Work, first: date, length: timedelta = TWO_WEEKS) -> list[DayAhead]:
    """The days from `first` on that are driven, or would be but for a holiday or a special day.

    Crates that wait are expected at the first stop of their branch; at those that follow, what is
    usual on the weekday.
    """
    work.require("transports.see")
    last = first + length - DAY
    book = read_week(work, first - DAY, last)
    reader = _Reader(work, book, first, last)
    shown = (
        day
        for day in days_between(first, last)
        if book.weekday(day) is not None or why_no_traffic(day, book.special)
    )
    return [reader.day(day) for day in shown]


class _Reader:
    """What is read once for all days; visited: the branches that have had a stop already."""

    def __init__(self, work: Work, book: WeekBook, first: date, last: date) -> None:
        self.work, self.book, self.first = work, book, first
        self.waiting = waiting_crates(work)
        everyone = {row.branch_id for row in book.template}
        everyone |= {row.branch_id for rows in book.extra.values() for row in rows}
        self.history = crate_history(work, first, everyone)
        rows = select(Vehicle).where(col(Vehicle.active).is_(True)).order_by(col(Vehicle.code))
        self.vans = list(work.session.exec(rows))
        self.away = absences(work, first, last)
        self.plans = _plans(work, first, last)
        self.visited: set[int] = set()

    def day(self, day: date) -> DayAhead:
        calendar = branch_days(self.work, day)
        due = self.book.due(day)
        why = {
            stop.branch_id: why_not(self.book, stop, day, calendar[stop.branch_id]) for stop in due
        }
        driven = self.book.weekday(day) is not None
        made = [stop for stop in due if driven and not why[stop.branch_id]]
        deliver, collect = self._crates(day, made)
        vans = self._vans(day)
        states = self.plans.get(day, [])
        season = self.book.season(day)
        return DayAhead(
            day,
            self.book.weekday(day),
            season.name if season else "",
            len(made),
            tuple(sorted((calendar[each].branch.name, text) for each, text in why.items() if text)),
            tuple(sorted(calendar[each.branch_id].branch.name for each in made if each.extra)),
            deliver,
            collect,
            tuple(van.name for van in vans),
            "published" if "published" in states else "",
            states.count("proposed"),
            tuple(self._warnings(day, made, vans, (deliver, collect))),
        )

    def _crates(self, day: date, made: Sequence[DueStop]) -> tuple[int, int]:
        due = {each.branch_id for each in made}
        here = {each: self.waiting[each] for each in self.waiting if each in due - self.visited}
        self.visited |= due
        weekday = self.book.weekday(day)
        driven = day.weekday() if weekday is None else weekday
        found = expected_crates(driven, made, here, self.history, dict.fromkeys(due, ""))
        rows = found.values()
        return sum(each.deliver for each in rows), sum(each.collect for each in rows)

    def _vans(self, day: date) -> list[Vehicle]:
        away = {
            each.vehicle.id
            for each in self.away
            if each.absence.from_on <= day <= each.absence.to_on
        }
        return [van for van in self.vans if van.id not in away]

    def _warnings(
        self, day: date, made: Sequence[DueStop], vans: Sequence[Vehicle], crates: tuple[int, int]
    ) -> Iterator[Fault]:
        yield from self._calendar_warnings(day)
        for each in self.away:
            if each.vehicle.active and each.absence.from_on <= day <= each.absence.to_on:
                facts = {"name": each.vehicle.name, "why": each.absence.reason}
                yield Fault(ABSENT, "", facts)
        if made and not vans:
            yield Fault(NOBODY)
        room = sum(van.capacity for van in vans)
        if vans and max(crates) > room:
            yield Fault(NO_ROOM, "", {"crates": max(crates), "capacity": room})

    def _calendar_warnings(self, day: date) -> Iterator[Fault]:
        if why := why_no_traffic(day, self.book.special):
            yield Fault(NOT_DRIVEN, "", {"why": why})
        elif day in self.book.special:
            yield Fault(AS_WEEKDAY)
        now, before = self.book.season(day), self.book.season(day - DAY)
        if now is not None and now != before:
            yield Fault(SEASON_BEGINS, "", {"season": now.name})
        elif before is not None and now is None:
            yield Fault(SEASON_ENDS, "", {"season": before.name})


def _plans(work: Work, first: date, last: date) -> Mapping[date, list[str]]:
    """Day → the states of the plans that stand or wait for an answer."""
    rows = select(col(Plan.on_date), Plan.state).where(
        Plan.on_date >= first,
        Plan.on_date <= last,
        col(Plan.state).in_(("published", "proposed")),
    )
    found: dict[date, list[str]] = {}
    for day, state in work.session.exec(rows):
        found.setdefault(day, []).append(state)
    return found
