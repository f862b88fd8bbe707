"""What a sheet would change, row by row: new, changed, unchanged or faulty. Changes nothing.

Cells are read a column at a time, each text once, and rows that stand as they are written are not
looked at further: so a preview takes little longer than reading the file and the records.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, Final, NamedTuple

from consortium.core.collecting import without_collecting
from consortium.core.errors import Fault, Invalid
from consortium.core.sheets import Table, width_faults
from consortium.core.work import Scope, Work
from consortium.exchange.formats.cells import EMPTY, Unreadable
from consortium.exchange.kinds.kind import Field, Key, Kind, Row, Standing, Values, settled
from consortium.exchange.matching import Columns

NEW, CHANGED, UNCHANGED, FAULTY = STATES = ("new", "changed", "unchanged", "faulty")
ABSENT: Final = object()
"""Where the sheet has no such column."""


class Line(NamedTuple):
    """A row of a sheet. number: in the file. before, after: None where there is no such thing."""

    number: int
    state: str
    before: Values | None = None
    after: Values | None = None
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """What a sheet would change. columns: how it was matched. digest: of the changes, with what
    stands before each; the same sheet has another one once the records have changed.
    """

    kind: Kind
    columns: Columns
    lines: tuple[Line, ...]
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def touched(self) -> list[Line]:
        return [line for line in self.lines if line.state in {NEW, CHANGED}]

    @property
    def faults(self) -> list[Fault]:
        return [fault for line in self.lines for fault in line.faults]

    def require_sound(self) -> None:
        """Refuse, as Invalid with all of them, where rows have faults."""
        if faults := self.faults:
            raise Invalid(faults)

    def digest(self) -> str:
        """Of what the changes meet: what stands before each, and which rows are new."""
        met = [(line.number, line.before) for line in self.lines if line.state == CHANGED]
        new = [line.number for line in self.lines if line.state == NEW]
        told = repr((self.kind.code, sorted(self.columns.items()), met, new))
        return hashlib.sha256(told.encode()).hexdigest()


def preview(work: Work, kind: Kind, table: Table, columns: Columns) -> Preview:
    """What the sheet would change as things stand. Takes the kind's right."""
    scope = work.scope(kind.right)
    known = kind.known(work)
    with without_collecting():
        lines = _lines(work, kind, (table, columns), known, scope)
    counts = Counter(line.state for line in lines)
    return Preview(kind, columns, lines, {state: counts[state] for state in STATES})


def _lines(
    work: Work, kind: Kind, sheet: tuple[Table, Columns], known: Any, scope: Scope
) -> tuple[Line, ...]:
    table, columns = sheet
    rows, wrong = _read(kind, table, columns)
    if kind.settle is not settled:
        rows = _settled(kind, rows, wrong, known)
    there = kind.standing(
        work, known, [values for place, values in enumerate(rows) if place not in wrong]
    )
    judge = _Judge(kind, scope, known, there, columns)
    return tuple(judge.lines(table, rows, wrong))


Wrong = dict[int, list[Fault]]
"""The place of a row among all → its faults, at the names of fields."""


def _read(kind: Kind, table: Table, columns: Columns) -> tuple[list[Values], Wrong]:
    """The rows as values, with ABSENT where the sheet has no such column."""
    width, lines, wrong = len(table.header), [line for _, line in table.rows], Wrong()
    for place, (number, line) in enumerate(table.rows):
        if len(line) != width:
            wrong[place] = list(width_faults(number, line, table.header))
            lines[place] = [*line, *[""] * width][:width]
    read = [_column(each, columns.get(each.name), table, lines, wrong) for each in kind.fields]
    return list(zip(*read, strict=True)), wrong


def _column(
    which: Field, heading: str | None, table: Table, lines: Sequence[Sequence[str]], wrong: Wrong
) -> list[Any]:
    """The values of one column; what cannot be read is noted in `wrong`."""
    if heading is None:
        return [ABSENT] * len(lines)
    cells = list(map(itemgetter(table.header.index(heading)), lines))
    values: dict[str, Any] = {}
    faults: dict[str, Fault] = {}
    for cell in set(cells):
        try:
            values[cell] = _value(which, cell)
        except Unreadable as error:
            values[cell], faults[cell] = None, error.fault(which.name)
    if faults:
        for place, cell in enumerate(cells):
            if cell in faults and not _ends(wrong, place):
                wrong.setdefault(place, []).append(faults[cell])
    return list(map(values.__getitem__, cells))


