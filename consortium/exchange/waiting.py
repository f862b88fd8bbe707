"""Use cases: a file that is tried waits, is thrown away, or is forgotten after a day."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlmodel import col, delete, select

from consortium.core.db import Row
from consortium.core.errors import NotFound
from consortium.core.work import Work
from consortium.documents.keeping import keep
from consortium.documents.tables import Document
from consortium.exchange.kinds import KINDS
from consortium.exchange.kinds.kind import Kind
from consortium.exchange.matching import columns_of
from consortium.exchange.tables import ImportBatch
from consortium.exchange.taking import CSV, JSON, WORKBOOK, Sent, media_type, table_of

WAITS: Final = timedelta(days=1)
PERSONAL_WAITS: Final = timedelta(days=30)
"""How long a sheet about persons, and what it changed, is kept after it was taken in."""


@dataclass(frozen=True, slots=True)
class Received:
    """A file that waits, under its digest. matched: whether all of its columns are known."""

    sha256: str
    matched: bool


def receive(work: Work, kind: Kind, sent: Sent) -> Received:
    """Keep a file that can be read while somebody looks at what it would change.

    Invalid where it cannot be read; nothing is kept then.
    """
    work.require(kind.right)
    matched = columns_of(work, kind, table_of(work, kind, sent).header).whole
    sha256 = keep(work, sent.content, media_type(sent.content))
    work.session.get_one(Document, sha256).kept_at = work.now
    return Received(sha256, matched)


def waiting(work: Work, kind: Kind, sha256: str) -> bytes:
    """A file that waits, or was taken in; NotFound where it was thrown away or forgotten."""
    work.require(kind.right)
    found = work.session.get(Document, sha256)
    if found is None or found.media_type not in {CSV, JSON, WORKBOOK}:
        raise NotFound(
            "The file is no longer kept", remedy="A file that waits is kept for a day: send it anew"
        )
    return found.content


def throw_away(work: Work, kind: Kind, sha256: str) -> None:
    """Delete a file that waits; one that was taken in, or that something else has, stays."""
    work.require(kind.right)
    _delete(work, col(Document.sha256) == sha256)


def forget_files(work: Work) -> None:
    """Delete files that have waited for a day, and what is kept of old imports of persons."""
    work.require("settings.see")
    personal = [kind.code for kind in KINDS.values() if kind.personal]
    rows = select(ImportBatch).where(
        col(ImportBatch.kind).in_(personal),
        col(ImportBatch.forgotten).is_(False),
        ImportBatch.taken_at < work.now - PERSONAL_WAITS,
    )
    for batch in work.session.exec(rows):
        batch.before, batch.sha256, batch.forgotten = [], None, True
        work.session.add(batch)
    work.session.flush()
    _delete(work, col(Document.kept_at) < work.now - WAITS)


def _delete(work: Work, which: object) -> None:
    """Delete sheets that no row of any table points to."""
    statement = delete(Document).where(
        which,  # type: ignore[arg-type]  # a condition, whose class SQLAlchemy does not name
        col(Document.media_type).in_((CSV, JSON, WORKBOOK)),
    )
    for table in Row.metadata.tables.values():
        for key in table.foreign_keys:
            if key.column.table.name == Document.__tablename__:
                used = select(key.parent).where(key.parent.is_not(None))
                statement = statement.where(col(Document.sha256).not_in(used))
    work.session.exec(statement)
