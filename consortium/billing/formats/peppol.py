"""The e-invoice and the credit note: Peppol BIS Billing 3, which is EN 16931 written in UBL 2.1.

Written for papers without a fault in `checking.py`; what is empty is left out, since an empty
element is refused (PEPPOL-EN16931-R008). Element order is that of the UBL 2.1 schema.
"""

from typing import Final, NamedTuple, cast

from lxml import etree

from consortium.billing.formats.paper import Paper, PaperLine, Party, VatGroup
from consortium.billing.formats.payment import account_digits
from consortium.core.money import decimal
from consortium.core.words import Say, mark, words

CAC: Final = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
CBC: Final = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
UBL: Final = "urn:oasis:names:specification:ubl:schema:xsd:"

CUSTOMIZATION: Final = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
PROFILE: Final = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
COMMERCIAL_INVOICE: Final = "380"  # UNTDID 1001
CREDIT_NOTE: Final = "381"
CREDIT_TRANSFER: Final = "30"  # UNTDID 4461; 58 (SEPA) passes the rules and is wrong here
BANKGIRO: Final = "SE:BANKGIRO"
SWEDISH_ORGANISATION: Final = "0007"  # ISO 6523 ICD
ONE: Final = "C62"  # UN/ECE recommendation 20
CURRENCY: Final = "SEK"
F_TAX: Final = "Godkänd för F-skatt"  # SE-R-005: these words, whatever the language
NO_VAT_SCHEME: Final = "TAX"  # any but VAT makes it a tax registration (BT-32)

EXAMPLE: Final = mark("Example: made-up figures, not a real invoice")
TERMS: Final = mark("{days} days net")
CREDITED: Final = mark("Nothing to pay: the amount is credited to the buyer")


class _Kind(NamedTuple):
    """What the two documents call the same things."""

    document: str
    type_element: str
    type_code: str
    line: str
    quantity: str


_INVOICE: Final = _Kind(
    "Invoice", "InvoiceTypeCode", COMMERCIAL_INVOICE, "InvoiceLine", "InvoicedQuantity"
)
_CREDIT_NOTE: Final = _Kind(
    "CreditNote", "CreditNoteTypeCode", CREDIT_NOTE, "CreditNoteLine", "CreditedQuantity"
)


def invoice_xml(paper: Paper, say: Say | None = None) -> bytes:
    """`paper` as a UBL invoice or credit note in UTF-8; the same paper gives the same bytes.

    say: the language of the note and the terms; Swedish where none is given. A line has the
    quantity 1 and its share as price, or -1 where its sign is not the document's, since a price
    may not be negative (BR-27): amounts are exact by construction.
    """
    say = say or words("sv")
    kind = _CREDIT_NOTE if _gives_back(paper) else _INVOICE
    space = UBL + kind.document + "-2"
    # lxml wants None for the space without a prefix, its type hints know only text
    spaces = cast("dict[str, str]", {None: space, "cac": CAC, "cbc": CBC})
    root = etree.Element(f"{{{space}}}{kind.document}", nsmap=spaces)
    _heading(root, paper, say)
    seller = _aggregate(root, "AccountingSupplierParty")
    _party(seller, paper.seller, vat=_names_vat(paper), f_tax=paper.f_tax)
    _party(_aggregate(root, "AccountingCustomerParty"), paper.buyer, vat=_names_vat(paper))
    _payment(root, paper, say)
    _taxes(root, paper)
    _totals(root, paper)
    for line in paper.lines:
        _line(root, line, kind)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)


def _gives_back(paper: Paper) -> bool:
    return paper.document == "credit_note"


def _heading(root: etree._Element, paper: Paper, say: Say) -> None:
    """A credit note has no due date here: it stands with the means of payment."""
    kind = _CREDIT_NOTE if _gives_back(paper) else _INVOICE
    _basic(root, "CustomizationID", CUSTOMIZATION)
    _basic(root, "ProfileID", PROFILE)
    _basic(root, "ID", paper.number)
    _basic(root, "IssueDate", paper.issued_on.isoformat())
    if not _gives_back(paper):
        _basic(root, "DueDate", paper.due_on.isoformat())
    _basic(root, kind.type_element, kind.type_code)
    _basic(root, "Note", _note(paper, say))
    _basic(root, "DocumentCurrencyCode", CURRENCY)
    _basic(root, "BuyerReference", paper.buyer_reference)
    period = _aggregate(root, "InvoicePeriod")
    _basic(period, "StartDate", paper.period_from.isoformat())
    _basic(period, "EndDate", paper.period_to.isoformat())
    for number, issued_on in paper.credits:
        credited = _aggregate(_aggregate(root, "BillingReference"), "InvoiceDocumentReference")
        _basic(credited, "ID", number)
        _basic(credited, "IssueDate", issued_on.isoformat())


def _note(paper: Paper, say: Say) -> str:
    """All that is to be noted as one text, since a second note is refused (R002)."""
    return ". ".join(filter(None, (say(EXAMPLE) if paper.example else "", paper.note.strip())))


