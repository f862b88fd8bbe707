"""How changes of cards are taken back."""

from collections.abc import Iterator, Mapping
from typing import Final

from sqlmodel import col, func, select

from consortium.cards.blocking import lift_block
from consortium.cards.queries import open_blocks
from consortium.cards.reopening import block_again, put_back_card, withdraw_card
from consortium.cards.rules import MEMBER_CODE_LENGTH, OF_THE_CARD
from consortium.cards.tables import Card, CardBlock
from consortium.core.audit import AuditEntry
from consortium.core.errors import Fault
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.undo.ways import GONE, Never, Undoing, Way, overtaken

RIGHT: Final = "cards.handle"
ANY: Final = (
    "cards.blocked",
    "cards.block_lifted",
    "cards.replaced",
    "cards.withdrawn",
    "cards.put_back",
)
"""What may have become of a card."""


def _whose(_work: Work, entry: AuditEntry) -> str:
    """A card's number names its municipality, after the first digit."""
    return entry.subject[1 : 1 + MEMBER_CODE_LENGTH]


def _card(work: Work, number: str) -> Card | None:
    return work.session.exec(select(Card).where(Card.number == number)).first()


def _in_use(card: Card | None) -> bool:
    return card is not None and card.state == "valid" and card.patron_id is not None


def _blocked_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    block = work.session.get(CardBlock, entry.facts["block"])
    if block is None or block.lifted_at is not None:
        yield overtaken(work, entry, *ANY)


def _lifted_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    card = _card(work, entry.subject)
    block = work.session.get(CardBlock, entry.facts["block"])
    if card is None or block is None:
        yield Fault(GONE)
    elif not _in_use(card) or any(each.reason == block.reason for each in open_blocks(work, card)):
        yield overtaken(work, entry, *ANY)


def _issued_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    card = _card(work, entry.subject)
    if card is None or not _in_use(card):
        yield overtaken(work, entry, *ANY)
        return
    rows = select(func.count()).select_from(Card).where(Card.patron_id == card.patron_id)
    if open_blocks(work, card) or work.session.exec(rows).one() > 1:
        yield overtaken(work, entry, *ANY)


def _replaced_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    old, new = _card(work, entry.subject), _card(work, entry.facts["by"])
    if old is None or new is None:
        yield Fault(GONE)
        return
    if not _in_use(new) or new.patron_id != old.patron_id:
        yield Fault("The card {number} is no longer in use", "", {"number": new.number})
    rows = select(CardBlock.reason).where(col(CardBlock.id).in_(entry.facts["ended"]))
    carried = set(work.session.exec(rows)) - OF_THE_CARD
    if {block.reason for block in open_blocks(work, new)} != carried:
        yield Fault(
            "The blocks on the card {number} have changed since", "", {"number": new.number}
        )


def _put_back(work: Work, entry: AuditEntry) -> None:
    ended, before = entry.facts["ended"], entry.facts["forget_on"][0]
    put_back_card(work, entry.subject, entry.facts["by"], ended, before)


WAYS: Final[Mapping[str, Way]] = {
    "cards.blocked": Undoing(
        RIGHT,
        lambda work, entry: lift_block(work, entry.subject, entry.facts["reason"]),
        _blocked_depends,
        _whose,
    ),
    "cards.block_lifted": Undoing(
        RIGHT,
        lambda work, entry: block_again(work, entry.subject, entry.facts["block"]),
        _lifted_depends,
        _whose,
    ),
    "cards.issued": Undoing(
        RIGHT, lambda work, entry: withdraw_card(work, entry.subject), _issued_depends, _whose
    ),
    "cards.replaced": Undoing(RIGHT, _put_back, _replaced_depends, _whose),
    "cards.withdrawn": Never(
        mark("A patron who is deleted does not come back"),
        mark("Register the patron with a new card"),
    ),
    "cards.put_back": Never(
        mark("A card that was withdrawn is not valid again"),
        mark("Replace the card with a new one"),
    ),
    "cards.patrons_forgotten": Never(mark("What was deleted in time does not come back")),
}
