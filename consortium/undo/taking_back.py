"""Use case: a change made by hand is taken back, as long as nothing newer depends on it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlmodel import col, select

from consortium.core.audit import AuditEntry
from consortium.core.errors import Conflict, Fault, Forbidden, NotFound
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.undo import (
    agreements,
    billing,
    branches,
    budgets,
    cards,
    carriers,
    costs,
    crates,
    distances,
    driving,
    emedia,
    empties,
    imports,
    ledger,
    machines,
    measures,
    members,
    messages,
    payments,
    people,
    plans,
    samples,
    transports,
    votes,
    weeks,
)
from consortium.undo.newer import UNDONE, undoings
from consortium.undo.ways import Never, Undoing, Way

ROOMS: Final = (
    agreements,
    billing,
    branches,
    budgets,
    cards,
    carriers,
    costs,
    crates,
    distances,
    driving,
    emedia,
    empties,
    imports,
    ledger,
    machines,
    measures,
    members,
    messages,
    payments,
    people,
    plans,
    samples,
    transports,
    votes,
    weeks,
)
UNDO: Final[Mapping[str, Way]] = {
    event: way for room in ROOMS for event, way in room.WAYS.items()
} | {UNDONE: Never(mark("Take back the change that was made for it, which stands beside it"))}
"""Event of the audit trail → how it is taken back, or why it never is."""

UNDOABLE: Final = frozenset(event for event, way in UNDO.items() if isinstance(way, Undoing))
"""The events that can be taken back as long as nothing depends on them."""

UNKNOWN: Final = Never(mark("It is not known how this is taken back"))


@dataclass(frozen=True, slots=True)
class Prospect:
    """Whether an entry can be taken back by the actor.

    undone: the entry that has taken it back already. reasons: what stands in the way, each with
    the page it is about; none where nothing does.
    """

    undone: AuditEntry | None
    reasons: tuple[Fault, ...]

    @property
    def possible(self) -> bool:
        return self.undone is None and not self.reasons


def undo(work: Work, entry_id: int) -> AuditEntry:
    """Take back what an audit entry tells of, by the inverse use case, which writes its own entry.

    So a redo is the undo of that one. It takes the right of the change itself. Conflict, with
    everything that depends on the change, where it cannot be taken back; NotFound for an entry
    that is none of the actor's business.
    """
    entry = work.session.get(AuditEntry, entry_id)
    if entry is None or not _may_know(work, entry):
        raise NotFound("There is no entry {id} in the audit trail", id=entry_id)
    way = UNDO.get(entry.event, UNKNOWN)
    if isinstance(way, Never):
        raise Conflict([_never(way)])
    if not way.allowed(work, entry):
        raise Forbidden(
            "It takes the right {right} to take it back",
            right=way.right_for(work, entry),
            remedy="Ask the administrator of the consortium",
        )
    if undoings(work, [entry.id]):
        raise Conflict("It has been taken back already")
    if reasons := list(way.depends(work, entry)):
        raise Conflict(reasons)
    written = len(work.audited)
    way.back(work, entry)
    work.session.flush()
    made = work.audited[written:]
    if said := [each for each in made if each.undoes == entry.id]:  # an import's says it itself
        return said[0]
    by = [each.id for each in made]
    undone = work.audit("trail.undone", entry.subject, undoes=entry.id, what=entry.event, by=by)
    work.session.flush()
    return undone


def undo_all(work: Work, ids: Iterable[int]) -> list[AuditEntry]:
    """Take back several entries, the newest first; all of them or none."""
    return [undo(work, entry_id) for entry_id in sorted(set(ids), reverse=True)]


def may_undo(work: Work, entries: Sequence[AuditEntry]) -> dict[int, Prospect]:
    """Whether each of a page's entries can be taken back, and if not, why: id → prospect."""
    undone = undoings(work, [entry.id for entry in entries])
    return {entry.id: _prospect(work, entry, undone.get(entry.id)) for entry in entries}


def entries_of(work: Work, ids: Iterable[int]) -> list[AuditEntry]:
    """Entries by their ids, those that the actor may know of, in their order."""
    rows = select(AuditEntry).where(col(AuditEntry.id).in_(list(ids))).order_by(col(AuditEntry.id))
    return [entry for entry in work.session.exec(rows) if _may_know(work, entry)]


def undoable_ids(entries: Sequence[AuditEntry]) -> list[int]:
    """Of the entries that a work has written, those that one Undo takes back together.

    The last change that can be taken back, and others of the same kind: a scan of many crates is
    one change to who made it. What was written on the way to it goes back with it.
    """
    kinds = [entry.event for entry in entries if entry.event in UNDOABLE]
    return [entry.id for entry in entries if kinds and entry.event == kinds[-1]]


def _prospect(work: Work, entry: AuditEntry, undone: AuditEntry | None) -> Prospect:
    way = UNDO.get(entry.event, UNKNOWN)
    if undone is not None:
        return Prospect(undone, ())
    if isinstance(way, Never):
        return Prospect(None, (_never(way),))
    if not way.allowed(work, entry):
        facts: dict[str, str | int] = {"right": way.right_for(work, entry)}
        return Prospect(None, (Fault("It takes the right {right} to take it back", "", facts),))
    return Prospect(None, tuple(way.depends(work, entry)))


def _may_know(work: Work, entry: AuditEntry) -> bool:
    """Whether an entry is the actor's business: their own, of their rights, or they see all."""
    way = UNDO.get(entry.event, UNKNOWN)
    own = entry.actor == work.actor.name or work.actor.may("audit.see")
    return own or (isinstance(way, Undoing) and work.actor.may(way.right_for(work, entry)))


def _never(way: Never) -> Fault:
    return Fault(way.reason, "", {}, way.remedy)
