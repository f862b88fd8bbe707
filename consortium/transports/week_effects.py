"""What a change of the week's stops comes to, before it is saved.

Read with a work open (`read_effect`), worked out with none (`effect_of`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from typing import Any, Final

from sqlmodel import select

from consortium.branches.queries import branch_by_slug, branches, closures
from consortium.core.errors import Conflict, Invalid
from consortium.core.work import Work
from consortium.transports.calendars import (
    SeasonDates,
    longest_wait,
    season_on,
    traffic_weekday,
)
from consortium.transports.day_basis import CaseFile, DayBasis, PlanFile
from consortium.transports.days import kept_routes, read_week_day
from consortium.transports.library_week import days_between, season_dates, template_of
from consortium.transports.routing import plan, retime
from consortium.transports.rules import (
    Routes,
    arrivals,
    day_case,
    minutes_of_work,
    routes_without,
    ways_in,
)
from consortium.transports.tables import TemplateStop
from consortium.transports.weekly_stops import WeeklyStop, season_id_of, stop_faults, template_row

ITERATIONS: Final = 30
WORTH_A_SEARCH_ORE: Final = 10_000
"""What a change costs a week from which on a new order of the other stops is worth a search."""

LOOKS_AHEAD: Final = timedelta(days=400)
MOST_TRIED: Final = 8


@dataclass(frozen=True, slots=True)
class WeekStops:
    """Of a branch in a week: how many stops, and the most days between two; None without any."""

    stops: int
    longest_wait: int | None


@dataclass(frozen=True, slots=True)
class EffectBasis:
    """A day of the weekday before and after a change. names: slug → name.

    slug: the branch whose stop is changed; was, becomes: its week.
    """

    slug: str
    names: Mapping[str, str]
    was: WeekStops
    becomes: WeekStops
    before: DayBasis
    after: DayBasis


@dataclass(frozen=True, slots=True)
class BranchEffect:
    """What changes for a branch on the weekday: van and arrival, empty and None without a stop."""

    slug: str
    name: str
    vehicle_was: str
    vehicle_becomes: str
    was: time | None
    becomes: time | None


@dataclass(frozen=True, slots=True)
class WeekEffect:
    """The effect of a change of the week: that of the weekday, since the others stay as they are.

    day: the date that it was reckoned on. branches: those with another van or time, the changed one
    first. others: how many stops stay as they are. minutes_more, km_more, ore_more: a week,
    negative where less. unserved: names of the branches that the vans do not manage after it.
    """

    day: date
    slug: str
    name: str
    was: WeekStops
    becomes: WeekStops
    branches: tuple[BranchEffect, ...]
    others: int
    minutes_more: int
    km_more: int
    ore_more: int
    unserved: tuple[str, ...]


def read_effect(work: Work, new: WeeklyStop, *, dropped: bool = False) -> EffectBasis:
    """What is needed to tell the effect of setting a stop of the week, or of dropping it.

    Refuses as `set_template_stop` does. It is reckoned on the next such weekday of the season on
    which the branch is not closed; in a season that is over, on its first.
    """
    work.require("transports.change")
    branch = branch_by_slug(work, new.branch)
    if faults := list(stop_faults(new, branch.kind)):
        raise Invalid(faults)
    season_id = season_id_of(work, new.season)
    before = work.session.exec(select(TemplateStop)).all()
    others = [
        row
        for row in before
        if (row.season_id, row.weekday, row.branch_id) != (season_id, new.weekday, branch.id)
    ]
    after = others if dropped else [*others, template_row(work, new)]
    day = _day(work, new.weekday, season_id, branch.id)
    return EffectBasis(
        branch.slug,
        {each.slug: each.name for each, _ in branches(work)},
        _week_of(before, season_id, branch.id),
        _week_of(after, season_id, branch.id),
        read_week_day(work, day, before),
        read_week_day(work, day, after),
    )


def effect_of(
    basis: EffectBasis, iterations: int = ITERATIONS, *, search: bool = False
) -> WeekEffect:
    """The effect, by the known routes of the weekday as they are and with the change; pure.

    The routes are kept: the stop is put where it costs least, or taken out. What has no known
    routes, and a stop that fits nowhere in them, is planned with few iterations. search: plan the
    day as well, and tell what the cheaper of the two comes to; that takes some seconds.
    """
    before = _before(day_case(basis.before, iterations))
    known = replace(basis.after, previous=kept_routes(before))
    after = _after(day_case(known, iterations), basis.slug, search=search)
    changed = tuple(_branches(basis, before, after))
    return WeekEffect(
        day=basis.before.day,
        slug=basis.slug,
        name=basis.names[basis.slug],
        was=basis.was,
        becomes=basis.becomes,
        branches=changed,
        others=len(arrivals(after).keys() - {each.slug for each in changed}),
        minutes_more=minutes_of_work(after) - minutes_of_work(before),
        km_more=_km(after) - _km(before),
        ore_more=_ore(after) - _ore(before),
        unserved=tuple(
            basis.names[stop["id"]] for stop in after["unserved"] if stop["reason"] != "skipped"
        ),
    )


def _before(case: CaseFile) -> PlanFile:
    """The day by its known routes, where they hold and have every stop; else planned anew."""
    routes = routes_without(case, "")
    left_out = {stop["id"] for stop in case["stops"]} - {
        each for r in routes for each in r["stops"]
    }
    made = None if left_out else _retimed(case, routes)
    return made or plan(case, remedied=False)


def _after(case: CaseFile, slug: str, *, search: bool) -> PlanFile:
    """The day by its known routes with a stop put in where that costs least, or taken out."""
    without = routes_without(case, slug)
    asked = any(stop["id"] == slug for stop in case["stops"])
    tried = ways_in(case, without, slug) if asked else [without]
    held = (made for routes in tried if (made := _retimed(case, routes)) is not None)
    found = min(held, key=_total_ore, default=None)
    if found is not None and not search:
        return found
    return min((plan(case, remedied=False), *([found] if found else [])), key=_total_ore)


def _retimed(case: CaseFile, routes: Routes) -> PlanFile | None:
    try:
        return retime(case, [route for route in routes if route["stops"]])
    except Conflict:  # a window, the room or the shift does not bear this order
        return None


def _branches(basis: EffectBasis, before: PlanFile, after: PlanFile) -> Iterator[BranchEffect]:
    old, new = arrivals(before), arrivals(after)
    none = ("", "")
    differ = [each for each in old.keys() | new.keys() if old.get(each) != new.get(each)]
    for slug in sorted(differ, key=lambda each: (each != basis.slug, new.get(each, none)[1], each)):
        (vehicle_was, was), (vehicle_becomes, becomes) = old.get(slug, none), new.get(slug, none)
        yield BranchEffect(
            slug,
            basis.names[slug],
            vehicle_was,
            vehicle_becomes,
            time.fromisoformat(was) if was else None,
            time.fromisoformat(becomes) if becomes else None,
        )


def _week_of(template: Sequence[TemplateStop], season_id: int | None, branch_id: int) -> WeekStops:
    weekdays = [
        weekday
        for weekday in range(5)
        for row in template_of(template, weekday, season_id)
        if row.branch_id == branch_id and row.served
    ]
    return WeekStops(len(weekdays), longest_wait(weekdays))


def _day(work: Work, weekday: int, season_id: int | None, branch_id: int) -> date:
    seasons = season_dates(work, date.min, date.max)
    first = work.today + timedelta(days=1)
    days = list(_such_days(weekday, season_id, seasons, first, first + LOOKS_AHEAD))
    if not days:
        began = min((each.first_on for each in seasons if each.id == season_id), default=first)
        days = list(_such_days(weekday, season_id, seasons, began, began + LOOKS_AHEAD))
    if not days:
        return next(_such_days(weekday, season_id, [], first, first + LOOKS_AHEAD))
    tried = days[:MOST_TRIED]
    shut = [row for row in closures(work, tried[0], tried[-1]) if row.branch_id == branch_id]
    free = (day for day in tried if not any(row.from_on <= day <= row.to_on for row in shut))
    return next(free, tried[0])


def _such_days(
    weekday: int,
    season_id: int | None,
    seasons: Sequence[SeasonDates],
    first: date,
    last: date,
) -> Iterator[date]:
    """The days of a weekday that are driven and, where seasons are given, are in that season."""
    for day in days_between(first, last):
        season: Any = season_on(day, seasons)
        mine = not seasons or (season.id if season else None) == season_id
        if mine and traffic_weekday(day, {}) == weekday:
            yield day


def _total_ore(made: PlanFile) -> tuple[int, int]:
    """How many stops are unserved, then what the plan costs with its changes."""
    unserved = [stop for stop in made["unserved"] if stop["reason"] != "skipped"]
    return len(unserved), int(made["cost"]["total_ore"])


def _km(made: PlanFile) -> int:
    """Whole km, rounded half up."""
    metres = sum(int(route["distance_m"]) for route in made["routes"])
    return (2 * metres + 1_000) // 2_000


def _ore(made: PlanFile) -> int:
    return int(made["cost"]["total_ore"]) - int(made["cost"]["stability_ore"])
