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


def add_measure(work: Work, code: str, names: tuple[str, str], unit: str) -> Measure:
    """Add something to count. names: Swedish and English."""
    work.require("measures.change")
    if not code.isidentifier() or not names[0].strip():
        raise Invalid("A measure needs a code of letters and a name", at="code")
    measure = Measure(code=code, name=names[0], name_en=names[1] or names[0], unit=unit)
    work.session.add(measure)
    work.session.flush()
    work.audit("measures.added", code)
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
    changed = [
        member
        for member in given
        if _put(work, measure, known[member], on_date, given[member], source)
    ]
    if changed:
        work.audit("measures.entered", code, on=on_date.isoformat(), members=sorted(changed))
    return len(changed)


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


def _put(
    work: Work, measure: Measure, member: Member, on_date: date, text: str, source: str
) -> bool:
    value = plain_value(text) or "0"
    rows = select(MeasureValue).where(
        MeasureValue.measure_id == measure.id,
        MeasureValue.member_id == member.id,
        MeasureValue.on_date == on_date,
    )
    row = work.session.exec(rows).first()
    if row is None:
        row = MeasureValue(
            measure_id=measure.id,
            member_id=member.id,
            on_date=on_date,
            value=value,
            source=source.strip(),
            entered_by=work.actor.name,
            entered_at=work.now,
        )
    elif (row.value, row.source) == (value, source.strip()):
        return False
    row.value, row.source = value, source.strip()
    row.entered_by, row.entered_at = work.actor.name, work.now
    work.session.add(row)
    return True
