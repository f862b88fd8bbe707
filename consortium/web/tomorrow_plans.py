"""What is done with a day's plan as a whole: locked, made the week's, fetched as a table."""

from datetime import time

from flask import url_for
from werkzeug.wrappers import Response

from consortium.core.errors import Conflict
from consortium.core.words import mark
from consortium.http.asking import works
from consortium.reports.plans import published_plan
from consortium.transports.locking import lock_plan, unlock_plan
from consortium.transports.overview import plan_view
from consortium.transports.week_plans import keep_as_week_plan
from consortium.web.addresses import see
from consortium.web.asking import Pages, asker
from consortium.web.downloads import csv_file, csv_text
from consortium.web.language import told
from consortium.web.toasts import offer_undo
from consortium.web.tomorrow import Shown, day_in, page

pages = Pages("tomorrow_plans", __name__, "/turplan", right="transports.see")

COLUMNS = (
    "date",
    "revision",
    "vehicle",
    "place",
    "branch",
    "name",
    "arrive",
    "start",
    "leave",
    "deliver",
    "collect",
    "load_after",
    "distance_m",
    "drive_s",
    "source",
    "reason",
)


@pages.post("/<datum>/las", right="transports.plan")
def lock(datum: str) -> Response | Shown:
    day = day_in(datum)
    try:
        with works().writing(asker()) as work:
            lock_plan(work, day)
    except Conflict as problem:
        return page(day, problem)
    offer_undo(told(mark("The plan is locked")), work.audited)
    return see(url_for("web.tomorrow.index", datum=datum))


@pages.post("/<datum>/las-upp", right="transports.plan")
def unlock(datum: str) -> Response | Shown:
    day = day_in(datum)
    try:
        with works().writing(asker()) as work:
            unlock_plan(work, day)
    except Conflict as problem:
        return page(day, problem)
    offer_undo(told(mark("The plan can be changed again")), work.audited)
    return see(url_for("web.tomorrow.index", datum=datum))


@pages.post("/<datum>/veckans-plan", right="transports.plan")
def keep(datum: str) -> Response | Shown:
    day = day_in(datum)
    try:
        with works().writing(asker()) as work:
            keep_as_week_plan(work, published_plan(work, day).id)
    except Conflict as problem:
        return page(day, problem)
    more = told(mark("Plans to come keep to these routes and times as far as they can."))
    offer_undo(told(mark("These routes are the week's plan now")), work.audited, more)
    return see(url_for("web.tomorrow.index", datum=datum))


@pages.get("/<datum>/plan.csv")
def table(datum: str) -> Response:
    """The plan in force, a row a stop; stops on no route last, with the reason."""
    with works().reading(asker()) as work:
        plan = published_plan(work, day_in(datum))
        view = plan_view(work, plan)
    head = (datum, plan.revision)
    rows = [
        (
            *head,
            route.vehicle,
            place,
            stop.slug,
            stop.name,
            *map(_clock, (stop.arrive, stop.start, stop.leave)),
            stop.deliver,
            stop.collect,
            stop.load_after,
            *((stop.leg.distance_m, stop.leg.drive_s, stop.leg.source) if stop.leg else [""] * 3),
            "",
        )
        for route in view.routes
        for place, stop in enumerate(route.stops, 1)
    ]
    left = [(*head, "", "", stop.slug, stop.name, *[""] * 9, stop.reason) for stop in view.unserved]
    return csv_file(f"turplan-{datum}.csv", csv_text(COLUMNS, [*rows, *left]))


def _clock(at: time) -> str:
    return f"{at:%H:%M:%S}"
