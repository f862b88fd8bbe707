"""Pages of the special days: bridge days, Christmas, a Saturday that is driven."""

from http import HTTPStatus
from typing import Final, Literal

from flask import Response as File
from flask import request, url_for
from werkzeug.wrappers import Response

from consortium.core.errors import Problem
from consortium.core.words import mark
from consortium.http.asking import Day, Form, Line, form_of, works
from consortium.transports.calendars import WEEKDAYS
from consortium.transports.special_days import (
    bridge_days,
    remove_special_day,
    set_special_day,
    special_days,
)
from consortium.web.addresses import see
from consortium.web.asking import Pages, asker
from consortium.web.downloads import csv_file, csv_text
from consortium.web.language import language, told
from consortium.web.refusals import with_faults
from consortium.web.showing import weekday
from consortium.web.toasts import offer_undo
from consortium.web.week import day_name

pages = Pages("week_special_days", __name__, "/veckan/sarskilda-dagar", right="transports.see")

HEADER: Final = ("date", "kind", "weekday", "note")


class DayForm(Form):
    """weekday: that the day is driven as; empty: nobody drives."""

    on_date: Day
    weekday: Literal["", "0", "1", "2", "3", "4"] = ""
    note: Line = ""


class DateForm(Form):
    on_date: Day


@pages.get("")
def index(problem: Problem | None = None) -> tuple[str, HTTPStatus]:
    """Special days to come; `datum` in the address is filled in the form."""
    with works().reading(asker()) as work:
        rows = special_days(work, work.today)
        proposed = bridge_days(work)
    return with_faults(
        "week/special_days.html",
        problem,
        rows=rows,
        proposed=proposed,
        today=work.today,
        chosen=request.args.get("datum", ""),
        day_name=day_name,
        weekdays=[(str(day), weekday(day, language())) for day in WEEKDAYS],
    )


@pages.get("/sarskilda-dagar.csv")
def table() -> File:
    with works().reading(asker()) as work:
        rows = special_days(work, work.today)
    listed = [
        (row.on_date, row.kind, "" if row.weekday is None else row.weekday, row.note)
        for row in rows
    ]
    return csv_file("sarskilda-dagar.csv", csv_text(HEADER, listed))


@pages.post("", right="transports.change")
def save() -> Response | tuple[str, HTTPStatus]:
    try:
        form = form_of(DayForm, request.form)
        driven = int(form.weekday) if form.weekday else None
        with works().writing(asker()) as work:
            set_special_day(work, form.on_date, driven, form.note)
    except Problem as problem:
        return index(problem)
    day = form.on_date.isoformat()
    if driven is None:
        said = told(mark("Nobody drives on {day}; new plans are made"), day=day)
    else:
        said = mark("{day} is driven as {weekday}; new plans are made")
        said = told(said, day=day, weekday=day_name(driven))
    offer_undo(said, work.audited)
    return see(url_for(".index"))


@pages.post("/ta-bort", right="transports.change")
def remove() -> Response:
    form = form_of(DateForm, request.form)
    with works().writing(asker()) as work:
        remove_special_day(work, form.on_date)
    said = told(mark("{day} is as its weekday again"), day=form.on_date.isoformat())
    offer_undo(said, work.audited)
    return see(url_for(".index"))
