"""Pages of the week: which libraries have a stop on which weekday, and what a change comes to."""

from collections.abc import Sequence
from http import HTTPStatus

from flask import Response as File
from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from consortium.branches.queries import branch_by_slug, branches
from consortium.core.errors import Invalid, NotFound
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.crates.rules import is_depot
from consortium.http.asking import form_of, works
from consortium.transports.calendars import WEEKDAYS
from consortium.transports.queries import WeeklyView, weekly_template
from consortium.transports.registering import drop_template_stop, set_template_stop
from consortium.transports.seasons import seasons
from consortium.transports.week_effects import (
    WORTH_A_SEARCH_ORE,
    WeekEffect,
    effect_of,
    read_effect,
)
from consortium.transports.weekly_stops import WeeklyStop
from consortium.web.addresses import see
from consortium.web.asking import Pages, asker
from consortium.web.downloads import csv_file, csv_text
from consortium.web.language import language, told
from consortium.web.refusals import with_faults
from consortium.web.showing import weekday
from consortium.web.toasts import done, offer_undo
from consortium.web.week_fields import (
    DropForm,
    StopForm,
    at_inputs,
    minutes,
    seconds_of,
    time_of,
    window_text,
)

__all__ = ["day_name", "minutes", "pages", "seconds_of", "time_of"]

pages = Pages("week", __name__, "/veckan", right="transports.see")

NOT_KEPT = frozenset({"csrf_token", "sok"})
HEADER = (
    *("season", "weekday", "branch", "name", "windows", "service_s", "required", "skip_ore"),
    *("served", "usual_deliver", "usual_collect"),
)


@pages.get("")
def index(problem: Invalid | None = None) -> tuple[str, HTTPStatus]:
    """The week; `dag` and `bibliotek` in the address choose the stop that the form is about.

    `sasong` is the season that is shown, by its name.
    """
    season = request.args.get("sasong", "") if problem is None else request.form.get("sasong", "")
    with works().reading(asker()) as work:
        known = [view.season.name for view in seasons(work)]
        season = season if season in known else ""
        stops = weekly_template(work, season)
        places = [(b.slug, b.name) for b, _ in branches(work) if not is_depot(b.kind)]
    days, slug = request.args.get("dag", ""), request.args.get("bibliotek", "")
    chosen = next((s for s in stops if (str(s.weekday), s.slug) == (days, slug)), None)
    return with_faults(
        "week/index.html",
        problem,
        rows=_by_branch(stops),
        counts=[sum(stop.weekday == day and stop.served for stop in stops) for day in WEEKDAYS],
        places=places,
        weekdays=[(str(day), weekday(day, language())) for day in WEEKDAYS],
        chosen=chosen,
        day=days,
        slug=slug,
        season=season,
        seasons=known,
        minutes=minutes,
        window_text=window_text,
    )


@pages.get("/veckan.csv")
def table() -> File:
    """The stops of the ordinary week and of every season as a file."""
    with works().reading(asker()) as work:
        names = ["", *(view.season.name for view in seasons(work))]
        listed = [stop for name in names for stop in weekly_template(work, name)]
    rows = [_row(stop) for stop in dict.fromkeys(listed)]
    return csv_file("veckan.csv", csv_text(HEADER, rows))


@pages.post("/verkan", right="transports.change")
def effect() -> str | tuple[str, HTTPStatus]:
    """What the stop in the form, or its end, comes to; nothing is saved."""
    try:
        form = form_of(StopForm, request.form)
        with works().reading(asker()) as work:
            basis = read_effect(work, form.stop)
    except Invalid as problem:
        return index(at_inputs(problem))
    found = effect_of(basis, search=form.sok == "ja")
    return _effect_page(found, form.stop, dropped=False)


@pages.post("/ta-bort/verkan", right="transports.change")
def effect_of_drop() -> str:
    form = form_of(DropForm, request.form)
    with works().reading(asker()) as work:
        stop = _stop(work, form)
        basis = read_effect(work, stop, dropped=True)
    return _effect_page(effect_of(basis, search=form.sok == "ja"), stop, dropped=True)


