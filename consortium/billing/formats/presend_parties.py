"""Rules before sending on who sells, who buys, and how it is paid: numbers, accounts, dates.

Meanings: Peppol BIS Billing 3, rules for UBL (docs.peppol.eu/poacc/billing/3.0/rules, May 2026):
`PEPPOL-COMMON-…` on identifiers, `SE-R-…` those of Sweden. `OWN-…`: what the rules leave open and
a Swedish payer needs (OCR reference and account with their check digits, a due date, terms, and
of a credit note what it is about: EN 16931-1, "Corrective invoicing"; invoices or a period).
"""

import re
from collections.abc import Iterator
from typing import Final

from stdnum import luhn

from consortium.billing.formats.checking import is_gln, is_organisation_number, is_vat_number
from consortium.billing.formats.payment import ocr_is_valid
from consortium.billing.formats.peppol import BANKGIRO, CREDIT_TRANSFER, F_TAX
from consortium.billing.formats.presend_reading import (
    INSTEAD,
    MISSING,
    Broken,
    Node,
    Rule,
    at,
    lacking,
    nodes,
    one_of,
    shaped,
    text,
    text_at,
    unless,
)
from consortium.core.words import mark

PLUSGIRO: Final = "SE:PLUSGIRO"
SELLER: Final = (
    "/*/cac:AccountingSupplierParty/cac:Party"
    "[cac:PostalAddress/cac:Country/cbc:IdentificationCode='SE']"
)
LEGAL_NUMBER: Final = f"{SELLER}/cac:PartyLegalEntity/cbc:CompanyID"
VAT_NUMBER: Final = (
    f"{SELLER}/cac:PartyTaxScheme[cac:TaxScheme/cbc:ID='VAT']/cbc:CompanyID[starts-with(., 'SE')]"
)
MEANS: Final = "/*/cac:PaymentMeans"
IDENTIFIERS: Final = (
    "//cbc:EndpointID[@schemeID='{0}'] | //cac:PartyIdentification/cbc:ID[@schemeID='{0}']"
    " | //cbc:CompanyID[@schemeID='{0}']"
)

NO_ORGANISATION: Final = mark("{found} is not an organisation number")
TEN_DIGITS: Final = mark("Write ten digits without hyphen; the last is a check digit")
NO_VAT_NUMBER: Final = mark("{found} is not a Swedish VAT number")
VAT_DIGITS: Final = mark("Write SE, the organisation number's ten digits and 01")
NO_BANKGIRO: Final = mark("{found} is not a bankgiro number")
NO_PLUSGIRO: Final = mark("{found} is not a plusgiro number")
HOSTS_ACCOUNT: Final = mark("Write the host's account; the last digit is a check digit")


def _account(branch: str) -> str:
    """The path of an account of a Swedish seller with the clearing `branch`."""
    if_branch = f"cac:PayeeFinancialAccount/cac:FinancialInstitutionBranch/cbc:ID='{branch}'"
    return f"{MEANS}[cbc:PaymentMeansCode='30' and {if_branch}]/cac:PayeeFinancialAccount/cbc:ID"


def _due_before_issue(root: Node) -> Iterator[Broken]:
    issued = text(root, "/*/cbc:IssueDate")
    for due in nodes(root, f"/*/cbc:DueDate | {MEANS}/cbc:PaymentDueDate"):
        if text_at(due) < issued:
            yield Broken(due, issued)


def _luhn(written: str) -> bool:
    return re.fullmatch("[0-9]+", written) is not None and luhn.is_valid(written)


