"""Use cases: a crate is packed, and what its scans say about its journey."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlmodel import col, func, select

from consortium.branches.queries import branches
from consortium.branches.tables import Branch
from consortium.core.days import swedish_day
from consortium.core.errors import Conflict, Fault, Invalid, NotFound, Problem
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.members.tables import Member
from consortium.transports.rules import EVENTS, is_depot, steps_ahead
from consortium.transports.tables import Crate, CrateEvent, CrateTrip, TemplateStop

PACKED, COLLECTED, DELIVERED, RECEIVED = EVENTS
MISSING: Final = {
    COLLECTED: mark("Crate {code} has not been collected yet"),
    DELIVERED: mark("Crate {code} has not been delivered yet"),
}
ELSEWHERE: Final = {
    COLLECTED: mark("Crate {code} is collected at {place}, not at {branch}"),
    DELIVERED: mark("Crate {code} is delivered to {place}, not to {branch}"),
    RECEIVED: mark("Crate {code} is received at {place}, not at {branch}"),
}

Places = dict[str, tuple[Branch, Member]]


@dataclass(frozen=True, slots=True)
class _Journey:
    """A crate with its last journey, None before its first, and when it was last heard of."""

    crate: Crate
    trip: CrateTrip | None
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Scan:
    """What is to be recorded. where: its place among others, as faults name it."""

    code: str
    kind: str
    branch: Branch
    at: datetime
    where: str


def pack(
    work: Work, code: str, origin_slug: str, destination_slug: str, at: datetime | None = None
) -> CrateTrip:
    """Begin a crate's journey between two branches. at: when, now where it is not given.

    Packing it again for the journey it is on changes nothing; for another one is a Conflict.
    """
    places = _places(work)
    origin, member = _place(places, origin_slug)
    destination, _ = _place(places, destination_slug)
    work.require("crates.handle", member.code)
    if faults := _way_faults(origin, destination) + _moment_faults(work, at):
        raise Invalid(faults)
    scan = _Scan(_tidy(code), PACKED, origin, at or work.now, "")
    journey = _journeys(work, [scan.code]).get(scan.code)
    if journey is None:
        raise NotFound("There is no crate {code}", code=scan.code)
    trip = journey.trip
    if trip is None or trip.state == RECEIVED:
        return _begin(work, journey, destination, scan)
    if (trip.origin_id, trip.destination_id) == (origin.id, destination.id):
        return trip
    raise Conflict(
        "Crate {code} is on its way to {name}",
        code=scan.code,
        name=work.session.get_one(Branch, trip.destination_id).name,
        remedy="Record first that it was received there",
    )


def record_event(
    work: Work, code: str, kind: str, branch_slug: str, at: datetime | None = None
) -> CrateTrip:
    """Record that a crate was `collected`, `delivered` or `received` at a branch.

    The same event again changes nothing; one whose turn has not come, or at another branch than
    the journey's, is a Conflict. at: when, now where it is not given.
    """
    return record_events(work, [(code, kind, branch_slug)], at)[0]


def record_events(
    work: Work, scans: Sequence[tuple[str, str, str]], at: datetime | None = None
) -> list[CrateTrip]:
    """As `record_event`, for many: code, kind and branch of each, in the order they were scanned.

    All or nothing, with every fault at once: Invalid where one of them can never be right, else
    NotFound where a crate is not there, else Conflict. Returns the journeys in the scans' order.
    """
    places = _places(work)
    for slug in sorted({slug for _, _, slug in scans}):
        work.require("crates.handle", _place(places, slug)[1].code)
    if faults := _moment_faults(work, at):
        raise Invalid(faults)
    read = [
        _Scan(_tidy(code), kind, places[slug][0], at or work.now, f"scans[{place}]")
        for place, (code, kind, slug) in enumerate(scans)
    ]
    names = {branch.id: branch.name for branch, _ in places.values()}
    journeys = _journeys(work, {scan.code for scan in read})
    problems, trips = [], []
    for scan in read:
        journey = journeys.get(scan.code)
        problem = _problem(journey, scan, names)
        if problem:
            problems.append(problem)
        elif journey and journey.trip:
            trips.append(_move(work, journey.trip, scan))
    _refuse(problems)
    return trips


def _places(work: Work) -> Places:
    return {branch.slug: (branch, member) for branch, member in branches(work)}


def _place(places: Places, slug: str) -> tuple[Branch, Member]:
    if slug not in places:
        raise NotFound("There is no branch {slug}", slug=slug)
    return places[slug]


def _tidy(code: str) -> str:
    return code.strip().upper()


def _journeys(work: Work, codes: Collection[str]) -> dict[str, _Journey]:
    """Crate code → its journey. The crates stay locked, so that a scan is recorded once."""
    held = select(Crate).where(col(Crate.code).in_(codes)).order_by(col(Crate.code))
    crates = list(work.session.exec(held.with_for_update()))
    newest = (
        select(func.max(CrateTrip.id))
        .where(col(CrateTrip.crate_id).in_([crate.id for crate in crates]))
        .group_by(col(CrateTrip.crate_id))
    )
    found = work.session.exec(select(CrateTrip).where(col(CrateTrip.id).in_(newest)))
    trips = {trip.crate_id: trip for trip in found}
    heard = (
        select(CrateEvent.trip_id, func.max(CrateEvent.at))
        .where(col(CrateEvent.trip_id).in_([trip.id for trip in trips.values()]))
        .group_by(col(CrateEvent.trip_id))
    )
    last_at = dict(work.session.exec(heard).all())
    journeys = {}
    for crate in crates:
        trip = trips.get(crate.id)
        journeys[crate.code] = _Journey(crate, trip, last_at.get(trip.id) if trip else None)
    return journeys


def _way_faults(origin: Branch, destination: Branch) -> list[Fault]:
    if origin.id == destination.id:
        return [Fault("A crate goes to another branch than it comes from", "destination")]
    return [
        Fault("{name} is a depot: crates pass it, they do not stay", place, {"name": branch.name})
        for place, branch in (("origin", origin), ("destination", destination))
        if is_depot(branch.kind)
    ]


def _moment_faults(work: Work, at: datetime | None) -> list[Fault]:
    if at is None or at <= work.now:
        return []
    return [Fault("The moment has not come yet", "at", {}, "Check the clock of the device")]


def _begin(work: Work, journey: _Journey, destination: Branch, scan: _Scan) -> CrateTrip:
    weekly = select(TemplateStop.id).where(TemplateStop.branch_id == destination.id)
    if work.session.exec(weekly).first() is None:
        raise Conflict(
            "{name} has no stop on any weekday and would never get the crate",
            name=destination.name,
            remedy="Give it a stop in the week's routes",
        )
    if late := _heard_later(journey, scan):
        raise late
    trip = CrateTrip(
        crate_id=journey.crate.id,
        origin_id=scan.branch.id,
        destination_id=destination.id,
        packed_on=swedish_day(scan.at),
    )
    work.session.add(trip)
    work.session.flush()
    _note(work, trip, scan)
    return trip


def _problem(journey: _Journey | None, scan: _Scan, names: dict[int, str]) -> Problem | None:
    """Why the scan cannot be recorded; None where it can, or was recorded before."""
    if scan.kind not in ELSEWHERE:
        return Invalid(
            "{kind} is nothing that is scanned",
            at=scan.where,
            remedy="Write collected, delivered or received",
            kind=scan.kind,
        )
    if journey is None:
        return NotFound("There is no crate {code}", at=scan.where, code=scan.code)
    trip = journey.trip
    place_id = _place_id(trip, scan.kind) if trip else None
    if trip is None or (trip.state == RECEIVED and place_id != scan.branch.id):
        return Conflict(
            "Crate {code} is on no journey", at=scan.where, remedy="Pack it first", code=scan.code
        )
    if place_id != scan.branch.id:
        where = {"place": names[_place_id(trip, scan.kind)], "branch": scan.branch.name}
        return Conflict(ELSEWHERE[scan.kind], at=scan.where, remedy="", code=scan.code, **where)
    return _untimely(journey, trip, scan)


def _untimely(journey: _Journey, trip: CrateTrip, scan: _Scan) -> Problem | None:
    ahead = steps_ahead(trip.state, scan.kind)
    if ahead > 1:
        missing = EVENTS[EVENTS.index(trip.state) + 1]
        return Conflict(MISSING[missing], at=scan.where, remedy="Record that first", code=scan.code)
    return _heard_later(journey, scan) if ahead == 1 else None


def _heard_later(journey: _Journey, scan: _Scan) -> Problem | None:
    if journey.last_at is None or journey.last_at <= scan.at:
        return None
    return Conflict(
        "Crate {code} has been scanned after that moment", at=scan.where, code=scan.code
    )


def _place_id(trip: CrateTrip, kind: str) -> int:
    return trip.origin_id if kind == COLLECTED else trip.destination_id


def _move(work: Work, trip: CrateTrip, scan: _Scan) -> CrateTrip:
    if steps_ahead(trip.state, scan.kind) == 1:
        trip.state = scan.kind
        _note(work, trip, scan)
    return trip


def _note(work: Work, trip: CrateTrip, scan: _Scan) -> None:
    work.session.add(trip)
    work.session.add(
        CrateEvent(
            trip_id=trip.id,
            kind=scan.kind,
            branch_id=scan.branch.id,
            at=scan.at,
            on_date=swedish_day(scan.at),
            entered_by=work.actor.name,
        )
    )
    work.audit(f"transports.crate_{scan.kind}", scan.code, branch=scan.branch.slug, trip=trip.id)


def _refuse(problems: Sequence[Problem]) -> None:
    """Raise all problems as one, of the kind that is the most final."""
    for kind in (Invalid, NotFound, Conflict):
        if any(isinstance(problem, kind) for problem in problems):
            raise kind([fault for problem in problems for fault in problem.faults])
