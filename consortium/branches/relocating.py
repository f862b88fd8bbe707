"""Use cases: a branch moves or is renamed from a day on, and that is taken away again."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, time
from typing import Final

from sqlmodel import col, select

from consortium.branches.closing import ask_for_plans
from consortium.branches.places import ALWAYS, Place, branch_at, place_of, places_of
from consortium.branches.queries import branch_by_slug
from consortium.branches.registering import ANTIMERIDIAN, POLE
from consortium.branches.tables import Branch, BranchPlace
from consortium.core.audit import AuditEntry
from consortium.core.days import instant_of
from consortium.core.errors import Conflict, Fault, Invalid, NotFound
from consortium.core.later import Later
from consortium.core.work import Work
from consortium.members.tables import Member

PLACE_BEGINS: Final = Later("branches.place_begins")
PARTICULARS: Final = ("name", "locality", "lat", "lon", "coordinate_basis")


def relocate(work: Work, slug: str, from_on: date, place: Place) -> BranchPlace:
    """Give a branch another place, or another name, from a day on; what was before is kept.

    Undone by `remove_place`. New plans are asked for of the days that are planned already. A day
    on which it moves already is a Conflict.
    """
    branch = branch_by_slug(work, slug)
    _require(work, branch)
    if faults := list(_faults(work, branch, from_on, place)):
        raise Invalid(faults)
    known = places_of(work, branch)
    if any(row.from_on == from_on for row in known):
        raise Conflict(
            "{name} moves on that day already",
            at="from_on",
            name=branch.name,
            remedy="Take that back first",
        )
    if not known:
        work.session.add(_row(work, branch, ALWAYS, place_of(branch)))
    made = _row(work, branch, from_on, place)
    work.session.add(made)
    work.session.flush()
    entry = work.audit(
        "branches.relocated", slug, from_on=from_on.isoformat(), **asdict(place_of(made))
    )
    _follow(work, branch, from_on, entry)
    return made


def remove_place(work: Work, slug: str, from_on: date) -> None:
    """Take the place that begins on a day away: the one before goes on. Undone by `relocate`."""
    branch = branch_by_slug(work, slug)
    _require(work, branch)
    known = places_of(work, branch)
    row = next((each for each in known if each.from_on == from_on != ALWAYS), None)
    if row is None:
        raise NotFound("{name} does not move on that day", name=branch.name)
    entry = work.audit(
        "branches.relocation_removed", slug, from_on=from_on.isoformat(), **asdict(place_of(row))
    )
    work.session.delete(row)
    work.session.flush()
    _follow(work, branch, from_on, entry)
    if {each.from_on for each in known} == {ALWAYS, from_on}:
        for each in places_of(work, branch):
            work.session.delete(each)
        work.session.flush()


def begin_place(work: Work, branch_id: int) -> None:
    """Bring a branch's own row in step with what holds today; again changes nothing."""
    work.require("branches.change")
    branch = work.session.get(Branch, branch_id)
    if branch is not None:
        _settle(work, branch)


def correct_place(work: Work, branch: Branch) -> None:
    """Keep what was corrected in a branch's own row in the place that holds today as well."""
    current = [row for row in places_of(work, branch) if row.from_on <= work.today]
    for row in current[-1:]:
        for name in PARTICULARS:
            setattr(row, name, getattr(branch, name))
        work.session.add(row)


def name_is_taken(work: Work, branch: Branch, name: str) -> bool:
    """Whether another branch is called so, or was, or will be."""
    own = select(Branch.id).where(Branch.name == name, col(Branch.id) != branch.id)
    other = select(BranchPlace.branch_id).where(
        BranchPlace.name == name, col(BranchPlace.branch_id) != branch.id
    )
    return bool(work.session.exec(own).first() or work.session.exec(other).first())


def _require(work: Work, branch: Branch) -> None:
    work.require("branches.change", work.session.get_one(Member, branch.member_id).code)


def _row(work: Work, branch: Branch, from_on: date, place: Place) -> BranchPlace:
    return BranchPlace(
        branch_id=branch.id,
        from_on=from_on,
        name=place.name.strip(),
        locality=place.locality.strip(),
        lat=place.lat,
        lon=place.lon,
        coordinate_basis=place.coordinate_basis.strip(),
        entered_by=work.actor.name,
        entered_at=work.now,
    )


def _faults(work: Work, branch: Branch, from_on: date, place: Place) -> Iterator[Fault]:
    if from_on == ALWAYS:
        yield Fault("Choose a later day", "from_on")
    for name, text in (("name", place.name), ("locality", place.locality)):
        if not text.strip():
            yield Fault("A branch needs a name and a locality", name)
    if abs(place.lat) > POLE or abs(place.lon) > ANTIMERIDIAN:
        yield Fault("The coordinates are outside Earth", "lat")
    if name_is_taken(work, branch, place.name.strip()):
        yield Fault("Another branch is called {name}", "name", {"name": place.name.strip()})
    if place == branch_at(work, branch, from_on):
        yield Fault("This is where it lies and what it is called already", "name")


def _follow(work: Work, branch: Branch, from_on: date, entry: AuditEntry) -> None:
    """What comes of a place that begins or no longer does: the row, at once or on its day."""
    _settle(work, branch)
    if from_on > work.today:
        work.session.flush()
        key = f"{branch.id}:{entry.id}"
        due = instant_of(from_on, time(0))
        work.later(PLACE_BEGINS, key, due, branch=branch.id)
    ask_for_plans(work, entry, from_on)


def _settle(work: Work, branch: Branch) -> None:
    place = branch_at(work, branch, work.today)
    for name in PARTICULARS:
        setattr(branch, name, getattr(place, name))
    work.session.add(branch)
    work.session.flush()
