"""Letters, and webhooks with what they have delivered."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, UniqueConstraint
from sqlmodel import Field

from consortium.core.db import Row


class Letter(Row, table=True):
    """An e-mail on its way to an office or a branch; `key` keeps it from being written twice.

    attachment: a document's SHA-256, under the file name `attachment_name`. fleeting: the body
    holds a secret and is emptied once sent. trouble: why it has not reached its address, empty
    where nothing is known against it. returned_at: when it came back or was refused. sending: 1,
    and one more each time that somebody sends it again; what comes back names it.
    """

    id: int = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    to_address: str
    subject: str
    body: str
    fleeting: bool = False
    attachment: str | None = Field(default=None, foreign_key="document.sha256")
    attachment_name: str = ""
    written_at: datetime = Field(index=True)
    sending: int = 1
    sent_at: datetime | None = None
    trouble: str = ""
    returned_at: datetime | None = Field(default=None, index=True)
    settled_at: datetime | None = None


class Webhook(Row, table=True):
    """An address that is told of events, in posts that are signed.

    events: names of events, as `invoice.issued`. seed: from which, with the service's own key,
    the secret that signs is derived.
    """

    id: int = Field(default=None, primary_key=True)
    address: str
    events: list[str] = Field(sa_type=JSON)
    seed: str
    made_by: str
    made_at: datetime
    ended_at: datetime | None = None


class WebhookDelivery(Row, table=True):
    """One event for one address: what is posted, and how that went.

    key: of the event (`invoice.issued:20260001`), the same at every attempt. state: `waiting`,
    `delivered` or `failed`. status: of the last answer (HTTP), null where none came.
    """

    __table_args__ = (
        UniqueConstraint("webhook_id", "key"),
        CheckConstraint("state in ('waiting', 'delivered', 'failed')", name="known_state"),
    )

    id: int = Field(default=None, primary_key=True)
    webhook_id: int = Field(foreign_key="webhook.id", index=True)
    key: str
    event: str
    body: str
    state: str = Field(default="waiting", index=True)
    attempts: int = 0
    status: int | None = None
    trouble: str = ""
    made_at: datetime = Field(index=True)
    delivered_at: datetime | None = None
