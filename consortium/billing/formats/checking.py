"""What we demand of an invoice before it is sent, beyond what the official rules see.

The EN 16931 rules ask for no due date, and the Peppol and Swedish rules come in no package. A
rule's own name stands where it has one (Peppol BIS Billing 3: `PEPPOL-…`; Sweden: `SE-R-…`;
EN 16931: `BR-…`). `figures.py` has the rules on lines, VAT and sums.
"""

import re
from collections.abc import Iterator
from typing import Final

from stdnum import ean
from stdnum.se import orgnr, vat

from consortium.billing.formats.figures import figure_faults
from consortium.billing.formats.paper import Paper, Party
from consortium.billing.formats.payment import bankgiro_is_valid, ocr_is_valid
from consortium.core.errors import Fault
from consortium.core.money import kronor

# Receivers cut or refuse longer texts; the paper has room for these
LONGEST: Final = {"number": 30, "name": 100, "text": 200, "reason": 500, "note": 500}
UNPRINTABLE: Final = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def faults_of(paper: Paper) -> list[Fault]:
    """Everything that must be mended before `paper` may be sent; empty where nothing must.

    Places are those of the paper, counted from 0: `lines[2].reason`, `buyer.endpoint_id`.
    """
    return [
        *figure_faults(paper),
        *_date_faults(paper),
        *_reference_faults(paper),
        *_document_faults(paper),
        *_party_faults("seller", paper.seller),
        *_party_faults("buyer", paper.buyer),
        *_registration_faults(paper),
        *_payment_faults(paper),
        *_text_faults(paper),
    ]


def _date_faults(paper: Paper) -> Iterator[Fault]:
    if paper.due_on < paper.issued_on:
        yield Fault(
            "It falls due on {due}, before it is issued on {issued}",
            "due_on",
            {"due": paper.due_on.isoformat(), "issued": paper.issued_on.isoformat()},
            "Set terms of payment of 0 days or more",
        )
    if paper.period_to < paper.period_from:
        yield Fault(
            "The period ends on {end}, before it begins on {start}",
            "period_to",
            {"end": paper.period_to.isoformat(), "start": paper.period_from.isoformat()},
            "Turn the two dates around",
        )


def _reference_faults(paper: Paper) -> Iterator[Fault]:
    if not paper.number.strip():
        yield Fault("The invoice has no number", "number", remedy="Take one from the series")
    if not paper.buyer_reference.strip():  # PEPPOL-EN16931-R003
        yield Fault(
            "The buyer's reference is missing",
            "buyer_reference",
            remedy="Ask the member for it and write it in the invoice address",
        )


def _document_faults(paper: Paper) -> Iterator[Fault]:
    """A credit note gives something back; what it names has been issued."""
    if paper.document not in {"invoice", "credit_note"}:
        yield Fault(
            "There is no document {document}",
            "document",
            {"document": paper.document},
            "Use invoice or credit_note",
        )
    for index, (number, issued_on) in enumerate(paper.credits):
        if not number.strip() or issued_on > paper.issued_on:
            yield Fault(
                "The invoice that is credited has no number, or was issued later",
                f"credits[{index}]",
                remedy="Name an invoice that has been issued",
            )
    if paper.document == "credit_note" and paper.payable_ore < 0:
        yield Fault(
            "The credit note comes to {sum}, so that it gives nothing back",
            "payable_ore",
            {"sum": kronor(paper.payable_ore)},
            "Make an invoice of it, with the signs turned",
        )


def _party_faults(role: str, party: Party) -> Iterator[Fault]:
    if not party.legal_name.strip():
        yield Fault("The legal name is missing", f"{role}.legal_name", remedy="Write it")
    if not party.organisation_number:
        yield Fault(
            "The organisation number is missing",
            f"{role}.organisation_number",
            remedy="Write its ten digits without hyphen",
        )
    elif not is_organisation_number(party.organisation_number):  # SE-R-003, SE-R-004, SE-R-013
        yield Fault(
            "{number} is not an organisation number",
            f"{role}.organisation_number",
            {"number": party.organisation_number},
            "Write ten digits without hyphen; the last is a check digit",
        )
    if party.vat_number and not is_vat_number(party.vat_number):  # SE-R-001, SE-R-002
        yield Fault(
            "{number} is not a Swedish VAT number",
            f"{role}.vat_number",
            {"number": party.vat_number},
            "Write SE, the organisation number's ten digits and 01",
        )
    yield from _endpoint_faults(role, party)


