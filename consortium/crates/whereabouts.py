"""Questions about crates: where they are, where they have been, what comes and goes today."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlmodel import and_, col, func, or_, select

from consortium.branches.queries import branch_by_slug, branches
from consortium.core.cursors import START, Cursor, Order, window
from consortium.core.errors import Invalid, NotFound
from consortium.core.work import Work
from consortium.crates.rules import (
    COLLECTED,
    DELIVERED,
    ENDS,
    FREE,
    LOADED,
    ON_THE_WAY,
    PACKED,
    STATES,
    Journey,
    journeys,
    tidy,
)
from consortium.crates.states import AN_AGE, LONG_AGO, happenings
from consortium.crates.tables import Crate, CrateEvent, CrateState
from consortium.members.tables import Member

PAGE: Final = 50
ON_A_VAN: Final = (COLLECTED, LOADED)

LATEST: Final = Order(
    (func.coalesce(CrateState.since, AN_AGE), col(Crate.code)),
    (True, False),
    (datetime, str),
    lambda row: (row[1].since if row[1] else LONG_AGO, row[0].code),
)
"""A cursor holds no NULL: a crate that nothing has happened to was heard of long ago."""


@dataclass(frozen=True, slots=True)
class CrateFilter:
    """What to look for; empty: anything.

    code: a part of it. state: one of STATES. branch: a slug; crates that are there, come from
    there or go there.
    """

    code: str = ""
    state: str = ""
    branch: str = ""


@dataclass(frozen=True, slots=True)
class CrateRow:
    """A crate now. place: the branch it is at, or was missed at; empty on a van.

    origin, destination: of its journey, empty where it is on none. scanned_at: last heard of.
    vehicle: the van that it was last heard of from.
    """

    code: str
    state: str
    place: str
    origin: str
    destination: str
    scanned_at: datetime | None
    vehicle: str = ""


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
    """An event of a crate. event: its name."""

    event: str
    kind: str
    branch: str
    at: datetime
    vehicle: str


@dataclass(frozen=True, slots=True)
class JourneyView:
    """A journey. origin, destination: names, empty where nobody noted that it was packed."""

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

    coming: crates on their way to it, and those delivered that day. leaving: crates packed, and
    those collected.
    """

    name: str
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
    rows = beside_states(select(Crate, CrateState)).where(*conditions)
    page, names = window(work, rows, LATEST, cursor, PAGE), branch_names(work)
    found = [crate_row(crate, state, names) for crate, state in page.rows]
    return CratePage(tuple(found), total, counts, page.before, page.after)


def crate_view(work: Work, code: str) -> CrateView:
    """A crate with all its journeys; NotFound where it is none of the actor's scope."""
    crate = crate_to_see(work, code)
    state = work.session.get(CrateState, crate.id, populate_existing=True)
    trips, names = journeys(happenings(work, [crate.id]).get(crate.id, ())), branch_names(work)
    return CrateView(
        crate_row(crate, state, names),
        names[crate.home_id],
        crate.registered_on,
        tuple(_journey(trip, names) for trip in reversed(trips)),
    )


def crate_to_see(work: Work, code: str) -> Crate:
    """The crate with a code; NotFound where the actor's scope has nothing to do with it."""
    scope = work.scope("transports.see")
    crate = work.session.exec(select(Crate).where(Crate.code == tidy(code))).first()
    reach = {branch.id for branch, _ in branches(work, scope)}
    if crate is None or not ({crate.home_id} & reach or _was_there(work, crate, reach)):
        raise NotFound("There is no crate {code}", code=code)
    return crate


