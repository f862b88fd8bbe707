"""The sheet of usage: one row for each supplier, month and municipality. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from consortium.core.errors import Fault, Invalid
from consortium.core.sheets import SheetRow, read_csv
from consortium.emedia.rules import MOST_LOANS, Known, month_faults, month_of

COLUMNS: Final = ("supplier", "month", "municipality", "loans")

_WHOLE = re.compile(r"\d{1,12}", re.ASCII)
_BLANKS = re.compile(r"[\s\u00a0\u202f]")


@dataclass(frozen=True, slots=True)
class UsageLine:
    """The loans of a municipality (a code) at a supplier (a code) in a month (its first day)."""

    supplier: str
    municipality: str
    month: date
    loans: int


class SentRow(SheetRow):
    """A row that another system sent. number: its place in the list, from 0."""

    def at(self, column: str) -> str:
        return f"rows[{self.number}].{column}"


def read_usage(content: bytes, known: Known) -> list[UsageLine]:
    """The lines of a sheet with COLUMNS; Invalid, with every fault and its row, where one is wrong.

    A supplier, month and municipality may stand on one row only.
    """
    return checked_lines(read_csv(content, COLUMNS), known)


def checked_lines(rows: Sequence[SheetRow], known: Known) -> list[UsageLine]:
    """As `read_usage`, of rows that are read already."""
    faults = [fault for row in rows for fault in _row_faults(row, known)]
    faults += _repeats(rows)
    if faults:
        raise Invalid(faults)
    return [
        UsageLine(
            row.cells["supplier"],
            row.cells["municipality"],
            month,
            _whole(row.cells["loans"]) or 0,
        )
        for row in rows
        if (month := month_of(row.cells["month"]))
    ]


def _row_faults(row: SheetRow, known: Known) -> Iterator[Fault]:
    supplier, month = row.cells["supplier"], month_of(row.cells["month"])
    if supplier not in known.prices:
        yield Fault(
            "There is no supplier {code}",
            row.at("supplier"),
            {"code": supplier or "–"},
            "Add the supplier first or write its code",
        )
    if month is None:
        yield Fault(
            "{month} is no month",
            row.at("month"),
            {"month": row.cells["month"] or "–"},
            "Write it as 2026-10",
        )
    elif supplier in known.prices:
        yield from month_faults(known, supplier, month, row.at("month"))
    if row.cells["municipality"] not in known.municipalities:
        yield Fault(
            "{code} is no municipality of the consortium",
            row.at("municipality"),
            {"code": row.cells["municipality"] or "–"},
            "Write its code, as 2080",
        )
    yield from _loans_faults(row)


def _loans_faults(row: SheetRow) -> Iterator[Fault]:
    loans = _whole(row.cells["loans"])
    if loans is None:
        yield Fault(
            "{loans} is no whole number that is 0 or more",
            row.at("loans"),
            {"loans": row.cells["loans"] or "–"},
        )
    elif loans > MOST_LOANS:
        yield Fault("{loans} loans are too many", row.at("loans"), {"loans": loans})


def _repeats(rows: Sequence[SheetRow]) -> Iterator[Fault]:
    first: dict[tuple[str, ...], int] = {}
    for row in rows:
        key = tuple(row.cells[column] for column in COLUMNS[:3])
        if key in first:
            yield Fault(
                "The row says the same supplier, month and municipality as row {row}",
                row.at("month"),
                {"row": first[key]},
                "Keep one of them",
            )
        first.setdefault(key, row.number)


def _whole(text: str) -> int | None:
    """`1 204` as a number; None where it is no whole number from 0."""
    digits = _BLANKS.sub("", text)
    return int(digits) if _WHOLE.fullmatch(digits) else None
