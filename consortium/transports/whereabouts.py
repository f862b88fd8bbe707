"""Questions about crates: where they are, where they have been, what comes and goes today."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Final

from sqlalchemy import literal
from sqlalchemy.orm import aliased
from sqlmodel import and_, col, func, or_, select

from consortium.branches.queries import branch_by_slug, branches
from consortium.branches.tables import Branch
from consortium.core.cursors import START, Cursor, Order, window
from consortium.core.errors import Invalid, NotFound
from consortium.core.work import Work
from consortium.members.tables import Member
from consortium.transports.days import published_plan
from consortium.transports.rules import EVENTS, arrivals
from consortium.transports.tables import Crate, CrateEvent, CrateTrip

PAGE: Final = 50
FREE: Final = "free"
"""The state of a crate that is on no journey."""

RECEIVED: Final = EVENTS[-1]
STATES: Final = (FREE, *EVENTS[:-1])
ANY_TRIP: Final = aliased(CrateTrip)
NEWEST_ID: Final = (
    select(func.max(ANY_TRIP.id)).where(ANY_TRIP.crate_id == Crate.id).correlate(Crate)
).scalar_subquery()
HEARD_AT: Final = (
    select(func.max(CrateEvent.at))
    .where(CrateEvent.trip_id == CrateTrip.id)
    .correlate(CrateTrip)
    .scalar_subquery()
)
LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""In the order LATEST, when a crate was heard of that never was: a cursor holds no NULL."""

LATEST: Final = Order(
    (func.coalesce(HEARD_AT, literal(LONG_AGO, HEARD_AT.type)), col(Crate.code)),
    (True, False),
    (datetime, str),
    lambda row: (row[2] or LONG_AGO, row[0].code),
)


@dataclass(frozen=True, slots=True)
class CrateFilter:
    """What to look for; empty: anything.

    code: a part of it. state: `free`, `packed`, `collected` or `delivered`. branch: a slug; crates
    that are there, come from there or go there.
    """

    code: str = ""
    state: str = ""
    branch: str = ""


@dataclass(frozen=True, slots=True)
class CrateRow:
    """A crate now. place: the branch it is at, empty on the road. scanned_at: last heard of.

    origin, destination: of its journey, empty where it is on none.
    """

    code: str
    state: str
    place: str
    origin: str
    destination: str
    scanned_at: datetime | None


@dataclass(frozen=True, slots=True)
class CratePage:
    """A page of crates, the last heard of first. counts: state → crates, whatever state is asked.

    total: crates on all pages. before, after: where the pages beside it begin, None at the ends.
    """

    rows: tuple[CrateRow, ...]
    total: int
    counts: Mapping[str, int]
    before: Cursor | None = None
    after: Cursor | None = None


@dataclass(frozen=True, slots=True)
class ScanView:
    kind: str
    branch: str
    at: datetime


@dataclass(frozen=True, slots=True)
class JourneyView:
    origin: str
    destination: str
    state: str
    scans: tuple[ScanView, ...]


@dataclass(frozen=True, slots=True)
class CrateView:
    """A crate with its journeys, the last one first, and their scans, the first one first."""

    row: CrateRow
    home: str
    registered_on: date
    journeys: tuple[JourneyView, ...]


@dataclass(frozen=True, slots=True)
class CrateLine:
    """A crate that comes or goes. other: the branch at the other end. state: of its journey."""

    code: str
    other: str
    state: str


@dataclass(frozen=True, slots=True)
class BranchToday:
    """What comes to a branch on a day and what leaves it.

    arrive: when the van comes by the published plan, None where it does not. coming: crates on
    their way to it, and those delivered that day. leaving: crates packed, and those collected.
    """

    name: str
    arrive: time | None
    coming: tuple[CrateLine, ...]
    leaving: tuple[CrateLine, ...]


def crates(work: Work, wanted: CrateFilter | None = None, cursor: Cursor = START) -> CratePage:
    """A page of 50 of the crates within the actor's scope that are wanted, in the order LATEST.

    Within scope are crates that belong to a branch of it, are there, come from there or go there.
    """
    wanted = wanted or CrateFilter()
    if wanted.state not in {"", *STATES}:
        raise Invalid("{state} is no state of a crate", at="state", state=wanted.state)
    conditions = crate_conditions(work, wanted)
    counts = _counts(work, conditions)
    total = counts[wanted.state] if wanted.state else sum(counts.values())
    if wanted.state:
        conditions.append(in_state(wanted.state))
    rows = beside_trips(select(Crate, CrateTrip, HEARD_AT)).where(*conditions)
    page, names = window(work, rows, LATEST, cursor, PAGE), branch_names(work)
    found = [crate_row(crate, trip, at, names) for crate, trip, at in page.rows]
    return CratePage(tuple(found), total, counts, page.before, page.after)


def crate_view(work: Work, code: str) -> CrateView:
    """A crate with all its journeys; NotFound where it is none of the actor's scope."""
    scope = work.scope("transports.see")
    crate = work.session.exec(select(Crate).where(Crate.code == code.strip().upper())).first()
    journeys = select(CrateTrip).where(CrateTrip.crate_id == crate.id) if crate else None
    if crate is None or journeys is None:
        raise NotFound("There is no crate {code}", code=code)
    trips = list(work.session.exec(journeys.order_by(col(CrateTrip.id).desc())))
    reach = {branch.id for branch, _ in branches(work, scope)}
    places = {crate.home_id} | {
        place for trip in trips for place in (trip.origin_id, trip.destination_id)
    }
    if not places & reach:
        raise NotFound("There is no crate {code}", code=code)
    names, scans = branch_names(work), _scans(work, trips)
    last = trips[0] if trips else None
    last_at = max((scan.at for scan in scans.get(last.id, [])), default=None) if last else None
    return CrateView(
        crate_row(crate, last, last_at, names),
        names[crate.home_id],
        crate.registered_on,
        tuple(_journey(trip, scans.get(trip.id, []), names) for trip in trips),
    )


