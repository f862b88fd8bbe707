"""Pages of the outgoing post: what has left, what came back, and what is done about it."""

import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from flask import request, url_for
from werkzeug.wrappers import Response

from consortium.billing.delivering import invoice_letters, send_stopped_again, stopped_invoices
from consortium.core.days import swedish_day
from consortium.core.errors import Invalid, Problem
from consortium.core.words import mark
from consortium.http.asking import Filled, Form, form_of, works
from consortium.http.paging import cursor_of, cursor_pager
from consortium.messages.mending import may_handle, send_again, settle, unsettle
from consortium.messages.queries import (
    ALL,
    BY_AGE,
    GIVEN_UP,
    RETURNED,
    SENT,
    TODO,
    WAITING,
    count_of,
    letter_to_see,
    letters,
    state_of,
)
from consortium.messages.rules import sort_of
from consortium.web.addresses import see
from consortium.web.asking import Pages, asker
from consortium.web.language import told
from consortium.web.refusals import with_faults
from consortium.web.toasts import done, undoable

pages = Pages("post", __name__, "/post", right="billing.see")

SHOWN: Final = {
    "att-gora": (TODO, mark("To do")),
    "vantar": (WAITING, mark("Waiting")),
    "skickade": (SENT, mark("Has left")),
    "tillbaka": (RETURNED, mark("Returned")),
    "uppgivna": (GIVEN_UP, mark("Given up")),
    "alla": (ALL, mark("All")),
}
"""What the address chooses → the state, and what it is called."""
BADGES: Final = {
    WAITING: ("accent", mark("Waiting")),
    SENT: ("ok", mark("Has left")),
    RETURNED: ("bad", mark("Returned")),
    GIVEN_UP: ("bad", mark("Given up")),
}
REASONS: Final = (
    ("5.1.", mark("The address does not exist")),
    ("5.2.2", mark("The mailbox is full")),
    ("5.2.", mark("The mailbox takes no letters")),
    ("5.3.4", mark("The letter is too large")),
    ("5.7.", mark("Their mail server refuses letters from us")),
    ("5.4.", mark("Their mail server was not found")),
    ("4.", mark("Their mail server did not take it in time")),
)
"""How the status of a returned letter begins (RFC 3463) → what that means."""
STATUS: Final = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])", re.ASCII)
REFUSED: Final = mark("Their mail server refused it")
NOT_TAKEN: Final = mark("It was tried for hours and did not get away")


@dataclass(frozen=True, slots=True)
class About:
    """What a sort of letter is about. fact: of the page's address, found in the key at `part`."""

    name: str
    page: str
    fact: str = ""
    part: int = -1


ABOUT: Final = {
    "alert": About(mark("A job that failed"), "web.readiness.index"),
    "claims": About(mark("Claims"), "web.carriers.show", "carrier_id", 0),
    "delay": About(mark("Delayed van"), "web.tomorrow.index"),
    "incident": About(mark("Crates that passed"), "web.branches.show", "slug", 1),
    "invitation": About(mark("Invitation"), "web.accounts.index"),
    "invoice": About(mark("Invoice {number}"), "web.invoices.show", "number", 0),
    "missed": About(mark("Missed stop"), "web.branches.show", "slug", 1),
    "missing": About(mark("A crate is missing"), "web.crate_lists.odd"),
    "password": About(mark("New password"), "web.accounts.index"),
    "plan": About(mark("Changed time"), "web.branches.show", "slug", 1),
    "reminder": About(mark("Invoice {number}"), "web.invoices.show", "number", 0),
    "served": About(mark("Stop that is served after all"), "web.branches.show", "slug", 1),
}
"""How a letter's key begins → what it is about, and where that stands."""
OUTER: Final = "<int(max=2147483647):letter_id>"


@dataclass(frozen=True, slots=True)
class Shown:
    """A letter as it is shown. badge: kind and words. about: what it was about, and where."""

    letter: Any
    badge: tuple[str, str]
    reason: str
    about: tuple[str, str] | None


class AgainForm(Form):
    to_address: Filled


