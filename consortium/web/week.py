"""Pages of the week: which libraries have a stop on which weekday, and the vans."""

import re
from collections.abc import Sequence
from datetime import time
from http import HTTPStatus
from typing import Annotated, Final, Literal

from flask import request, url_for
from pydantic import BeforeValidator
from werkzeug.wrappers import Response

from consortium.branches.queries import branch_by_slug, branches
from consortium.core.errors import Fault, Invalid
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.http.asking import Filled, Form, Ore, Whole, form_of, works
from consortium.transports.queries import WeeklyView, vehicles, weekly_template
from consortium.transports.registering import (
    WEEKDAYS,
    WeeklyStop,
    drop_template_stop,
    set_template_stop,
)
from consortium.transports.rules import is_depot
from consortium.web.addresses import see
from consortium.web.asking import Pages, asker
from consortium.web.language import language, told
from consortium.web.refusals import with_faults
from consortium.web.showing import weekday
from consortium.web.toasts import done, offer_undo
from consortium.web.tomorrow import duration

pages = Pages("week", __name__, "/veckan", right="transports.see")

TIME: Final = mark("Write a time of day, as 08:30")
MINUTES: Final = mark("Write minutes, as 8 or 8:30")
FIELDS: Final = {"window": "window_to"}
"""Where the use case finds a fault → the input that it is about."""

_TIME: Final = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)", re.ASCII)
_MINUTES: Final = re.compile(r"(\d{1,4})(?::([0-5]\d))?", re.ASCII)


def time_of(text: str) -> time:
    """`8:30` or `08.30` as a time of day."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise ValueError(TIME)
    return time(int(found[1]), int(found[2]))


def seconds_of(text: str) -> int:
    """`8` minutes, or `8:30`, as seconds."""
    found = _MINUTES.fullmatch(text.strip())
    if found is None:
        raise ValueError(MINUTES)
    return int(found[1]) * 60 + int(found[2] or 0)


def minutes(seconds: int) -> str:
    """As `seconds_of` reads it: `8`, or `8:30` where it is no whole number of minutes."""
    whole, rest = divmod(seconds, 60)
    return f"{whole}:{rest:02}" if rest else str(whole)


Clock = Annotated[time, BeforeValidator(time_of)]
Minutes = Annotated[int, BeforeValidator(seconds_of)]


class StopForm(Form):
    """service_s: as minutes. required: `nej` for a stop that may be left out for `skip_ore`."""

    weekday: Whole
    branch: Filled
    window_from: Clock
    window_to: Clock
    service_s: Minutes
    required: Literal["ja", "nej"] = "ja"
    skip_ore: Ore = 0


class DropForm(Form):
    weekday: Whole
    branch: Filled


@pages.get("")
def index(problem: Invalid | None = None) -> tuple[str, HTTPStatus]:
    """The week; `dag` and `bibliotek` in the address choose the stop that the form is about."""
    with works().reading(asker()) as work:
        stops = weekly_template(work)
        vans = vehicles(work)
        places = [(b.slug, b.name) for b, _ in branches(work) if not is_depot(b.kind)]
    days, slug = request.args.get("dag", ""), request.args.get("bibliotek", "")
    chosen = next((s for s in stops if (str(s.weekday), s.slug) == (days, slug)), None)
    return with_faults(
        "week/index.html",
        problem,
        rows=_by_branch(stops),
        counts=[sum(stop.weekday == day for stop in stops) for day in WEEKDAYS],
        vans=vans,
        places=places,
        weekdays=[(str(day), weekday(day, language())) for day in WEEKDAYS],
        chosen=chosen,
        day=days,
        slug=slug,
        minutes=minutes,
        duration=duration,
    )


@pages.post("", right="transports.change")
def change() -> Response | tuple[str, HTTPStatus]:
    try:
        form = form_of(StopForm, request.form)
        stop = WeeklyStop(
            form.weekday,
            form.branch,
            (form.window_from, form.window_to),
            form.service_s,
            form.required == "ja",
            form.skip_ore,
        )
        with works().writing(asker()) as work:
            new = (form.weekday, form.branch) not in _stops(work)
            name = branch_by_slug(work, form.branch).name
            set_template_stop(work, stop)
    except Invalid as problem:
        return index(_at_inputs(problem))
    _say_changed(work, name, _day_name(form.weekday), new=new)
    return see(url_for(".index", dag=form.weekday, bibliotek=form.branch))


@pages.post("/ta-bort", right="transports.change")
def drop() -> Response:
    form = form_of(DropForm, request.form)
    with works().writing(asker()) as work:
        stops = _stops(work)
        drop_template_stop(work, form.weekday, form.branch)
    before = stops[form.weekday, form.branch]
    said = told(
        mark("{name} has no stop any more on {weekday}"),
        name=before.name,
        weekday=_day_name(before.weekday),
    )
    offer_undo(said, work.audited)
    return see(url_for(".index"))


def _by_branch(stops: Sequence[WeeklyView]) -> list[tuple[WeeklyView, dict[int, WeeklyView]]]:
    """Each branch that has a stop, by name: any of its stops, and all by weekday."""
    found: dict[str, dict[int, WeeklyView]] = {}
    for stop in sorted(stops, key=lambda stop: (stop.name, stop.weekday)):
        found.setdefault(stop.slug, {})[stop.weekday] = stop
    return [(next(iter(days.values())), days) for days in found.values()]


def _stops(work: Work) -> dict[tuple[int, str], WeeklyView]:
    """Every stop of the week by its weekday and branch."""
    return {(stop.weekday, stop.slug): stop for stop in weekly_template(work)}


def _day_name(number: int) -> str:
    """A weekday inside a sentence: Swedish has it in small letters."""
    name = weekday(number, language())
    return name.lower() if language() == "sv" else name


def _say_changed(work: Work, name: str, day: str, *, new: bool) -> None:
    """What was done in a work that is closed; new: there was no stop before."""
    if not work.audited:
        done(told(mark("Nothing was changed")))
    elif new:
        offer_undo(
            told(mark("{name} has a stop on {weekday}"), name=name, weekday=day), work.audited
        )
    else:
        said = told(mark("The stop of {name} on {weekday} is changed"), name=name, weekday=day)
        offer_undo(said, work.audited)


def _at_inputs(problem: Invalid) -> Invalid:
    return Invalid(
        [Fault(f.text, FIELDS.get(f.at, f.at), f.facts, f.remedy) for f in problem.faults]
    )
