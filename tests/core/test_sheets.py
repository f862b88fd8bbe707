import csv
import io
from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consortium.core.errors import Invalid
from consortium.core.sheets import Cell, csv_lines, read_csv, read_table
from consortium.core.workbooks import write_workbook

COLUMNS = ("member", "loans")
FORMULAS = ("=", "+", "-", "@", "\t", "\r")
TEXT = st.characters(exclude_categories=["Cs"])  # half a character cannot be written
SEEN = st.characters(exclude_categories=["Cs", "Cc", "Cn"])


@pytest.mark.parametrize(
    "content",
    [
        b"member;loans\n2080;5\n",
        b"member,loans\r\n2080,5\r\n",
        b"loans\tmember\n5\t2080\n",
        "\ufeffMember;Loans\n 2080 ; 5 \n;\n".encode(),
    ],
)
def test_a_sheet_is_read_however_it_was_saved(content: bytes) -> None:
    (row,) = read_csv(content, COLUMNS)
    assert row.cells == {"member": "2080", "loans": "5"}
    assert row.number == 2
    assert row.at("loans") == "row 2, loans"


def test_windows_1252_is_read_too() -> None:
    (row,) = read_csv("member;loans\nMälar;5\n".encode("cp1252"), COLUMNS)
    assert row.cells["member"] == "Mälar"


def test_every_fault_of_the_form_is_told() -> None:
    with pytest.raises(Invalid) as refused:
        read_csv(b"member;cost\n2080;5;6\n2081\n", COLUMNS)
    assert [(fault.at, fault.facts) for fault in refused.value.faults] == [
        ("row 1", {"column": "loans"}),
        ("row 1", {"column": "cost"}),
        ("row 2", {"count": 3, "width": 2}),
        ("row 3", {"count": 1, "width": 2}),
    ]


@pytest.mark.parametrize("content", [b"", b"member;loans\n", b"member;loans\n;\n"])
def test_an_empty_sheet_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid):
        read_csv(content, COLUMNS)


def written(rows: list[tuple[Cell, ...]], header: tuple[str, ...] = ("a", "b")) -> bytes:
    return b"".join(csv_lines(header, rows))


def test_the_one_form_of_csv() -> None:
    rows: list[tuple[Cell, ...]] = [
        (Decimal("-1234.50"), date(2026, 11, 24)),
        (60.60357, time(8, 5)),
        (None, "a;b"),
        (-5, "-5"),
    ]
    assert written(rows) == (
        '\ufeffa;b\r\n-1234,50;2026-11-24\r\n60,60357;08:05\r\n;"a;b"\r\n-5;\'-5\r\n'.encode()
    )


@settings(deadline=None)
@given(st.lists(st.tuples(st.text(TEXT), st.text(TEXT)), min_size=1))
def test_any_text_survives_and_none_begins_as_a_formula(rows: list[tuple[str, str]]) -> None:
    content = written([(f"x{one}", other) for one, other in rows])
    assert read_table(content).rows == [
        (number, [f"x{one}", other]) for number, (one, other) in enumerate(rows, 2)
    ]
    plain = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert not [cell for row in plain for cell in row if cell.startswith(FORMULAS)]


@settings(deadline=None)
@given(st.lists(st.text(SEEN, min_size=1).filter(str.strip), min_size=1))
def test_any_text_survives_in_a_workbook(texts: list[str]) -> None:
    read = read_table(write_workbook("x", ("a",), [(text,) for text in texts]))
    assert [cells for _, cells in read.rows] == [[text] for text in texts]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_a_table_is_read_whatever_it_is_saved_as(encoding: str, separator: str) -> None:
    lines = [["Namn", "Ort"], ["Särna", 'en "rad"\noch en till'], [], ["", ""], ["Älvdalen", "x"]]
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows(lines)
    table = read_table(text.getvalue().encode(encoding))
    assert table.header == ("Namn", "Ort")
    assert table.rows == [(2, lines[1]), (5, lines[4])]


def test_a_line_that_names_the_separator_is_followed() -> None:
    table = read_table(b"sep=,\r\na;b,c\r\n1,2\r\n")
    assert (table.header, table.rows) == (("a;b", "c"), [(3, ["1", "2"])])


def test_quoted_separators_part_nothing() -> None:
    assert read_table(b'"a;b;c",d\n1,2\n').header == ("a;b;c", "d")


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"", "The file has no rows"),
        (b"a;b\n", "The file has no rows"),
        (b"a\n" + b"1\n" * 50_001, "The file has more than 50 000 rows"),
        (b";".join([b"a"] * 101) + b"\n1\n", "The file has more than 100 columns"),
        (b"a;b\n" + b"x" * 10 * 1024 * 1024, "The file is larger than 10 MB"),
        (b'a;b\n"1;2\n', "The file is no table with rows and columns"),
        (b"a;b\n\x81\x8d;1\n", "The file is neither a workbook nor a text"),
    ],
)
def test_what_is_no_table_is_refused(content: bytes, text: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_table(content)
    assert refused.value.faults[0].text == text
