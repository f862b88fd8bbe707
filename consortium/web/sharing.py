"""Pages of the allocation: every pool of a month, one pool, and what another key would do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from http import HTTPStatus
from typing import Any, Final, Literal

from flask import Response, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from consortium.agreements.queries import whole_agreements
from consortium.billing.queries import runs
from consortium.core.errors import Conflict, Invalid, Problem
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.costs.agreeing import KeyRule, change_budget, set_key
from consortium.costs.key_filling import fields_of
from consortium.costs.queries import latest_costs, pool_of_year, pool_years
from consortium.costs.recording import NewCost, record_cost
from consortium.http.answers import STATUS
from consortium.http.asking import Day, Filled, Form, Line, Month, Ore, form_of, works
from consortium.http.paging import Paging, pager, paging_of
from consortium.measures.queries import measures
from consortium.members.queries import members
from consortium.reports.pools import PoolPage, pool_page
from consortium.reports.sharing import shared_month
from consortium.reports.trying import (
    Choice,
    Comparison,
    choices,
    compare,
    key_of,
    trial_of,
)
from consortium.web.addresses import see
from consortium.web.asking import Pages, asker
from consortium.web.downloads import csv_file, csv_text
from consortium.web.key_trial import address_of
from consortium.web.key_words import SHORT_METHODS, parts_in_words, terms_in_words
from consortium.web.language import language, told
from consortium.web.periods import asked_period, month_choices, month_title, year_choices
from consortium.web.refusals import with_faults, worded
from consortium.web.showing import number
from consortium.web.toasts import offer_undo
from consortium.web.trials import FIELDS, fields_of_trial, is_asked, trial_asked

pages = Pages("sharing", __name__, "/fordelning", right="costs.see")

COSTS_SHOWN: Final = 12  # a year of monthly invoices


class BudgetForm(Form):
    budget: Ore


class CostForm(Form):
    """reference: what the cost is, as the supplier's number; the same is never recorded twice."""

    reference: Filled
    on_date: Day
    supplier: Filled
    text: Line = ""
    amount: Ore


class KeyForm(Form):
    """from_on: the month from which the tried key holds. sure: the box that says it is decided."""

    from_on: Month
    clause: Filled
    sure: Literal["ja"]


@dataclass(frozen=True, slots=True)
class Tried:
    """A trial as the page shows it. fields: of its form. problem: why there is no comparison."""

    fields: Mapping[str, str]
    asked: bool
    comparison: Comparison | None = None
    problem: Problem | None = None


@pages.get("")
def index() -> str:
    year, month = asked_period()
    with works().reading(asker()) as work:
        shared, years = shared_month(work, year, month), pool_years(work)
    return render_template(
        "sharing/index.html",
        shared=shared,
        rows=shared.rows(),
        title=month_title(date(year, month, 1)),
        months=month_choices(),
        years=year_choices(years, year),
    )


@pages.get("/per-kommun.csv")
def table() -> Response:
    """What each member bears of each pool in the month: a column of öre for each pool."""
    year, month = asked_period()
    with works().reading(asker()) as work:
        shared = shared_month(work, year, month)
    codes = [pool.code for pool in shared.pools]
    header = ["member", "name", *(f"{code}_ore" for code in codes), "total_ore"]
    rows = [
        [row.code, row.name, *(row.by_pool.get(code, 0) for code in codes), row.total_ore]
        for row in shared.rows()
    ]
    return csv_file(f"fordelning-{year}-{month:02}.csv", csv_text(header, rows))


@pages.get("/<code>")
def show(code: str, problem: Problem | None = None) -> tuple[str, HTTPStatus]:
    """A pool in a month. A trial in the address is compared with the key in force."""
    year, month = asked_period()
    paging = paging_of(request.args.get("sida"), COSTS_SHOWN)
    with works().reading(asker()) as work:
        page = pool_page(work, code, year, month)
        offered = choices(work, code, year, month)
        tried = _tried(work, page, offered)
        shown = _beside(work, page, paging)
    failed = problem or tried.problem
    answer, _status = with_faults(
        "sharing/show.html",
        problem,
        page=page,
        tried=tried,
        offered=_options(offered, tried),
        trial_faults={f.at: worded(f) for f in tried.problem.faults} if tried.problem else {},
        rounding=told(SHORT_METHODS[page.split.method]) if page.split else "",
        measured=_measured,
        editor=_editor(code, tried),
        **shown,
    )
    return answer, STATUS[type(failed)] if failed else HTTPStatus.OK


@pages.get("/<code>/per-kommun.csv")
def pool_table(code: str) -> Response:
    """The pool's month by member, and beside it the trial where the address asks for one."""
    year, month = asked_period()
    with works().reading(asker()) as work:
        page = pool_page(work, code, year, month)
        comparison = _compare(work, page) if is_asked(request.args) else None
    if comparison:
        header = ["member", "name", "now_ore", "tried_ore", "change_ore"]
        rows = [[r.code, r.name, r.now_ore, r.tried_ore, r.change_ore] for r in comparison.rows]
    else:
        header = ["member", "name", "percent", "share_ore"]
        split = page.split.rows if page.split else ()
        rows = [[r.code, r.name, r.percent, r.share_ore] for r in split]
    return csv_file(f"fordelning-{code}-{year}-{month:02}.csv", csv_text(header, rows))


