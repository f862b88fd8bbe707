"""Pages where a stop is moved by hand, or a proposal taken in part: first tried, then proposed."""

from datetime import date
from typing import Annotated, Literal

from flask import request, url_for
from pydantic import BeforeValidator
from werkzeug.wrappers import Response

from consortium.branches.queries import branches
from consortium.core.errors import Conflict, Invalid, Problem
from consortium.core.words import mark
from consortium.http.asking import Filled, Form, Line, Whole, form_of, maybe, settings, works
from consortium.http.parsing import whole_of
from consortium.reports.plan_trials import MoveReport, move_report, part_report
from consortium.reports.proposals import proposals_of
from consortium.transports.plan_rules import Move
from consortium.transports.proposing import accept_part, propose_move, propose_part
from consortium.web.addresses import see
from consortium.web.asking import Pages, asker
from consortium.web.language import told
from consortium.web.refusals import with_faults
from consortium.web.toasts import offer_undo
from consortium.web.tomorrow import (
    WHY_DROPPED,
    Shown,
    crowns,
    day_in,
    day_title,
    who_was_told,
)

pages = Pages("tomorrow_moves", __name__, "/turplan", right="transports.plan")

NO_VAN = ""

MaybePlan = Annotated[int | None, BeforeValidator(maybe(whole_of))]


class MoveForm(Form):
    """bil: a van's code; empty takes the stop off. plats: in its route. fran: a plan's id."""

    stopp: Filled
    bil: Line = NO_VAN
    plats: Whole = 1
    fran: MaybePlan = None

    @property
    def move(self) -> Move:
        return Move(self.stopp, self.bil, self.plats)


class PartForm(Form):
    svar: Literal["ja", "forslag"]


@pages.get("/<datum>/flytta")
def move(datum: str) -> Shown:
    """Choose a stop and where to; `bil` in the address has what that would come to shown."""
    day = day_in(datum)
    try:
        tried = form_of(MoveForm, request.args).move if "bil" in request.args else None
    except Invalid as problem:
        return _move_page(day, None, problem)
    return _move_page(day, tried)


@pages.post("/<datum>/flytta")
def propose(datum: str) -> Response | Shown:
    day = day_in(datum)
    try:
        form = form_of(MoveForm, request.form)
        with works().writing(asker()) as work:
            made = propose_move(work, day, form.move, form.fran)
            names = {branch.slug: branch.name for branch, _ in branches(work)}
            name, number = names[form.stopp], made.revision
    except Invalid as problem:
        return _move_page(day, None, problem)
    except Conflict as problem:
        return _move_page(day, form.move, problem)
    said = told(mark("{name} is moved in proposal {number}"), name=name, number=number)
    offer_undo(said, work.audited, told(mark("The plan in force stays until you accept it.")))
    return see(url_for("web.tomorrow.index", datum=datum))


@pages.get("/<datum>/forslag/<int(max=2147483647):plan_id>/del")
def part(datum: str, plan_id: int) -> Shown:
    """Choose parts of a proposal; each `stopp` in the address is one that is chosen."""
    return _part_page(day_in(datum), plan_id, request.args.getlist("stopp"))


@pages.post("/<datum>/forslag/<int(max=2147483647):plan_id>/del")
def take_part(datum: str, plan_id: int) -> Response | Shown:
    day, chosen = day_in(datum), request.form.getlist("stopp")
    try:
        accept = form_of(PartForm, request.form).svar == "ja"
        with works().writing(asker()) as work:
            if accept:
                given = accept_part(work, plan_id, chosen, settings().routing.notice_minutes)
                names = {branch.slug: branch.name for branch, _ in branches(work)}
            else:
                propose_part(work, plan_id, chosen)
    except Conflict as problem:
        return _part_page(day, plan_id, chosen, problem)
    if accept:
        said = told(mark("A part of the proposal is accepted"))
        offer_undo(said, work.audited, who_was_told(given, names))
    else:
        said = told(mark("The part is a proposal of its own"))
        offer_undo(said, work.audited, told(mark("The plan in force stays until you accept it.")))
    return see(url_for("web.tomorrow.index", datum=datum))


def _move_page(day: date, tried: Move | None, problem: Problem | None = None) -> Shown:
    asked = request.form if problem and request.form else request.args
    base = asked.get("fran", "")
    with works().reading(asker()) as work:
        minutes = settings().routing.notice_minutes
        base_id = int(base) if base.isascii() and base.isdecimal() else None
        report = move_report(work, day, tried, base_id, minutes)
        today = work.today
    now = _call_of(report, asked.get("stopp", ""))
    return with_faults(
        "tomorrow/move.html",
        problem,
        report=report,
        title=day_title(day, today),
        chosen=tried.stop if tried else asked.get("stopp", ""),
        van=tried.vehicle if tried else asked.get("bil", now[0]),
        place=tried.place if tried else asked.get("plats", now[1]),
        tried=tried,
        open_day=day >= today,
        crowns=crowns,
        why_dropped=WHY_DROPPED,
        notice_minutes=minutes,
    )


def _call_of(report: MoveReport, slug: str) -> tuple[str, int]:
    """The van that a stop goes with now, and its place, to begin with."""
    for route in report.routes:
        for place, stop in enumerate(route.stops, 1):
            if stop.slug == slug:
                return route.vehicle, place
    return (report.routes[0].vehicle if report.routes else NO_VAN), 1


def _part_page(day: date, plan_id: int, chosen: list[str], problem: Problem | None = None) -> Shown:
    with works().reading(asker()) as work:
        minutes = settings().routing.notice_minutes
        plan, trial = part_report(work, plan_id, chosen, minutes)
        waiting = {each.plan_id: each for each in proposals_of(work, plan.on_date, minutes)}
        today = work.today
    return with_faults(
        "tomorrow/part.html",
        problem,
        proposal=waiting[plan.id],
        trial=trial,
        day=plan.on_date,
        title=day_title(day, today),
        chosen=set(chosen),
        open_day=day >= today,
        crowns=crowns,
        why_dropped=WHY_DROPPED,
        notice_minutes=minutes,
    )
