"""Letters from the task to the mail server, and back again."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from consortium.core.later import Task, TaskState
from consortium.core.settings import Settings
from consortium.core.work import Works
from consortium.messages.mending import send_again
from consortium.messages.sending import letter_by_key, write_letter
from consortium.messages.tables import Letter
from jobs.claiming import LEASE, claim_task
from jobs.letters import read_returns, send_letter
from jobs.running import Running
from jobs.worker import WORKER, run_next
from tests.conftest import NOON, OPERATOR, Clock
from tests.messages.mail import mail_server
from tests.messages.test_bounces import FAILED, report

KEY = "invoice:20260001"
TO = "mora@lib.example"


def mailing(works: Works, home: Path, port: int = 9, **post: Any) -> Running:
    server = {"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_security": "none"}
    chosen = {**server, "sender": "no-reply@bibliotek.example", **post}
    given = {"home": home, "web": {"secret_key": "k" * 32}, "post": chosen}
    return Running(works, Settings.model_validate(given))


def write(works: Works, *, fleeting: bool = False) -> None:
    with works.writing(OPERATOR) as work:
        write_letter(work, KEY, TO, ("Faktura", "Hej"), fleeting=fleeting)


def letter(works: Works) -> Letter:
    with works.reading(OPERATOR) as work:
        return letter_by_key(work, KEY)


def task(works: Works) -> Task:
    with works.reading(OPERATOR) as work:
        return work.session.exec(select(Task).where(Task.key == KEY)).one()


def bounce(folder: Path, sending: int = 1, name: str = "1.eml") -> None:
    folder.mkdir(exist_ok=True)
    named = f"<invoice%3A20260001.{sending}@bibliotek.example>"
    original = f"Content-Type: text/rfc822-headers\n\nMessage-ID: {named}\n"
    (folder / name).write_bytes(report(FAILED, original))


def test_a_letter_that_is_taken_is_sent(works: Works, tmp_path: Path) -> None:
    write(works)
    with mail_server() as server:
        assert run_next(mailing(works, tmp_path, server.port))
    assert (letter(works).sent_at, letter(works).trouble) == (NOON, "")
    assert task(works).state == TaskState.DONE
    assert len(server.taken) == 1


def test_a_recipient_that_is_refused_is_a_returned_letter_and_no_failure(
    works: Works, tmp_path: Path
) -> None:
    write(works)
    with mail_server(replies={"RCPT": "550 5.1.1 No such user"}) as server:
        running = mailing(works, tmp_path, server.port)
        assert run_next(running)
        assert not run_next(running)
    found = letter(works)
    assert (found.sent_at, found.returned_at, found.trouble) == (
        None,
        NOON,
        "550 5.1.1 No such user",
    )
    assert task(works).state == TaskState.DONE


def test_a_server_that_asks_to_wait_is_asked_again_and_given_up_in_the_end(
    works: Works, clock: Clock, tmp_path: Path
) -> None:
    write(works)
    with mail_server(replies={"RCPT": "451 4.7.1 Greylisted"}) as server:
        running = mailing(works, tmp_path, server.port)
        run_next(running)
        assert not run_next(running)  # not before the pause is over
        assert (task(works).state, letter(works).trouble) == (TaskState.WAITING, "")
        for _ in range(7):
            clock.now = task(works).due
            assert run_next(running)
    assert task(works).state == TaskState.FAILED
    found = letter(works)
    assert (found.sent_at, found.returned_at) == (None, None)
    assert "451 4.7.1 Greylisted" in found.trouble


def test_a_killed_worker_sends_the_same_message_again(
    works: Works, clock: Clock, tmp_path: Path
) -> None:
    write(works)
    with mail_server() as server:
        running = mailing(works, tmp_path, server.port)
        held = claim_task(works, WORKER)
        assert held is not None
        # it hands the letter over and dies before it can note that: nothing in the records
        with works.reading(OPERATOR) as work:
            before = letter_by_key(work, KEY)
        send_letter(running, held.details)
        with works.writing(OPERATOR) as work:
            letter_by_key(work, KEY).sent_at = before.sent_at
        clock.now += LEASE + timedelta(seconds=1)
        assert run_next(running)
    ids = {
        line
        for _sender, _to, text in server.taken
        for line in text.splitlines()
        if line.startswith(b"Message-ID")
    }
    assert (len(server.taken), len(ids)) == (2, 1)


def test_a_secret_that_was_given_up_is_not_sent_empty(
    works: Works, clock: Clock, tmp_path: Path
) -> None:
    write(works, fleeting=True)
    with mail_server(replies={"RCPT": "451 4.3.0 no"}) as server:
        for _ in range(8):
            clock.now = max(task(works).due, clock.now)
            run_next(mailing(works, tmp_path, server.port))
    assert letter(works).body == ""
    with works.writing(OPERATOR) as work:
        held = work.session.exec(select(Task).where(Task.key == KEY)).one()
        held.state = TaskState.WAITING
    with mail_server() as server:
        run_next(mailing(works, tmp_path, server.port))
    assert server.taken == []
    assert task(works).state == TaskState.FAILED


def test_a_letter_that_comes_back_is_noted_once_and_its_report_put_aside(
    works: Works, clock: Clock, tmp_path: Path
) -> None:
    write(works)
    folder = tmp_path / "bounces"
    with mail_server() as server:
        running = mailing(works, tmp_path, server.port, bounces=str(folder))
        run_next(running)
    bounce(folder)
    clock.forward(minutes=5)
    read_returns(running)
    found = letter(works)
    assert found.returned_at == clock.now
    assert found.trouble == "550 5.1.1 <mora@lib.example>: Recipient address rejected"
    clock.forward(minutes=5)
    bounce(folder)  # a second report of the same
    read_returns(running)
    assert letter(works).returned_at == found.returned_at
    assert sorted(path.name for path in folder.rglob("*.eml")) == ["1-2.eml", "1.eml"]
    assert list(folder.glob("*.eml")) == []
    assert {path.parent.name for path in folder.rglob("*.eml")} == {"done"}


def test_a_late_report_says_nothing_of_the_letter_that_was_sent_again(
    works: Works, tmp_path: Path
) -> None:
    write(works)
    folder = tmp_path / "bounces"
    with mail_server() as server:
        running = mailing(works, tmp_path, server.port, bounces=str(folder))
        run_next(running)
        with works.writing(OPERATOR) as work:
            send_again(work, letter_by_key(work, KEY).id, TO)
        run_next(running)
        assert len(server.taken) == 2
    bounce(folder, sending=1)
    read_returns(running)
    assert letter(works).returned_at is None
    bounce(folder, sending=2)
    read_returns(running)
    assert letter(works).returned_at == NOON


@pytest.mark.parametrize(
    "content",
    [
        b"not a letter at all",
        b"Subject: On holiday\n\nUntil Monday.\n",
        report(FAILED, "Content-Type: text/rfc822-headers\n\nMessage-ID: <x@elsewhere>\n"),
        b"x" * (10 * 1024 * 1024 + 1),
        b"",
    ],
    ids=["noise", "answering machine", "of another house", "too large", "empty"],
)
def test_what_is_no_report_of_ours_is_put_aside_and_the_next_is_read(
    works: Works, tmp_path: Path, content: bytes
) -> None:
    write(works)
    folder = tmp_path / "bounces"
    running = mailing(works, tmp_path, bounces=str(folder))
    bounce(folder, name="2.eml")
    (folder / "1.eml").write_bytes(content)
    (folder / "3.eml.part").write_bytes(b"half a file")
    read_returns(running)
    assert [path.name for path in (folder / "broken").iterdir()] == ["1.eml"]
    assert [path.name for path in (folder / "done").iterdir()] == ["2.eml"]
    assert (folder / "3.eml.part").exists()
    assert letter(works).returned_at == NOON


def test_no_folder_is_no_post(works: Works, tmp_path: Path) -> None:
    read_returns(mailing(works, tmp_path))
    read_returns(mailing(works, tmp_path, bounces=str(tmp_path / "nowhere")))
