"""Pages of one pool's budget: its lines, months, costs, forecast, VAT, participants and gifts."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Annotated, Final, Literal, TypeVar

from flask import Response, request, url_for
from pydantic import StringConstraints
from werkzeug.wrappers import Response as Answer

from consortium.core.errors import Conflict, Fault, Invalid, Problem
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.costs.agreeing import (
    Vat,
    change_budget,
    confirm_vat,
    contribute,
    set_vat,
    take_part,
)
from consortium.costs.budgeting import put_lines
from consortium.costs.changing import change_pool
from consortium.costs.forecasting import NewForecast, make_forecast
from consortium.costs.listing import costs_of
from consortium.costs.queries import pool_of_year
from consortium.costs.removing import remove_contribution, remove_participant
from consortium.http.asking import (
    Day,
    Filled,
    Form,
    Line,
    MaybeDay,
    MaybeOre,
    Ore,
    form_of,
    settings,
    works,
)
from consortium.http.paging import pager, paging_of
from consortium.members.queries import members
from consortium.reports.budget import PoolPage, budget_page
from consortium.web.addresses import see
from consortium.web.asking import Pages, asker
from consortium.web.budget import drawings_of, in_language
from consortium.web.budget_lines import LineRow, lines_of, rows_kept, rows_sent
from consortium.web.downloads import csv_file, csv_text
from consortium.web.language import told
from consortium.web.periods import asked_year, month_name, year_choices
from consortium.web.refusals import with_faults
from consortium.web.showing import amount as shown_amount
from consortium.web.toasts import offer_undo

pages = Pages("pool_budget", __name__, "/budget", right="costs.see")

COSTS_SHOWN: Final = 12
CATEGORIES: Final = {
    "25": ("S", 25),
    "12": ("S", 12),
    "6": ("S", 6),
    "E": ("E", None),
    "O": ("O", None),
}
NO_OTHERS: Final[Mapping[str, str]] = {}
F = TypeVar("F", bound=Form)
Reason = Annotated[str, StringConstraints(max_length=200)]


class NamesForm(Form):
    name: Filled
    name_en: Line = ""


class BudgetForm(Form):
    budget: Ore


class ForecastForm(Form):
    on_date: Day
    amount: Ore
    why: Filled


class VatForm(Form):
    from_on: Day
    category: Literal["25", "12", "6", "E", "O"]
    reason: Reason = ""
    confirmed: Literal["", "ja"] = ""


class ConfirmForm(Form):
    """from_on: the first day of the treatment. confirmed: `nej` takes a confirmation back."""

    from_on: Day
    confirmed: Literal["ja", "nej"]


class PartForm(Form):
    member: Filled
    part_from: MaybeDay = None
    part_to: MaybeDay = None


class MemberForm(Form):
    member: Filled


class GiftForm(Form):
    giver: Filled
    gift: Ore


class TotalForm(Form):
    """total: what the lines are to come to, where that is to be checked."""

    total: MaybeOre = None


@pages.get("/<code>")
def show(code: str, problem: Problem | None = None) -> tuple[str, HTTPStatus]:
    year = asked_year()
    paging = paging_of(request.args.get("sida"), COSTS_SHOWN)
    with works().reading(asker()) as work:
        page = _page(work, code, year)
        listed = costs_of(work, year, code, paging.offset, paging.size)
        named = {row.code: row.name for row in members(work)}
        places = {row.code for row in members(work) if row.kind == "municipality"}
        today = work.today
    parts = {part.code for part in page.agreed.parts}
    return with_faults(
        "budget/pool.html",
        problem,
        page=page,
        pool=page.pool,
        agreed=page.agreed,
        year=year,
        name=in_language(page.pool.name, page.pool.name_en),
        years=year_choices(list(page.years), year),
        month_name=month_name,
        drawings=drawings_of(page.pool.months),
        listed=listed,
        pages=pager(
            paging, listed.total, lambda number: url_for(".show", code=code, ar=year, sida=number)
        ),
        lines=_line_rows(page, problem),
        named=named,
        joinable=[(code, named[code]) for code in sorted(places - parts)],
        givers=[(code, name) for code, name in named.items() if code not in page.agreed.given],
        today=today,
        percent=settings().budget.deviation_percent,
    )


@pages.get("/<code>/manader.csv")
def pool_months(code: str) -> Response:
    """The months of a pool."""
    year = asked_year()
    with works().reading(asker()) as work:
        page = _page(work, code, year)
    header = ["month", "budget_ore", "actual_ore", "deviation_ore", "closed"]
    rows = [
        (f"{year}-{r.month:02}", r.budget_ore, r.actual_ore, r.deviation_ore, int(r.closed))
        for r in page.pool.months
    ]
    return csv_file(f"budget-{code}-{year}.csv", csv_text(header, rows))


@pages.post("/<code>/namn", right="costs.change")
def rename(code: str) -> Answer | tuple[str, HTTPStatus]:
    def change(work: Work, form: NamesForm, year: int) -> None:
        pool = pool_of_year(work, code, year)
        change_pool(work, code, year, (form.name, form.name_en), pool.budget_ore)

    return _change(code, NamesForm, change, mark("The name of the pool is changed"))


@pages.post("/<code>/belopp", right="costs.change")
def amount(code: str) -> Answer | tuple[str, HTTPStatus]:
    """The budget as one amount, for a pool without lines."""
    return _change(
        code,
        BudgetForm,
        lambda work, form, year: change_budget(work, code, year, form.budget),
        mark("The budget is changed"),
    )


@pages.post("/<code>/rader", right="costs.change")
def lines(code: str) -> Answer | tuple[str, HTTPStatus]:
    """All lines of a pool's budget at once: a row without text and amount is taken away."""

    def change(work: Work, form: TotalForm, year: int) -> None:
        new = lines_of(rows_sent(request.form))
        total = sum(line.amount_ore for line in new)
        if form.total is not None and total != form.total:
            raise Invalid(
                "The lines do not come to the total",
                at="total",
                remedy="Change a line, or leave the total empty",
            )
        put_lines(work, code, year, new)

    return _change(code, TotalForm, change, mark("The budget lines are saved"))


