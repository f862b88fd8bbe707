"""The sheets of a sample, read back from the PDF: their words, and their barcodes by a reader."""

from dataclasses import replace
from datetime import date, timedelta

import pypdfium2
import zxingcpp

from consortium.core.words import words
from consortium.crates.formats.sample_sheet import SampleSheet, sample_sheets_pdf
from tests.documents.reading import pages_of

DAYS = tuple(date(2026, 9, 1) + timedelta(days=2 * number) for number in range(15))
SHEET = SampleSheet(
    "Hösten 2026", "VP12-7", "Ärla bibliotek", "Falun", date(2026, 9, 1), date(2026, 11, 30), DAYS
)
OTHER = replace(SHEET, code="VP12-123456789", branch="Å" * 60, days=DAYS[:10])


def test_each_library_has_its_sheet_with_all_its_days_on_one_page() -> None:
    pages = pages_of(sample_sheets_pdf([SHEET, OTHER], words("sv")))
    assert len(pages) == 2
    assert "Ärla bibliotek" in pages[0]
    assert [day for day in DAYS if day.isoformat() not in pages[0]] == []
    assert "Onsdag 9 september" in pages[0]
    assert "VP12-123456789" in pages[1]


def test_the_printed_barcodes_read_back() -> None:
    made = sample_sheets_pdf([SHEET, OTHER], words("sv"))
    assert made == sample_sheets_pdf([SHEET, OTHER], words("sv"))
    found = [
        code.text
        for page in pypdfium2.PdfDocument(made)
        for code in zxingcpp.read_barcodes(page.render(scale=3).to_pil())
    ]
    assert found == ["VP12-7", "VP12-123456789"]
