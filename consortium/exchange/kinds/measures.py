"""Sheets of measured values: one row for each measure, municipality and date."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, Final

from sqlmodel import col, select

from consortium.core.errors import Fault
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.exchange.formats.cells import code, day, decimal, shown_decimal
from consortium.exchange.kinds.kind import Change, Field, Kind, Row, Standing, Values
from consortium.measures.entering import put_values
from consortium.measures.removing import Standing as Value
from consortium.measures.removing import restore_values
from consortium.measures.tables import Measure, MeasureSnapshot, MeasureValue
from consortium.members.queries import members
from consortium.members.tables import Member

MOST_CODES: Final = 500
"""More codes than this are not named in a query."""


@dataclass(frozen=True, slots=True)
class Known:
    """locked: measure code and date of every lock."""

    measures: frozenset[str]
    members: frozenset[str]
    locked: frozenset[tuple[str, date]]


def _known(work: Work) -> Known:
    locks = select(Measure.code, col(MeasureSnapshot.on_date)).join(
        MeasureSnapshot, col(MeasureSnapshot.measure_id) == col(Measure.id)
    )
    return Known(
        frozenset(work.session.exec(select(Measure.code))),
        frozenset(member.code for member in members(work)),
        frozenset((measure, on_date) for measure, on_date in work.session.exec(locks)),
    )


def _check(row: Row, before: Row | None, known: Known) -> Iterator[Fault]:
    if row["measure"] not in known.measures:
        yield Fault("There is no measure {code}", "measure", {"code": row["measure"]})
    if row["member"] not in known.members:
        yield Fault("No member has the code {code}", "member", {"code": row["member"]})
    if row != before and (row["measure"], row["on_date"]) in known.locked:
        yield Fault(
            "The values of {code} on {day} are locked",
            "on_date",
            {"code": row["measure"], "day": row["on_date"].isoformat()},
            "Enter the correction on another date",
        )


def _owner(row: Row, _known: Known) -> str:
    return str(row["member"])


def _standing(work: Work, _known: Known, rows: Sequence[Values] | None) -> Standing:
    found = (
        select(Measure.code, Member.code, col(MeasureValue.on_date), MeasureValue.value)
        .add_columns(col(MeasureValue.source))
        .join(MeasureValue, col(MeasureValue.measure_id) == col(Measure.id))
        .join(Member, col(Member.id) == col(MeasureValue.member_id))
        .order_by(col(Measure.code), col(Member.code), col(MeasureValue.on_date))
    )
    if rows is not None:
        days = {on_date for _, _, on_date, _, _ in rows} or {date.max}
        codes = {measure for measure, *_ in rows}
        found = found.where(MeasureValue.on_date >= min(days), MeasureValue.on_date <= max(days))
        found = found.where(col(Measure.code).in_(codes)) if len(codes) < MOST_CODES else found
    return {tuple(row[:3]): tuple(row) for row in work.session.execute(found)}


def _write(work: Work, changes: Sequence[Change], _source: str) -> None:
    work.require("measures.change")
    rows = sorted((change.after for change in changes), key=_place)
    for (measure, on_date, source), group in groupby(rows, _place):
        values = {row["member"]: row["value"] for row in group}
        put_values(work, measure, on_date, values, source)


def _remove(work: Work, rows: Sequence[Row]) -> None:
    for (measure, on_date), group in groupby(sorted(rows, key=_dated), _dated):
        gone: dict[str, Value] = {row["member"]: None for row in group}
        restore_values(work, measure, on_date, gone)


def _place(row: Row) -> tuple[Any, ...]:
    return row["measure"], row["on_date"], row["source"]


def _dated(row: Row) -> tuple[str, date]:
    return row["measure"], row["on_date"]


MEASURES = Kind(
    code="measures",
    name=mark("Measures"),
    means=mark("Values of each municipality on a date: inhabitants, loans, crates."),
    right="measures.change",
    sees="measures.see",
    key=("measure", "member", "on_date"),
    dated="on_date",
    fields=(
        Field("measure", "Mätvärde", mark("The measure's code"), "population", required=True),
        Field(
            "member",
            "Kommunkod",
            mark("The municipality's code"),
            "2080",
            code,
            required=True,
            aliases=("kommun", "municipality"),
        ),
        Field(
            "on_date",
            "Mätdatum",
            mark("The date that the value is of"),
            "2025-12-31",
            day,
            required=True,
            aliases=("datum", "date"),
        ),
        Field(
            "value",
            "Värde",
            mark("A number from 0"),
            "59945",
            decimal,
            shown_decimal,
            required=True,
        ),
        Field("source", "Källa", mark("Where the value comes from"), "SCB", required=True),
    ),
    known=_known,
    check=_check,
    owner=_owner,
    standing=_standing,
    write=_write,
    remove=_remove,
)
