"""How events get into the table: many at a time, those whose names are there left as they are."""

from collections.abc import Sequence
from operator import itemgetter
from typing import Any, Final

from sqlmodel import col, func, select

from consortium.core.db import insert_new
from consortium.core.work import Work
from consortium.crates.tables import CrateEvent

AT_ONCE: Final = 10_000
Row = dict[str, Any]
CONTENT: Final = ("crate_id", "kind", "branch_id", "destination_id", "at", "vehicle")
"""What an event says; who noted it, and when, is not part of it."""


def content(row: Row) -> tuple[Any, ...]:
    return tuple(row[name] for name in CONTENT)


def newest_id(work: Work) -> int:
    """The id of the event that was put in last, 0 before the first one."""
    return work.session.exec(select(func.max(CrateEvent.id))).one() or 0


def put_in(work: Work, rows: Sequence[Row]) -> dict[str, tuple[Any, ...]]:
    """Insert events, all of different names, but those whose names are known.

    Returns what the known ones say: name → content.
    """
    if not rows:
        return {}
    newest = newest_id(work)
    named = sorted(rows, key=itemgetter("event"))  # two at once wait, and do not deadlock
    connection = work.session.connection()
    done = connection.execute(insert_new(connection, CrateEvent, "event"), named)
    if done.rowcount == len(rows):
        return {}
    fields = [getattr(CrateEvent, name) for name in CONTENT]
    there = select(col(CrateEvent.event), *fields).where(
        col(CrateEvent.event).in_([row["event"] for row in rows]), CrateEvent.id <= newest
    )
    return {name: tuple(said) for name, *said in work.session.execute(there)}
