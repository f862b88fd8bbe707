"""What every PDF shares."""

import pytest
from reportlab.platypus import PageBreak

from consortium.core.words import words
from consortium.documents.drawing import (
    BOLD,
    INNER_WIDTH,
    Sheet,
    drawable,
    fitted,
    paragraph,
    pdf,
    style,
    table,
)
from tests.documents.reading import fonts_of, named_in, pages_of

SHEET = Sheet(
    title="Årsräkning",
    author="Älvdalens kommun",
    say=words("en"),
    mark="Made up",
    running="Goes on",
    foot=("First foot", "Second foot"),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Åkerö & <b>Ängö</b>", "Åkerö & <b>Ängö</b>"),
        ("two\nlines\tand\x00more", "two lines and more"),
        ("  a   b  ", "a b"),
        ("1\u00a0234,50 \u2212", "1\u00a0234,50 \u2212"),
        ("a\u030akes", "åkes"),  # a ring set apart from its letter
        ("Ǩiõll \u2192", "Kiõll ?"),
        ("日本", "??"),
    ],
)
def test_text_is_made_drawable(text: str, expected: str) -> None:
    assert drawable(text) == expected


def test_long_text_is_cut_where_it_says_so() -> None:
    assert drawable("1234567890", longest=10) == "1234567890"
    assert drawable("12345678901", longest=10) == "123456789…"


def test_text_is_fitted_by_size_then_cut() -> None:
    assert fitted("Mora", BOLD, (22, 12), 200) == ("Mora", 22)
    assert fitted("Mora stadsbibliotek", BOLD, (22, 12), 200) == ("Mora stadsbibliotek", 12)
    line, size = fitted("Mora stadsbibliotek " * 3, BOLD, (22, 12), 200)
    assert size == 12
    assert line.startswith("Mora stadsbibliotek")
    assert line.endswith("…")


def test_markup_is_shown_not_obeyed() -> None:
    made = pdf(SHEET, [paragraph("Bok & <b>blad</b> <font size=99>&amp;</font>", style())])
    assert "Bok & <b>blad</b> <font size=99>&amp;</font>" in pages_of(made)[0]


def test_every_page_has_mark_foot_and_number() -> None:
    story = [paragraph("First", style()), PageBreak(), paragraph("Second", style())]
    first, second = pages_of(pdf(SHEET, story))
    for text in (first, second):
        assert "Made up" in text
        assert "First foot" in text
        assert "Second foot" in text
    assert "Page 1 of\n2" in first
    assert "Page 2 of\n2" in second
    assert ("Goes on" in first, "Goes on" in second) == (False, True)


def test_a_long_table_repeats_its_head_on_each_page() -> None:
    rows = [["Head"], *([f"Row {n}"] for n in range(200))]
    pages = pages_of(pdf(SHEET, [table(rows, [INNER_WIDTH], heads=1)]))
    assert len(pages) > 2
    assert all("Head" in page for page in pages)
    assert "Row 199" in pages[-1]


def test_fonts_are_embedded_and_the_file_says_what_it_is() -> None:
    made = pdf(SHEET, [paragraph("åäö", style(bold=True)), paragraph("ÅÄÖ", style())])
    fonts = fonts_of(made)
    assert len(fonts) == 2
    assert all(fonts.values())
    assert named_in(made) == ("Årsräkning", "Älvdalens kommun", "en")
