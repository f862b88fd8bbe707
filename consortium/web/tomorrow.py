"""Pages of a day's transports: its plan on a map, proposals to answer, papers, and its data."""

import json
from collections.abc import Sequence
from datetime import date
from http import HTTPStatus
from typing import Any, Final, Literal

from flask import request, url_for
from werkzeug.wrappers import Response

from consortium.branches.queries import branches
from consortium.core.days import DAY, instant_of
from consortium.core.errors import Conflict, NotFound, Problem
from consortium.core.words import mark
from consortium.http.asking import Form, form_of, settings, works
from consortium.http.parsing import day_of
from consortium.reports.outline import outline
from consortium.reports.plans import paper, published_plan
from consortium.reports.tomorrow import DayReport, day_report
from consortium.transports.answering import Answer, answer_plan
from consortium.transports.library_week import next_traffic_day
from consortium.transports.planning import MOVED_BY_HAND, TAKEN_IN_PART, ask_for_plan
from consortium.web.addresses import see
from consortium.web.asking import Pages, asker
from consortium.web.downloads import document_file, json_file
from consortium.web.frontier_chart import frontier_chart
from consortium.web.language import language, told
from consortium.web.mapping import draw, style_of
from consortium.web.refusals import with_faults
from consortium.web.remedies import remedy_of
from consortium.web.showing import MINUS, near_day, number
from consortium.web.spots import spots_of, tracks_of
from consortium.web.toasts import done, offer_undo

Shown = tuple[str, HTTPStatus]

pages = Pages("tomorrow", __name__, "", right="transports.see")

STATES: Final = {
    "published": ("ok", mark("In force")),
    "proposed": ("accent", mark("Waits for an answer")),
    "replaced": ("line", mark("Replaced")),
    "rejected": ("line", mark("Rejected")),
}
"""State of a plan → the kind of its badge, and its name."""

REASONS: Final = (
    mark("The day's first plan"),
    mark("A branch's days have changed"),
    mark("A coordinator asked for it"),
    MOVED_BY_HAND,
    TAKEN_IN_PART,
)
"""Why plans are made, as the planner's jobs have it."""

WHY_DROPPED: Final = {
    "closed": mark("closed"),
    "pin": mark("its place cannot be kept"),
    "not_with": mark("no route is left for it"),
    "window": mark("no van gets there in time"),
    "capacity": mark("no van has room"),
    "break": mark("the breaks leave no time"),
    "shift": mark("no shift is long enough"),
    "skipped": mark("cheaper to leave out"),
    "no_vehicle": mark("takes one more van"),
    "": mark("taken off"),
}

SOURCES: Final = {
    "measured": mark("measured"),
    "routed": mark("by the road map"),
    "estimated": mark("estimated"),
}
"""Where a leg's distance and time come from → how that is said."""

FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 2099


class AnswerForm(Form):
    svar: Literal["ja", "nej"]


@pages.get("/imorgon")
def index() -> Shown:
    """The day that `datum` in the address names, else the next business day."""
    datum = request.args.get("datum", "")
    return page(day_in(datum) if datum else None)


@pages.post("/turplan/<datum>/forslag/<int(max=2147483647):plan_id>", right="transports.plan")
def answer(datum: str, plan_id: int) -> Response | Shown:
    day = day_in(datum)
    accept = form_of(AnswerForm, request.form).svar == "ja"
    try:
        with works().writing(asker()) as work:
            given = answer_plan(work, plan_id, accept, settings().routing.notice_minutes)
            names = {branch.slug: branch.name for branch, _ in branches(work)}
    except Conflict as problem:
        return page(day, problem)
    said = mark("The proposal is accepted") if accept else mark("The plan stays as it is")
    more = who_was_told(given, names) if accept else told(mark("Nobody is written to."))
    offer_undo(told(said), work.audited, more)
    return see(url_for(".index", datum=datum))


@pages.post("/turplan/<datum>/planera", right="transports.plan")
def plan(datum: str) -> Response | Shown:
    day = day_in(datum)
    try:
        with works().writing(asker()) as work:
            ask_for_plan(work, day)
    except Conflict as problem:
        return page(day, problem)
    done(
        told(mark("A plan of {day} is being made"), day=datum),
        told(mark("Where one stands, it stays in force until you accept another.")),
    )
    return see(url_for(".index", datum=datum))


@pages.get("/turplan/<datum>/korlista/<vehicle>.pdf")
def manifest(datum: str, vehicle: str) -> Response:
    with works().reading(asker()) as work:
        found = paper(work, day_in(datum), "manifest", vehicle)
    name = f"korlista-{datum}-{vehicle}.pdf"
    return document_file(name, found.content, found.media_type, found.sha256)


@pages.get("/turplan/<datum>/etiketter.pdf")
def labels(datum: str) -> Response:
    with works().reading(asker()) as work:
        found = paper(work, day_in(datum), "labels")
    name = f"etiketter-{datum}.pdf"
    return document_file(name, found.content, found.media_type, found.sha256)


