"""Pages of the carriers: who drives, and what they missed."""

from collections import Counter
from http import HTTPStatus
from typing import Any, Final, Literal

from flask import Response, request, url_for
from werkzeug.wrappers import Response as Answer

from consortium.core.errors import Conflict, Invalid, Problem
from consortium.core.words import mark
from consortium.http.asking import Filled, Form, Line, Ore, form_of, works
from consortium.http.paging import pager, paging_of
from consortium.transports.carriers import (
    NewCarrier,
    add_carrier,
    carrier_by_id,
    carriers,
    change_carrier,
    remove_carrier,
    standing,
    vans_of,
)
from consortium.transports.claiming import OPEN, answer_claim, claims, send_claims
from consortium.web.addresses import see
from consortium.web.asking import Pages, asker
from consortium.web.downloads import csv_file, csv_text
from consortium.web.language import told
from consortium.web.refusals import with_faults
from consortium.web.toasts import offer_undo

pages = Pages("carriers", __name__, "/transportorer", right="transports.see")

STATES: Final = {
    "open": ("warn", mark("Not sent")),
    "sent": ("accent", mark("Claim sent")),
    "accepted": ("ok", mark("Claim accepted")),
    "rejected": ("line", mark("Claim rejected")),
}


class CarrierForm(Form):
    """missed_stop: what a missed stop costs, in kronor. active: `ja` where it drives."""

    name: Filled
    organisation_number: Line = ""
    email: Line = ""
    missed_stop: Ore
    clause: Line = ""

    def carrier(self, *, active: bool = True) -> NewCarrier:
        return NewCarrier(
            self.name,
            self.organisation_number,
            self.email,
            self.missed_stop,
            self.clause,
            active,
        )


class AnswerForm(Form):
    """state: what came of a claim."""

    state: Literal["accepted", "rejected"]
    note: Line = ""


@pages.get("")
def index(problem: Problem | None = None) -> tuple[str, HTTPStatus]:
    """The carriers, their vans, and how many claims wait to be sent."""
    with works().reading(asker()) as work:
        found = [(carrier, vans_of(work, carrier)) for carrier in carriers(work)]
        waiting = Counter(each.carrier.id for each in claims(work) if each.claim.state == OPEN)
    return with_faults("carriers/index.html", problem, carriers=found, waiting=waiting)


@pages.post("", right="transports.change")
def add() -> Answer | tuple[str, HTTPStatus]:
    try:
        form = form_of(CarrierForm, request.form)
        with works().writing(asker()) as work:
            carrier = add_carrier(work, form.carrier())
    except (Invalid, Conflict) as problem:
        return index(problem)
    offer_undo(told(mark("{name} is added"), name=carrier.name), work.audited)
    return see(url_for("web.carriers.show", carrier_id=carrier.id))


@pages.get("/<int(max=2147483647):carrier_id>")
def show(carrier_id: int, problem: Problem | None = None) -> tuple[str, HTTPStatus]:
    """A carrier with its claims."""
    paging = paging_of(request.args.get("sida"))
    with works().reading(asker()) as work:
        carrier = carrier_by_id(work, carrier_id)
        vans, found = vans_of(work, carrier), claims(work, carrier_id)
    return with_faults(
        "carriers/show.html",
        problem,
        carrier=carrier,
        vans=vans,
        claims=found[paging.offset : paging.offset + paging.size],
        pages=pager(paging, len(found), lambda n: url_for(".show", carrier_id=carrier_id, sida=n)),
        sums=_sums(found),
        open_count=sum(each.claim.state == OPEN for each in found),
        states=STATES,
    )


@pages.get("/<int(max=2147483647):carrier_id>/krav.csv")
def claims_table(carrier_id: int) -> Response:
    """A carrier's claims."""
    with works().reading(asker()) as work:
        carrier = carrier_by_id(work, carrier_id)
        found = claims(work, carrier_id)
    rows = [
        (
            each.claim.on_date,
            each.claim.vehicle,
            each.branch.slug,
            each.branch.name,
            each.claim.amount_ore,
            each.claim.state,
            each.claim.reason,
            each.claim.note,
        )
        for each in found
    ]
    header = ["date", "vehicle", "branch", "name", "amount_ore", "state", "reason", "note"]
    return csv_file(f"krav-{carrier.id}.csv", csv_text(header, rows))


@pages.post("/<int(max=2147483647):carrier_id>", right="transports.change")
def change(carrier_id: int) -> Answer | tuple[str, HTTPStatus]:
    try:
        form = form_of(CarrierForm, request.form)
        with works().writing(asker()) as work:
            active = carrier_by_id(work, carrier_id).active
            carrier = change_carrier(work, carrier_id, form.carrier(active=active))
    except (Invalid, Conflict) as problem:
        return show(carrier_id, problem)
    return _changed(carrier_id, told(mark("{name} is changed"), name=carrier.name), work.audited)


@pages.post("/<int(max=2147483647):carrier_id>/avsluta", right="transports.change")
def end(carrier_id: int) -> Answer | tuple[str, HTTPStatus]:
    """End a carrier, or take it up again."""
    try:
        with works().writing(asker()) as work:
            facts = standing(carrier_by_id(work, carrier_id))
            active = not facts.pop("active")
            carrier = change_carrier(work, carrier_id, NewCarrier(**facts, active=active))
    except Conflict as problem:
        return show(carrier_id, problem)
    said = mark("{name} drives again") if active else mark("{name} drives no longer")
    return _changed(carrier_id, told(said, name=carrier.name), work.audited)


@pages.post("/<int(max=2147483647):carrier_id>/bort", right="transports.change")
def remove(carrier_id: int) -> Answer | tuple[str, HTTPStatus]:
    try:
        with works().writing(asker()) as work:
            name = carrier_by_id(work, carrier_id).name
            remove_carrier(work, carrier_id)
    except Conflict as problem:
        return show(carrier_id, problem)
    offer_undo(told(mark("{name} is taken away"), name=name), work.audited)
    return see(url_for("web.carriers.index"))


@pages.post("/<int(max=2147483647):carrier_id>/skicka", right="transports.change")
def send(carrier_id: int) -> Answer | tuple[str, HTTPStatus]:
    """Send the open claims in one letter."""
    try:
        with works().writing(asker()) as work:
            count = send_claims(work, carrier_id)
    except Conflict as problem:
        return show(carrier_id, problem)
    said = told(mark("The letter with {count} claims is written"), count=count)
    return _changed(carrier_id, said, work.audited)


@pages.post("/krav/<int(max=2147483647):claim_id>", right="transports.change")
def answer(claim_id: int) -> Answer:
    form = form_of(AnswerForm, request.form)
    with works().writing(asker()) as work:
        claim = answer_claim(work, claim_id, form.state, form.note)
    accepted = form.state == "accepted"
    said = mark("The claim is accepted") if accepted else mark("The claim is rejected")
    return _changed(claim.carrier_id, told(said), work.audited)


def _changed(carrier_id: int, said: str, audited: list[Any]) -> Answer:
    offer_undo(said, audited)
    return see(url_for("web.carriers.show", carrier_id=carrier_id))


def _sums(found: list[Any]) -> dict[str, int]:
    """Öre by the state of the claims."""
    sums = dict.fromkeys(STATES, 0)
    for each in found:
        sums[each.claim.state] += each.claim.amount_ore
    return sums
