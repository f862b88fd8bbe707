"""Pages of the seasons: when the week or the roads are different."""

from http import HTTPStatus
from typing import Final

from flask import Response as File
from flask import request, url_for
from werkzeug.wrappers import Response

from consortium.core.errors import Problem
from consortium.core.words import mark
from consortium.http.asking import Day, Filled, Form, Line, Whole, form_of, works
from consortium.transports.seasons import (
    NewSeason,
    add_season,
    change_season,
    remove_season,
    seasons,
)
from consortium.web.addresses import see
from consortium.web.asking import Pages, asker
from consortium.web.downloads import csv_file, csv_text
from consortium.web.language import told
from consortium.web.refusals import with_faults
from consortium.web.toasts import done, offer_undo

pages = Pages("week_seasons", __name__, "/veckan/sasonger", right="transports.see")

HEADER: Final = ("name", "first_on", "last_on", "driving_percent", "stops")


class SeasonForm(Form):
    """sasong: the name of the season that is changed; empty for a new one."""

    sasong: Line = ""
    name: Filled
    first_on: Day
    last_on: Day
    driving_percent: Whole = 0


class NameForm(Form):
    sasong: Filled


@pages.get("")
def index(problem: Problem | None = None) -> tuple[str, HTTPStatus]:
    """`sasong` in the address chooses the season that the form is about."""
    name = request.form.get("sasong", "") if problem else request.args.get("sasong", "")
    with works().reading(asker()) as work:
        rows = seasons(work)
    chosen = next((row.season for row in rows if row.season.name == name), None)
    return with_faults("week/seasons.html", problem, rows=rows, chosen=chosen, today=work.today)


@pages.get("/sasonger.csv")
def table() -> File:
    with works().reading(asker()) as work:
        rows = seasons(work)
    listed = [
        (row.name, row.first_on, row.last_on, row.driving_percent, each.stops)
        for each in rows
        for row in (each.season,)
    ]
    return csv_file("sasonger.csv", csv_text(HEADER, listed))


@pages.post("", right="transports.change")
def save() -> Response | tuple[str, HTTPStatus]:
    """Enter a season, or change the one that `sasong` names."""
    try:
        form = form_of(SeasonForm, request.form)
        new = NewSeason(form.name, form.first_on, form.last_on, form.driving_percent)
        with works().writing(asker()) as work:
            if form.sasong:
                change_season(work, form.sasong, new)
            else:
                add_season(work, new)
    except Problem as problem:
        return index(problem)
    if not work.audited:
        done(told(mark("Nothing was changed")))
    elif form.sasong:
        offer_undo(told(mark("The season {name} is changed"), name=form.name), work.audited)
    else:
        offer_undo(told(mark("The season {name} is entered"), name=form.name), work.audited)
    return see(url_for(".index"))


@pages.post("/ta-bort", right="transports.change")
def remove() -> Response:
    form = form_of(NameForm, request.form)
    with works().writing(asker()) as work:
        remove_season(work, form.sasong)
    offer_undo(told(mark("The season {name} is taken away"), name=form.sasong), work.audited)
    return see(url_for(".index"))
