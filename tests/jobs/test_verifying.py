from datetime import date
from pathlib import Path

import pytest
from sqlmodel import select

from consortium.core.later import JobRun, TaskState
from consortium.core.work import Works
from jobs.scheduler import run_date
from jobs.table import JOBS
from tests.conftest import OPERATOR
from tests.core.test_sealing import tamper, write
from tests.jobs.worlds import running

SUNDAY = date(2026, 11, 22)


def outcome(works: Works) -> tuple[str, str]:
    with works.reading(OPERATOR) as work:
        run = work.session.exec(select(JobRun)).one()
    return run.state, run.trouble


def test_a_trail_that_is_as_it_was_written_passes(works: Works, tmp_path: Path) -> None:
    write(works, "a", "b")
    assert run_date(running(works, tmp_path), "verifying", SUNDAY)
    assert outcome(works) == (TaskState.DONE, "")


def test_a_broken_trail_fails_the_job_for_good(works: Works, tmp_path: Path) -> None:
    write(works, "a", "b")
    held = running(works, tmp_path)
    assert run_date(held, "verifying", date(2026, 11, 15))
    tamper(works, "update auditentry set subject = 'x' where subject = 'a'")
    run_date(held, "verifying", SUNDAY)
    with works.reading(OPERATOR) as work:
        rows = work.session.exec(select(JobRun).where(JobRun.business_date == SUNDAY)).one()
    assert rows.state == TaskState.FAILED
    assert "1 faults" in rows.trouble


@pytest.mark.parametrize(("day", "falls"), [(SUNDAY, True), (date(2026, 11, 23), False)])
def test_it_falls_on_sundays(day: date, falls: bool) -> None:
    assert JOBS["verifying"].falls_on(day) is falls
