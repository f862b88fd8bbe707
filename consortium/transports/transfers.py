"""Query: on which day a crate arrives, for each branch that it is packed at and each it goes to.

Each day to come is taken as it is planned: its published plan, else the week's plan of its weekday
and season, else the last published plan of the same weekday. Where none of them is there, only the
week's stops are known, without their times: nothing is then taken to arrive the day it is fetched.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any, Final

from sqlmodel import col, select

from consortium.branches.queries import branches
from consortium.branches.tables import Branch
from consortium.core.days import DAY
from consortium.core.errors import NotFound
from consortium.core.work import Work
from consortium.crates.rules import is_depot
from consortium.transports.library_week import WeekBook, read_week
from consortium.transports.queries import vehicles
from consortium.transports.tables import Plan, Vehicle, WeekPlan
from consortium.transports.transfer_rules import (
    Arrival,
    Call,
    Loop,
    TrafficDay,
    arrivals_from,
)

CHOICES: Final = 5
"""So many traffic days to come can be chosen as the day of packing: each weekday once."""

AHEAD: Final = timedelta(days=35)
BEFORE: Final = timedelta(days=28)
LAST_SECOND: Final = 86_399
PLANNED, WEEKLY, BEFORE_NOW, TEMPLATE = "planned", "weekly", "before", "template"


@dataclass(frozen=True, slots=True)
class TransferDay:
    """A day to come. source: `planned`, `weekly`, `before` or `template`: what is known of it."""

    day: date
    source: str


@dataclass(frozen=True, slots=True)
class TransferPlace:
    """A branch that crates are left and fetched at. lat, lon: WGS 84 degrees."""

    slug: str
    name: str
    locality: str
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Transfers:
    """When crates arrive that are packed on a day. days: those that can be chosen.

    places: where crates are left and fetched, by name. reached: origin → destination → arrival;
    what cannot be reached within five weeks is left out. sources: what the days rest on, which the
    answers go by. untimed: the days of which no times are known. depots: their names.
    """

    packed_on: date
    days: tuple[TransferDay, ...]
    places: tuple[TransferPlace, ...]
    reached: Mapping[str, Mapping[str, Arrival]]
    sources: frozenset[str]
    untimed: frozenset[date]
    depots: tuple[str, ...]
    minutes: int


def transfers(work: Work, packed_on: date | None = None) -> Transfers | None:
    """When crates arrive that are packed on a day, else on the next traffic day.

    None where nothing is known of any day to come; NotFound of a day that is none of the next five.
    """
    work.require("transports.see")
    known = _known_days(work)
    if not known:
        return None
    choices = tuple(TransferDay(day.day, source) for day, source in known[:CHOICES])
    first = packed_on or choices[0].day
    if first not in {each.day for each in choices}:
        raise NotFound("{day} is none of the next days with transports", day=first.isoformat())
    days = [day for day, _ in known if day.day >= first]
    places = {branch.slug: branch for branch, _ in branches(work)}
    depots = _depots(days, places)
    called = {call.place for day in days for loop in day.loops for call in loop.calls}
    stops = [places[slug] for slug in called & places.keys() if not is_depot(places[slug].kind)]
    minutes = work.routing.transfer_minutes
    return Transfers(
        packed_on=first,
        days=choices,
        places=tuple(sorted(map(_place, stops), key=lambda place: (place.name, place.slug))),
        reached={each.slug: arrivals_from(days, each.slug, depots, minutes) for each in stops},
        sources=frozenset(source for day, source in known if day.day >= first),
        untimed=frozenset(day.day for day, source in known if source == TEMPLATE),
        depots=tuple(sorted(places[slug].name for slug in depots & places.keys())),
        minutes=minutes,
    )


def arrivals_on(work: Work, day: date, origins: Collection[str]) -> dict[tuple[str, str], date]:
    """Origin and destination → the day that a crate arrives which is packed at one of `origins`
    before the first van of `day`; pairs of which nothing is known are left out.
    """
    work.require("transports.see")
    days = [each for each, _ in _known_days(work) if each.day >= day] if origins else []
    depots = _depots(days, {branch.slug: branch for branch, _ in branches(work)})
    return {
        (origin, place): arrival.day
        for origin in origins
        for place, arrival in arrivals_from(
            days, origin, depots, work.routing.transfer_minutes
        ).items()
    }


def loops_of(case: Mapping[str, Any], plan: Mapping[str, Any]) -> tuple[Loop, ...]:
    """The routes of a plan, with its case, as rides of crates."""
    vans = {van["id"]: van for van in case["vehicles"]}
    return tuple(
        Loop(
            route["vehicle"],
            (
                _call(vans[route["vehicle"]]["start"], route["depart"], route["depart"]),
                *(_call(stop["id"], stop["arrive"], stop["leave"]) for stop in route["stops"]),
                _call(vans[route["vehicle"]]["end"], route["back"], route["back"]),
            ),
        )
        for route in plan["routes"]
    )


def _place(branch: Branch) -> TransferPlace:
    return TransferPlace(branch.slug, branch.name, branch.locality, branch.lat, branch.lon)


def _known_days(work: Work) -> list[tuple[TrafficDay, str]]:
    """The traffic days from tomorrow on of which something is known, and what."""
    first, last = work.today + DAY, work.today + AHEAD
    book = read_week(work, work.today - BEFORE, last)
    plans = _plans(work, work.today - BEFORE, last)
    usual = _usual(work, book, plans)
    found = []
    for number in range((last - first).days + 1):
        day = first + number * DAY
        if book.weekday(day) is None:
            continue
        loops, source = (
            (loops_of(plans[day].case, plans[day].plan), PLANNED)
            if day in plans
            else usual.loops_on(day)
        )
        if loops:
            found.append((TrafficDay(day, loops), source))
    return found


def _plans(work: Work, first: date, last: date) -> dict[date, Plan]:
    rows = select(Plan).where(
        Plan.state == "published", Plan.on_date >= first, Plan.on_date <= last
    )
    return {plan.on_date: plan for plan in work.session.exec(rows)}


@dataclass(frozen=True, slots=True)
class _Usual:
    """What a day without a plan of its own is like.

    plans: by date. weekly: by season and weekday. origins: the plans those were taken from, by id.
    vans: by code, with their depots' slugs. slugs: of branches, by id.
    """

    book: WeekBook
    plans: Mapping[date, Plan]
    weekly: Mapping[tuple[int | None, int], WeekPlan]
    origins: Mapping[int, Plan]
    vans: Mapping[str, tuple[Vehicle, str]]
    slugs: Mapping[int, str]

    def loops_on(self, day: date) -> tuple[tuple[Loop, ...], str]:
        season = self.book.season(day)
        weekday = self.book.weekday(day)
        weekly = self.weekly.get((season.id if season else None, weekday or 0))
        if weekly:
            return self._weekly(weekly), WEEKLY
        alike = [
            each
            for each in self.plans
            if each < day
            and self.book.weekday(each) == weekday
            and self.book.season(each) == season
        ]
        if alike:
            last = self.plans[max(alike)]
            return loops_of(last.case, last.plan), BEFORE_NOW
        return self._template(day), TEMPLATE

    def _weekly(self, weekly: WeekPlan) -> tuple[Loop, ...]:
        """With the times of the plan that it was taken from, else with its arrivals alone."""
        plan = self.origins.get(weekly.plan_id) if weekly.plan_id is not None else None
        if plan is not None:
            return loops_of(plan.case, plan.plan)
        known = [route for route in weekly.routes if route["vehicle"] in self.vans]
        return tuple(self._bare(route) for route in known)

    def _bare(self, route: Mapping[str, Any]) -> Loop:
        """A route without departure and return: they are taken at the ends of the van's shift."""
        van, depot = self.vans[route["vehicle"]]
        stops = zip(route["stops"], route.get("arrivals", ()), strict=False)
        return Loop(
            van.code,
            (
                _call(depot, van.shift_from.isoformat(), van.shift_from.isoformat()),
                *(_call(slug, at, at) for slug, at in stops),
                _call(depot, van.shift_to.isoformat(), van.shift_to.isoformat()),
            ),
        )

    def _template(self, day: date) -> tuple[Loop, ...]:
        """Each stop by itself, from midnight to midnight; none where there are several depots."""
        depots = {depot for van, depot in self.vans.values() if van.active and not van.spare}
        if len(depots) != 1:
            return ()
        (depot,) = depots
        begin, end = Call(depot, 0, 0), Call(depot, LAST_SECOND, LAST_SECOND)
        due = [stop for stop in self.book.due(day) if stop.windows]
        return tuple(
            Loop(self.slugs[stop.branch_id], (begin, self._due_call(stop), end)) for stop in due
        )

    def _due_call(self, stop: Any) -> Call:
        at_s = _seconds(stop.windows[0][0].isoformat())
        return Call(self.slugs[stop.branch_id], at_s, at_s)


