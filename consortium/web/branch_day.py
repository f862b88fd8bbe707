"""Page of a library's deliveries: what comes and when, what is here, what is to be sent."""

import secrets
from http import HTTPStatus
from typing import Annotated, Final, Literal

from flask import make_response, request, url_for
from pydantic import StringConstraints
from werkzeug.wrappers import Response

from consortium.branches.queries import branches
from consortium.core.errors import Conflict, Fault, Invalid, NotFound, Problem
from consortium.core.words import mark
from consortium.core.work import Actor, Work
from consortium.crates.ledger import NewEvent, note_events
from consortium.crates.moving import pack
from consortium.crates.rules import is_depot
from consortium.http.asking import Filled, Form, form_of, settings, works
from consortium.transports.branch_sheets import branch_sheet
from consortium.transports.delivery_points import LONGEST, describe_delivery_point
from consortium.transports.missing import report_missing
from consortium.web.addresses import see
from consortium.web.asking import Pages, asker
from consortium.web.driver import STATES, clock_of
from consortium.web.language import told
from consortium.web.refusals import with_faults
from consortium.web.toasts import done, offer_undo

pages = Pages("branch_day", __name__, "/leverans", right="crates.handle")

LIBRARY: Final = "leverans"
KEPT_S: Final = 400 * 24 * 3600
CRATE_STATES: Final = {
    "packed": ("line", mark("Packed")),
    "collected": ("accent", mark("On the way")),
    "at_depot": ("accent", mark("At the depot")),
    "loaded": ("accent", mark("On the van")),
    "delivered": ("ok", mark("Delivered")),
    "lost": ("bad", mark("Missing")),
}
"""State of a crate → the kind of its badge, and its name."""

Text = Annotated[str, StringConstraints(max_length=LONGEST)]


class TakenForm(Form):
    """kind: `delivered` (it is here), `emptied` (it is unpacked)."""

    kind: Literal["delivered", "emptied"]
    event: Filled


class PackForm(Form):
    code: Filled
    destination: Filled


class MissingForm(Form):
    event: Filled
    lost: Filled
    note: Text = ""


class PointForm(Form):
    has_key: Literal["", "ja"] = ""
    instructions: Text = ""


@pages.get("")
def index() -> Response | tuple[str, HTTPStatus]:
    """The library that this browser looked at last, else the first one of the person's own."""
    actor = asker()
    with works().reading(actor) as work:
        places = _libraries(work, actor)
    slugs = [slug for slug, _name in places]
    kept = request.args.get("bibliotek") or request.cookies.get(LIBRARY, "")
    if not slugs:
        return with_faults("branch_day/none.html")
    return show(kept if kept in slugs else slugs[0])


@pages.get("/<slug>")
def show(slug: str, problem: Problem | None = None) -> Response | tuple[str, HTTPStatus]:
    actor = asker()
    with works().reading(actor) as work:
        sheet = branch_sheet(work, slug)
        places = _libraries(work, actor)
        others = [(b.slug, b.name) for b, _ in branches(work) if _sends(b.kind) and b.slug != slug]
    page, status = with_faults(
        "branch_day/show.html",
        problem,
        sheet=sheet,
        places=places,
        others=others,
        today=work.today,
        states=STATES,
        crate_states=CRATE_STATES,
        clock_of=clock_of,
        event=secrets.token_hex(16),
        limit=work.routing.delay_minutes,
        longest=LONGEST,
    )
    answer = make_response(page, status)
    secure = settings().web.secure_cookies
    answer.set_cookie(LIBRARY, slug, max_age=KEPT_S, secure=secure, httponly=True, samesite="Lax")
    return answer


@pages.post("/<slug>/lador")
def take(slug: str) -> Response | tuple[str, HTTPStatus]:
    """Confirm that crates have come, or are emptied."""
    try:
        form = form_of(TakenForm, request.form)
        codes = _codes()
        with works().writing(asker()) as work:
            events = [
                NewEvent(f"{form.event}-{n}", code, form.kind, slug, work.now)
                for n, code in enumerate(codes)
            ]
            noted = note_events(work, events)
    except (Invalid, Conflict) as problem:
        return show(slug, _at(problem, "codes"))
    said = told(mark("Recorded crates: {count}"), count=noted.added)
    if noted.added:
        offer_undo(said, work.audited)
    else:
        done(told(mark("That was recorded before")))
    return see(url_for(".show", slug=slug))


@pages.post("/<slug>/packa")
def send(slug: str) -> Response | tuple[str, HTTPStatus]:
    """Pack a crate for another library."""
    try:
        form = form_of(PackForm, request.form)
        with works().writing(asker()) as work:
            pack(work, form.code, slug, form.destination)
    except (Invalid, Conflict, NotFound) as problem:
        return show(slug, _at(problem, "code", kept={"destination"}))
    offer_undo(
        told(mark("{code} is packed"), code=form.code.upper()),
        work.audited,
        told(mark("Put its label on, and leave it to the van.")),
    )
    return see(url_for(".show", slug=slug))


@pages.post("/<slug>/saknas")
def miss(slug: str) -> Response | tuple[str, HTTPStatus]:
    """Report a crate that should be here."""
    try:
        form = form_of(MissingForm, request.form)
        with works().writing(asker()) as work:
            written_to = report_missing(work, form.event, form.lost, slug, form.note)
    except (Invalid, Conflict) as problem:
        return show(slug, _at(problem, "lost"))
    more = (
        mark("The coordinators have been written to.")
        if written_to
        else mark("No coordinator has an e-mail address: call them.")
    )
    said = told(mark("{code} is reported missing"), code=form.lost.upper())
    offer_undo(said, work.audited, told(more))
    return see(url_for(".show", slug=slug))


@pages.post("/<slug>/plats")
def describe(slug: str) -> Response | tuple[str, HTTPStatus]:
    """Say where crates are left, and whether the drivers have a key."""
    try:
        form = form_of(PointForm, request.form)
        with works().writing(asker()) as work:
            describe_delivery_point(
                work, slug, has_key=form.has_key == "ja", instructions=form.instructions
            )
    except Invalid as problem:
        return show(slug, problem)
    offer_undo(told(mark("Drivers are told so from now on")), work.audited)
    return see(url_for(".show", slug=slug))


def _codes() -> list[str]:
    """The crates that are ticked or written, each once; Invalid where there is none."""
    texts = request.form.getlist("codes")
    codes = dict.fromkeys(code.upper() for text in texts for code in text.split())
    if not codes:
        raise Invalid("Tick or write at least one crate", at="codes")
    return list(codes)


def _sends(kind: str) -> bool:
    return not is_depot(kind)


def _libraries(work: Work, actor: Actor) -> list[tuple[str, str]]:
    """Slug and name of each library whose crates the actor handles."""
    return [
        (branch.slug, branch.name)
        for branch, member in branches(work)
        if actor.may("crates.handle", member.code) and _sends(branch.kind)
    ]


def _at(problem: Problem, field: str, kept: frozenset[str] | set[str] = frozenset()) -> Problem:
    """`problem` with its faults at the field that this page has for them."""
    return type(problem)(
        [Fault(f.text, f.at if f.at in kept else field, f.facts, f.remedy) for f in problem.faults]
    )
