"""A page far down the audit trail beside its first page: what goes by cursor costs the same."""

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from sqlalchemy import text
from sqlmodel import select

from consortium.core.audit import AuditEntry
from consortium.core.cursors import START, Cursor
from consortium.core.db import open_engine
from consortium.core.trail import NEWEST, Search, trail
from consortium.core.work import Works
from consortium.http.paging import PAGE_SIZE, cursor_of, cursor_text
from consortium.migrations import upgrade
from tests.bench.measuring import seconds
from tests.conftest import NOON, OPERATOR

NAME: Final = "page at row 900,000, seconds / the first page (limit 1.2)"
ENTRIES: Final = 1_000_000
DEEP: Final = 900_000  # rows above the page
TIMES: Final = 100

# One entry a second. Written in SQL, as a million use cases would take an hour.
FILL: Final = """
INSERT INTO auditentry (id, at, actor, event, subject, facts)
WITH RECURSIVE place(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM place WHERE id < :entries)
SELECT id, strftime('%Y-%m-%d %H:%M:%S.000000', :first, '+' || id || ' seconds'),
       'person' || id % 97, 'members.address_changed', id % 9973, '{}'
FROM place
"""


def figures() -> dict[str, float]:
    with TemporaryDirectory() as folder:
        works = Works(open_engine(f"sqlite:///{Path(folder)}/bench.db"), lambda: NOON)
        upgrade(works.engine)
        first = NOON - timedelta(seconds=ENTRIES)
        with works.writing(OPERATOR) as work:
            work.session.connection().execute(
                text(FILL), {"entries": ENTRIES, "first": first.strftime("%Y-%m-%d %H:%M:%S")}
            )
        deep = _cursor_after(works, ENTRIES - DEEP + 1)
        assert _page(works, START) == list(range(ENTRIES, ENTRIES - PAGE_SIZE, -1))
        assert _page(works, deep) == list(range(ENTRIES - DEEP, ENTRIES - DEEP - PAGE_SIZE, -1))
        found = seconds(lambda: _page(works, deep), TIMES) / seconds(
            lambda: _page(works, START), TIMES
        )
        works.engine.dispose()
    return {NAME: found}


def _cursor_after(works: Works, entry_id: int) -> Cursor:
    """The cursor after an entry, as an address would have it."""
    with works.reading(OPERATOR) as work:
        row = work.session.exec(select(AuditEntry).where(AuditEntry.id == entry_id)).one()
    return cursor_of(cursor_text(Cursor(NEWEST.values(row))), NEWEST)


def _page(works: Works, cursor: Cursor) -> list[int]:
    with works.reading(OPERATOR) as work:
        return [row.id for row in trail(work, Search(), cursor, PAGE_SIZE).rows]
