"""Rows of a preview as pages show them."""

import re
from dataclasses import dataclass
from typing import Final

from consortium.core.errors import Fault
from consortium.exchange.kinds.kind import Kind
from consortium.exchange.previewing import FAULTY, UNCHANGED, Line, Preview
from consortium.web.language import told

_ROW: Final = re.compile(r"row (\d+)(?:, (.+))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a preview: its column, what stood there before (None: nothing), what it becomes."""

    heading: str
    before: str | None
    after: str


@dataclass(frozen=True, slots=True)
class Wrong:
    """A fault in a file, in the reader's language. row: empty where the file has no rows."""

    row: str
    column: str
    text: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A row of a preview as it is shown. name: what row it is."""

    number: int
    state: str
    name: str
    cells: tuple[Cell, ...]
    faults: tuple[Wrong, ...]


def shown(found: Preview, line: Line) -> Shown:
    """A row: of a new one its cells, of a changed one those that change, of a faulty one why."""
    kind = found.kind
    before = kind.texts(line.before) if line.before else None
    after = kind.texts(line.after) if line.after and line.state != FAULTY else None
    texts = dict(zip(kind.names, after or before or [""] * len(kind.names), strict=True))
    name = ", ".join(filter(None, (texts[key] for key in kind.key)))
    cells = _cells(kind, before, after) if after and line.state != UNCHANGED else ()
    return Shown(line.number, line.state, name, cells, tuple(map(wrong_of, line.faults)))


def _cells(kind: Kind, before: list[str] | None, after: list[str]) -> tuple[Cell, ...]:
    if before is None:
        return tuple(
            Cell(field.heading, None, text)
            for field, text in zip(kind.fields, after, strict=True)
            if text
        )
    return tuple(
        Cell(field.heading, old, text)
        for field, old, text in zip(kind.fields, before, after, strict=True)
        if old != text
    )


def wrong_of(fault: Fault) -> Wrong:
    found = _ROW.fullmatch(fault.at)
    return Wrong(
        row=found[1] if found else "",
        column=(found[2] or "") if found else fault.at,
        text=told(fault.text, **fault.facts),
        remedy=told(fault.remedy, **fault.facts) if fault.remedy else "",
    )
