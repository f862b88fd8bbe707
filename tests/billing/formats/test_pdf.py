"""The invoice on paper, read back from the PDF by another program."""

import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace

import pytest
from lxml import etree

from consortium.billing.formats.paper import Paper
from consortium.billing.formats.pdf import invoice_pdf
from consortium.billing.formats.peppol import invoice_xml
from consortium.core.words import words
from tests.billing.formats.papers import (
    NOT_A_SALE,
    WHY,
    contribution,
    exempt,
    outside,
    partly_credited,
    rated,
    wholly_credited,
)
from tests.documents.reading import fonts_of, named_in, pages_of

ENGLISH = words("en")
MARK = "Example: made-up figures, not a real invoice"
PAYABLE = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}PayableAmount"
BYTES = """
import sys
from consortium.billing.formats.pdf import invoice_pdf
from consortium.core.words import words
from tests.billing.formats.papers import rated
sys.stdout.buffer.write(invoice_pdf(rated(), words("en")))
"""


def test_what_a_payer_needs_stands_on_the_first_page() -> None:
    first = pages_of(invoice_pdf(rated(), ENGLISH))[0]
    for line in (
        "Falu kommun",
        "Exempelgatan 1",
        "791 83 Falun",
        "Älvdalens kommun",
        "796 22 Älvdalen",
        "Organisation number 299900-0025",
        "Invoice number 2026110017",
        "Invoice date 2026-11-25",
        "Due date 2026-12-25",
        "Terms 30 days net",
        "Period 2026-11-01 – 2026-11-30",
        "Your reference EXEMPEL-2039",
        "Bibliotekssystem, november 2026",
        "20 % lika, 80 % efter folkmängd (§ 7.1)",
        "25 % 6 509,40",
        "6 % 2 066,41",
        "25 % 10 373,92 2 593,48",
        "6 % 2 066,41 123,98",
        "Net 12 440,33 kr",
        "VAT 2 717,46 kr",
        "To pay 15 157,79 kr",
        "991-2346",
        "202611001720",
    ):
        assert line in first.splitlines()
    assert "VAT number SE299900001701" in first


def test_a_line_shows_its_pool_once() -> None:
    lines = (replace(rated().lines[0], pool="BS-1"), *rated().lines[1:])
    first = pages_of(invoice_pdf(replace(rated(), lines=lines), ENGLISH))[0]
    assert first.count("Cost pool") == 1
    assert "Cost pool BS-1 · 20 % lika, 80 % efter folkmängd (§ 7.1)" in first


@pytest.mark.parametrize(
    "kind", [rated, outside, exempt, contribution, partly_credited, wholly_credited]
)
def test_paper_and_e_invoice_say_the_same_amount(kind: Callable[[], Paper]) -> None:
    first = pages_of(invoice_pdf(kind(), ENGLISH))[0]
    printed = re.search(r"(?:To pay|To your credit) ([\u2212 0-9]+,[0-9]{2}) kr", first)
    assert printed
    sent = etree.fromstring(invoice_xml(kind())).find(f".//{PAYABLE}")
    assert sent is not None
    assert printed[1].replace(" ", "").replace(",", ".").replace("\u2212", "-") == sent.text


def test_without_vat_the_paper_says_why_and_shows_no_vat_number() -> None:
    first = pages_of(invoice_pdf(outside(), ENGLISH))[0]
    assert f"Outside VAT: {NOT_A_SALE}" in first
    assert "Outside VAT 2 205,88 0,00" in first
    assert "SE2999" not in first
    assert "Exempt: Undantag enligt 10 kap. 19 § ML" in pages_of(invoice_pdf(exempt(), ENGLISH))[0]


def test_a_credit_asks_for_no_payment() -> None:
    first = pages_of(invoice_pdf(wholly_credited(), ENGLISH))[0]
    assert "To your credit \u221212,63 kr" in first
    assert "Bankgiro" not in first
    assert "OCR" not in first


def test_each_share_is_explained_to_the_last_ore() -> None:
    _, second = pages_of(invoice_pdf(rated(), ENGLISH))
    for line in (
        "How your share was worked out",
        "Bibliotekssystem, november 2026",
        "Kostnad att dela 200 000,00 kr",
        "Folkmängd 2024-12-31 6 882 av 286 547",
        "20 % lika 200 000,00 · 20 % ÷ 15 2 666,6667",
        "Exact, before rounding 6 509,3871",
        "Your share 6 509,40 kr",
        "SHA-256 of the basis: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    ):
        assert line in second.splitlines()


def test_many_lines_and_explanations_go_on_to_further_pages() -> None:
    lines = tuple(
        replace(rated().lines[0], position=n, text=f"Rad {n} " + "långt namn " * (n % 12))
        for n in range(1, 81)
    )
    why = tuple(
        replace(WHY, title=f"Del {n}", steps=WHY.steps * (40 if n == 4 else 1)) for n in range(9)
    )
    pages = pages_of(invoice_pdf(replace(rated(), lines=lines, why=why), ENGLISH))
    text = "\n".join(pages)
    assert [n for n in range(1, 81) if f"Rad {n} " not in text.replace("\n", " ")] == []
    assert [n for n in range(9) if f"Del {n}\n" not in text] == []
    assert text.count("Your share 6 509,40 kr") == 9
    for number, page in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in page
        assert MARK in page
    assert len(pages) > 6


def test_an_example_says_so_on_every_page_and_a_real_one_nowhere() -> None:
    assert all(MARK in page for page in pages_of(invoice_pdf(rated(), ENGLISH)))
    real = pages_of(invoice_pdf(replace(rated(), example=False), ENGLISH))
    assert [page for page in real if "Example" in page] == []


def test_markup_and_long_names_are_text() -> None:
    name = "<b>Kommun</b> & <para>Söner</para>"
    buyer = replace(rated().buyer, legal_name=name, street="x" * 300)
    lines = (replace(rated().lines[0], text=f"{name} <img src='x'/>", note="&lt;&#229;"),)
    first = pages_of(invoice_pdf(replace(rated(), buyer=buyer, lines=lines), ENGLISH))[0]
    assert name in first.replace("\n", " ")
    assert "<img src='x'/>" in first
    assert "&lt;&#229;" in first


def test_the_same_invoice_gives_the_same_bytes_here_and_in_another_process() -> None:
    here = invoice_pdf(rated(), ENGLISH)
    assert invoice_pdf(rated(), ENGLISH) == here
    program = [sys.executable, "-c", BYTES]
    elsewhere = subprocess.run(program, capture_output=True, check=True)  # noqa: S603 our own text
    assert elsewhere.stdout == here


def test_the_file_is_whole_by_itself() -> None:
    made = invoice_pdf(rated(), ENGLISH)
    assert all(fonts_of(made).values())
    assert named_in(made) == ("Invoice 2026110017", "Falu kommun", "en")
