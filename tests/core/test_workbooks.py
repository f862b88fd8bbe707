import io
import zipfile
from datetime import date, time
from decimal import Decimal

import pytest

from consortium.core.errors import Invalid
from consortium.core.sheets import read_table
from consortium.core.workbooks import write_workbook

TYPES = (
    b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    b'<Default Extension="xml" ContentType="application/xml"/></Types>'
)
MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def packed(parts: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, part in parts.items():
            file.writestr(name, part)
    return made.getvalue()


def with_sheet(change: tuple[bytes, bytes], *rows: tuple[object, ...]) -> bytes:
    """A workbook in whose sheet something is replaced."""
    parts = parts_of(write_workbook("x", ("a", "b"), rows or [("1", "2")]))
    sheet = "xl/worksheets/sheet1.xml"
    assert change[0] in parts[sheet]
    return packed(parts | {sheet: parts[sheet].replace(*change)})


def test_values_come_back_as_text() -> None:
    rows = [
        (date(2026, 11, 24), time(8, 30), Decimal("-1234.50"), 0.1 + 0.2, 180, None, "0180"),
        ("=1+1", "-5", "@x", "\t", "'", " å ", "a\nb"),
    ]
    read = read_table(write_workbook("Åre: [1]", tuple("abcdefg"), rows))
    assert read.rows == [
        (2, ["2026-11-24", "08:30", "-1234.5", "0.3", "180", "", "0180"]),
        (3, ["=1+1", "-5", "@x", "\t", "'", " å ", "a\nb"]),
    ]


def test_texts_that_look_like_formulas_are_no_formulas() -> None:
    sheet = parts_of(write_workbook("x", ("a",), [("=cmd|' /c calc'!A0",)]))
    assert b"<f" not in sheet["xl/worksheets/sheet1.xml"]
    assert b't="inlineStr"' in sheet["xl/worksheets/sheet1.xml"]


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04 and then nothing",
        packed({"[Content_Types].xml": TYPES}),
        packed({"xl/worksheets/sheet1.xml": b"<worksheet"}),
        write_workbook("x", ("a",), [("1",)])[:-30],
    ],
    ids=["no zip", "no workbook", "no XML", "cut"],
)
def test_what_is_no_workbook_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid):
        read_table(content)


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = parts_of(write_workbook("x", ("a",), [("1",)]))
    bomb = packed(parts | {"xl/media.xml": b"<x>" + b" " * 50_000_000 + b"</x>"})
    assert len(bomb) < 100_000
    opened: list[str] = []
    monkeypatch.setattr(zipfile.ZipFile, "read", lambda *given: opened.append(str(given)))
    with pytest.raises(Invalid) as refused:
        read_table(bomb)
    assert refused.value.faults[0].text == "The workbook unpacks to more than can be read"
    assert opened == []


def test_many_parts_or_one_part_twice_are_refused() -> None:
    parts = parts_of(write_workbook("x", ("a",), [("1",)]))
    many = packed(parts | {f"xl/{number}.xml": b"<x/>" for number in range(600)})
    with pytest.raises(Invalid, match="unpacks to more"):
        read_table(many)
    made = io.BytesIO(packed(parts))
    with zipfile.ZipFile(made, "a") as file, pytest.warns(UserWarning, match="Duplicate"):
        file.writestr("xl/worksheets/sheet1.xml", b"<x/>")
    with pytest.raises(Invalid, match="unpacks to more"):
        read_table(made.getvalue())


@pytest.mark.parametrize("cell", [b'r="XFD2"', b'r="A1048576"', b'r="A99999999"', b'r="2A"'])
def test_a_value_far_away_is_refused(cell: bytes) -> None:
    with pytest.raises(Invalid):
        read_table(with_sheet((b'r="A2"', cell)))


def test_a_text_repeated_until_it_fills_the_memory_is_refused() -> None:
    cells = b"".join(b'<c r="A%d" t="s"><v>0</v></c>' % row for row in range(2, 3000))
    sheet = b'<worksheet xmlns="%s"><sheetData>%s</sheetData></worksheet>' % (MAIN, cells)
    strings = b'<sst xmlns="%s"><si><t>%s</t></si></sst>' % (MAIN, b"x" * 32_000)
    parts = parts_of(write_workbook("x", ("a",), [("1",)]))
    with pytest.raises(Invalid, match="holds what no table needs"):
        read_table(
            packed(parts | {"xl/sharedStrings.xml": strings, "xl/worksheets/sheet1.xml": sheet})
        )


def test_entities_are_refused() -> None:
    doctype = b'?>\n<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n<worksheet '
    with pytest.raises(Invalid, match="holds what no table needs"):
        read_table(with_sheet((b"?>\n<worksheet ", doctype)))


def test_of_a_formula_the_last_result_is_read() -> None:
    formula = (b'<c r="A2"', b'<c r="A2" t="str"><f>1+1</f><v>two</v></c><c r="C2"')
    assert read_table(with_sheet(formula, ("1", "2"))).rows[0][1][0] == "two"
