"""The lines of a budget as a form: a row of fields for each, `text-0`, `text-1` and so on."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from consortium.core.errors import Fault, Invalid
from consortium.costs.entries import NewLine, line_faults
from consortium.http.asking import FILL_IN
from consortium.http.parsing import CHARACTERS, has_unseen, ore_of, whole_of

SPARE: Final = 3
"""Empty rows after the lines, to write new ones in."""

FIELDS: Final = ("order", "text", "account", "amount")
MOST_ROWS: Final = 400
_ROW: Final = re.compile(r"text-(\d{1,3})", re.ASCII)


@dataclass(frozen=True, slots=True)
class LineRow:
    """A row of the form, as it was written. number: of its fields' names."""

    number: int
    order: str
    text: str
    account: str
    amount: str

    @property
    def empty(self) -> bool:
        return not (self.text.strip() or self.amount.strip() or self.account.strip())


def rows_kept(lines: Sequence[NewLine], written: Mapping[int, str]) -> list[LineRow]:
    """The rows of a pool's lines, and some empty ones. written: position → amount in kronor."""
    rows = [
        LineRow(number, str(number + 1), line.text, line.account, written[line.position])
        for number, line in enumerate(lines)
    ]
    return rows + [LineRow(len(rows) + more, "", "", "", "") for more in range(SPARE)]


def rows_sent(form: Mapping[str, str]) -> list[LineRow]:
    """The rows that a form has sent, in the order of their fields' names."""
    numbers = sorted(int(found[1]) for name in form if (found := _ROW.fullmatch(name)))
    return [
        LineRow(number, *(form.get(f"{field}-{number}", "") for field in FIELDS))
        for number in numbers[:MOST_ROWS]
    ]


def lines_of(rows: Sequence[LineRow]) -> list[NewLine]:
    """The lines that rows say, in the order asked for; empty rows are no lines.

    Invalid with every fault, each at the name of its field.
    """
    faults: list[Fault] = []
    read: list[tuple[int, int, NewLine]] = []
    for row in rows:
        if row.empty:
            continue
        found = _read(row, faults)
        if found is not None:
            read.append(found)
    read.sort(key=lambda each: (each[0], each[1]))
    lines = [
        NewLine(place, line.text, line.amount_ore, line.account)
        for place, (_order, _number, line) in enumerate(read, 1)
    ]
    for fault in line_faults(lines):
        field, _dash, place = fault.at.partition("-")
        number = read[int(place) - 1][1] if place else None
        at = fault.at if number is None else f"{field}-{number}"
        faults.append(Fault(fault.text, at, fault.facts, fault.remedy))
    if faults:
        raise Invalid(faults)
    return lines


def _read(row: LineRow, faults: list[Fault]) -> tuple[int, int, NewLine] | None:
    """Order, number and line of a row; what cannot be read goes to `faults`."""
    before = len(faults)
    unseen = [field for field in FIELDS if has_unseen(getattr(row, field))]
    faults += [Fault(CHARACTERS, f"{field}-{row.number}") for field in unseen]
    order, amount_ore = len(FIELDS) * MOST_ROWS, 0  # a row without a number comes last
    try:
        order = whole_of(row.order) if row.order.strip() else order
    except ValueError as error:
        faults.append(Fault(str(error), f"order-{row.number}"))
    if not row.amount.strip():
        faults.append(Fault(FILL_IN, f"amount-{row.number}"))
    else:
        try:
            amount_ore = ore_of(row.amount)
        except ValueError as error:
            faults.append(Fault(str(error), f"amount-{row.number}"))
    line = NewLine(1, row.text.strip(), amount_ore, row.account.strip())
    return (order, row.number, line) if len(faults) == before else None
