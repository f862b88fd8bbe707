"""Pages of the extra stops: what a date has beside the week."""

from http import HTTPStatus
from typing import Final

from flask import Response as File
from flask import request, url_for
from werkzeug.wrappers import Response

from consortium.branches.queries import branch_by_slug, branches
from consortium.core.errors import Problem
from consortium.core.words import mark
from consortium.crates.rules import is_depot
from consortium.http.asking import Day, Filled, Form, Line, Whole, form_of, works
from consortium.transports.extra_stops import (
    NewExtraStop,
    add_extra_stop,
    extra_stops,
    remove_extra_stop,
)
from consortium.web.addresses import see
from consortium.web.asking import Pages, asker
from consortium.web.downloads import csv_file, csv_text
from consortium.web.language import told
from consortium.web.refusals import with_faults
from consortium.web.toasts import offer_undo
from consortium.web.week_fields import Clock, Minutes, at_inputs, minutes

pages = Pages("week_extra_stops", __name__, "/veckan/extrastopp", right="transports.see")

HEADER: Final = (
    *("date", "branch", "name", "window_from", "window_to", "service_s", "deliver", "collect"),
    "note",
)


class ExtraForm(Form):
    """service_s: as minutes."""

    on_date: Day
    branch: Filled
    window_from: Clock
    window_to: Clock
    service_s: Minutes
    deliver: Whole = 0
    collect: Whole = 0
    note: Line = ""


class ExtraNameForm(Form):
    on_date: Day
    branch: Filled


@pages.get("")
def index(problem: Problem | None = None) -> tuple[str, HTTPStatus]:
    """Extra stops to come; `datum` and `bibliotek` in the address are filled in the form."""
    with works().reading(asker()) as work:
        rows = extra_stops(work, work.today)
        places = [(b.slug, b.name) for b, _ in branches(work) if not is_depot(b.kind)]
    return with_faults(
        "week/extra_stops.html",
        problem,
        rows=rows,
        places=places,
        today=work.today,
        day=request.args.get("datum", ""),
        slug=request.args.get("bibliotek", ""),
        minutes=minutes,
    )


@pages.get("/extrastopp.csv")
def table() -> File:
    with works().reading(asker()) as work:
        rows = extra_stops(work, work.today)
    listed = [
        (
            *(stop.on_date, branch.slug, branch.name, stop.window_from, stop.window_to),
            *(stop.service_s, stop.deliver, stop.collect, stop.note),
        )
        for stop, branch in rows
    ]
    return csv_file("extrastopp.csv", csv_text(HEADER, listed))


@pages.post("", right="transports.change")
def save() -> Response | tuple[str, HTTPStatus]:
    try:
        form = form_of(ExtraForm, request.form)
        new = NewExtraStop(
            form.on_date,
            form.branch,
            (form.window_from, form.window_to),
            form.service_s,
            form.deliver,
            form.collect,
            form.note,
        )
        with works().writing(asker()) as work:
            add_extra_stop(work, new)
            name = branch_by_slug(work, form.branch).name
    except Problem as problem:
        return index(at_inputs(problem))
    said = mark("{name} has an extra stop on {day}; new plans are made")
    offer_undo(told(said, name=name, day=form.on_date.isoformat()), work.audited)
    return see(url_for(".index"))


@pages.post("/ta-bort", right="transports.change")
def remove() -> Response:
    form = form_of(ExtraNameForm, request.form)
    with works().writing(asker()) as work:
        name = branch_by_slug(work, form.branch).name
        remove_extra_stop(work, form.on_date, form.branch)
    said = mark("The extra stop of {name} on {day} is taken away")
    offer_undo(told(said, name=name, day=form.on_date.isoformat()), work.audited)
    return see(url_for(".index"))
