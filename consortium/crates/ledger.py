"""Use cases: events of crates are taken in, in any order and repeated, and what crates are follows.

No event comes too early or too late: a phone may send it days after others. What looks wrong is
shown instead (`oddities.py`).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Final

from sqlmodel import col, func, select

from consortium.branches.queries import branches
from consortium.core.days import swedish_day
from consortium.core.errors import Fault, Invalid
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.crates.noting import AT_ONCE, Row, content, newest_id, put_in
from consortium.crates.rules import KINDS, PACKED, RANK, tidy
from consortium.crates.states import restate
from consortium.crates.tables import Crate, CrateEvent

AHEAD: Final = timedelta(minutes=5)
"""How far the clock of a phone may be ahead of ours."""

EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
NAMELESS: Final = mark("An event has a name of 1 to {most} visible characters")
ANOTHER: Final = mark("The event {event} was noted before, and said something else")
OWN_NAME: Final = mark("Give each event a name of its own")
NOTHING: Final = mark("{kind} is nothing that happens to a crate")
ONE_OF: Final = mark("Write one of {kinds}")
NO_CRATE: Final = mark("There is no crate {code}")
NO_BRANCH: Final = mark("There is no branch {slug}")
NO_VAN: Final = mark("There is no vehicle {code}")
SAME: Final = mark("A crate goes to another branch than it comes from")
CLOCK: Final = mark("Check the clock of the device")
EARLY: Final = mark("The moment lies too far back")
LATE: Final = mark("The moment has not come yet")
LONGEST: Final = 64
CODES_AT_ONCE: Final = 500
MOST_NAMED: Final = 500
"""So many events have an entry each in the trail; more have one together."""

ADDED: Final = "added"
REPEATED: Final = "repeated"
FAULTY: Final = "fault"


@dataclass(frozen=True, slots=True)
class NewEvent:
    """Something that happened to a crate.

    event: the name that whoever noted it gave it, by which a repeat is known. crate: its code.
    branch: the slug of where it was. at: aware. destination: the slug of where a `packed` crate
    goes, empty where it is not known; ignored for other kinds. vehicle: the van's code.
    """

    event: str
    crate: str
    kind: str
    branch: str
    at: datetime
    destination: str = ""
    vehicle: str = ""


@dataclass(frozen=True, slots=True)
class Noted:
    """How many events were new, and how many had been noted before."""

    added: int
    repeated: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of an event: `added`, `repeated`, or `fault` with what is wrong."""

    event: str
    result: str
    faults: tuple[Fault, ...] = ()


@dataclass(slots=True)
class _Known:
    """What events are read against. branches: slug → id and member code. slugs: by branch id.

    newest: the id of the last event there was before. crates: code as it was given → id, None
    where there is none, of those asked for so far. allowed: slugs where the actor may note events.
    """

    branches: dict[str, tuple[int, str]]
    slugs: dict[int, str]
    newest: int
    crates: dict[str, int | None] = field(default_factory=dict)
    allowed: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Sifted:
    """A block of events. rows: name → the row of each that is right. places: name → its place.

    faults: place → what is wrong with it.
    """

    rows: dict[str, Row] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    faults: dict[int, list[Fault]] = field(default_factory=dict)


def note_events(work: Work, events: Iterable[NewEvent]) -> Noted:
    """Note what happened to crates: all of it or, with every fault at once, nothing.

    An event whose name is known is a repeat and changes nothing, where it says the same; where it
    says something else, that is a fault.
    """
    known, stream = _known(work), iter(events)
    faults: list[Fault] = []
    crates: set[int] = set()
    first: list[Row] = []
    total = added = faulty = 0
    while block := list(islice(stream, AT_ONCE)):
        new, sifted = _take(work, known, block, total)
        faults += [fault for place in sorted(sifted.faults) for fault in sifted.faults[place]]
        crates.update([row["crate_id"] for row in new])
        first += new if added <= MOST_NAMED else []
        total, added, faulty = total + len(block), added + len(new), faulty + len(sifted.faults)
    if faults:
        raise Invalid(faults)
    restate(work, crates)
    _tell(work, known, first, added)
    return Noted(added, total - added - faulty)


def note_each(work: Work, events: Sequence[NewEvent]) -> list[Answer]:
    """As `note_events`, but what is right is taken in beside what is not; an answer for each."""
    known = _known(work)
    new, sifted = _take(work, known, events, 0)
    restate(work, {row["crate_id"] for row in new})
    _tell(work, known, new, len(new))
    first = {sifted.places[row["event"]] for row in new}
    return [
        Answer(event.event, FAULTY, tuple(sifted.faults[place]))
        if place in sifted.faults
        else Answer(event.event, ADDED if place in first else REPEATED)
        for place, event in enumerate(events)
    ]


def _known(work: Work) -> _Known:
    work.require("crates.handle")
    places = branches(work)
    return _Known(
        {branch.slug: (branch.id, member.code) for branch, member in places},
        {branch.id: branch.slug for branch, _ in places},
        newest_id(work),
    )


