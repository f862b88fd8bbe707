"""Pages of the budget: a year's pools against what they cost, and one pool with all it has."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Literal

from flask import Response, request, url_for
from werkzeug.wrappers import Response as Answer

from consortium.billing.settlements import settled_shares
from consortium.core.errors import Conflict, Invalid, Problem
from consortium.core.words import mark
from consortium.costs.agreeing import (
    add_pool,
)
from consortium.costs.opening import open_year
from consortium.http.asking import (
    Filled,
    Form,
    Line,
    Ore,
    Whole,
    form_of,
    settings,
    works,
)
from consortium.measures.queries import measures
from consortium.reports.budget import BudgetYear, Month, budget_year
from consortium.web.addresses import see
from consortium.web.asking import Pages, asker
from consortium.web.downloads import csv_file, csv_text
from consortium.web.language import language, told
from consortium.web.month_bars import FRAMES, Drawing, month_bars
from consortium.web.periods import asked_year, month_name, year_choices
from consortium.web.refusals import with_faults
from consortium.web.toasts import done, offer_undo

pages = Pages("budget", __name__, "/budget", right="costs.see")


class OpenForm(Form):
    """year: the one to open."""

    year: Whole


class PoolForm(Form):
    code: Filled
    name: Filled
    name_en: Line = ""
    budget: Ore
    everyone: Literal["", "ja"] = ""


@pages.get("")
def index(problem: Problem | None = None) -> tuple[str, HTTPStatus]:
    found = _year()
    with works().reading(asker()) as work:
        measured = {row.code: in_language(row.name, row.name_en) for row in measures(work)}
    return with_faults(
        "budget/index.html",
        problem,
        found=found,
        years=year_choices(list(found.years), found.year),
        names={pool.code: in_language(pool.name, pool.name_en) for pool in found.pools},
        measured=measured,
        month_name=month_name,
        drawings=drawings_of(found.months),
        percent=settings().budget.deviation_percent,
        closing_days=settings().budget.closing_days,
    )


@pages.get("/potter.csv")
def table() -> Response:
    """The pools of the year with budget, actual cost and forecast."""
    found = _year()
    header = ["pool", "budget_ore", "actual_ore", "forecast_ore", "trend_ore", "deviation_ore"]
    rows = [
        (
            pool.code,
            pool.budget_ore,
            pool.actual_ore,
            pool.forecast.expected_ore,
            "" if pool.forecast.trend_ore is None else pool.forecast.trend_ore,
            pool.forecast.deviation_ore,
        )
        for pool in found.pools
    ]
    return csv_file(f"budget-{found.year}.csv", csv_text(header, rows))


@pages.get("/manader.csv")
def months() -> Response:
    """The months of each pool of the year."""
    found = _year()
    header = ["pool", "month", "budget_ore", "actual_ore", "closed"]
    rows = [
        (pool.code, f"{found.year}-{row.month:02}", row.budget_ore, row.actual_ore, int(row.closed))
        for pool in found.pools
        for row in pool.months
    ]
    return csv_file(f"budget-manader-{found.year}.csv", csv_text(header, rows))


@pages.post("", right="costs.change")
def add() -> Answer | tuple[str, HTTPStatus]:
    """Add a pool to the year that the address names."""
    year = asked_year()
    try:
        form = form_of(PoolForm, request.form)
        with works().writing(asker()) as work:
            everyone = form.everyone == "ja"
            names = form.name, form.name_en
            add_pool(work, form.code, year, names, form.budget, everyone=everyone)
    except (Invalid, Conflict) as problem:
        return index(problem)
    offer_undo(told(mark("The cost pool {pool} is added"), pool=form.name), work.audited)
    return see(url_for("web.pool_budget.show", code=form.code, ar=year))


@pages.post("/oppna", right="costs.change")
def open_next() -> Answer | tuple[str, HTTPStatus]:
    """Open a year with the pools of the year before."""
    form = form_of(OpenForm, request.form)
    try:
        with works().writing(asker()) as work:
            made = open_year(work, form.year, settled_shares(work, form.year - 1))
    except (Invalid, Conflict) as problem:
        return index(problem)
    if made:
        said = told(
            mark("{year} is opened with {count} cost pools"), year=form.year, count=len(made)
        )
        offer_undo(said, work.audited, told(mark("Budgets and keys are as they were agreed.")))
    else:
        done(told(mark("{year} is open already"), year=form.year))
    return see(url_for("web.budget.index", ar=form.year))


def _year() -> BudgetYear:
    chosen = settings().budget
    with works().reading(asker()) as work:
        return budget_year(work, asked_year(), chosen.closing_days, chosen.deviation_percent)


def drawings_of(rows: Sequence[Month]) -> list[Drawing]:
    return [month_bars(rows, frame, language()) for frame in FRAMES] if rows else []


def in_language(swedish: str, english: str) -> str:
    return swedish if language() == "sv" else english