@pages.get("")
def index() -> tuple[str, HTTPStatus]:
    """Letters in one state, the latest first; `visa` in the address chooses it."""
    chosen = request.args.get("visa", "")
    chosen = chosen if chosen in SHOWN else "att-gora"
    cursor = cursor_of(request.args.get("vidare"), BY_AGE)
    with works().reading(asker()) as work:
        mine, stopped = invoice_letters(work), stopped_invoices(work)
        page = letters(work, SHOWN[chosen][0], cursor, mine)
        todo = count_of(work, TODO, mine)
        waiting = count_of(work, WAITING, mine)
    return with_faults(
        "post/index.html",
        None,
        rows=[_shown(letter, state_of(letter)) for letter in page.rows],
        pages=cursor_pager(page, lambda text: url_for(".index", visa=chosen, vidare=text)),
        todo=todo,
        waiting=waiting,
        stopped=stopped,
        chosen=chosen,
        choices=[(name, told(text)) for name, (_state, text) in SHOWN.items()],
    )


@pages.get(f"/{OUTER}")
def show(letter_id: int, problem: Problem | None = None) -> tuple[str, HTTPStatus]:
    with works().reading(asker()) as work:
        letter = letter_to_see(work, letter_id, invoice_letters(work))
        handles = may_handle(work, letter.key)
    return with_faults(
        "post/show.html",
        problem,
        row=_shown(letter, state_of(letter)),
        letter=letter,
        handles=handles,
        corrected=sort_of(letter.key).corrected,
        on_its_way=state_of(letter) == WAITING,
    )


@pages.post(f"/{OUTER}/igen", right="")  # the letter decides who handles it
def again(letter_id: int) -> Response | tuple[str, HTTPStatus]:
    try:
        form = form_of(AgainForm, request.form)
        with works().writing(asker()) as work:
            letter = send_again(work, letter_id, form.to_address)
    except Invalid as problem:
        return show(letter_id, problem)
    done(told(mark("The letter is sent again to {address}"), address=letter.to_address))
    return see(url_for(".show", letter_id=letter_id))


@pages.post(f"/{OUTER}/klart", right="")  # the letter decides who handles it
def settled(letter_id: int) -> Response:
    with works().writing(asker()) as work:
        settle(work, letter_id)
    undoable(told(mark("The letter is settled")), url_for(".unsettled", letter_id=letter_id))
    return see(url_for(".index"))


@pages.post(f"/{OUTER}/inte-klart", right="")  # the letter decides who handles it
def unsettled(letter_id: int) -> Response:
    with works().writing(asker()) as work:
        unsettle(work, letter_id)
    undoable(told(mark("The letter is work to do again")), url_for(".settled", letter_id=letter_id))
    return see(url_for(".show", letter_id=letter_id))


@pages.post("/faktura/<number>/igen", right="billing.issue")
def invoice_again(number: str) -> Response:
    """Try the drawing or delivery of an invoice once more, after it was given up."""
    with works().writing(asker()) as work:
        send_stopped_again(work, number)
    done(told(mark("Invoice {number} is tried again"), number=number))
    return see(url_for(".index"))


def reason_of(state: str, trouble: str) -> str:
    """Why a letter did not arrive, in the reader's language; empty where nothing is known."""
    if state == GIVEN_UP:
        return told(NOT_TAKEN)
    if state != RETURNED:
        return ""
    found = STATUS.search(trouble)
    status = found[1] if found else ""
    return told(next((text for begins, text in REASONS if status.startswith(begins)), REFUSED))


def _shown(letter: Any, state: str) -> Shown:
    kind, text = BADGES[state]
    reason = reason_of(state, letter.trouble)
    return Shown(letter, (kind, told(text)), reason, _about(letter))


def _about(letter: Any) -> tuple[str, str] | None:
    """What a letter was about, where its key tells: its name and its page."""
    sort, *parts = letter.key.split(":")
    about = ABOUT.get(sort)
    if about is None or about.part >= len(parts):
        return None
    facts = {about.fact: parts[about.part]} if about.fact else {}
    if sort == "delay":  # it is written on the day that it tells of
        facts = {"datum": swedish_day(letter.written_at).isoformat()}
    return told(about.name, **facts), url_for(about.page, **facts)
