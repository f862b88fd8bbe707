"""Use cases: a measure, or values, that came in by mistake are taken out of the records again.

For what nothing newer rests on; who asks has seen to that.
"""

from collections.abc import Mapping
from datetime import date

from sqlmodel import select

from consortium.core.errors import Conflict
from consortium.core.work import Work
from consortium.measures.entering import Change, note_entered, write_value
from consortium.measures.queries import measure_by_code, snapshot_of
from consortium.measures.tables import MeasureValue
from consortium.members.queries import members

Standing = tuple[str, str] | None
"""A value with its source as it stands, None where there is none."""


def remove_measure(work: Work, code: str) -> None:
    """Delete a measure without values; what it was goes into the audit trail."""
    work.require("measures.change")
    measure = measure_by_code(work, code)
    work.session.delete(measure)
    work.session.flush()
    work.audit(
        "measures.removed", code, name=measure.name, name_en=measure.name_en, unit=measure.unit
    )


def restore_values(work: Work, code: str, on_date: date, wanted: Mapping[str, Standing]) -> None:
    """Let values of a date be what they were: member code → value and source, None: none.

    A Conflict where the date is locked.
    """
    work.require("measures.change")
    put_back_values(work, code, on_date, wanted)


def put_back_values(work: Work, code: str, on_date: date, wanted: Mapping[str, Standing]) -> None:
    """As `restore_values`, for the rooms that count: they have asked for the right of their own."""
    measure = measure_by_code(work, code)
    if snapshot_of(work, measure, on_date):
        raise Conflict(
            "The values of {code} on {day} are locked", code=code, day=on_date.isoformat()
        )
    ids = {member.code: member.id for member in members(work)}
    rows = select(MeasureValue).where(
        MeasureValue.measure_id == measure.id, MeasureValue.on_date == on_date
    )
    there = {row.member_id: row for row in work.session.exec(rows)}
    changes: dict[str, Change] = {}
    for member, after in wanted.items():
        row = there.get(ids[member])
        before = (row.value, row.source) if row else None
        if before == after:
            continue
        changes[member] = (before, after)
        if after is not None:
            write_value(work, row or (measure.id, ids[member], on_date), after)
        elif row is not None:
            work.session.delete(row)
    work.session.flush()
    note_entered(work, code, on_date, changes)
