"""Use case: a card is looked up. The look itself is recorded, so it takes a writing work."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import select

from consortium.cards.queries import card_by_number, open_blocks
from consortium.cards.rules import look_faults, number_faults, plain_number, status
from consortium.cards.tables import Card, CardBlock, CardLook, Patron
from consortium.core.errors import Invalid
from consortium.core.work import Work
from consortium.members.tables import Member


@dataclass(frozen=True, slots=True)
class CardDetails:
    """What only the card's own municipality sees. name, birth_year: empty once forgotten.

    replaced_by: the number of the patron's valid card where this one is replaced, else empty.
    """

    name: str
    birth_year: int | None
    issued_at: datetime
    replaced_at: datetime | None
    replaced_by: str
    blocks: tuple[CardBlock, ...]


@dataclass(frozen=True, slots=True)
class CardView:
    """A card as the counter sees it. status: one of the card rules' STATUSES.

    member_code, member_name: its home. details: None at the counter of another municipality.
    """

    number: str
    status: str
    member_code: str
    member_name: str
    details: CardDetails | None


def look_up(work: Work, number: str, reason: str) -> CardView:
    """Show a card and record who looked and why; the card works everywhere, so any counter may.

    Whose it is, and why it is blocked, is shown within the actor's own municipalities only.
    """
    work.require("cards.handle")
    if faults := [*number_faults(plain_number(number)), *look_faults(reason)]:
        raise Invalid(faults)
    card = card_by_number(work, number)
    member = work.session.get_one(Member, card.member_id)
    look = CardLook(card_id=card.id, looked_by=work.actor.name, reason=reason, at=work.now)
    work.session.add(look)
    blocks = open_blocks(work, card)
    return CardView(
        number=card.number,
        status=status(card.state, held=card.patron_id is not None, blocked=bool(blocks)),
        member_code=member.code,
        member_name=member.name,
        details=_details(work, card, blocks)
        if work.actor.may("cards.handle", member.code)
        else None,
    )


def _details(work: Work, card: Card, blocks: list[CardBlock]) -> CardDetails:
    patron = None if card.patron_id is None else work.session.get(Patron, card.patron_id)
    return CardDetails(
        name=patron.name if patron else "",
        birth_year=patron.birth_year if patron else None,
        issued_at=card.issued_at,
        replaced_at=card.replaced_at,
        replaced_by=_successor(work, card),
        blocks=tuple(blocks),
    )


def _successor(work: Work, card: Card) -> str:
    if card.state != "replaced" or card.patron_id is None:
        return ""
    rows = select(Card.number).where(Card.patron_id == card.patron_id, Card.state == "valid")
    return work.session.exec(rows).first() or ""
