"""Pages of the driver's phone: today's route, stop by stop. They work without script and net alike.

Without script each note is a post; with it `static/driver.js` keeps notes in the phone and sends
them to `driver_sending.py`.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final, Literal

from flask import make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from consortium.core.days import swedish_time
from consortium.core.errors import Conflict, Fault, Invalid, NotFound, Problem
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.crates.ledger import NewEvent, note_events
from consortium.http.asking import Filled, Form, Line, form_of, settings, works
from consortium.transports.delay_rules import minutes_late
from consortium.transports.driving import NewRouteEvent, note_route_events
from consortium.transports.driving_rules import AHEAD
from consortium.transports.route_sheets import (
    CrateHere,
    RouteLine,
    RouteSheet,
    notes_of,
    route_sheet,
    routes_of,
)
from consortium.web.addresses import see
from consortium.web.asking import Pages, asker
from consortium.web.language import told
from consortium.web.refusals import with_faults
from consortium.web.toasts import done, offer_undo

pages = Pages("driver", __name__, "/kor", right="transports.drive")

VAN: Final = "bil"
VAN_KEPT_S: Final = 400 * 24 * 3600
START, END = "start", "end"
"""Where a van is before its first stop and after its last one, beside the stops' slugs."""

NOTED: Final = {
    "depart": mark("Departure is noted"),
    "arrive": mark("Arrival is noted"),
    "leave": mark("The stop is done"),
    "missed": mark("It is noted that the stop was not served"),
    "refused": mark("It is noted that the library took nothing"),
    "break": mark("The break is noted"),
    "back": mark("You are back at the depot"),
}
SCAN_KINDS: Final = {
    "loaded": (START, mark("Load")),
    "delivered": ("stop", mark("Leave")),
    "collected": ("stop", mark("Fetch")),
    "at_depot": (END, mark("Unload")),
}
"""What a scan says → where it is said, and the name of the choice."""

REASONS: Final = (
    mark("Locked, and nobody there"),
    mark("The road could not be used"),
    mark("No time left"),
    mark("No room in the van"),
)
STATES: Final = {
    "ahead": ("line", mark("Not yet")),
    "here": ("accent", mark("You are here")),
    "done": ("ok", mark("Done")),
    "missed": ("bad", mark("Missed")),
    "refused": ("warn", mark("Took nothing")),
}
"""State of a stop → the kind of its badge, and its name."""


class VanForm(Form):
    bil: Filled


class NoteForm(Form):
    """branch: the stop's slug, empty for the depot. why: one of REASONS, more: own words."""

    event: Filled
    kind: Literal["depart", "arrive", "leave", "missed", "refused", "break", "back"]
    branch: Line = ""
    why: Line = ""
    more: Line = ""


class ScanForm(Form):
    event: Filled
    kind: Literal["loaded", "delivered", "collected", "at_depot"]
    branch: Filled


@dataclass(frozen=True, slots=True)
class Choice:
    """A way to scan. at: `start`, `stop` or `end`."""

    kind: str
    at: str
    name: str
    chosen: bool


@pages.get("")
def index(problem: Problem | None = None) -> tuple[str, HTTPStatus] | str:
    """The route of the van that the phone remembers; else the vans to choose among."""
    code = request.cookies.get(VAN, "")
    with works().reading(asker()) as work:
        lines = routes_of(work, work.today)
        known = any(line.vehicle == code for line in lines)
        sheet = route_sheet(work, work.today, code) if known else None
        notes = _notes(work, sheet) if sheet else []
    if sheet is None:
        return _choose(work, lines)
    place = _place(sheet)
    return with_faults(
        "driver/route.html",
        problem,
        sheet=sheet,
        place=place,
        notes=notes,
        who=who(),
        choices=_choices(sheet, place),
        to_load=_to_load(sheet),
        late={stop.planned.slug: _late(stop.state.late) for stop in sheet.stops},
        states=STATES,
        reasons=REASONS,
        event=secrets.token_hex(16),
        limit=work.routing.delay_minutes,
        phone=settings().routing.phone,
        clock_of=clock_of,
    )


@pages.get("/bilar")
def vans() -> str:
    """The vans that drive today, to change the one that the phone remembers."""
    with works().reading(asker()) as work:
        lines = routes_of(work, work.today)
    return _choose(work, lines)


@pages.post("/bilar")
def choose() -> Response:
    chosen = form_of(VanForm, request.form).bil
    with works().reading(asker()) as work:
        if all(line.vehicle != chosen for line in routes_of(work, work.today)):
            raise NotFound("The van {vehicle} does not drive today", vehicle=chosen)
    answer = make_response(see(url_for(".index")))
    answer.set_cookie(
        VAN,
        chosen,
        max_age=VAN_KEPT_S,
        secure=settings().web.secure_cookies,
        httponly=True,
        samesite="Lax",
    )
    return answer


