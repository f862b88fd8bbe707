"""Two schedulers and two workers step through the same days: each thing is done once."""

import multiprocessing
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

from sqlmodel import col, select

from consortium.billing.issuing import issue_invoices
from consortium.billing.preparing import approve_run
from consortium.billing.tables import Invoice, InvoiceDelivery, InvoiceDocument, InvoiceRun
from consortium.branches.closing import close_branch
from consortium.core.audit import AuditEntry, AuditSeal
from consortium.core.days import DAY, instant_of
from consortium.core.db import open_engine
from consortium.core.later import JobRun, Task, TaskState
from consortium.core.verifying import Walk, faults_of_chain
from consortium.core.work import Works
from consortium.crates.counting import COUNTED
from consortium.measures.entering import add_measure
from consortium.transports.tables import Plan
from jobs.running import Patience
from jobs.scheduler import keep_sealed, tick
from jobs.table import JOBS
from jobs.worker import run_next
from tests.billing.worlds import make_small
from tests.conftest import OPERATOR, Clock
from tests.jobs.worlds import make_week, running
from tests.making import make_branches
from tests.slices import WHOLE

# Business days by hand: March 2026 has 22 weekdays and no holiday; the year, see test_scheduler.
FIRST, LAST, MONTHS, BUSINESS_DAYS = (
    (date(2026, 1, 1), date(2026, 12, 31), 12, 251)
    if WHOLE
    else (date(2026, 3, 1), date(2026, 3, 31), 1, 22)
)
DAYS = [FIRST + DAY * place for place in range((LAST - FIRST).days + 1)]
TIMES = (time(3, 20), time(6, 5), time(15, 5))  # upkeep, invoicing and routing have fallen due
CLOSED_ON = date(2026, 3, 11)  # a Wednesday, told on the evening before, when its plan is made
INVOICES = 4  # a month
PATIENCE_SECONDS = 120


def live(kind: str, url: str, home: Path, now: Any, barrier: Barrier) -> None:
    """A process of the service: at each moment, what it does until nothing is left to do."""
    held = running(Works(open_engine(url), lambda: datetime.fromtimestamp(now.value, UTC)), home)
    patience = Patience()
    try:
        while barrier.wait(PATIENCE_SECONDS) >= 0 and now.value:
            if kind == "scheduler":
                patience.bear(tick, held)
                patience.bear(keep_sealed, held)
            while kind == "worker" and patience.bear(run_next, held):
                pass
            barrier.wait(PATIENCE_SECONDS)
    except BaseException:
        barrier.abort()
        raise


@contextmanager
def two_of_each(url: str, home: Path) -> Iterator[Callable[[datetime], None]]:
    """Gives a function that moves the clock of all four to a moment and waits for them."""
    context = multiprocessing.get_context("fork")
    now, barrier = context.Value("d", 1.0), context.Barrier(5)
    processes = [
        context.Process(target=live, args=(kind, url, home, now, barrier))
        for kind in ("scheduler", "scheduler", "worker", "worker")
    ]
    for process in processes:
        process.start()

    def at(moment: datetime) -> None:
        now.value = moment.timestamp()
        barrier.wait(PATIENCE_SECONDS)  # all begin
        barrier.wait(PATIENCE_SECONDS)  # all are done

    try:
        yield at
        now.value = 0.0
        barrier.wait(PATIENCE_SECONDS)
    except BaseException:
        barrier.abort()  # nobody waits for who will not come
        raise
    finally:
        for process in processes:
            process.join()
    assert [process.exitcode for process in processes] == [0, 0, 0, 0]


def issue(works: Works) -> None:
    """What a finance officer does: approve and issue what is prepared."""
    with works.writing(OPERATOR) as work:
        for run in work.session.exec(select(InvoiceRun).where(InvoiceRun.state == "prepared")):
            approve_run(work, run.id)
            issue_invoices(work, run.id)
    works.engine.dispose()


def close_tomorrow(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        close_branch(work, "mora-bibliotek", (CLOSED_ON, CLOSED_ON), "Inventering")
    works.engine.dispose()


def check_dates(works: Works) -> None:
    """Each business date of each job once, in order."""
    with works.reading(OPERATOR) as work:
        runs = work.session.exec(select(JobRun).order_by(col(JobRun.id))).all()
    assert {run.trouble for run in runs} == {""}
    assert {(run.state, run.attempts, run.fence) for run in runs} == {(TaskState.DONE, 1, 1)}
    dates: dict[str, list[date]] = {}
    for run in runs:
        dates.setdefault(run.job, []).append(run.business_date)
    counts = {job: len(found) for job, found in dates.items()}
    assert counts["invoicing"] == MONTHS
    assert counts["routing"] == BUSINESS_DAYS
    assert dates["upkeep"] == DAYS
    assert set(dates) == set(JOBS)
    for found in dates.values():
        assert found == sorted(set(found))


def check_effects(works: Works, home: Path) -> None:
    """Each task done once, and each thing that a date or a task makes there once."""
    with works.reading(OPERATOR) as work:
        tasks = work.session.exec(select(Task)).all()
        plans = Counter(
            (plan.on_date, plan.revision) for plan in work.session.exec(select(Plan)).all()
        )
        invoices = [invoice.number for invoice in work.session.exec(select(Invoice))]
        papers = work.session.exec(select(InvoiceDocument)).all()
        deliveries = work.session.exec(select(InvoiceDelivery)).all()
        events = Counter(entry.event for entry in work.session.exec(select(AuditEntry)))
    assert {(task.state, task.attempts, task.fence) for task in tasks} == {(TaskState.DONE, 1, 1)}
    assert max(plans.values()) == 1
    assert len(plans) == BUSINESS_DAYS + 1
    assert plans[CLOSED_ON, 2] == 1  # the proposal without Mora
    assert len(invoices) == len(set(invoices)) == MONTHS * INVOICES
    assert len(papers) == 2 * len(invoices)
    assert len(deliveries) == len(invoices)
    assert events["transports.plan_published"] == BUSINESS_DAYS
    assert events["billing.prepared"] == events["billing.issued"] == MONTHS
    assert events["billing.delivered"] == len(invoices)
    assert len(list((home / "outbox" / "e-invoices").iterdir())) == len(invoices)


def check_seals(works: Works) -> None:
    with works.reading(OPERATOR) as work:
        assert list(faults_of_chain(work, Walk())) == []
        sealed = work.session.exec(select(AuditSeal.entry_id)).all()
        assert sorted(sealed) == sorted(work.session.exec(select(AuditEntry.id)).all())


def test_two_schedulers_and_two_workers_do_each_thing_once(
    works: Works, database_url: str, clock: Clock, tmp_path: Path
) -> None:
    make_small(works)
    with works.writing(OPERATOR) as work:
        make_branches(work)
        for measure in COUNTED:
            add_measure(work, measure, (measure, measure), "lådor")
    make_week(works)
    works.engine.dispose()  # what is forked off must not share its connections
    with two_of_each(database_url, tmp_path) as at:
        for day in DAYS:
            for moment in TIMES:
                clock.now = instant_of(day, moment)
                at(clock.now)
            issue(works)
            if day + DAY == CLOSED_ON:
                close_tomorrow(works)
        for minute in (20, 35):  # what the last day left; the second one seals what the first did
            at(instant_of(LAST, time(23, minute)))
    check_dates(works)
    check_effects(works, tmp_path)
    check_seals(works)
