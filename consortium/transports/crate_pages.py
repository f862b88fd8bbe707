"""Crates by their codes, page by page: for other systems, which read all of them."""

from sqlmodel import col, select

from consortium.core.cursors import Cursor, Order, Window, window
from consortium.core.errors import Invalid
from consortium.core.work import Work
from consortium.transports.tables import Crate, CrateTrip
from consortium.transports.whereabouts import (
    HEARD_AT,
    STATES,
    CrateFilter,
    CrateRow,
    beside_trips,
    branch_names,
    crate_conditions,
    crate_row,
    in_state,
)

BY_CODE = Order((col(Crate.code),), (False,), (str,), lambda row: (row[0].code,))


def crates_by_code(work: Work, wanted: CrateFilter, cursor: Cursor, size: int) -> Window[CrateRow]:
    """The crates within the actor's scope that are wanted, by code; scope as in `crates`."""
    if wanted.state not in {"", *STATES}:
        raise Invalid("{state} is no state of a crate", at="state", state=wanted.state)
    conditions = crate_conditions(work, wanted)
    if wanted.state:
        conditions.append(in_state(wanted.state))
    found = beside_trips(select(Crate, CrateTrip, HEARD_AT)).where(*conditions)
    page, names = window(work, found, BY_CODE, cursor, size), branch_names(work)
    rows = tuple(crate_row(crate, trip, at, names) for crate, trip, at in page.rows)
    return Window(rows, page.before, page.after)
