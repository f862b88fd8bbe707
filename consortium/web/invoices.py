"""Pages of the invoices: the list, one invoice with its documents, and why each line is there."""

import json
from functools import lru_cache
from typing import Any, Final

from flask import Response, render_template, request, url_for
from markupsafe import Markup

from consortium.billing.delivering import trouble_of
from consortium.billing.formats.paper_json import paper_from
from consortium.billing.formats.payment import bankgiro_as_written
from consortium.billing.lists import (
    Wanted,
    buyers,
    found_invoices,
    invoiced_years,
    sums_of,
)
from consortium.billing.looking import NEWEST, ListedInvoice, listed_invoices
from consortium.billing.queries import (
    delivery_of,
    documents_of,
    invoice_by_number,
    invoice_lines,
    run_by_id,
)
from consortium.core.errors import Unavailable
from consortium.documents.queries import document
from consortium.http.asking import works
from consortium.http.paging import PAGE_SIZE, cursor_of, cursor_pager
from consortium.measures.queries import measures
from consortium.reports.reasons import case_behind, reason_of
from consortium.web.asking import Pages, asker
from consortium.web.downloads import csv_file, csv_text, document_file, json_file
from consortium.web.key_words import METHODS, parts_in_words
from consortium.web.language import language, told
from consortium.web.periods import asked_year, month_title, year_choices

pages = Pages("invoices", __name__, "/fakturor", right="billing.see")

ROWS_KEPT: Final = 4096
COLUMNS: Final = (
    "number",
    "member",
    "name",
    "month",
    "kind",
    "issued_on",
    "due_on",
    "net_ore",
    "vat_ore",
    "payable_ore",
)


@pages.get("")
def index() -> str:
    """Invoices of a year, the newest first; `medlem` in the address chooses a member."""
    year, member = asked_year(), request.args.get("medlem", "")
    cursor, wanted = cursor_of(request.args.get("vidare"), NEWEST), Wanted(year, member)
    with works().reading(asker()) as work:
        page = listed_invoices(work, wanted, cursor, PAGE_SIZE)
        sums, members, years = sums_of(work, wanted), buyers(work), invoiced_years(work)
    kept: dict[str, Any] = {"ar": year} | ({"medlem": member} if member else {})
    return render_template(
        "invoices/index.html",
        rows=[_row_of(row, language(), request.script_root) for row in page.rows],
        sums=sums,
        members=members,
        chosen=member,
        year=year,
        years=year_choices(years, year),
        pages=cursor_pager(page, lambda text: url_for(".index", **kept, vidare=text), sums.count),
        kept=kept,
    )


@lru_cache(ROWS_KEPT)
def _row_of(invoice: ListedInvoice, _language: str, _root: str) -> Markup:
    """A row of the list. What is issued stays as it is, so most rows are drawn once."""
    return Markup(render_template("invoices/row.html", invoice=invoice).strip())  # noqa: S704 (HTML of our own)


@pages.get("/fakturor.csv")
def table() -> Response:
    """Every invoice that the address chooses, without pages."""
    wanted = Wanted(asked_year(), request.args.get("medlem", ""))
    with works().reading(asker()) as work:
        rows = found_invoices(work, wanted)
    lines = [
        (
            invoice.number,
            buyer.code,
            buyer.name,
            f"{invoice.month:%Y-%m}",
            invoice.kind,
            invoice.issued_on,
            invoice.due_on,
            invoice.net_ore,
            invoice.vat_ore,
            invoice.payable_ore,
        )
        for invoice, buyer in reversed(rows)
    ]
    return csv_file(f"fakturor-{wanted.year}.csv", csv_text(COLUMNS, lines))


@pages.get("/<number>")
def show(number: str) -> str:
    with works().reading(asker()) as work:
        invoice, buyer = invoice_by_number(work, number)
        lines = {line.position: (line, pool) for line, pool in invoice_lines(work, invoice)}
        documents, delivery = documents_of(work, invoice), delivery_of(work, invoice)
        run = run_by_id(work, invoice.run_id) if invoice.run_id else None
        trouble = trouble_of(work, invoice)
    paper = paper_from(invoice.paper)
    return render_template(
        "invoices/show.html",
        invoice=invoice,
        buyer=buyer,
        paper=paper,
        lines=[(line, *lines[line.position]) for line in paper.lines],
        documents=documents,
        delivery=delivery,
        trouble=trouble,
        run=run,
        bankgiro=bankgiro_as_written(paper.bankgiro),
        title=month_title(invoice.month),
    )


@pages.get("/<number>.<any(pdf, xml):form>")
def fetch(number: str, form: str) -> Response:
    """The invoice as a PDF or as an e-invoice, as it was kept."""
    with works().reading(asker()) as work:
        invoice, _buyer = invoice_by_number(work, number)
        sha256 = documents_of(work, invoice).get(form)
        if sha256 is None:
            raise Unavailable(
                "Invoice {number} is still being drawn",
                number=number,
                remedy="Try again in a minute",
            )
        kept = document(work, sha256)
    return document_file(f"faktura-{number}.{form}", kept.content, kept.media_type, sha256)


@pages.get("/<number>/varfor/<int(max=999):position>")
def why(number: str, position: int) -> str:
    """Why a line is there: pool, key, measures, sum, and the basis that anyone can split again."""
    with works().reading(asker()) as work:
        reason = reason_of(work, number, position, told)
        names = {m.code: m.name if language() == "sv" else m.name_en for m in measures(work)}
    return render_template(
        "invoices/why.html",
        reason=reason,
        words=parts_in_words(reason.key.key, names),
        rounding=told(METHODS[reason.key.method]),
        title=month_title(reason.month),
    )


@pages.get("/<number>/varfor/<int(max=999):position>/underlag.json")
def basis(number: str, position: int) -> Response:
    """The case that the line was split from: `consortium allocate` gives the same snapshot."""
    with works().reading(asker()) as work:
        case = case_behind(work, number, position)
    text = json.dumps(case, ensure_ascii=False, indent=1) + "\n"
    return json_file(f"underlag-{number}-{position}.json", text)
