"""Pages of the follow-up: what was driven against its plan, crates, kilometres and emissions."""

from datetime import date
from http import HTTPStatus
from typing import Any, Final

from flask import Response, request

from consortium.core.days import DAY, last_day
from consortium.core.errors import Invalid
from consortium.core.words import mark
from consortium.crates.volumes import (
    PAIR_HEADER,
    VOLUME_HEADER,
    pairs,
    volumes,
    volumes_by_day,
    volumes_by_month,
)
from consortium.http.asking import Form, MaybeDay, form_of, works
from consortium.transports.following import DrivenRoute, FollowUp, follow_up
from consortium.transports.punctuality import Kept, minutes
from consortium.web.asking import Pages, asker
from consortium.web.downloads import csv_file, csv_text
from consortium.web.language import told
from consortium.web.periods import today
from consortium.web.refusals import with_faults
from consortium.web.week_bars import FRAMES, week_bars

pages = Pages("follow_up", __name__, "/uppfoljning", right="transports.see")

SHOWN: Final = 25
"""So many rows of a long table stand on the page; its file has them all."""

SECONDS_AN_HOUR: Final = 3600
METRES_A_KM: Final = 1000
GRAMS_A_KILO: Final = 1000
STATES: Final = {"missed": mark("Missed"), "refused": mark("Refused")}


class TimeForm(Form):
    """fran, till: the first and the last day; empty: from the first of this month to today."""

    fran: MaybeDay = None
    till: MaybeDay = None


@pages.get("")
def index() -> tuple[str, HTTPStatus]:
    """What a time came to; today's month where none is asked for, or none that can be."""
    try:
        return _page(*_asked())
    except Invalid as problem:
        return _page(today().replace(day=1), today(), problem)


@pages.get("/punktlighet.csv")
def punctuality() -> Response:
    """How the times were kept, branch by branch."""
    first, last, found = _followed()
    header = ["branch", "name", "municipality", "arrivals", "in_window", "within_10_min"]
    rows = [
        (
            row.branch.slug,
            row.branch.name,
            row.member.name,
            row.kept.count,
            row.kept.in_window,
            row.kept.near,
            minutes(row.kept.worst.late_s) if row.kept.worst else 0,
            row.kept.worst.on_date if row.kept.worst else "",
            row.missed,
            row.refused,
        )
        for row in found.branches
    ]
    header += ["worst_minutes", "worst_on", "missed", "refused"]
    return _file("punktlighet", (first, last), csv_text(header, rows))


@pages.get("/turer.csv")
def routes() -> Response:
    """Each route as planned and driven."""
    first, last, found = _followed()
    header = ["date", "vehicle", "stops", "planned_s", "driven_s", "distance_m", "planned_ore"]
    rows = [
        (
            route.on_date,
            route.vehicle,
            len(route.stops),
            route.planned_s,
            "" if route.driven_s is None else route.driven_s,
            route.distance_m,
            route.ore,
        )
        for route in found.routes
    ]
    return _file("turer", (first, last), csv_text(header, rows))


@pages.get("/uteblivna.csv")
def failures() -> Response:
    """The stops that were missed or refused."""
    first, last, found = _followed()
    rows = [
        (
            each.stop.on_date,
            each.stop.vehicle,
            each.branch.slug,
            each.branch.name,
            each.member.name,
            each.stop.state,
            each.stop.reason,
        )
        for each in found.failures
    ]
    header = ["date", "vehicle", "branch", "name", "municipality", "state", "reason"]
    return _file("uteblivna", (first, last), csv_text(header, rows))


@pages.get("/lador.csv")
def crates() -> Response:
    """Crates of each branch; `per` in the address: `dag`, `manad`, else the whole time."""
    first, last = _asked()
    per = request.args.get("per", "")
    count = {"dag": volumes_by_day, "manad": volumes_by_month}.get(per, volumes)
    with works().reading(asker()) as work:
        found = count(work, first, last)
    return _file("lador", (first, last), csv_text(VOLUME_HEADER, [row.cells for row in found]))


