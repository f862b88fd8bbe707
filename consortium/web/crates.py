"""Pages of the crates: where they are, one crate's events, registering, labels."""

from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus
from typing import Any, Final, Literal

from flask import request, url_for
from werkzeug.wrappers import Response

from consortium.branches.queries import branches
from consortium.core.days import swedish_day
from consortium.core.errors import Conflict, Invalid, Problem
from consortium.core.words import mark, words
from consortium.core.work import Actor, Work
from consortium.crates.formats.labels import labels_pdf
from consortium.crates.moving import record_event
from consortium.crates.registering import register_crates
from consortium.crates.rewinding import withdraw_event
from consortium.crates.rules import (
    COLLECTED,
    DELIVERED,
    EMPTIED,
    FREE,
    ON_THE_WAY,
    PACKED,
    STATES,
    is_crate_code,
    is_depot,
)
from consortium.crates.whereabouts import (
    LATEST,
    CrateFilter,
    CrateView,
    crate_view,
    crates,
)
from consortium.http.asking import Filled, Form, Line, Whole, form_of, works
from consortium.http.paging import cursor_of, cursor_pager, pager, paging_of
from consortium.reports.crate_labels import labels_between, labels_of
from consortium.transports.queries import weekly_template
from consortium.transports.sending import send_crate
from consortium.web.addresses import see
from consortium.web.asking import Pages, asker
from consortium.web.crate_words import (
    KIND_NAMES,
    NEXT_STEPS,
    RECORD_BUTTONS,
    RECORD_NAMES,
    STATE_NAMES,
)
from consortium.web.language import language, told
from consortium.web.refusals import with_faults
from consortium.web.toasts import offer_undo

pages = Pages("crates", __name__, "/lador", right="transports.see")

LONG_QUIET_DAYS: Final = 14
JOURNEYS: Final = 10
"""Of a crate on a page."""


Choices = list[tuple[str, str]]


class FilterForm(Form):
    """As `CrateFilter`, named as in the address. fran, till: the codes just registered."""

    status: Line = ""
    bibliotek: Line = ""
    q: Line = ""
    fran: Line = ""
    till: Line = ""


class NewForm(Form):
    home: Filled
    count: Whole


class PackForm(Form):
    origin: Filled
    destination: Filled


class EventForm(Form):
    kind: Literal["collected", "at_depot", "loaded", "delivered", "emptied", "lost", "found"]
    branch: Filled


class WithdrawForm(Form):
    event: Filled


@dataclass(frozen=True, slots=True)
class NextStep:
    """What happens next on a crate's journey, and where; whether the asker may record it."""

    kind: str
    slug: str
    name: str
    may: bool


@pages.get("")
def index(problem: Problem | None = None) -> tuple[str, HTTPStatus]:
    form = form_of(FilterForm, request.args)
    cursor = cursor_of(request.args.get("vidare"), LATEST)
    actor = asker()
    state = form.status if form.status in STATES else ""
    with works().reading(actor) as work:
        found = crates(work, CrateFilter(form.q, state, form.bibliotek), cursor)
        places = _libraries(work, actor, "transports.see")
    kept: dict[str, Any] = {"status": state, "bibliotek": form.bibliotek, "q": form.q}
    kept = {name: text for name, text in kept.items() if text}
    return with_faults(
        "crates/index.html",
        problem,
        rows=[(row, _days_ago(row.scanned_at, work.today)) for row in found.rows],
        pages=cursor_pager(found, lambda text: url_for(".index", **kept, vidare=text), found.total),
        counts=found.counts,
        places=places,
        states=[(code, told(STATE_NAMES[code][1])) for code in STATES],
        state_names=STATE_NAMES,
        form=form,
        state=state,
        filtered=bool(kept),
        kept=kept,
        new=is_crate_code(form.fran) and is_crate_code(form.till),
        long_quiet=LONG_QUIET_DAYS,
        free=FREE,
    )


@pages.post("", right="transports.change")
def register() -> Response | tuple[str, HTTPStatus]:
    try:
        form = form_of(NewForm, request.form)
        with works().writing(asker()) as work:
            made = register_crates(work, form.home, form.count)
    except Invalid as problem:
        return index(problem)
    first, last = made[0].code, made[-1].code
    offer_undo(
        told(mark("{count} crates are registered"), count=len(made)),
        work.audited,
        told(
            mark("They have the codes {first} to {last}. Print their labels."),
            first=first,
            last=last,
        ),
    )
    return see(url_for(".index", fran=first, till=last))


