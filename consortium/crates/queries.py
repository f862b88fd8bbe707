"""Questions about crates that others build on: what waits where, and what went through a branch."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import col, func, select

from consortium.core.work import Work
from consortium.crates.rules import COLLECTED, DELIVERED, ON_THE_WAY, PACKED
from consortium.crates.tables import CrateEvent, CrateState


@dataclass(frozen=True, slots=True)
class Waiting:
    """Crates of a branch: on their way to it, and packed at it."""

    deliver: int = 0
    collect: int = 0


def waiting_crates(work: Work) -> dict[int, Waiting]:
    """Branch id → the crates that a van is to bring and to fetch; a branch without any is not in.

    What is missing (`lost`) waits for nothing.
    """
    bound = _counted(work, col(CrateState.destination_id), ON_THE_WAY)
    packed = _counted(work, col(CrateState.origin_id), (PACKED,))
    return {
        each: Waiting(bound.get(each, 0), packed.get(each, 0)) for each in sorted(bound | packed)
    }


def _counted(work: Work, branch_id: Any, states: Collection[str]) -> dict[int, int]:
    rows = select(branch_id, func.count()).where(col(CrateState.state).in_(states))
    rows = rows.where(branch_id.is_not(None)).group_by(branch_id)
    return dict(work.session.exec(rows).all())


def daily_counts(work: Work, first: date, last: date) -> dict[tuple[int, date], tuple[int, int]]:
    """(Branch id, Swedish day) → crates that it sent and received, of days without any nothing.

    first, last: both inclusive. Sent: collected there. Received: delivered there. A crate that two
    persons noted on one day counts once.
    """
    ends = (col(CrateEvent.branch_id), col(CrateEvent.on_date), col(CrateEvent.kind))
    rows = (
        select(*ends, func.count(col(CrateEvent.crate_id).distinct()))
        .where(col(CrateEvent.on_date).between(first, last))
        .where(col(CrateEvent.kind).in_((COLLECTED, DELIVERED)))
        .where(col(CrateEvent.withdrawn).is_(False))
        .group_by(*ends)
    )
    found: dict[tuple[int, date], tuple[int, int]] = {}
    for branch_id, day, kind, count in work.session.exec(rows):
        sent, received = found.get((branch_id, day), (0, 0))
        found[branch_id, day] = (count, received) if kind == COLLECTED else (sent, count)
    return found
