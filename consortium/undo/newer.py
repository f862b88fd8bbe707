"""Which later change of the same thing is in effect, seeing that changes are taken back."""

from collections.abc import Sequence
from typing import Final

from sqlmodel import col, select

from consortium.core.audit import AuditEntry
from consortium.core.work import Work

UNDONE: Final = "trail.undone"
"""The event of an entry that takes another back. by: the ids of the entries written for that."""


def newest_in_effect(
    work: Work, entry: AuditEntry, events: Sequence[str], *, same_subject: bool = True
) -> AuditEntry | None:
    """The newest entry after `entry` among `events` that is in effect; None where there is none.

    An entry that was taken back is not, nor is the inverse that took it back; where the inverse
    was taken back itself, what did that is in effect in its place.
    """
    later = select(AuditEntry).where(
        AuditEntry.id > entry.id, col(AuditEntry.event).in_((*events, UNDONE))
    )
    if same_subject:
        later = later.where(AuditEntry.subject == entry.subject)
    rows = work.session.exec(later.order_by(col(AuditEntry.id).desc())).all()
    undone = {row.undoes for row in rows}
    made_by = {made: row.undoes for row in rows for made in row.facts.get("by", ())}
    for row in rows:
        if row.event != UNDONE and row.id not in undone and _steps_back(row.id, made_by) % 2 == 0:
            return row
    return None


def undoings(work: Work, ids: Sequence[int]) -> dict[int, AuditEntry]:
    """The entry that takes back each of those that are taken back: id → entry."""
    rows = select(AuditEntry).where(col(AuditEntry.undoes).in_(ids))
    return {row.undoes: row for row in work.session.exec(rows) if row.undoes is not None}


def _steps_back(entry_id: int, made_by: dict[int, int | None]) -> int:
    """How many undoings lie between an entry and the change that people first made."""
    steps, current = 0, entry_id
    while (before := made_by.get(current)) is not None:
        steps, current = steps + 1, before
    return steps
