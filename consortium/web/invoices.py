"""Pages of the invoices: the list, one invoice with its documents, and why each line is there."""

import json
from functools import lru_cache
from typing import Any, Final

from flask import Response, render_template, request, url_for
from markupsafe import Markup

from consortium.billing.crediting import creditable
from consortium.billing.delivering import trouble_of
from consortium.billing.exporting import invoice_rows, line_rows
from consortium.billing.formats.invoice_sheets import invoices_csv, invoices_workbook
from consortium.billing.formats.paper_json import paper_from
from consortium.billing.formats.payment import bankgiro_as_written
from consortium.billing.lists import (
    Wanted,
    buyers,
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
from consortium.billing.rules import CREDIT_NOTE, INVOICE
from consortium.core.errors import Unavailable
from consortium.core.work import Work
from consortium.documents.queries import document
from consortium.exchange.taking import WORKBOOK
from consortium.http.asking import works
from consortium.http.paging import PAGE_SIZE, cursor_of, cursor_pager
from consortium.payments.debts import open_debts
from consortium.payments.queries import paid_of
from consortium.reports.line_evidence import LineEvidence, line_evidence
from consortium.reports.reasons import basis_to_show, reason
from consortium.web.asking import Pages, asker, visit
from consortium.web.downloads import csv_file, document_file, json_file, sheet_file
from consortium.web.key_words import METHODS, parts_in_words
from consortium.web.language import language, told
from consortium.web.periods import asked_year, month_title, months_title, year_choices

pages = Pages("invoices", __name__, "/fakturor", right="billing.see")

ROWS_KEPT: Final = 4096
KINDS_KEPT: Final = 64
BODIES_KEPT: Final = 256  # each holds a basis of some 30 kB
DOCUMENTS: Final = {"faktura": INVOICE, "kredit": CREDIT_NOTE}
PAYMENTS: Final = ("obetalda", "forfallna")


@pages.get("")
def index() -> str:
    """Invoices of a year, the newest first; `medlem`, `slag` and `betalning` narrow them."""
    cursor = cursor_of(request.args.get("vidare"), NEWEST)
    with works().reading(asker()) as work:
        wanted, kept = _wanted(work)
        page = listed_invoices(work, wanted, cursor, PAGE_SIZE)
        sums, members, years = sums_of(work, wanted), buyers(work), invoiced_years(work)
    year = wanted.year or asked_year()
    return render_template(
        "invoices/index.html",
        rows=[_row_of(row, language(), request.script_root) for row in page.rows],
        sums=sums,
        members=members,
        chosen=wanted.member,
        narrowing=_narrowing(kept.get("slag", ""), kept.get("betalning", ""), language()),
        narrowed=len(kept) > 1,
        year=year,
        years=year_choices(years, year),
        pages=cursor_pager(page, lambda text: url_for(".index", **kept, vidare=text), sums.count),
        kept=kept,
    )


def _wanted(work: Work) -> tuple[Wanted, dict[str, Any]]:
    """Which invoices the address asks for, and the fields of an address that asks for them."""
    asked = {name: request.args.get(name, "") for name in ("medlem", "slag", "betalning")}
    document, unpaid = DOCUMENTS.get(asked["slag"], ""), asked["betalning"] in PAYMENTS
    late = asked["betalning"] == "forfallna"
    ids = [
        owed.invoice
        for owed in (open_debts(work) if unpaid else ())
        if owed.debt_ore > 0 and (owed.overdue_days(work.today) or not late)
    ]
    year = asked_year()
    wanted = Wanted(year, asked["medlem"], document, frozenset(ids) if unpaid else None)
    kept = {"medlem": wanted.member, "slag": document and asked["slag"]}
    kept["betalning"] = asked["betalning"] if unpaid else ""
    return wanted, {"ar": year} | {name: value for name, value in kept.items() if value}


@lru_cache(KINDS_KEPT)
def _narrowing(document: str, payment: str, _language: str) -> Markup:
    return _drawn("invoices/narrowing.html", document=document, payment=payment)


@lru_cache(ROWS_KEPT)
def _row_of(invoice: ListedInvoice, _language: str, _root: str) -> Markup:
    """A row of the list. What is issued stays as it is, so most rows are drawn once."""
    return _drawn("invoices/row.html", invoice=invoice)


@pages.get("/fakturor.csv")
def table() -> Response:
    """Every invoice that the address chooses, without pages."""
    with works().reading(asker()) as work:
        wanted, _kept = _wanted(work)
        rows = invoice_rows(work, wanted)
    return csv_file(f"fakturor-{wanted.year}.csv", invoices_csv(rows))


@pages.get("/fakturor.xlsx")
def workbook() -> Response:
    """The same with a sheet of their lines, amounts in kronor."""
    with works().reading(asker()) as work:
        wanted, _kept = _wanted(work)
        invoices, lines = invoice_rows(work, wanted), line_rows(work, wanted)
    written = invoices_workbook(invoices, lines)
    return sheet_file(f"fakturor-{wanted.year}.xlsx", written, WORKBOOK)


@pages.get("/<number>")
def show(number: str) -> str:
    with works().reading(asker()) as work:
        invoice, buyer = invoice_by_number(work, number)
        lines = {line.position: (line, pool) for line, pool in invoice_lines(work, invoice)}
        documents, delivery = documents_of(work, invoice), delivery_of(work, invoice)
        run = run_by_id(work, invoice.run_id) if invoice.run_id else None
        trouble, paid = trouble_of(work, invoice), paid_of(work, invoice.id)
        whole = invoice.document == INVOICE and not any(
            row.left_ore for row in creditable(work, invoice)
        )
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
        paid=paid,
        late_days=paid.owed.overdue_days(work.today),
        credited_whole=whole,
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
        line = line_evidence(work, number, position)
    host = visit().plate.host
    return render_template(
        "invoices/why.html", body=_body_of(line, language(), request.script_root, host)
    )


@lru_cache(BODIES_KEPT)
def _body_of(line: LineEvidence, lang: str, _root: str, host: str) -> Markup:
    """The page of a line. It follows from what is stored alone, so it is worked out once."""
    if line.credits or not line.basis:
        shown = paper_from(json.loads(line.paper))
        of_paper = next(row for row in shown.lines if row.position == line.position)
        return _drawn("invoices/why_other.html", line=line, text=of_paper, note=shown.note)
    found = reason(line, told)
    names = {code: name if lang == "sv" else name_en for code, name, name_en in line.names}
    return _drawn(
        "invoices/why_body.html",
        line=line,
        reason=found,
        names=names,
        words=parts_in_words(found.key.key, names),
        rounding=told(METHODS[found.key.method]),
        title=months_title(found.month, found.to_month),
        host=host,
    )


def _drawn(template: str, **shown: Any) -> Markup:
    return Markup(render_template(template, **shown).strip())  # noqa: S704 (HTML of our own)


@pages.get("/<number>/varfor/<int(max=999):position>/underlag.json")
def basis(number: str, position: int) -> Response:
    """The case that the line was split from: `consortium allocate` gives the same snapshot.

    Who may not see the other members' measures gets the own part of it.
    """
    with works().reading(asker()) as work:
        line = line_evidence(work, number, position)
    text = json.dumps(dict(basis_to_show(line)), ensure_ascii=False, indent=1) + "\n"
    return json_file(f"underlag-{number}-{position}.json", text)
