"""What a screen reader is told, read back by walking the structure tree."""

from io import BytesIO

import pikepdf
import pytest

from consortium.core.words import words
from consortium.documents.blocks import Block, Box, Group, as_row, gap, item, row, stack, text
from consortium.documents.drawing import INK, INNER_WIDTH, Sheet, style
from consortium.documents.pens import Stroke
from consortium.documents.tagging import HEAD, NAMED, PLAIN
from consortium.documents.typesetting import typeset
from tests.documents.reading import pages_of
from tests.documents.walking import Element, Walked, walk

SHEET = Sheet(
    title="Årsräkning",
    author="Älvdalens kommun",
    say=words("sv"),
    mark="Påhittat",
    running="Fortsätter",
    foot=("Första foten", "Andra foten"),
)
WIDTHS = (100.0, 60.0)
RULE = Stroke(0.5, INK)


def said(words_: str, role: str = "") -> Block:
    return text(words_, style(), INNER_WIDTH, role=role)


def table_row(kind: str, *texts: str, widths: tuple[float, ...] = WIDTHS) -> Block:
    cells = [text(words_, style(), 90) if words_ else gap(0) for words_ in texts]
    return as_row(row(widths, cells, below=RULE), kind, widths)


def walked(*blocks: Block, head: Block | None = None) -> Walked:
    found = walk(typeset(SHEET, [Group(blocks, head=head)]))
    assert found.faults == []
    return found


def outline(element: Element) -> list[object]:
    """The tree as kinds with their texts: ["P", "text"] or ["Table", [...], …]."""
    return [
        element.kind,
        *(kid if isinstance(kid, str) else outline(kid) for kid in element.kids),
    ]


def middle(found: Walked) -> list[object]:
    """Without the document, the mark that comes first and the two lines of the foot."""
    assert outline(found.root)[:2] == ["Document", ["P", "Påhittat"]]
    assert outline(found.root)[-2:] == [["P", "Första foten"], ["P", "Andra foten"]]
    return outline(found.root)[2:-2]


def test_headings_texts_and_lists_come_in_reading_order() -> None:
    found = walked(
        said("Rubrik", "H1"),
        said("Text"),
        gap(5),
        item(stack(said("Ett"), said("mer"))),
        item(said("Två")),
        said("Efter", "H2"),
    )
    assert middle(found) == [
        ["H1", "Rubrik"],
        ["P", "Text"],
        ["L", ["LI", ["LBody", ["P", "Ett"], ["P", "mer"]]], ["LI", ["LBody", ["P", "Två"]]]],
        ["H2", "Efter"],
    ]


def test_rows_next_to_each_other_are_a_table_until_something_else_comes() -> None:
    found = walked(
        table_row(HEAD, "Pool", "Kr"),
        table_row(NAMED, "System", "12"),
        table_row(NAMED, "", "13"),
        table_row(HEAD, "Steg", "Kr"),
        table_row(PLAIN, "a", "b"),
        said("Emellan"),
        table_row(NAMED, "Datum", "2026"),
        table_row(NAMED, "Ort", "x", "y", widths=(50.0, 50.0, 50.0)),
    )
    first = [
        "Table",
        ["TR", ["TH", "Pool"], ["TH", "Kr"]],
        ["TR", ["TH", "System"], ["TD", "12"]],
        ["TR", ["TH"], ["TD", "13"]],
    ]
    second = ["Table", ["TR", ["TH", "Steg"], ["TH", "Kr"]], ["TR", ["TD", "a"], ["TD", "b"]]]
    third = ["Table", ["TR", ["TH", "Datum"], ["TD", "2026"]]]
    fourth = ["Table", ["TR", ["TH", "Ort"], ["TD", "x"], ["TD", "y"]]]
    assert middle(found) == [first, second, ["P", "Emellan"], third, fourth]


def test_a_cell_names_the_heads_above_it_and_beside_it() -> None:
    found = walked(table_row(HEAD, "Pool", "Kr"), table_row(NAMED, "System", "12"))
    (table,) = found.root.below("Table")
    heads = {head.name: head.text for head in table.below("TH")}
    (cell,) = table.below("TD")
    assert [heads[each] for each in cell.headers] == ["Kr", "System"]
    assert [head.scope for head in table.below("TH")] == ["/Column", "/Column", "/Row"]


def test_a_table_over_two_pages_is_one_table_and_its_head_is_read_once() -> None:
    head = table_row(HEAD, "Pool", "Kr")
    rows = [table_row(NAMED, f"Pool {n}.", f"{n}") for n in range(80)]
    made = typeset(SHEET, [Group((stack(head, rows[0]), *rows[1:]), head=head)])
    assert [page.count("Kr") for page in pages_of(made)] == [1, 1]
    found = walk(made)
    assert found.faults == []
    (table,) = found.root.below("Table")
    assert [each.text for each in table.below("TR")] == [
        "Pool Kr",
        *(f"Pool {n}. {n}" for n in range(80)),
    ]
    assert found.root.text.split(" ").count("Fortsätter") == 0  # the running line is decoration


def test_a_figure_has_words_and_what_decorates_has_none() -> None:
    bar = Block(5, box=Box(40, 0, INK))
    figure = Block(6, parts=((0, 0, bar),), role="Figure", alt="Bibliotekssystem: 40 kr, åäö")
    decorated = Block(20, box=Box(50, 3, INK), parts=((0, 0, said("Inuti")),))
    found = walked(figure, decorated)
    (drawn,) = found.root.below("Figure")
    assert drawn.alt == "Bibliotekssystem: 40 kr, åäö"
    assert middle(found)[1:] == [["P", "Inuti"]]


def test_what_is_read_is_what_is_drawn_in_the_same_order() -> None:
    beside = row((200.0, 100.0), (stack(said("Vänster"), said("under")), said("Höger")))
    found = walked(said("Överst"), beside, said("Sist"))
    order = ["Påhittat", "Överst", "Vänster", "under", "Höger", "Sist"]
    assert found.drawn == [*order, "Första foten", "Andra foten"]
    assert found.root.text == " ".join(found.drawn)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (b"/Artifact BMC", b"/Artifakt BMC"),
        (b"/Artifact BMC", b""),
        (b"EMC", b""),
        (b"/P<</MCID 0>>BDC", b"/P<</MCID 7>>BDC"),
    ],
)
def test_a_page_that_is_tagged_wrongly_is_found_out(right: bytes, wrong: bytes) -> None:
    with pikepdf.open(BytesIO(typeset(SHEET, [Group((said("Text"),))]))) as document:
        page = document.pages[0]
        code = page.Contents.read_bytes()
        assert right in code
        page.Contents.write(code.replace(right, wrong, 1))
        saved = BytesIO()
        document.save(saved)
    assert walk(saved.getvalue()).faults
