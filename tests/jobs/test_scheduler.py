from collections import Counter
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from consortium.billing.tables import InvoiceRun
from consortium.core.days import STOCKHOLM
from consortium.core.later import JobRun, TaskState
from consortium.core.sealing import head_of
from consortium.core.work import Works
from consortium.transports.tables import Plan
from jobs import scheduler
from jobs.claiming import LEASE, claim_date, end_date
from jobs.scheduler import SCHEDULER, build, keep_sealed, run_date, tick
from jobs.table import JOBS
from tests.billing.worlds import make_year
from tests.conftest import OPERATOR, Clock
from tests.jobs.worlds import make_week, running
from tests.making import make_branches, make_members
from tests.slices import DATABASES

# Business days of 2026 in Sweden by hand: 261 weekdays less 6 Jan, 3 and 6 Apr, 1 and 14 May,
# 19 Jun, 24, 25 and 31 Dec and 1 Jan (10 holidays and eves on weekdays).
BUSINESS_DAYS = 251
STOP = date(2026, 7, 6), date(2026, 7, 12)  # a week in which nothing ran
DST_NIGHTS = date(2026, 3, 29), date(2026, 10, 25)


def moments(year: int) -> list[datetime]:
    """When ticks come: some times a day, every half hour of the two DST nights, none in STOP."""
    found = []
    day = date(year, 1, 1)
    while day.year == year:
        if day in DST_NIGHTS:
            start = datetime.combine(day, time(0), STOCKHOLM).timestamp()
            stamps = [start + 1800 * half for half in range(12)]
            found += [datetime.fromtimestamp(stamp, STOCKHOLM) for stamp in stamps]
        if not STOP[0] <= day <= STOP[1]:
            hours = (time(2, 30), time(7, 1), time(15, 1), time(23, 59))
            found += [datetime.combine(day, hour, STOCKHOLM) for hour in hours]
        day += timedelta(days=1)
    return sorted(found, key=lambda moment: moment.timestamp())


@pytest.mark.parametrize("database_url", DATABASES, indirect=True)
def test_a_year_runs_each_business_date_of_each_job_once(
    works: Works, clock: Clock, tmp_path: Path
) -> None:
    with works.writing(OPERATOR) as work:
        make_members(work)
        make_branches(work)
    make_week(works)
    jobs_running = running(works, tmp_path)
    for moment in moments(2026):
        clock.now = moment
        tick(jobs_running)
    with works.reading(OPERATOR) as work:
        runs = work.session.exec(select(JobRun).order_by(col(JobRun.id))).all()
        plans = work.session.exec(select(col(Plan.on_date))).all()
    dates = {name: [run.business_date for run in runs if run.job == name] for name in JOBS}
    assert {name: len(days) for name, days in dates.items()} == {
        "invoicing": 12,
        "reminding": BUSINESS_DAYS,
        "routing": BUSINESS_DAYS,
        "upkeep": 365,
        "fetching": 1,  # 1 March
        "verifying": 52,  # Sundays, 4 January to 27 December
    }
    for days in dates.values():
        assert len(set(days)) == len(days)
        assert days == sorted(days)  # in order, the stop included
    assert {run.attempts for run in runs} == {1}
    assert max(Counter(plans).values()) == 1
    assert len(plans) == BUSINESS_DAYS


def test_a_month_is_prepared_on_its_first_business_day(
    works: Works, clock: Clock, tmp_path: Path
) -> None:
    make_year(works)
    for day in (date(2026, 11, 1), date(2026, 11, 2)):  # a Sunday, a Monday
        clock.now = datetime.combine(day, time(6, 1), STOCKHOLM)
        tick(running(works, tmp_path))
    with works.reading(OPERATOR) as work:
        run = work.session.exec(select(InvoiceRun)).one()
    assert (run.month, run.state, run.prepared_by) == (
        date(2026, 11, 1),
        "prepared",
        "job:invoicing",
    )
    assert run.prepared_at == clock.now


def test_a_killed_holder_loses_its_lease_and_cannot_speak_for_the_date(
    works: Works, clock: Clock
) -> None:
    day = date(2026, 11, 24)
    first = claim_date(works, SCHEDULER, "routing", day)
    assert first is not None
    assert claim_date(works, SCHEDULER, "routing", day) is None  # it is held
    clock.now += LEASE + timedelta(seconds=1)
    second = claim_date(works, SCHEDULER, "routing", day)
    assert second is not None
    assert (second.fence, second.attempts) == (2, 2)
    assert not end_date(works, SCHEDULER, first, None)  # too late: the fence is newer
    assert end_date(works, SCHEDULER, second, None)
    assert claim_date(works, SCHEDULER, "routing", day) is None  # it is done


def test_a_refused_date_is_kept_with_its_reason_and_the_next_goes_on(
    works: Works, clock: Clock, tmp_path: Path
) -> None:
    with works.writing(OPERATOR) as work:
        make_members(work)  # no cost pools: nothing to invoice
    held = running(works, tmp_path)
    assert not run_date(held, "invoicing", date(2026, 11, 2))
    with works.reading(OPERATOR) as work:
        run = work.session.exec(select(JobRun)).one()
    assert (run.state, run.trouble) == (
        TaskState.FAILED,
        "There are no cost pools in 2026. Add them",
    )
    clock.now = datetime(2026, 12, 1, 7, tzinfo=STOCKHOLM)
    with works.reading(OPERATOR) as work:
        job = JOBS["invoicing"]
        assert list(scheduler.due_dates(work, "invoicing", job, held)) == [date(2026, 12, 1)]


def test_the_scheduler_ticks_one_at_a_time(works: Works, tmp_path: Path) -> None:
    jobs = {job.id: job for job in build(running(works, tmp_path)).get_jobs()}
    assert set(jobs) == {"tick", "keep_sealed", "read_returns"}
    assert {(job.max_instances, job.coalesce) for job in jobs.values()} == {(1, True)}
    assert jobs["keep_sealed"].trigger.interval <= timedelta(minutes=1)


def test_what_is_written_is_sealed_beside_the_tick(works: Works, tmp_path: Path) -> None:
    with works.writing(OPERATOR) as work:
        work.audit("tests.happened")
    keep_sealed(running(works, tmp_path))
    with works.reading(OPERATOR) as work:
        head = head_of(work)
    assert head is not None
    assert head.number == 1


@pytest.mark.parametrize("name", sorted(JOBS))
def test_every_job_says_when_it_falls_due(name: str, works: Works, tmp_path: Path) -> None:
    job, settings = JOBS[name], running(works, tmp_path).settings
    assert isinstance(job.at(settings), time)
    assert isinstance(job.falls_on(date(2026, 11, 24)), bool)