def _names_vat(paper: Paper) -> bool:
    """Whether VAT numbers may stand: never where the invoice is outside VAT (BR-O-02)."""
    return all(group.category != "O" for group in paper.vat)


def _party(parent: etree._Element, party: Party, *, vat: bool, f_tax: bool = False) -> None:
    node = _aggregate(parent, "Party")
    _basic(node, "EndpointID", party.endpoint_id, schemeID=party.endpoint_scheme)
    address = _aggregate(node, "PostalAddress")
    _basic(address, "StreetName", party.street)
    _basic(address, "CityName", party.city)
    _basic(address, "PostalZone", party.postcode)
    _basic(_aggregate(address, "Country"), "IdentificationCode", "SE")
    if vat and party.vat_number:
        _registration(node, party.vat_number, "VAT")
    if f_tax:
        _registration(node, F_TAX, NO_VAT_SCHEME)
    entity = _aggregate(node, "PartyLegalEntity")
    _basic(entity, "RegistrationName", party.legal_name)
    _basic(entity, "CompanyID", party.organisation_number, schemeID=SWEDISH_ORGANISATION)
    if party.email.strip():
        _basic(_aggregate(node, "Contact"), "ElectronicMail", party.email)


def _registration(party: etree._Element, number: str, scheme: str) -> None:
    node = _aggregate(party, "PartyTaxScheme")
    _basic(node, "CompanyID", number)
    _basic(_aggregate(node, "TaxScheme"), "ID", scheme)


def _payment(root: etree._Element, paper: Paper, say: Say) -> None:
    means = _aggregate(root, "PaymentMeans")
    _basic(means, "PaymentMeansCode", CREDIT_TRANSFER)
    if _gives_back(paper):
        _basic(means, "PaymentDueDate", paper.due_on.isoformat())
    _basic(means, "PaymentID", paper.ocr)
    account = _aggregate(means, "PayeeFinancialAccount")
    _basic(account, "ID", account_digits(paper.bankgiro))
    _basic(_aggregate(account, "FinancialInstitutionBranch"), "ID", BANKGIRO)
    terms = say(CREDITED) if _gives_back(paper) else say(TERMS, days=paper.terms_days)
    _basic(_aggregate(root, "PaymentTerms"), "Note", terms)


def _taxes(root: etree._Element, paper: Paper) -> None:
    total = _aggregate(root, "TaxTotal")
    _money(total, "TaxAmount", paper.vat_ore)
    for group in paper.vat:
        part = _aggregate(total, "TaxSubtotal")
        _money(part, "TaxableAmount", group.base_ore)
        _money(part, "TaxAmount", group.vat_ore)
        _category(part, "TaxCategory", group)


def _totals(root: etree._Element, paper: Paper) -> None:
    total = _aggregate(root, "LegalMonetaryTotal")
    _money(total, "LineExtensionAmount", paper.net_ore)
    _money(total, "TaxExclusiveAmount", paper.net_ore)
    _money(total, "TaxInclusiveAmount", paper.net_ore + paper.vat_ore)
    _money(total, "PayableAmount", paper.payable_ore)


def _line(root: etree._Element, line: PaperLine, kind: _Kind) -> None:
    node = _aggregate(root, kind.line)
    _basic(node, "ID", str(line.position))
    _basic(node, "Note", line.note)
    _basic(node, kind.quantity, "-1" if line.net_ore < 0 else "1", unitCode=ONE)
    _money(node, "LineExtensionAmount", line.net_ore)
    item = _aggregate(node, "Item")
    _basic(item, "Name", line.text)
    if line.pool.strip():
        _basic(_aggregate(item, "SellersItemIdentification"), "ID", line.pool)
    _category(item, "ClassifiedTaxCategory", line)
    _money(_aggregate(node, "Price"), "PriceAmount", abs(line.net_ore))


def _category(parent: etree._Element, name: str, of: VatGroup | PaperLine) -> None:
    """`O` has no percent (BR-O-05) and `E` has 0 (BR-E-05); the reason stands with the sum."""
    node = _aggregate(parent, name)
    _basic(node, "ID", of.category)
    if of.category != "O":
        _basic(node, "Percent", str(of.percent or 0))
    if isinstance(of, VatGroup) and of.category != "S":
        _basic(node, "TaxExemptionReason", of.reason)
    _basic(_aggregate(node, "TaxScheme"), "ID", "VAT")


def _money(parent: etree._Element, name: str, amount_ore: int) -> None:
    _basic(parent, name, decimal(amount_ore), currencyID=CURRENCY)


def _aggregate(parent: etree._Element, name: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{CAC}}}{name}")


def _basic(parent: etree._Element, name: str, text: str, **attributes: str) -> None:
    """A leaf with `text`; nothing at all where the text is empty."""
    if text.strip():
        node = etree.SubElement(parent, f"{{{CBC}}}{name}", attributes)
        node.text = text.strip()
