"""Pages of what is held in a day's routes: stops at a van or a place, stops kept apart."""

from datetime import date
from typing import Final, Literal

from flask import request, url_for
from werkzeug.wrappers import Response

from consortium.branches.queries import branches
from consortium.core.errors import Conflict, Invalid, Problem
from consortium.core.words import mark
from consortium.crates.rules import is_depot
from consortium.http.asking import Filled, Form, Line, form_of, works
from consortium.transports.days import read_day
from consortium.transports.library_week import driven_as
from consortium.transports.pin_prices import PRICING_ITERATIONS, pin_prices
from consortium.transports.pinning import (
    NewPin,
    aparts,
    keep_apart,
    let_together,
    pin_stop,
    pins_on,
    unpin_stop,
)
from consortium.transports.queries import vehicles
from consortium.web.addresses import see
from consortium.web.asking import Pages, asker
from consortium.web.language import language, told
from consortium.web.refusals import with_faults
from consortium.web.showing import weekday
from consortium.web.toasts import offer_undo
from consortium.web.tomorrow import Shown, crowns, day_in, day_title

pages = Pages("tomorrow_pins", __name__, "/turplan", right="transports.see")

FOLLOWED: Final = mark("Plans follow it from the next planning on: plan the day again.")


class PinForm(Form):
    """bil: a van's code, or empty. plats: as `Pin` has it, or empty. tid: when it holds."""

    branch: Filled
    vehicle: Line = ""
    position: Line = ""
    when: Literal["date", "weekday", "always"]


class PairForm(Form):
    one: Filled
    other: Filled


@pages.get("/<datum>/fasta")
def index(datum: str, problem: Problem | None = None) -> Shown:
    """What is held on the day; `pris` in the address has what each costs worked out."""
    day = day_in(datum)
    with works().reading(asker()) as work:
        basis = read_day(work, day)
        pins, pairs = pins_on(work, day, basis.weekday), aparts(work)
        places = [(b.slug, b.name) for b, _ in branches(work) if not is_depot(b.kind)]
        vans = [(van.code, van.name) for van, _ in vehicles(work) if van.active]
        today = work.today
    prices = pin_prices(basis) if "pris" in request.args else None
    return with_faults(
        "tomorrow/pins.html",
        problem,
        day=day,
        title=day_title(day, today),
        weekday_name=_weekday_name(day.weekday() if basis.weekday is None else basis.weekday),
        pins=pins,
        pairs=pairs,
        places=places,
        vans=vans,
        stops={stop.slug for stop in basis.stops},
        prices=None if prices is None else {(p.stop, p.other): p.ore for p in prices},
        iterations=PRICING_ITERATIONS,
        names_of_weekdays=_weekday_name,
        crowns=crowns,
        slug=request.args.get("stopp", ""),
    )


@pages.post("/<datum>/fasta", right="transports.plan")
def pin(datum: str) -> Response | Shown:
    day = day_in(datum)
    try:
        form = form_of(PinForm, request.form)
        with works().writing(asker()) as work:
            weekday = driven_as(work, day)
            pin_stop(work, _new(form, day, day.weekday() if weekday is None else weekday))
    except (Invalid, Conflict) as problem:
        return index(datum, problem)
    offer_undo(told(mark("The stop is held")), work.audited, told(FOLLOWED))
    return see(url_for(".index", datum=datum))


@pages.post("/<datum>/fasta/<int(max=2147483647):pin_id>/ta-bort", right="transports.plan")
def unpin(datum: str, pin_id: int) -> Response:
    day_in(datum)
    with works().writing(asker()) as work:
        unpin_stop(work, pin_id)
    offer_undo(told(mark("The stop is not held any more")), work.audited, told(FOLLOWED))
    return see(url_for(".index", datum=datum))


@pages.post("/<datum>/isar", right="transports.plan")
def apart(datum: str) -> Response | Shown:
    day_in(datum)
    try:
        form = form_of(PairForm, request.form)
        with works().writing(asker()) as work:
            keep_apart(work, form.one, form.other)
    except (Invalid, Conflict) as problem:
        return index(datum, problem)
    offer_undo(told(mark("They are kept apart")), work.audited, told(FOLLOWED))
    return see(url_for(".index", datum=datum))


@pages.post("/<datum>/isar/ta-bort", right="transports.plan")
def together(datum: str) -> Response:
    day_in(datum)
    form = form_of(PairForm, request.form)
    with works().writing(asker()) as work:
        let_together(work, form.one, form.other)
    offer_undo(told(mark("They may share a route again")), work.audited, told(FOLLOWED))
    return see(url_for(".index", datum=datum))


def _new(form: PinForm, day: date, driven_as: int) -> NewPin:
    return NewPin(
        form.branch,
        form.vehicle,
        form.position,
        day if form.when == "date" else None,
        driven_as if form.when == "weekday" else None,
    )


def _weekday_name(number: int) -> str:
    """A weekday inside a sentence: Swedish has it in small letters."""
    name = weekday(number, language())
    return name.lower() if language() == "sv" else name
