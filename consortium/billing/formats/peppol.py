"""The e-invoice: Peppol BIS Billing 3, which is EN 16931 written in UBL 2.1.

Written for papers without a fault in `checking.py`; what is empty is left out, since an empty
element is refused (PEPPOL-EN16931-R008). Element order is that of the UBL 2.1 schema.
"""

from typing import Final, cast

from lxml import etree

from consortium.billing.formats.paper import Paper, PaperLine, Party, VatGroup
from consortium.billing.formats.payment import account_digits
from consortium.core.money import decimal
from consortium.core.words import Say, mark, words

CAC: Final = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
CBC: Final = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
INVOICE: Final = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
# lxml wants None for the space without a prefix, its type hints know only text
SPACES: Final = cast("dict[str, str]", {None: INVOICE, "cac": CAC, "cbc": CBC})

CUSTOMIZATION: Final = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
PROFILE: Final = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
COMMERCIAL_INVOICE: Final = "380"  # UNTDID 1001
CREDIT_TRANSFER: Final = "30"  # UNTDID 4461; 58 (SEPA) passes the rules and is wrong here
BANKGIRO: Final = "SE:BANKGIRO"
SWEDISH_ORGANISATION: Final = "0007"  # ISO 6523 ICD
ONE: Final = "C62"  # UN/ECE recommendation 20
CURRENCY: Final = "SEK"

EXAMPLE: Final = mark("Example: made-up figures, not a real invoice")
TERMS: Final = mark("{days} days net")


def invoice_xml(paper: Paper, say: Say | None = None) -> bytes:
    """`paper` as a UBL invoice in UTF-8; the same paper gives the same bytes.

    say: the language of the note and the terms; Swedish where none is given. A line has the
    quantity 1 and its share as price, or -1 where it is a credit, since a price may not be
    negative (BR-27): amounts are exact by construction.
    """
    say = say or words("sv")
    root = etree.Element(f"{{{INVOICE}}}Invoice", nsmap=SPACES)
    _heading(root, paper, say)
    _party(_aggregate(root, "AccountingSupplierParty"), paper.seller, vat=_names_vat(paper))
    _party(_aggregate(root, "AccountingCustomerParty"), paper.buyer, vat=_names_vat(paper))
    _payment(root, paper, say)
    _taxes(root, paper)
    _totals(root, paper)
    for line in paper.lines:
        _line(root, line)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)


def _heading(root: etree._Element, paper: Paper, say: Say) -> None:
    _basic(root, "CustomizationID", CUSTOMIZATION)
    _basic(root, "ProfileID", PROFILE)
    _basic(root, "ID", paper.number)
    _basic(root, "IssueDate", paper.issued_on.isoformat())
    _basic(root, "DueDate", paper.due_on.isoformat())
    _basic(root, "InvoiceTypeCode", COMMERCIAL_INVOICE)
    _basic(root, "Note", say(EXAMPLE) if paper.example else "")
    _basic(root, "DocumentCurrencyCode", CURRENCY)
    _basic(root, "BuyerReference", paper.buyer_reference)
    period = _aggregate(root, "InvoicePeriod")
    _basic(period, "StartDate", paper.period_from.isoformat())
    _basic(period, "EndDate", paper.period_to.isoformat())


def _names_vat(paper: Paper) -> bool:
    """Whether VAT numbers may stand: never where the invoice is outside VAT (BR-O-02)."""
    return all(group.category != "O" for group in paper.vat)


def _party(parent: etree._Element, party: Party, *, vat: bool) -> None:
    node = _aggregate(parent, "Party")
    _basic(node, "EndpointID", party.endpoint_id, schemeID=party.endpoint_scheme)
    address = _aggregate(node, "PostalAddress")
    _basic(address, "StreetName", party.street)
    _basic(address, "CityName", party.city)
    _basic(address, "PostalZone", party.postcode)
    _basic(_aggregate(address, "Country"), "IdentificationCode", "SE")
    if vat and party.vat_number:
        scheme = _aggregate(node, "PartyTaxScheme")
        _basic(scheme, "CompanyID", party.vat_number)
        _vat_scheme(scheme)
    entity = _aggregate(node, "PartyLegalEntity")
    _basic(entity, "RegistrationName", party.legal_name)
    _basic(entity, "CompanyID", party.organisation_number, schemeID=SWEDISH_ORGANISATION)
    if party.email:
        _basic(_aggregate(node, "Contact"), "ElectronicMail", party.email)


def _payment(root: etree._Element, paper: Paper, say: Say) -> None:
    means = _aggregate(root, "PaymentMeans")
    _basic(means, "PaymentMeansCode", CREDIT_TRANSFER)
    _basic(means, "PaymentID", paper.ocr)
    account = _aggregate(means, "PayeeFinancialAccount")
    _basic(account, "ID", account_digits(paper.bankgiro))
    _basic(_aggregate(account, "FinancialInstitutionBranch"), "ID", BANKGIRO)
    _basic(_aggregate(root, "PaymentTerms"), "Note", say(TERMS, days=paper.terms_days))


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


def _line(root: etree._Element, line: PaperLine) -> None:
    node = _aggregate(root, "InvoiceLine")
    _basic(node, "ID", str(line.position))
    _basic(node, "Note", line.note)
    _basic(node, "InvoicedQuantity", "-1" if line.net_ore < 0 else "1", unitCode=ONE)
    _money(node, "LineExtensionAmount", line.net_ore)
    item = _aggregate(node, "Item")
    _basic(item, "Name", line.text)
    if line.pool:
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
    _vat_scheme(node)


def _vat_scheme(parent: etree._Element) -> None:
    _basic(_aggregate(parent, "TaxScheme"), "ID", "VAT")


def _money(parent: etree._Element, name: str, amount_ore: int) -> None:
    _basic(parent, name, decimal(amount_ore), currencyID=CURRENCY)


def _aggregate(parent: etree._Element, name: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{CAC}}}{name}")


def _basic(parent: etree._Element, name: str, text: str, **attributes: str) -> None:
    """A leaf with `text`; nothing at all where the text is empty."""
    if text.strip():
        node = etree.SubElement(parent, f"{{{CBC}}}{name}", attributes)
        node.text = text.strip()
