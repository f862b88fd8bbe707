"""Workers and schedulers whose code is older than the schema: they claim nothing, and wait."""

import logging
import threading
import time
from pathlib import Path

import pytest
from sqlmodel import select

from consortium.core.errors import Unavailable
from consortium.core.later import JobRun, Later, Task
from consortium.core.work import Works
from consortium.migrations import downgrade, newest, upgrade
from jobs import worker
from jobs.running import Patience
from jobs.scheduler import keep_sealed, tick
from jobs.worker import run_next, work_until
from tests.conftest import OPERATOR
from tests.jobs.worlds import running

OLDER = "0002"
SOME = Later("messages.send_letter")


def as_made_for(works: Works, revision: str) -> Works:
    return Works(works.engine, works.clock, revision)


def ask(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        work.later(SOME, key="one", letter="one")


def test_older_code_claims_nothing(works: Works, tmp_path: Path) -> None:
    ask(works)
    old = running(as_made_for(works, OLDER), tmp_path)
    for step in (run_next, tick, keep_sealed):
        with pytest.raises(Unavailable, match="made for 0002"):
            step(old)
    with works.reading(OPERATOR) as work:
        task = work.session.exec(select(Task)).one()
        assert (task.state, task.attempts, task.fence) == ("waiting", 0, 0)
        assert work.session.exec(select(JobRun)).all() == []
    assert run_next(running(as_made_for(works, newest()), tmp_path))


def test_a_worker_that_an_upgrade_overtakes_waits_until_it_fits_again(
    works: Works,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The upgrade comes while the worker runs; going back down shows that it only waited."""
    monkeypatch.setattr(worker, "PAUSE_SECONDS", 0.01)
    downgrade(works.engine, OLDER)
    old, stop = running(as_made_for(works, OLDER), tmp_path), threading.Event()
    thread = threading.Thread(target=work_until, args=(old, stop))
    with caplog.at_level(logging.WARNING, "jobs.running"):
        thread.start()
        upgrade(works.engine)
        ask(works)
        time.sleep(0.5)  # some forty chances to claim it
        with works.reading(OPERATOR) as work:
            assert work.session.exec(select(Task)).one().fence == 0
        waits = [
            vars(record)["waiting_for"]
            for record in caplog.records
            if record.name == "jobs.running"
        ]
        downgrade(works.engine, OLDER)
        for _ in range(500):
            with works.reading(OPERATOR) as work:
                fence = work.session.exec(select(Task.fence)).one()
            if fence:
                break
            time.sleep(0.02)
        stop.set()
        thread.join()
    assert f"schema {newest()}" in waits[-1]
    assert len(set(waits)) == len(waits)  # each said once
    assert fence == 1


def test_patience_says_each_trouble_once_until_it_is_over(
    works: Works, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    old, own = (running(as_made_for(works, at), tmp_path) for at in (OLDER, newest()))
    patience = Patience()
    with caplog.at_level(logging.WARNING, "jobs.running"):
        assert [patience.bear(run_next, held) for held in (old, old, own, old)] == [
            None,
            None,
            False,
            None,
        ]
    assert len(caplog.records) == 2
