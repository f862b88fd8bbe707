"""Pages of what members owe: by age, and a member's account between two days."""

from datetime import date
from decimal import Decimal
from http import HTTPStatus
from typing import Any, Final

from flask import Response, request

from consortium.core.errors import Conflict, Invalid
from consortium.core.money import ORE_PER_KRONA
from consortium.core.words import mark
from consortium.exchange.exporting import MEDIA, Export
from consortium.http.asking import Form, MaybeDay, form_of, settings, works
from consortium.payments.accruing import accrued
from consortium.payments.aging import Aged, account_of, aging
from consortium.payments.debts import open_debts
from consortium.web.asking import Pages, asker
from consortium.web.downloads import csv_file, csv_text, sheet_file
from consortium.web.language import told
from consortium.web.periods import today
from consortium.web.refusals import with_faults, worded

pages = Pages("receivables", __name__, "/betalningar", right="billing.see")

AGES: Final = (
    ("not_due", mark("Not due")),
    ("days_1_30", mark("1–30 days")),
    ("days_31_60", mark("31–60 days")),
    ("days_61_90", mark("61–90 days")),
    ("days_over_90", mark("Over 90 days")),
)
"""The buckets: their columns in files, and what they are called."""
SUMS: Final = (("credit", mark("To be given back")), ("total", mark("Sum")))
MOVES: Final = ("date", "kind", "number", "due_on", "amount_ore", "balance_ore")


class AgingForm(Form):
    dag: MaybeDay = None


class SpanForm(Form):
    fran: MaybeDay = None
    till: MaybeDay = None


@pages.get("/reskontra")
def index(problem: Invalid | None = None) -> tuple[str, HTTPStatus]:
    """What each member owes by age, at the end of the day `dag`, else as of today."""
    try:
        day = form_of(AgingForm, request.args).dag or today()
    except Invalid as wrong:
        problem, day = wrong, today()
    with works().reading(asker()) as work:
        rows, total = aging(work, day)
    return with_faults(
        "payments/aging.html",
        problem,
        rows=rows,
        total=total,
        day=day,
        ages=[told(text) for _column, text in AGES],
    )


@pages.get("/reskontra.csv")
def table() -> Response:
    """The same as CSV, öre as whole numbers."""
    day, rows = _aged()
    header = ("member", "name", *(f"{column}_ore" for column, _text in (*AGES, *SUMS)))
    lines = [(row.member, row.name, *_sums(row)) for row in rows]
    return csv_file(f"reskontra-{day.isoformat()}.csv", csv_text(header, lines))


@pages.get("/reskontra.xlsx")
def book() -> Response:
    """The same as a workbook, in kronor."""
    day, rows = _aged()
    name = f"reskontra-{day.isoformat()}"
    heads = (mark("Code"), mark("Member"), *(text for _column, text in (*AGES, *SUMS)))
    cells: list[list[Any]] = [[row.member, row.name, *map(_kronor, _sums(row))] for row in rows]
    made = Export(name, tuple(told(head) for head in heads), cells)
    return sheet_file(f"{name}.xlsx", made.written("xlsx"), MEDIA["xlsx"])


@pages.get("/kontoutdrag/<code>")
def statement(code: str) -> tuple[str, HTTPStatus]:
    """A member's account between the days `fran` and `till`, this year's where none are named."""
    problem, span = None, (date(today().year, 1, 1), today())
    try:
        span = _span()
    except Invalid as wrong:
        problem, span = wrong, (date(today().year, 1, 1), today())
    with works().reading(asker()) as work:
        account = account_of(work, code, *span)
        interest_ore, unknown = None, []
        if settings().invoicing.charge_interest:
            owed = [each.invoice for each in open_debts(work) if each.member == code]
            try:
                interest_ore = sum(accrued(work, owed, work.today).values())
            except Conflict as missing:
                unknown = [worded(fault) for fault in missing.faults]
    return with_faults(
        "payments/statement.html",
        problem,
        account=account,
        interest_ore=interest_ore,
        unknown=unknown,
        day=today(),
    )


@pages.get("/kontoutdrag/<code>.csv")
def lines(code: str) -> Response:
    """The lines of a member's account, öre as whole numbers."""
    with works().reading(asker()) as work:
        account = account_of(work, code, *_span())
    rows = [
        (move.on, move.kind, move.number, move.due_on or "", move.amount_ore, move.balance_ore)
        for move in account.moves
    ]
    opening = (account.from_on, "opening", "", "", 0, account.opening_ore)
    name = f"kontoutdrag-{code}-{account.from_on}-{account.to_on}.csv"
    return csv_file(name, csv_text(MOVES, [opening, *rows]))


def _aged() -> tuple[date, list[Aged]]:
    day = form_of(AgingForm, request.args).dag or today()
    with works().reading(asker()) as work:
        rows, _total = aging(work, day)
    return day, rows


def _span() -> tuple[date, date]:
    form = form_of(SpanForm, request.args)
    till = form.till or today()
    first = form.fran or date(till.year, 1, 1)
    if till < first:
        raise Invalid("The last day is before the first", at="till", remedy="Choose a later day")
    return first, till


def _sums(row: Aged) -> tuple[int, ...]:
    return (*row.buckets, row.credit_ore, row.total_ore)


def _kronor(amount_ore: int) -> Decimal:
    return Decimal(amount_ore) / ORE_PER_KRONA
