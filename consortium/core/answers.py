"""Answers that are kept, so that the same request sent again gets the same answer."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import LargeBinary, UniqueConstraint
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, col, delete, select

from consortium.core.db import Row
from consortium.core.errors import Conflict
from consortium.core.work import Work

KEPT: Final = timedelta(days=30)
PLACE: Final = "Idempotency-Key"


class KeptAnswer(Row, table=True):
    """The first answer to a post with an Idempotency-Key, kept in the transaction it answers.

    asker: the account's user name. request: SHA-256 of method, address and body; the same key
    with another request is a Conflict. status: 0 until the answer is there.
    """

    __table_args__ = (UniqueConstraint("asker", "key"),)

    id: int = Field(default=None, primary_key=True)
    asker: str
    key: str = Field(max_length=255)
    request: str = Field(max_length=64)
    status: int
    body: bytes = Field(sa_type=LargeBinary)
    kept_at: datetime = Field(index=True)


def hold_key(work: Work, key: str, request: str) -> KeptAnswer:
    """The answer kept under the actor's `key`, or a new one with status 0 for `keep_answer`.

    Of two requests at once the second waits here until the first has closed its work. A key that
    was used for another request is a Conflict. What is refused rolls back and so keeps nothing.
    """
    found = _kept(work, key) or _held(work, key, request)
    if found is None:
        raise Conflict(
            "Another request with this key was being answered",
            at=PLACE,
            remedy="Send it again to get the same answer",
        )
    if found.request != request:
        raise Conflict(
            "The key was used for another request",
            at=PLACE,
            remedy="Send the same request again, or choose a new key for a new one",
        )
    return found


def keep_answer(work: Work, held: KeptAnswer, status: int, body: bytes) -> None:
    """Keep what was answered; it stands or falls with what the work has changed."""
    held.status, held.body, held.kept_at = status, body, work.now
    work.session.add(held)


def forget_answers(work: Work) -> None:
    """Delete the answers that have been kept for KEPT."""
    work.session.exec(delete(KeptAnswer).where(col(KeptAnswer.kept_at) < work.now - KEPT))


def _kept(work: Work, key: str) -> KeptAnswer | None:
    rows = select(KeptAnswer).where(KeptAnswer.asker == work.actor.name, KeptAnswer.key == key)
    return work.session.exec(rows).first()


def _held(work: Work, key: str, request: str) -> KeptAnswer | None:
    """A new row under the key; else the one that was committed meanwhile, None if not visible."""
    held = KeptAnswer(
        asker=work.actor.name, key=key, request=request, status=0, body=b"", kept_at=work.now
    )
    try:
        with work.session.begin_nested():
            work.session.add(held)
    except IntegrityError:
        return _kept(work, key)
    return held
