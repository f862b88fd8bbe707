"""Pages of the carriers' invoices: entered as costs, beside what was planned, and taken back."""

from http import HTTPStatus

from flask import Response, request, url_for
from werkzeug.wrappers import Response as Answer

from consortium.core.errors import Conflict, Invalid, Problem
from consortium.core.words import mark
from consortium.costs.queries import pools
from consortium.http.asking import Day, Filled, Form, Ore, Whole, form_of, works
from consortium.http.paging import pager, paging_of
from consortium.transports.carrier_invoices import (
    POOL,
    NewInvoice,
    compared_invoices,
    enter_invoice,
    take_back_invoice,
)
from consortium.transports.carriers import carriers
from consortium.web.addresses import see
from consortium.web.asking import Pages, asker
from consortium.web.downloads import csv_file, csv_text
from consortium.web.language import language, told
from consortium.web.periods import today
from consortium.web.refusals import with_faults
from consortium.web.toasts import offer_undo

pages = Pages("carrier_invoices", __name__, "/transportorer/fakturor", right="costs.see")


class InvoiceForm(Form):
    """carrier: its id. amount: without VAT. pool: a code."""

    carrier: Whole
    number: Filled
    from_on: Day
    to_on: Day
    amount: Ore
    pool: Filled


@pages.get("")
def index(problem: Problem | None = None) -> tuple[str, HTTPStatus]:
    """The invoices beside what was planned, and a form for a new one."""
    with works().reading(asker()) as work:
        choices = [(str(carrier.id), carrier.name) for carrier in carriers(work)]
        invoices = compared_invoices(work)
        year = work.today.year
        known = [pool for each in (year - 1, year) for pool in pools(work, each)]
    named = {pool.code: pool.name if language() == "sv" else pool.name_en for pool in known}
    paging = paging_of(request.args.get("sida"))
    return with_faults(
        "carriers/invoices.html",
        problem,
        choices=choices,
        invoices=invoices[paging.offset : paging.offset + paging.size],
        pages=pager(paging, len(invoices), lambda n: url_for(".index", sida=n)),
        pools=list(named.items()),
        default_pool=POOL,
        first=today().replace(day=1).isoformat(),
    )


@pages.get("/fakturor.csv")
def table() -> Response:
    """The invoices beside their plans and claims."""
    with works().reading(asker()) as work:
        found = compared_invoices(work)
    header = ["carrier", "number", "from_on", "to_on", "pool", "amount_ore", "planned_ore"]
    rows = [
        (
            row.carrier.name,
            row.invoice.number,
            row.invoice.from_on,
            row.invoice.to_on,
            row.invoice.pool,
            row.invoice.amount_ore,
            row.planned_ore,
            row.planned,
            row.claimed_ore,
        )
        for row in found
    ]
    return csv_file("transportfakturor.csv", csv_text([*header, "routes", "claimed_ore"], rows))


@pages.post("", right="costs.change")
def enter() -> Answer | tuple[str, HTTPStatus]:
    """Enter an invoice."""
    try:
        form = form_of(InvoiceForm, request.form)
        new = NewInvoice(
            form.carrier, form.number, form.from_on, form.to_on, form.amount, form.pool
        )
        with works().writing(asker()) as work:
            row = enter_invoice(work, new)
    except (Invalid, Conflict) as problem:
        return index(problem)
    offer_undo(told(mark("The invoice {number} is entered"), number=row.number), work.audited)
    return see(url_for("web.carrier_invoices.index"))


@pages.post("/<int(max=2147483647):invoice_id>/bort", right="costs.change")
def take_back(invoice_id: int) -> Answer:
    with works().writing(asker()) as work:
        row = take_back_invoice(work, invoice_id)
    offer_undo(told(mark("The invoice {number} is taken back"), number=row.number), work.audited)
    return see(url_for("web.carrier_invoices.index"))
