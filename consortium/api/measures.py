"""Endpoints of the measures: values by member and date, entering them, and locking a date."""

from datetime import date
from typing import Annotated, Any, Final

from pydantic import Field, StringConstraints

from consortium.api.fields import (
    Body,
    Day,
    Filled,
    Instant,
    NextCursor,
    Page,
    Sha256,
    Shown,
    only_these,
)
from consortium.api.listing import cut
from consortium.api.routing import Route
from consortium.core.work import Work
from consortium.measures.entering import enter_values, lock_values
from consortium.measures.queries import ValueTable, overview, value_table

Decimal = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{1,15}(\.[0-9]{1,6})?$"),
    Field(description="Exact, as `20540` or `0.5`"),
]
MemberCode = Annotated[str, StringConstraints(pattern="^[0-9]{2,4}$")]


class MeasureLine(Shown):
    code: str
    name: str
    name_en: str
    unit: str


class MeasureOverview(MeasureLine):
    latest_on: Day | None = Field(description="The newest date with values; null: there is none")
    members: int = Field(description="How many have a value on it")
    locked: bool


class MeasureList(Shown):
    measures: list[MeasureOverview]
    next_cursor: NextCursor


class Lock(Shown):
    locked_by: str
    locked_at: Instant
    sha256: Sha256 = Field(description="Of all values of the date")


class MeasureDate(Shown):
    on: Day
    sum: str | None = Field(description="Of all members; null to who sees some of them only")
    lock: Lock | None


class MeasureShown(MeasureLine):
    dates: list[MeasureDate] = Field(description="The newest first")


class Value(Shown):
    member: str
    value: str
    source: str
    entered_by: str
    entered_at: Instant


class ValueList(Shown):
    measure: str
    on: Day
    values: list[Value] = Field(description="By member; who has none is left out")
    lock: Lock | None


class ValuesAsked(Body):
    """Values to enter or to correct: member code → value. Other members' stay as they are."""

    source: Filled = Field(description="Where they come from, as `SCB, 2024-12-31`")
    values: dict[MemberCode, Decimal] = Field(
        min_length=1, max_length=400, json_schema_extra=only_these
    )


def list_measures(work: Work, asked: Page) -> dict[str, Any]:
    """Every measure, by code, with how far its values reach."""
    found, following = cut(overview(work), asked, (str,), lambda row: (row.measure.code,))
    rows = [
        _line(row.measure) | {"latest_on": row.latest, "members": row.count, "locked": row.locked}
        for row in found
    ]
    return {"measures": rows, "next_cursor": following}


def read_measure(work: Work, code: str) -> dict[str, Any]:
    """One measure with its dates."""
    table = value_table(work, code)
    dates = [
        {"on": day, "sum": table.sums.get(day), "lock": _lock(table, day)} for day in table.dates
    ]
    return _line(table.measure) | {"dates": dates}


def read_values(work: Work, code: str, on: date) -> dict[str, Any]:
    """The values of one date; none where nothing is entered yet."""
    table = value_table(work, code)
    values = [
        {
            "member": member.code,
            "value": of_day[on].value,
            "source": of_day[on].source,
            "entered_by": of_day[on].entered_by,
            "entered_at": of_day[on].entered_at,
        }
        for member, of_day in table.rows
        if on in of_day
    ]
    return {"measure": code, "on": on, "values": values, "lock": _lock(table, on)}


def change_values(work: Work, code: str, on: date, asked: ValuesAsked) -> None:
    """Enter or correct values of a date, all of them or none. A locked date is a conflict."""
    enter_values(work, code, on, asked.values, asked.source)


def lock(work: Work, code: str, on: date) -> None:
    """Lock the values of a date for good, so that what is split by them stands."""
    lock_values(work, code, on)


ROUTES: Final = (
    Route("GET", "/measures", list_measures, "measures.see", "Measures", MeasureList, query=Page),
    Route("GET", "/measures/{code}", read_measure, "measures.see", "One measure", MeasureShown),
    Route(
        "GET",
        "/measures/{code}/values/{date}",
        read_values,
        "measures.see",
        "The values of a date",
        ValueList,
    ),
    Route(
        "PATCH",
        "/measures/{code}/values/{date}",
        change_values,
        "measures.change",
        "Enter or correct values of a date",
        ValueList,
        ValuesAsked,
        state=read_values,
        example={"source": "SCB, 2025-12-31", "values": {"2062": "20540"}},
    ),
    Route(
        "POST",
        "/measures/{code}/values/{date}/lock",
        lock,
        "measures.change",
        "Lock the values of a date",
        ValueList,
        state=read_values,
    ),
)


def _line(measure: Any) -> dict[str, Any]:
    return {
        "code": measure.code,
        "name": measure.name,
        "name_en": measure.name_en,
        "unit": measure.unit,
    }


def _lock(table: ValueTable, day: date) -> dict[str, Any] | None:
    held = table.locks.get(day)
    if held is None:
        return None
    return {"locked_by": held.locked_by, "locked_at": held.locked_at, "sha256": held.sha256}
