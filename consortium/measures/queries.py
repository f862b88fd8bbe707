"""Questions about measures."""

from datetime import date

from sqlmodel import col, select

from consortium.core.errors import NotFound
from consortium.core.work import Work
from consortium.measures.tables import Measure, MeasureSnapshot, MeasureValue
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