def crates_today(work: Work, slug: str, day: date) -> BranchToday:
    """What comes to a branch on `day` and what leaves it."""
    branch = branch_by_slug(work, slug)
    member = work.session.get_one(Member, branch.member_id)
    work.require("transports.see", member.code)
    plan = published_plan(work, day)
    arrive = arrivals(plan.plan).get(slug) if plan else None
    return BranchToday(
        branch.name,
        time.fromisoformat(arrive[1]) if arrive else None,
        _lines(work, (CrateTrip.destination_id, CrateTrip.origin_id), branch, "delivered", day),
        _lines(work, (CrateTrip.origin_id, CrateTrip.destination_id), branch, "collected", day),
    )


def crate_conditions(work: Work, wanted: CrateFilter) -> list[Any]:
    """What a crate has to fulfil to be shown and counted, its state left aside."""
    scope = work.scope("transports.see")
    conditions: list[Any] = []
    if scope is not None:
        ids = [branch.id for branch, _ in branches(work, scope)]
        conditions.append(or_(col(Crate.home_id).in_(ids), _touches(ids)))
    if wanted.code:
        conditions.append(col(Crate.code).contains(wanted.code.strip().upper(), autoescape=True))
    if wanted.branch:
        conditions.append(_touches([branch_by_slug(work, wanted.branch).id]))
    return conditions


def _touches(branch_ids: Collection[int]) -> Any:
    """Crates that are at one of the branches, come from there or go there."""
    resting = and_(col(CrateTrip.id).is_(None), col(Crate.home_id).in_(branch_ids))
    leaving = and_(col(CrateTrip.origin_id).in_(branch_ids), CrateTrip.state != RECEIVED)
    return or_(resting, leaving, col(CrateTrip.destination_id).in_(branch_ids))


def in_state(state: str) -> Any:
    if state == FREE:
        return or_(col(CrateTrip.id).is_(None), CrateTrip.state == RECEIVED)
    return CrateTrip.state == state


def _counts(work: Work, conditions: Collection[Any]) -> dict[str, int]:
    rows = beside_trips(select(CrateTrip.state, func.count(col(Crate.id))).select_from(Crate))
    counts = dict.fromkeys(STATES, 0)
    for state, count in work.session.exec(rows.where(*conditions).group_by(CrateTrip.state)):
        counts[state if state in counts else FREE] += count
    return counts


def beside_trips(rows: Any) -> Any:
    """`rows` of crates, each beside its last journey."""
    return rows.join(CrateTrip, col(CrateTrip.id) == NEWEST_ID, isouter=True)


def branch_names(work: Work) -> dict[int, str]:
    return {branch.id: branch.name for branch, _ in branches(work)}


def crate_row(
    crate: Crate, trip: CrateTrip | None, at: datetime | None, names: Mapping[int, str]
) -> CrateRow:
    if trip is None:
        return CrateRow(crate.code, FREE, names[crate.home_id], "", "", None)
    origin, destination = names[trip.origin_id], names[trip.destination_id]
    place = {"packed": origin, "collected": ""}.get(trip.state, destination)
    if trip.state == RECEIVED:
        return CrateRow(crate.code, FREE, place, "", "", at)
    return CrateRow(crate.code, trip.state, place, origin, destination, at)


def _scans(work: Work, trips: Sequence[CrateTrip]) -> dict[int, list[CrateEvent]]:
    """Journey id → its scans, the first one first."""
    rows = select(CrateEvent).where(col(CrateEvent.trip_id).in_([trip.id for trip in trips]))
    scans: dict[int, list[CrateEvent]] = {}
    for event in work.session.exec(rows.order_by(col(CrateEvent.id))):
        scans.setdefault(event.trip_id, []).append(event)
    return scans


def _journey(trip: CrateTrip, scans: Sequence[CrateEvent], names: Mapping[int, str]) -> JourneyView:
    views = tuple(ScanView(scan.kind, names[scan.branch_id], scan.at) for scan in scans)
    return JourneyView(names[trip.origin_id], names[trip.destination_id], trip.state, views)


def _lines(
    work: Work, ends: tuple[Any, Any], branch: Branch, kind: str, day: date
) -> tuple[CrateLine, ...]:
    """Crates whose end here is `ends[0]`: still on their way to `kind`, or so on `day`."""
    here, there = ends
    before = EVENTS[EVENTS.index(kind) - 1]
    done = select(CrateEvent.trip_id).where(CrateEvent.kind == kind, CrateEvent.on_date == day)
    rows = (
        select(Crate.code, Branch.name, CrateTrip.state)
        .join(CrateTrip, col(CrateTrip.crate_id) == col(Crate.id))
        .join(Branch, col(Branch.id) == col(there))
        .where(here == branch.id)
        .where(or_(CrateTrip.state == before, col(CrateTrip.id).in_(done)))
        .order_by(col(Branch.name), col(Crate.code))
    )
    return tuple(CrateLine(code, other, state) for code, other, state in work.session.exec(rows))
