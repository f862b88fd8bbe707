"""Questions about measures."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlmodel import col, func, select

from consortium.core.errors import NotFound
from consortium.core.work import Work
from consortium.measures.tables import Measure, MeasureSnapshot, MeasureValue
from consortium.members.queries import members
from consortium.members.tables import Member


def measures(work: Work) -> list[Measure]:
    return list(work.session.exec(select(Measure).order_by(col(Measure.name))))


def measure_by_code(work: Work, code: str) -> Measure:
    measure = work.session.exec(select(Measure).where(Measure.code == code)).first()
    if measure is None:
        raise NotFound("There is no measure {code}", code=code)
    return measure


def values(work: Work, code: str) -> list[tuple[Member, MeasureValue]]:
    """Every value of a measure with its member, by member code, then by date."""
    rows = (
        select(Member, MeasureValue)
        .join(MeasureValue, col(MeasureValue.member_id) == col(Member.id))
        .join(Measure, col(Measure.id) == col(MeasureValue.measure_id))
        .where(Measure.code == code)
        .order_by(col(Member.code), col(MeasureValue.on_date))
    )
    return [(member, value) for member, value in work.session.exec(rows)]


def readings(work: Work, code: str) -> list[tuple[str, date, str]]:
    """The values of a measure as plain values: member code, reference date, value."""
    columns: tuple[Any, ...] = (Member.code, MeasureValue.on_date, MeasureValue.value)
    rows = (
        select(*columns)
        .join(MeasureValue, col(MeasureValue.member_id) == col(Member.id))
        .join(Measure, col(Measure.id) == col(MeasureValue.measure_id))
        .where(Measure.code == code)
        .order_by(col(Member.code), col(MeasureValue.on_date))
    )
    return [(member, on_date, value) for member, on_date, value in work.session.execute(rows)]


def sources(work: Work, code: str) -> dict[date, list[str]]:
    """Where the values of a measure come from: reference date → the sources that are stated."""
    columns: tuple[Any, ...] = (MeasureValue.on_date, MeasureValue.source)
    rows = (
        select(*columns)
        .join(Measure, col(Measure.id) == col(MeasureValue.measure_id))
        .where(Measure.code == code, MeasureValue.source != "")
        .distinct()
        .order_by(col(MeasureValue.on_date), MeasureValue.source)
    )
    found: dict[date, list[str]] = {}
    for on_date, source in work.session.execute(rows):
        found.setdefault(on_date, []).append(source)
    return found


def snapshot_of(work: Work, measure: Measure, on_date: date) -> MeasureSnapshot | None:
    """The lock on a measure's values of a date, None where they are open."""
    rows = select(MeasureSnapshot).where(
        MeasureSnapshot.measure_id == measure.id, MeasureSnapshot.on_date == on_date
    )
    return work.session.exec(rows).first()


def snapshots(work: Work, measure: Measure) -> dict[date, MeasureSnapshot]:
    """The locks of a measure: date → lock."""
    rows = select(MeasureSnapshot).where(MeasureSnapshot.measure_id == measure.id)
    return {row.on_date: row for row in work.session.exec(rows)}


@dataclass(frozen=True, slots=True)
class Overview:
    """A measure with its latest date and how many members have a value on it."""

    measure: Measure
    latest: date | None
    count: int
    locked: bool


@dataclass(frozen=True, slots=True)
class ValueTable:
    """A measure's values: rows of members, columns of dates, the latest date first.

    sums: date → sum of its values, empty where the actor sees some members only.
    """

    measure: Measure
    dates: list[date]
    rows: list[tuple[Member, dict[date, MeasureValue]]]
    sums: dict[date, str]
    locks: dict[date, MeasureSnapshot]


def overview(work: Work) -> list[Overview]:
    """Every measure with how far its values reach, by name."""
    return [_overview(work, measure) for measure in measures(work)]


def value_table(work: Work, code: str) -> ValueTable:
    """The values of a measure, of the members that the actor may see."""
    measure, scope = measure_by_code(work, code), work.scope("measures.see")
    by_member: dict[str, dict[date, MeasureValue]] = {}
    sums: dict[date, Decimal] = {}
    for member, value in values(work, code):
        by_member.setdefault(member.code, {})[value.on_date] = value
        sums[value.on_date] = sums.get(value.on_date, Decimal(0)) + Decimal(value.value)
    return ValueTable(
        measure,
        sorted(sums, reverse=True),
        [
            (member, by_member.get(member.code, {}))
            for member in members(work)
            if scope is None or member.code in scope
        ],
        {day: f"{total:f}" for day, total in sums.items()} if scope is None else {},
        snapshots(work, measure),
    )


def _overview(work: Work, measure: Measure) -> Overview:
    rows = (
        select(col(MeasureValue.on_date), func.count())
        .where(MeasureValue.measure_id == measure.id)
        .group_by(col(MeasureValue.on_date))
        .order_by(col(MeasureValue.on_date).desc())
    )
    latest, count = work.session.exec(rows).first() or (None, 0)
    locked = latest is not None and snapshot_of(work, measure, latest) is not None
    return Overview(measure, latest, count, locked)
