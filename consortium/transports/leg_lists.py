"""Questions about the legs that are known: how many, and which."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlmodel import and_, col, func, or_, select

from consortium.core.days import next_business_day
from consortium.core.work import Work
from consortium.transports.distance_rules import (
    ESTIMATED,
    MEASURED,
    ROUTED,
    SOURCES,
    EstimateError,
)
from consortium.transports.distancing import (
    calibrated,
    estimate_error,
    known_legs,
    spots,
    stopping_spots,
)
from consortium.transports.fetching_legs import FetchView, fetch_waits, last_fetch
from consortium.transports.routing.distances import Estimate, Point
from consortium.transports.tables import Leg

KINDS: Final = (MEASURED, ROUTED)


@dataclass(frozen=True, slots=True)
class Overview:
    """How well the ways between the places where vans stop are known.

    counts: source → ordered pairs. estimate: what the others are estimated by, without extra time;
    error: how far it is off at known legs. waits: a worker has ways to fetch.
    """

    stops: int
    counts: Mapping[str, int]
    estimate: Estimate
    error: EstimateError | None
    fetch: FetchView | None
    waits: bool

    @property
    def pairs(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class LegFilter:
    """source: `measured` or `routed`. branch: a slug, or empty; its ways out and in."""

    source: str = MEASURED
    branch: str = ""


@dataclass(frozen=True, slots=True)
class LegView:
    """A leg with the names of who lies at its ends today, empty where nobody does."""

    id: int
    origin: str
    destination: str
    ends: tuple[Point, Point]
    source: str
    duration_s: int
    distance_m: int
    as_of: date | None
    server: str
    entered_by: str
    entered_at: datetime


def distances_overview(work: Work) -> Overview:
    """How well the ways are known that the next business day's plans go by."""
    work.require("transports.see")
    points = [spot.point for spot in stopping_spots(work, next_business_day(work.today))]
    known = known_legs(work, points)
    counts = Counter(dict.fromkeys(SOURCES, 0))
    for start in points:
        for end in points:
            if start != end:
                counts[known[start, end][0] if (start, end) in known else ESTIMATED] += 1
    return Overview(
        len(points),
        counts,
        calibrated(work),
        estimate_error(work),
        last_fetch(work),
        fetch_waits(work),
    )


def legs_page(
    work: Work, chosen: LegFilter, offset: int = 0, size: int | None = None
) -> tuple[list[LegView], int]:
    """Legs, the latest entered first, and how many there are in all. size: None for all."""
    work.require("transports.see")
    rows = select(Leg).where(*_wanted(work, chosen))
    total = work.session.exec(select(func.count()).select_from(rows.subquery())).one()
    newest = rows.order_by(col(Leg.entered_at).desc(), col(Leg.id).desc())
    named = _named(work)
    page = newest.offset(offset).limit(size) if size is not None else newest
    return [_view(leg, named) for leg in work.session.exec(page)], total


def _wanted(work: Work, chosen: LegFilter) -> Iterator[Any]:
    yield Leg.source == (chosen.source if chosen.source in KINDS else MEASURED)
    if chosen.branch:
        point = next((s.point for s in spots(work, work.today) if s.slug == chosen.branch), None)
        lat, lon = point or (None, None)
        yield or_(
            and_(col(Leg.from_lat) == lat, col(Leg.from_lon) == lon),
            and_(col(Leg.to_lat) == lat, col(Leg.to_lon) == lon),
        )


def _named(work: Work) -> dict[Point, str]:
    named: dict[Point, str] = {}
    for spot in spots(work, work.today):
        there = named.get(spot.point)
        named[spot.point] = f"{there}, {spot.name}" if there else spot.name
    return named


def _view(leg: Leg, named: Mapping[Point, str]) -> LegView:
    start, end = (leg.from_lat, leg.from_lon), (leg.to_lat, leg.to_lon)
    return LegView(
        leg.id,
        named.get(start, ""),
        named.get(end, ""),
        (start, end),
        leg.source,
        leg.duration_s,
        leg.distance_m,
        leg.as_of,
        leg.server,
        leg.entered_by,
        leg.entered_at,
    )
