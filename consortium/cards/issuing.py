"""Use cases: a patron is registered and given a card, and a card is replaced by a new one."""

from sqlmodel import select

from consortium.cards.queries import card_by_number, open_blocks
from consortium.cards.rules import OF_THE_CARD, card_number, forget_on, patron_faults
from consortium.cards.tables import Card, CardBlock, CardSeries, Patron
from consortium.core.errors import Conflict, Fault, Invalid
from consortium.core.work import Work
from consortium.members.queries import member_by_code
from consortium.members.tables import Member


def issue_card(work: Work, member_code: str, name: str, birth_year: int) -> Card:
    """Register a patron of a municipality and give a card, valid at once at every member."""
    work.require("cards.handle", member_code)
    member = member_by_code(work, member_code)
    faults = list(patron_faults(name, birth_year, work.today.year))
    if member.kind != "municipality":
        text = "{name} has no cards: it is no municipality"
        faults.insert(0, Fault(text, "member", {"name": member.name}))
    if faults:
        raise Invalid(faults)
    patron = Patron(
        member_id=member.id,
        name=name.strip(),
        birth_year=birth_year,
        registered_at=work.now,
        forget_on=forget_on(work.today),
    )
    work.session.add(patron)
    work.session.flush()
    card = _new_card(work, member, patron)
    work.audit("cards.issued", card.number)
    return card


def replace_card(work: Work, number: str) -> Card:
    """Give the patron of a card a new one in its place; from then on the old one is replaced.

    The old card keeps its number and its history. Its open blocks end with it; those that concern
    the patron and not the piece of plastic (all but lost and stolen) go on, with who set them and
    when, on the new card.
    """
    work.require("cards.handle")
    old = card_by_number(work, number, lock=True)
    member = work.session.get_one(Member, old.member_id)
    work.require("cards.handle", member.code)
    if old.state == "replaced":
        raise Conflict("The card {number} is replaced already", number=old.number)
    patron = _locked_patron(work, old)
    kept_till, ended = patron.forget_on, [block.id for block in open_blocks(work, old)]
    old.state, old.replaced_at = "replaced", work.now
    patron.forget_on = forget_on(work.today)
    work.session.flush()  # before the new card: a patron has one valid card at a time
    new = _new_card(work, member, patron)
    _carry_blocks(work, old, new)
    work.audit(
        "cards.replaced",
        old.number,
        by=new.number,
        ended=ended,
        forget_on=[kept_till.isoformat(), patron.forget_on.isoformat()],
    )
    return new


def _locked_patron(work: Work, card: Card) -> Patron:
    rows = select(Patron).where(Patron.id == card.patron_id).with_for_update()
    patron = work.session.exec(rows.execution_options(populate_existing=True)).first()
    if patron is None:
        raise Conflict(
            "The card {number} is no longer in use: its patron is deleted",
            number=card.number,
            remedy="Register the patron again with a new card",
        )
    return patron


def _new_card(work: Work, member: Member, patron: Patron) -> Card:
    card = Card(
        number=card_number(member.code, _next_serial(work, member)),
        member_id=member.id,
        patron_id=patron.id,
        issued_at=work.now,
    )
    work.session.add(card)
    work.session.flush()
    return card


def _next_serial(work: Work, member: Member) -> int:
    """The member's next serial number, held by a row lock until the work closes."""
    locked = select(CardSeries).where(CardSeries.member_id == member.id).with_for_update()
    series = work.session.exec(locked.execution_options(populate_existing=True)).first()
    if series is None:
        # The first two cards have no series to lock yet, so they wait for each other here.
        own = select(Member.id).where(Member.id == member.id)
        work.session.exec(own.with_for_update(key_share=True)).one()
        series = work.session.exec(locked).first() or CardSeries(member_id=member.id)
    series.last += 1
    work.session.add(series)
    work.session.flush()
    return series.last


def _carry_blocks(work: Work, old: Card, new: Card) -> None:
    for block in open_blocks(work, old):
        block.lifted_by, block.lifted_at = work.actor.name, work.now
        if block.reason not in OF_THE_CARD:
            carried = CardBlock(
                card_id=new.id, reason=block.reason, set_by=block.set_by, set_at=block.set_at
            )
            work.session.add(carried)
    work.session.flush()
