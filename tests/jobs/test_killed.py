"""Years invoiced, delivered and settled while the process is killed: nothing lost or twice."""

import os
import signal
import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

from sqlmodel import select

from consortium.billing.issuing import issue_invoices
from consortium.billing.periods import SETTLEMENT, Cut
from consortium.billing.preparing import approve_run, prepare_run
from consortium.billing.queries import latest_run
from consortium.billing.settlements import previewed
from consortium.billing.settling import prepare_settlement
from consortium.billing.tables import (
    Invoice,
    InvoiceDelivery,
    InvoiceDocument,
    InvoiceRun,
    NumberSeries,
)
from consortium.core.db import open_engine
from consortium.core.later import Task, TaskState
from consortium.core.work import Works
from consortium.costs.recording import NewCost, record_cost
from consortium.ledger.queries import balances
from consortium.ledger.tables import JournalEntry
from jobs.claiming import LEASE
from jobs.worker import run_next
from tests.billing.worlds import make_small
from tests.conftest import OPERATOR, Clock
from tests.jobs.worlds import running
from tests.slices import slice_of

KILLS = slice_of(6, 200)
PAPERS = 4  # of a run: two members, each one paper with VAT and one outside it
YEARS = range(2026, 2030 + KILLS * 2)  # with years to spare: who ends before is not killed
NOW = datetime(YEARS[-1] + 1, 2, 1, 11, tzinfo=UTC)  # every year has ended


def run_year(url: str, clock: Clock, home: Path, year: int) -> None:
    """Invoice, render, deliver and settle a year, going on from wherever it was left."""
    works = Works(open_engine(url), clock)
    with works.writing(OPERATOR) as work:
        run = prepare_run(work, Cut(date(year, 1, 1), 12))
    _finish(works, home, run)
    with works.writing(OPERATOR) as work:
        settled = latest_run(work, date(year, 1, 1), 12, SETTLEMENT)
        run = settled or prepare_settlement(work, year)
    _finish(works, home, run)
    works.engine.dispose()


def _finish(works: Works, home: Path, run: InvoiceRun) -> None:
    if run.state == "prepared":
        with works.writing(OPERATOR) as work:
            run = approve_run(work, run.id)
    if run.state == "approved":
        with works.writing(OPERATOR) as work:
            issue_invoices(work, run.id)
    while run_next(running(works, home)):
        pass


def killed(seconds: float, url: str, clock: Clock, home: Path, year: int) -> float | None:
    """The same in a process of its own, killed after so many seconds.

    Returns how many seconds it took where it ended before that, and so was not killed.
    """
    begun = time.monotonic()
    child = os.fork()
    if child == 0:
        try:
            run_year(url, clock, home, year)
        finally:
            os._exit(0)
    while time.monotonic() < begun + seconds:
        if os.waitpid(child, os.WNOHANG)[0]:
            return time.monotonic() - begun
        time.sleep(0.001)
    os.kill(child, signal.SIGKILL)
    _child, status = os.waitpid(child, 0)
    return None if os.WIFSIGNALED(status) else seconds


def check_whole_or_not_there(works: Works, year: int) -> None:
    """All of a run or none of it, and no number lost or used twice."""
    with works.reading(OPERATOR) as work:
        issued = work.session.exec(select(Invoice)).all()
        booked = Counter(entry.name for entry in work.session.exec(select(JournalEntry)))
        series = work.session.exec(select(NumberSeries)).first()
        assert sum(balances(work, date(YEARS[0], 1, 1), NOW.date()).values()) == 0
    assert sum(invoice.month.year == year for invoice in issued) in {0, PAPERS, 2 * PAPERS}
    numbers = sorted(invoice.number for invoice in issued)
    assert numbers == [f"{NOW.year}{place:04}" for place in range(1, len(issued) + 1)]
    assert (series.last if series else 0) == len(issued)
    hosts = booked.pop("host", 0)
    assert booked == Counter(numbers)
    runs = {invoice.run_id for invoice in issued}
    regular = {invoice.month for invoice in issued}
    assert hosts == 12 * len(regular) + len(runs) - len(regular)  # its months, and settlements


def check_all_done(works: Works, home: Path, years: int) -> None:
    """Every year issued, settled, rendered and delivered, each paper once; nothing is left over."""
    count = 2 * PAPERS * years
    with works.reading(OPERATOR) as work:
        assert len(work.session.exec(select(Invoice)).all()) == count
        assert {task.state for task in work.session.exec(select(Task))} == {TaskState.DONE}
        assert len(work.session.exec(select(InvoiceDocument)).all()) == 2 * count
        assert len(work.session.exec(select(InvoiceDelivery)).all()) == count
        for year in YEARS[:years]:
            assert {row.line.net_ore for row in previewed(work, year).found} == {0}
    sent = {path.name for path in (home / "outbox" / "e-invoices").glob("*.xml")}
    assert sent == {f"{NOW.year}{place:04}.xml" for place in range(1, count + 1)}


def make_years(works: Works) -> None:
    """The small world, each year of which came to less in one pool and more in the other."""
    make_small(works, years=YEARS)
    with works.writing(OPERATOR) as work:
        for year in YEARS:
            day = date(year, 3, 15)
            record_cost(work, "system", year, NewCost(f"s{year}", day, "A", "", 7_000_000))
            record_cost(work, "office", year, NewCost(f"o{year}", day, "A", "", 15_000_000))


def test_a_year_killed_at_any_moment_is_whole_or_not_there_and_goes_on(
    works: Works, database_url: str, clock: Clock, tmp_path: Path
) -> None:
    clock.now = NOW
    make_years(works)
    works.engine.dispose()  # what is forked off must not share its connections
    run_year(database_url, clock, tmp_path, YEARS[0])  # fonts and all are loaded now
    begun = time.monotonic()
    run_year(database_url, clock, tmp_path, YEARS[1])
    whole = time.monotonic() - begun
    random, kills, years = Random(20), 0, iter(YEARS[2:])
    while kills < KILLS:
        year = next(years)
        took = killed(random.uniform(0, whole), database_url, clock, tmp_path, year)
        whole, kills = took or whole, kills + (took is None)
        check_whole_or_not_there(works, year)
        works.engine.dispose()
        clock.now += LEASE + timedelta(seconds=1)  # what the killed one held is free again
        run_year(database_url, clock, tmp_path, year)
        check_whole_or_not_there(works, year)
        works.engine.dispose()
    check_all_done(works, tmp_path, YEARS.index(year) + 1)
