"""The state of the service as numbers for a watching system (Prometheus gauges, in seconds)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlmodel import col, func, select

from consortium.core.audit import AuditEntry, AuditSeal
from consortium.core.later import Heartbeat, JobRun, Task, TaskState
from consortium.core.work import Work
from consortium.messages.tables import Letter, WebhookDelivery

GAUGES: Final = {
    "consortium_tasks": "Tasks by state",
    "consortium_task_oldest_waiting_seconds": "How long the oldest due task has waited",
    "consortium_process_seen_seconds": "Time since a process of this kind was last seen",
    "consortium_job_done_seconds": "Time since a date of this job was last done",
    "consortium_job_failed_dates": "Dates of this job that failed for good",
    "consortium_letters_returned": "Letters that came back and are not settled",
    "consortium_webhook_deliveries": "Deliveries to webhooks by state",
    "consortium_audit_unsealed": "Entries of the audit trail that are not sealed yet",
    "consortium_backup_seconds": "Time since the last backup",
}
"""Name → what it tells."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One value of a gauge. labels: name → value, the same names for all of one gauge."""

    name: str
    value: float
    labels: dict[str, str] = field(default_factory=dict)


def readings(work: Work) -> list[Reading]:
    """Every gauge as it stands; those that tell of what never was are left out."""
    return [*_tasks(work), *_processes(work), *_post(work), *_trail(work)]


def _tasks(work: Work) -> Iterator[Reading]:
    rows = select(Task.state, func.count()).group_by(Task.state)
    counts = {str(state): 0 for state in TaskState} | dict(work.session.exec(rows).all())
    for state, count in counts.items():
        yield Reading("consortium_tasks", count, {"state": state})
    due = select(func.min(Task.due)).where(Task.state == TaskState.WAITING, Task.due <= work.now)
    oldest = work.session.exec(due).one()
    yield Reading("consortium_task_oldest_waiting_seconds", _since(work, oldest) if oldest else 0)


def _processes(work: Work) -> Iterator[Reading]:
    seen = select(Heartbeat.kind, func.max(Heartbeat.seen_at)).group_by(Heartbeat.kind)
    for kind, last in work.session.exec(seen):
        yield Reading("consortium_process_seen_seconds", _since(work, last), {"kind": kind})
    done = (
        select(JobRun.job, func.max(JobRun.done_at))
        .where(JobRun.state == TaskState.DONE, col(JobRun.done_at).is_not(None))
        .group_by(JobRun.job)
    )
    for job, ended in work.session.exec(done):
        if ended:
            yield Reading("consortium_job_done_seconds", _since(work, ended), {"job": job})
    failed = (
        select(JobRun.job, func.count())
        .where(JobRun.state == TaskState.FAILED)
        .group_by(JobRun.job)
    )
    for job, count in work.session.exec(failed):
        yield Reading("consortium_job_failed_dates", count, {"job": job})


def _post(work: Work) -> Iterator[Reading]:
    returned = select(func.count()).where(
        col(Letter.returned_at).is_not(None), col(Letter.settled_at).is_(None)
    )
    yield Reading("consortium_letters_returned", work.session.exec(returned).one())
    rows = select(WebhookDelivery.state, func.count()).group_by(WebhookDelivery.state)
    for state, count in work.session.exec(rows):
        yield Reading("consortium_webhook_deliveries", count, {"state": state})


def _trail(work: Work) -> Iterator[Reading]:
    last = select(func.coalesce(func.max(AuditSeal.entry_id), 0)).scalar_subquery()
    unsealed = select(func.count()).where(AuditEntry.id > last)
    yield Reading("consortium_audit_unsealed", work.session.exec(unsealed).one())
    backup = select(func.max(AuditEntry.at)).where(AuditEntry.event == "operations.backed_up")
    if moment := work.session.exec(backup).one():
        yield Reading("consortium_backup_seconds", _since(work, moment))


def _since(work: Work, moment: datetime) -> float:
    return (work.now - moment).total_seconds()
