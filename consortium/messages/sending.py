"""Use cases: a letter is written in the transaction that gives cause for it, and sent later."""

from sqlmodel import select

from consortium.core.errors import NotFound
from consortium.core.later import Later
from consortium.core.work import Work
from consortium.messages.tables import Letter

SEND_LETTER = Later("messages.send_letter")


def write_letter(
    work: Work,
    key: str,
    to_address: str,
    text: tuple[str, str],
    attachment: tuple[str, str] = ("", ""),
) -> Letter | None:
    """Write a letter and queue it; None where one with `key` was written before.

    text: subject and body. attachment: a kept document's SHA-256 and its file name.
    """
    if work.session.exec(select(Letter.id).where(Letter.key == key)).first() is not None:
        return None
    subject, body = text
    letter = Letter(
        key=key,
        to_address=to_address,
        subject=subject,
        body=body,
        attachment=attachment[0] or None,
        attachment_name=attachment[1],
        written_at=work.now,
    )
    work.session.add(letter)
    work.later(SEND_LETTER, key=key, letter=key)
    return letter


def mark_letter_sent(work: Work, key: str) -> None:
    """Note the moment of sending; sending twice keeps the first moment."""
    letter = letter_by_key(work, key)
    if letter.sent_at is None:
        letter.sent_at = work.now


def letter_by_key(work: Work, key: str) -> Letter:
    letter = work.session.exec(select(Letter).where(Letter.key == key)).first()
    if letter is None:
        raise NotFound("There is no letter {key}", key=key)
    return letter
