"""Sheets: rows of a text table as people save it, whatever its encoding and separator."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from consortium.core.errors import Fault, Invalid

SEPARATORS = (";", "\t", ",")


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row below the header. number: its line in the file, the header being line 1."""

    number: int
    cells: dict[str, str]

    def at(self, column: str) -> str:
        """The place of a cell as a fault names it."""
        return f"row {self.number}, {column}"


def read_csv(content: bytes, columns: Sequence[str]) -> list[SheetRow]:
    """The rows of a CSV file that must have `columns`, in any order; others are a fault.

    UTF-8 (with or without byte order mark) or Windows-1252; semicolon, tab or comma, whichever
    the header uses. Cells are stripped; rows without any content are passed over.
    """
    lines = list(csv.reader(io.StringIO(_text(content), newline=""), delimiter=_separator(content)))
    header = [name.strip().lower() for name in lines[0]] if lines else []
    faults = [
        Fault("The column {column} is missing", "row 1", {"column": name}, "Add it to the header")
        for name in columns
        if name not in header
    ] + [
        Fault("The column {column} is not known", "row 1", {"column": name}, "Take it away")
        for name in header
        if name not in columns
    ]
    faults += [
        Fault(
            "The row has {count} cells, the header {width}",
            f"row {number}",
            {"count": len(line), "width": len(header)},
        )
        for number, line in enumerate(lines[1:], 2)
        if line and len(line) != len(header)
    ]
    if faults:
        raise Invalid(faults)
    rows = [
        SheetRow(number, {name: cell.strip() for name, cell in zip(header, line, strict=True)})
        for number, line in enumerate(lines[1:], 2)
        if any(cell.strip() for cell in line)
    ]
    if not rows:
        raise Invalid("The file has no rows", at="file", remedy="Add one row for each value")
    return rows


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _separator(content: bytes) -> str:
    header = _text(content).partition("\n")[0]
    return max(SEPARATORS, key=header.count)
