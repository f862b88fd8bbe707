"""Workbooks of Excel (.xlsx, ISO/IEC 29500): looked through before they are read, and written.

A workbook is a zip of XML. What it would unpack to stands in its directory and is checked first;
then only its XML parts are unpacked, up to that size, and looked through: no document type, hence
no entities; no cell outside the table; no text that repeated would fill the memory. The reader
gets exactly what was looked through.
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final
from xml.parsers import expat

import python_calamine
import xlsxwriter

from consortium.core.errors import Invalid
from consortium.core.money import ORE_PER_KRONA

MOST_PARTS: Final = 500
MOST_BYTES: Final = 64 * 1024 * 1024
MOST_TEXT: Final = 64 * 1024 * 1024
MOST_RATIO: Final = (
    120  # a sheet of repeated numbers packs about 40 to 1; deflate can do 1 032 to 1
)
SMALL: Final = 1024 * 1024  # a part that unpacks to less is never a bomb
MOST_ROWS: Final = 50_100
MOST_COLUMNS: Final = 120
MOST_DIGITS: Final = 20
MIDNIGHT: Final = time()

_SIGNATURE: Final = b"PK\x03\x04"
_PLACE: Final = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    LookupError,
    RuntimeError,  # encrypted; NotImplementedError, a method of packing that is not known
)


def is_workbook(content: bytes) -> bool:
    """Whether the file is a zip, as every .xlsx is."""
    return content.startswith(_SIGNATURE)


def read_workbook(content: bytes) -> Iterator[list[str]]:
    """The rows of the first sheet as texts, empty ones included; Invalid where it is unsafe."""
    safe = _looked_through(content)
    for row in _rows(safe):
        yield [_text(cell) for cell in row]


Sheet = tuple[str, Sequence[str], Iterable[Sequence[Any]]]
"""A sheet to write: its name, its header, its rows."""


class Kronor(int):
    """An amount in öre that a workbook shows as a number of kronor with two decimals."""


def write_workbook(name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """A workbook with one sheet, as `write_sheets`."""
    return write_sheets([(name, header, rows)])


def write_sheets(sheets: Iterable[Sheet]) -> bytes:
    """A workbook. Texts are written as texts, whatever they begin with.

    Numbers and dates are written as such; `None` is an empty cell.
    """
    made = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(made, options) as book:
        bold = book.add_format({"bold": True})
        forms = {
            str: book.add_format({"num_format": "@"}),
            date: book.add_format({"num_format": "yyyy-mm-dd"}),
            time: book.add_format({"num_format": "hh:mm"}),
            Kronor: book.add_format({"num_format": "#,##0.00"}),
        }
        for name, header, rows in sheets:
            sheet = book.add_worksheet(re.sub(r"[\[\]:*?/\\]", " ", name)[:31])
            _fill(sheet, (header, bold), rows, forms)
    return made.getvalue()


def _fill(
    sheet: Any,
    head: tuple[Sequence[str], Any],
    rows: Iterable[Sequence[Any]],
    forms: dict[type, Any],
) -> None:
    """head: the headings and their form."""
    header, bold = head
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, max(len(header) - 1, 0), 18)
    for place, heading in enumerate(header):
        sheet.write_string(0, place, heading, bold)
    for number, row in enumerate(rows, 1):
        for place, cell in enumerate(row):
            _write(sheet, (number, place), cell, forms)


def _write(sheet: Any, place: tuple[int, int], cell: Any, forms: dict[type, Any]) -> None:
    if isinstance(cell, str):
        if cell:
            sheet.write_string(*place, cell, forms[str])
    elif isinstance(cell, Kronor):
        sheet.write_number(*place, cell / ORE_PER_KRONA, forms[Kronor])
    elif isinstance(cell, int | float | Decimal):
        sheet.write_number(*place, cell)
    elif cell is not None:
        sheet.write_datetime(*place, cell, forms[time if isinstance(cell, time) else date])


def _looked_through(content: bytes) -> bytes:
    """The XML parts of a workbook, looked through, as a zip that is not packed."""
    safe = io.BytesIO()
    seen = _Looker()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed, zipfile.ZipFile(safe, "w") as plain:
            for part in _parts(packed):
                text = packed.read(part)
                seen.look(text)
                plain.writestr(part.filename, text)
    except _BROKEN as error:
        raise _unread() from error
    except expat.ExpatError as error:
        raise _unread() from error
    return safe.getvalue()


def _parts(packed: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The parts of XML; Invalid where there are too many, or they would unpack to too much."""
    parts = packed.infolist()
    sizes = [part.file_size for part in parts]
    swollen = any(
        part.file_size > SMALL and part.file_size > MOST_RATIO * part.compress_size
        for part in parts
    )
    names = {part.filename for part in parts}
    if len(parts) > MOST_PARTS or sum(sizes) > MOST_BYTES or swollen or len(names) < len(parts):
        raise Invalid(
            "The workbook unpacks to more than can be read", at="file", remedy="Save it as CSV"
        )
    return [part for part in parts if part.filename.endswith((".xml", ".rels"))]