@pages.get("/etiketter.pdf")
def labels() -> Response:
    """Labels of the crates that `kod` names, or of all from `fran` to `till`."""
    form = form_of(FilterForm, request.args)
    codes = list(dict.fromkeys(request.args.getlist("kod")))
    with works().reading(asker()) as work:
        if form.fran and form.till:
            found = labels_between(work, form.fran, form.till)
        else:
            found = labels_of(work, codes)
    answer = Response(labels_pdf(found, words(language())), content_type="application/pdf")
    answer.headers["Content-Disposition"] = 'inline; filename="etiketter.pdf"'
    return answer


@pages.get("/<code>")
def show(code: str, problem: Problem | None = None) -> tuple[str, HTTPStatus]:
    actor, paging = asker(), paging_of(request.args.get("sida"), JOURNEYS)
    with works().reading(actor) as work:
        crate = crate_view(work, code)
        places = places_for(work, actor, "crates.handle")
        weekly = {stop.slug for stop in weekly_template(work)}
        libraries = [branch for branch, _ in branches(work) if not is_depot(branch.kind)]
        step = _next_step(work, actor, crate)
    origins = [(b.slug, b.name) for b in libraries if (b.slug, b.name) in places]
    count = len(crate.journeys)
    return with_faults(
        "crates/show.html",
        problem,
        crate=crate,
        journeys=crate.journeys[paging.offset : paging.offset + paging.size],
        pages=pager(paging, count, lambda page: url_for(".show", code=code, sida=page)),
        origins=origins,
        destinations=[(b.slug, b.name) for b in libraries if b.slug in weekly],
        places=places,
        own={name for _, name in places},
        here=next((slug for slug, name in places if name == crate.row.place), ""),
        step=step,
        state_names=STATE_NAMES,
        kind_names=KIND_NAMES,
        kinds=[(kind, told(name)) for kind, name in RECORD_NAMES.items()],
        next_steps=NEXT_STEPS,
        record_buttons=RECORD_BUTTONS,
        free=FREE,
    )


@pages.post("/<code>/packa", right="crates.handle")
def send(code: str) -> Response | tuple[str, HTTPStatus]:
    try:
        form = form_of(PackForm, request.form)
        with works().writing(asker()) as work:
            send_crate(work, code, form.origin, form.destination)
    except (Invalid, Conflict) as problem:
        return show(code, problem)
    offer_undo(
        told(mark("{code} is packed"), code=code),
        work.audited,
        told(mark("Put its label on, and leave it to the van.")),
    )
    return see(url_for(".show", code=code))


@pages.post("/<code>/handelse", right="crates.handle")
def record(code: str) -> Response | tuple[str, HTTPStatus]:
    try:
        form = form_of(EventForm, request.form)
        with works().writing(asker()) as work:
            record_event(work, code, form.kind, form.branch)
    except (Invalid, Conflict) as problem:
        return show(code, problem)
    said = told(mark("{code} is recorded"), code=code)
    offer_undo(said, work.audited, f"{told(RECORD_NAMES[form.kind])}.")
    return see(url_for(".show", code=code))


@pages.post("/<code>/ta-bort", right="crates.handle")
def withdraw(code: str) -> Response:
    """Take away an event of a crate that was recorded by mistake."""
    form = form_of(WithdrawForm, request.form)
    with works().writing(asker()) as work:
        withdraw_event(work, form.event)
    offer_undo(
        told(mark("What was recorded of {code} is taken away"), code=code),
        work.audited,
        told(mark("The crate is now what the other events say.")),
    )
    return see(url_for(".show", code=code))


def places_for(work: Work, actor: Actor, right: str) -> Choices:
    """Slug and name of each branch that `right` reaches, depots as well."""
    return [
        (branch.slug, branch.name)
        for branch, member in branches(work)
        if actor.may(right, member.code)
    ]


def _libraries(work: Work, actor: Actor, right: str) -> Choices:
    """Slug and name of each branch that crates are left at and that `right` reaches."""
    depots = {branch.slug for branch, _ in branches(work) if is_depot(branch.kind)}
    return [place for place in places_for(work, actor, right) if place[0] not in depots]


def _next_step(work: Work, actor: Actor, crate: CrateView) -> NextStep | None:
    """None where it is not known: the crate is on no journey, or missing."""
    row = crate.row
    steps = {
        PACKED: (COLLECTED, row.origin),
        **dict.fromkeys(ON_THE_WAY, (DELIVERED, row.destination)),
        DELIVERED: (EMPTIED, row.place),
    }
    kind, name = steps.get(row.state, ("", ""))
    found = next(((b, m) for b, m in branches(work) if name and b.name == name), None)
    if found is None:
        return None
    branch, member = found
    return NextStep(kind, branch.slug, name, actor.may("crates.handle", member.code))


def _days_ago(at: datetime | None, today: date) -> int | None:
    return (today - swedish_day(at)).days if at else None
