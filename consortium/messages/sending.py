"""Use cases: a letter is written in the transaction that gives cause for it, and sent later."""

from sqlmodel import select

from consortium.core.errors import NotFound
from consortium.core.later import Later
from consortium.core.trying import ask_again
from consortium.core.work import Work
from consortium.messages.tables import Letter

SEND_LETTER = Later("messages.send_letter")


def write_letter(
    work: Work,
    key: str,
    to_address: str,
    text: tuple[str, str],
    attachment: tuple[str, str] = ("", ""),
    *,
    fleeting: bool = False,
) -> Letter | None:
    """Write a letter and queue it; None where one with `key` was written before.

    text: subject and body. attachment: a kept document's SHA-256 and its file name. fleeting: the
    body holds a secret and is emptied in the transaction that notes how the sending went.
    """
    if work.session.exec(select(Letter.id).where(Letter.key == key)).first() is not None:
        return None
    subject, body = text
    letter = Letter(
        key=key,
        to_address=to_address,
        subject=subject,
        body=body,
        fleeting=fleeting,
        attachment=attachment[0] or None,
        attachment_name=attachment[1],
        written_at=work.now,
    )
    work.session.add(letter)
    ask_again(work, SEND_LETTER, key, letter=key)
    return letter


def mark_letter_sent(work: Work, key: str) -> None:
    """Note the moment of sending; sending twice keeps the first moment."""
    letter = _known(work, key)
    if letter.sent_at is None:
        letter.sent_at = work.now
        letter.trouble = ""
    _empty(letter)


def mark_letter_refused(work: Work, key: str, trouble: str) -> None:
    """Note that the address will never take a letter. trouble: as the mail server put it."""
    _return(work, _known(work, key), trouble)


def mark_letter_given_up(work: Work, key: str, trouble: str) -> None:
    """Note that a letter was tried for the last time and never left."""
    letter = _locked(work, key)
    if letter is None or letter.sent_at is not None:
        return
    letter.trouble = trouble
    _empty(letter)


def note_return(work: Work, key: str, sending: int, trouble: str) -> bool:
    """Note that a letter came back; False where nothing is waiting for that to be known.

    A report that is read twice, or is about an earlier sending than the last, changes nothing.
    """
    letter = _locked(work, key)
    if letter is None or letter.sending != sending or letter.returned_at is not None:
        return False
    _return(work, letter, trouble)
    return True


def letter_by_key(work: Work, key: str) -> Letter:
    letter = work.session.exec(select(Letter).where(Letter.key == key)).first()
    if letter is None:
        raise NotFound("There is no letter {key}", key=key)
    return letter


def _known(work: Work, key: str) -> Letter:
    letter = _locked(work, key)
    if letter is None:
        raise NotFound("There is no letter {key}", key=key)
    return letter


def _locked(work: Work, key: str) -> Letter | None:
    return work.session.exec(select(Letter).where(Letter.key == key).with_for_update()).first()


def _return(work: Work, letter: Letter, trouble: str) -> None:
    if letter.returned_at is not None:
        return
    letter.trouble, letter.returned_at = trouble, work.now
    _empty(letter)
    work.audit("messages.letter_returned", letter.key, sending=letter.sending)


def _empty(letter: Letter) -> None:
    if letter.fleeting:
        letter.body = ""
