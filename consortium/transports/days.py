"""Query: what a plan of a day has to go by."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from sqlmodel import col, select

from consortium.branches.queries import BranchDay, branch_days, successors
from consortium.core.days import DAY
from consortium.core.work import Work
from consortium.crates.queries import Waiting, waiting_crates
from consortium.transports.absences import absent_vans
from consortium.transports.day_basis import (
    ClosedStop,
    DayBasis,
    DayBreak,
    DayPlace,
    DayStop,
    DayVehicle,
    KnownPlan,
    Stability,
    WaitingBranch,
)
from consortium.transports.distancing import Road, estimate_error, road
from consortium.transports.expecting import crate_history, expected_crates
from consortium.transports.held_stops import aparts_of, pins_of
from consortium.transports.known_routes import kept_routes, known_routes, published_plan
from consortium.transports.library_week import (
    Calendar,
    DueStop,
    WeekBook,
    days_between,
    next_stops,
    read_week,
    traffic_days,
    why_not,
)
from consortium.transports.shortage import shortage_of, without_van
from consortium.transports.tables import TemplateStop, Vehicle

__all__ = [
    "ClosedStop",
    "DayBasis",
    "DayCalendar",
    "KnownPlan",
    "WaitingBranch",
    "kept_routes",
    "published_plan",
    "read_calendar",
    "read_day",
    "read_short_week",
    "read_week_day",
]

DAYS_AHEAD: Final = 28


@dataclass(frozen=True, slots=True)
class DayCalendar:
    """What calendar and crates say of a day, without vans, distances and routes."""

    closed: tuple[ClosedStop, ...]
    waiting: tuple[WaitingBranch, ...]


@dataclass(frozen=True, slots=True)
class _Due:
    """The stops of a day: those that are made, and those that are not with why."""

    book: WeekBook
    calendar: Calendar
    made: tuple[DueStop, ...]
    closed: tuple[ClosedStop, ...]
    crates: Mapping[int, Waiting]


def read_day(work: Work, day: date) -> DayBasis:
    """What a plan of `day` has to go by: the week, the calendar, crates, vans and known routes.

    The stops are those of the weekday that the day is driven as, in its season, with the extra
    stops of the date and the times of book buses; one that is closed is left out. Crates are those
    that wait or those expected, whichever are more. A stop that may be left out may not be where
    crates wait. A van that is absent is not in. Prices and per cents are those of the settings.
    """
    work.require("transports.see")
    book = read_week(work, day, day + DAYS_AHEAD * DAY)
    return _basis(work, day, book, published_plan(work, day))


def read_week_day(work: Work, day: date, template: Sequence[TemplateStop]) -> DayBasis:
    """`day` as its weekday would be with other stops of the week, without what is its own.

    template: every stop of the week, whether or not it is in the records. Extra stops and special
    days are left out. Its known routes are the week's, else its own plan's or an earlier one's.
    """
    work.require("transports.see")
    book = read_week(work, day, day + DAYS_AHEAD * DAY)
    basis = _basis(work, day, replace(book, template=template, special={}, extra={}), None)
    own = published_plan(work, day)
    if own is None or basis.previous_from == "week":
        return basis
    return replace(basis, previous=kept_routes(own.plan), previous_from="published")


def _basis(work: Work, day: date, book: WeekBook, published: KnownPlan | None) -> DayBasis:
    due = _due_stops(work, day, book)
    vans, absent = _vans(work, day)
    weekday, season = due.book.weekday(day), due.book.season(day)
    stops, expected = _stops(work, day, due, {van.code for van in vans})
    branches = {van.depot_id for van in vans} | {row.branch_id for row in due.made}
    places = _places(due.calendar[each] for each in branches)
    shortage = None
    if absent:
        shortage = shortage_of(work, book, day, [stop.slug for stop in stops])
    previous, origin = known_routes(work, day, weekday, season.id if season else None, published)
    return DayBasis(
        day,
        tuple(_vehicle(van, due.calendar) for van in vans),
        places,
        stops,
        due.closed,
        _waiting(work, day, due),
        published,
        weekday=weekday,
        season=season.name if season else "",
        expected=expected,
        absent=absent,
        roads=_roads(work, places, season.driving_percent if season else 0),
        previous=previous,
        previous_from=origin,
        stability=_stability(work),
        iterations=work.routing.iterations,
        shortage=shortage,
        error_percent=_error(work),
    )


def read_short_week(work: Work, code: str, first: date, last: date) -> list[DayBasis]:
    """The days of traffic between the two as they would be without a van."""
    book = read_week(work, first, last + DAYS_AHEAD * DAY)
    days = traffic_days(work, first, last)
    return [without_van(work, book, read_day(work, day), code) for day in days]


def read_calendar(work: Work, day: date) -> DayCalendar:
    """What is closed on `day` and which crates wait: as `read_day` has it, and much quicker."""
    work.require("transports.see")
    due = _due_stops(work, day, read_week(work, day, day + DAYS_AHEAD * DAY))
    return DayCalendar(due.closed, _waiting(work, day, due))


def _due_stops(work: Work, day: date, book: WeekBook) -> _Due:
    calendar = branch_days(work, day)
    due = book.due(day)
    why = {stop.branch_id: why_not(book, stop, day, calendar[stop.branch_id]) for stop in due}
    closed = [
        ClosedStop(calendar[each].branch.slug, calendar[each].branch.name, why[each])
        for each in why
        if why[each]
    ]
    return _Due(
        book,
        calendar,
        tuple(stop for stop in due if not why[stop.branch_id]) if _driven(book, day) else (),
        tuple(sorted(closed, key=lambda stop: stop.slug)),
        _crates(work, day),
    )


def _driven(book: WeekBook, day: date) -> bool:
    return book.weekday(day) is not None


def _crates(work: Work, day: date) -> dict[int, Waiting]:
    """Branch id → the crates that wait for a van; those of a merged branch are its successor's."""
    into = successors(work, day)
    found: dict[int, Waiting] = {}
    for branch_id, here in waiting_crates(work).items():
        whose = into.get(branch_id, branch_id)
        other = found.get(whose, Waiting(0, 0))
        found[whose] = Waiting(other.deliver + here.deliver, other.collect + here.collect)
    return found


