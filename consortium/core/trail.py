"""Questions about what has happened: audit entries, and tasks and job runs in trouble."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import exists
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from consortium.core.audit import AuditEntry, AuditSeal, AuditValue
from consortium.core.cursors import Cursor, Order, Window, window
from consortium.core.days import DAY, instant_of
from consortium.core.errors import NotFound
from consortium.core.later import JobRun, Task, TaskState
from consortium.core.sealing import values_of
from consortium.core.work import Work

SHOWN: Final = 50
RUNS_SHOWN: Final = timedelta(days=14)
NEWEST: Final = Order(
    (col(AuditEntry.at), col(AuditEntry.id)),
    (True, True),
    (datetime, int),
    lambda row: (row.at, row.id),
)


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for in the trail; empty fields let everything through.

    event: the whole name, or a room (`members`) for all of its events. actor: the whole name.
    subject: a part of it, in any case of letters. from_on, to_on: Swedish days, both included.
    undoable: the events that can be taken back, for entries of these that have not been.
    """

    event: str = ""
    actor: str = ""
    subject: str = ""
    from_on: date | None = None
    to_on: date | None = None
    undoable: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """An entry with all that belongs to it.

    values: personal ones by name, none for those who may not see them; hidden: whether there are
    some that were kept back. undoes, undone_by: the entries on either side of an undo.
    """

    entry: AuditEntry
    seal: AuditSeal | None
    values: Sequence[AuditValue]
    hidden: bool
    undoes: AuditEntry | None
    undone_by: AuditEntry | None


def trail(work: Work, search: Search, cursor: Cursor, size: int) -> Window[AuditEntry]:
    """The entries that `search` lets through, the newest first, `size` of them at `cursor`."""
    work.require("audit.see")
    return window(work, _found(search), NEWEST, cursor, size)


def seals_of(work: Work, entries: Sequence[AuditEntry]) -> dict[int, AuditSeal]:
    """Entry id → its seal; without those that are not sealed yet."""
    work.require("audit.see")
    ids = [entry.id for entry in entries]
    rows = select(AuditSeal).where(col(AuditSeal.entry_id).in_(ids))
    return {link.entry_id: link for link in work.session.exec(rows)}


def entry_told(work: Work, entry_id: int) -> Told:
    """One entry, with its seal, its personal values and its neighbours by undo."""
    work.require("audit.see")
    entry = work.session.get(AuditEntry, entry_id)
    if entry is None:
        raise NotFound("There is no entry {entry} in the audit trail", entry=entry_id)
    values = values_of(work, [entry_id])[entry_id]
    may_see = work.actor.may("audit.personal")
    undone_by = select(AuditEntry).where(AuditEntry.undoes == entry_id)
    return Told(
        entry,
        seals_of(work, [entry]).get(entry_id),
        values if may_see else (),
        bool(values) and not may_see,
        work.session.get(AuditEntry, entry.undoes) if entry.undoes else None,
        work.session.exec(undone_by).first(),
    )


def _found(search: Search) -> Any:
    found = select(AuditEntry)
    if "." in search.event:  # alone, so that the index on event and time serves it
        found = found.where(AuditEntry.event == search.event)
    elif search.event:
        found = found.where(col(AuditEntry.event).startswith(search.event + ".", autoescape=True))
    if search.actor:
        found = found.where(AuditEntry.actor == search.actor)
    if search.subject:
        found = found.where(col(AuditEntry.subject).icontains(search.subject, autoescape=True))
    if search.from_on and search.from_on > date.min:  # before it there is no instant in UTC
        found = found.where(AuditEntry.at >= instant_of(search.from_on, time()))
    if search.to_on and search.to_on < date.max:
        found = found.where(AuditEntry.at < instant_of(search.to_on + DAY, time()))
    if search.undoable is not None:
        later = aliased(AuditEntry)
        undone = exists(select(later.id).where(later.undoes == AuditEntry.id))
        found = found.where(col(AuditEntry.event).in_(sorted(search.undoable)), ~undone)
    return found


def failed_tasks(work: Work) -> list[Task]:
    """Tasks that were given up, the latest first, at most SHOWN."""
    work.require("settings.see")
    rows = select(Task).where(Task.state == TaskState.FAILED)
    return list(work.session.exec(rows.order_by(col(Task.due).desc()).limit(SHOWN)))


def troubled_runs(work: Work) -> list[JobRun]:
    """Job runs of the last two weeks that had trouble, the latest first, at most SHOWN."""
    work.require("settings.see")
    rows = select(JobRun).where(
        JobRun.trouble != "", JobRun.business_date >= work.today - RUNS_SHOWN
    )
    latest = rows.order_by(col(JobRun.business_date).desc(), col(JobRun.job))
    return list(work.session.exec(latest.limit(SHOWN)))
