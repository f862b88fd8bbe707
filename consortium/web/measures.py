"""Pages of the measures: values by member and date, entering them, and locking a date."""

from http import HTTPStatus
from typing import Final, Literal

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from consortium.core.errors import Conflict, Invalid, Problem
from consortium.core.words import mark
from consortium.http.asking import Day, Form, Line, Whole, fields_of, form_of, settings, works
from consortium.http.paging import pager, paging_of
from consortium.measures.entering import enter_values, lock_values
from consortium.measures.fetching import FETCHED, ask_fetch, fetches
from consortium.measures.queries import overview, value_table
from consortium.web.addresses import see
from consortium.web.asking import Pages, asker
from consortium.web.language import told
from consortium.web.refusals import with_faults
from consortium.web.toasts import done, offer_undo

pages = Pages("measures", __name__, "/matvarden", right="measures.see")

FETCHES_SHOWN: Final = 5
YEARS_OFFERED: Final = 10
COLUMNS: Final = 6  # as many dates as fit beside the names at 1280 px


class ValuesForm(Form):
    """Beside these a field `value-<code>` for each member."""

    on_date: Day
    source: Line = ""


class LockForm(Form):
    """checked: the box that says the values are right, since a lock cannot be taken back."""

    lock_date: Day
    checked: Literal["ja"]


class FetchForm(Form):
    """year: whose last day the values are of."""

    year: Whole


@pages.get("")
def index() -> str:
    with works().reading(asker()) as work:
        rows = overview(work)
    return render_template("measures/index.html", rows=rows)


@pages.get("/<code>")
def show(code: str, problem: Problem | None = None) -> tuple[str, HTTPStatus]:
    """The values; `datum` in the address fills the form with those of that date."""
    paging = paging_of(request.args.get("sida"), COLUMNS)
    with works().reading(asker()) as work:
        table = value_table(work, code)
        asked = fetches(work, code, FETCHES_SHOWN) if code in FETCHED else []
        last = work.today.year - 1
    dates = table.dates[paging.offset : paging.offset + paging.size]
    chosen = next(
        (day for day in table.dates if day.isoformat() == request.args.get("datum")), None
    )
    return with_faults(
        "measures/show.html",
        problem,
        table=table,
        dates=dates,
        pages=pager(paging, len(table.dates), lambda n: url_for(".show", code=code, sida=n)),
        chosen=chosen,
        source=next((row[chosen].source for _m, row in table.rows if chosen in row), ""),
        fetches=asked,
        fetch_years=[(year, str(year)) for year in range(last, last - YEARS_OFFERED, -1)],
        fetchable=code in FETCHED,
        source_of_fetches=settings().measures.source,
        open_dates=[(day.isoformat(),) * 2 for day in table.dates if day not in table.locks],
    )


@pages.post("/<code>", right="measures.change")
def enter(code: str) -> Response | tuple[str, HTTPStatus]:
    try:
        form = form_of(ValuesForm, request.form)
        given = _given()
        with works().writing(asker()) as work:
            changed = enter_values(work, code, form.on_date, given, form.source)
    except Invalid as problem:
        return show(code, problem)
    offer_undo(
        told(mark("{count} values were entered or changed"), count=changed),
        work.audited,
        told(mark("They are those of {day}."), day=form.on_date.isoformat()),
    )
    return see(url_for("web.measures.show", code=code))


def _given() -> dict[str, str]:
    """Member code → value as typed; a field that is left empty says nothing."""
    given = {code: text for code, text in fields_of(request.form, "value-").items() if text.strip()}
    if not given:
        raise Invalid("Fill in at least one value", at="on_date")
    return given


@pages.post("/<code>/las", right="measures.change")
def lock(code: str) -> Response | tuple[str, HTTPStatus]:
    try:
        form = form_of(LockForm, request.form)
        with works().writing(asker()) as work:
            made = lock_values(work, code, form.lock_date)
    except Invalid as problem:
        return show(code, problem)
    done(
        told(mark("The values of {day} are locked"), day=form.lock_date.isoformat()),
        told(mark("Their checksum is {sha256}."), sha256=made.sha256),
    )
    return see(url_for("web.measures.show", code=code))


@pages.post("/<code>/hamta", right="measures.change")
def fetch(code: str) -> Response | tuple[str, HTTPStatus]:
    """Ask for the values of a year at their public source; they come within a minute."""
    try:
        form = form_of(FetchForm, request.form)
        with works().writing(asker()) as work:
            asked = ask_fetch(work, code, form.year)
    except (Invalid, Conflict) as problem:
        return show(code, problem)
    done(
        told(mark("The values of {day} are asked for"), day=asked.on_date.isoformat()),
        told(mark("They are here within a minute, or it is said why not.")),
    )
    return see(url_for("web.measures.show", code=code))
