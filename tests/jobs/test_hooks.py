"""Events from the task to the receiver: signed, tried again, ended, never told twice as two."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from consortium.core.later import Task, TaskState
from consortium.core.settings import Settings
from consortium.core.work import Works
from consortium.messages.hooks import add_webhook, end_webhook, tell_again
from consortium.messages.rules import secret_of, shown
from consortium.messages.tables import Webhook, WebhookDelivery
from consortium.messages.telling import tell
from jobs.claiming import LEASE, claim_task
from jobs.hooks import send_hook
from jobs.running import Running
from jobs.worker import WORKER, run_next
from tests.conftest import NOON, OPERATOR, Clock
from tests.messages.receiving import Received, Receiver, Reply, receiving

KEY = "k" * 32
ALLOWED = ["127.0.0.0/8"]


def posting(works: Works, home: Path, allowed: list[str] | None = None) -> Running:
    outgoing: dict[str, Any] = {"allowed": ALLOWED if allowed is None else allowed}
    given = {"home": home, "web": {"secret_key": KEY}, "outgoing": outgoing}
    return Running(works, Settings.model_validate(given))


def told(works: Works, address: str) -> None:
    """A webhook at `address`, and one event for it."""
    with works.writing(OPERATOR) as work:
        add_webhook(work, f"{address}/notiser", ["plan.published"], ["127.0.0.1"])
        tell(work, "plan.published", "7", {"day": "2026-11-25"})


def rows(works: Works) -> tuple[Webhook, WebhookDelivery, Task]:
    with works.reading(OPERATOR) as work:
        webhook = work.session.exec(select(Webhook)).one()
        delivery = work.session.exec(select(WebhookDelivery)).one()
        return webhook, delivery, work.session.exec(select(Task)).one()


def is_proved(received: Received, webhook: Webhook) -> bool:
    """Whether the receiver, who knows the secret alone, can be sure of us."""
    secret = base64.b64decode(shown(secret_of(KEY, webhook.seed)).removeprefix("whsec_"))
    parts = received.headers["webhook-id"], received.headers["webhook-timestamp"]
    content = f"{parts[0]}.{parts[1]}.".encode() + received.body
    expected = base64.b64encode(hmac.new(secret, content, hashlib.sha256).digest()).decode()
    return received.headers["webhook-signature"] == f"v1,{expected}"


def test_an_event_is_posted_signed_and_noted(works: Works, tmp_path: Path) -> None:
    with receiving() as receiver:
        told(works, receiver.address)
        assert run_next(posting(works, tmp_path))
    webhook, delivery, task = rows(works)
    (received,) = receiver.received
    assert (received.method, received.path) == ("POST", "/notiser")
    assert received.headers["content-type"] == "application/json"
    assert json.loads(received.body) == {
        "type": "plan.published",
        "timestamp": NOON.isoformat(),
        "data": {"day": "2026-11-25"},
    }
    assert is_proved(received, webhook)
    assert received.headers["webhook-timestamp"] == str(int(NOON.timestamp()))
    assert (delivery.state, delivery.status, delivery.attempts) == ("delivered", 204, 1)
    assert task.state == TaskState.DONE


def test_a_receiver_in_trouble_is_tried_again_with_the_same_name(
    works: Works, clock: Clock, tmp_path: Path
) -> None:
    with receiving(Reply(500), Reply(429), Reply(302), Reply(200)) as receiver:
        told(works, receiver.address)
        for _ in range(4):
            clock.now = max(rows(works)[2].due, clock.now)
            assert run_next(posting(works, tmp_path))
    webhook, delivery, task = rows(works)
    assert (delivery.state, delivery.attempts, delivery.trouble) == ("delivered", 4, "")
    assert task.state == TaskState.DONE
    assert len({received.headers["webhook-id"] for received in receiver.received}) == 1
    assert len({received.headers["webhook-timestamp"] for received in receiver.received}) == 4
    assert all(is_proved(received, webhook) for received in receiver.received)


def given_up(works: Works, clock: Clock, home: Path, receiver: Receiver) -> None:
    told(works, receiver.address)
    for _ in range(8):
        clock.now = max(rows(works)[2].due, clock.now)
        assert run_next(posting(works, home))


def test_after_the_last_attempt_it_has_failed_and_can_be_sent_again(
    works: Works, clock: Clock, tmp_path: Path
) -> None:
    with receiving(Reply(503)) as receiver:
        given_up(works, clock, tmp_path, receiver)
        _webhook, delivery, task = rows(works)
        assert (delivery.state, delivery.status, delivery.attempts) == ("failed", 503, 8)
        assert task.state == TaskState.FAILED
        receiver.replies[:] = [Reply(200)]
        with works.writing(OPERATOR) as work:
            tell_again(work, delivery.id)
        assert run_next(posting(works, tmp_path))
    assert rows(works)[1].state == "delivered"
    assert len({received.headers["webhook-id"] for received in receiver.received}) == 1


def test_a_receiver_that_is_gone_is_asked_no_more(works: Works, tmp_path: Path) -> None:
    with receiving(Reply(410)) as receiver:
        told(works, receiver.address)
        with works.writing(OPERATOR) as work:
            tell(work, "plan.published", "8", {})
        running = posting(works, tmp_path)
        while run_next(running):
            pass
        with works.writing(OPERATOR) as work:
            tell(work, "plan.published", "9", {})
        assert not run_next(running)
    assert len(receiver.received) == 1
    with works.reading(OPERATOR) as work:
        found = work.session.exec(select(WebhookDelivery).order_by(col(WebhookDelivery.id))).all()
        assert work.session.exec(select(Webhook)).one().ended_at == NOON
        states = {task.state for task in work.session.exec(select(Task))}
    assert [(d.state, d.status) for d in found] == [("failed", 410), ("failed", None)]
    assert states == {TaskState.DONE}  # nothing that needs a hand


def test_what_waits_for_an_ended_webhook_is_not_posted(works: Works, tmp_path: Path) -> None:
    with receiving() as receiver:
        told(works, receiver.address)
        with works.writing(OPERATOR) as work:
            end_webhook(work, 1)
        assert run_next(posting(works, tmp_path))
    assert receiver.received == []
    assert rows(works)[1].state == "failed"


def test_a_closed_address_fails_at_once_and_names_the_setting(works: Works, tmp_path: Path) -> None:
    with receiving() as receiver:
        told(works, receiver.address)
        assert run_next(posting(works, tmp_path, allowed=[]))
    _webhook, delivery, task = rows(works)
    assert receiver.received == []
    assert (delivery.state, delivery.status, task.state) == ("failed", None, TaskState.FAILED)
    assert "outgoing.allowed" in delivery.trouble


@pytest.mark.parametrize("noted", [True, False], ids=["after noting", "before noting"])
def test_a_task_that_runs_again_after_a_kill_is_no_second_event(
    works: Works, clock: Clock, tmp_path: Path, noted: bool
) -> None:
    running = posting(works, tmp_path)
    with receiving() as receiver:
        told(works, receiver.address)
        held = claim_task(works, WORKER)
        assert held is not None
        send_hook(running, held.details)
        if not noted:  # killed between the post and the note
            with works.writing(OPERATOR) as work:
                delivery = work.session.exec(select(WebhookDelivery)).one()
                delivery.state, delivery.attempts, delivery.delivered_at = "waiting", 0, None
        clock.now += LEASE + timedelta(seconds=1)
        assert run_next(running)
    assert len(receiver.received) == (1 if noted else 2)
    assert len({received.headers["webhook-id"] for received in receiver.received}) == 1
    assert rows(works)[1].state == "delivered"
