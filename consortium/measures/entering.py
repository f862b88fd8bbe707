"""Use cases: values come in, and the values of a date are locked."""

from collections.abc import Mapping
from datetime import date

from sqlmodel import col, select

from consortium.core.errors import Conflict, Fault, Invalid
from consortium.core.work import Work
from consortium.measures.queries import measure_by_code, snapshot_of
from consortium.measures.rules import fingerprint, plain_value
from consortium.measures.tables import Measure, MeasureSnapshot, MeasureValue
from consortium.members.queries import members
from consortium.members.tables import Member

Change = tuple[tuple[str, str] | None, tuple[str, str] | None]
"""A value with its source, before and after; None where there is none."""


def add_measure(work: Work, code: str, names: tuple[str, str], unit: str) -> Measure:
    """Add something to count. names: Swedish and English."""
    work.require("measures.change")
    if not code.isidentifier() or not names[0].strip():
        raise Invalid("A measure needs a code of letters and a name", at="code")
    measure = Measure(code=code, name=names[0], name_en=names[1] or names[0], unit=unit)
    work.session.add(measure)
    work.session.flush()
    work.audit("measures.added", code, measure=measure.id)
    return measure


def enter_values(
    work: Work, code: str, on_date: date, given: Mapping[str, str], source: str
) -> int:
    """Enter or correct the values of one date: member code → value. Returns how many changed.

    All or nothing: a value that is no number, an unknown member or a missing source is Invalid,
    a date that is locked a Conflict.
    """
    work.require("measures.change")
    return put_values(work, code, on_date, given, source)


def put_values(work: Work, code: str, on_date: date, given: Mapping[str, str], source: str) -> int:
    """As `enter_values`, for the rooms that count: they have asked for the right of their own."""
    measure = measure_by_code(work, code)
    known = {member.code: member for member in members(work)}
    if faults := _faults(given, known, source):
        raise Invalid(faults)
    if snapshot_of(work, measure, on_date):
        raise Conflict(
            "The values of {code} on {day} are locked",
            code=code,
            day=on_date.isoformat(),
            remedy="Enter the correction on another date",
        )
    changes: dict[str, Change] = {}
    there = _there(work, measure, on_date)
    for member, text in given.items():
        after = (plain_value(text) or "0", source.strip())
        place = measure.id, known[member].id, on_date
        before = _put(work, place, there.get(place[1]), after)
        if before != after:
            changes[member] = (before, after)
    note_entered(work, code, on_date, changes)
    return len(changes)


def note_entered(work: Work, code: str, on_date: date, changes: Mapping[str, Change]) -> None:
    """Audit what values of a date became. changes: member code → value and source, then and now."""
    if changes:
        work.audit(
            "measures.entered",
            code,
            on=on_date.isoformat(),
            members=sorted(changes),
            before=[list(changes[member][0] or ()) for member in sorted(changes)],
            after=[list(changes[member][1] or ()) for member in sorted(changes)],
        )


def write_value(
    work: Work, place: MeasureValue | tuple[int, int, date], given: tuple[str, str]
) -> None:
    """Write a value with its source into the row at a place: measure, member, date."""
    if isinstance(place, MeasureValue):
        row = place
        row.value, row.source = given
        row.entered_by, row.entered_at = work.actor.name, work.now
    else:
        row = MeasureValue(
            measure_id=place[0],
            member_id=place[1],
            on_date=place[2],
            value=given[0],
            source=given[1],
            entered_by=work.actor.name,
            entered_at=work.now,
        )
    work.session.add(row)


def lock_values(work: Work, code: str, on_date: date) -> MeasureSnapshot:
    """Lock the values of a date, so that what is split by them stands; locked twice is one lock."""
    work.require("measures.change")
    measure = measure_by_code(work, code)
    if lock := snapshot_of(work, measure, on_date):
        return lock
    rows = (
        select(Member.code, MeasureValue.value)
        .join(MeasureValue, col(MeasureValue.member_id) == col(Member.id))
        .where(MeasureValue.measure_id == measure.id, MeasureValue.on_date == on_date)
    )
    values = dict(work.session.exec(rows).all())
    if not values:
        raise Conflict("There are no values of {code} on {day}", code=code, day=on_date.isoformat())
    lock = MeasureSnapshot(
        measure_id=measure.id,
        on_date=on_date,
        sha256=fingerprint(values),
        locked_by=work.actor.name,
        locked_at=work.now,
    )
    work.session.add(lock)
    work.audit("measures.locked", code, on=on_date.isoformat(), sha256=lock.sha256)
    return lock


def _faults(given: Mapping[str, str], known: Mapping[str, Member], source: str) -> list[Fault]:
    faults = [
        Fault("No member has the code {code}", f"value-{code}", {"code": code})
        for code in given
        if code not in known
    ] + [
        Fault(
            "{value} is no number that is 0 or more",
            f"value-{code}",
            {"value": value or "–"},
            "Write it as 7248 or 0,5",
        )
        for code, value in given.items()
        if plain_value(value) is None
    ]
    if not source.strip():
        faults.append(Fault("Say where the values come from", "source", {}, "As: SCB, 2024-12-31"))
    return faults


def _there(work: Work, measure: Measure, on_date: date) -> dict[int, MeasureValue]:
    """The values of a date: member id → row."""
    rows = select(MeasureValue).where(
        MeasureValue.measure_id == measure.id, MeasureValue.on_date == on_date
    )
    return {row.member_id: row for row in work.session.exec(rows)}


def _put(
    work: Work,
    place: tuple[int, int, date],
    row: MeasureValue | None,
    after: tuple[str, str],
) -> tuple[str, str] | None:
    """Write a value with its source in place of `row`; what stood there before."""
    before = (row.value, row.source) if row else None
    if before != after:
        write_value(work, row or place, after)
    return before
