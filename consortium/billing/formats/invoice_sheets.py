"""Format: issued invoices and their lines as CSV for programs, and as a workbook for people.

In CSV amounts are whole öre; in the workbook kronor, numbers with two decimals. A credit note's
amounts are negative, so that a column sums to what is asked for.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from consortium.core.sheets import guarded
from consortium.core.workbooks import Kronor, write_sheets


class InvoiceRow(NamedTuple):
    """An invoice or credit note.

    document: `invoice` or `credit_note`. credits: the numbers of the invoices that it is about,
    parted by blanks. member: a code. month: the first day of its period. delivery: `access_point`
    or `email`; empty until it has left.
    """

    number: str
    document: str
    credits: str
    member: str
    name: str
    month: date
    kind: str
    issued_on: date
    due_on: date
    net_ore: int
    vat_ore: int
    payable_ore: int
    ocr: str
    delivery: str


class LineRow(NamedTuple):
    """A line of one. pool: a code, empty for interest. month: the first day of what it is of.

    percent: of VAT, None where none is charged. snapshot: digest of the case behind it.
    """

    number: str
    document: str
    member: str
    position: int
    kind: str
    pool: str
    month: date
    net_ore: int
    category: str
    percent: int | None
    snapshot: str


MONEY: Final = "_ore"


def invoices_csv(rows: Iterable[InvoiceRow]) -> str:
    """A row an invoice, UTF-8, commas, months as 2026-11, amounts in öre."""
    return _csv(InvoiceRow._fields, rows)


def lines_csv(rows: Iterable[LineRow]) -> str:
    """A row a line, as `invoices_csv`."""
    return _csv(LineRow._fields, rows)


def invoices_workbook(invoices: Iterable[InvoiceRow], lines: Iterable[LineRow]) -> bytes:
    """A workbook of two sheets: invoices, and lines."""
    return write_sheets(
        [
            ("fakturor", *_sheet(InvoiceRow._fields, invoices)),
            ("rader", *_sheet(LineRow._fields, lines)),
        ]
    )


def _csv(fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(fields)
    for row in rows:
        writer.writerow(_told(field, cell) for field, cell in zip(fields, row, strict=True))
    return text.getvalue()


def _sheet(
    fields: Sequence[str], rows: Iterable[Sequence[Any]]
) -> tuple[list[str], Iterable[list[Any]]]:
    """Header and rows; öre become kronor, and the column's name says no öre."""
    header = [field.removesuffix(MONEY) for field in fields]
    return header, (
        [
            Kronor(cell) if field.endswith(MONEY) else _month(field, cell)
            for field, cell in zip(fields, row, strict=True)
        ]
        for row in rows
    )


def _told(field: str, cell: Any) -> Any:
    return guarded(cell) if isinstance(cell, str) else _month(field, cell)


def _month(field: str, cell: Any) -> Any:
    return f"{cell:%Y-%m}" if field == "month" else cell
