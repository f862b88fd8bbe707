"""The audit trail as a table to take out, without personal values."""

import json
from collections.abc import Iterator, Sequence
from typing import Final

from consortium.core.audit import AuditEntry, AuditSeal
from consortium.core.cursors import START, Cursor
from consortium.core.sheets import Cell
from consortium.core.trail import Search, seals_of, trail
from consortium.core.work import Actor, Works

CHUNK: Final = 1000
COLUMNS: Final = (
    "entry",
    "at",
    "actor",
    "event",
    "subject",
    "facts",
    "undoes",
    "seal",
    "sha256",
)


def rows_of_trail(works: Works, actor: Actor, search: Search) -> Iterator[Sequence[Cell]]:
    """What `search` finds, the newest first, a row with COLUMNS at a time.

    CHUNK entries are read in a work of their own, so that none is open while a slow reader takes
    them. at: UTC, ISO 8601. facts: JSON. seal, sha256: empty where the entry is not sealed yet.
    """
    cursor: Cursor | None = START
    while cursor is not None:
        with works.reading(actor) as work:
            page = trail(work, search, cursor, CHUNK)
            seals = seals_of(work, page.rows)
        yield from (_cells(entry, seals.get(entry.id)) for entry in page.rows)
        cursor = page.after


def _cells(entry: AuditEntry, link: AuditSeal | None) -> Sequence[Cell]:
    return (
        entry.id,
        entry.at.isoformat(),
        entry.actor,
        entry.event,
        entry.subject,
        json.dumps(entry.facts, ensure_ascii=False, sort_keys=True),
        entry.undoes,
        link.number if link else None,
        link.sha256 if link else None,
    )