@pages.post("/<code>/budget", right="costs.change")
def budget(code: str) -> Answer | tuple[str, HTTPStatus]:
    year, month = asked_period()
    try:
        form = form_of(BudgetForm, request.form)
        with works().writing(asker()) as work:
            pool = change_budget(work, code, year, form.budget)
    except (Invalid, Conflict) as problem:
        return show(code, problem)
    name = _in_language(pool.name, pool.name_en)
    offer_undo(told(mark("The budget of {pool} is changed"), pool=name), work.audited)
    return see(url_for("web.sharing.show", code=code, ar=year, manad=month))


@pages.post("/<code>/kostnad", right="costs.change")
def cost(code: str) -> Answer | tuple[str, HTTPStatus]:
    year, month = asked_period()
    try:
        form = form_of(CostForm, request.form)
        new = NewCost(form.reference, form.on_date, form.supplier, form.text, form.amount)
        with works().writing(asker()) as work:
            record_cost(work, code, year, new)
    except Invalid as problem:
        return show(code, problem)
    said = told(mark("The cost {reference} is recorded"), reference=form.reference)
    offer_undo(said, work.audited)
    return see(url_for("web.sharing.show", code=code, ar=year, manad=month))


@pages.post("/<code>/nyckel", right="costs.change")
def key(code: str) -> Answer | tuple[str, HTTPStatus]:
    """Let the trial in the address be the pool's key from a month on."""
    year, _month = asked_period()
    try:
        form = form_of(KeyForm, request.form)
        with works().writing(asker()) as work:
            rule = KeyRule(_tried_key(work), form.clause, form.from_on, {})
            set_key(work, code, year, rule)
    except Invalid as problem:
        return show(code, problem)
    offer_undo(
        told(mark("The pool has a new key from {month}"), month=month_title(form.from_on)),
        work.audited,
        str(rule.key["name"]),
    )
    return see(url_for("web.sharing.show", code=code, ar=year, manad=form.from_on.month))


def _tried(work: Work, page: PoolPage, offered: list[Choice]) -> Tried:
    if not is_asked(request.args):
        begun = trial_of(page.in_force.key) if page.in_force else None
        return Tried(fields_of_trial(begun, [c.weighing for c in offered]), asked=False)
    fields = {name: request.args.get(name, "") for name in FIELDS}
    try:
        return Tried(fields, True, _compare(work, page))
    except Problem as problem:
        return Tried(fields, True, problem=problem)


def _compare(work: Work, page: PoolPage) -> Comparison:
    months = range(1, 13) if request.args.get("period") == "ar" else [page.month]
    return compare(work, page.code, page.year, months, _tried_key(work))


def _tried_key(work: Work) -> dict[str, Any]:
    names = {measure.code: measure.name for measure in measures(work)}
    return key_of(trial_asked(request.args, names), names)


def _beside(work: Work, page: PoolPage, paging: Paging) -> dict[str, Any]:
    """What stands beside the split: words of the keys, costs so far, and what forms choose from."""
    names = {m.code: _in_language(m.name, m.name_en) for m in measures(work)}
    pool = pool_of_year(work, page.code, page.year)
    rows, total = latest_costs(work, pool, paging.offset, paging.size)
    taken = [version.from_on for version in page.versions]
    taken += [run.month for run in runs(work) if run.state == "issued"]
    last = max((day.month for day in taken if day.year == page.year), default=0)
    return {
        "words": {v.from_on: parts_in_words(v.key, names) for v in page.versions},
        "terms": terms_in_words(page.in_force.key, {m.code: m.name for m in members(work)})
        if page.in_force
        else [],
        "costs": rows,
        "pages": pager(paging, total, lambda number: _address_of_page(page.code, number)),
        "clauses": [
            (clause.number, clause.number)
            for whole in whole_agreements(work)
            for clause in whole.clauses
        ],
        "open_months": [
            (f"{page.year}-{month:02}", name) for month, name in month_choices() if month > last
        ],
        "years": year_choices(pool_years(work), page.year),
        "months": month_choices(),
        "title": month_title(date(page.year, page.month, 1)),
        "today": work.today,
    }


def _options(offered: list[Choice], tried: Tried) -> list[tuple[str, str]]:
    """The measures to choose from; what the address has chosen is always among them."""
    options = {c.weighing.code: _option(c) for c in offered}
    for name in ("matt1", "matt2"):
        options.setdefault(tried.fields[name], tried.fields[name])
    return list(options.items())


def _option(choice: Choice) -> str:
    name, when = _in_language(choice.name, choice.name_en), choice.weighing.when
    if when == "latest":
        return told(mark("{name}, newest value"), name=name)
    if when.startswith("n"):
        return told(mark("{name}, mean of the {count} newest"), name=name, count=when[1:])
    if "+" in when:
        days = when.replace("+", ", ")
        return told(mark("{name}, mean of {days}"), name=name, days=days)
    return f"{name}, {when}"


def _measured(exact: str) -> str:
    """A measure's value, a whole number or a fraction, with two decimals where it needs them."""
    value = Fraction(exact)
    if value.denominator == 1:
        return number(value.numerator, language())
    cents = Decimal(round(value * 100)) / 100
    return number(f"{cents:.2f}", language())


def _editor(code: str, tried: Tried) -> str:
    """The form with every part of a key: of the trial, else of the one in force."""
    return address_of(code, fields_of(tried.comparison.key) if tried.comparison else {})


def _in_language(swedish: str, english: str) -> str:
    return swedish if language() == "sv" else english


def _address_of_page(code: str, number: int) -> str:
    known = ("ar", "manad", *FIELDS)
    kept: dict[str, Any] = {name: request.args[name] for name in known if name in request.args}
    return url_for("web.sharing.show", code=code, **kept, sida=number)
