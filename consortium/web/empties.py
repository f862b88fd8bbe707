"""Empty crates: what each library has and wants, and what to move with the next day's vans."""

from http import HTTPStatus
from typing import Final

from flask import Response, request, url_for
from werkzeug.wrappers import Response as Answer

from consortium.branches.queries import branch_by_slug
from consortium.core.errors import Conflict, Invalid, Problem
from consortium.core.words import mark
from consortium.crates.empties import keep_empties, pack_empties
from consortium.http.asking import Filled, Form, Whole, form_of, works
from consortium.reports.rebalancing import Rebalancing, rebalancing
from consortium.web.addresses import see
from consortium.web.asking import Pages, asker
from consortium.web.downloads import csv_file, csv_text
from consortium.web.language import told
from consortium.web.refusals import with_faults
from consortium.web.toasts import offer_undo

pages = Pages("empties", __name__, "/tomlador", right="transports.see")

HEADER: Final = (
    "date",
    "crate",
    "origin",
    "origin_name",
    "destination",
    "destination_name",
    "distance_m",
)
BETWEEN: Final = "/"  # in the value of a checkbox; no code and no slug has one


class KeepForm(Form):
    bibliotek: Filled
    kvar: Whole


@pages.get("")
def index(problem: Problem | None = None) -> tuple[str, HTTPStatus]:
    actor = asker()
    with works().reading(actor) as work:
        found = rebalancing(work)
    return with_faults(
        "empties/index.html",
        problem,
        found=found,
        missing=sum(-row.balance for row in found.rows if row.balance < 0),
        spare=sum(row.balance for row in found.rows if row.balance > 0),
        moved=sum(len(move.codes) for move in found.moves),
        here=sum(row.here for row in found.rows),
        may_handle=lambda code: actor.may("crates.handle", code),
        keepers=[
            (row.slug, row.name) for row in found.rows if actor.may("crates.handle", row.member)
        ],
        between=BETWEEN,
    )


@pages.get("/flytta.csv")
def table() -> Response:
    """The crates to move, one a row."""
    with works().reading(asker()) as work:
        found = rebalancing(work)
    return csv_file(f"tomlador-{found.day.isoformat()}.csv", csv_text(HEADER, _rows(found)))


@pages.post("/packa", right="crates.handle")
def pack() -> Answer | tuple[str, HTTPStatus]:
    """Pack the crates that are marked for where they are missing; all or none."""
    try:
        moves = [_move(text) for text in request.form.getlist("lada")]
        with works().writing(asker()) as work:
            packed = pack_empties(work, moves)
    except (Invalid, Conflict) as problem:
        return index(problem)
    offer_undo(
        told(mark("{count} empty crates are packed"), count=len(packed)),
        work.audited,
        told(mark("Put their labels on; the next van takes them.")),
    )
    return see(url_for(".index"))


@pages.post("/behall", right="crates.handle")
def keep() -> Answer | tuple[str, HTTPStatus]:
    try:
        form = form_of(KeepForm, request.form)
        with works().writing(asker()) as work:
            keep_empties(work, form.bibliotek, form.kvar)
            name = branch_by_slug(work, form.bibliotek).name
    except Invalid as problem:
        return index(problem)
    said = told(mark("{name} keeps {count} empty crates"), name=name, count=form.kvar)
    offer_undo(said, work.audited)
    return see(url_for(".index"))


def _rows(found: Rebalancing) -> list[tuple[object, ...]]:
    return [
        (
            found.day.isoformat(),
            code,
            move.origin.slug,
            move.origin.name,
            move.destination.slug,
            move.destination.name,
            move.distance_m,
        )
        for move in found.moves
        for code in move.codes
    ]


def _move(text: str) -> tuple[str, str, str]:
    parts = text.split(BETWEEN)
    if len(parts) != len(("code", "origin", "destination")):
        raise Invalid("This cannot be read as it is written", at="lada")
    code, origin, destination = parts
    return code, origin, destination
