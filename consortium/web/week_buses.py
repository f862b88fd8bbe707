"""Pages of the book buses: their own timetables, which their stops follow."""

from collections.abc import Sequence
from datetime import timedelta
from http import HTTPStatus
from typing import Final

from flask import Response as File
from flask import request, url_for
from werkzeug.wrappers import Response

from consortium.branches.queries import branch_by_slug, branches
from consortium.core.errors import Problem
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.http.asking import Day, Filled, Form, MaybeDay, Whole, form_of, works
from consortium.transports.bus_calls import (
    CallView,
    NewBusCall,
    add_bus_call,
    calls_between,
    remove_bus_call,
    timetable,
)
from consortium.web.addresses import see
from consortium.web.asking import Pages, asker
from consortium.web.downloads import csv_file, csv_text
from consortium.web.language import language, told
from consortium.web.refusals import with_faults
from consortium.web.showing import weekday
from consortium.web.toasts import offer_undo
from consortium.web.week_fields import Clock

pages = Pages("week_buses", __name__, "/veckan/bokbussar", right="transports.see")

SHOWN: Final = timedelta(days=27)
HEADER: Final = (
    *("bus", "stop", "weekday", "every_weeks", "first_on", "last_on", "arrives", "leaves"),
    "next_on",
)


class CallForm(Form):
    bus: Filled
    stop: Filled
    weekday: Whole
    every_weeks: Whole = 1
    first_on: Day
    last_on: MaybeDay = None
    arrives: Clock
    leaves: Clock


class CallNameForm(Form):
    bus: Filled
    stop: Filled
    weekday: Whole
    first_on: Day


@pages.get("")
def index(problem: Problem | None = None) -> tuple[str, HTTPStatus]:
    """Every bus's timetable; `buss` in the address chooses one, whose calls are dated too."""
    slug = request.args.get("buss", "")
    with works().reading(asker()) as work:
        known = [branch for branch, _ in branches(work)]
        buses = [branch for branch in known if branch.kind == "bus"]
        chosen = next((bus for bus in buses if bus.slug == slug), None)
        rows = timetable(work, chosen)
        dated = calls_between(work, chosen, work.today, work.today + SHOWN) if chosen else []
    return with_faults(
        "week/buses.html",
        problem,
        rows=rows,
        dated=dated,
        chosen=chosen,
        buses=[(bus.slug, bus.name) for bus in buses],
        stops=[(each.slug, each.name) for each in known if each.kind == "bus_stop"],
        weekdays=[(str(day), weekday(day, language())) for day in range(7)],
        today=work.today,
    )


@pages.get("/bokbussar.csv")
def table() -> File:
    with works().reading(asker()) as work:
        rows = timetable(work)
    return csv_file("bokbussar.csv", csv_text(HEADER, [_row(each) for each in rows]))


@pages.post("", right="transports.change")
def save() -> Response | tuple[str, HTTPStatus]:
    try:
        form = form_of(CallForm, request.form)
        new = NewBusCall(
            form.bus,
            form.stop,
            form.weekday,
            form.first_on,
            form.arrives,
            form.leaves,
            form.every_weeks,
            form.last_on,
        )
        with works().writing(asker()) as work:
            add_bus_call(work, new)
            names = _names(work, form.bus, form.stop)
    except Problem as problem:
        return index(problem)
    offer_undo(told(mark("{bus} calls at {stop}"), bus=names[0], stop=names[1]), work.audited)
    return see(url_for(".index", buss=form.bus))


@pages.post("/ta-bort", right="transports.change")
def remove() -> Response:
    form = form_of(CallNameForm, request.form)
    with works().writing(asker()) as work:
        remove_bus_call(work, form.bus, form.stop, form.weekday, form.first_on)
        names = _names(work, form.bus, form.stop)
    said = mark("The call of {bus} at {stop} is taken away")
    offer_undo(told(said, bus=names[0], stop=names[1]), work.audited)
    return see(url_for(".index", buss=form.bus))


def _names(work: Work, *slugs: str) -> Sequence[str]:
    return [branch_by_slug(work, slug).name for slug in slugs]


def _row(view: CallView) -> list[object]:
    call = view.call
    plain = [view.bus.slug, view.stop.slug, call.weekday, call.every_weeks, call.first_on]
    return [*plain, call.last_on or "", call.arrives, call.leaves, view.next_on or ""]
