"""What failed at night is told in the morning: once, in words, with what to do."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from consortium.core.audit import AuditEntry
from consortium.core.days import STOCKHOLM
from consortium.core.errors import Conflict, Forbidden, NotFound, Unavailable
from consortium.core.later import JobRun, Later, Task, TaskState
from consortium.core.settings import Settings
from consortium.core.trying import ask_again, try_date_again, try_task_again
from consortium.core.words import words
from consortium.core.work import Actor, Works
from consortium.messages.tables import Letter
from consortium.people.tables import Account, RoleGrant
from jobs.alerts import MATTERS, letter_of, raise_alarm
from jobs.claiming import claim_task, end_task
from jobs.running import Running
from jobs.scheduler import run_date, tick
from jobs.table import JOBS, TASKS
from jobs.worker import WORKER, run_next
from tests.conftest import NOON, OPERATOR, Clock
from tests.making import make_members

DAY = date(2026, 11, 2)
SOME = Later("messages.send_letter")


def watched(works: Works, home: Path, alerts: str = "drift@lib.example") -> Running:
    given: dict[str, Any] = {
        "home": home,
        "web": {"secret_key": "k" * 32, "address": "https://drift.lib.example"},
        "post": {"alerts": alerts},
        "routing": {"iterations": 5},
    }
    return Running(works, Settings.model_validate(given))


def alerts(works: Works) -> list[Letter]:
    with works.reading(OPERATOR) as work:
        rows = select(Letter).where(col(Letter.key).startswith("alert:"))
        return list(work.session.exec(rows.order_by(Letter.key)))


def with_account(works: Works, username: str, email: str, role: str, **more: Any) -> None:
    with works.writing(OPERATOR) as work:
        account = Account(
            username=username,
            title="Kansliet",
            email=email,
            password_hash="x",
            session_seed="y",
            **more,
        )
        work.session.add(account)
        work.session.flush()
        work.session.add(RoleGrant(account_id=account.id, role=role))


def test_a_job_that_failed_is_told_once_with_why_and_what_to_do(
    works: Works, tmp_path: Path
) -> None:
    with works.writing(OPERATOR) as work:
        make_members(work)  # no cost pools: nothing to invoice
    running = watched(works, tmp_path)
    assert not run_date(running, "invoicing", DAY)
    (letter,) = alerts(works)
    say = words("sv")
    assert letter.to_address == "drift@lib.example"
    assert letter.subject == say(
        "{what} failed on {day}", what=say("Preparing the month's invoices"), day="2026-11-02"
    )
    swedish, english = letter.body.split("\n\n---\n\n")
    assert say("There are no cost pools in {year}", year=2026) in swedish
    assert "There are no cost pools in 2026. Add them" in english
    for part in (swedish, english):
        assert "2026-11-02" in part
        assert "https://drift.lib.example/installningar" in part
    raise_alarm(running, "invoicing", DAY, Conflict("Another time"))
    assert len(alerts(works)) == 1
    raise_alarm(running, "invoicing", DAY + timedelta(days=1), Conflict("Another date"))
    assert len(alerts(works)) == 2


def test_what_is_tried_again_is_no_alarm_yet(works: Works, tmp_path: Path) -> None:
    with works.writing(OPERATOR) as work:
        work.later(SOME, key="none", letter="none")
    held = claim_task(works, WORKER)
    assert held is not None
    assert end_task(works, WORKER, held, Unavailable("Later")) == TaskState.WAITING
    assert alerts(works) == []


def test_a_task_that_was_given_up_is_told_once_a_day(works: Works, tmp_path: Path) -> None:
    running = watched(works, tmp_path)
    with works.writing(OPERATOR) as work:
        for key in ("none", "nothing"):
            work.later(SOME, key=key, letter=key)
    while run_next(running):
        pass
    (letter,) = alerts(works)
    assert letter.key == "alert:messages.send_letter:2026-11-24:alerts"
    assert "https://drift.lib.example/post" in letter.body


def test_without_an_address_every_administrator_is_written_to(works: Works, tmp_path: Path) -> None:
    with_account(works, "first", "first@lib.example", "administrator")
    with_account(works, "second", "second@lib.example", "administrator")
    with_account(works, "silent", "", "administrator")
    with_account(works, "closed", "closed@lib.example", "administrator", active=False)
    gone = date(2026, 11, 23)
    with_account(works, "gone", "gone@lib.example", "administrator", ends_on=gone)
    with_account(works, "other", "other@lib.example", "finance")
    raise_alarm(watched(works, tmp_path, alerts=""), "routing", DAY, Conflict("No"))
    assert [letter.to_address for letter in alerts(works)] == [
        "first@lib.example",
        "second@lib.example",
    ]


def test_nobody_to_tell_stops_nothing(works: Works, tmp_path: Path) -> None:
    raise_alarm(watched(works, tmp_path, alerts=""), "routing", DAY, Conflict("No"))
    assert alerts(works) == []


def test_an_error_of_ours_shows_its_kind_and_no_more(tmp_path: Path) -> None:
    """What an unexpected error says may hold a patron's number: that stays in the log."""
    given = {"home": tmp_path, "web": {"secret_key": "k" * 32}}
    settings = Settings.model_validate(given)
    _subject, body = letter_of(settings, "upkeep", DAY, ValueError("19121212-1212"))
    assert "ValueError" in body
    assert "1212" not in body
    assert "/installningar" in body
    assert "web.address" in body