@pages.post("/handelse")
def note() -> Response | tuple[str, HTTPStatus] | str:
    """Note that a stop was reached, left or not served, or a break taken."""
    try:
        form = form_of(NoteForm, request.form)
        with works().writing(asker()) as work:
            _note(work, form)
    except (Invalid, Conflict) as problem:
        return index(problem)
    offer_undo(told(NOTED[form.kind]), work.audited)
    return see(url_for(".index"))


@pages.post("/lada", right="crates.handle")
def scan() -> Response | tuple[str, HTTPStatus] | str:
    """Note crates, one or more, as loaded, left, fetched or unloaded where the van is."""
    try:
        form, codes = form_of(ScanForm, request.form), _codes()
        with works().writing(asker()) as work:
            van = request.cookies.get(VAN, "")
            events = [
                NewEvent(f"{form.event}-{n}", code, form.kind, form.branch, work.now, "", van)
                for n, code in enumerate(codes)
            ]
            noted = note_events(work, events)
    except (Invalid, Conflict, NotFound) as problem:
        at_code = [Fault(f.text, "code", f.facts, f.remedy) for f in problem.faults]
        return index(type(problem)(at_code))
    if noted.added:
        offer_undo(told(mark("Recorded crates: {count}"), count=noted.added), work.audited)
    else:
        done(told(mark("That was recorded before")))
    return see(url_for(".index"))


def who() -> str:
    """A sign of the account, by which a phone knows whose notes it keeps; not its name."""
    return hashlib.sha256(asker().name.encode()).hexdigest()[:16]


def _choose(work: Work, lines: list[RouteLine]) -> str:
    code = request.cookies.get(VAN, "")
    return render_template("driver/choose.html", lines=lines, chosen=code, today=work.today)


def _note(work: Work, form: NoteForm) -> None:
    """Note it now, for the van that the phone remembers; Invalid, at the fields of the page."""
    van = request.cookies.get(VAN, "")
    reason = ". ".join(text for text in (form.why, form.more) if text)
    new = NewRouteEvent(form.event, van, work.today, form.kind, form.branch, work.now, reason)
    (answer,) = note_route_events(work, [new])
    if answer.faults:
        raise Invalid([_at_field(fault) for fault in answer.faults])


def _codes() -> list[str]:
    """The crates that are ticked or written; Invalid where there is none."""
    codes = [code.strip().upper() for code in request.form.getlist("code") if code.strip()]
    if not codes:
        raise Invalid("Scan or write at least one code", at="code")
    return codes


def _at_field(fault: Fault) -> Fault:
    """The fault at the field that the page has for it."""
    place = "more" if fault.at == "reason" else fault.at
    return Fault(fault.text, place, fault.facts, fault.remedy)


def _notes(work: Work, sheet: RouteSheet) -> list[dict[str, str]]:
    """What is noted already, for the phone to build on."""
    return [
        {"event": note.event, "kind": note.kind, "stop": note.stop, "at": note.at.isoformat()}
        for note in notes_of(work, sheet.on_date, sheet.vehicle)
    ]


def _place(sheet: RouteSheet) -> str:
    """Where the page opens: the stop that the address names, else where the van is."""
    wanted = request.args.get("stopp", "")
    if wanted in {START, END, *(stop.planned.slug for stop in sheet.stops)}:
        return wanted
    begun = any(stop.state != AHEAD for stop in sheet.state.stops)
    if sheet.state.departed_at is None and not begun:
        return START
    return sheet.state.next_stop or END


def _choices(sheet: RouteSheet, place: str) -> list[Choice]:
    """What a scan can say at `place`; at a stop, to leave where there is something to leave."""
    here = next((stop for stop in sheet.stops if stop.planned.slug == place), None)
    first = "collected" if here and not (here.leave or here.deliver) else "delivered"
    at = place if place in {START, END} else "stop"
    return [
        Choice(kind, where, told(name), where == at and (where != "stop" or kind == first))
        for kind, (where, name) in SCAN_KINDS.items()
    ]


def _to_load(sheet: RouteSheet) -> list[CrateHere]:
    """The crates to load with the stop that each is for, those of the last stop first."""
    return [
        CrateHere(crate.code, stop.name, crate.aboard)
        for stop in reversed(sheet.stops)
        for crate in stop.leave
        if not crate.done
    ]


def _late(late: Any) -> int | None:
    return None if late is None else minutes_late(late)


def clock_of(at: datetime) -> str:
    """The Swedish time of day of an instant, as the pages show it."""
    return f"{swedish_time(at):%H:%M}"
