"""Use cases: a card is blocked at every member, and a block is lifted."""

from consortium.cards.queries import card_by_number, open_blocks
from consortium.cards.rules import block_faults
from consortium.cards.tables import Card, CardBlock
from consortium.core.errors import Conflict, Invalid
from consortium.core.work import Work
from consortium.members.tables import Member


def block_card(work: Work, number: str, reason: str) -> CardBlock:
    """Block a card for one of the reasons; another reason is another block beside it."""
    card = card_to_change(work, number)
    if faults := list(block_faults(reason)):
        raise Invalid(faults)
    if card.state == "replaced" or card.patron_id is None:
        raise Conflict("The card {number} is no longer in use", number=card.number)
    if any(block.reason == reason for block in open_blocks(work, card)):
        raise Conflict("The card {number} is blocked for that already", number=card.number)
    block = CardBlock(card_id=card.id, reason=reason, set_by=work.actor.name, set_at=work.now)
    work.session.add(block)
    work.session.flush()
    work.audit("cards.blocked", card.number, reason=reason, block=block.id)
    return block


def lift_block(work: Work, number: str, reason: str) -> CardBlock:
    """Lift the block that a card has for `reason`; the card is valid when no other is left."""
    card = card_to_change(work, number)
    found = [block for block in open_blocks(work, card) if block.reason == reason]
    if not found:
        raise Conflict("The card {number} is not blocked for that", number=card.number)
    block = found[0]
    block.lifted_by, block.lifted_at = work.actor.name, work.now
    work.audit("cards.block_lifted", card.number, reason=reason, block=block.id)
    return block


def card_to_change(work: Work, number: str) -> Card:
    """A card of the actor's own municipalities, held until the work closes."""
    work.require("cards.handle")
    card = card_by_number(work, number, lock=True)
    work.require("cards.handle", work.session.get_one(Member, card.member_id).code)
    return card