def _ends(wrong: Wrong, place: int) -> bool:
    """Whether a row has not as many cells as the header, so that no cell says anything."""
    return any(fault.at.startswith("row ") for fault in wrong.get(place, ()))


def _value(which: Field, cell: str) -> Any:
    if which.required and not cell.strip():
        raise Unreadable(EMPTY)
    return which.read(cell)


def _settled(kind: Kind, rows: Sequence[Values], wrong: Wrong, known: Any) -> list[Values]:
    found = []
    for place, values in enumerate(rows):
        row = kind.row(values)
        if place not in wrong and (faults := list(kind.settle(row, known))):
            wrong[place] = faults
        found.append(tuple(row.values()))
    return found


class _Judge:
    """Says of each row what it is. seen: the key of a row → the number of the row that had it."""

    def __init__(
        self, kind: Kind, scope: Scope, known: Any, there: Standing, columns: Columns
    ) -> None:
        self.kind, self.scope, self.known = kind, scope, known
        self.there, self.columns = there, columns
        self.names = kind.names
        self.absent = [each for each in kind.fields if each.name not in columns]
        self.seen: dict[Key, int] = {}

    def lines(self, table: Table, rows: Sequence[Values], wrong: Wrong) -> Iterator[Line]:
        places = [self.names.index(name) for name in self.kind.key]
        key_of = itemgetter(*places) if places[1:] else itemgetter(slice(places[0], places[0] + 1))
        for place, ((number, _line), values) in enumerate(zip(table.rows, rows, strict=True)):
            if place in wrong:
                yield Line(number, FAULTY, faults=self._placed(wrong[place], number))
                continue
            key = key_of(values)
            before = self.there.get(key)
            first = self.seen.setdefault(key, number)
            if values == before and first == number and self.scope is None:
                yield Line(number, UNCHANGED, before, before)
            else:
                yield self._line(number, first, values, before)

    def _line(self, number: int, first: int, values: Values, before: Values | None) -> Line:
        old = dict(zip(self.names, before, strict=True)) if before else None
        row = self._filled(values, old)
        faults = [] if self.scope is None else list(self._strange(row, old))
        if first != number:
            faults.append(self._repeated(first))
        if not faults and row != old:
            faults = list(self.kind.check(row, old, self.known))
        after = tuple(row.values())
        if faults:
            return Line(number, FAULTY, before, after, self._placed(faults, number))
        if before == after:
            return Line(number, UNCHANGED, before, before)
        return Line(number, CHANGED if before else NEW, before, after)

    def _filled(self, values: Values, old: Row | None) -> Row:
        """The row with what stands, or else the defaults, where the sheet has no column."""
        row = dict(zip(self.names, values, strict=True))
        for each in self.absent:
            if row[each.name] is ABSENT:  # else the kind has settled it
                row[each.name] = old[each.name] if old else each.default
        return row

    def _repeated(self, first: int) -> Fault:
        return Fault(
            "The row is about the same as row {row}",
            self.kind.key[0],
            {"row": first},
            "Keep one of them",
        )

    def _strange(self, row: Row, before: Row | None) -> Iterator[Fault]:
        """A fault where the row is, or was, a member's whom the actor's right does not reach."""
        for each in (row, before):
            owner = self.kind.owner(each, self.known) if each else ""
            if each and self.scope is not None and owner not in self.scope:
                yield Fault(
                    "Your role does not reach {code}",
                    self.kind.key[0],
                    {"code": owner or "–"},
                    "Take the row away, or ask the consortium's coordinator",
                )
                return

    def _placed(self, faults: Sequence[Fault], number: int) -> tuple[Fault, ...]:
        """Faults at fields' names as faults at cells, by the columns' headings in the sheet."""
        return tuple(
            fault
            if fault.at.startswith("row ")
            else Fault(
                fault.text,
                f"row {number}, {self.columns.get(fault.at, fault.at)}",
                fault.facts,
                fault.remedy,
            )
            for fault in faults
        )