class _Looker:
    """Looks through the parts of a workbook: cells with values, shared strings, their sizes."""

    def __init__(self) -> None:
        self.strings: list[int] = []
        self.repeated: list[int] = []
        self._depth_of_string = 0
        self._row = self._column = 0
        self._cell = ""
        self._shared = self._reading = False
        self._index = ""
        self._columns: dict[str, int] = {}

    def look(self, text: bytes) -> None:
        """Look through one part; Invalid where it is unsafe, ExpatError where it is no XML."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._data
        self._row = self._column = 0
        parser.Parse(text, True)
        if sum(self._sizes()) > MOST_TEXT:
            self._refuse()

    def _sizes(self) -> Iterator[int]:
        if not self.strings or len(self.repeated) * max(self.strings) <= MOST_TEXT:
            return
        for index in self.repeated:
            yield self.strings[index] if index < len(self.strings) else 0

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(" ")[2]
        if local == "c":
            self._column += 1
            self._cell = attributes.get("r", "")
            self._shared = attributes.get("t") == "s"
        elif local in {"v", "is"}:
            self._place()
            self._reading = self._shared and local == "v"
        elif local == "row":
            told = attributes.get("r", "")[:10]
            self._row = int(told) if told.isdecimal() else self._row + 1
            self._column = 0
        elif local == "si":
            self.strings.append(0)
            self._depth_of_string = 1

    def _end(self, name: str) -> None:
        if name.endswith(" si"):
            self._depth_of_string = 0
        elif self._reading:
            self._reading = False
            self.repeated.append(int(self._index or 0))
            self._index = ""

    def _data(self, text: str) -> None:
        if self._depth_of_string:
            self.strings[-1] += len(text)
        elif self._reading:
            self._index += text[:10]

    def _place(self) -> None:
        """Where the cell with this value stands: inside the table, or the workbook is refused."""
        row, column = self._row, self._column
        if self._cell:
            found = _PLACE.fullmatch(self._cell)
            if found is None:
                raise _unread()
            row, column = int(found[2]), self._number(found[1])
        if row > MOST_ROWS or column > MOST_COLUMNS:
            raise Invalid(
                "The workbook has a value in {cell}, outside of what is read",
                at="file",
                remedy="Keep to 50 000 rows and 100 columns",
                cell=self._cell or str(row),
            )

    def _number(self, letters: str) -> int:
        if letters not in self._columns:
            number = 0
            for letter in letters:
                number = 26 * number + ord(letter) - ord("A") + 1
            self._columns[letters] = number
        return self._columns[letters]

    @staticmethod
    def _refuse(*_declared: object) -> None:
        raise Invalid("The workbook holds what no table needs", at="file", remedy="Save it as CSV")


def _rows(safe: bytes) -> Iterator[list[Any]]:
    try:
        book = python_calamine.load_workbook(io.BytesIO(safe))
        sheet = book.get_sheet_by_index(0)
        yield from sheet.to_python(skip_empty_area=False)
    except (python_calamine.CalamineError, *_BROKEN) as error:
        raise _unread() from error
    except BaseException as error:
        # a panic of the Rust library is no Exception (PyO3, pyo3::panic::PanicException)
        if type(error).__name__ != "PanicException":
            raise
        raise _unread() from error


def _text(cell: Any) -> str:
    """A cell as text: 2026-11-24, 08:00, 1234.5, ja. Floats have the 15 digits that Excel shows."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "ja" if cell else "nej"
    if isinstance(cell, float):
        return _number(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == MIDNIGHT else cell.isoformat(" ")
    if isinstance(cell, timedelta):
        return str(cell)
    return f"{cell:%H:%M}" if isinstance(cell, time) else str(cell)


def _number(cell: float) -> str:
    exact = Decimal(f"{cell:.15g}")
    if not exact.is_finite() or abs(exact.adjusted()) > MOST_DIGITS:  # no number of a sheet is
        return str(cell)
    return f"{exact:f}" if exact != exact.to_integral_value() else f"{exact:.0f}"


def _unread() -> Invalid:
    return Invalid(
        "The workbook is damaged or protected and cannot be read", at="file", remedy="Save it anew"
    )
