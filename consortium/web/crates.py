"""Pages of the crates: where they are, one crate's journeys, scanning, registering, labels."""

from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus
from typing import Annotated, Any, Final, Literal

from flask import request, url_for
from pydantic import StringConstraints
from werkzeug.wrappers import Response

from consortium.branches.queries import branches
from consortium.core.days import swedish_day
from consortium.core.errors import Conflict, Invalid, NotFound, Problem
from consortium.core.words import mark, words
from consortium.core.work import Actor, Work
from consortium.http.asking import Filled, Form, Line, Whole, form_of, works
from consortium.http.paging import cursor_of, cursor_pager
from consortium.reports.crate_labels import labels_between, labels_of
from consortium.transports.formats.labels import labels_pdf
from consortium.transports.moving import pack, record_event, record_events
from consortium.transports.queries import weekly_template
from consortium.transports.registering import register_crates
from consortium.transports.rules import EVENTS, is_crate_code, is_depot
from consortium.transports.whereabouts import (
    FREE,
    LATEST,
    STATES,
    CrateFilter,
    CrateView,
    crate_view,
    crates,
)
from consortium.web.addresses import see
from consortium.web.asking import Pages, asker
from consortium.web.language import language, told
from consortium.web.refusals import with_faults, worded
from consortium.web.scanning import by_line, lines_of
from consortium.web.toasts import offer_undo

pages = Pages("crates", __name__, "/lador", right="transports.see")

STATE_NAMES: Final = {
    "free": ("line", mark("Free")),
    "packed": ("line", mark("Packed")),
    "collected": ("accent", mark("On the way")),
    "delivered": ("ok", mark("Delivered")),
    "received": ("line", mark("Received")),
}
"""State of a crate or a journey → the kind of its badge, and its name."""

EVENT_NAMES: Final = {
    "packed": mark("Packed"),
    "collected": mark("Collected"),
    "delivered": mark("Delivered"),
    "received": mark("Received"),
}
RECORD_NAMES: Final = {
    "collected": mark("Collected: it leaves with the van"),
    "delivered": mark("Delivered: the van has left it"),
    "received": mark("Received: it is unpacked"),
}
NEXT_STEPS: Final = {
    "collected": mark("It waits at {place} for the van."),
    "delivered": mark("It is on its way; the van leaves it at {place}."),
    "received": mark("It waits at {place} to be unpacked."),
}
RECORD_BUTTONS: Final = {
    "collected": mark("Record that it was collected"),
    "delivered": mark("Record that it was delivered"),
    "received": mark("Record that it was received"),
}
LONG_QUIET_DAYS: Final = 14
LONGEST_LIST: Final = 20_000

Text = Annotated[str, StringConstraints(max_length=LONGEST_LIST)]
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
    kind: Literal["collected", "delivered", "received"]
    branch: Filled


class ScanForm(EventForm):
    """codes: one a line."""

    codes: Text = ""


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


@pages.get("/skanna")
def scan(problem: Problem | None = None) -> tuple[str, HTTPStatus]:
    actor = asker()
    with works().reading(actor) as work:
        places = _libraries(work, actor, "crates.handle")
    return with_faults(
        "crates/scan.html",
        problem,
        places=places,
        kinds=[(kind, told(name)) for kind, name in RECORD_NAMES.items()],
    )


@pages.post("/skanna", right="crates.handle")
def record_scans() -> Response | tuple[str, HTTPStatus]:
    """All or nothing: faults are told with the lines they are on."""
    lines: list[tuple[int, str]] = []
    try:
        form = form_of(ScanForm, request.form)
        lines = lines_of(form.codes)
        with works().writing(asker()) as work:
            trips = record_events(work, [(code, form.kind, form.branch) for _, code in lines])
    except (Invalid, NotFound, Conflict) as problem:
        return scan(by_line(problem, lines, worded))
    offer_undo(
        told(mark("Recorded crates: {count}"), count=len({trip.crate_id for trip in trips})),
        work.audited,
        f"{told(RECORD_NAMES[form.kind])}.",
    )
    return see(url_for(".scan", bibliotek=form.branch, vad=form.kind))


@pages.get("/<code>")
def show(code: str, problem: Problem | None = None) -> tuple[str, HTTPStatus]:
    actor = asker()
    with works().reading(actor) as work:
        crate = crate_view(work, code)
        origins = _libraries(work, actor, "crates.handle")
        weekly = {stop.slug for stop in weekly_template(work)}
        destinations = [
            (branch.slug, branch.name)
            for branch, _ in branches(work)
            if branch.slug in weekly and not is_depot(branch.kind)
        ]
        step = _next_step(work, actor, crate)
    return with_faults(
        "crates/show.html",
        problem,
        crate=crate,
        origins=origins,
        destinations=destinations,
        here=next((slug for slug, name in origins if name == crate.row.place), ""),
        step=step,
        state_names=STATE_NAMES,
        event_names=EVENT_NAMES,
        next_steps=NEXT_STEPS,
        record_buttons=RECORD_BUTTONS,
        free=FREE,
    )


@pages.post("/<code>/packa", right="crates.handle")
def send(code: str) -> Response | tuple[str, HTTPStatus]:
    try:
        form = form_of(PackForm, request.form)
        with works().writing(asker()) as work:
            pack(work, code, form.origin, form.destination)
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


def _libraries(work: Work, actor: Actor, right: str) -> Choices:
    """Slug and name of each branch that crates are left at and that `right` reaches."""
    return [
        (branch.slug, branch.name)
        for branch, member in branches(work)
        if actor.may(right, member.code) and not is_depot(branch.kind)
    ]


def _next_step(work: Work, actor: Actor, crate: CrateView) -> NextStep | None:
    """None where the crate is on no journey."""
    if crate.row.state == FREE:
        return None
    kind = EVENTS[EVENTS.index(crate.row.state) + 1]
    name = crate.row.origin if kind == "collected" else crate.row.destination
    branch, member = next((b, m) for b, m in branches(work) if b.name == name)
    return NextStep(kind, branch.slug, name, actor.may("crates.handle", member.code))


def _days_ago(at: datetime | None, today: date) -> int | None:
    return (today - swedish_day(at)).days if at else None
