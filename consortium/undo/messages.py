"""How changes of letters and webhooks are taken back."""

from collections.abc import Iterator, Mapping
from typing import Final

from sqlmodel import select

from consortium.core.audit import AuditEntry
from consortium.core.errors import Fault
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.messages.hooks import RIGHT, end_webhook, resume_webhook
from consortium.messages.mending import settle, unsettle
from consortium.messages.rules import OTHER, sort_of
from consortium.messages.sending import letter_by_key
from consortium.messages.tables import Letter, Webhook
from consortium.undo.ways import GONE, Never, Undoing, Way, overtaken

LEFT: Final = mark("A letter that has left cannot be called back")
HOOKS: Final = ("messages.webhook_ended", "messages.webhook_resumed")


def _right(work: Work, entry: AuditEntry) -> str:
    """Either right suffices to handle a letter; the one the actor has, where they have one."""
    handle = sort_of(entry.subject).handle
    return OTHER.handle if work.actor.may(OTHER.handle) else handle


def _letter_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    letter = work.session.exec(select(Letter).where(Letter.key == entry.subject)).first()
    settled = entry.event == "messages.settled"
    if letter is None:
        yield Fault(GONE)
    elif (letter.settled_at is not None) is not settled:
        yield overtaken(
            work, entry, "messages.settled", "messages.unsettled", "messages.sent_again"
        )


def _hook_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    webhook = work.session.get(Webhook, int(entry.subject))
    ended = entry.event == "messages.webhook_ended"
    if webhook is None:
        yield Fault(GONE)
    elif (webhook.ended_at is not None) is not ended:
        yield overtaken(work, entry, *HOOKS)


def _end(work: Work, entry: AuditEntry) -> None:
    end_webhook(work, int(entry.subject))


WAYS: Final[Mapping[str, Way]] = {
    "messages.settled": Undoing(
        _right,
        lambda work, entry: unsettle(work, letter_by_key(work, entry.subject).id),
        _letter_depends,
    ),
    "messages.unsettled": Undoing(
        _right,
        lambda work, entry: settle(work, letter_by_key(work, entry.subject).id),
        _letter_depends,
    ),
    "messages.webhook_added": Undoing(RIGHT, _end, _hook_depends),
    "messages.webhook_resumed": Undoing(RIGHT, _end, _hook_depends),
    "messages.webhook_ended": Undoing(
        RIGHT, lambda work, entry: resume_webhook(work, int(entry.subject)), _hook_depends
    ),
    "messages.letter_returned": Never(
        mark("What came back has come back"), mark("Send the letter again")
    ),
    "messages.sent_again": Never(LEFT),
    "messages.told_again": Never(mark("What was posted is received")),
    "messages.webhook_tried": Never(mark("A trial changes nothing")),
    "messages.secret_shown": Never(
        mark("What was seen was seen"), mark("Add a new webhook for a new secret")
    ),
}
