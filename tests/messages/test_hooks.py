"""Webhooks: who is told of what, and how a receiver proves that it was us."""

import base64
import hashlib
import hmac
import json

import pytest
from sqlmodel import col, select

from consortium.core.audit import AuditEntry
from consortium.core.cursors import START
from consortium.core.errors import Conflict, Forbidden, Invalid, NotFound
from consortium.core.later import Task, TaskState
from consortium.core.work import Actor, Works
from consortium.messages.hooks import (
    ENDED,
    Attempt,
    add_webhook,
    deliveries,
    end_webhook,
    mark_delivery_failed,
    note_attempt,
    note_secret_shown,
    ping_webhook,
    resume_webhook,
    tell_again,
    webhooks,
)
from consortium.messages.rules import message_name, secret_of, shown, signed
from consortium.messages.tables import WebhookDelivery
from consortium.messages.telling import tell
from tests.conftest import NOON, OPERATOR

ADDRESS = "https://mottagare.example/notiser"
BOTH = ("invoice.issued", "plan.published")
GUEST = Actor("guest", {"billing.see": None})


def add(works: Works, *events: str) -> int:
    with works.writing(OPERATOR) as work:
        return add_webhook(work, ADDRESS, events or BOTH).id


def all_deliveries(works: Works) -> list[WebhookDelivery]:
    with works.reading(OPERATOR) as work:
        return list(work.session.exec(select(WebhookDelivery).order_by(col(WebhookDelivery.id))))


def test_an_event_is_told_once_to_everyone_who_wants_it(works: Works) -> None:
    both, plans = add(works), add(works, "plan.published")
    for _ in range(2):
        with works.writing(OPERATOR) as work:
            tell(work, "invoice.issued", "20260001", {"number": "20260001", "payable_ore": 5})
    with works.writing(OPERATOR) as work:
        tell(work, "plan.published", "7", {"day": "2026-11-25"})
    found = all_deliveries(works)
    assert [(d.webhook_id, d.key) for d in found] == [
        (both, "invoice.issued:20260001"),
        (both, "plan.published:7"),
        (plans, "plan.published:7"),
    ]
    assert json.loads(found[0].body) == {
        "type": "invoice.issued",
        "timestamp": NOON.isoformat(),
        "data": {"number": "20260001", "payable_ore": 5},
    }
    with works.reading(OPERATOR) as work:
        tasks = {task.key for task in work.session.exec(select(Task))}
    assert tasks == {f"{delivery.webhook_id}:{delivery.key}" for delivery in found}


def test_a_change_that_is_rolled_back_is_told_to_nobody(works: Works) -> None:
    add(works)

    def change() -> None:
        with works.writing(OPERATOR) as work:
            tell(work, "plan.published", "7", {})
            raise Conflict("No")

    with pytest.raises(Conflict):
        change()
    assert all_deliveries(works) == []


def test_a_webhook_that_has_ended_is_told_nothing_until_it_begins_again(works: Works) -> None:
    webhook = add(works)
    with works.writing(OPERATOR) as work:
        end_webhook(work, webhook)
        end_webhook(work, webhook)
    with works.writing(OPERATOR) as work:
        tell(work, "plan.published", "7", {})
    assert all_deliveries(works) == []
    with pytest.raises(Conflict), works.writing(OPERATOR) as work:
        ping_webhook(work, webhook)
    with works.writing(OPERATOR) as work:
        resume_webhook(work, webhook)
        tell(work, "plan.published", "8", {})
        ping_webhook(work, webhook)
        ping_webhook(work, webhook)
    events = [delivery.event for delivery in all_deliveries(works)]
    assert events == ["plan.published", "ping", "ping"]
    with works.reading(OPERATOR) as work:
        events = [
            e.event for e in work.session.exec(select(AuditEntry).order_by(col(AuditEntry.id)))
        ]
    assert events == [
        "messages.webhook_added",
        "messages.webhook_ended",
        "messages.webhook_resumed",
        "messages.webhook_tried",
        "messages.webhook_tried",
    ]


@pytest.mark.parametrize(
    ("address", "events", "places"),
    [
        ("mottagare.example", BOTH, ["address"]),
        ("ftp://mottagare.example", BOTH, ["address"]),
        ("https://me:pass@mottagare.example", BOTH, ["address"]),
        ("http://mottagare.example", BOTH, ["address"]),
        ("https://mottagare.example:99999", BOTH, ["address"]),
        ("https://[::1", BOTH, ["address"]),
        (ADDRESS, (), ["events"]),
        (ADDRESS, ("ping",), ["events"]),
        ("", ("other",), ["address", "events"]),
    ],
)
def test_every_fault_of_a_webhook_is_named(
    works: Works, address: str, events: tuple[str, ...], places: list[str]
) -> None:
    with pytest.raises(Invalid) as refused, works.writing(OPERATOR) as work:
        add_webhook(work, address, events)
    assert [fault.at for fault in refused.value.faults] == places


