"""Pages set block by block, read back by another program."""

import re

import pytest
from reportlab.pdfbase.pdfmetrics import stringWidth

from consortium.core.words import words
from consortium.documents.blocks import Group, gap, row, stack, text
from consortium.documents.drawing import INNER_WIDTH, REGULAR, Sheet, style
from consortium.documents.typesetting import typeset
from tests.documents.reading import fonts_of, named_in, pages_of

SHEET = Sheet(
    title="Årsräkning",
    author="Älvdalens kommun",
    say=words("en"),
    mark="Made up",
    running="Goes on",
    foot=("First foot", "Second foot"),
)


def line(words_: str) -> Group:
    return Group((text(words_, style(), INNER_WIDTH),))


def lines_of(words_: str, width: float) -> list[str]:
    return [line.text for line in text(words_, style(), width, 2000).lines]


@pytest.mark.parametrize("width", [60, 100, 173.3])
def test_text_is_wrapped_within_its_width_and_nothing_is_lost(width: float) -> None:
    said = "Kostnaden fördelas efter medelvärdet av de tre senaste årens e-lån " * 4
    lines = lines_of(said + "x" * 60, width)
    assert all(stringWidth(each, REGULAR, 8.5) <= width for each in lines)
    assert "".join(lines).replace(" ", "") == (said + "x" * 60).replace(" ", "")
    assert " ".join(lines).split()[:3] == ["Kostnaden", "fördelas", "efter"]


def test_a_line_takes_as_many_words_as_it_holds() -> None:
    width = stringWidth("aaa bbb", REGULAR, 8.5) + 0.01
    assert lines_of("aaa bbb ccc", width) == ["aaa bbb", "ccc"]
    assert lines_of("", width) == [""]  # still as high as a line


def test_a_no_break_space_holds_an_amount_together() -> None:
    width = stringWidth("Netto 1\u00a0234", REGULAR, 8.5) - 1
    assert lines_of("Netto 1\u00a0234", width) == ["Netto", "1\u00a0234"]


def test_what_is_aligned_to_the_right_ends_there() -> None:
    (found,) = text("12,50", style(align="right"), 80).lines
    assert found.x + stringWidth("12,50", REGULAR, 8.5) == pytest.approx(80)
    (middle,) = text("12,50", style(align="center"), 80).lines
    assert middle.x == pytest.approx(found.x / 2)


def test_every_page_has_mark_foot_and_number() -> None:
    first, second = pages_of(
        typeset(SHEET, [line("First"), Group(line("Second").blocks, anew=True)])
    )
    for number, page in enumerate((first, second), 1):
        for said in ("Made up", "First foot", "Second foot", f"Page {number} of 2"):
            assert said in page
    assert ("Goes on" in first, "Goes on" in second) == (False, True)


def test_a_long_table_repeats_its_head_and_loses_no_row() -> None:
    head = text("Head", style(bold=True), 100)
    rows = tuple(row((100.0,), (text(f"Row {n}.", style(), 100),)) for n in range(200))
    pages = pages_of(typeset(SHEET, [Group((stack(head, rows[0]), *rows[1:]), head=head)]))
    assert len(pages) > 2
    assert all(page.count("Head") == 1 for page in pages)
    assert re.findall(r"Row (\d+)\.", "\n".join(pages)) == [str(n) for n in range(200)]


def test_what_belongs_together_moves_to_the_next_page() -> None:
    high = Group((text("Above", style(), 100), gap(500), text("Below", style(), 100)))
    pair = Group((text("One", style(), 100), gap(200), text("Two", style(), 100)), together=True)
    first, second = pages_of(typeset(SHEET, [high, pair]))
    assert "Below" in first
    assert "One" not in first
    assert ("One" in second, "Two" in second) == (True, True)


def test_what_no_page_holds_is_parted() -> None:
    rows = tuple(text(f"Row {n}.", style(), 100) for n in range(100))
    pages = pages_of(typeset(SHEET, [line("Before"), Group(rows, together=True)]))
    assert re.findall(r"Row (\d+)\.", "\n".join(pages)) == [str(n) for n in range(100)]


def test_markup_and_the_signs_of_pdf_are_text() -> None:
    said = "<b>Bok</b> & (blad) \\ ) ( åäö − × ÷"
    made = typeset(SHEET, [line(said)])
    assert said in pages_of(made)[0]
    assert typeset(SHEET, [line(said)]) == made
    assert all(fonts_of(made).values())
    assert named_in(made) == ("Årsräkning", "Älvdalens kommun", "en")


def test_more_letters_than_a_font_subset_holds_can_be_read_back() -> None:
    letters = "".join(
        chr(code) for code in (*range(0x21, 0x7F), *range(0xA1, 0x100)) if code != 0xAD
    )
    story = [line(letters[at : at + 40]) for at in range(0, len(letters), 40)]
    found = "".join(pages_of(typeset(SHEET, story))[0].split())
    assert all(letter in found for letter in letters)
