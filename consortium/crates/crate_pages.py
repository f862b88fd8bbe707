"""Crates by their codes, page by page: for other systems, which read all of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlmodel import col, select

from consortium.branches.queries import branches
from consortium.core.cursors import START, Cursor, Order, Window, window
from consortium.core.errors import Invalid
from consortium.core.work import Work
from consortium.crates.rules import STATES
from consortium.crates.tables import Crate, CrateEvent, CrateState
from consortium.crates.whereabouts import (
    CrateFilter,
    CrateRow,
    beside_states,
    branch_names,
    crate_conditions,
    crate_row,
    crate_to_see,
    in_state,
)

AT_ONCE: Final = 1_000
BY_MOMENT: Final = Order(
    (col(CrateEvent.at), col(CrateEvent.id)),
    (True, True),
    (datetime, int),
    lambda row: (row[0].at, row[0].id),
)
BY_CODE: Final = Order((col(Crate.code),), (False,), (str,), lambda row: (row[0].code,))


def crates_by_code(work: Work, wanted: CrateFilter, cursor: Cursor, size: int) -> Window[CrateRow]:
    """The crates within the actor's scope that are wanted, by code; scope as in `crates`."""
    if wanted.state not in {"", *STATES}:
        raise Invalid("{state} is no state of a crate", at="state", state=wanted.state)
    conditions = crate_conditions(work, wanted)
    if wanted.state:
        conditions.append(in_state(wanted.state))
    found = beside_states(select(Crate, CrateState)).where(*conditions)
    page, names = window(work, found, BY_CODE, cursor, size), branch_names(work)
    rows = tuple(crate_row(crate, state, names) for crate, state in page.rows)
    return Window(rows, page.before, page.after)


def all_crates(work: Work, wanted: CrateFilter) -> Iterator[CrateRow]:
    """All of the same crates, read a thousand at a time."""
    cursor: Cursor | None = START
    while cursor is not None:
        page = crates_by_code(work, wanted, cursor, AT_ONCE)
        yield from page.rows
        cursor = page.after


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event of a crate. branch, destination: slugs, destination empty where there is none."""

    event: str
    kind: str
    branch: str
    at: datetime
    destination: str
    vehicle: str
    withdrawn: bool


def crate_events(work: Work, code: str, cursor: Cursor, size: int) -> Window[EventRow]:
    """What happened to a crate, the latest first, with what was withdrawn; as `crate_to_see`."""
    crate = crate_to_see(work, code)
    rows = select(CrateEvent, CrateEvent.id).where(CrateEvent.crate_id == crate.id)
    page = window(work, rows, BY_MOMENT, cursor, size)
    slugs = {branch.id: branch.slug for branch, _ in branches(work)}
    found = tuple(
        EventRow(
            event.event,
            event.kind,
            slugs[event.branch_id],
            event.at,
            "" if event.destination_id is None else slugs[event.destination_id],
            event.vehicle,
            event.withdrawn,
        )
        for event, _ in page.rows
    )
    return Window(found, page.before, page.after)