@pages.get("/par.csv")
def pairs_table() -> Response:
    """Crates between each two branches."""
    first, last = _asked()
    with works().reading(asker()) as work:
        found = pairs(work, first, last)
    return _file("par", (first, last), csv_text(PAIR_HEADER, [row.cells for row in found]))


def _asked() -> tuple[date, date]:
    form = form_of(TimeForm, request.args)
    last = form.till or today()
    return form.fran or min(last, today()).replace(day=1), last


def _followed() -> tuple[date, date, FollowUp]:
    first, last = _asked()
    with works().reading(asker()) as work:
        return first, last, follow_up(work, first, last)


def _file(name: str, days: tuple[date, date], text: str) -> Response:
    return csv_file(f"{name}-{days[0].isoformat()}-{days[1].isoformat()}.csv", text)


def _page(first: date, last: date, problem: Invalid | None = None) -> tuple[str, HTTPStatus]:
    with works().reading(asker()) as work:
        found = follow_up(work, first, last)
        sent, between = volumes(work, first, last), pairs(work, first, last)
        routing = work.routing
    weeks = [(week.monday, week.kept.window_permille) for week in found.weeks]
    return with_faults(
        "follow_up/index.html",
        problem,
        found=found,
        times=_times(),
        vans=_by_van(found.routes),
        worst=sorted(found.branches, key=lambda row: _worst_first(row.kept, row.branch.name)),
        volumes=sent,
        most=max((max(row.sent, row.received) for row in sent), default=0),
        pairs=between[:SHOWN],
        pairs_total=len(between),
        failures=found.failures[::-1][:SHOWN],
        drawings=[week_bars(weeks, frame) for frame in FRAMES],
        weeks=weeks,
        asked={"fran": first.isoformat(), "till": last.isoformat()},
        co2_kg=(found.co2_grams + GRAMS_A_KILO // 2) // GRAMS_A_KILO,
        factor=routing.co2_grams_per_km,
        source=routing.co2_source,
        km=_km,
        hours=hours_text,
        minutes=minutes,
        states=STATES,
    )


def _times() -> list[tuple[str, date, date]]:
    """The times that are a press away: their names, first and last days."""
    now = today()
    begins = now.replace(day=1)
    before = begins - DAY
    return [
        (told(mark("This month")), begins, last_day(now.year, now.month)),
        (told(mark("Last month")), before.replace(day=1), before),
        (told(mark("This year")), date(now.year, 1, 1), date(now.year, 12, 31)),
    ]


def _by_van(routes: tuple[DrivenRoute, ...]) -> list[dict[str, Any]]:
    """Each van's routes together; planned and driven time of those that can be compared."""
    found: dict[str, dict[str, Any]] = {}
    for route in routes:
        blank = {"routes": 0, "noted": 0, "distance_m": 0, "compared": 0}
        van = found.setdefault(
            route.vehicle, {"code": route.vehicle, **blank, "planned_s": 0, "driven_s": 0}
        )
        van["routes"] += 1
        van["noted"] += route.noted
        van["distance_m"] += route.distance_m
        if route.driven_s is not None:
            van["compared"] += 1
            van["planned_s"] += route.planned_s
            van["driven_s"] += route.driven_s
    return [found[code] for code in sorted(found)]


def _worst_first(kept: Kept, name: str) -> tuple[int, int, str]:
    """By the share in the window, then near the plan; those without arrivals last."""
    share, near = kept.window_permille, kept.near_permille
    return (share if share is not None else 1001, near if near is not None else 1001, name)


def _km(distance_m: int) -> int:
    return (distance_m + METRES_A_KM // 2) // METRES_A_KM


def hours_text(seconds: int) -> str:
    """`5 h 10 min`, with a minus below zero."""
    hours, rest = divmod(minutes(abs(seconds)), 60)
    sign = "\u2212" if seconds < 0 else ""
    return sign + told(mark("{hours} h {minutes} min"), hours=hours, minutes=rest)