def crates_today(work: Work, slug: str, day: date) -> BranchToday:
    """What comes to a branch on `day` and what leaves it."""
    branch = branch_by_slug(work, slug)
    member = work.session.get_one(Member, branch.member_id)
    work.require("transports.see", member.code)
    codes = _concerned(work, branch.id, day)
    happened = happenings(work, list(codes))
    trips = [(codes[each], trip) for each in happened for trip in journeys(happened[each])]
    names = branch_names(work)
    coming = [
        CrateLine(code, _name(names, trip.origin_id), trip.state)
        for code, trip in trips
        if (trip.destination_id == branch.id and trip.state in ON_THE_WAY)
        or trip.noted(DELIVERED, branch.id, day)
    ]
    leaving = [
        CrateLine(code, _name(names, trip.destination_id), trip.state)
        for code, trip in trips
        if (trip.origin_id == branch.id and trip.state == PACKED)
        or trip.noted(COLLECTED, branch.id, day)
    ]
    return BranchToday(branch.name, _in_order(coming), _in_order(leaving))


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
    resting = and_(col(CrateState.crate_id).is_(None), col(Crate.home_id).in_(branch_ids))
    ends = (CrateState.branch_id, CrateState.origin_id, CrateState.destination_id)
    return or_(resting, *(col(end).in_(branch_ids) for end in ends))


def in_state(state: str) -> Any:
    if state == FREE:
        return or_(col(CrateState.crate_id).is_(None), col(CrateState.state).in_(ENDS))
    return CrateState.state == state


def _counts(work: Work, conditions: Collection[Any]) -> dict[str, int]:
    rows = beside_states(select(CrateState.state, func.count(col(Crate.id))).select_from(Crate))
    counts = dict.fromkeys(STATES, 0)
    for state, count in work.session.exec(rows.where(*conditions).group_by(CrateState.state)):
        counts[state if state in counts else FREE] += count
    return counts


def beside_states(rows: Any) -> Any:
    """`rows` of crates, each beside what it is; beside nothing where nothing has happened to it."""
    return rows.join(CrateState, col(CrateState.crate_id) == col(Crate.id), isouter=True)


def branch_names(work: Work) -> dict[int, str]:
    return {branch.id: branch.name for branch, _ in branches(work)}


def crate_row(crate: Crate, state: CrateState | None, names: Mapping[int, str]) -> CrateRow:
    if state is None:
        return CrateRow(crate.code, FREE, names[crate.home_id], "", "", None)
    place = "" if state.state in ON_A_VAN else names[state.branch_id]
    if state.state in ENDS:
        return CrateRow(crate.code, FREE, place, "", "", state.since)
    origin, destination = (_name(names, end) for end in (state.origin_id, state.destination_id))
    return CrateRow(crate.code, state.state, place, origin, destination, state.since, state.vehicle)


def _name(names: Mapping[int, str], branch_id: int | None) -> str:
    return "" if branch_id is None else names[branch_id]


def _was_there(work: Work, crate: Crate, branch_ids: Collection[int]) -> bool:
    """Whether anything that counts happened to it at one of the branches, or sent it there."""
    ends = (col(CrateEvent.branch_id), col(CrateEvent.destination_id))
    rows = select(CrateEvent.id).where(CrateEvent.crate_id == crate.id)
    rows = rows.where(or_(*(end.in_(branch_ids) for end in ends)))
    counts = rows.where(col(CrateEvent.withdrawn).is_(False)).limit(1)
    return work.session.exec(counts).first() is not None


def _journey(trip: Journey, names: Mapping[int, str]) -> JourneyView:
    views = tuple(
        ScanView(each.event, each.kind, names[each.branch_id], each.at, each.vehicle)
        for each in trip.events
    )
    origin, destination = (_name(names, end) for end in (trip.origin_id, trip.destination_id))
    return JourneyView(origin, destination, trip.state, views)


def _concerned(work: Work, branch_id: int, day: date) -> dict[int, str]:
    """Id → code of crates on the way to a branch, packed at it, or scanned there that day."""
    coming = and_(CrateState.destination_id == branch_id, col(CrateState.state).in_(ON_THE_WAY))
    leaving = and_(CrateState.origin_id == branch_id, CrateState.state == PACKED)
    scanned = select(CrateEvent.crate_id).where(
        CrateEvent.branch_id == branch_id,
        CrateEvent.on_date == day,
        col(CrateEvent.withdrawn).is_(False),
    )
    rows = beside_states(select(Crate.id, Crate.code))
    return dict(
        work.session.exec(rows.where(or_(coming, leaving, col(Crate.id).in_(scanned)))).all()
    )


def _in_order(lines: Collection[CrateLine]) -> tuple[CrateLine, ...]:
    return tuple(sorted(lines, key=lambda line: (line.other, line.code)))
