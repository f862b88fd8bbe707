"""Pages where many crates are scanned at once, by a hand scanner or by typing."""

from http import HTTPStatus
from typing import Annotated, Final

from flask import request, url_for
from pydantic import StringConstraints
from werkzeug.wrappers import Response

from consortium.core.errors import Conflict, Invalid, NotFound, Problem
from consortium.core.words import mark
from consortium.crates.moving import record_events
from consortium.http.asking import form_of, works
from consortium.web.addresses import see
from consortium.web.asking import Pages, asker
from consortium.web.crate_words import RECORD_NAMES
from consortium.web.crates import EventForm, places_for
from consortium.web.language import told
from consortium.web.refusals import with_faults, worded
from consortium.web.scanning import by_line, lines_of
from consortium.web.toasts import offer_undo

pages = Pages("crate_scans", __name__, "/lador", right="transports.see")

LONGEST_LIST: Final = 20_000
Text = Annotated[str, StringConstraints(max_length=LONGEST_LIST)]


class ScanForm(EventForm):
    """codes: one a line."""

    codes: Text = ""


@pages.get("/skanna")
def scan(problem: Problem | None = None) -> tuple[str, HTTPStatus]:
    actor = asker()
    with works().reading(actor) as work:
        places = places_for(work, actor, "crates.handle")
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
            now = record_events(work, [(code, form.kind, form.branch) for _, code in lines])
    except (Invalid, NotFound, Conflict) as problem:
        return scan(by_line(problem, lines, worded))
    offer_undo(
        told(mark("Recorded crates: {count}"), count=len({row.crate_id for row in now})),
        work.audited,
        f"{told(RECORD_NAMES[form.kind])}.",
    )
    return see(url_for(".scan", bibliotek=form.branch, vad=form.kind))
