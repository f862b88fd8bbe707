"""Events of crates in and out: JSON lines come in, all of a file or nothing; CSV or JSON goes out.

A line is `{"event", "crate", "kind", "branch", "at"}`, with `destination` and `vehicle` where they
are known. Any order, repeats allowed (`crates/ledger.py`). A file of a million lines is read a line
at a time, and never held whole.
"""

import csv
import io
import json
from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, Final, Literal

from sqlalchemy import select
from sqlalchemy.orm import aliased
from sqlmodel import col

from consortium.branches.tables import Branch
from consortium.core.days import STOCKHOLM
from consortium.core.errors import Fault, Invalid
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.crates.ledger import NewEvent, Noted, note_events
from consortium.crates.tables import Crate, CrateEvent
from consortium.exchange.kinds.places import places
from consortium.exchange.matching import plain
from consortium.members.tables import Member

HEADER: Final = ("event", "crate", "kind", "branch", "at", "destination", "vehicle")
NAMES: Final = frozenset(HEADER)
NEEDED: Final = NAMES - {"destination", "vehicle"}
BOM: Final = b"\xef\xbb\xbf"
AT_ONCE: Final = 2_000
DATE_ONLY: Final = len("2026-11-24")
NO_LINE: Final = mark("The line is no JSON object")
NOTHING: Final = mark("An event needs the field {name}")
NOT_TEXT: Final = mark("The field {name} is no text that can be read")
UNKNOWN: Final = mark("An event has no field {name}")
NO_MOMENT: Final = mark("{text} is no moment")
AS_MOMENT: Final = mark("Write it as 2026-11-24T09:30:00+01:00; without a zone it is Swedish time")

Form = Literal["csv", "jsonl"]


def take_in_events(work: Work, lines: Iterable[bytes]) -> Noted:
    """Note the events of a file; Invalid, with every faulty line, where there is any.

    Branches are named by address, name or another name that is known.
    """
    work.require("crates.handle")
    reading = _Reading(work)
    try:
        noted = note_events(work, reading.events(lines))
    except Invalid as problem:
        faults = [reading.with_line(fault) for fault in problem.faults]
        together = sorted([*reading.faults, *faults], key=lambda found: found[0])
        raise Invalid([fault for _, fault in together]) from problem
    if reading.faults:
        raise Invalid([fault for _, fault in reading.faults])
    return noted


def event_lines(
    work: Work, first: date | None, last: date | None, form: Form = "csv"
) -> Iterator[bytes]:
    """The events at the branches of the actor's scope, a line at a time, as they were noted.

    first, last: Swedish days, both inclusive, None for no bound. What was withdrawn is left out.
    `jsonl` can be imported again.
    """
    scope = work.scope("transports.see")
    goes = aliased(Branch)
    rows = (
        select(
            col(CrateEvent.event),
            col(Crate.code),
            col(CrateEvent.kind),
            col(Branch.slug),
            col(CrateEvent.at),
            col(goes.slug),
            col(CrateEvent.vehicle),
        )
        .join(Crate, col(Crate.id) == col(CrateEvent.crate_id))
        .join(Branch, col(Branch.id) == col(CrateEvent.branch_id))
        .join(goes, col(goes.id) == col(CrateEvent.destination_id), isouter=True)
        .where(col(CrateEvent.withdrawn).is_(False))
        .order_by(col(CrateEvent.id))
    )
    if scope is not None:
        rows = rows.join(Member, col(Member.id) == col(Branch.member_id))
        rows = rows.where(col(Member.code).in_(scope))
    if first is not None:
        rows = rows.where(col(CrateEvent.on_date) >= first)
    if last is not None:
        rows = rows.where(col(CrateEvent.on_date) <= last)
    found = work.session.execute(rows.execution_options(yield_per=AT_ONCE))
    written = _csv if form == "csv" else _json
    yield from written([*row[:4], row[4].isoformat(), row[5] or "", row[6]] for row in found)


