"""Use case: what a sheet changed is taken back, whole or not at all."""

from typing import Any

from sqlmodel import col, select

from consortium.core.audit import AuditEntry
from consortium.core.errors import Conflict, Fault, NotFound
from consortium.core.work import Work
from consortium.exchange.kinds import kind_of
from consortium.exchange.kinds.kind import Change, Kind, Row
from consortium.exchange.tables import ImportBatch


def undo_import(work: Work, batch_id: int) -> ImportBatch:
    """Let the rows of an import be what they were before it: new ones go, changed ones go back.

    A Conflict, with every reason, where a row has changed since, where something rests on a row
    that would go, or where the room itself refuses; nothing is changed then.
    """
    rows = select(ImportBatch).where(ImportBatch.id == batch_id).with_for_update()
    batch = work.session.exec(rows).first()
    if batch is None:
        raise NotFound("There is no import {id}", id=batch_id)
    kind = kind_of(batch.kind)
    work.require(kind.right)
    if batch.undone_at is not None:
        raise Conflict("The import of {name} is taken back already", name=batch.file_name)
    if batch.forgotten:
        raise Conflict("What the import of {name} changed is no longer kept", name=batch.file_name)
    changes = [_change(kind, line) for line in batch.before]
    _refuse_changed(work, kind, changes)
    if kind.restore is not None:
        if changes:
            kind.restore(work, batch)
    else:
        _put_back(work, kind, changes, batch.file_name)
    batch.undone_at = work.now
    work.session.add(batch)
    work.session.flush()
    work.audit(
        "exchange.taken_back",
        batch.file_name,
        undoes=_entry_of(work, batch),
        kind=kind.code,
        batch=batch.id,
        rows=len(changes),
    )
    return batch


def _change(kind: Kind, line: list[Any]) -> Change:
    """A line of a batch as it was read from the sheet, with what stood before it."""
    before, after = (kind.row(kind.read_texts(texts)) if texts else None for texts in line[1:])
    return Change(before, after or {})


def _refuse_changed(work: Work, kind: Kind, changes: list[Change]) -> None:
    """Refuse where a row no longer stands as the import wrote it, or is out of reach."""
    known = kind.known(work)
    scope = work.scope(kind.right)
    there = kind.standing(work, known, [kind.values(change.after) for change in changes])
    faults = []
    for change in changes:
        key = kind.key_of(change.after)
        name = ", ".join(str(part) for part in key)
        if there.get(key) != kind.values(change.after):
            faults.append(Fault("{name} has been changed since", "", {"name": name}))
        elif scope is not None and kind.owner(change.after, known) not in scope:
            faults.append(Fault("Your role does not reach {code}", "", {"code": name}))
    if faults:
        raise Conflict(faults)


def _put_back(work: Work, kind: Kind, changes: list[Change], source: str) -> None:
    gone: list[Row] = [change.after for change in changes if change.before is None]
    back = [Change(change.after, change.before) for change in changes if change.before]
    if gone:
        kind.remove(work, gone)
        work.session.flush()
    if back:
        kind.write(work, back, source)


def _entry_of(work: Work, batch: ImportBatch) -> int | None:
    """The audit entry of the import; None where it is no longer there."""
    rows = (
        select(AuditEntry)
        .where(AuditEntry.event == "exchange.imported", AuditEntry.at == batch.taken_at)
        .order_by(col(AuditEntry.id))
    )
    found = (entry.id for entry in work.session.exec(rows) if entry.facts["batch"] == batch.id)
    return next(found, None)
