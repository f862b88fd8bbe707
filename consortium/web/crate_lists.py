"""Pages of crates about which something looks wrong, and lists of crates and events as files."""

from typing import Any, Final

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from consortium.branches.queries import branches
from consortium.core.days import swedish_day
from consortium.crates.crate_pages import all_crates
from consortium.crates.oddities import DAYS_BACK, odd_crates
from consortium.crates.oddity_rules import ODDITIES
from consortium.crates.rules import STATES
from consortium.crates.whereabouts import CrateFilter
from consortium.http.asking import Form, Line, form_of, works
from consortium.http.paging import pager, paging_of
from consortium.web.asking import Pages, asker
from consortium.web.crate_words import ODDITY_NAMES
from consortium.web.downloads import csv_file, csv_text
from consortium.web.language import told

pages = Pages("crate_lists", __name__, "/lador", right="transports.see")

CRATES: Final = ("code", "state", "place", "origin", "destination", "vehicle", "scanned_at")
ODD: Final = ("code", "kind", "place", "at", "origin", "destination")


class ListForm(Form):
    status: Line = ""
    bibliotek: Line = ""
    q: Line = ""


class OddForm(Form):
    vad: Line = ""
    bibliotek: Line = ""

    @property
    def kind(self) -> str:
        return self.vad if self.vad in ODDITIES else ""


@pages.get("/lista.csv")
def table() -> Response:
    """The crates that the address chooses, all of them."""
    form = form_of(ListForm, request.args)
    state = form.status if form.status in STATES else ""
    with works().reading(asker()) as work:
        rows = [
            (
                row.code,
                row.state,
                row.place,
                row.origin,
                row.destination,
                row.vehicle,
                row.scanned_at.isoformat() if row.scanned_at else "",
            )
            for row in all_crates(work, CrateFilter(form.q, state, form.bibliotek))
        ]
    return csv_file("lador.csv", csv_text(CRATES, rows))


@pages.get("/avvikelser")
def odd() -> str:
    """What looks wrong, fifty a page."""
    actor, form = asker(), form_of(OddForm, request.args)
    paging = paging_of(request.args.get("sida"))
    with works().reading(actor) as work:
        found = odd_crates(work, form.kind, form.bibliotek)
        places = [
            (branch.slug, branch.name)
            for branch, member in branches(work)
            if actor.may("transports.see", member.code)
        ]
        today = work.today
    chosen = {"vad": form.kind, "bibliotek": form.bibliotek}
    kept: dict[str, Any] = {name: text for name, text in chosen.items() if text}
    shown = found.rows[paging.offset : paging.offset + paging.size]
    return render_template(
        "crates/odd.html",
        rows=[(row, (today - swedish_day(row.at)).days) for row in shown],
        pages=pager(paging, len(found.rows), lambda page: url_for(".odd", **kept, sida=page)),
        counts=found.counts,
        kinds=[(kind, told(name)) for kind, (_, name) in ODDITY_NAMES.items()],
        kind_names=ODDITY_NAMES,
        places=places,
        form=form,
        kept=kept,
        days=DAYS_BACK,
    )


@pages.get("/avvikelser.csv")
def odd_table() -> Response:
    """The same, all of it."""
    form = form_of(OddForm, request.args)
    with works().reading(asker()) as work:
        rows = odd_crates(work, form.kind, form.bibliotek).rows
    lines = [
        (row.code, row.kind, row.place, row.at.isoformat(), row.origin, row.destination)
        for row in rows
    ]
    return csv_file("avvikelser.csv", csv_text(ODD, lines))
