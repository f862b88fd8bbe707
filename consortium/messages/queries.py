"""Questions about letters: where each stands, and which of them need a hand."""

from collections.abc import Collection
from typing import Any, Final

from sqlmodel import and_, col, false, func, or_, select, true

from consortium.core.cursors import Cursor, Order, Window, window
from consortium.core.errors import NotFound
from consortium.core.work import Work
from consortium.messages.rules import SORTS
from consortium.messages.tables import Letter

TODO, WAITING, SENT, RETURNED, GIVEN_UP, ALL = (
    "todo",
    "waiting",
    "sent",
    "returned",
    "given_up",
    "all",
)
PAGE: Final = 50
BY_AGE: Final = Order((col(Letter.id),), (True,), (int,), lambda letter: (letter.id,))

_left = col(Letter.sent_at).is_not(None)
_back = col(Letter.returned_at).is_not(None)
_trouble = col(Letter.trouble) != ""
STATES: Final[dict[str, Any]] = {
    TODO: and_(_trouble, col(Letter.settled_at).is_(None)),
    WAITING: and_(~_left, ~_back, ~_trouble),
    SENT: and_(_left, ~_back),
    RETURNED: _back,
    GIVEN_UP: and_(~_left, ~_back, _trouble),
    ALL: true(),
}
"""State → the letters that are in it. TODO: returned or given up, and not settled."""


def state_of(letter: Letter) -> str:
    """WAITING, SENT, RETURNED or GIVEN_UP."""
    if letter.returned_at is not None:
        return RETURNED
    if letter.sent_at is not None:
        return SENT
    return GIVEN_UP if letter.trouble else WAITING


def letters(
    work: Work, state: str, cursor: Cursor, invoice_letters: Collection[str] | None
) -> Window[Letter]:
    """A page of the letters in `state` that the actor may see, the latest first.

    invoice_letters: keys of the letters of invoices within the actor's scope; None: all of them.
    """
    found = select(Letter).where(STATES[state], _seen(work, invoice_letters))
    return window(work, found, BY_AGE, cursor, PAGE)


def count_of(work: Work, state: str, invoice_letters: Collection[str] | None) -> int:
    """How many letters in `state` the actor may see."""
    seen = _seen(work, invoice_letters)
    return work.session.exec(select(func.count(col(Letter.id))).where(STATES[state], seen)).one()


def letter_to_see(work: Work, letter_id: int, invoice_letters: Collection[str] | None) -> Letter:
    """A letter; one that the actor may not see is not found."""
    row = select(Letter).where(Letter.id == letter_id, _seen(work, invoice_letters))
    letter = work.session.exec(row).first()
    if letter is None:
        raise NotFound("There is no such letter")
    return letter


def trouble_of_letter(work: Work, key: str) -> str:
    """Why the letter with `key` did not arrive; empty where it did, or where that is settled."""
    row = select(Letter.trouble).where(Letter.key == key, col(Letter.settled_at).is_(None))
    return work.session.exec(row).first() or ""


def _seen(work: Work, invoice_letters: Collection[str] | None) -> Any:
    """What the actor may see: everything, or what the rights of the sorts open."""
    if work.actor.may("settings.see"):
        return true()
    return or_(false(), *(_of_sort(work, sort, invoice_letters) for sort in SORTS))


def _of_sort(work: Work, sort: str, invoice_letters: Collection[str] | None) -> Any:
    right = SORTS[sort].see
    if not work.actor.may(right):
        return false()
    if work.scope(right) is None:
        return col(Letter.key).startswith(f"{sort}:")
    return col(Letter.key).in_(invoice_letters or ()) if sort == "invoice" else false()
