"""The last look before sending: each rule broken by one edit of a sound file."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from lxml import etree

from consortium.billing.formats.paper import Paper
from consortium.billing.formats.peppol import invoice_xml
from consortium.billing.formats.presend import RULES, presend_faults
from tests.billing.formats.credit_papers import (
    CREDIT_NOTES,
    credit_note,
    settlement_back,
    settlement_to_pay,
)
from tests.billing.formats.edits import BUYER, EDITS, GROUP, LINE, Edit, says, twice, without
from tests.billing.formats.papers import (
    contribution,
    exempt,
    outside,
    partly_credited,
    rated,
    wholly_credited,
)

SOUND = (
    rated,
    outside,
    exempt,
    contribution,
    partly_credited,
    wholly_credited,
    settlement_to_pay,
    *CREDIT_NOTES,
)


def broken(kind: Callable[[], Paper], edit: Edit) -> list[tuple[str, str, str]]:
    """Rule, place and words of what is wrong with a sound file after one edit."""
    root = etree.fromstring(invoice_xml(replace(kind(), f_tax=True)))
    edit(root)
    faults = presend_faults(etree.tostring(root))
    assert all(fault.mend for fault in faults)
    return [(str(fault.facts["rule"]), fault.at, fault.fault) for fault in faults]


@pytest.mark.parametrize("kind", SOUND)
@pytest.mark.parametrize("f_tax", [False, True])
def test_a_sound_file_breaks_no_rule(kind: Callable[[], Paper], *, f_tax: bool) -> None:
    assert presend_faults(invoice_xml(replace(kind(), f_tax=f_tax))) == []


@pytest.mark.parametrize(("rule", "kind", "edit"), EDITS, ids=[rule for rule, *_ in EDITS])
def test_a_file_that_breaks_a_rule_is_refused_by_its_name(
    rule: str, kind: Callable[[], Paper], edit: Edit
) -> None:
    assert rule in {name for name, _place, _words in broken(kind, edit)}


def test_every_rule_is_broken_once() -> None:
    assert {rule for rule, *_ in EDITS} == set(RULES)


def test_the_place_is_a_path_and_the_words_say_what_should_stand_there() -> None:
    edit = says("cac:TaxTotal/cac:TaxSubtotal[2]/cbc:TaxAmount", "123.99")
    assert broken(rated, edit) == [
        (
            "BR-CO-14",
            "/Invoice/cac:TaxTotal/cbc:TaxAmount",
            "2717.46 stands where 2717.47 should",
        ),
        (
            "BR-CO-17",
            "/Invoice/cac:TaxTotal/cac:TaxSubtotal[2]/cbc:TaxAmount",
            "123.99 stands where 123.98 should",
        ),
    ]
    assert broken(credit_note, without(f"{BUYER}/cbc:EndpointID")) == [
        (
            "PEPPOL-EN16931-R010",
            "/CreditNote/cac:AccountingCustomerParty/cac:Party",
            "The e-invoice address is missing",
        )
    ]


def test_a_credits_vat_is_its_debits_with_the_sign_turned() -> None:
    # −10,10 · 25 % = −2,525: −2,53, as 10,10 gives 2,53
    edit = says(f"{GROUP}/cbc:TaxAmount", "-2.52")
    assert ("BR-CO-17", "-2.52 stands where -2.53 should") in [
        (name, words) for name, _place, words in broken(wholly_credited, edit)
    ]


@pytest.mark.parametrize("kind", SOUND)
@pytest.mark.parametrize("off", [Decimal("0.01"), Decimal("-0.01")])
def test_an_ore_too_much_or_too_little_is_found_wherever_it_stands(
    kind: Callable[[], Paper], off: Decimal
) -> None:
    xml = invoice_xml(kind())
    amounts = sum(1 for node in etree.fromstring(xml).iter() if node.get("currencyID"))
    assert amounts > 0
    for place in range(amounts):
        root = etree.fromstring(xml)
        amount = [node for node in root.iter() if node.get("currencyID")][place]
        amount.text = str(Decimal(str(amount.text)) + off)
        assert presend_faults(etree.tostring(root)) != []


def test_all_that_is_wrong_is_told_at_once() -> None:
    def edit(root: etree._Element) -> None:
        for each in (without("cbc:BuyerReference"), without("cbc:DueDate"), twice(LINE)):
            each(root)

    names = {name for name, _place, _words in broken(rated, edit)}
    assert {"PEPPOL-EN16931-R003", "OWN-DUE-DATE", "BR-CO-10", "BR-S-08"} <= names


def test_lines_of_a_settlement_may_have_either_sign() -> None:
    edit = says("cac:CreditNoteLine[2]/cbc:CreditedQuantity", "1")
    assert broken(settlement_back, edit) == [
        (
            "PEPPOL-EN16931-R120",
            "/CreditNote/cac:CreditNoteLine[2]/cbc:LineExtensionAmount",
            "-300.10 stands where 300.10 should",
        )
    ]


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "OWN-XML"),
        (b"<Invoice>", "OWN-XML"),
        (b"<Invoice/>", "OWN-UBL"),
        (b"<Order xmlns='urn:oasis:names:specification:ubl:schema:xsd:Order-2'/>", "OWN-UBL"),
    ],
)
def test_what_is_no_invoice_is_one_fault(content: bytes, rule: str) -> None:
    (fault,) = presend_faults(content)
    assert (fault.facts["rule"], fault.at) == (rule, "/")
