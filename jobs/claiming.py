"""Leases: one holder at a time of a task or of a job's date, whoever else may try.

A holder that is killed loses its lease when the time is out; the next one takes the following
fence. Whoever comes back late finds a newer fence and changes nothing.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from sqlmodel import col, or_, select

from consortium.core.errors import Conflict, Problem, Unavailable
from consortium.core.later import JobRun, Task, TaskState
from consortium.core.work import Actor, Work, Works

LEASE = timedelta(minutes=10)
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)
MOST_ATTEMPTS = 8
OPEN = (TaskState.WAITING, TaskState.RUNNING)
TROUBLE_LENGTH = 2000


def claim_task(works: Works, actor: Actor) -> Task | None:
    """Take the task that has been due the longest and that nobody holds; None when none is."""
    with works.writing(actor) as work:
        due = (
            select(Task)
            .where(
                or_(
                    (col(Task.state) == TaskState.WAITING) & (col(Task.due) <= work.now),
                    (col(Task.state) == TaskState.RUNNING) & (col(Task.leased_until) < work.now),
                )
            )
            .order_by(col(Task.due), col(Task.id))
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        task = work.session.exec(due).first()
        if task is not None:
            task.state = TaskState.RUNNING
            task.attempts += 1
            _lease(task, work.now)
    return task


def end_task(
    works: Works,
    actor: Actor,
    held: Task,
    error: Exception | None,
    give_up: Callable[[Work], None] | None = None,
) -> TaskState | None:
    """Note how a held task went; None where the lease was lost and nothing was noted.

    give_up: what else is noted in the same transaction where the task is given up. Returns the
    task's state.
    """
    with works.writing(actor) as work:
        row = select(Task).where(Task.id == held.id).with_for_update()
        task = work.session.exec(row).one()
        if task.fence != held.fence or task.state != TaskState.RUNNING:
            return None
        task.leased_until = None
        task.trouble = str(error)[:TROUBLE_LENGTH] if error else ""
        task.state = state = _state_after(error, task.attempts)
        if state == TaskState.WAITING:
            task.due = work.now + pause(task.attempts)
        if state == TaskState.FAILED and give_up is not None:
            give_up(work)
    return state


def claim_date(works: Works, actor: Actor, job: str, day: date) -> JobRun | None:
    """Take a job's date, new or left by another; None where it is held, done or not yet due."""
    try:
        with works.writing(actor) as work:
            return _claim_date(work, job, day)
    except Conflict:
        return None  # another scheduler wrote the row in the same moment


def end_date(works: Works, actor: Actor, held: JobRun, error: Exception | None) -> TaskState | None:
    """Note how a held date went; None where the lease was lost and nothing was noted."""
    with works.writing(actor) as work:
        row = select(JobRun).where(JobRun.id == held.id).with_for_update()
        run = work.session.exec(row).one()
        if run.fence != held.fence or run.state != TaskState.RUNNING:
            return None
        run.trouble = str(error)[:TROUBLE_LENGTH] if error else ""
        run.state = state = _state_after(error, run.attempts)
        run.done_at = work.now
        if state == TaskState.WAITING:
            run.leased_until = work.now + pause(run.attempts)
    return state


def pause(attempts: int) -> timedelta:
    """How long to wait after so many attempts: twice as long each time, an hour at most."""
    return min(FIRST_PAUSE * (1 << (attempts - 1)), LONGEST_PAUSE)


def _claim_date(work: Work, job: str, day: date) -> JobRun | None:
    row = select(JobRun).where(JobRun.job == job, JobRun.business_date == day).with_for_update()
    run = work.session.exec(row).first()
    if run is None:
        run = JobRun(job=job, business_date=day, started_at=work.now, leased_until=work.now + LEASE)
        work.session.add(run)
        work.session.flush()
        return run
    if run.state not in OPEN or run.leased_until > work.now:
        return None
    run.state = TaskState.RUNNING
    run.attempts += 1
    _lease(run, work.now)
    return run


def _lease(held: Task | JobRun, now: datetime) -> None:
    held.leased_until = now + LEASE
    held.fence += 1


def _state_after(error: Exception | None, attempts: int) -> TaskState:
    """A refusal is final, but for Unavailable; anything else is tried MOST_ATTEMPTS times."""
    if error is None:
        return TaskState.DONE
    refused = isinstance(error, Problem) and not isinstance(error, Unavailable)
    return TaskState.FAILED if refused or attempts >= MOST_ATTEMPTS else TaskState.WAITING
