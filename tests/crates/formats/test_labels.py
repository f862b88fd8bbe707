"""Labels, read back by a barcode reader from what a printer would print."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pypdfium2
import pytest
import zxingcpp

from consortium.core.errors import Invalid
from consortium.core.words import words
from consortium.crates.formats.labels import ROLLS, CrateLabel, labels_pdf, roll_pdf
from tests.documents.reading import fonts_of, pages_of

ENGLISH = words("en")
LABEL = CrateLabel("LD000017", "Falu stadsbibliotek", "Älvdalens bibliotek", date(2026, 11, 25))
DOTS_PER_INCH = 200


def read_back(pdf: bytes) -> list[list[str]]:
    """The barcodes of each page, as a scanner at 200 dpi sees them, from the top, left first."""
    document = pypdfium2.PdfDocument(pdf)
    pages = [_read_page(page) for page in document]
    document.close()
    return pages


def _read_page(page: pypdfium2.PdfPage) -> list[str]:
    image = page.render(scale=DOTS_PER_INCH / 72, grayscale=True).to_numpy()
    found = zxingcpp.read_barcodes(image)
    placed = sorted(
        (round(code.position.top_left.y, -2), code.position.top_left.x, code.text) for code in found
    )
    return [text for _, _, text in placed]


def codes(count: int) -> list[str]:
    """As many codes, with every digit somewhere in every place among the first ten."""
    return [f"LD{(start * 111_111 + 12_345) % 1_000_000:06}" for start in range(count)]


def made(numbers: Sequence[str]) -> bytes:
    return labels_pdf([replace(LABEL, code=number) for number in numbers], ENGLISH)


def test_every_barcode_reads_back_ten_a_sheet() -> None:
    numbers = codes(23)
    assert read_back(made(numbers)) == [numbers[:10], numbers[10:20], numbers[20:]]


@pytest.mark.parametrize("roll", ROLLS)
def test_every_barcode_of_a_roll_reads_back_one_a_page(roll: str) -> None:
    numbers = codes(10)
    pdf = roll_pdf([replace(LABEL, code=number) for number in numbers], ENGLISH, roll)
    assert read_back(pdf) == [[number] for number in numbers]
    document = pypdfium2.PdfDocument(pdf)
    sizes = {tuple(round(side / 72 * 25.4) for side in page.get_size()) for page in document}
    document.close()
    assert sizes == {tuple(map(int, roll.split("x")))}


@pytest.mark.parametrize("roll", ROLLS)
def test_a_barcode_keeps_its_quiet_zones_and_what_is_above_it_apart(roll: str) -> None:
    """Ten modules of white at either side, by ISO/IEC 15417."""
    form = ROLLS[roll]
    assert (form.width - 101 * form.bar) / 2 >= 10 * form.bar
    lowest = form.height - form.first_line - form.line_step - 5.5 / 25.4 * 72
    assert lowest - 2 > form.bar_up + form.bar_height


def test_an_empty_crate_says_where_it_belongs() -> None:
    label = replace(LABEL, origin="", day=None, home=True)
    (page,) = pages_of(labels_pdf([label], ENGLISH))
    assert page.splitlines()[1] == "The crate belongs to this library"


def test_there_is_no_other_roll() -> None:
    with pytest.raises(Invalid) as refusal:
        roll_pdf([LABEL], ENGLISH, "1x1")
    assert [fault.at for fault in refusal.value.faults] == ["storlek"]


def test_a_label_says_where_from_and_to_and_its_number() -> None:
    (page,) = pages_of(labels_pdf([LABEL], ENGLISH))
    assert page.splitlines() == [
        "Älvdalens bibliotek",
        "From Falu stadsbibliotek · 2026-11-25",
        "LD 000 017",
    ]


def test_a_label_that_stays_has_neither_origin_nor_day() -> None:
    (page,) = pages_of(labels_pdf([replace(LABEL, origin="", day=None)], ENGLISH))
    assert page.splitlines() == ["Älvdalens bibliotek", "LD 000 017"]


def test_a_long_destination_takes_two_lines_and_is_then_cut() -> None:
    long = replace(LABEL, destination="Rättviks kulturhus & <b>bibliotek</b> vid sjön " * 3)
    pdf = labels_pdf([long], ENGLISH)
    first, second, *_ = pages_of(pdf)[0].splitlines()
    assert first.startswith("Rättviks kulturhus &")
    assert second.endswith("…")
    assert read_back(pdf) == [[LABEL.code]]


def test_examples_are_marked_each() -> None:
    (page,) = pages_of(labels_pdf([LABEL, replace(LABEL, example=True)] * 2, ENGLISH))
    assert page.count("Example: made-up data") == 2


def test_no_labels_make_an_empty_sheet() -> None:
    assert pages_of(labels_pdf([], ENGLISH)) == [""]


@pytest.mark.parametrize(
    "code", ["", "LD00001", "LD0000017", "29990000000017", "ld000017", "LD" + "٢" * 6]
)
def test_what_is_no_crate_is_refused(code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        labels_pdf([LABEL, replace(LABEL, code=code)], ENGLISH)
    assert [fault.at for fault in refusal.value.faults] == ["labels[1].code"]


def test_same_labels_same_bytes_with_their_fonts_inside() -> None:
    assert made(codes(3)) == made(codes(3))
    assert all(fonts_of(made(codes(3))).values())
