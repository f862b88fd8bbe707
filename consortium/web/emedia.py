"""Pages of e-media: how long the pot lasts, what it went to, suppliers and their prices."""

from http import HTTPStatus
from typing import Final

from flask import request, url_for
from werkzeug.wrappers import Response

from consortium.core.errors import Invalid
from consortium.core.money import ORE_PER_KRONA
from consortium.core.words import mark
from consortium.emedia.queries import (
    customers,
    plain_prices,
    prices,
    supplier_by_code,
    usage,
)
from consortium.emedia.registering import add_supplier, know_customer, set_price
from consortium.emedia.rules import ACCESS_METHODS, METRICS, price_on
from consortium.http.asking import Day, Form, Line, form_of, works
from consortium.members.queries import members
from consortium.reports.emedia import emedia_year
from consortium.web.addresses import see
from consortium.web.asking import Pages, asker
from consortium.web.charting import NARROW, WIDE, burn_down
from consortium.web.downloads import csv_file, csv_text
from consortium.web.language import language, told
from consortium.web.periods import asked_year, month_name
from consortium.web.refusals import with_faults
from consortium.web.showing import number
from consortium.web.toasts import offer_undo

pages = Pages("emedia", __name__, "/e-medier", right="emedia.see")

USAGE_HEADER: Final = ("month", "supplier", "municipality", "name", "loans", "cost_ore")


class SupplierForm(Form):
    code: Line = ""
    name: Line = ""
    metric: Line = ""
    access_method: Line = ""


class PriceForm(Form):
    """ore_per_loan: as it was typed, since it may have parts of an öre."""

    from_on: Day
    ore_per_loan: Line = ""


class CustomerForm(Form):
    """member: its code. customer_id: as the supplier's reports have it."""

    member: Line = ""
    customer_id: Line = ""


@pages.app_template_filter("whole_kronor")
def whole_kronor(amount_ore: int) -> str:
    """Öre as whole kronor with the unit, half up: for figures in a text."""
    shown = number((2 * amount_ore + ORE_PER_KRONA) // (2 * ORE_PER_KRONA), language())
    return f"{shown}\u00a0kr" if language() == "sv" else f"SEK\u00a0{shown}"


@pages.get("")
def index(problem: Invalid | None = None) -> tuple[str, HTTPStatus]:
    """The pot of a year; `ar` in the address chooses which, else it is this one."""
    with works().reading(asker()) as work:
        found = emedia_year(work, asked_year())
    drawn = found.pot if found.pot and found.pot.months else None
    return with_faults(
        "emedia/index.html",
        problem,
        found=found,
        pot=found.pot,
        wide=burn_down(drawn, WIDE, language()) if drawn else None,
        narrow=burn_down(drawn, NARROW, language()) if drawn else None,
        month_name=month_name,
        metrics=[(name, name) for name in sorted(METRICS)],
        methods=[(name, name) for name in sorted(ACCESS_METHODS)],
    )


@pages.get("/lan.csv")
def loans() -> Response:
    """The year's usage of the municipalities that the asker may see, with what each cost."""
    year = asked_year()
    with works().reading(asker()) as work:
        rows = [
            (
                f"{row.month:%Y-%m}",
                row.supplier.code,
                row.member.code,
                row.member.name,
                row.loans,
                row.cost_ore,
            )
            for row in usage(work, year)
        ]
    return csv_file(f"e-lan-{year}.csv", csv_text(USAGE_HEADER, rows))


@pages.post("/leverantorer", right="emedia.change")
def add() -> Response | tuple[str, HTTPStatus]:
    try:
        form = form_of(SupplierForm, request.form)
        with works().writing(asker()) as work:
            made = add_supplier(work, form.code, form.name, form.metric, form.access_method)
    except Invalid as problem:
        return index(problem)
    offer_undo(
        told(mark("{name} is added"), name=made.name),
        work.audited,
        told(mark("Set what a loan costs before its usage is imported.")),
    )
    return see(url_for("web.emedia.supplier", code=made.code))


@pages.get("/leverantorer")
def suppliers() -> Response:
    """Where a browser asks anew for the page that a faulty supplier was answered with."""
    return see(url_for("web.emedia.index"))


@pages.get("/leverantorer/<code>")
def supplier(code: str, problem: Invalid | None = None) -> tuple[str, HTTPStatus]:
    """A supplier with its prices and the ids under which it knows the municipalities."""
    actor = asker()
    with works().reading(actor) as work:
        row = supplier_by_code(work, code)
        charged = prices(work, code)
        known = customers(work, code)
        today = work.today
        places = [
            (member.code, member.name)
            for member in members(work)
            if member.kind == "municipality" and actor.may("emedia.change", member.code)
        ]
    return with_faults(
        "emedia/supplier.html",
        problem,
        supplier=row,
        prices=charged,
        current=price_on(plain_prices(charged), today),
        customers=known,
        places=places,
        today=today,
    )


@pages.post("/leverantorer/<code>/pris", right="emedia.change")
def price(code: str) -> Response | tuple[str, HTTPStatus]:
    try:
        form = form_of(PriceForm, request.form)
        with works().writing(asker()) as work:
            set_price(work, code, form.from_on, form.ore_per_loan)
    except Invalid as problem:
        return supplier(code, problem)
    offer_undo(
        told(mark("The price from {day} is set"), day=form.from_on.isoformat()),
        work.audited,
        told(mark("Usage of months that begin on its days is paid for by it.")),
    )
    return see(url_for("web.emedia.supplier", code=code))


@pages.post("/leverantorer/<code>/kund", right="emedia.change")
def customer(code: str) -> Response | tuple[str, HTTPStatus]:
    try:
        form = form_of(CustomerForm, request.form)
        with works().writing(asker()) as work:
            know_customer(work, code, form.member, form.customer_id)
    except Invalid as problem:
        return supplier(code, problem)
    offer_undo(told(mark("The customer id is kept")), work.audited)
    return see(url_for("web.emedia.supplier", code=code))
