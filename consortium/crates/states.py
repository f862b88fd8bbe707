"""What crates are, made anew from their events; nothing else writes these rows."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import literal
from sqlalchemy import select as chosen
from sqlalchemy.orm import aliased
from sqlmodel import col, delete, func, insert, select

from consortium.core.work import Work
from consortium.crates.rules import TURNS, Happening, Standing, standing
from consortium.crates.tables import Crate, CrateEvent, CrateState

AT_ONCE: Final = 1_000
LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""Before anything happened to any crate."""

AN_AGE: Final = literal(LONG_AGO, CrateEvent.metadata.tables["crateevent"].c["at"].type)
"""The same, as the tables have moments."""

HAPPENING: Final[tuple[Any, ...]] = (
    CrateEvent.crate_id,
    *(getattr(CrateEvent, each.name) for each in fields(Happening)),
)
"""The columns of a crate's id and a `Happening`, in this order."""


def restate(work: Work, crate_ids: Collection[int]) -> None:
    """Make the rows of these crates anew from their events.

    The crates are held, in their order, before their events are read: of two who note events of
    one crate at once, the second sees what the first one noted.
    """
    ids = sorted(crate_ids)
    for begin in range(0, len(ids), AT_ONCE):
        some = ids[begin : begin + AT_ONCE]
        held = select(Crate.id).where(col(Crate.id).in_(some)).order_by(col(Crate.id))
        work.session.exec(held.with_for_update(key_share=True)).all()
        rows = [_row(crate_id, found) for crate_id, found in _standings(work, some)]
        work.session.exec(delete(CrateState).where(col(CrateState.crate_id).in_(some)))
        if rows:
            work.session.execute(insert(CrateState), rows)


def happenings(work: Work, crate_ids: Sequence[int]) -> dict[int, list[Happening]]:
    """Crate id → all its events that count, in no order."""
    rows = chosen(*HAPPENING).where(col(CrateEvent.crate_id).in_(crate_ids))
    return _by_crate(work.session.execute(rows.where(col(CrateEvent.withdrawn).is_(False))))


def happenings_since(
    work: Work, crate_ids: Sequence[int], since: datetime
) -> dict[int, list[Happening]]:
    """As `happenings`, from the journey on that each crate was on at `since`, or is on.

    The journey is whole: nothing of it is missing that happened before.
    """
    found: dict[int, list[Happening]] = {}
    for begin in range(0, len(crate_ids), AT_ONCE):
        found |= _from(work, crate_ids[begin : begin + AT_ONCE], _last_turn(since))
    return found


def _standings(work: Work, crate_ids: Sequence[int]) -> Iterator[tuple[int, Standing]]:
    for crate_id, events in _from(work, crate_ids, _last_turn()).items():
        if found := standing(events):
            yield crate_id, found


def _from(work: Work, crate_ids: Sequence[int], turn: Any) -> dict[int, list[Happening]]:
    """Crate id → its events from the moment `turn` on."""
    rows = (
        chosen(*HAPPENING)
        .join(Crate, col(Crate.id) == col(CrateEvent.crate_id))
        .where(col(Crate.id).in_(crate_ids), CrateEvent.at >= func.coalesce(turn, AN_AGE))
        .where(col(CrateEvent.withdrawn).is_(False))
    )
    return _by_crate(work.session.execute(rows))


def _last_turn(before: datetime | None = None) -> Any:
    """When a crate was packed, emptied or found last (before a moment), NULL for never.

    What came before that does not matter any more.
    """
    earlier = aliased(CrateEvent)
    turns = select(earlier.at).where(earlier.crate_id == Crate.id, col(earlier.kind).in_(TURNS))
    if before is not None:
        turns = turns.where(earlier.at < before)
    counts = turns.where(col(earlier.withdrawn).is_(False))
    newest = counts.order_by(col(earlier.at).desc()).limit(1)
    return newest.correlate(Crate).scalar_subquery()


def _by_crate(rows: Any) -> dict[int, list[Happening]]:
    found: dict[int, list[Happening]] = {}
    for crate_id, *said in rows:
        found.setdefault(crate_id, []).append(Happening(*said))
    return found


def _row(crate_id: int, found: Standing) -> dict[str, Any]:
    last, packed = found.last, found.packed
    return {
        "crate_id": crate_id,
        "event_id": last.id,
        "state": last.kind,
        "branch_id": last.branch_id,
        "origin_id": packed.branch_id if packed else None,
        "destination_id": packed.destination_id if packed else None,
        "vehicle": last.vehicle,
        "since": last.at,
        "packed_at": packed.at if packed else None,
    }