def _vans(work: Work, day: date) -> tuple[list[Vehicle], Any]:
    """The vans that are driven on `day`, by code, and those that are absent."""
    absent = absent_vans(work, day)
    rows = select(Vehicle).where(col(Vehicle.active).is_(True)).order_by(col(Vehicle.code))
    gone = {each.code for each in absent}
    return [van for van in work.session.exec(rows) if van.code not in gone], absent


def _vehicle(van: Vehicle, calendar: Calendar) -> DayVehicle:
    return DayVehicle(
        code=van.code,
        depot=calendar[van.depot_id].branch.slug,
        capacity=van.capacity,
        shift=(van.shift_from, van.shift_to),
        max_duration_s=van.max_duration_s,
        cost_per_km_ore=van.cost_per_km_ore,
        cost_per_hour_ore=van.cost_per_hour_ore,
        fixed_ore=van.fixed_ore,
        breaks=tuple(DayBreak(each["after_work_s"], each["duration_s"]) for each in van.breaks),
        spare=van.spare,
    )


def _places(days: Iterable[BranchDay]) -> tuple[DayPlace, ...]:
    rows = [DayPlace(each.branch.slug, each.place.lat, each.place.lon) for each in days]
    return tuple(sorted(rows, key=lambda row: row.slug))


def _stops(
    work: Work, day: date, due: _Due, vans: set[str]
) -> tuple[tuple[DayStop, ...], tuple[Any, ...]]:
    """The stops that are made, by slug, and the crates expected at each."""
    slugs = {stop.branch_id: due.calendar[stop.branch_id].branch.slug for stop in due.made}
    weekday = due.book.weekday(day)
    pins = pins_of(work, day, weekday, vans)
    apart = aparts_of(work, slugs)
    history = crate_history(work, day, slugs)
    driven = day.weekday() if weekday is None else weekday
    expected = expected_crates(driven, due.made, due.crates, history, slugs)
    rows = [
        DayStop(
            slug=slugs[stop.branch_id],
            deliver=expected[stop.branch_id].deliver,
            collect=expected[stop.branch_id].collect,
            windows=stop.windows,
            service_s=stop.service_s,
            required=stop.required or _waits(due.crates.get(stop.branch_id)),
            skip_ore=stop.skip_ore,
            pin=pins.get(stop.branch_id),
            not_with=apart.get(stop.branch_id, ()),
        )
        for stop in due.made
    ]
    return (
        tuple(sorted(rows, key=lambda row: row.slug)),
        tuple(sorted(expected.values(), key=lambda row: row.slug)),
    )


def _waits(crates: Waiting | None) -> bool:
    return crates is not None and crates.deliver + crates.collect > 0


def _waiting(work: Work, day: date, due: _Due) -> tuple[WaitingBranch, ...]:
    """The branches with crates but without a stop on the day, by slug."""
    left = due.crates.keys() - {stop.branch_id for stop in due.made}
    ahead = list(days_between(day + DAY, day + DAYS_AHEAD * DAY))
    next_on = next_stops(work, due.book, left, ahead)
    rows = [
        WaitingBranch(
            due.calendar[each].branch.slug,
            due.calendar[each].branch.name,
            due.crates[each].deliver,
            due.crates[each].collect,
            next_on.get(each),
        )
        for each in left
    ]
    return tuple(sorted(rows, key=lambda row: row.slug))


def _roads(work: Work, places: Sequence[DayPlace], season_percent: int) -> Road:
    """The ways between all places, in their order, with the settings' per cents on top."""
    points = [(place.slug, place.lat, place.lon) for place in places]
    settings = work.routing
    return road(
        work,
        points,
        settings.estimated_extra_percent,
        season_percent=season_percent,
        buffer_percent=settings.buffer_percent,
    )


def _error(work: Work) -> tuple[str, str] | None:
    error = estimate_error(work)
    if error is None:
        return None
    return _percent(error.mean_permille), _percent(error.worst_permille)


def _percent(permille: int) -> str:
    return f"{permille // 10}.{permille % 10}"


def _stability(work: Work) -> Stability:
    return Stability(
        work.routing.moved_stop_ore,
        work.routing.shifted_minute_ore,
        work.routing.free_shift_minutes,
    )
