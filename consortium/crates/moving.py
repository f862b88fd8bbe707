"""Use cases: a crate is packed, or scanned on its way, by somebody at a page or by a scanner."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from sqlmodel import col, select

from consortium.branches.queries import branch_by_slug
from consortium.branches.tables import Branch
from consortium.core.errors import Fault, Invalid, NotFound
from consortium.core.work import Work
from consortium.crates.ledger import NewEvent, note_events
from consortium.crates.rules import LOST, PACKED, is_depot, tidy
from consortium.crates.tables import Crate, CrateState


def pack(
    work: Work, code: str, origin_slug: str, destination_slug: str, at: datetime | None = None
) -> CrateState:
    """Begin a crate's journey between two branches. at: when, now where it is not given.

    Packing it again for the journey it is on changes nothing. Returns what the crate is then.
    """
    origin, destination = (branch_by_slug(work, slug) for slug in (origin_slug, destination_slug))
    if faults := way_faults(origin, destination):
        raise Invalid(faults)
    code = tidy(code)
    now = _held(work, [code]).get(code)
    if now is None and not _is_there(work, code):
        raise NotFound("There is no crate {code}", code=code)
    way = (origin.id, destination.id)
    if now is None or now.state == LOST or (now.origin_id, now.destination_id) != way:
        moment = at or work.now
        packed = NewEvent(_new_name(), code, PACKED, origin_slug, moment, destination_slug)
        try:
            note_events(work, [packed])
        except Invalid as problem:
            raise Invalid([_without_place(fault) for fault in problem.faults]) from problem
    return _standing_of(work, [code])[code]


def record_event(
    work: Work, code: str, kind: str, branch_slug: str, at: datetime | None = None
) -> CrateState:
    """Record that something happened to a crate at a branch.

    What the crate is already, at that branch, is not recorded again. at: when, now where it is
    not given.
    """
    return record_events(work, [(code, kind, branch_slug)], at)[0]


def record_events(
    work: Work, scans: Sequence[tuple[str, str, str]], at: datetime | None = None
) -> list[CrateState]:
    """As `record_event`, for many: code, kind and branch of each, in the order they were scanned.

    All or nothing, with every fault at once. Returns what the crates are then, in that order.
    """
    codes = [tidy(code) for code, _, _ in scans]
    now = _held(work, codes)
    slugs = dict(work.session.exec(select(Branch.id, Branch.slug)).all())
    known = {code: (slugs[row.branch_id], row.state) for code, row in now.items()}
    new, places = [], []
    for place, (code, (_, kind, slug)) in enumerate(zip(codes, scans, strict=True)):
        if known.get(code) != (slug, kind):
            new.append(NewEvent(_new_name(), code, kind, slug, at or work.now))
            places.append(place)
        known[code] = (slug, kind)
    try:
        note_events(work, new)
    except Invalid as problem:
        raise Invalid([_of_scan(fault, places) for fault in problem.faults]) from problem
    there = _standing_of(work, codes)
    return [there[code] for code in codes]


def way_faults(origin: Branch, destination: Branch) -> list[Fault]:
    """Why no crate goes from one branch to another."""
    if origin.id == destination.id:
        return [Fault("A crate goes to another branch than it comes from", "destination")]
    return [
        Fault("{name} is a depot: crates pass it, they do not stay", place, {"name": branch.name})
        for place, branch in (("origin", origin), ("destination", destination))
        if is_depot(branch.kind)
    ]


def _held(work: Work, codes: Collection[str]) -> dict[str, CrateState]:
    """As `_standing_of`; of two who scan a crate at once, the second waits for the first."""
    held = select(Crate.id).where(col(Crate.code).in_(codes)).order_by(col(Crate.id))
    work.session.exec(held.with_for_update(key_share=True)).all()
    return _standing_of(work, codes)


def _standing_of(work: Work, codes: Collection[str]) -> dict[str, CrateState]:
    """Code → what the crate is, of those that anything has happened to."""
    rows = (
        select(Crate.code, CrateState)
        .join(CrateState, col(CrateState.crate_id) == col(Crate.id))
        .where(col(Crate.code).in_(codes))
    )
    return dict(work.session.exec(rows.execution_options(populate_existing=True)).all())


def _is_there(work: Work, code: str) -> bool:
    return work.session.exec(select(Crate.id).where(Crate.code == code)).first() is not None


def _new_name() -> str:
    """A name for an event that nobody has named."""
    return str(uuid4())


def _without_place(fault: Fault) -> Fault:
    return replace(fault, at=fault.at.partition(".")[2])


def _of_scan(fault: Fault, places: Sequence[int]) -> Fault:
    """The fault with the place of its scan instead of that of its event: `scans[2].crate`."""
    number, _, name = fault.at.removeprefix("events[").partition("]")
    return replace(fault, at=f"scans[{places[int(number)]}]{name}")
