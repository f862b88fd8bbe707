"""The e-invoice, before the official judges and read back to the öre."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from lxml import etree

from consortium.billing.formats.paper import Paper
from consortium.billing.formats.peppol import invoice_xml
from consortium.core.words import words
from tests.billing.formats.credit_papers import (
    CREDIT_NOTES,
    credit_note,
    credit_of,
    settlement_back,
    settlement_to_pay,
)
from tests.billing.formats.papers import (
    NOT_A_SALE,
    contribution,
    exempt,
    outside,
    partly_credited,
    rated,
    wholly_credited,
)
from tests.billing.formats.validating import official_faults

INVOICES = (
    rated,
    outside,
    exempt,
    contribution,
    partly_credited,
    wholly_credited,
    settlement_to_pay,
)
KINDS = (*INVOICES, *CREDIT_NOTES)
SPACES = {
    "i": "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2",
    "a": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "b": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}


def found(xml: bytes, path: str) -> list[str]:
    """The texts at `path`, whose steps are prefixed `a:` (aggregate) and `b:` (basic)."""
    nodes = etree.fromstring(xml).findall(path, SPACES)
    return [str(node.text) for node in nodes]


@pytest.mark.parametrize("f_tax", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_schema_and_official_rules_find_nothing(kind: Callable[[], Paper], *, f_tax: bool) -> None:
    assert official_faults(invoice_xml(replace(kind(), f_tax=f_tax))) == []


@pytest.mark.parametrize(
    ("right", "wrong", "rule"),
    [
        (">3864.52</cbc:PriceAmount>", ">-1</cbc:PriceAmount>", "[BR-27]"),
        ("12440.33", "1.00", "[BR-CO-10]"),
        ("380</cbc:InvoiceTypeCode>", "381380</cbc:InvoiceTypeCode>", "[BR-CL-01]"),
        ("DueDate>", "TaxPointDate>", "InvoiceTypeCode': This element is not expected"),
    ],
)
def test_the_judges_do_judge(right: str, wrong: str, rule: str) -> None:
    xml = invoice_xml(rated()).decode()
    assert right in xml
    assert any(rule in fault for fault in official_faults(xml.replace(right, wrong).encode()))


def test_the_heading_names_the_profile_and_who_pays_whom_how() -> None:
    xml = invoice_xml(rated())
    expected = {
        "b:CustomizationID": (
            "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
        ),
        "b:ProfileID": "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0",
        "b:ID": "2026110017",
        "b:IssueDate": "2026-11-25",
        "b:DueDate": "2026-12-25",
        "b:InvoiceTypeCode": "380",
        "b:BuyerReference": "EXEMPEL-2039",
        "a:InvoicePeriod/b:StartDate": "2026-11-01",
        "a:InvoicePeriod/b:EndDate": "2026-11-30",
        "a:PaymentMeans/b:PaymentMeansCode": "30",
        "a:PaymentMeans/b:PaymentID": "202611001720",
        "a:PaymentMeans/a:PayeeFinancialAccount/b:ID": "9912346",
        "a:PaymentMeans/a:PayeeFinancialAccount/a:FinancialInstitutionBranch/b:ID": "SE:BANKGIRO",
        "a:AccountingSupplierParty/a:Party/b:EndpointID": "2999000017",
        "a:AccountingCustomerParty/a:Party/b:EndpointID": "7350077820005",
        "a:AccountingCustomerParty/a:Party/a:PartyLegalEntity/b:RegistrationName": (
            "Älvdalens kommun"
        ),
        "a:AccountingCustomerParty/a:Party/a:PartyTaxScheme/b:CompanyID": "SE299900002501",
    }
    assert {path: found(xml, path) for path in expected} == {
        path: [text] for path, text in expected.items()
    }


def test_endpoints_and_organisations_name_their_schemes() -> None:
    root = etree.fromstring(invoice_xml(rated()))
    schemes = [(node.text, node.get("schemeID")) for node in root.iter() if node.get("schemeID")]
    assert schemes == [
        ("2999000017", "0007"),
        ("2999000017", "0007"),
        ("7350077820005", "0088"),
        ("2999000025", "0007"),
    ]


def test_amounts_are_those_of_the_paper_to_the_ore() -> None:
    xml = invoice_xml(rated())
    assert found(xml, "a:InvoiceLine/b:LineExtensionAmount") == ["6509.40", "3864.52", "2066.41"]
    assert found(xml, "a:InvoiceLine/a:Price/b:PriceAmount") == ["6509.40", "3864.52", "2066.41"]
    assert found(xml, "a:InvoiceLine/b:InvoicedQuantity") == ["1", "1", "1"]
    assert found(xml, "a:TaxTotal/a:TaxSubtotal/b:TaxableAmount") == ["10373.92", "2066.41"]
    assert found(xml, "a:TaxTotal/a:TaxSubtotal/b:TaxAmount") == ["2593.48", "123.98"]
    assert found(xml, "a:TaxTotal/a:TaxSubtotal/a:TaxCategory/b:Percent") == ["25", "6"]
    assert found(xml, "a:TaxTotal/b:TaxAmount") == ["2717.46"]
    assert found(xml, "a:LegalMonetaryTotal/b:TaxExclusiveAmount") == ["12440.33"]
    assert found(xml, "a:LegalMonetaryTotal/b:TaxInclusiveAmount") == ["15157.79"]
    assert found(xml, "a:LegalMonetaryTotal/b:PayableAmount") == ["15157.79"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_file_adds_up_in_exact_decimals(kind: Callable[[], Paper]) -> None:
    xml = invoice_xml(kind())
    prices = found(xml, "*/a:Price/b:PriceAmount")
    quantities = found(xml, "*/b:InvoicedQuantity") or found(xml, "*/b:CreditedQuantity")
    net = sum(Decimal(p) * Decimal(q) for p, q in zip(prices, quantities, strict=True))
    tax = sum(Decimal(text) for text in found(xml, "a:TaxTotal/a:TaxSubtotal/b:TaxAmount"))
    assert [Decimal(t) for t in found(xml, "a:LegalMonetaryTotal/b:TaxExclusiveAmount")] == [net]
    assert [Decimal(t) for t in found(xml, "a:LegalMonetaryTotal/b:PayableAmount")] == [net + tax]


def test_a_credit_has_a_negative_quantity_and_never_a_negative_price() -> None:
    xml = invoice_xml(partly_credited())
    assert found(xml, "a:InvoiceLine/b:InvoicedQuantity") == ["1", "-1"]
    assert found(xml, "a:InvoiceLine/a:Price/b:PriceAmount") == ["1000.00", "300.10"]
    assert found(xml, "a:InvoiceLine/b:LineExtensionAmount") == ["1000.00", "-300.10"]


def test_a_credit_note_is_its_own_document_about_an_invoice() -> None:
    xml = invoice_xml(credit_note())
    assert etree.QName(etree.fromstring(xml)) == etree.QName(
        "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2", "CreditNote"
    )
    expected = {
        "b:ID": ["2026110044"],
        "b:CreditNoteTypeCode": ["381"],
        "b:DueDate": [],
        "a:PaymentMeans/b:PaymentDueDate": ["2026-12-31"],
        "a:BillingReference/a:InvoiceDocumentReference/b:ID": ["2026110017"],
        "a:BillingReference/a:InvoiceDocumentReference/b:IssueDate": ["2026-11-25"],
        "a:CreditNoteLine/b:CreditedQuantity": ["1", "1", "1"],
        "a:CreditNoteLine/b:LineExtensionAmount": ["6509.40", "3864.52", "2066.41"],
        "a:TaxTotal/b:TaxAmount": ["2717.46"],
        "a:LegalMonetaryTotal/b:PayableAmount": ["15157.79"],
        "a:PaymentTerms/b:Note": ["Inget att betala: beloppet tillgodoräknas köparen"],
        "b:Note": ["Exempel: påhittade uppgifter, inte en riktig faktura. Fel folkmängd i nyckeln"],
    }
    assert {path: found(xml, path) for path in expected} == expected
    assert found(invoice_xml(replace(credit_note(), example=False)), "b:Note") == [
        "Fel folkmängd i nyckeln"
    ]


def test_a_settlement_names_every_invoice_and_has_lines_of_either_sign() -> None:
    xml = invoice_xml(settlement_back())
    assert found(xml, "a:BillingReference/a:InvoiceDocumentReference/b:ID") == [
        "2026070017",
        "2026080017",
        "2026090017",
    ]
    assert found(xml, "a:CreditNoteLine/b:CreditedQuantity") == ["1", "-1", "1"]
    assert found(xml, "a:CreditNoteLine/a:Price/b:PriceAmount") == ["900.02", "300.10", "200.03"]
    assert found(xml, "a:LegalMonetaryTotal/b:PayableAmount") == ["961.93"]  # 799,95 + 161,98
    to_pay = invoice_xml(settlement_to_pay())
    assert found(to_pay, "b:InvoiceTypeCode") == ["380"]
    assert found(to_pay, "a:BillingReference/a:InvoiceDocumentReference/b:ID") == ["2026110017"]


@pytest.mark.parametrize("kind", INVOICES)
def test_a_credit_note_and_its_invoice_come_to_nothing(kind: Callable[[], Paper]) -> None:
    invoice, credit = (etree.fromstring(invoice_xml(p)) for p in (kind(), credit_of(kind())))
    given, taken = ([n for n in root.iter() if n.get("currencyID")] for root in (invoice, credit))
    assert len(given) == len(taken) > 0
    for one, other in zip(given, taken, strict=True):
        assert etree.QName(one) == etree.QName(other)
        assert Decimal(str(one.text)) - Decimal(str(other.text)) == 0


@pytest.mark.parametrize("kind", [rated, outside, credit_note])
def test_a_seller_approved_for_f_tax_says_so_in_a_scheme_that_is_not_vat(
    kind: Callable[[], Paper],
) -> None:
    xml = invoice_xml(replace(kind(), f_tax=True), words("en"))
    schemes = "a:AccountingSupplierParty/a:Party/a:PartyTaxScheme"
    assert found(xml, f"{schemes}/b:CompanyID")[-1] == "Godkänd för F-skatt"
    assert found(xml, f"{schemes}/a:TaxScheme/b:ID")[-1] == "TAX"
    assert "Godkänd" not in invoice_xml(kind()).decode()


def test_outside_vat_there_is_no_rate_and_nobody_is_registered() -> None:
    xml = invoice_xml(outside())
    assert found(xml, ".//a:PartyTaxScheme") == []
    assert found(xml, ".//b:Percent") == []
    assert found(xml, ".//b:TaxExemptionReason") == [NOT_A_SALE]


def test_exempt_has_the_rate_nought_and_a_reason() -> None:
    xml = invoice_xml(exempt())
    assert found(xml, "a:TaxTotal/a:TaxSubtotal/a:TaxCategory/b:ID") == ["E", "S"]
    assert found(xml, "a:TaxTotal/a:TaxSubtotal/a:TaxCategory/b:Percent") == ["0", "25"]
    assert found(xml, ".//b:TaxExemptionReason") == ["Undantag enligt 10 kap. 19 § ML"]


def test_an_example_says_so_in_its_only_note() -> None:
    xml = invoice_xml(rated(), words("en"))
    assert found(xml, "b:Note") == ["Example: made-up figures, not a real invoice"]
    assert found(xml, "a:PaymentTerms/b:Note") == ["30 days net"]
    assert found(invoice_xml(replace(rated(), example=False)), "b:Note") == []


@pytest.mark.parametrize("blank", ["", " "])
def test_what_is_empty_is_left_out(blank: str) -> None:
    named: dict[str, Any] = dict.fromkeys(("street", "postcode", "city", "email"), blank)
    bare = replace(rated().buyer, vat_number="", **named)
    lines = tuple(replace(line, note=blank, pool=blank) for line in rated().lines)
    xml = invoice_xml(replace(rated(), buyer=bare, lines=lines, note=blank))
    empty = [
        n.tag for n in etree.fromstring(xml).iter() if not len(n) and not (n.text or "").strip()
    ]
    assert empty == []
    assert official_faults(xml) == []


def test_markup_in_names_is_text() -> None:
    name = "Kommunen <b>&amp; Söner</b>"
    buyer = replace(rated().buyer, legal_name=name)
    xml = invoice_xml(replace(rated(), buyer=buyer))
    assert found(
        xml, "a:AccountingCustomerParty/a:Party/a:PartyLegalEntity/b:RegistrationName"
    ) == [name]


def test_same_paper_same_bytes() -> None:
    assert invoice_xml(rated()) == invoice_xml(rated())
