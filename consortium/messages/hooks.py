"""Webhooks: added, tried, ended, told again; and how each post to one went."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlmodel import col, func, select

from consortium.core.cursors import Cursor, Order, Window, window
from consortium.core.errors import Conflict, Invalid, NotFound
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.messages.rules import EVENTS, PING, webhook_faults
from consortium.messages.tables import Webhook, WebhookDelivery
from consortium.messages.telling import send, tell_one

RIGHT: Final = "settings.see"
PAGE: Final = 50
ENDED: Final = mark("The webhook has ended")
NO_SUCCESS: Final = mark("The answer was none of success")
BY_AGE: Final = Order((col(WebhookDelivery.id),), (True,), (int,), lambda delivery: (delivery.id,))


@dataclass(frozen=True, slots=True)
class Attempt:
    """How a post went. status: of the answer (HTTP), None where none came. trouble: else empty."""

    status: int | None
    trouble: str = ""


def add_webhook(
    work: Work, address: str, events: Sequence[str], allowed: Sequence[str] = ()
) -> Webhook:
    """Tell an address of `events` from now on. allowed: the setting `outgoing.allowed`."""
    work.require(RIGHT)
    if faults := list(webhook_faults(address, events, allowed)):
        raise Invalid(faults)
    webhook = Webhook(
        address=address,
        events=[event for event in EVENTS if event in events],
        seed=secrets.token_hex(16),
        made_by=work.actor.name,
        made_at=work.now,
    )
    work.session.add(webhook)
    work.session.flush()
    work.audit("messages.webhook_added", str(webhook.id), address=address, events=webhook.events)
    return webhook


def end_webhook(work: Work, webhook_id: int) -> Webhook:
    """Tell an address of nothing more; what waits for it is not sent."""
    work.require(RIGHT)
    webhook = webhook_by_id(work, webhook_id)
    if webhook.ended_at is None:
        webhook.ended_at = work.now
        work.audit("messages.webhook_ended", str(webhook.id), address=webhook.address)
    return webhook


def resume_webhook(work: Work, webhook_id: int) -> Webhook:
    """Tell an address again of what happens from now on."""
    work.require(RIGHT)
    webhook = webhook_by_id(work, webhook_id)
    if webhook.ended_at is not None:
        webhook.ended_at = None
        work.audit("messages.webhook_resumed", str(webhook.id), address=webhook.address)
    return webhook


def ping_webhook(work: Work, webhook_id: int) -> Webhook:
    """Post an event to a webhook that means nothing, to see whether it is received."""
    work.require(RIGHT)
    webhook = _open(work, webhook_id)
    tell_one(work, webhook, PING, secrets.token_hex(4), {"webhook": webhook.id})
    work.audit("messages.webhook_tried", str(webhook.id), address=webhook.address)
    return webhook


def tell_again(work: Work, delivery_id: int) -> WebhookDelivery:
    """Post a delivery that failed once more, under the same name and with the same body."""
    work.require(RIGHT)
    delivery = delivery_by_id(work, delivery_id)
    _open(work, delivery.webhook_id)
    if delivery.state != "failed":
        raise Conflict("Only what has failed is sent again")
    send(work, delivery)
    delivery.state, delivery.trouble = "waiting", ""
    work.audit("messages.told_again", str(delivery.webhook_id), delivery=delivery.key)
    return delivery


def note_secret_shown(work: Work, webhook_id: int) -> Webhook:
    """Note that somebody asked for a webhook's secret."""
    work.require(RIGHT)
    webhook = webhook_by_id(work, webhook_id)
    work.audit("messages.secret_shown", str(webhook.id), address=webhook.address)
    return webhook


def note_attempt(work: Work, delivery_id: int, attempt: Attempt) -> None:
    """Note how a post went; a receiver that is gone (410) ends the webhook."""
    delivery = delivery_by_id(work, delivery_id)
    if delivery.state == "delivered":
        return
    delivery.attempts += 1
    delivery.status, delivery.trouble = attempt.status, attempt.trouble
    if not attempt.trouble:
        delivery.state, delivery.delivered_at = "delivered", work.now
    elif attempt.trouble == ENDED:
        delivery.state = "failed"
        webhook = webhook_by_id(work, delivery.webhook_id)
        webhook.ended_at = webhook.ended_at or work.now
        work.audit("messages.webhook_ended", str(webhook.id), address=webhook.address)


def mark_delivery_failed(work: Work, delivery_id: int, trouble: str) -> None:
    """Note that a delivery is given up."""
    delivery = delivery_by_id(work, delivery_id)
    if delivery.state == "waiting":
        delivery.state, delivery.trouble = "failed", delivery.trouble or trouble


def webhooks(work: Work) -> list[tuple[Webhook, int, int]]:
    """Every webhook, those that are told first, with how many deliveries wait and have failed."""
    work.require(RIGHT)
    counted = select(
        WebhookDelivery.webhook_id, WebhookDelivery.state, func.count(col(WebhookDelivery.id))
    ).group_by(col(WebhookDelivery.webhook_id), col(WebhookDelivery.state))
    counts = {(hook, state): count for hook, state, count in work.session.exec(counted)}
    rows = work.session.exec(select(Webhook).order_by(col(Webhook.id).desc())).all()
    return [
        (row, counts.get((row.id, "waiting"), 0), counts.get((row.id, "failed"), 0))
        for row in sorted(rows, key=lambda row: row.ended_at is not None)
    ]


def webhook_to_see(work: Work, webhook_id: int) -> Webhook:
    work.require(RIGHT)
    return webhook_by_id(work, webhook_id)


def deliveries(work: Work, webhook_id: int, cursor: Cursor) -> Window[WebhookDelivery]:
    """A page of what a webhook was told, the latest first."""
    work.require(RIGHT)
    found = select(WebhookDelivery).where(WebhookDelivery.webhook_id == webhook_id)
    return window(work, found, BY_AGE, cursor, PAGE)


def webhook_by_id(work: Work, webhook_id: int) -> Webhook:
    webhook = work.session.get(Webhook, webhook_id)
    if webhook is None:
        raise NotFound("There is no such webhook")
    return webhook


def delivery_by_id(work: Work, delivery_id: int) -> WebhookDelivery:
    delivery = work.session.get(WebhookDelivery, delivery_id)
    if delivery is None:
        raise NotFound("There is no such delivery")
    return delivery


def _open(work: Work, webhook_id: int) -> Webhook:
    webhook = webhook_by_id(work, webhook_id)
    if webhook.ended_at is not None:
        raise Conflict("The webhook has ended", remedy="Begin it again first")
    return webhook
