"""Pages of the shared cards: looking one up, giving it out, replacing and blocking it.

A card's number never stands in an address, since addresses are logged: it is posted, and between
a post and the page that it leads to it is kept in the session.
"""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Final, Literal

from flask import request, session, url_for
from werkzeug.wrappers import Response

from consortium.cards.blocking import block_card, lift_block
from consortium.cards.issuing import issue_card, replace_card
from consortium.cards.looking import CardView, look_up
from consortium.cards.queries import CardCounts, counts, looks
from consortium.cards.rules import BLOCK_REASONS, LOOK_REASONS, STATUSES
from consortium.core.errors import Invalid, NotFound, Problem
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.http.asking import Form, Line, Whole, form_of, works
from consortium.members.queries import members
from consortium.web.addresses import see
from consortium.web.asking import Pages, asker
from consortium.web.language import told
from consortium.web.refusals import with_faults
from consortium.web.toasts import offer_undo

pages = Pages("cards", __name__, "/kort", right="cards.count")

SHOWN: Final = "card"
"""Where the session keeps the number and the reason of the card to show next."""
AT_THE_COUNTER: Final = "at_the_counter"
BADGES: Final = {"valid": "ok", "blocked": "bad", "replaced": "warn", "ended": ""}
MOST_LOOKS: Final = 10


class LookForm(Form):
    """reason: one of the card rules' LOOK_REASONS."""

    number: Line = ""
    reason: Line = ""


class NewCardForm(Form):
    member: Line = ""
    name: Line = ""
    birth_year: Whole


class CardForm(Form):
    """What is done to a card that is shown. look: the reason for which it was looked up."""

    number: Line = ""
    look: Line = AT_THE_COUNTER


class ReplaceForm(CardForm):
    """checked: the box that says the old card may end, since that cannot be taken back."""

    checked: Literal["ja"]


class BlockForm(CardForm):
    """block: one of the card rules' BLOCK_REASONS."""

    block: Line = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """A card that was found. number: as people read it, in groups. look: the reason given.

    looks: when, who and why, the latest first; none at another municipality's counter.
    """

    view: CardView
    number: str
    look: str
    looks: tuple[tuple[datetime, str, str], ...]


@dataclass(frozen=True, slots=True)
class Desk:
    """What stands on the page beside a card. places: municipalities whose cards are given out."""

    counts: tuple[tuple[str, CardCounts], ...]
    places: tuple[tuple[str, str], ...]


@pages.get("")
def index(problem: Problem | None = None, *, looked: bool = False) -> tuple[str, HTTPStatus]:
    """The counter's page; once after a post it shows the card that the post was about.

    looked: the problem is that a card could not be shown.
    """
    kept = None if problem else session.pop(SHOWN, None)
    opened = works().writing if kept else works().reading
    with opened(asker()) as work:
        hit = _look(work, *kept) if kept else None
        desk = _desk(work)
    return _page(desk, hit, problem, looked=looked)


@pages.post("/sok", right="cards.handle")
def look() -> tuple[str, HTTPStatus]:
    """Show a card in the answer itself, so that no address has its number."""
    try:
        form = form_of(LookForm, request.form)
        with works().writing(asker()) as work:
            hit = _look(work, form.number, form.reason)
            desk = _desk(work)
    except (Invalid, NotFound) as problem:
        return index(problem, looked=True)
    return _page(desk, hit)


@pages.get("/sok")
def look_again() -> Response:
    """Where a browser asks anew for the page that a look was the answer to."""
    return see(url_for("web.cards.index"))


@pages.post("", right="cards.handle")
def issue() -> Response | tuple[str, HTTPStatus]:
    try:
        form = form_of(NewCardForm, request.form)
        with works().writing(asker()) as work:
            card = issue_card(work, form.member, form.name, form.birth_year)
    except Invalid as problem:
        return index(problem)
    offer_undo(
        told(mark("The card is given out")),
        work.audited,
        told(mark("It is valid at once at every library.")),
    )
    return show_next(card.number, AT_THE_COUNTER)


@pages.post("/ersatt", right="cards.handle")
def replace() -> Response | tuple[str, HTTPStatus]:
    try:
        form = form_of(ReplaceForm, request.form)
        with works().writing(asker()) as work:
            card = replace_card(work, form.number)
    except Invalid as problem:
        return index(problem)
    offer_undo(
        told(mark("The card is replaced")),
        work.audited,
        told(mark("The new one is valid at once. The old one cannot be used any more.")),
        look=form.look,
    )
    return show_next(card.number, form.look)


@pages.post("/sparra", right="cards.handle")
def block() -> Response | tuple[str, HTTPStatus]:
    try:
        form = form_of(BlockForm, request.form)
        with works().writing(asker()) as work:
            block_card(work, form.number, form.block)
    except Invalid as problem:
        return index(problem)
    said = told(mark("The card is blocked at every library"))
    offer_undo(said, work.audited, look=form.look)
    return show_next(form.number, form.look)


@pages.post("/hav", right="cards.handle")
def lift() -> Response | tuple[str, HTTPStatus]:
    try:
        form = form_of(BlockForm, request.form)
        with works().writing(asker()) as work:
            lift_block(work, form.number, form.block)
    except Invalid as problem:
        return index(problem)
    offer_undo(told(mark("The block is lifted")), work.audited, look=form.look)
    return show_next(form.number, form.look)


def _look(work: Work, number: str, reason: str) -> Hit:
    view = look_up(work, number, reason)
    rows = looks(work, number)[:MOST_LOOKS] if view.details else []
    seen = tuple((row.at, row.looked_by, told(LOOK_REASONS[row.reason])) for row in rows)
    return Hit(view, _in_groups(view.number), reason, seen)


def _desk(work: Work) -> Desk:
    names = {member.code: member.name for member in members(work)}
    found = counts(work)
    return Desk(
        counts=tuple((names[code], row) for code, row in found.items()),
        places=tuple((code, names[code]) for code in found if asker().may("cards.handle", code)),
    )


def _page(
    desk: Desk, hit: Hit | None, problem: Problem | None = None, *, looked: bool = False
) -> tuple[str, HTTPStatus]:
    return with_faults(
        "cards/index.html",
        problem,
        desk=desk,
        hit=hit,
        statuses=STATUSES,
        badges=BADGES,
        look_reasons=[(code, told(text)) for code, text in LOOK_REASONS.items()],
        block_reasons=BLOCK_REASONS,
        looked=looked,
    )


def show_next(number: str, look: str) -> Response:
    """Go on to the counter's page, which shows a card once. look: why, one of LOOK_REASONS."""
    session[SHOWN] = [number, look if look in LOOK_REASONS else AT_THE_COUNTER]
    return see(url_for("web.cards.index"))


def _in_groups(number: str) -> str:
    """The kind, the municipality, the serial in two groups and the check digit, apart."""
    return " ".join((number[0], number[1:5], number[5:9], number[9:13], number[13]))
