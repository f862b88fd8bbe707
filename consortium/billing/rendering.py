"""An issued invoice becomes documents: read, draw with no work open, keep. Then it may leave."""

from collections.abc import Mapping

from sqlmodel import select

from consortium.billing.formats.paper import Paper
from consortium.billing.formats.paper_json import paper_from
from consortium.billing.formats.pdf import invoice_pdf
from consortium.billing.formats.peppol import invoice_xml
from consortium.billing.queries import documents_of
from consortium.billing.tables import Invoice, InvoiceDocument
from consortium.core.errors import Conflict, NotFound
from consortium.core.later import Later
from consortium.core.words import words
from consortium.core.work import Work
from consortium.documents.keeping import keep

DELIVER_INVOICE = Later("invoicing.deliver_invoice")
MEDIA_TYPES = {"pdf": "application/pdf", "xml": "application/xml"}


def paper_to_render(work: Work, number: str) -> Paper:
    """The paper of an invoice, as it was fixed when the invoice was issued."""
    return paper_from(invoice_row(work, number).paper)


def render(paper: Paper) -> dict[str, bytes]:
    """The invoice in each form, the e-invoice also within the PDF. Pure: same paper, same bytes."""
    xml = invoice_xml(paper)
    return {"pdf": invoice_pdf(paper, words("sv"), xml), "xml": xml}


def keep_documents(work: Work, number: str, documents: Mapping[str, bytes]) -> None:
    """Keep the rendered invoice and queue its delivery; doing it again changes nothing."""
    invoice = invoice_row(work, number)
    kept = documents_of(work, invoice)
    for form, content in documents.items():
        sha256 = keep(work, content, MEDIA_TYPES[form])
        if form not in kept:
            work.session.add(InvoiceDocument(invoice_id=invoice.id, form=form, sha256=sha256))
        elif kept[form] != sha256:
            raise Conflict("Invoice {number} is kept with other content", number=number)
    if not kept:
        work.later(DELIVER_INVOICE, key=number, number=number)


def invoice_row(work: Work, number: str) -> Invoice:
    """An invoice by its number, for jobs: no scope is asked for."""
    invoice = work.session.exec(select(Invoice).where(Invoice.number == number)).first()
    if invoice is None:
        raise NotFound("There is no invoice {number}", number=number)
    return invoice
