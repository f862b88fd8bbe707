"""Invoice runs whose process is killed at random moments: nothing lost, nothing twice."""

import os
import signal
import time
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from random import Random

from sqlmodel import select

from consortium.billing.issuing import issue_invoices
from consortium.billing.periods import Cut
from consortium.billing.preparing import approve_run, prepare_run
from consortium.billing.tables import Invoice, InvoiceDelivery, InvoiceDocument, NumberSeries
from consortium.core.db import open_engine
from consortium.core.later import Task, TaskState
from consortium.core.work import Works
from consortium.ledger.queries import balances
from consortium.ledger.tables import JournalEntry
from jobs.claiming import LEASE
from jobs.worker import run_next
from tests.billing.worlds import make_small
from tests.conftest import OPERATOR, Clock
from tests.jobs.worlds import running
from tests.slices import slice_of

KILLS = slice_of(20, 200)
INVOICES = 4  # two members, each one with VAT and one outside it
YEARS = range(2026, 2028 + KILLS // 8)  # with months to spare: who ends before is not killed
MONTHS = [date(year, month, 1) for year in YEARS for month in range(1, 13)]


def run_month(url: str, clock: Clock, home: Path, month: date) -> None:
    """Prepare, approve, issue, render and deliver, going on from wherever it was left."""
    works = Works(open_engine(url), clock)
    with works.writing(OPERATOR) as work:
        run = prepare_run(work, Cut(month))
    if run.state == "prepared":
        with works.writing(OPERATOR) as work:
            run = approve_run(work, run.id)
    if run.state == "approved":
        with works.writing(OPERATOR) as work:
            issue_invoices(work, run.id)
    while run_next(running(works, home)):
        pass
    works.engine.dispose()


def killed(seconds: float, url: str, clock: Clock, home: Path, month: date) -> float | None:
    """The same in a process of its own, killed after so many seconds.

    Returns how many seconds it took where it ended before that, and so was not killed.
    """
    begun = time.monotonic()
    child = os.fork()
    if child == 0:
        try:
            run_month(url, clock, home, month)
        finally:
            os._exit(0)
    while time.monotonic() < begun + seconds:
        if os.waitpid(child, os.WNOHANG)[0]:
            return time.monotonic() - begun
        time.sleep(0.001)
    os.kill(child, signal.SIGKILL)
    _child, status = os.waitpid(child, 0)
    return None if os.WIFSIGNALED(status) else seconds


def check_whole_or_not_there(works: Works, month: date) -> None:
    """All of the month or none of it, and no number lost or used twice."""
    with works.reading(OPERATOR) as work:
        issued = work.session.exec(select(Invoice)).all()
        booked = Counter(entry.name for entry in work.session.exec(select(JournalEntry)))
        series = work.session.exec(select(NumberSeries)).first()
        assert sum(balances(work, MONTHS[0], date(YEARS[-1], 12, 31)).values()) == 0
    assert sum(invoice.month == month for invoice in issued) in {0, INVOICES}
    numbers = sorted(invoice.number for invoice in issued)
    assert numbers == [f"2026{place:04}" for place in range(1, len(issued) + 1)]
    assert (series.last if series else 0) == len(issued)
    hosts = booked.pop("host", 0)
    assert booked == Counter(numbers)
    assert hosts == len({invoice.month for invoice in issued})


def check_all_done(works: Works, home: Path, months: int) -> None:
    """Every month issued, rendered and delivered, each invoice once."""
    count = INVOICES * months
    with works.reading(OPERATOR) as work:
        assert len(work.session.exec(select(Invoice)).all()) == count
        assert {task.state for task in work.session.exec(select(Task))} == {TaskState.DONE}
        assert len(work.session.exec(select(InvoiceDocument)).all()) == 2 * count
        assert len(work.session.exec(select(InvoiceDelivery)).all()) == count
    sent = {path.name for path in (home / "outbox" / "e-invoices").glob("*.xml")}
    assert sent == {f"2026{place:04}.xml" for place in range(1, count + 1)}


def test_a_run_killed_at_any_moment_is_whole_or_not_there_and_goes_on(
    works: Works, database_url: str, clock: Clock, tmp_path: Path
) -> None:
    make_small(works, years=YEARS)
    works.engine.dispose()  # what is forked off must not share its connections
    run_month(database_url, clock, tmp_path, MONTHS[0])  # fonts and all are loaded now
    begun = time.monotonic()
    run_month(database_url, clock, tmp_path, MONTHS[1])
    whole = time.monotonic() - begun
    random, kills, months = Random(20), 0, iter(MONTHS[2:])
    while kills < KILLS:
        month = next(months)
        took = killed(random.uniform(0, whole), database_url, clock, tmp_path, month)
        whole, kills = took or whole, kills + (took is None)
        check_whole_or_not_there(works, month)
        works.engine.dispose()
        clock.now += LEASE + timedelta(seconds=1)  # what the killed one held is free again
        run_month(database_url, clock, tmp_path, month)
        check_whole_or_not_there(works, month)
        works.engine.dispose()
    check_all_done(works, tmp_path, MONTHS.index(month) + 1)
