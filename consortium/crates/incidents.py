"""Which crates passed a branch or a van within some hours, and letters to whom that concerns."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Final

from sqlmodel import col, select

from consortium.branches.queries import branches
from consortium.branches.tables import Branch
from consortium.core.days import instant_of
from consortium.core.errors import Conflict, Fault, Invalid
from consortium.core.words import mark, words
from consortium.core.work import Work
from consortium.crates.incident_rules import Passing, passings
from consortium.crates.rules import Happening
from consortium.crates.tables import Crate, CrateEvent
from consortium.messages.sending import write_letter

LOOK_BACK: Final = timedelta(days=60)
"""A crate that nothing has been heard of for longer is not taken to be where it was last."""

LONGEST_SUBJECT: Final = 120
LONGEST_TEXT: Final = 5_000
CRATES: Final = mark("Crates that it is about, to or from {name}:")
CRATE: Final = mark("{code}: from {origin} to {destination}")


@dataclass(frozen=True, slots=True)
class Question:
    """Which crates were there: at a branch (its slug), or else in a van (its code), on a day in
    Sweden from one time of day to another, both inclusive.
    """

    day: date
    begins: time
    ends: time
    branch: str = ""
    vehicle: str = ""

    @property
    def place(self) -> str:
        return self.branch or self.vehicle


@dataclass(frozen=True, slots=True)
class PassedCrate:
    """A crate that was there. since, until: when it came and left, as far as that was noted.

    origin, destination: of the journey it was on, None where it was on none. noted: an event of it
    was noted there within the time, else it lay there from before.
    """

    code: str
    since: datetime
    until: datetime | None
    origin: Branch | None
    destination: Branch | None
    noted: bool


@dataclass(frozen=True, slots=True)
class Notice:
    """What a branch is written. email: empty where it has no address."""

    branch: Branch
    crates: tuple[PassedCrate, ...]
    subject: str
    body: str

    @property
    def email(self) -> str:
        return self.branch.email


def crates_passing(work: Work, question: Question) -> list[PassedCrate]:
    """The crates that were there, by code. It takes the right to plan transports, for all."""
    work.require("transports.plan")
    begins, ends = _moments(question)
    places = {branch.id: branch for branch, _ in branches(work)}
    ids = {branch.slug: branch.id for branch in places.values()}
    if question.branch and question.branch not in ids:
        raise Invalid("Choose a library or a van", at="bibliotek")
    where = ids.get(question.branch, question.vehicle)
    codes, events = _events(work, where, begins, ends)
    found = []
    for crate_id, code in sorted(codes.items(), key=lambda each: each[1]):
        found += [
            _passed(code, passing, places)
            for passing in passings(events[crate_id], where, begins, ends)
        ]
    return found


def notices(work: Work, question: Question, subject: str, text: str) -> list[Notice]:
    """What each branch would be written that a crate came from or went to, by name.

    text: by the person who writes; below it stand the branch's own crates.
    """
    found = crates_passing(work, question)
    if faults := [*_text_faults(subject, text)]:
        raise Invalid(faults)
    concerned: dict[int, tuple[Branch, list[PassedCrate]]] = {}
    for crate in found:
        for branch in {b.id: b for b in (crate.origin, crate.destination) if b}.values():
            concerned.setdefault(branch.id, (branch, []))[1].append(crate)
    rows = sorted(concerned.values(), key=lambda each: (each[0].name, each[0].slug))
    return [
        Notice(branch, tuple(crates), subject.strip(), _body(branch, crates, text))
        for branch, crates in rows
    ]


def write_notices(work: Work, question: Question, subject: str, text: str) -> list[Notice]:
    """Write the notices, each once, to the branches with an address; returns all of them.

    What was written before, with the same words about the same hours, is a Conflict.
    """
    work.require("transports.plan")
    written = notices(work, question, subject, text)
    if not written:
        raise Conflict("No crate that was there came from anywhere or went anywhere")
    name = _name_of(question, subject, text)
    new = [
        write_letter(
            work, f"incident:{name}:{each.branch.slug}", each.email, (each.subject, each.body)
        )
        for each in written
        if each.email
    ]
    if new and not any(new):
        raise Conflict("These letters have been written already", remedy="Look in the post")
    work.audit(
        "crates.incident_told",
        question.place,
        day=question.day.isoformat(),
        begins=f"{question.begins:%H:%M}",
        ends=f"{question.ends:%H:%M}",
        count=len({crate.code for each in written for crate in each.crates}),
        written_to=[each.branch.slug for each in written if each.email],
        without_email=[each.branch.slug for each in written if not each.email],
    )
    return written


def _moments(question: Question) -> tuple[datetime, datetime]:
    if not question.place:
        raise Invalid("Choose a library or a van", at="bibliotek")
    if question.ends < question.begins:
        raise Invalid("It ends before it begins", at="till")
    return instant_of(question.day, question.begins), instant_of(question.day, question.ends)


def _events(
    work: Work, where: int | str, begins: datetime, ends: datetime
) -> tuple[dict[int, str], dict[int, list[Happening]]]:
    """The crates with an event there up to `ends`, and all that happened to them around that."""
    there = CrateEvent.branch_id == where if isinstance(where, int) else CrateEvent.vehicle == where
    window = (CrateEvent.at >= begins - LOOK_BACK, CrateEvent.at <= ends)
    touched = select(CrateEvent.crate_id).where(
        there, *window, col(CrateEvent.withdrawn).is_(False)
    )
    rows = (
        select(CrateEvent, Crate.code)
        .join(Crate, col(Crate.id) == col(CrateEvent.crate_id))
        .where(col(CrateEvent.crate_id).in_(touched), col(CrateEvent.withdrawn).is_(False))
        .where(CrateEvent.at >= begins - 2 * LOOK_BACK)
    )
    codes: dict[int, str] = {}
    events: dict[int, list[Happening]] = {}
    for event, code in work.session.exec(rows):
        codes[event.crate_id] = code
        events.setdefault(event.crate_id, []).append(
            Happening(
                event.id,
                event.event,
                event.kind,
                event.branch_id,
                event.destination_id,
                event.at,
                event.vehicle,
            )
        )
    return codes, events


def _passed(code: str, passing: Passing, places: dict[int, Branch]) -> PassedCrate:
    return PassedCrate(
        code,
        passing.since,
        passing.until,
        places.get(passing.origin_id or 0),
        places.get(passing.destination_id or 0),
        passing.noted,
    )


def _text_faults(subject: str, text: str) -> Iterable[Fault]:
    for at, said, most in (("amne", subject, LONGEST_SUBJECT), ("text", text, LONGEST_TEXT)):
        if not said.strip():
            yield Fault("Fill in this field", at)
        elif len(said) > most:
            yield Fault("Use at most {most} characters", at, {"most": most})


def _body(branch: Branch, crates: Sequence[PassedCrate], text: str) -> str:
    say = words("sv")
    lines = [
        say(
            CRATE,
            code=crate.code,
            origin=crate.origin.name if crate.origin else "–",
            destination=crate.destination.name if crate.destination else "–",
        )
        for crate in crates
    ]
    return "\n".join([text.strip(), "", say(CRATES, name=branch.name), *lines]) + "\n"


def _name_of(question: Question, subject: str, text: str) -> str:
    """The same for the same words about the same hours."""
    parts = (question.day, question.begins, question.ends, question.branch, question.vehicle)
    told = "\n".join([*map(str, parts), subject.strip(), text.strip()])
    return sha256(told.encode()).hexdigest()[:24]