def test_a_host_of_the_own_network_may_be_told_in_the_clear(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        add_webhook(work, "http://inne.example/a", BOTH, ["inne.example"])


def test_attempts_are_counted_until_it_is_delivered_or_given_up(works: Works) -> None:
    webhook = add(works)
    with works.writing(OPERATOR) as work:
        tell(work, "plan.published", "1", {})
        tell(work, "plan.published", "2", {})
    first, second = (delivery.id for delivery in all_deliveries(works))
    with works.writing(OPERATOR) as work:
        note_attempt(work, first, Attempt(500, "no"))
        note_attempt(work, first, Attempt(204))
        note_attempt(work, first, Attempt(500, "late"))  # a holder that lost its lease
        note_attempt(work, second, Attempt(None, "no answer"))
        mark_delivery_failed(work, second, "given up")
        mark_delivery_failed(work, first, "given up")
    done, failed = all_deliveries(works)
    assert (done.state, done.attempts, done.status, done.trouble) == ("delivered", 2, 204, "")
    assert done.delivered_at == NOON
    assert (failed.state, failed.attempts, failed.trouble) == ("failed", 1, "no answer")
    with works.reading(OPERATOR) as work:
        assert [(w.id, waiting, bad) for w, waiting, bad in webhooks(work)] == [(webhook, 0, 1)]
        shown_first = deliveries(work, webhook, START).rows[0]
    assert shown_first.id == second


def test_a_receiver_that_is_gone_ends_its_webhook(works: Works) -> None:
    webhook = add(works)
    with works.writing(OPERATOR) as work:
        tell(work, "plan.published", "1", {})
        note_attempt(work, 1, Attempt(410, ENDED))
        tell(work, "plan.published", "2", {})
    (only,) = all_deliveries(works)
    assert (only.state, only.status) == ("failed", 410)
    with works.reading(OPERATOR) as work:
        ((row, _waiting, _failed),) = webhooks(work)
    assert (row.id, row.ended_at) == (webhook, NOON)


def test_what_failed_is_sent_again_as_the_same(works: Works) -> None:
    add(works)
    with works.writing(OPERATOR) as work:
        tell(work, "plan.published", "1", {})
    with pytest.raises(Conflict), works.writing(OPERATOR) as work:
        tell_again(work, 1)  # it has not failed
    with works.writing(OPERATOR) as work:
        mark_delivery_failed(work, 1, "no")
        work.session.exec(select(Task)).one().state = TaskState.FAILED
    body = all_deliveries(works)[0].body
    with works.writing(OPERATOR) as work:
        tell_again(work, 1)
    (again,) = all_deliveries(works)
    assert (again.state, again.body, again.trouble) == ("waiting", body, "")
    with works.reading(OPERATOR) as work:
        assert work.session.exec(select(Task)).one().state == TaskState.WAITING


def test_only_an_administrator_touches_webhooks(works: Works) -> None:
    webhook = add(works)
    with works.writing(OPERATOR) as work:
        tell(work, "plan.published", "1", {})
    for act in (end_webhook, resume_webhook, ping_webhook, note_secret_shown, tell_again):
        with pytest.raises(Forbidden), works.writing(GUEST) as work:
            act(work, webhook)
    with pytest.raises(Forbidden), works.writing(GUEST) as work:
        add_webhook(work, ADDRESS, BOTH)
    with works.reading(GUEST) as work:
        for look in (webhooks, lambda work: deliveries(work, webhook, START)):
            with pytest.raises(Forbidden):
                look(work)


def test_what_is_not_there_is_not_found(works: Works) -> None:
    for act in (end_webhook, tell_again):
        with pytest.raises(NotFound), works.writing(OPERATOR) as work:
            act(work, 99)


def test_a_receiver_proves_a_post_by_the_secret_alone() -> None:
    """Checked as Standard Webhooks tells receivers to: base64 of the secret after whsec_."""
    secret, body = secret_of("k" * 32, "0f" * 16), '{"å":1}'.encode()
    headers = signed(secret, "msg_1", 1_795_600_000, body)
    key = base64.b64decode(shown(secret).removeprefix("whsec_"))
    told = b"msg_1." + headers["webhook-timestamp"].encode() + b"." + body
    expected = base64.b64encode(hmac.new(key, told, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert (headers["webhook-id"], headers["webhook-timestamp"]) == ("msg_1", "1795600000")
    assert len(key) == 32  # Standard Webhooks: 24 to 64 bytes


def test_the_signature_is_that_of_the_published_example() -> None:
    """The example that Standard Webhooks' own libraries are tested with."""
    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    headers = signed(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_every_webhook_has_a_secret_of_its_own() -> None:
    secrets = {secret_of(key, seed) for key in ("a", "b") for seed in ("c", "d")}
    assert len(secrets) == 4


def test_a_message_is_named_by_its_event_and_receiver() -> None:
    first = message_name("seed", "invoice.issued:1")
    assert first == message_name("seed", "invoice.issued:1")
    assert len({first, message_name("seed", "ping:1"), message_name("s", "invoice.issued:1")}) == 3
    assert "." not in first  # it stands before a full stop where it is signed
