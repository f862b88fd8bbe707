"""Questions about what has happened: audit entries, and tasks and job runs in trouble."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlmodel import col, func, select

from consortium.core.audit import AuditEntry
from consortium.core.later import JobRun, Task, TaskState
from consortium.core.work import Work

SHOWN: Final = 50
RUNS_SHOWN: Final = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for in the trail; empty fields let everything through.

    event: the whole name, or a room (`members`) for all of its events. actor: the whole name.
    subject: a part of it, in any case of letters.
    """

    event: str = ""
    actor: str = ""
    subject: str = ""


def trail(work: Work, search: Search, offset: int, size: int) -> tuple[list[AuditEntry], int]:
    """The entries that `search` lets through, the newest first, and how many there are in all."""
    work.require("audit.see")
    found = select(AuditEntry)
    if search.event:
        room = col(AuditEntry.event).startswith(search.event + ".", autoescape=True)
        found = found.where((col(AuditEntry.event) == search.event) | room)
    if search.actor:
        found = found.where(AuditEntry.actor == search.actor)
    if search.subject:
        found = found.where(col(AuditEntry.subject).icontains(search.subject, autoescape=True))
    total = work.session.exec(select(func.count()).select_from(found.subquery())).one()
    newest = found.order_by(col(AuditEntry.at).desc(), col(AuditEntry.id).desc())
    return list(work.session.exec(newest.offset(offset).limit(size))), total


def events(work: Work) -> list[str]:
    """Every kind of event that is in the trail."""
    work.require("audit.see")
    return list(work.session.exec(select(AuditEntry.event).distinct().order_by(AuditEntry.event)))


def task_counts(work: Work) -> dict[str, int]:
    """How many tasks there are in each state, 0 where there are none."""
    rows = select(Task.state, func.count()).group_by(Task.state)
    return {str(state): 0 for state in TaskState} | dict(work.session.exec(rows).all())


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
