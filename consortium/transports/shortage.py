"""Queries: what decides whom to put off where a van or a driver is short."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from typing import Final

from sqlmodel import col, select

from consortium.branches.tables import Branch
from consortium.core.days import DAY
from consortium.core.errors import NotFound
from consortium.core.work import Work
from consortium.transports.day_basis import AbsentVan, DayBasis, Shortage
from consortium.transports.library_week import WeekBook, days_between, next_stops
from consortium.transports.tables import Plan, Vehicle

LOOKS_BACK: Final = 14 * DAY
LOOKS_AHEAD: Final = 14 * DAY


def shortage_of(work: Work, book: WeekBook, day: date, stops: Collection[str]) -> Shortage:
    """What decides among the stops (slugs) of a day. book: the week, for the days after it too."""
    work.require("transports.see")
    rows = select(Branch.id, Branch.slug).where(col(Branch.slug).in_(stops))
    slugs = dict(work.session.exec(rows).all())
    ahead = next_stops(work, book, slugs, days_between(day + DAY, day + LOOKS_AHEAD))
    return Shortage(
        owed=frozenset(_left_out(work, day) & set(stops)),
        keys=frozenset(slug for branch_id, slug in slugs.items() if branch_id in book.keys),
        next_on={slug: ahead.get(branch_id) for branch_id, slug in slugs.items()},
    )


def without_van(work: Work, book: WeekBook, basis: DayBasis, code: str) -> DayBasis:
    """The day as it would be if a van were absent."""
    van = work.session.exec(select(Vehicle).where(Vehicle.code == code)).first()
    if van is None:
        raise NotFound("There is no vehicle {code}", code=code)
    left = tuple(each for each in basis.vehicles if each.code != code)
    absent = [each for each in basis.absent if each.code != code]
    stops = [stop.slug for stop in basis.stops]
    return replace(
        basis,
        vehicles=left,
        absent=(*absent, AbsentVan(code, van.name, "")),
        shortage=shortage_of(work, book, basis.day, stops),
    )


def _left_out(work: Work, day: date) -> set[str]:
    """The stops that the last published plan which had them, in two weeks, left out."""
    rows = (
        select(Plan.plan)
        .where(Plan.state == "published", Plan.on_date >= day - LOOKS_BACK, Plan.on_date < day)
        .order_by(col(Plan.on_date).desc())
    )
    last: dict[str, bool] = {}
    for made in work.session.exec(rows):
        left = {stop["id"] for stop in made["unserved"]}
        served = {stop["id"] for route in made["routes"] for stop in route["stops"]}
        for stop in left | served:
            last.setdefault(stop, stop in left)
    return {stop for stop, was_left in last.items() if was_left}
