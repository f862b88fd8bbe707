"""Sheets: rows of a table as people save it, as CSV or as a workbook of Excel, and written again.

One form of CSV is written, and read back exactly: UTF-8 with a byte order mark, semicolons, decimal
commas, lines that end in CR LF (RFC 4180), dates as 2026-11-24. Swedish Excel opens it as it is.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Final

from consortium.core.collecting import without_collecting
from consortium.core.errors import Fault, Invalid
from consortium.core.workbooks import is_workbook, read_workbook

SEPARATORS: Final = (";", "\t", ",")
LARGEST: Final = 10 * 1024 * 1024
MOST_ROWS: Final = 50_000
MOST_COLUMNS: Final = 100
BOM: Final = "\ufeff"

Cell = str | int | float | Decimal | date | time | None
"""A value as it is written: text stays text, numbers stay numbers, None is an empty cell."""

# What spreadsheets take for the beginning of a formula (OWASP, CSV injection), after any
# apostrophes, so that taking one away again gives what was written.
_FORMULA: Final = re.compile("'*[=+\\-@\t\r\n\0\uff1d\uff0b\uff0d\uff20]")
_GUARDED: Final = re.compile("'" + _FORMULA.pattern)
_SAID: Final = re.compile(r"sep=([;,\t])\r?\n", re.IGNORECASE)
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row below the header. number: its line in the file, the header being line 1."""

    number: int
    cells: dict[str, str]

    def at(self, column: str) -> str:
        """The place of a cell as a fault names it."""
        return f"row {self.number}, {column}"


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet as it stands. header: stripped. rows: the number of each in the file, and its cells.

    Rows without any content are passed over; cells are not stripped.
    """

    header: tuple[str, ...]
    rows: list[tuple[int, list[str]]]


def read_table(content: bytes) -> Table:
    """A CSV file or the first sheet of a workbook (.xlsx); Invalid where it cannot be read.

    CSV: UTF-8 (with or without byte order mark), UTF-16 with one, or Windows-1252; semicolon, tab
    or comma, whichever parts the header into most columns. Of a workbook the values are read, of
    formulas the last results; dates become 2026-11-24 and numbers have a decimal point.
    At most LARGEST bytes, MOST_ROWS rows below the header, MOST_COLUMNS columns.
    """
    if len(content) > LARGEST:
        raise Invalid("The file is larger than 10 MB", at="file", remedy="Part it in two")
    with without_collecting():
        return _table(read_workbook(content) if is_workbook(content) else _lines(content))


def _table(lines: Iterable[list[str]]) -> Table:
    header: tuple[str, ...] = ()
    rows: list[tuple[int, list[str]]] = []
    for number, line in enumerate(lines, 1):
        if not any(map(str.strip, line)):
            continue
        if not header:
            header = _header(line)
            continue
        rows.append((number, line if len(line) == len(header) else _fitting(line, len(header))))
        if len(rows) > MOST_ROWS:
            raise Invalid("The file has more than 50 000 rows", at="file", remedy="Part it in two")
    if not rows:
        raise Invalid("The file has no rows", at="file", remedy="Add one row for each value")
    return Table(header, rows)


def read_csv(content: bytes, columns: Sequence[str]) -> list[SheetRow]:
    """The rows of a sheet that must have `columns`, in any order; others are a fault.

    As `read_table`; cells are stripped.
    """
    table = read_table(content)
    header = [name.lower() for name in table.header]
    faults = [
        Fault("The column {column} is missing", "row 1", {"column": name}, "Add it to the header")
        for name in columns
        if name not in header
    ] + [
        Fault("The column {column} is not known", "row 1", {"column": name}, "Take it away")
        for name in header
        if name not in columns
    ]
    faults += [fault for number, line in table.rows for fault in width_faults(number, line, header)]
    if faults:
        raise Invalid(faults)
    return [
        SheetRow(number, {name: cell.strip() for name, cell in zip(header, line, strict=True)})
        for number, line in table.rows
    ]


def width_faults(number: int, line: Sequence[str], header: Sequence[str]) -> Iterator[Fault]:
    """A fault where a row has not as many cells as the header."""
    if len(line) != len(header):
        yield Fault(
            "The row has {count} cells, the header {width}",
            f"row {number}",
            {"count": len(line), "width": len(header)},
        )


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """A sheet as CSV, a row at a time.

    A text that a spreadsheet would take for a formula is written with an apostrophe before it,
    which `read_table` takes away again.
    """
    text = io.StringIO()
    text.write(BOM)
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([guarded(name) for name in header])
    yield _taken(text)
    for row in rows:
        writer.writerow([guarded(cell) if isinstance(cell, str) else text_of(cell) for cell in row])
        yield _taken(text)


def text_of(cell: Cell) -> str:
    """A value as it stands in CSV, with a decimal comma, before a formula is guarded against."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, time):
        return f"{cell:%H:%M}"
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float):
        cell = Decimal(repr(cell))
    return (
        ""
        if cell is None
        else f"{cell:f}".replace(".", ",")
        if isinstance(cell, Decimal)
        else str(cell)
    )


def guarded(text: str) -> str:
    """`text` so that no spreadsheet takes it for a formula."""
    return "'" + text if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """What `guarded` was given."""
    return text[1:] if _GUARDED.match(text) else text


def decoded(content: bytes) -> str:
    """The text of a file; Invalid where it is in none of the encodings that `read_table` reads."""
    encoding = "utf-16" if content.startswith(_UTF_16) else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError as error:
        raise Invalid(
            "The file is neither a workbook nor a text", at="file", remedy="Save it as CSV UTF-8"
        ) from error


def _lines(content: bytes) -> Iterator[list[str]]:
    text = decoded(content)
    said = _SAID.match(text)
    try:
        if said:
            yield []  # Excel's own line that names the separator counts as the first
        lines = csv.reader(
            io.StringIO(text[said.end() :] if said else text, newline=""),
            delimiter=said[1] if said else _separator(text),
            strict=True,
        )
        if "'" not in text:
            yield from lines
        for line in lines:
            yield [unguarded(cell) if cell[:1] == "'" else cell for cell in line]
    except csv.Error as error:
        raise Invalid(
            "The file is no table with rows and columns",
            at="file",
            remedy="Look for a quotation mark that is not closed, or save it anew as CSV",
        ) from error


def _separator(text: str) -> str:
    """The one that parts the header into most cells; quoted ones part nothing."""
    bare = re.sub(r'"[^"]*"', "", text[:10_000])
    header = bare.lstrip().partition("\n")[0]
    return max(SEPARATORS, key=header.count)


def _header(line: Sequence[str]) -> tuple[str, ...]:
    names = [name.strip() for name in line]
    while names and not names[-1]:
        names.pop()
    if len(names) > MOST_COLUMNS:
        raise Invalid("The file has more than 100 columns", at="file", remedy="Take some away")
    return tuple(names)


def _fitting(line: list[str], width: int) -> list[str]:
    """`line` without the empty cells beyond the header."""
    while len(line) > width and not line[-1].strip():
        line.pop()
    return line


def _taken(text: io.StringIO) -> bytes:
    taken = text.getvalue().encode()
    text.seek(0)
    text.truncate()
    return taken
