"""Use case: patrons who have not been given a card for three years are deleted (gallring)."""

from sqlmodel import col, delete, select, update

from consortium.cards.tables import Card, Patron
from consortium.core.work import Work


def forget_patrons(work: Work) -> int:
    """Delete every patron whose `forget_on` has come; returns how many.

    Cards stay, without a patron, so that no number is ever given twice. Run again, it does
    nothing more.
    """
    work.require("cards.forget")
    due = col(Patron.forget_on) <= work.today
    # Locked first: a card that is being replaced at this moment keeps its patron.
    found = work.session.exec(select(Patron.id).where(due).with_for_update()).all()
    if not found:
        return 0
    theirs = col(Card.patron_id).in_(select(Patron.id).where(due))
    work.session.exec(update(Card).where(theirs).values(patron_id=None))
    work.session.exec(delete(Patron).where(due))
    work.audit("cards.patrons_forgotten", count=len(found))
    return len(found)
