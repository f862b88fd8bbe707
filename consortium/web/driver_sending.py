"""What the driver's phone asks for and sends in the background, and the worker that runs in it.

A phone that was out of coverage for hours asks for a new token of the session before it sends. It
sends what it has kept, each note with a name of its own, until it has an answer to each: so a note
counts once, however often it arrives.
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final, Literal

from flask import jsonify, request, url_for
from flask_wtf.csrf import generate_csrf
from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError
from werkzeug.wrappers import Response

from consortium.core.errors import Fault, Invalid
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.crates.ledger import NewEvent, note_each
from consortium.http.asking import NOT_READ, works
from consortium.http.parsing import CHARACTERS, has_unseen
from consortium.transports.driving import NewRouteEvent, note_route_events, withdraw_note
from consortium.web.asking import Pages, asker
from consortium.web.driver import who
from consortium.web.language import told
from consortium.web.refusals import worded

pages = Pages("driver_sending", __name__, "/kor", right="transports.drive")

MOST: Final = 200
WORKER: Final = Path(__file__).with_name("static") / "driver-worker.js"
WORKER_TYPE: Final = "text/javascript; charset=utf-8"
MANIFEST_TYPE: Final = "application/manifest+json"


class Sent(BaseModel):
    """A note as the phone sends it. about: what kind of thing it is.

    of: the name of the note that a `withdraw` takes back. day: of the plan.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", str_max_length=200)

    about: Literal["route", "crate", "withdraw"]
    event: str
    at: AwareDatetime
    kind: str = ""
    vehicle: str = ""
    day: date = date.min
    branch: str = ""
    reason: str = ""
    crate: str = ""
    of: str = ""


Answers = dict[str, tuple[str, tuple[Fault, ...]]]
"""Name of a note → `added`, `repeated` or `refused`, and why it is refused."""


@pages.get("/nyckel")
def key() -> Response:
    """The token that posts of this session carry, whose session it is, and the time here."""
    with works().reading(asker()) as work:
        now = work.now
    return jsonify({"token": generate_csrf(), "who": who(), "now": now.isoformat()})


@pages.post("/skicka")
def take_in() -> Response:
    """Take in notes of a phone; each is answered for itself, by its name."""
    given = request.get_json(silent=True)
    notes = given.get("notes") if isinstance(given, dict) else None
    if not isinstance(notes, list) or not 0 < len(notes) <= MOST:
        raise Invalid("Send a list of 1 to {most} notes", at="notes", most=MOST)
    read = [_read(note) for note in notes]
    answers: Answers = {
        name: ("refused", found) for name, found in read if not isinstance(found, Sent)
    }
    good = [found for _name, found in read if isinstance(found, Sent)]
    if good:
        with works().writing(asker()) as work:
            answers |= _note(work, good)
    return jsonify(
        {
            "answers": [
                {"event": name, "outcome": outcome, "why": [worded(fault) for fault in faults]}
                for name, (outcome, faults) in answers.items()
            ]
        }
    )


@pages.get("/arbetare.js")
def worker() -> Response:
    """The service worker, which may serve the page itself and not only what lies under it."""
    answer = Response(WORKER.read_bytes(), content_type=WORKER_TYPE)
    answer.headers["Service-Worker-Allowed"] = url_for("web.driver.index")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@pages.get("/app.webmanifest")
def manifest() -> Response:
    """What a phone needs to put the page among its own programs (W3C, Web Application Manifest)."""
    start = url_for("web.driver.index")
    icon = {"src": url_for("static", filename="icon.svg"), "type": "image/svg+xml", "sizes": "any"}
    answer = jsonify(
        {
            "name": told(mark("Driver's view")),
            "short_name": told(mark("Driving")),
            "start_url": start,
            "scope": start,
            "display": "standalone",
            "icons": [icon],
        }
    )
    answer.mimetype = MANIFEST_TYPE
    return answer


def _read(given: Any) -> tuple[str, Sent | tuple[Fault, ...]]:
    """The name of a note, and the note; what is wrong where it cannot be read."""
    name = str(given.get("event", ""))[:64] if isinstance(given, dict) else ""
    try:
        sent = Sent.model_validate(given)
    except ValidationError as error:
        places = {".".join(str(part) for part in found["loc"]) for found in error.errors()}
        return name, tuple(Fault(NOT_READ, place) for place in sorted(places))
    texts = (sent.event, sent.branch, sent.reason, sent.crate, sent.vehicle, sent.of)
    if any(has_unseen(text) for text in texts):
        return name, (Fault(CHARACTERS, "event"),)
    return name, sent


def _note(work: Work, sent: Sequence[Sent]) -> Answers:
    """First what happened, then what was a mistake: a phone may send both at once."""
    answers: Answers = {}
    routes = [_route_event(each) for each in sent if each.about == "route"]
    crates = [_crate_event(each) for each in sent if each.about == "crate"]
    for noted in note_route_events(work, routes) if routes else ():
        answers[noted.event] = (noted.outcome, noted.faults)
    for answer in note_each(work, crates) if crates else ():
        answers[answer.event] = ("refused" if answer.faults else answer.result, answer.faults)
    for each in sent:
        if each.about == "withdraw":
            withdrawn = withdraw_note(work, each.of)
            answers[each.event] = ("added" if withdrawn else "repeated", ())
    return answers


def _route_event(sent: Sent) -> NewRouteEvent:
    return NewRouteEvent(
        sent.event, sent.vehicle, sent.day, sent.kind, sent.branch, sent.at, sent.reason
    )


def _crate_event(sent: Sent) -> NewEvent:
    return NewEvent(sent.event, sent.crate, sent.kind, sent.branch, sent.at, "", sent.vehicle)