PARTY: Final = (
    Rule(
        "PEPPOL-COMMON-R040",
        mark("{found} is not a GLN"),
        unless(IDENTIFIERS.format("0088"), is_gln),
        mark("Write thirteen digits; the last is a check digit"),
    ),
    Rule(
        "PEPPOL-COMMON-R049",
        NO_ORGANISATION,
        unless(IDENTIFIERS.format("0007"), is_organisation_number),
        TEN_DIGITS,
    ),
    Rule("SE-R-001", NO_VAT_NUMBER, shaped(VAT_NUMBER, ".{14}"), VAT_DIGITS),
    Rule(
        "SE-R-002",
        NO_VAT_NUMBER,
        shaped(VAT_NUMBER, "SE[0-9]+"),
        VAT_DIGITS,
    ),
    Rule("SE-R-003", NO_ORGANISATION, shaped(LEGAL_NUMBER, "[0-9]+"), TEN_DIGITS),
    Rule(
        "SE-R-004",
        NO_ORGANISATION,
        shaped(LEGAL_NUMBER, ".{10}"),
        TEN_DIGITS,
    ),
    Rule("SE-R-013", NO_ORGANISATION, unless(LEGAL_NUMBER, _luhn), TEN_DIGITS),
    Rule(
        "SE-R-005",
        INSTEAD,
        one_of(
            f"{SELLER}[cac:PartyLegalEntity/cbc:CompanyID]"
            "/cac:PartyTaxScheme[cac:TaxScheme/cbc:ID != 'VAT']/cbc:CompanyID",
            F_TAX,
        ),
    ),
    Rule(
        "SE-R-006",
        mark("{found} per cent is not a Swedish VAT rate"),
        at(
            "//*[self::cac:TaxCategory or self::cac:ClassifiedTaxCategory][cbc:ID='S']"
            "/cbc:Percent[not(. = 25 or . = 12 or . = 6)]"
        ),
        mark("Set the rate of the pool, or make it exempt or outside VAT"),
    ),
    Rule("SE-R-007", NO_PLUSGIRO, shaped(_account(PLUSGIRO), "[0-9]+"), HOSTS_ACCOUNT),
    Rule("SE-R-008", NO_BANKGIRO, shaped(_account(BANKGIRO), "[0-9]+"), HOSTS_ACCOUNT),
    Rule(
        "SE-R-009",
        NO_BANKGIRO,
        shaped(_account(BANKGIRO), ".{7,8}"),
        HOSTS_ACCOUNT,
    ),
    Rule(
        "SE-R-010",
        NO_PLUSGIRO,
        shaped(_account(PLUSGIRO), ".{2,8}"),
        HOSTS_ACCOUNT,
    ),
    Rule(
        "SE-R-011",
        mark("A payment by giro has the code 30, not {found}"),
        at(f"{MEANS}/cbc:PaymentMeansCode[. = '50' or . = '56']"),
    ),
    Rule(
        "SE-R-012",
        mark("A payment within Sweden has the code 30, not {found}"),
        at(f"{MEANS}/cbc:PaymentMeansCode[. = '31']"),
    ),
    Rule(
        "OWN-COUNTRY",
        INSTEAD,
        one_of("/*/cac:AccountingSupplierParty//cac:Country/cbc:IdentificationCode", "SE"),
    ),
    Rule("OWN-VAT-NUMBER", NO_VAT_NUMBER, unless(VAT_NUMBER, is_vat_number), VAT_DIGITS),
)

PAYMENT: Final = (
    Rule(
        "PEPPOL-EN16931-R061",
        MISSING,
        lacking(
            f"{MEANS}[cbc:PaymentMeansCode = '49' or cbc:PaymentMeansCode = '59']",
            "cac:PaymentMandate/cbc:ID",
        ),
    ),
    Rule("OWN-MEANS", MISSING, lacking("/*", "cac:PaymentMeans/cac:PayeeFinancialAccount/cbc:ID")),
    Rule("OWN-CREDIT-TRANSFER", INSTEAD, one_of(f"{MEANS}/cbc:PaymentMeansCode", CREDIT_TRANSFER)),
    Rule(
        "OWN-GIRO",
        INSTEAD,
        one_of(f"{MEANS}//cac:FinancialInstitutionBranch/cbc:ID", BANKGIRO, PLUSGIRO),
    ),
    Rule(
        "OWN-ACCOUNT",
        mark("{found} is not an account: its check digit is wrong"),
        unless(f"{MEANS}/cac:PayeeFinancialAccount/cbc:ID", _luhn),
        HOSTS_ACCOUNT,
    ),
    Rule(
        "OWN-REFERENCE",
        MISSING,
        lacking("/*[cbc:InvoiceTypeCode]", "cac:PaymentMeans/cbc:PaymentID"),
    ),
    Rule(
        "OWN-OCR",
        mark("{found} is not an OCR reference: its check digit is wrong"),
        unless(f"{MEANS}/cbc:PaymentID", ocr_is_valid),
    ),
    Rule("OWN-DUE-DATE", MISSING, lacking("/*[cbc:InvoiceTypeCode]", "cbc:DueDate")),
    Rule(
        "OWN-CREDIT-DUE-DATE",
        MISSING,
        lacking("/*[cbc:CreditNoteTypeCode]", "cac:PaymentMeans/cbc:PaymentDueDate"),
    ),
    Rule(
        "OWN-DUE-ORDER",
        mark("It falls due on {found}, before it is issued on {expected}"),
        _due_before_issue,
        mark("Set terms of payment of 0 days or more"),
    ),
    Rule("OWN-TERMS", MISSING, lacking("/*", "cac:PaymentTerms/cbc:Note")),
    Rule(
        "OWN-CREDITED",
        mark("The credit note says neither which invoices nor which period it is about"),
        at(
            "/*[cbc:CreditNoteTypeCode][not(cac:InvoicePeriod)]"
            "[not(cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID)]"
        ),
    ),
)
