"""How what drivers note, and what they are told of branches, is taken back."""

from collections.abc import Iterator, Mapping
from typing import Final

from sqlmodel import col, select

from consortium.branches.tables import Branch
from consortium.core.audit import AuditEntry
from consortium.core.errors import Fault
from consortium.core.work import Work
from consortium.transports.delivery_points import (
    delivery_point,
    describe_delivery_point,
    point_facts,
)
from consortium.transports.driving import restore_route_events, withdraw_route_events
from consortium.transports.tables import RouteEvent
from consortium.undo.branches import member_of_branch
from consortium.undo.ways import GONE, Undoing, Way, changes, overtaken

NOTES: Final = ("transports.notes_withdrawn", "transports.notes_restored")
POINT: Final = "transports.delivery_point_changed"


def _notes_depend(work: Work, entry: AuditEntry, *, withdrawn: bool) -> Iterator[Fault]:
    """withdrawn: what the notes of the entry are to be for it to be taken back."""
    rows = select(RouteEvent).where(col(RouteEvent.event).in_(entry.facts["events"]))
    found = work.session.exec(rows).all()
    if len(found) != len(entry.facts["events"]):
        yield Fault(GONE)
    elif any(row.withdrawn != withdrawn for row in found):
        yield overtaken(work, entry, *NOTES)


def _noted_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    return _notes_depend(work, entry, withdrawn=False)


def _withdrawn_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    return _notes_depend(work, entry, withdrawn=True)


def _withdraw(work: Work, entry: AuditEntry) -> None:
    withdraw_route_events(work, entry.facts["events"])


def _restore(work: Work, entry: AuditEntry) -> None:
    restore_route_events(work, entry.facts["events"])


def _point_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    if work.session.exec(select(Branch.id).where(Branch.slug == entry.subject)).first() is None:
        yield Fault(GONE)
        return
    standing = point_facts(delivery_point(work, entry.subject))
    if any(standing[name] != after for name, (_, after) in changes(entry).items()):
        yield overtaken(work, entry, POINT)


def _point_back(work: Work, entry: AuditEntry) -> None:
    before = {name: was for name, (was, _) in changes(entry).items()}
    kept = {**point_facts(delivery_point(work, entry.subject)), **before}
    describe_delivery_point(
        work, entry.subject, has_key=kept["has_key"], instructions=kept["instructions"]
    )


WAYS: Final[Mapping[str, Way]] = {
    "transports.route_noted": Undoing("transports.drive", _withdraw, _noted_depends),
    "transports.notes_withdrawn": Undoing("transports.drive", _restore, _withdrawn_depends),
    "transports.notes_restored": Undoing("transports.drive", _withdraw, _noted_depends),
    POINT: Undoing(
        "crates.handle",
        _point_back,
        _point_depends,
        lambda work, entry: member_of_branch(work, entry.subject),
    ),
}
