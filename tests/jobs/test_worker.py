import importlib
import pkgutil
from datetime import timedelta
from pathlib import Path

from sqlmodel import select

import consortium
from consortium.billing.tables import InvoiceDelivery, InvoiceDocument
from consortium.core.later import Later, Task, TaskState
from consortium.core.work import Works
from consortium.documents.tables import Document
from consortium.messages.tables import Letter
from jobs.claiming import FIRST_PAUSE, LEASE, MOST_ATTEMPTS, claim_task, end_task
from jobs.table import TASKS
from jobs.worker import WORKER, run_next
from tests.billing.worlds import issue_month, make_year
from tests.conftest import NOON, OPERATOR, Clock
from tests.jobs.worlds import running

SOME = Later("messages.send_letter")


def ask(works: Works, key: str = "none") -> None:
    with works.writing(OPERATOR) as work:
        work.later(SOME, key=key, letter=key)


def test_an_issued_month_is_rendered_and_delivered_once(works: Works, tmp_path: Path) -> None:
    make_year(works)
    issued = issue_month(works)
    held = running(works, tmp_path)
    while run_next(held):
        pass
    with works.reading(OPERATOR) as work:
        assert {task.state for task in work.session.exec(select(Task))} == {TaskState.DONE}
        assert len(work.session.exec(select(InvoiceDocument)).all()) == 2 * len(issued)
        assert len(work.session.exec(select(Document)).all()) == 2 * len(issued)
        assert len(work.session.exec(select(InvoiceDelivery)).all()) == len(issued)
        letters = work.session.exec(select(Letter)).all()
    assert [letter.key for letter in letters] == ["invoice:20260006", "invoice:20260007"]
    assert {letter.sent_at for letter in letters} == {NOON}  # Gagnef takes its invoices by e-mail
    sent = sorted(path.name for path in (tmp_path / "outbox" / "e-invoices").iterdir())
    assert len(sent) == len(issued) - 2
    assert len(list((tmp_path / "outbox" / "letters").glob("*.eml"))) == 2


def test_a_refusal_fails_the_task_for_good(works: Works, tmp_path: Path) -> None:
    ask(works)
    assert run_next(running(works, tmp_path))
    with works.reading(OPERATOR) as work:
        task = work.session.exec(select(Task)).one()
    assert (task.state, task.trouble) == (TaskState.FAILED, "There is no letter none")


def test_a_killed_workers_task_runs_again_and_only_the_newest_holder_speaks(
    works: Works, clock: Clock
) -> None:
    ask(works)
    first = claim_task(works, WORKER)
    assert first is not None
    assert claim_task(works, WORKER) is None
    clock.now += LEASE + timedelta(seconds=1)
    second = claim_task(works, WORKER)
    assert second is not None
    assert (second.id, second.fence) == (first.id, 2)
    assert not end_task(works, WORKER, first, None)
    assert end_task(works, WORKER, second, None)


def test_trouble_is_tried_again_after_a_longer_and_longer_pause(works: Works, clock: Clock) -> None:
    ask(works)
    pauses = []
    for _ in range(MOST_ATTEMPTS):
        task = claim_task(works, WORKER)
        assert task is not None
        end_task(works, WORKER, task, OSError("no answer"))
        with works.reading(OPERATOR) as work:
            after = work.session.exec(select(Task)).one()
        pauses.append(after.due - clock.now)
        clock.now = max(after.due, clock.now)
    assert pauses[:4] == [FIRST_PAUSE, FIRST_PAUSE * 2, FIRST_PAUSE * 4, FIRST_PAUSE * 8]
    assert after.state == TaskState.FAILED
    assert claim_task(works, WORKER) is None


def test_everything_asked_for_later_has_a_job() -> None:
    modules = pkgutil.walk_packages(consortium.__path__, "consortium.")
    asked = {
        value
        for module in modules
        if ".migrations" not in module.name
        for value in vars(importlib.import_module(module.name)).values()
        if isinstance(value, Later)
    }
    assert asked == set(TASKS)
