"""Use cases: what was given up is tried again, once a person has mended what was in its way."""

from typing import TypeVar

from sqlmodel import select

from consortium.core.errors import Conflict, NotFound
from consortium.core.later import JobRun, Later, Task, TaskState
from consortium.core.work import Work

T = TypeVar("T", Task, JobRun)


def try_task_again(work: Work, task_id: int) -> Task:
    """Let a task that was given up wait for a worker, with all its attempts before it."""
    work.require("settings.see")
    task = _failed(work, Task, task_id)
    _wait(work, task)
    work.audit("jobs.tried_again", f"{task.name} {task.key}")
    return task


def try_date_again(work: Work, run_id: int) -> JobRun:
    """Let a job's date that was given up be run at the scheduler's next turn."""
    work.require("settings.see")
    run = _failed(work, JobRun, run_id)
    run.state, run.attempts, run.leased_until = TaskState.WAITING, 0, work.now
    run.fence += 1
    work.audit("jobs.tried_again", f"{run.job} {run.business_date.isoformat()}")
    return run


def ask_again(work: Work, what: Later, key: str, **details: str | int) -> None:
    """Ask for something once more, after it was done or given up; Conflict while it is under way.

    For use cases of rooms, which have looked at the right and audit what they do.
    """
    row = select(Task).where(Task.name == what.name, Task.key == key).with_for_update()
    task = work.session.exec(row).first()
    if task is None:  # upkeep has swept it
        work.later(what, key, None, **details)
        return
    if task.state in {TaskState.WAITING, TaskState.RUNNING}:
        raise Conflict("It is under way already", remedy="Wait a few minutes and look again")
    task.details = details
    _wait(work, task)


def _wait(work: Work, task: Task) -> None:
    task.state, task.attempts, task.due = TaskState.WAITING, 0, work.now
    task.leased_until = None
    task.fence += 1  # whoever held it has nothing more to say


def _failed(work: Work, kind: type[T], row_id: int) -> T:
    row = work.session.get(kind, row_id, with_for_update=True)
    if row is None:
        raise NotFound("There is no such job or task")
    if row.state != TaskState.FAILED:
        raise Conflict("It has not been given up", remedy="Look at how it stands now")
    return row
