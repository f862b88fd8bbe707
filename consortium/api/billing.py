"""Endpoints of invoices and shares, to be read by other systems."""

from typing import Annotated, Any, Final

from flask import Response, jsonify, request
from pydantic import Field

from consortium.api.asking import caller
from consortium.api.routing import Route
from consortium.billing.formats.paper_json import paper_from
from consortium.billing.lists import Wanted, deliveries, found_invoices
from consortium.billing.queries import (
    delivery_of,
    documents_of,
    invoice_by_number,
    invoice_lines,
)
from consortium.http.asking import Form, Line, Whole, form_of, works
from consortium.reports.sharing import SharedPool, shared_month

USUAL: Final = 50
MOST: Final = 200

Year = Annotated[Whole, Field(ge=2000, le=2100)]


class InvoiceQuery(Form):
    """year: of the month that is billed. cursor: `next_cursor` of the answer before."""

    year: Year | None = None
    member: Line = ""
    cursor: Line = ""
    limit: Annotated[Whole, Field(ge=1, le=MOST)] = USUAL


class ShareQuery(Form):
    year: Year
    month: Annotated[Whole, Field(ge=1, le=12)]


def list_invoices() -> Response:
    """Issued invoices within the caller's scope, the newest first, `limit` at a time."""
    asked = form_of(InvoiceQuery, request.args)
    wanted = Wanted(asked.year, asked.member, asked.cursor)
    with works().reading(caller()) as work:
        found = found_invoices(work, wanted, size=asked.limit + 1)  # one more: is there a next page
        rows = found[: asked.limit]
        left = deliveries(work, [invoice.id for invoice, _buyer in rows])
    return jsonify(
        invoices=[_heading(invoice, buyer, left.get(invoice.id)) for invoice, buyer in rows],
        next_cursor=rows[-1][0].number if len(found) > len(rows) else None,
    )


def read_invoice(number: str) -> Response:
    """One invoice with its lines, its VAT and the checksums of its documents."""
    with works().reading(caller()) as work:
        invoice, buyer = invoice_by_number(work, number)
        lines = invoice_lines(work, invoice)
        documents, delivery = documents_of(work, invoice), delivery_of(work, invoice)
    paper = paper_from(invoice.paper)
    texts = {line.position: line for line in paper.lines}
    return jsonify(
        **_heading(invoice, buyer, delivery),
        buyer_reference=paper.buyer_reference,
        seller_organisation_number=paper.seller.organisation_number,
        buyer_organisation_number=paper.buyer.organisation_number,
        bankgiro=paper.bankgiro,
        ocr=paper.ocr,
        example=paper.example,
        lines=[
            {
                "position": line.position,
                "pool": pool.code,
                "kind": line.kind,
                "text": texts[line.position].text,
                "net_ore": line.net_ore,
                "vat_category": line.category,
                "vat_percent": line.percent,
                "snapshot": line.snapshot,
            }
            for line, pool in lines
        ],
        vat=[
            {
                "category": group.category,
                "percent": group.percent,
                "base_ore": group.base_ore,
                "vat_ore": group.vat_ore,
                "reason": group.reason,
            }
            for group in paper.vat
        ],
        documents=[{"form": form, "sha256": sha256} for form, sha256 in sorted(documents.items())],
    )


def list_shares() -> Response:
    """What each member bears of each pool in a month, with what it was worked out from."""
    asked = form_of(ShareQuery, request.args)
    with works().reading(caller()) as work:
        shared = shared_month(work, asked.year, asked.month)
    return jsonify(
        year=shared.year, month=shared.month, pools=[_pool(pool) for pool in shared.pools]
    )


ROUTES: Final = (
    Route("GET", "/invoices", list_invoices),
    Route("GET", "/invoices/<number>", read_invoice),
    Route("GET", "/shares", list_shares),
)


def _heading(invoice: Any, buyer: Any, delivery: Any) -> dict[str, Any]:
    """The rows of an invoice, its buyer and its delivery (None: not yet), field by field."""
    return {
        "number": invoice.number,
        "member": buyer.code,
        "name": buyer.name,
        "kind": invoice.kind,
        "month": f"{invoice.month:%Y-%m}",
        "issued_on": invoice.issued_on.isoformat(),
        "due_on": invoice.due_on.isoformat(),
        "net_ore": invoice.net_ore,
        "vat_ore": invoice.vat_ore,
        "payable_ore": invoice.payable_ore,
        "delivery": {"way": delivery.way, "at": delivery.delivered_at.isoformat()}
        if delivery
        else None,
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
        "errors": [
            {"at": fault.at, "detail": fault.fault, "remedy": fault.mend} for fault in pool.faults
        ],
    }
