"""Measures and the values that members have in them."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from consortium.core.db import Row


class Measure(Row, table=True):
    """Something that can be counted for each member and weigh in an allocation key.

    code: its name in keys and case files (`population`). unit: what one of it is, in Swedish.
    """

    id: int = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    name: str
    name_en: str
    unit: str


class MeasureValue(Row, table=True):
    """One member's value on one reference date. value: an exact decimal, never negative."""

    __table_args__ = (UniqueConstraint("measure_id", "member_id", "on_date"),)

    id: int = Field(default=None, primary_key=True)
    measure_id: int = Field(foreign_key="measure.id", index=True)
    member_id: int = Field(foreign_key="member.id", index=True)
    on_date: date = Field(index=True)
    value: str
    source: str
    entered_by: str
    entered_at: datetime


class MeasureFetch(Row, table=True):
    """Values asked for at their public source. state: `waiting`, `done` or `failed`.

    trouble: why it failed, in words for readers. count: how many values were entered or changed.
    """

    __table_args__ = (
        CheckConstraint("state in ('waiting', 'done', 'failed')", name="known_state"),
    )

    id: int = Field(default=None, primary_key=True)
    measure_id: int = Field(foreign_key="measure.id", index=True)
    on_date: date
    state: str = "waiting"
    trouble: str = ""
    count: int = 0
    asked_by: str
    asked_at: datetime
    done_at: datetime | None = None


class MeasureSnapshot(Row, table=True):
    """A lock on a measure's values of one date: they no longer change, and this digest says so.

    sha256: of the values as canonical JSON, member code → value.
    """

    __table_args__ = (UniqueConstraint("measure_id", "on_date"),)

    id: int = Field(default=None, primary_key=True)
    measure_id: int = Field(foreign_key="measure.id", index=True)
    on_date: date
    sha256: str = Field(max_length=64)
    locked_by: str
    locked_at: datetime