@pages.get("/turplan/<datum>/plan.json")
def plan_file(datum: str) -> Response:
    """The plan in force, byte for byte as `consortium plan` prints the plan of a case."""
    with works().reading(asker()) as work:
        found = published_plan(work, day_in(datum)).plan
    return json_file(f"plan-{datum}.json", _json(found))


@pages.get("/turplan/<datum>/underlag.json")
def case_file(datum: str) -> Response:
    """What the plan in force was made from: a case for `consortium plan`."""
    with works().reading(asker()) as work:
        found = published_plan(work, day_in(datum)).case
    return json_file(f"underlag-{datum}.json", _json(found))


def duration(seconds: int) -> str:
    """`5 h 10 min`, rounded to the minute, half up."""
    hours, minutes = divmod((seconds + 30) // 60, 60)
    return f"{hours}\u00a0h {minutes}\u00a0min" if hours else f"{minutes}\u00a0min"


def km(metres: int) -> int:
    """Whole kilometres, half up."""
    return (metres + 500) // 1000


def crowns(amount_ore: int, plus: bool = False) -> str:
    """Whole kronor with their unit, half away from zero. plus: with a sign also above zero."""
    whole = (abs(amount_ore) + 50) // 100
    sign = MINUS if amount_ore < 0 and whole else "+" if plus and whole else ""
    size = number(whole, language())
    return f"{sign}{size}\u00a0kr" if language() == "sv" else f"{sign}SEK\u00a0{size}"


def day_title(day: date, today: date) -> str:
    """A day as a heading: `I morgon, ons 25 nov`."""
    name, written = _near_name(day, today), near_day(day, today, language())
    return written.capitalize() if name == written else f"{name}, {written}"


def page(day: date | None, problem: Problem | None = None) -> Shown:
    with works().reading(asker()) as work:
        day = day or next_traffic_day(work, work.today)
        report = day_report(work, day, settings().routing.notice_minutes)
        late = work.now >= instant_of(report.made_on, settings().routing.plan_at)
    prices = _frontier(report)
    return with_faults(
        "tomorrow/index.html",
        problem,
        report=report,
        prices=prices,
        chart=frontier_chart(prices) if prices else None,
        present_ore=settings().routing.moved_stop_ore,
        days=_days(report),
        title=day_title(day, report.today),
        week=day.isocalendar().week,
        map=_map(report),
        planned=_planned(report),
        crowns=crowns,
        plan_at=settings().routing.plan_at,
        late=late,
        notice_minutes=settings().routing.notice_minutes,
        states=STATES,
        why_dropped=WHY_DROPPED,
        sources=SOURCES,
        remedy=lambda found: remedy_of(found, report.vans),
        style_of=style_of,
        duration=duration,
        km=km,
    )


def _days(report: DayReport) -> list[tuple[date, str]]:
    """The days to choose among: today, the next two with traffic, and the one that is shown."""
    days = {report.today, *report.ahead, report.day}
    return [(day, _near_name(day, report.today)) for day in sorted(days)]


def _near_name(day: date, today: date) -> str:
    if day == today:
        return told(mark("Today"))
    if day == today + DAY:
        return told(mark("Tomorrow"))
    return near_day(day, today, language())


def _map(report: DayReport) -> dict[str, Any] | None:
    """The drawing, and its facts in words; None where there is nothing to draw."""
    if report.plan is None or not report.plan.routes:
        return None
    spots, tracks = spots_of(report), tracks_of(report)
    names = {spot.slug: spot.label for spot in spots}
    facts = [
        told(
            mark("{vehicle}: {stops}."),
            vehicle=route.name,
            stops=", ".join(names[s] for s in track),
        )
        for route, track in zip(report.plan.routes, tracks, strict=True)
    ]
    off = [spot.label for spot in spots if spot.kind == "off"]
    if off:
        facts.append(told(mark("Not served: {stops}."), stops=", ".join(off)))
    return {"drawn": draw(spots, tracks, outline()), "facts": " ".join(facts)}


def _planned(report: DayReport) -> set[str]:
    """The slugs that the plan in force has a stop at."""
    routes = report.plan.routes if report.plan else ()
    return {stop.slug for route in routes for stop in route.stops}


def _frontier(report: DayReport) -> Sequence[dict[str, Any]]:
    """What the day would cost at some prices of change, as the newest plan that knows has it."""
    known = [each.frontier for each in report.proposals]
    if report.plan:
        known.append(report.plan.plan.frontier)
    return next((found for found in known if found), ())


def who_was_told(given: Answer, names: dict[str, str]) -> str:
    """Who is written to, and who has to be told by other means."""
    said = []
    if given.written_to:
        them = ", ".join(names[slug] for slug in given.written_to)
        said.append(told(mark("Written to: {names}."), names=them))
    if given.without_email:
        them = ", ".join(names[slug] for slug in given.without_email)
        said.append(told(mark("Without an e-mail address, so call them: {names}."), names=them))
    return " ".join(said) or told(mark("Nobody's time changes so much that they are written to."))


def day_in(text: str) -> date:
    """The day in an address; NotFound where it is none, or one that nobody plans."""
    try:
        day = day_of(text)
    except ValueError as error:
        raise NotFound("There is no plan of {day}", day=text) from error
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise NotFound("There is no plan of {day}", day=text)
    return day


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"
