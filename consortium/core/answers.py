"""Answers that are kept, so that the same request sent again gets the same answer."""

from datetime import datetime

from sqlalchemy import LargeBinary, UniqueConstraint
from sqlmodel import Field

from consortium.core.db import Row


class KeptAnswer(Row, table=True):
    """The first answer to a post with an Idempotency-Key, kept in the transaction it answers.

    asker: the account's user name. request: SHA-256 of method, address and body; the same key
    with another request is a Conflict.
    """

    __table_args__ = (UniqueConstraint("asker", "key"),)

    id: int = Field(default=None, primary_key=True)
    asker: str
    key: str = Field(max_length=255)
    request: str = Field(max_length=64)
    status: int
    body: bytes = Field(sa_type=LargeBinary)
    kept_at: datetime = Field(index=True)
