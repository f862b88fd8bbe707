"""Rules before sending on the document as such: what must stand there, codes, dates, currency.

Meanings: Peppol BIS Billing 3, rules for UBL (docs.peppol.eu/poacc/billing/3.0/rules, May 2026);
`BR-…`: EN 16931-1, table of business rules. Stricter where we write one value only: profile 01,
type codes 380 and 381, SEK, address schemes 0007 and 0088.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from consortium.billing.formats.peppol import (
    COMMERCIAL_INVOICE,
    CREDIT_NOTE,
    CURRENCY,
    CUSTOMIZATION,
    PROFILE,
)
from consortium.billing.formats.presend_codes import (
    ALLOWANCES,
    CHARGES,
    EXEMPTIONS,
    MEDIA_TYPES,
    PERIOD_DATES,
)
from consortium.billing.formats.presend_reading import (
    INSTEAD,
    LINES,
    MISSING,
    Broken,
    Finder,
    Node,
    Rule,
    at,
    lacking,
    nodes,
    one_of,
    text,
    text_at,
    unless,
)
from consortium.core.words import mark

SELLER: Final = "/*/cac:AccountingSupplierParty/cac:Party"
BUYER: Final = "/*/cac:AccountingCustomerParty/cac:Party"
DATES: Final = (
    "//cbc:IssueDate | //cbc:DueDate | //cbc:PaymentDueDate | //cbc:TaxPointDate"
    " | //cbc:StartDate | //cbc:EndDate | //cbc:ActualDeliveryDate"
)
ASK: Final = mark("Ask the member for it and write it in the invoice address")
ADDRESS: Final = mark("The e-invoice address is missing")
CODE: Final = mark("{found} is none of the codes {expected}")


def is_day(written: str) -> bool:
    """A date as `2026-11-24`."""
    if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", written):
        return False
    try:
        date.fromisoformat(written)
    except ValueError:
        return False
    return True


def _other_currency(root: Node) -> Iterator[Broken]:
    """Amounts in another currency than the invoice's, but for VAT in that of accounting."""
    currency = text(root, "/*/cbc:DocumentCurrencyCode")
    in_accounting = nodes(root, "/*/cac:TaxTotal[not(cac:TaxSubtotal)]/cbc:TaxAmount")
    for amount in nodes(root, "//*[@currencyID]"):
        if amount.get("currencyID") != currency and amount not in in_accounting:
            yield Broken(amount, currency)


def _scheme(path: str, *schemes: str) -> Finder:
    known = " or ".join(f"@schemeID='{scheme}'" for scheme in schemes)
    return at(f"{path}[@schemeID][not({known})]")


def _exemption(reason: str, category: str) -> Finder:
    def broken(root: Node) -> Iterator[Broken]:
        for code in nodes(root, "//cac:TaxCategory/cbc:TaxExemptionReasonCode"):
            parent = code.getparent()
            if text_at(code).upper() == reason and parent is not None:
                yield from (
                    Broken(each, category)
                    for each in nodes(parent, "cbc:ID")
                    if text_at(each) != category
                )

    return broken


_PRESENT: Final = (
    ("BR-01", "/*", "cbc:CustomizationID"),
    ("BR-02", "/*", "cbc:ID"),
    ("BR-03", "/*", "cbc:IssueDate"),
    ("BR-04", "/*", "cbc:InvoiceTypeCode | cbc:CreditNoteTypeCode"),
    ("BR-05", "/*", "cbc:DocumentCurrencyCode"),
    ("BR-06", "/*", "cac:AccountingSupplierParty//cbc:RegistrationName"),
    ("BR-07", "/*", "cac:AccountingCustomerParty//cbc:RegistrationName"),
    ("BR-09", "/*", "cac:AccountingSupplierParty//cac:Country/cbc:IdentificationCode"),
    ("BR-11", "/*", "cac:AccountingCustomerParty//cac:Country/cbc:IdentificationCode"),
    ("BR-12", "/*", "cac:LegalMonetaryTotal/cbc:LineExtensionAmount"),
    ("BR-13", "/*", "cac:LegalMonetaryTotal/cbc:TaxExclusiveAmount"),
    ("BR-14", "/*", "cac:LegalMonetaryTotal/cbc:TaxInclusiveAmount"),
    ("BR-15", "/*", "cac:LegalMonetaryTotal/cbc:PayableAmount"),
    ("BR-16", "/*", "cac:InvoiceLine | cac:CreditNoteLine"),
    ("BR-21", LINES, "cbc:ID"),
    ("BR-22", LINES, "cbc:InvoicedQuantity | cbc:CreditedQuantity"),
    ("BR-24", LINES, "cbc:LineExtensionAmount"),
    ("BR-25", LINES, "cac:Item/cbc:Name"),
    ("BR-26", LINES, "cac:Price/cbc:PriceAmount"),
    ("BR-CO-04", LINES, "cac:Item/cac:ClassifiedTaxCategory/cbc:ID"),
    ("BR-45", "//cac:TaxSubtotal", "cbc:TaxableAmount"),
    ("BR-46", "//cac:TaxSubtotal", "cbc:TaxAmount"),
    ("BR-47", "//cac:TaxSubtotal", "cac:TaxCategory/cbc:ID"),
    ("BR-48", "//cac:TaxSubtotal[cac:TaxCategory/cbc:ID != 'O']", "cac:TaxCategory/cbc:Percent"),
    ("PEPPOL-EN16931-R001", "/*", "cbc:ProfileID"),
)