@pages.post("/<code>/prognos", right="costs.change")
def judge(code: str) -> Answer | tuple[str, HTTPStatus]:
    return _change(
        code,
        ForecastForm,
        lambda work, form, year: make_forecast(
            work, code, year, NewForecast(form.on_date, form.amount, form.why)
        ),
        mark("The forecast is saved"),
    )


@pages.post("/<code>/moms", right="costs.change")
def tax(code: str) -> Answer | tuple[str, HTTPStatus]:
    def change(work: Work, form: VatForm, year: int) -> None:
        category, percent = CATEGORIES[form.category]
        vat = Vat(category, percent, form.reason, form.confirmed == "ja")
        set_vat(work, pool_of_year(work, code, year), form.from_on, vat)

    return _change(code, VatForm, change, mark("The VAT treatment is saved"))


@pages.post("/<code>/moms/bekrafta", right="costs.change")
def confirm(code: str) -> Answer | tuple[str, HTTPStatus]:
    def change(work: Work, form: ConfirmForm, year: int) -> None:
        pool, confirmed = pool_of_year(work, code, year), form.confirmed == "ja"
        confirm_vat(work, pool, form.from_on, confirmed=confirmed)

    return _change(code, ConfirmForm, change, mark("It is noted what the VAT officer says"))


@pages.post("/<code>/deltagare", right="costs.change")
def join(code: str) -> Answer | tuple[str, HTTPStatus]:
    return _change(
        code,
        PartForm,
        lambda work, form, year: take_part(
            work, pool_of_year(work, code, year), form.member, form.part_from, form.part_to
        ),
        mark("The participant is added"),
        {"from_on": "part_from", "to_on": "part_to"},
    )


@pages.post("/<code>/deltagare/bort", right="costs.change")
def leave(code: str) -> Answer | tuple[str, HTTPStatus]:
    return _change(
        code,
        MemberForm,
        lambda work, form, year: remove_participant(work, code, year, form.member),
        mark("The participant is taken away"),
    )


@pages.post("/<code>/bidrag", right="costs.change")
def give(code: str) -> Answer | tuple[str, HTTPStatus]:
    return _change(
        code,
        GiftForm,
        lambda work, form, year: contribute(
            work, pool_of_year(work, code, year), form.giver, form.gift
        ),
        mark("The contribution is saved"),
        {"amount": "gift"},
    )


@pages.post("/<code>/bidrag/bort", right="costs.change")
def take_back(code: str) -> Answer | tuple[str, HTTPStatus]:
    return _change(
        code,
        MemberForm,
        lambda work, form, year: remove_contribution(work, code, year, form.member),
        mark("The contribution is taken away"),
    )


def _change(
    code: str,
    model: type[F],
    change: Callable[[Work, F, int], object],
    said: str,
    fields: Mapping[str, str] = NO_OTHERS,
) -> Answer | tuple[str, HTTPStatus]:
    """What each form of a pool's page does.

    said: the constant text of the toast. fields: a fault's place → the field that is its own here.
    """
    year = asked_year()
    try:
        form = form_of(model, request.form)
        with works().writing(asker()) as work:
            change(work, form, year)
    except (Invalid, Conflict) as problem:
        faults = [
            Fault(fault.text, fields.get(fault.at, fault.at), fault.facts, fault.remedy)
            for fault in problem.faults
        ]
        return show(code, type(problem)(faults))
    offer_undo(told(said), work.audited)
    return _to(code, year)


def _to(code: str, year: int) -> Answer:
    return see(url_for("web.pool_budget.show", code=code, ar=year))


def _page(work: Work, code: str, year: int) -> PoolPage:
    chosen = settings().budget
    return budget_page(work, code, year, chosen.closing_days, chosen.deviation_percent)


def _line_rows(page: PoolPage, problem: Problem | None) -> list[LineRow]:
    """The rows of the form: what was sent where it was refused, else the lines there are."""
    sent = rows_sent(request.form) if problem else []
    written = {line.position: shown_amount(line.amount_ore, "sv") for line in page.lines}
    return sent or rows_kept(page.lines, written)
