"""Use cases: a letter that did not arrive is sent again, or settled in another way."""

from consortium.core.errors import Conflict, Forbidden, Invalid, NotFound
from consortium.core.trying import ask_again
from consortium.core.work import Work
from consortium.messages.formats.eml import is_address
from consortium.messages.rules import sort_of
from consortium.messages.sending import SEND_LETTER
from consortium.messages.tables import Letter


def send_again(work: Work, letter_id: int, to_address: str) -> Letter:
    """Send a letter once more, as a message of its own; it takes the right of its sort.

    to_address: as before, or put right where the sort allows it. A letter that held a secret has
    none any more and is a Conflict, and so is one that is still waiting.
    """
    letter = _letter(work, letter_id)
    if letter.fleeting:
        raise Conflict(
            "The letter held a link that is no longer kept", remedy="Ask for a new link instead"
        )
    before = letter.to_address
    if to_address != before and not sort_of(letter.key).corrected:
        raise Invalid("The address of this letter cannot be changed here", at="to_address")
    if not is_address(to_address):
        raise Invalid(
            "This is no e-mail address", at="to_address", remedy="Write it as namn@example.se"
        )
    ask_again(work, SEND_LETTER, letter.key, letter=letter.key)
    letter.to_address = to_address
    letter.sending += 1
    letter.sent_at = letter.returned_at = letter.settled_at = None
    letter.trouble = ""
    changed = {} if to_address == before else {"to_address": [before, to_address]}
    work.audit("messages.sent_again", letter.key, personal=changed, sending=letter.sending)
    return letter


def settle(work: Work, letter_id: int) -> Letter:
    """Note that nothing more is to be done about a letter that did not arrive."""
    letter = _letter(work, letter_id)
    if not letter.trouble:
        raise Conflict("Nothing is known against this letter")
    if letter.settled_at is None:
        letter.settled_at = work.now
        work.audit("messages.settled", letter.key)
    return letter


def unsettle(work: Work, letter_id: int) -> Letter:
    """Take back that a letter is settled: it is work to do again."""
    letter = _letter(work, letter_id)
    if letter.settled_at is not None:
        letter.settled_at = None
        work.audit("messages.unsettled", letter.key)
    return letter


def may_handle(work: Work, key: str) -> bool:
    """Whether the actor may send a letter with `key` again; it takes the right for all members."""
    actor, right = work.actor, sort_of(key).handle
    return actor.may("settings.see") or (actor.may(right) and work.scope(right) is None)


def _letter(work: Work, letter_id: int) -> Letter:
    """The letter, locked, for somebody who may handle it."""
    letter = work.session.get(Letter, letter_id, with_for_update=True)
    if letter is None:
        raise NotFound("There is no such letter")
    if not may_handle(work, letter.key):
        raise Forbidden(
            "{name} may not send this letter again",
            name=work.actor.name or "A visitor",
            remedy="Ask the administrator of the consortium",
        )
    return letter
