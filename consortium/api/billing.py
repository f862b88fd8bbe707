"""Endpoints of invoices and shares, to be read by other systems."""

from typing import Any, Final

from consortium.api.billing_shapes import InvoiceList, InvoiceShown, ShareList
from consortium.api.fields import Chosen, MonthNumber, Page, Query, YearText
from consortium.api.refusals import told_faults
from consortium.api.routing import File, Route
from consortium.billing.formats.paper_json import paper_from
from consortium.billing.lists import Wanted
from consortium.billing.looking import NEWEST, listed_invoices, shown_invoice
from consortium.billing.queries import documents_of, invoice_by_number
from consortium.core.errors import NotFound, Unavailable
from consortium.core.work import Work
from consortium.documents.queries import document
from consortium.http.paging import cursor_of, cursor_text
from consortium.reports.sharing import SharedPool, shared_month

FORMS: Final = {"pdf": "application/pdf", "xml": "application/xml"}


class InvoiceQuery(Page):
    """year: of the month that is billed. member: a code."""

    year: YearText | None = None
    member: Chosen = ""


class ShareQuery(Query):
    year: YearText
    month: MonthNumber


def list_invoices(work: Work, asked: InvoiceQuery) -> dict[str, Any]:
    """Issued invoices within the caller's scope, the newest first, `limit` at a time."""
    wanted, cursor = Wanted(asked.year, asked.member), cursor_of(asked.cursor, NEWEST)
    page = listed_invoices(work, wanted, cursor, asked.limit)
    return {
        "invoices": [_heading(row) for row in page.rows],
        "next_cursor": cursor_text(page.after),
    }


def read_invoice(work: Work, number: str) -> dict[str, Any]:
    """One invoice with its lines, its VAT and the checksums of its documents."""
    found = shown_invoice(work, number)
    paper = paper_from(found.head.paper)
    texts = {line.position: line for line in paper.lines}
    return {
        **_heading(found.head),
        "buyer_reference": paper.buyer_reference,
        "seller_organisation_number": paper.seller.organisation_number,
        "buyer_organisation_number": paper.buyer.organisation_number,
        "bankgiro": paper.bankgiro,
        "ocr": paper.ocr,
        "example": paper.example,
        "lines": [
            {
                "position": line.position,
                "pool": line.pool,
                "kind": line.kind,
                "text": texts[line.position].text,
                "net_ore": line.net_ore,
                "vat_category": line.category,
                "vat_percent": line.percent,
                "snapshot": line.snapshot,
            }
            for line in found.lines
        ],
        "vat": [
            {
                "category": group.category,
                "percent": group.percent,
                "base_ore": group.base_ore,
                "vat_ore": group.vat_ore,
                "reason": group.reason,
            }
            for group in paper.vat
        ],
        "credits": [number for number, _issued_on in paper.credits],
        "documents": [
            {"form": form, "sha256": sha256} for form, sha256 in sorted(found.documents.items())
        ],
    }


def fetch_document(work: Work, number: str, form: str) -> File:
    """The invoice as a PDF or as an e-invoice (`pdf`, `xml`), byte for byte as it was kept."""
    invoice, _buyer = invoice_by_number(work, number)
    if form not in FORMS:
        raise NotFound("An invoice has no document {form}", form=form, remedy="Ask for pdf or xml")
    sha256 = documents_of(work, invoice).get(form)
    if sha256 is None:
        raise Unavailable(
            "Invoice {number} is still being drawn", number=number, remedy="Try again in a minute"
        )
    content = document(work, sha256).content
    return File(f"faktura-{number}.{form}", FORMS[form], content, sha256)


def list_shares(work: Work, asked: ShareQuery) -> dict[str, Any]:
    """What each member bears of each pool in a month, with what it was worked out from."""
    shared = shared_month(work, asked.year, asked.month)
    return {
        "year": shared.year,
        "month": shared.month,
        "pools": [_pool(pool) for pool in shared.pools],
    }


ROUTES: Final = (
    Route(
        "GET",
        "/invoices",
        list_invoices,
        "billing.see",
        "Issued invoices",
        InvoiceList,
        query=InvoiceQuery,
    ),
    Route("GET", "/invoices/{number}", read_invoice, "billing.see", "One invoice", InvoiceShown),
    Route(
        "GET",
        "/invoices/{number}/documents/{form}",
        fetch_document,
        "billing.see",
        "An invoice's document",
        media=tuple(FORMS.values()),
    ),
    Route(
        "GET",
        "/shares",
        list_shares,
        "costs.see",
        "What each member bears of a month",
        ShareList,
        query=ShareQuery,
    ),
)


def _heading(invoice: Any) -> dict[str, Any]:
    """A row of billing/looking.py, field by field."""
    return {
        "number": invoice.number,
        "document": invoice.document,
        "member": invoice.member,
        "name": invoice.name,
        "kind": invoice.kind,
        "month": f"{invoice.month:%Y-%m}",
        "issued_on": invoice.issued_on,
        "due_on": invoice.due_on,
        "net_ore": invoice.net_ore,
        "vat_ore": invoice.vat_ore,
        "payable_ore": invoice.payable_ore,
        "delivery": {"way": invoice.way, "at": invoice.delivered_at} if invoice.way else None,
    }


def _pool(pool: SharedPool) -> dict[str, Any]:
    return {
        "code": pool.code,
        "name": pool.name,
        "invoiced": pool.invoiced,
        "cost_ore": pool.cost_ore,
        "split_ore": pool.split_ore,
        "leftover_ore": pool.leftover_ore,
        "snapshot": pool.snapshot,
        "contributions": [
            {"member": given.member, "amount_ore": given.amount_ore} for given in pool.given
        ],
        "shares": [
            {
                "member": share.member,
                "net_ore": share.net_ore,
                "exact": share.exact,
                "percent": share.percent,
            }
            for share in pool.shares
        ],
        "errors": told_faults(pool.faults),
    }