def _usual(work: Work, book: WeekBook, plans: Mapping[date, Plan]) -> _Usual:
    weekly = work.session.exec(select(WeekPlan)).all()
    taken_from = [row.plan_id for row in weekly if row.plan_id is not None]
    origins = work.session.exec(select(Plan).where(col(Plan.id).in_(taken_from)))
    return _Usual(
        book,
        plans,
        {(row.season_id, row.weekday): row for row in weekly},
        {plan.id: plan for plan in origins},
        {van.code: (van, depot.slug) for van, depot in vehicles(work)},
        {branch.id: branch.slug for branch, _ in branches(work)},
    )


def _depots(days: Iterable[TrafficDay], places: Mapping[str, Branch]) -> frozenset[str]:
    """Where vans begin and end, and the depots that they come to on their way."""
    loops = [loop for day in days for loop in day.loops]
    ends = {loop.calls[place].place for loop in loops for place in (0, -1)}
    called = {call.place for loop in loops for call in loop.calls}
    return frozenset(ends | {s for s in called & places.keys() if is_depot(places[s].kind)})


def _call(place: str, arrive: str, leave: str) -> Call:
    return Call(place, _seconds(arrive), _seconds(leave))


def _seconds(clock: str) -> int:
    at = time.fromisoformat(clock)
    return (at.hour * 60 + at.minute) * 60 + at.second
