"""Invoices as a screen reader reads them, and as an archive keeps them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import BytesIO

import pikepdf
import pytest
from pikepdf import pdfa

from consortium.billing.formats.paper import CostRow, Paper, ReadingRow
from consortium.billing.formats.pdf import invoice_pdf
from consortium.billing.formats.peppol import invoice_xml
from consortium.billing.rendering import render
from consortium.core.words import words
from tests.billing.formats.papers import (
    WHY,
    contribution,
    exempt,
    outside,
    partly_credited,
    rated,
    wholly_credited,
)
from tests.documents.walking import Element, walk

ENGLISH = words("en")


def credit_note() -> Paper:
    about = (("2026110017", date(2026, 11, 25)),)
    return replace(rated(), document="credit_note", credits=about, note="Fel folkmängd", why=())


def explained() -> Paper:
    costs = (CostRow("F 1", "Leverantör", date(2026, 11, 2), 1_000_00),)
    reading = ReadingRow("Folkmängd", date(2024, 12, 31), "SCB", "7", "9", (("Mora", "7"),))
    why = replace(WHY, costs=costs, readings=(reading,), rounding="Nedåt", line=1)
    return replace(rated(), why=(why, WHY, why))


def long() -> Paper:
    line = rated().lines[0]
    lines = tuple(
        replace(line, position=n, text=f"Rad {n} " + "långt namn " * (n % 9)) for n in range(1, 61)
    )
    return replace(rated(), lines=lines, why=(WHY,) * 5)


KINDS = [
    rated,
    outside,
    exempt,
    contribution,
    partly_credited,
    wholly_credited,
    credit_note,
    explained,
    long,
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["sv", "en"])
def test_all_that_is_drawn_is_read_in_order_or_is_decoration(
    kind: Callable[[], Paper], language: str
) -> None:
    found = walk(invoice_pdf(kind(), words(language), b"<xml/>"))
    assert found.faults == []
    assert found.root.text == " ".join(found.drawn)


def test_an_invoice_is_read_as_its_parts() -> None:
    found = walk(invoice_pdf(rated(), ENGLISH))
    kinds = [kid.kind for kid in found.root.kids if isinstance(kid, Element)]
    seller, buyer = ["P"] * 3, ["P"] * 5
    first = ["P", *seller, "H1", "P", "Table", *buyer, "Table", "Table", "Table", "L", "P"]
    why = ["H2", "P", "H3", "Table", "H4", "Table", "P"]
    assert kinds == [*first, *why, "P", "P"]  # the foot comes last
    tables = [[row.text for row in table.below("TR")] for table in found.root.below("Table")]
    head, system, *_others = tables[1]
    assert head == "What it is for VAT Net (kr)"
    key = "20 % lika, 80 % efter folkmängd (§ 7.1)"
    assert system == f"Bibliotekssystem, november 2026 {key} 25 % 6 509,40"
    assert tables[3][-1] == "To pay 15 157,79 kr"
    (payment,) = found.root.below("L")
    assert [item.text for item in payment.below("LI")] == [
        "Bankgiro 991-2346",
        "OCR reference 202611001720",
        "Due date 2026-12-25",
        "To pay 15 157,79 kr",
    ]


def test_a_table_over_pages_is_one_table_with_every_line_once() -> None:
    found = walk(invoice_pdf(long(), ENGLISH))
    lines = found.root.below("Table")[1]
    names = [head.text.split(" ")[1] for head in lines.below("TH")[3:]]
    assert names == [str(n) for n in range(1, 61)]


@pytest.mark.parametrize("kind", [rated, outside, credit_note])
def test_the_e_invoice_lies_within_byte_for_byte(kind: Callable[[], Paper]) -> None:
    made = render(kind())
    with pikepdf.open(BytesIO(made["pdf"])) as document:
        (name,) = document.attachments
        assert name == "faktura-2026110017.xml"
        assert document.attachments[name].get_file().read_bytes() == made["xml"]
        assert str(document.Root.AF[0].AFRelationship) == "/Alternative"
        assert str(document.docinfo.CreationDate) == "D:20261125000000Z"
    assert made["xml"] == invoice_xml(kind())
    assert render(kind()) == made


@pytest.mark.parametrize("kind", [rated, explained, credit_note])
def test_another_programs_validator_finds_it_to_be_an_archive_file(
    kind: Callable[[], Paper],
) -> None:
    content = render(kind())["pdf"].replace(b"conformance>A</", b"conformance>B</")
    report = pdfa.validate_written(BytesIO(content), "3b")
    assert (report.findings, report.passed) == ([], True)
