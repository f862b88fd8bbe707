"""Jobs of the webhooks: what has happened is posted to those who want to know."""

from collections.abc import Mapping
from typing import Any, Final

from consortium.core.client import fetch
from consortium.core.errors import Invalid, Unavailable
from consortium.core.settings import secret_key
from consortium.core.work import Work
from consortium.messages.hooks import (
    ENDED,
    NO_SUCCESS,
    Attempt,
    delivery_by_id,
    mark_delivery_failed,
    note_attempt,
    webhook_by_id,
)
from consortium.messages.rules import message_name, secret_of, signed
from jobs.running import Running, acting
from jobs.wording import said

HOOKS = acting("hooks")
GONE: Final = 410
SUCCESS: Final = range(200, 300)


def send_hook(running: Running, details: Mapping[str, Any]) -> None:
    """Read, post, note. Tried again, or run again after a crash, it has the same `webhook-id`.

    The receiver so tells a repetition from another event (Standard Webhooks 1.0.0).
    """
    with running.works.reading(HOOKS) as work:
        delivery = delivery_by_id(work, details["delivery"])
        webhook = webhook_by_id(work, delivery.webhook_id)
        now = work.now
    if delivery.state != "waiting":
        return
    if webhook.ended_at is not None:
        with running.works.writing(HOOKS) as work:
            mark_delivery_failed(work, delivery.id, ENDED)
        return
    secret = secret_of(secret_key(running.settings), webhook.seed)
    body, name = delivery.body.encode(), message_name(webhook.seed, delivery.key)
    headers = signed(secret, name, int(now.timestamp()), body)
    try:
        answer = fetch(running.settings.outgoing, "POST", webhook.address, body, headers)
    except (Invalid, Unavailable) as problem:
        _note(running, delivery.id, Attempt(None, said(problem, "sv")))
        raise
    _note(running, delivery.id, _attempt(answer.status))
    if answer.status not in SUCCESS and answer.status != GONE:
        raise Unavailable(
            "{address} answered {status}", address=webhook.address, status=answer.status
        )


def give_up_hook(work: Work, details: Mapping[str, Any], trouble: str) -> None:
    mark_delivery_failed(work, details["delivery"], trouble)


def _attempt(status: int) -> Attempt:
    if status in SUCCESS:
        return Attempt(status)
    return Attempt(status, ENDED if status == GONE else NO_SUCCESS)


def _note(running: Running, delivery_id: int, attempt: Attempt) -> None:
    with running.works.writing(HOOKS) as work:
        note_attempt(work, delivery_id, attempt)
