"""Undo: a change is taken back from a toast or from the audit trail, or the page says why not."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any, Final

from flask import current_app, render_template, request, url_for
from pydantic import BeforeValidator
from werkzeug.wrappers import Response

from consortium.core.audit import AuditEntry
from consortium.core.errors import Conflict, Fault
from consortium.core.words import mark
from consortium.http.asking import Form, Line, form_of, works
from consortium.undo.taking_back import entries_of, undo_all
from consortium.web.addresses import referrer, see
from consortium.web.asking import Pages, asker
from consortium.web.cards import show_next
from consortium.web.event_names import EVENT_NAMES
from consortium.web.language import told
from consortium.web.refusals import worded
from consortium.web.toasts import offer_undo

pages = Pages("undoing", __name__, "/angra", right="")

LARGEST_ID: Final = 2_147_483_647
NUMBERS: Final = mark("The numbers of the entries cannot be read")

PLACES: Final[Mapping[str, Callable[[str], tuple[str, dict[str, Any]]]]] = {
    "claims": lambda _key: ("carriers.index", {}),
    "carriers": lambda _key: ("carriers.index", {}),
    "sample": lambda key: ("samples.show", {"sample_id": key}),
    "samples": lambda _key: ("samples.index", {}),
    "branch": lambda key: ("branches.show", {"slug": key}),
    "budget": lambda key: ("consulting.show", {"year": key}),
    "buses": lambda _key: ("week_buses.index", {}),
    "closures": lambda _key: ("closures.index", {}),
    "crate": lambda key: ("crates.show", {"code": key}),
    "entry": lambda key: ("trail.show", {"entry_id": key}),
    "extra-stops": lambda _key: ("week_extra_stops.index", {}),
    "hosting": lambda _key: ("hosting.index", {}),
    "invoice": lambda key: ("invoices.show", {"number": key}),
    "ledger": lambda _key: ("ledger.index", {}),
    "measure": lambda key: ("measures.show", {"code": key}),
    "member": lambda key: ("members.show", {"code": key}),
    "payment": lambda key: ("payments.show", {"payment_id": key}),
    "plan": lambda key: ("tomorrow.index", {"datum": key}),
    "pool": lambda key: ("sharing.show", {"code": key.split()[0], "ar": key.split()[-1]}),
    "run": lambda key: ("runs.show", {"period": key}),
    "seasons": lambda _key: ("week_seasons.index", {}),
    "settlement": lambda key: ("settlement.show", {"year": key}),
    "sharing": lambda _key: ("sharing.index", {}),
    "supplier": lambda key: ("emedia.supplier", {"code": key}),
    "usage": lambda key: ("emedia.index", {"ar": key}),
    "week": lambda _key: ("week.index", {}),
}
"""The first word of a fault's place → the page that it is about, from the rest of it."""

LISTS: Final = {
    "crates.sample_drawn": "samples.index",
    "transports.carrier_added": "carriers.index",
    "branches.registered": "branches.index",
    "emedia.supplier_added": "emedia.index",
    "members.joined": "members.index",
    "measures.added": "measures.index",
    "transports.crates_registered": "crates.index",
    "costs.pool_added": "sharing.index",
    "costs.year_opened": "budget.index",
}
"""What has a page of its own only as long as it is there → where one goes on when it is not."""

SHOWN_AGAIN: Final = frozenset({"cards.blocked", "cards.block_lifted", "cards.replaced"})
"""What happened to a card that the counter has before it, and sees again."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a change cannot be taken back, in the reader's language; href: the page it is about."""

    text: str
    href: str


def _ids(text: str) -> tuple[int, ...]:
    ids = tuple(int(word) for word in text.split() if word.isascii() and word.isdecimal())
    if len(ids) != len(text.split()) or any(number > LARGEST_ID for number in ids):
        raise ValueError(NUMBERS)
    return ids


class UndoForm(Form):
    """others: the numbers of entries to take back with it. look: why a card is shown again."""

    others: Annotated[tuple[int, ...], BeforeValidator(_ids)] = ()
    look: Line = ""


@pages.post("/<int(max=2147483647):entry_id>")
def take_back(entry_id: int) -> Response | tuple[str, HTTPStatus]:
    """Take a change back; what that wrote can be taken back from the next toast in its turn."""
    form = form_of(UndoForm, request.form)
    ids = (entry_id, *form.others)
    try:
        with works().writing(asker(), steady=True) as work:
            undo_all(work, ids)
            (entry, *_others) = entries_of(work, ids)
    except Conflict as problem:
        return _refused(entry_id, problem)
    said = told(mark("Undone: {event}"), event=told(EVENT_NAMES[entry.event]))
    hidden = {"look": form.look} if form.look else {}
    offer_undo(said, work.audited, **hidden)
    return _go_on(entry, form.look)


def reasons_of(faults: tuple[Fault, ...]) -> list[Reason]:
    """Faults of `may_undo` or a refusal, as a page shows them."""
    return [Reason(_said(fault), _address(fault.at)) for fault in faults]


def _go_on(entry: AuditEntry, look: str) -> Response:
    """Where one goes on after `entry` was taken back: where one was, if that is there still."""
    if look and entry.event in SHOWN_AGAIN:
        return show_next(entry.subject, look)
    if entry.event in LISTS:
        return see(url_for(f"web.{LISTS[entry.event]}"))
    return see(referrer())


def _refused(entry_id: int, problem: Conflict) -> tuple[str, HTTPStatus]:
    with works().reading(asker()) as work:
        found = entries_of(work, [entry_id])
    page = render_template(
        "undoing/refused.html",
        event=told(EVENT_NAMES.get(found[0].event, found[0].event)) if found else "",
        reasons=reasons_of(problem.faults),
        back=referrer(),
    )
    return page, HTTPStatus.CONFLICT


def _said(fault: Fault) -> str:
    if "event" not in fault.facts:
        return worded(fault)
    event = str(fault.facts["event"])
    facts = {**fault.facts, "event": told(EVENT_NAMES.get(event, event))}
    return worded(Fault(fault.text, fault.at, facts, fault.remedy))


def _address(at: str) -> str:
    """The page that a fault is about; empty where it names none or the actor does not open it."""
    place, _blank, key = at.partition(" ")
    if place not in PLACES:
        return ""
    page, values = PLACES[place](key)
    found = current_app.blueprints.get(f"web.{page.partition('.')[0]}")
    right = found.right_of(page) if isinstance(found, Pages) else None
    return "" if right and not asker().may(right) else url_for(f"web.{page}", **values)
