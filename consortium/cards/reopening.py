"""Use cases: a block stands again, a card is withdrawn, a replaced one is put back."""

from collections.abc import Sequence

from sqlmodel import col, select

from consortium.cards.blocking import card_to_change
from consortium.cards.queries import open_blocks
from consortium.cards.tables import Card, CardBlock, Patron
from consortium.core.errors import Conflict, NotFound
from consortium.core.work import Work


def block_again(work: Work, number: str, block_id: int) -> CardBlock:
    """Let a block that was lifted stand as it was set."""
    card = card_to_change(work, number)
    block = work.session.get(CardBlock, block_id)
    if block is None or block.card_id != card.id:
        raise NotFound("There is no such block on the card {number}", number=number)
    if any(each.reason == block.reason for each in open_blocks(work, card)):
        raise Conflict("The card {number} is blocked for that already", number=card.number)
    block.lifted_by, block.lifted_at = "", None
    work.session.add(block)
    work.audit("cards.blocked", card.number, reason=block.reason, block=block.id)
    return block


def withdraw_card(work: Work, number: str) -> None:
    """Delete the patron of a card that was given out by mistake.

    The card stays without one, as a number is never given twice.
    """
    card = card_to_change(work, number)
    patron = work.session.get(Patron, card.patron_id) if card.patron_id else None
    if patron is None:
        raise Conflict("The card {number} is no longer in use", number=card.number)
    card.patron_id = None
    work.session.add(card)
    work.session.flush()
    work.session.delete(patron)
    work.audit("cards.withdrawn", card.number)


def put_back_card(
    work: Work, number: str, by: str, reopened: Sequence[int], forget_on: str
) -> Card:
    """Let a replaced card be valid again in place of the one `by` number that took its place.

    reopened: ids of the blocks that ended with it. forget_on: the patron's day before, ISO 8601.
    """
    old, new = card_to_change(work, number), card_to_change(work, by)
    patron = work.session.get(Patron, old.patron_id) if old.patron_id else None
    if patron is None or new.patron_id != patron.id or new.state != "valid":
        raise Conflict("The card {number} is no longer in use", number=new.number)
    new.state, new.replaced_at = "replaced", work.now
    for block in open_blocks(work, new):
        block.lifted_by, block.lifted_at = work.actor.name, work.now
    work.session.flush()  # first: a patron has one valid card at a time
    old.state, old.replaced_at = "valid", None
    for block in work.session.exec(select(CardBlock).where(col(CardBlock.id).in_(reopened))):
        block.lifted_by, block.lifted_at = "", None
    patron.forget_on = patron.forget_on.fromisoformat(forget_on)
    work.session.flush()
    work.audit("cards.put_back", old.number, instead_of=new.number)
    return old
