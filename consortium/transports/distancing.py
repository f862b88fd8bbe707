"""Questions about distances: what is known of the way between two points, and what is estimated."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlmodel import col, select

from consortium.branches.places import Place, places_on
from consortium.branches.queries import is_merged
from consortium.branches.tables import Branch
from consortium.core.work import Work
from consortium.transports.distance_rules import (
    ESTIMATED,
    MEASURED,
    ROUTED,
    EstimateError,
    KnownLeg,
    Metres,
    Seconds,
    circle_of,
    error_of,
    estimated,
    factor_of,
    fitted,
    rounded,
    times,
)
from consortium.transports.routing.distances import Estimate, Point
from consortium.transports.tables import ExtraStop, Leg, TemplateStop, Vehicle

MOST_FITTED: Final = 5_000
"""The estimate is fitted to so many known legs at most, those that were measured first."""

Pair = tuple[Point, Point]


@dataclass(frozen=True, slots=True)
class Road:
    """The ways between points, in their order: seconds, metres, and where each leg comes from.

    sources: `measured`, `routed` or `estimated`; a point to itself is estimated, at 0.
    """

    durations_s: Seconds
    distances_m: Metres
    sources: list[list[str]]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a branch lies on a date. point: as legs are kept by it."""

    slug: str
    name: str
    kind: str
    point: Point


def road(
    work: Work,
    points: Sequence[tuple[str, float, float]],
    extra_percent: int,
    season_percent: int = 0,
    buffer_percent: int = 0,
) -> Road:
    """The ways between all points, the best that is known of each.

    points: id, latitude, longitude. A leg is the measured one, else the one that the road server
    worked out on the map of the setting `routing.map_date`, else estimated. Times are longer by
    season_percent and buffer_percent, estimated ones by extra_percent too; rounded half up, once.
    """
    ends = [rounded(lat, lon) for _, lat, lon in points]
    longer = factor_of(season_percent, buffer_percent)
    known = known_legs(work, ends)
    if all(start == end or (start, end) in known for start in ends for end in ends):
        durations_s, distances_m = ([[0] * len(ends) for _ in ends] for _ in range(2))
    else:
        extra = factor_of(extra_percent)
        durations_s, distances_m = estimated(ends, calibrated(work), longer * extra)
    sources = [[ESTIMATED] * len(ends) for _ in ends]
    for row, start in enumerate(ends):
        for column, end in enumerate(ends):
            if (start, end) in known and start != end:
                source, seconds, metres = known[start, end]
                sources[row][column] = source
                durations_s[row][column] = times(seconds, longer)
                distances_m[row][column] = metres
    return Road(durations_s, distances_m, sources)


def calibrated(work: Work) -> Estimate:
    """The estimate, without extra time, as the legs that are known let it be fitted."""
    return fitted(_fitting(work))


def estimate_error(work: Work) -> EstimateError | None:
    """How far the estimate is off at the legs that are known; None where none is."""
    return error_of(_fitting(work))


def known_legs(work: Work, points: Sequence[Point]) -> dict[Pair, tuple[str, int, int]]:
    """Start and end → source, seconds and metres of the best leg known between any two points."""
    # one column only: SQLite would look up every combination of four lists in the index
    rows = _legs(work).where(col(Leg.from_lat).in_({lat for lat, _ in points}))
    known = _best(work.session.execute(rows))
    wanted = set(points)
    return {ends: leg for ends, leg in known.items() if wanted.issuperset(ends)}


def spots(work: Work, day: date) -> list[Spot]:
    """Where each branch lies on `day` and what it is called then, by name; merged ones are left
    out from the day that another took over.
    """
    there = [branch for branch in work.session.exec(select(Branch)) if not is_merged(branch, day)]
    places = places_on(work, day, there)
    found = [_spot(branch, places[branch.id]) for branch in there]
    return sorted(found, key=lambda spot: (spot.name, spot.slug))


def stopping_spots(work: Work, day: date) -> list[Spot]:
    """Where vans drive: the depots, and the branches with a stop in the week or an extra one to
    come, as they lie on `day`.
    """
    asked = (
        select(col(TemplateStop.branch_id)).where(col(TemplateStop.served).is_(True)),
        select(col(ExtraStop.branch_id)).where(ExtraStop.on_date >= day),
        select(col(Vehicle.depot_id)).where(col(Vehicle.active).is_(True)),
    )
    ids = {row for rows in asked for row in work.session.exec(rows)}
    slugs = set(work.session.exec(select(Branch.slug).where(col(Branch.id).in_(ids))))
    return [spot for spot in spots(work, day) if spot.slug in slugs]


def _spot(branch: Branch, place: Place) -> Spot:
    return Spot(branch.slug, place.name, branch.kind, rounded(place.lat, place.lon))


def _fitting(work: Work) -> list[KnownLeg]:
    """The legs that the estimate is fitted to; one that is the same back counts once."""
    rows = _legs(work).order_by(col(Leg.source), col(Leg.id)).limit(MOST_FITTED)
    known = _best(work.session.execute(rows))
    return [
        KnownLeg(circle_of(*ends), metres, seconds)
        for ends, (source, seconds, metres) in known.items()
        if ends[0] < ends[1] or known.get(ends[::-1]) != (source, seconds, metres)
    ]


def _legs(work: Work) -> Any:
    """The legs that hold: measured ones, and those of the server's map that is set."""
    ends = select(col(Leg.from_lat), col(Leg.from_lon), col(Leg.to_lat), col(Leg.to_lon))
    rows = ends.add_columns(col(Leg.source), col(Leg.duration_s), col(Leg.distance_m))
    map_date = work.routing.map_date
    if map_date is None:
        return rows
    return rows.where((col(Leg.source) == MEASURED) | (col(Leg.as_of) == map_date))


def _best(rows: Iterable[Any]) -> dict[Pair, tuple[str, int, int]]:
    known: dict[Pair, tuple[str, int, int]] = {}
    for from_lat, from_lon, to_lat, to_lon, source, seconds, metres in rows:
        ends = (from_lat, from_lon), (to_lat, to_lon)
        if source != ROUTED or ends not in known:
            known[ends] = source, seconds, metres
    return known
