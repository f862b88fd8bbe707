"""Sheets out: the rows of a kind as CSV or as a workbook, so that they can come back in.

What is exported and imported again changes nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from consortium.core.errors import Fault
from consortium.core.sheets import Cell, Table, csv_lines
from consortium.core.work import Work
from consortium.core.workbooks import write_workbook
from consortium.exchange.kinds.kind import Kind, Values
from consortium.exchange.matching import FAULTS
from consortium.exchange.previewing import Preview
from consortium.exchange.taking import CSV, WORKBOOK

Form = Literal["csv", "xlsx"]
MEDIA: Final[dict[Form, str]] = {"csv": f"{CSV}; charset=utf-8", "xlsx": WORKBOOK}


@dataclass(frozen=True, slots=True)
class Export:
    """A sheet to write. header: headings. rows: cells."""

    name: str
    header: tuple[str, ...]
    rows: list[list[Cell]]

    def written(self, form: Form) -> bytes:
        if form == "xlsx":
            return write_workbook(self.name, self.header, self.rows)
        return b"".join(csv_lines(self.header, self.rows))


def export(work: Work, kind: Kind, year: int | None = None) -> Export:
    """The rows of a kind that the actor may see, of one year where the kind knows years."""
    scope = work.scope(kind.sees)
    known = kind.known(work)
    rows: Iterable[Values] = kind.standing(work, known, None).values()
    if scope is not None:
        rows = (values for values in rows if kind.owner(kind.row(values), known) in scope)
    if year is not None and kind.dated:
        place = kind.names.index(kind.dated)
        rows = (values for values in rows if _year_of(values[place]) == year)
    return Export(kind.code, headings(kind), [kind.cells(values) for values in rows])


def template_of(kind: Kind) -> Export:
    """A sheet with the headings of a kind and one row of examples."""
    example = [field.show(field.read(field.example)) for field in kind.fields]
    return Export(kind.code, headings(kind), [example])


def error_sheet(table: Table, tried: Preview, worded: Callable[[Fault], str]) -> Export:
    """The faulty rows of a sheet as they are, and a column that says what is wrong.

    worded: a fault in the reader's language.
    """
    wrong = {line.number: line.faults for line in tried.lines if line.faults}
    places = [place for place, heading in enumerate(table.header) if heading != FAULTS]
    header = (*(table.header[place] for place in places), FAULTS)
    return Export("fel", header, list(_wrong_rows(table, places, wrong, worded)))


def headings(kind: Kind) -> tuple[str, ...]:
    return tuple(field.heading for field in kind.fields)


def _wrong_rows(
    table: Table,
    places: Sequence[int],
    wrong: dict[int, tuple[Fault, ...]],
    worded: Callable[[Fault], str],
) -> Iterator[list[Cell]]:
    for number, line in table.rows:
        if number in wrong:
            said = " ".join(f"{_column(fault)}{worded(fault)}." for fault in wrong[number])
            yield [*(line[place] if place < len(line) else "" for place in places), said]


def _column(fault: Fault) -> str:
    column = fault.at.partition(", ")[2]
    return f"{column}: " if column else ""


def _year_of(value: Any) -> int:
    return value if isinstance(value, int) else int(value.year)