def _csv(rows: Iterable[list[str]]) -> Iterator[bytes]:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    for row in rows:
        writer.writerow(row)
        yield text.getvalue().encode()
        text.seek(0)
        text.truncate()
    yield text.getvalue().encode()


def _json(rows: Iterable[list[str]]) -> Iterator[bytes]:
    for row in rows:
        given = {name: text for name, text in zip(HEADER, row, strict=True) if text}
        yield json.dumps(given, ensure_ascii=False).encode() + b"\n"


class _Reading:
    """A file while it is read. faults: line → what is wrong with it; lines: of the events given."""

    def __init__(self, work: Work) -> None:
        known = places(work)
        self.slugs = {called: known.slugs[name] for called, name in known.called.items()}
        self.asked: dict[str, str] = {}
        self.lines = array("Q")
        self.faults: list[tuple[int, Fault]] = []

    def events(self, lines: Iterable[bytes]) -> Iterator[NewEvent]:
        """The events of the lines that can be read; empty lines are passed over."""
        for number, line in enumerate(lines, 1):
            text = line.removeprefix(BOM) if number == 1 else line
            if not text.strip():
                continue
            event = self._event(number, text)
            if event is not None:
                self.lines.append(number)
                yield event

    def with_line(self, fault: Fault) -> tuple[int, Fault]:
        """A fault of the ledger, `events[3].crate`, at the line and field that it is about."""
        place, _, name = fault.at.removeprefix("events[").partition("].")
        line = self.lines[int(place)]
        return line, replace(fault, at=f"line {line}, {name}")

    def _event(self, number: int, text: bytes) -> NewEvent | None:
        try:
            given = json.loads(text.decode())
        except (ValueError, RecursionError):
            given = None
        if not isinstance(given, dict):
            self.faults.append((number, Fault(NO_LINE, f"line {number}")))
            return None
        at = _moment(given["at"]) if _is_read(given) else None
        if at is None:
            self.faults += _unread(number, given)
            return None
        return NewEvent(
            given["event"],
            given["crate"],
            given["kind"],
            self._slug(given["branch"]),
            at,
            self._slug(given.get("destination", "")),
            given.get("vehicle", ""),
        )

    def _slug(self, text: str) -> str:
        """The address of the branch that a text means; the text where it means none."""
        slug = self.asked.get(text)
        if slug is None:
            slug = self.asked[text] = self.slugs.get(plain(text), text) if text else ""
        return slug


def _is_read(given: Mapping[str, Any]) -> bool:
    """Whether a line has the fields of an event, and visible text in each; a million are asked."""
    if not NEEDED <= given.keys() <= NAMES:
        return False
    try:
        return "".join(given.values()).isprintable()
    except TypeError:
        return False


def _unread(number: int, given: Mapping[str, Any]) -> Iterator[tuple[int, Fault]]:
    """What is wrong with a line that is no event."""
    for name, text, remedy in _complaints(given):
        facts = {"name": name, "text": str(given.get(name, ""))}
        yield number, Fault(text, f"line {number}, {name}", facts, remedy)


def _complaints(given: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for name in HEADER:
        if name in NEEDED and name not in given:
            yield name, NOTHING, ""
    for name, text in given.items():
        if name not in NAMES:
            yield ascii(name)[1:-1], UNKNOWN, ""
        elif not isinstance(text, str) or not text.isprintable():
            yield name, NOT_TEXT, ""
        elif name == "at" and _moment(text) is None:
            yield name, NO_MOMENT, AS_MOMENT


def _moment(text: str) -> datetime | None:
    """ISO 8601; without an offset it is Swedish time. None where it is none, or a day only."""
    if len(text) <= DATE_ONLY:
        return None
    try:
        at = datetime.fromisoformat(text)
        return (at if at.tzinfo else at.replace(tzinfo=STOCKHOLM)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
