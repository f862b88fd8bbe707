"""Laws of the e-invoice, on papers drawn at random (the same ones every time)."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import HealthCheck, assume, given, settings
from lxml import etree

from consortium.billing.formats.checking import faults_of
from consortium.billing.formats.paper import Paper
from consortium.billing.formats.peppol import invoice_xml
from consortium.billing.formats.presend import presend_faults
from tests.billing.formats.credit_papers import credit_of
from tests.billing.formats.drawing import papers
from tests.billing.formats.validating import official_faults
from tests.slices import slice_of

law = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=slice_of(40, 1500),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


@law
@given(papers())
def test_a_paper_without_fault_becomes_a_file_without_fault(paper: Paper) -> None:
    assume(not faults_of(paper))
    xml = invoice_xml(paper)
    assert presend_faults(xml) == []
    assert official_faults(xml) == []


@law
@given(papers())
def test_an_invoice_and_its_credit_note_come_to_nothing(paper: Paper) -> None:
    invoice = replace(paper, document="invoice")
    assert sums(invoice_xml(invoice)) == sums(invoice_xml(credit_of(invoice)), sign=-1)


def sums(xml: bytes, sign: int = 1) -> list[tuple[str, Decimal]]:
    """Every amount but the prices, which have no sign: its name, and what it claims."""
    claims = 1 if etree.QName(etree.fromstring(xml)).localname == "Invoice" else -1
    named = [
        (etree.QName(node).localname, Decimal(str(node.text)))
        for node in etree.fromstring(xml).iter()
        if node.get("currencyID")
    ]
    return [(name, sign * claims * amount) for name, amount in named if name != "PriceAmount"]