def _endpoint_faults(role: str, party: Party) -> Iterator[Fault]:
    """Both sides have an address in the network (PEPPOL-EN16931-R010, R020)."""
    checks = {"0007": is_organisation_number, "0088": is_gln}
    if not party.endpoint_scheme or not party.endpoint_id:
        yield Fault(
            "The e-invoice address is missing",
            f"{role}.endpoint_id",
            remedy="Ask the member for its Peppol address and write it in the invoice address",
        )
    elif party.endpoint_scheme not in checks:
        yield Fault(
            "No e-invoice address of scheme {scheme} is known here",
            f"{role}.endpoint_scheme",
            {"scheme": party.endpoint_scheme},
            "Use 0007 (organisation number) or 0088 (GLN)",
        )
    elif not checks[party.endpoint_scheme](party.endpoint_id):
        yield Fault(
            "{id} is not an e-invoice address of scheme {scheme}",
            f"{role}.endpoint_id",
            {"id": party.endpoint_id, "scheme": party.endpoint_scheme},
            "0007 has ten digits, 0088 thirteen; the last is a check digit",
        )


def is_organisation_number(number: str) -> bool:
    """Ten digits without hyphen, the last a Luhn digit."""
    return bool(re.fullmatch("[0-9]{10}", number)) and orgnr.is_valid(number)


def is_vat_number(number: str) -> bool:
    """`SE`, an organisation number and `01`."""
    return bool(re.fullmatch("SE[0-9]{10}01", number)) and vat.is_valid(number)


def is_gln(number: str) -> bool:
    """Thirteen digits, the last a check digit modulo 10 (GS1 General Specifications, 7.9)."""
    return bool(re.fullmatch("[0-9]{13}", number)) and ean.is_valid(number)


def _registration_faults(paper: Paper) -> Iterator[Fault]:
    """Who charges VAT, or is exempt from it, is registered for it (BR-S-02, BR-E-02)."""
    if {group.category for group in paper.vat} & {"S", "E"} and not paper.seller.vat_number:
        yield Fault(
            "The seller has no VAT number, and the invoice is not outside VAT",
            "seller.vat_number",
            remedy="Write the host's VAT number",
        )


def _payment_faults(paper: Paper) -> Iterator[Fault]:
    if not paper.bankgiro:
        yield Fault("The bankgiro number is missing", "bankgiro", remedy="Write that of the host")
    elif not bankgiro_is_valid(paper.bankgiro):  # SE-R-009, SE-R-010
        yield Fault(
            "{account} is not a bankgiro number",
            "bankgiro",
            {"account": paper.bankgiro},
            "Write seven or eight digits; the last is a check digit",
        )
    without = paper.document == "credit_note" and not paper.ocr  # nobody pays a credit note
    if not without and not ocr_is_valid(paper.ocr):
        yield Fault(
            "The OCR reference {reference} is not valid",
            "ocr",
            {"reference": paper.ocr},
            "Make it from the invoice number",
        )


def _text_faults(paper: Paper) -> Iterator[Fault]:
    for at, text, kind in _texts(paper):
        if len(text) > LONGEST[kind]:
            yield Fault(
                "The text has {count} characters, at most {longest} are allowed",
                at,
                {"count": len(text), "longest": LONGEST[kind]},
                "Shorten it",
            )
        if UNPRINTABLE.search(text):
            yield Fault(
                "The text holds a character that cannot be printed",
                at,
                remedy="Write the text anew, on one line",
            )


def _texts(paper: Paper) -> Iterator[tuple[str, str, str]]:
    """Place, text and kind of length of every text that people write."""
    yield "number", paper.number, "number"
    yield "buyer_reference", paper.buyer_reference, "name"
    yield "note", paper.note, "note"
    for index, (number, _issued_on) in enumerate(paper.credits):
        yield f"credits[{index}]", number, "number"
    for role, party in (("seller", paper.seller), ("buyer", paper.buyer)):
        for field in ("legal_name", "street", "postcode", "city", "email"):
            yield f"{role}.{field}", getattr(party, field), "name"
    for index, line in enumerate(paper.lines):
        yield f"lines[{index}].pool", line.pool, "name"
        for field in ("text", "note", "reason"):
            yield f"lines[{index}].{field}", getattr(line, field), field
    for index, group in enumerate(paper.vat):
        yield f"vat[{index}].reason", group.reason, "reason"