DOCUMENT: Final = (
    *(Rule(name, MISSING, lacking(path, child)) for name, path, child in _PRESENT),
    Rule("PEPPOL-EN16931-R002", mark("There is more than one note"), at("/*/cbc:Note[2]")),
    Rule(
        "PEPPOL-EN16931-R003",
        mark("The buyer's reference is missing"),
        at("/*[not(cbc:BuyerReference) and not(cac:OrderReference/cbc:ID)]"),
        ASK,
    ),
    Rule("PEPPOL-EN16931-R004", INSTEAD, one_of("/*/cbc:CustomizationID", CUSTOMIZATION)),
    Rule(
        "PEPPOL-EN16931-R005",
        mark("The currency of accounting is that of the invoice and must not be repeated"),
        at("/*[cbc:DocumentCurrencyCode = cbc:TaxCurrencyCode]/cbc:TaxCurrencyCode"),
    ),
    Rule("PEPPOL-EN16931-R007", INSTEAD, one_of("/*/cbc:ProfileID", PROFILE)),
    Rule(
        "PEPPOL-EN16931-R008",
        mark("The element is empty"),
        at("//*[not(*) and not(normalize-space())]"),
    ),
    Rule("PEPPOL-EN16931-R010", ADDRESS, lacking(BUYER, "cbc:EndpointID"), ASK),
    Rule(
        "PEPPOL-EN16931-R020",
        ADDRESS,
        lacking(SELLER, "cbc:EndpointID"),
        mark("Write the host's e-invoice address"),
    ),
    Rule(
        "PEPPOL-EN16931-R051",
        mark("The amount {found} is not in the currency of the invoice"),
        _other_currency,
    ),
    Rule(
        "PEPPOL-EN16931-R053",
        mark("The VAT by rate must stand exactly once"),
        at("/*[count(cac:TaxTotal[cac:TaxSubtotal]) != 1]"),
    ),
    Rule(
        "PEPPOL-EN16931-R054",
        mark("VAT in the currency of accounting stands once where that is named, else not at all"),
        at("/*[count(cac:TaxTotal[not(cac:TaxSubtotal)]) != count(cbc:TaxCurrencyCode)]"),
    ),
    Rule(
        "PEPPOL-EN16931-R055",
        mark("The VAT totals in two currencies have different signs"),
        at(
            "/*[cbc:TaxCurrencyCode][cac:TaxTotal/cbc:TaxAmount > 0]"
            "[cac:TaxTotal/cbc:TaxAmount < 0]"
        ),
    ),
    Rule(
        "PEPPOL-EN16931-R080",
        mark("There is more than one project reference"),
        at("/*/cac:AdditionalDocumentReference[cbc:DocumentTypeCode='50'][2]"),
    ),
    Rule(
        "PEPPOL-EN16931-F001",
        mark("{found} is not a date like 2026-11-24"),
        unless(DATES, is_day),
    ),
    Rule("PEPPOL-EN16931-P0100", INSTEAD, one_of("//cbc:InvoiceTypeCode", COMMERCIAL_INVOICE)),
    Rule("PEPPOL-EN16931-P0101", INSTEAD, one_of("//cbc:CreditNoteTypeCode", CREDIT_NOTE)),
    *(
        Rule(name, INSTEAD, _exemption(reason, category))
        for name, (reason, category) in EXEMPTIONS.items()
    ),
    Rule(
        "PEPPOL-EN16931-P0112",
        mark("The type {found} is for invoices between German parties only"),
        at("//cbc:InvoiceTypeCode[. = '326' or . = '384']"),
    ),
    Rule(
        "PEPPOL-EN16931-CL001",
        mark("A file of this kind may not be attached"),
        at(
            "//cbc:EmbeddedDocumentBinaryObject[@mimeCode][not("
            + " or ".join(f"@mimeCode='{name}'" for name in MEDIA_TYPES)
            + ")]"
        ),
    ),
    Rule(
        "PEPPOL-EN16931-CL002",
        CODE,
        one_of(
            "//cac:AllowanceCharge[cbc:ChargeIndicator='false']/cbc:AllowanceChargeReasonCode",
            *ALLOWANCES.split(),
        ),
    ),
    Rule(
        "PEPPOL-EN16931-CL003",
        mark("{found} is not a known reason for a charge"),
        one_of(
            "//cac:AllowanceCharge[cbc:ChargeIndicator='true']/cbc:AllowanceChargeReasonCode",
            *CHARGES.split(),
        ),
    ),
    Rule(
        "PEPPOL-EN16931-CL006",
        CODE,
        one_of("//cac:InvoicePeriod/cbc:DescriptionCode", *PERIOD_DATES),
    ),
    Rule(
        "PEPPOL-EN16931-CL007",
        mark("The amount {found} is not in Swedish kronor"),
        at(f"//*[@currencyID][@currencyID != '{CURRENCY}']"),
    ),
    Rule(
        "PEPPOL-EN16931-CL008",
        mark("The e-invoice address {found} is of a kind that is not known here"),
        _scheme("//cbc:EndpointID", "0007", "0088"),
        mark("Use 0007 (organisation number) or 0088 (GLN)"),
    ),
)