def _take(
    work: Work, known: _Known, events: Sequence[NewEvent], begin: int
) -> tuple[list[Row], _Sifted]:
    """Put the new ones of a block of events in. begin: the place of its first one among all."""
    _look_up(work, known, events)
    sifted = _sift(work, known, events, begin)
    there = put_in(work, list(sifted.rows.values()))
    for name, said in there.items():
        if said != content(sifted.rows[name]):
            _another(sifted, name, sifted.places[name])
    return [row for name, row in sifted.rows.items() if name not in there], sifted


def _look_up(work: Work, known: _Known, events: Sequence[NewEvent]) -> None:
    """Ask for the crates, and for the right at the branches, that are not known yet."""
    for slug in {event.branch for event in events} - known.allowed:
        if slug in known.branches:
            work.require("crates.handle", known.branches[slug][1])
            known.allowed.add(slug)
    unknown = sorted({event.crate for event in events} - known.crates.keys())
    for start in range(0, len(unknown), CODES_AT_ONCE):
        given = {code: tidy(code) for code in unknown[start : start + CODES_AT_ONCE]}
        rows = select(Crate.code, Crate.id).where(col(Crate.code).in_(given.values()))
        found = dict(work.session.exec(rows).all())
        known.crates |= {code: found.get(kept) for code, kept in given.items()}


def _sift(work: Work, known: _Known, events: Sequence[NewEvent], begin: int) -> _Sifted:
    sifted = _Sifted()
    latest = work.now + AHEAD
    noted = {"entered_by": work.actor.name, "entered_at": work.now, "withdrawn": False}
    for place, event in enumerate(events, begin):
        if faults := [*_faults(known, event, latest, place)]:
            sifted.faults[place] = faults
            continue
        row = _row(known, event) | noted
        before = sifted.rows.setdefault(event.event, row)
        if before is row:
            sifted.places[event.event] = place
        elif content(before) != content(row):
            _another(sifted, event.event, place)
    return sifted


def _faults(known: _Known, event: NewEvent, latest: datetime, place: int) -> Iterator[Fault]:
    if not 0 < len(event.event) <= LONGEST or not event.event.isprintable():
        facts: dict[str, str | int] = {"most": LONGEST}
        yield _fault(place, "event", NAMELESS, facts)
    if known.crates[event.crate] is None:
        yield _fault(place, "crate", NO_CRATE, {"code": event.crate})
    if event.kind not in RANK:
        facts = {"kind": event.kind, "kinds": ", ".join(KINDS)}
        yield _fault(place, "kind", NOTHING, facts, ONE_OF)
    if event.branch not in known.branches:
        yield _fault(place, "branch", NO_BRANCH, {"slug": event.branch})
    if not EARLIEST <= event.at <= latest:
        text = EARLY if event.at < EARLIEST else LATE
        yield _fault(place, "at", text, {}, CLOCK)
    if event.destination and event.kind == PACKED:
        yield from _way_faults(known, event, place)
    if len(event.vehicle) > LONGEST or not event.vehicle.isprintable():
        yield _fault(place, "vehicle", NO_VAN, {"code": event.vehicle})


def _way_faults(known: _Known, event: NewEvent, place: int) -> Iterator[Fault]:
    if event.destination not in known.branches:
        slug = event.destination
        yield _fault(place, "destination", NO_BRANCH, {"slug": slug})
    elif event.destination == event.branch:
        yield _fault(place, "destination", SAME, {})


def _fault(
    place: int, name: str, text: str, facts: dict[str, str | int], remedy: str = ""
) -> Fault:
    return Fault(text, f"events[{place}].{name}", facts, remedy)


def _another(sifted: _Sifted, name: str, place: int) -> None:
    """An event whose name is known says something else."""
    fault = _fault(place, "event", ANOTHER, {"event": name}, OWN_NAME)
    sifted.faults.setdefault(place, []).append(fault)


def _row(known: _Known, event: NewEvent) -> Row:
    goes = event.kind == PACKED and event.destination
    return {
        "event": event.event,
        "crate_id": known.crates[event.crate],
        "kind": event.kind,
        "branch_id": known.branches[event.branch][0],
        "destination_id": known.branches[event.destination][0] if goes else None,
        "at": event.at,
        "on_date": swedish_day(event.at),
        "vehicle": event.vehicle,
    }


def _tell(work: Work, known: _Known, first: Sequence[Row], added: int) -> None:
    """Write of the new events in the trail, one by one where they are few."""
    codes = {crate_id: tidy(code) for code, crate_id in known.crates.items()}
    if added > MOST_NAMED:
        these = select(func.min(CrateEvent.id), func.max(CrateEvent.id)).where(
            CrateEvent.id > known.newest,  # others may be of the same moment
            CrateEvent.entered_at == work.now,
            CrateEvent.entered_by == work.actor.name,
        )
        first_id, last_id = work.session.exec(these).one()
        work.audit("crates.events_noted", count=added, first=first_id, last=last_id)
        return
    for row in first:
        kind, slug = row["kind"], known.slugs[row["branch_id"]]
        work.audit(f"crates.{kind}", codes[row["crate_id"]], branch=slug, scan=row["event"])
