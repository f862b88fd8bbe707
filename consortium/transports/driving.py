"""Use cases: what a driver notes on a route is taken in once, and a mistake is taken back."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from sqlmodel import col, select

from consortium.branches.tables import Branch
from consortium.core.days import DAY, swedish_day
from consortium.core.errors import Fault, NotFound
from consortium.core.later import Later
from consortium.core.work import Work
from consortium.crates.rewinding import withdraw_event
from consortium.crates.tables import CrateEvent
from consortium.transports.driving_rules import Note, note_faults
from consortium.transports.tables import RouteEvent, Vehicle

TELL_DELAYS: Final = Later("routing.tell_delays")


@dataclass(frozen=True, slots=True)
class NewRouteEvent:
    """What a driver noted. event: the name that the phone gave it. on_date: of the plan.

    branch: the stop's slug, empty for `depart`, `break` and `back`.
    """

    event: str
    vehicle: str
    on_date: date
    kind: str
    branch: str
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Noted:
    """What became of one note: `added`, `repeated` (known before), or `refused` for the faults."""

    event: str
    outcome: Literal["added", "repeated", "refused"]
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class _Known:
    """What notes are looked up in: branch slug → id, codes of vans, notes by their names."""

    branches: dict[str, int]
    vans: frozenset[str]
    events: dict[str, RouteEvent]


def note_route_events(work: Work, events: Sequence[NewRouteEvent]) -> list[Noted]:
    """Take in what a driver noted, in any order; each is answered for itself, in its place.

    A note is known by its name: again it changes nothing, and with another content it is refused.
    Whoever is affected by a delay is told of it afterwards.
    """
    work.require("transports.drive")
    known = _look_up(work, events)
    answers: list[Noted] = []
    added: list[RouteEvent] = []
    for new in events:
        answer = _judge(work, new, known)
        if answer.outcome == "added":
            known.events[new.event] = row = _row(work, new, known)
            added.append(row)
        answers.append(answer)
    work.session.add_all(added)
    for on_date, vehicle in sorted({(row.on_date, row.vehicle) for row in added}):
        names = [row.event for row in added if (row.on_date, row.vehicle) == (on_date, vehicle)]
        kinds = [row.kind for row in added if row.event in names]
        ask_to_tell(work, on_date, vehicle)
        subject = f"{on_date.isoformat()} {vehicle}"
        work.audit("transports.route_noted", subject, events=names, kinds=kinds)
    return answers


def withdraw_route_events(work: Work, names: Sequence[str]) -> list[str]:
    """Let notes that were made by mistake count for nothing; those that do already are left out.

    Returns the names of the notes that have changed; NotFound where one is not there.
    """
    return _mark(work, names, withdrawn=True)


def withdraw_note(work: Work, name: str) -> bool:
    """Take back a note of a phone by its name, be it of the route or of a crate.

    False where it is taken back already, or was never taken in.
    """
    rows = select(RouteEvent.withdrawn).where(RouteEvent.event == name)
    if work.session.exec(rows).first() is not None:
        return bool(withdraw_route_events(work, [name]))
    scans = select(CrateEvent.withdrawn).where(CrateEvent.event == name)
    if work.session.exec(scans).first() is not False:
        return False
    withdraw_event(work, name)
    return True


def restore_route_events(work: Work, names: Sequence[str]) -> list[str]:
    """Let notes that were withdrawn count again; as `withdraw_route_events`."""
    return _mark(work, names, withdrawn=False)


def ask_to_tell(work: Work, on_date: date, vehicle: str) -> None:
    """Have the branches of a route told of its delays; a day that is over concerns nobody."""
    if on_date != work.today:
        return
    key = f"{on_date.isoformat()}:{vehicle}:{secrets.token_hex(8)}"
    work.later(TELL_DELAYS, key, day=on_date.isoformat(), vehicle=vehicle)


def _look_up(work: Work, events: Sequence[NewRouteEvent]) -> _Known:
    rows = select(RouteEvent).where(col(RouteEvent.event).in_({new.event for new in events}))
    return _Known(
        dict(work.session.exec(select(Branch.slug, Branch.id)).all()),
        frozenset(work.session.exec(select(Vehicle.code))),
        {row.event: row for row in work.session.exec(rows)},
    )


def _judge(work: Work, new: NewRouteEvent, known: _Known) -> Noted:
    faults = tuple(_faults(work, new, known))
    if faults:
        return Noted(new.event, "refused", faults)
    before = known.events.get(new.event)
    if before is None:
        return Noted(new.event, "added")
    if _content(before) == _content(_row(work, new, known)):
        return Noted(new.event, "repeated")
    other = Fault("Another note has this name already", "event", {}, "Note it once more")
    return Noted(new.event, "refused", (other,))


def _faults(work: Work, new: NewRouteEvent, known: _Known) -> list[Fault]:
    note = Note(new.event, new.kind, new.branch, new.at, new.reason)
    faults = list(note_faults(note, work.now))
    if new.branch and new.branch not in known.branches:
        faults.append(Fault("There is no branch {slug}", "branch", {"slug": new.branch}))
    if new.vehicle not in known.vans:
        faults.append(Fault("There is no vehicle {code}", "vehicle", {"code": new.vehicle}))
    if swedish_day(new.at) not in {new.on_date, new.on_date + DAY}:
        facts = {"day": new.on_date.isoformat()}
        faults.append(Fault("The moment is not on the day of the plan, {day}", "at", facts))
    return faults


def _row(work: Work, new: NewRouteEvent, known: _Known) -> RouteEvent:
    return RouteEvent(
        event=new.event,
        on_date=new.on_date,
        vehicle=new.vehicle,
        branch_id=known.branches[new.branch] if new.branch else None,
        kind=new.kind,
        reason=new.reason.strip(),
        at=new.at,
        entered_by=work.actor.name,
        entered_at=work.now,
    )


def _content(row: RouteEvent) -> tuple[object, ...]:
    return row.on_date, row.vehicle, row.branch_id, row.kind, row.reason, row.at


def _mark(work: Work, names: Sequence[str], *, withdrawn: bool) -> list[str]:
    work.require("transports.drive")
    rows = select(RouteEvent).where(col(RouteEvent.event).in_(names)).with_for_update()
    found = {row.event: row for row in work.session.exec(rows)}
    for name in names:
        if name not in found:
            raise NotFound("There is no note {name} of a driver", name=name)
    changed = [found[name] for name in names if found[name].withdrawn != withdrawn]
    for row in changed:
        row.withdrawn = withdrawn
        work.session.add(row)
    for on_date, vehicle in sorted({(row.on_date, row.vehicle) for row in changed}):
        these = [row for row in changed if (row.on_date, row.vehicle) == (on_date, vehicle)]
        ask_to_tell(work, on_date, vehicle)
        work.audit(
            "transports.notes_withdrawn" if withdrawn else "transports.notes_restored",
            f"{on_date.isoformat()} {vehicle}",
            events=[row.event for row in these],
            kinds=[row.kind for row in these],
        )
    return [row.event for row in changed]
