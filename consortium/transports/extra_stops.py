"""Use cases: a stop of one date beside the week's, and that it is not needed after all."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from sqlmodel import col, select

from consortium.branches.closing import ask_for_plans
from consortium.branches.queries import BranchDay, branch_by_slug, branch_days
from consortium.branches.tables import Branch
from consortium.core.audit import AuditEntry
from consortium.core.errors import Conflict, Fault, Invalid, NotFound
from consortium.core.work import Work
from consortium.crates.rules import is_depot
from consortium.transports.calendars import Window, traffic_weekday
from consortium.transports.library_week import special_dates
from consortium.transports.tables import ExtraStop
from consortium.transports.weekly_stops import MOST_CRATES

LONGEST_NOTE = 200


@dataclass(frozen=True, slots=True)
class NewExtraStop:
    """An extra stop before it is entered. deliver, collect: crates expected for it alone."""

    on_date: date
    branch: str
    window: Window
    service_s: int
    deliver: int = 0
    collect: int = 0
    note: str = ""


def add_extra_stop(work: Work, new: NewExtraStop) -> ExtraStop:
    """Enter a stop of one date; new plans are asked for. Undone by `remove_extra_stop`.

    Where the weekday has a stop there, its crates are added to it, and its window is one more. A
    day on which nobody drives, and a branch that is closed then, are faults.
    """
    work.require("transports.change")
    branch = branch_by_slug(work, new.branch)
    here = branch_days(work, new.on_date)[branch.id]
    if faults := [*_when(work, new, here), *_what(new, branch.kind)]:
        raise Invalid(faults)
    if _found(work, new.on_date, branch) is not None:
        raise Conflict(
            "{name} has an extra stop on {day} already",
            at="branch",
            name=branch.name,
            day=new.on_date.isoformat(),
            remedy="Take that back first",
        )
    made = ExtraStop(
        on_date=new.on_date,
        branch_id=branch.id,
        deliver=new.deliver,
        collect=new.collect,
        window_from=new.window[0],
        window_to=new.window[1],
        service_s=new.service_s,
        note=new.note.strip(),
        entered_by=work.actor.name,
        entered_at=work.now,
    )
    work.session.add(made)
    work.session.flush()
    _ask(work, made, work.audit("transports.extra_stop_added", branch.slug, **_facts(made)))
    return made


def remove_extra_stop(work: Work, on_date: date, slug: str) -> None:
    """Take the extra stop of a branch on a date away. Undone by `add_extra_stop`."""
    work.require("transports.change")
    branch = branch_by_slug(work, slug)
    row = _found(work, on_date, branch)
    if row is None:
        day = on_date.isoformat()
        raise NotFound("{name} has no extra stop on {day}", name=branch.name, day=day)
    entry = work.audit("transports.extra_stop_removed", branch.slug, **_facts(row))
    work.session.delete(row)
    work.session.flush()
    _ask(work, row, entry)


def extra_stops(work: Work, first: date, last: date = date.max) -> list[tuple[ExtraStop, Branch]]:
    """The extra stops between the two, both inclusive, by date and name."""
    work.require("transports.see")
    rows = (
        select(ExtraStop, Branch)
        .join(Branch, col(Branch.id) == col(ExtraStop.branch_id))
        .where(ExtraStop.on_date >= first, ExtraStop.on_date <= last)
        .order_by(col(ExtraStop.on_date), col(Branch.name))
    )
    return [(stop, branch) for stop, branch in work.session.exec(rows)]


def again(facts: dict[str, Any], slug: str) -> NewExtraStop:
    """The stop that an entry of its removal tells of."""
    window = (time.fromisoformat(facts["window_from"]), time.fromisoformat(facts["window_to"]))
    return NewExtraStop(
        date.fromisoformat(facts["day"]),
        slug,
        window,
        facts["service_s"],
        facts["deliver"],
        facts["collect"],
        facts["note"],
    )


def _found(work: Work, on_date: date, branch: Branch) -> ExtraStop | None:
    rows = select(ExtraStop).where(ExtraStop.on_date == on_date, ExtraStop.branch_id == branch.id)
    return work.session.exec(rows).first()


def _facts(stop: ExtraStop) -> dict[str, Any]:
    return {
        "day": stop.on_date.isoformat(),
        "window_from": stop.window_from.isoformat(),
        "window_to": stop.window_to.isoformat(),
        "service_s": stop.service_s,
        "deliver": stop.deliver,
        "collect": stop.collect,
        "note": stop.note,
    }


def _ask(work: Work, stop: ExtraStop, entry: AuditEntry) -> None:
    ask_for_plans(work, entry, stop.on_date, stop.on_date)


def _when(work: Work, new: NewExtraStop, here: BranchDay) -> Iterator[Fault]:
    facts = {"day": new.on_date.isoformat()}
    special = special_dates(work, new.on_date, new.on_date)
    if new.on_date < work.today:
        yield Fault("The day is over", "on_date", {}, "Choose today or a later day")
    elif traffic_weekday(new.on_date, special) is None:
        text = "No crates travel on {day}"
        yield Fault(text, "on_date", facts, "Choose a day on which the vans are driven")
    elif here.closed_by in {"closure", "merged"}:
        why = {"name": here.branch.name, "why": here.closed}
        yield Fault("{name} is closed then: {why}", "branch", why, "Choose another day")


def _what(new: NewExtraStop, kind: str) -> Iterator[Fault]:
    if is_depot(kind):
        yield Fault("A depot is no stop: routes begin and end there", "branch")
    if new.window[1] <= new.window[0]:
        yield Fault("The window must end after it begins", "window")
    if new.service_s < 0:
        yield Fault("The time at a stop is 0 seconds or more", "service_s")
    for name, crates in (("deliver", new.deliver), ("collect", new.collect)):
        if not 0 <= crates <= MOST_CRATES:
            yield Fault("Write how many crates, 0 to {most}", name, {"most": MOST_CRATES})
    if len(new.note) > LONGEST_NOTE:
        yield Fault("The note is too long", "note", {}, "Use at most 200 characters")