@pages.post("", right="transports.change")
def change() -> Response | tuple[str, HTTPStatus]:
    try:
        form = form_of(StopForm, request.form)
        with works().writing(asker()) as work:
            new = (form.weekday, form.branch) not in _stops(work, form.sasong)
            name = branch_by_slug(work, form.branch).name
            set_template_stop(work, form.stop)
    except Invalid as problem:
        return index(at_inputs(problem))
    _say_changed(work, name, day_name(form.weekday), new=new)
    season = form.sasong or None
    return see(url_for(".index", dag=form.weekday, bibliotek=form.branch, sasong=season))


@pages.post("/ta-bort", right="transports.change")
def drop() -> Response:
    form = form_of(DropForm, request.form)
    with works().writing(asker()) as work:
        name = branch_by_slug(work, form.branch).name
        drop_template_stop(work, form.weekday, form.branch, form.sasong)
    day = day_name(form.weekday)
    if form.sasong:
        said = told(mark("On {weekday} {name} is as in the ordinary week"), name=name, weekday=day)
    else:
        said = told(mark("{name} has no stop any more on {weekday}"), name=name, weekday=day)
    offer_undo(said, work.audited)
    return see(url_for(".index", sasong=form.sasong or None))


def day_name(number: int) -> str:
    """A weekday inside a sentence: Swedish has it in small letters."""
    name = weekday(number, language())
    return name.lower() if language() == "sv" else name


def _effect_page(found: WeekEffect, stop: WeeklyStop, *, dropped: bool) -> str:
    kept = {name: text for name, text in request.form.items() if name not in NOT_KEPT}
    worth = found.ore_more > WORTH_A_SEARCH_ORE and request.form.get("sok") != "ja"
    return render_template(
        "week/effect.html",
        effect=found,
        fields=kept,
        search=url_for(".effect_of_drop" if dropped else ".effect") if worth else "",
        dropped=dropped,
        season=stop.season,
        weekday_name=day_name(stop.weekday),
        address=url_for(".drop" if dropped else ".change"),
        back=url_for(
            ".index",
            dag=stop.weekday,
            bibliotek=stop.branch,
            sasong=stop.season or None,
        ),
    )


def _stop(work: Work, form: DropForm) -> WeeklyStop:
    """The stop that is to be dropped."""
    found = _stops(work, form.sasong).get((form.weekday, form.branch))
    if found is None:
        name = branch_by_slug(work, form.branch).name
        raise NotFound("{name} has no stop on that weekday", name=name)
    return WeeklyStop(
        found.weekday,
        found.slug,
        found.window,
        found.service_s,
        season=form.sasong,
        more_windows=found.more_windows,
    )


def _by_branch(stops: Sequence[WeeklyView]) -> list[tuple[WeeklyView, dict[int, WeeklyView]]]:
    """Each branch that has a stop, by name: any of its stops, and all by weekday."""
    found: dict[str, dict[int, WeeklyView]] = {}
    for stop in sorted(stops, key=lambda stop: (stop.name, stop.weekday)):
        found.setdefault(stop.slug, {})[stop.weekday] = stop
    return [(next(iter(days.values())), days) for days in found.values()]


def _row(stop: WeeklyView) -> list[object]:
    windows = window_text((stop.window, *stop.more_windows))
    kept = (stop.season, stop.weekday, stop.slug, stop.name, windows, stop.service_s)
    told_apart = (int(stop.required), stop.skip_ore, int(stop.served))
    return [*kept, *told_apart, stop.usual_deliver, stop.usual_collect]


def _stops(work: Work, season: str) -> dict[tuple[int, str], WeeklyView]:
    """Every stop of the week, or the season's own, by its weekday and branch."""
    stops = weekly_template(work, season)
    return {(stop.weekday, stop.slug): stop for stop in stops if stop.season == season}


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
