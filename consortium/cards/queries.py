"""Questions about cards. None of them answers with a person: that takes a look, which is logged."""

from dataclasses import dataclass
from datetime import time
from typing import Any

from sqlmodel import col, func, select

from consortium.cards.rules import number_faults, plain_number
from consortium.cards.tables import Card, CardBlock, CardLook
from consortium.core.days import instant_of
from consortium.core.errors import Invalid, NotFound
from consortium.core.work import Scope, Work
from consortium.members.queries import members
from consortium.members.tables import Member


@dataclass(frozen=True, slots=True)
class CardCounts:
    """A municipality's cards. issued_this_month: first cards and replacements, Swedish month."""

    valid: int
    blocked: int
    issued_this_month: int


def counts(work: Work) -> dict[str, CardCounts]:
    """The cards of each municipality that the actor may count: member code → counts, by code."""
    scope = work.scope("cards.count")
    first = instant_of(work.today.replace(day=1), time.min)
    held = (Card.state == "valid", col(Card.patron_id).is_not(None))
    in_use = _count(work, scope, *held)
    blocked = _count(work, scope, *held, _is_blocked())
    issued = _count(work, scope, Card.issued_at >= first)
    return {
        member.code: CardCounts(
            valid=in_use.get(member.code, 0) - blocked.get(member.code, 0),
            blocked=blocked.get(member.code, 0),
            issued_this_month=issued.get(member.code, 0),
        )
        for member in members(work)
        if member.kind == "municipality" and (scope is None or member.code in scope)
    }


def looks(work: Work, number: str) -> list[CardLook]:
    """Who has looked up a card and why, the latest first.

    For the counter of the card's own municipality, who may hand the list to the patron, and for
    those who see the audit trail.
    """
    if not work.actor.may("audit.see"):
        work.require("cards.handle")
    card = card_by_number(work, number)
    code = work.session.get_one(Member, card.member_id).code
    if not work.actor.may("audit.see", code):
        work.require("cards.handle", code)
    rows = select(CardLook).where(CardLook.card_id == card.id)
    return list(work.session.exec(rows.order_by(col(CardLook.at).desc(), col(CardLook.id).desc())))


def card_by_number(work: Work, number: str, *, lock: bool = False) -> Card:
    """The card with a number as people type it. lock: nobody else changes it till work closes."""
    plain = plain_number(number)
    if faults := list(number_faults(plain)):
        raise Invalid(faults)
    rows = select(Card).where(Card.number == plain)
    if lock:
        rows = rows.with_for_update().execution_options(populate_existing=True)
    card = work.session.exec(rows).first()
    if card is None:
        raise NotFound("There is no card {number}", number=plain)
    return card


def open_blocks(work: Work, card: Card) -> list[CardBlock]:
    """The blocks on a card that are not lifted, the oldest first."""
    rows = select(CardBlock).where(CardBlock.card_id == card.id, col(CardBlock.lifted_at).is_(None))
    return list(work.session.exec(rows.order_by(col(CardBlock.id))))


def _is_blocked() -> Any:
    return (
        select(CardBlock.id)
        .where(CardBlock.card_id == Card.id, col(CardBlock.lifted_at).is_(None))
        .exists()
    )


def _count(work: Work, scope: Scope, *conditions: Any) -> dict[str, int]:
    rows = (
        select(Member.code, func.count(col(Card.id)))
        .join(Card, col(Card.member_id) == col(Member.id))
        .where(*conditions)
        .group_by(Member.code)
    )
    if scope is not None:
        rows = rows.where(col(Member.code).in_(scope))
    return dict(work.session.exec(rows).all())
