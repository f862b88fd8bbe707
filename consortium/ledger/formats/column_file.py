"""Format: entries as the column file that a municipality's own ledger program reads.

Most such programs read a file of their own, a row a line, so that its columns are a setting. A
column is a field of FIELDS or a fixed text in single quotes, with its heading before a colon where
it is to have another: `account`, `Konto: account`, `Bolag: '2080'`.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from consortium.core.errors import Fault, Invalid
from consortium.core.money import decimal
from consortium.ledger.formats.carrying import carried

PLACE: Final = "ledger.columns"
COLUMN: Final = re.compile(r"(?:([^:']*):)?\s*('.*'|\w+)")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of an entry. number: of the entry in its books' year, from 1.

    counterpart, counterpart_name: the member's code and name; motpart: its code in Kommun-Bas,
    empty where the line is about the host itself. amount_ore: debit positive.
    """

    entry: str
    number: int
    booked_on: date
    entered_on: date
    books: str
    text: str
    account: str
    pool: str
    counterpart: str
    counterpart_name: str
    motpart: str
    amount_ore: int


@dataclass(frozen=True, slots=True)
class Layout:
    """How the file is written. columns: heading and field, or heading and fixed text in quotes.

    date_form: with YYYY or YY, MM and DD.
    """

    columns: tuple[tuple[str, str], ...]
    header: bool
    separator: str
    date_form: str
    decimal_sign: str
    encoding: str


Say = Callable[[Row, Layout], str]

FIELDS: Final[Mapping[str, Say]] = {
    "entry": lambda row, _layout: row.entry,
    "number": lambda row, _layout: str(row.number),
    "booked_on": lambda row, layout: _day(row.booked_on, layout),
    "entered_on": lambda row, layout: _day(row.entered_on, layout),
    "books": lambda row, _layout: row.books,
    "text": lambda row, _layout: row.text,
    "account": lambda row, _layout: row.account,
    "pool": lambda row, _layout: row.pool,
    "counterpart": lambda row, _layout: row.counterpart,
    "counterpart_name": lambda row, _layout: row.counterpart_name,
    "motpart": lambda row, _layout: row.motpart,
    "amount": lambda row, layout: _kronor(row.amount_ore, layout),
    "amount_ore": lambda row, _layout: str(row.amount_ore),
    "debit": lambda row, layout: _kronor(row.amount_ore, layout) if row.amount_ore > 0 else "",
    "credit": lambda row, layout: _kronor(-row.amount_ore, layout) if row.amount_ore < 0 else "",
    "side": lambda row, _layout: "D" if row.amount_ore > 0 else "K",
    "size": lambda row, layout: _kronor(abs(row.amount_ore), layout),
}
"""Field → how it is written. amount: in kronor with its sign; debit and credit: each in its own
column, without one; side and size: D or K, and the amount without its sign.
"""


def columns_of(written: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """The columns that a setting names; Invalid with every fault, each at its place in the list."""
    columns = tuple(map(_column, written))
    faults = list(_faults(columns))
    if faults:
        raise Invalid(faults)
    return columns


def column_file(rows: Sequence[Row], layout: Layout) -> bytes:
    """The file: lines that end in CR LF (RFC 4180), cells quoted where they must be.

    A text that the encoding does not carry is replaced as `carrying.py` says.
    """
    text = io.StringIO()
    writer = csv.writer(text, delimiter=layout.separator, lineterminator="\r\n")
    if layout.header:
        writer.writerow([carried(heading, layout.encoding) for heading, _field in layout.columns])
    for row in rows:
        writer.writerow([_cell(field, row, layout) for _heading, field in layout.columns])
    return text.getvalue().encode(layout.encoding)


def _column(written: str) -> tuple[str, str]:
    found = COLUMN.fullmatch(written.strip())
    heading, field = found.groups() if found else (None, written.strip())
    return (field.strip("'") if heading is None else heading.strip()), field


def _is_fixed(field: str) -> bool:
    return len(field) > 1 and field[0] == field[-1] == "'"


def _faults(columns: Sequence[tuple[str, str]]) -> Iterator[Fault]:
    for place, (_heading, field) in enumerate(columns):
        if field not in FIELDS and not _is_fixed(field):
            yield Fault(
                "There is no column {column}",
                f"{PLACE}[{place}]",
                {"column": field, "known": ", ".join(FIELDS)},
                "Write one of {known}, or a fixed text as Company: '2080'",
            )
    fields = {field for _heading, field in columns}
    if "account" not in fields or not _tells_amount(fields):
        yield Fault(
            "The columns must tell the account and the amount",
            PLACE,
            {},
            "Add account, and amount, amount_ore, debit and credit, or side and size",
        )


def _tells_amount(fields: set[str]) -> bool:
    pairs = {"debit", "credit"}, {"side", "size"}
    return bool(fields & {"amount", "amount_ore"}) or any(pair <= fields for pair in pairs)


def _cell(field: str, row: Row, layout: Layout) -> str:
    said = field[1:-1] if _is_fixed(field) else FIELDS[field](row, layout)
    return carried(said, layout.encoding)


def _day(day: date, layout: Layout) -> str:
    parts = {"YYYY": f"{day.year:04}", "YY": f"{day.year % 100:02}"}
    parts |= {"MM": f"{day.month:02}", "DD": f"{day.day:02}"}
    written = layout.date_form
    for part, value in parts.items():
        written = written.replace(part, value)
    return written


def _kronor(amount_ore: int, layout: Layout) -> str:
    return decimal(amount_ore).replace(".", layout.decimal_sign)
