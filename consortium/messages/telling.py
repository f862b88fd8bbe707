"""Use case: an event is told to every webhook that wants it, once, whatever happens on the way."""

import json
from collections.abc import Mapping, Sequence

from sqlmodel import col, select

from consortium.core.later import Later
from consortium.core.trying import ask_again
from consortium.core.work import Work
from consortium.messages.tables import Webhook, WebhookDelivery

SEND_HOOK = Later("messages.send_hook")


def tell(work: Work, event: str, key: str, facts: Mapping[str, str | int]) -> None:
    """Write a delivery for each webhook that wants `event`, in the transaction it happens in.

    key: what it happened to, so that no webhook is told the same twice. facts: no personal data.
    """
    tell_all(work, event, [(key, facts)])


def tell_all(work: Work, event: str, told: Sequence[tuple[str, Mapping[str, str | int]]]) -> None:
    """As `tell`, for what happened to many at once: each with its key and facts."""
    rows = select(Webhook).where(col(Webhook.ended_at).is_(None)).order_by(col(Webhook.id))
    for webhook in work.session.exec(rows).all():
        for key, facts in told if event in webhook.events else ():
            tell_one(work, webhook, event, key, facts)


def tell_one(
    work: Work, webhook: Webhook, event: str, key: str, facts: Mapping[str, str | int]
) -> None:
    """Write one webhook's delivery, unless it has one for the same event and key."""
    name = f"{event}:{key}"
    known = select(WebhookDelivery.id).where(
        WebhookDelivery.webhook_id == webhook.id, WebhookDelivery.key == name
    )
    if work.session.exec(known).first() is not None:
        return
    told = {"type": event, "timestamp": work.now.isoformat(), "data": dict(facts)}
    delivery = WebhookDelivery(
        webhook_id=webhook.id,
        key=name,
        event=event,
        body=json.dumps(told, ensure_ascii=False, separators=(",", ":")),
        made_at=work.now,
    )
    work.session.add(delivery)
    work.session.flush()
    send(work, delivery)


def send(work: Work, delivery: WebhookDelivery) -> None:
    """Queue a delivery, for the first time or once more; Conflict while it is under way."""
    ask_again(work, SEND_HOOK, f"{delivery.webhook_id}:{delivery.key}", delivery=delivery.id)