def test_every_job_and_task_has_a_name_for_its_readers() -> None:
    assert set(MATTERS) == set(JOBS) | {later.name for later in TASKS}


def test_a_date_that_was_given_up_runs_again_when_asked_to(
    works: Works, clock: Clock, tmp_path: Path
) -> None:
    with works.writing(OPERATOR) as work:
        make_members(work)
    running = watched(works, tmp_path)
    clock.now = datetime(2026, 11, 2, 7, tzinfo=STOCKHOLM)
    tick(running)
    with works.writing(OPERATOR) as work:
        run = work.session.exec(select(JobRun).where(JobRun.job == "invoicing")).one()
        assert (run.state, run.fence) == (TaskState.FAILED, 1)
        try_date_again(work, run.id)
    tick(running)
    with works.reading(OPERATOR) as work:
        again = work.session.exec(select(JobRun).where(JobRun.job == "invoicing")).one()
        entries = work.session.exec(
            select(AuditEntry).where(AuditEntry.event == "jobs.tried_again")
        ).all()
    assert (again.state, again.attempts, again.fence) == (TaskState.FAILED, 1, 3)
    assert [entry.subject for entry in entries] == ["invoicing 2026-11-02"]
    assert len([a for a in alerts(works) if ":invoicing:" in a.key]) == 1  # told already


def failed_task(works: Works) -> int:
    with works.writing(OPERATOR) as work:
        work.later(SOME, key="none", letter="none")
    held = claim_task(works, WORKER)
    assert held is not None
    end_task(works, WORKER, held, Conflict("No"))
    return held.id


def test_a_task_that_was_given_up_has_all_its_attempts_again(works: Works) -> None:
    task_id = failed_task(works)
    with works.writing(OPERATOR) as work:
        try_task_again(work, task_id)
    held = claim_task(works, WORKER)
    assert held is not None
    assert (held.id, held.attempts, held.fence) == (task_id, 1, 3)
    assert held.due == NOON


def test_whoever_held_it_before_has_nothing_more_to_say(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        work.later(SOME, key="none", letter="none")
    held = claim_task(works, WORKER)
    assert held is not None
    with works.writing(OPERATOR) as work:
        work.session.get_one(Task, held.id).state = TaskState.FAILED
    with works.writing(OPERATOR) as work:
        try_task_again(work, held.id)
    assert claim_task(works, WORKER) is not None
    assert end_task(works, WORKER, held, None) is None


def test_only_an_administrator_tries_again_and_only_what_was_given_up(works: Works) -> None:
    task_id = failed_task(works)
    for act in (try_task_again, try_date_again):
        with pytest.raises(Forbidden), works.writing(Actor("guest")) as work:
            act(work, task_id)
        with pytest.raises(NotFound), works.writing(OPERATOR) as work:
            act(work, 999)
    with works.writing(OPERATOR) as work:
        try_task_again(work, task_id)
    with pytest.raises(Conflict), works.writing(OPERATOR) as work:
        try_task_again(work, task_id)


def test_what_was_swept_is_asked_for_anew(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        ask_again(work, SOME, "gone", letter="gone")
    with works.reading(OPERATOR) as work:
        task = work.session.exec(select(Task)).one()
    assert (task.key, task.details, task.state) == ("gone", {"letter": "gone"}, "waiting")
