"""Queries: where a branch lies and what it is called on a date.

A branch's own row says what holds today: every list and every page reads it. Once a branch has
moved or been renamed, `BranchPlace` has all its places from the first one on (which is from
0001-01-01), and a task brings the row up to date on the day when the next one begins.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlmodel import col, select

from consortium.branches.tables import Branch, BranchPlace
from consortium.core.work import Work

ALWAYS: Final = date.min
"""The first day of a branch's first place."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a branch lies and what it is called. lat, lon: WGS 84 degrees."""

    name: str
    locality: str
    lat: float
    lon: float
    coordinate_basis: str = ""


def branch_at(work: Work, branch: Branch, day: date) -> Place:
    """The name and the place of a branch on `day`."""
    return places_on(work, day, [branch])[branch.id]


def places_on(work: Work, day: date, whose: Iterable[Branch]) -> dict[int, Place]:
    """The name and the place of each branch on `day`: branch id → place."""
    rows = select(BranchPlace).where(BranchPlace.from_on <= day).order_by(col(BranchPlace.from_on))
    moved = {row.branch_id: place_of(row) for row in work.session.exec(rows)}
    return {branch.id: moved.get(branch.id) or place_of(branch) for branch in whose}


def will_be_called(work: Work, name: str) -> list[int]:
    """The ids of the branches that get a name on a later day."""
    rows = select(BranchPlace.branch_id).where(
        BranchPlace.name == name, BranchPlace.from_on > work.today
    )
    return list(work.session.exec(rows))


def places_of(work: Work, branch: Branch) -> list[BranchPlace]:
    """Every place of a branch that has moved or been renamed, the first one first; else none."""
    rows = select(BranchPlace).where(BranchPlace.branch_id == branch.id)
    return list(work.session.exec(rows.order_by(col(BranchPlace.from_on))))


def place_of(row: Branch | BranchPlace) -> Place:
    return Place(row.name, row.locality, row.lat, row.lon, row.coordinate_basis)
