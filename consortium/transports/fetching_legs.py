"""Use cases: ways are asked for at the road server, and kept when it has answered."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import insert
from sqlmodel import col, select

from consortium.core.audit import AuditEntry
from consortium.core.days import next_business_day
from consortium.core.errors import Conflict
from consortium.core.later import Later, Task, TaskState
from consortium.core.work import Work
from consortium.transports.distance_rules import FARTHEST_SNAP_M, ROUTED, rounded
from consortium.transports.distancing import Pair, known_legs, stopping_spots
from consortium.transports.formats.road_table import Asked, Way, Ways, questions
from consortium.transports.routing.distances import Point
from consortium.transports.tables import Leg

FETCH_LEGS: Final = Later("routing.fetch_legs")
UNDER_WAY: Final = (TaskState.WAITING, TaskState.RUNNING)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of the road server. names: point → the branches that lie there."""

    questions: tuple[Asked, ...]
    names: Mapping[Point, str]


@dataclass(frozen=True, slots=True)
class FetchView:
    """How the last questions to the road server went.

    fetched: ways that were kept. unrouted: ways that it knows no road for; they stay estimated.
    far: branches further than FARTHEST_SNAP_M from every road of its map; their ways stay
    estimated too. trouble: why it did not answer, in Swedish.
    """

    at: datetime
    fetched: int
    unrouted: int
    far: tuple[str, ...]
    trouble: str


def ask_legs(work: Work) -> None:
    """Ask for the ways that are missing; a worker fetches them within a minute."""
    work.require("transports.change")
    if not work.routing.server:
        raise Conflict("No road server is set", remedy="Name one in the setting routing.server")
    if fetch_waits(work):
        raise Conflict("It is under way already", remedy="Wait a few minutes and look again")
    if not wanted_ways(work).questions:
        raise Conflict("No way is missing between the places where vans stop")
    entry = work.audit("transports.legs_asked", work.routing.server)
    work.session.flush()
    work.later(FETCH_LEGS, key=str(entry.id))


def fetch_waits(work: Work) -> bool:
    """Whether a worker has ways to fetch."""
    rows = select(Task.id).where(Task.name == FETCH_LEGS.name, col(Task.state).in_(UNDER_WAY))
    return work.session.exec(rows).first() is not None


def wanted_ways(work: Work, points: Sequence[tuple[str, Point]] | None = None) -> Wanted:
    """The questions about the ways that nothing is known of.

    points: names and places; None: where vans stop, as on the next business day. No questions
    where no server is set.
    """
    work.require("transports.see")
    if points is None:
        day = next_business_day(work.today)
        points = [(spot.name, spot.point) for spot in stopping_spots(work, day)]
    names: dict[Point, str] = {}
    for name, given in points:
        point = rounded(*given)
        names[point] = f"{names[point]}, {name}" if point in names else name
    known = known_legs(work, list(names))
    missing = [
        (one, other)
        for one in names
        for other in names
        if one != other and (one, other) not in known
    ]
    asked = questions(missing, work.routing.server_batch) if work.routing.server else []
    return Wanted(tuple(asked), names)


def keep_ways(
    work: Work,
    answers: Sequence[tuple[Asked, Ways]],
    names: Mapping[Point, str],
    trouble: str = "",
) -> FetchView:
    """Keep what the road server answered; again changes nothing but when it was.

    names: as of what was asked. trouble: why some questions have no answer. Noted in the trail,
    a trouble that comes again once.
    """
    work.require("transports.change")
    found: dict[Pair, Way] = {}
    far: set[Point] = set()
    unrouted = 0
    for asked, ways in answers:
        far |= set(_far(asked.sources, ways.source_off_m))
        far |= set(_far(asked.targets, ways.target_off_m))
    for asked, ways in answers:
        for ends, way in _answered(asked, ways):
            if way is None:
                unrouted += not far.intersection(ends)
            elif not far.intersection(ends):
                found[ends] = way
    _put(work, found)
    view = FetchView(
        work.now, len(found), unrouted, tuple(sorted(names[point] for point in far)), trouble
    )
    _note(work, view)
    return view


def last_fetch(work: Work) -> FetchView | None:
    """How the road server answered last; None where it was never asked."""
    work.require("transports.see")
    entry = _last_note(work)
    if entry is None:
        return None
    facts = entry.facts
    return FetchView(
        entry.at, facts["fetched"], facts["unrouted"], tuple(facts["far"]), facts["trouble"]
    )


def _far(points: Sequence[Point], off_m: Sequence[int]) -> Iterator[Point]:
    return (point for point, metres in zip(points, off_m, strict=True) if metres > FARTHEST_SNAP_M)


def _answered(asked: Asked, ways: Ways) -> Iterator[tuple[Pair, Way | None]]:
    for start, row in zip(asked.sources, ways.ways, strict=True):
        for end, way in zip(asked.targets, row, strict=True):
            if start != end:
                yield (start, end), way


def _put(work: Work, found: Mapping[Pair, Way]) -> None:
    """Write legs in place of those that the server gave before for the same ends."""
    there = _there(work, found)
    given: dict[str, Any] = {
        "source": ROUTED,
        "as_of": work.routing.map_date,
        "server": work.routing.server,
        "entered_by": work.actor.name,
        "entered_at": work.now,
    }
    new = []
    for ends, (seconds, metres) in found.items():
        ((from_lat, from_lon), (to_lat, to_lon)), leg = ends, there.get(ends)
        values = {**given, "duration_s": seconds, "distance_m": metres}
        if leg is None:
            places = {"from_lat": from_lat, "from_lon": from_lon, "to_lat": to_lat}
            new.append({**values, **places, "to_lon": to_lon})
        else:
            leg.sqlmodel_update(values)
            work.session.add(leg)
    if new:
        work.session.execute(insert(Leg), new)
    work.session.flush()


def _there(work: Work, found: Mapping[Pair, Way]) -> dict[Pair, Leg]:
    if not found:
        return {}
    lats = {lat for ends in found for lat, _ in ends}
    rows = select(Leg).where(
        Leg.source == ROUTED, col(Leg.from_lat).in_(lats), col(Leg.to_lat).in_(lats)
    )
    return {
        ((leg.from_lat, leg.from_lon), (leg.to_lat, leg.to_lon)): leg
        for leg in work.session.exec(rows)
    }


def _note(work: Work, view: FetchView) -> None:
    last = _last_note(work)
    said_already = last is not None and last.facts["trouble"] == view.trouble
    if view.trouble and said_already and not view.fetched:
        return
    work.audit(
        "transports.legs_fetched",
        work.routing.server,
        fetched=view.fetched,
        unrouted=view.unrouted,
        far=list(view.far),
        trouble=view.trouble,
    )


def _last_note(work: Work) -> AuditEntry | None:
    rows = select(AuditEntry).where(AuditEntry.event == "transports.legs_fetched")
    return work.session.exec(
        rows.order_by(col(AuditEntry.at).desc(), col(AuditEntry.id).desc()).limit(1)
    ).first()
