"""Use cases: values are asked for at their public source, and entered when it has answered."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from sqlmodel import col, select

from consortium.core.days import last_day
from consortium.core.errors import Conflict, Invalid, NotFound
from consortium.core.later import Later
from consortium.core.work import Work
from consortium.measures.entering import put_values
from consortium.measures.queries import measure_by_code, values
from consortium.measures.tables import Measure, MeasureFetch
from consortium.members.queries import members

FETCH: Final = Later("measures.fetch")
FETCHED: Final = ("population",)
"""The measures that have a public source."""
SOURCE: Final = "SCB, statistikdatabasen, {table}"
WAITING, DONE, FAILED = "waiting", "done", "failed"
DECEMBER: Final = 12


def ask_fetch(work: Work, code: str, year: int) -> MeasureFetch:
    """Ask for the values of 31 December of a year; a worker fetches them within a minute."""
    work.require("measures.change")
    measure = measure_by_code(work, code)
    if code not in FETCHED:
        raise Invalid("The values of {measure} have no public source", measure=measure.name)
    on_date = last_day(year, DECEMBER)
    if on_date >= work.today:
        raise Invalid("The year {year} is not over", at="year", year=year)
    rows = select(MeasureFetch).where(
        MeasureFetch.measure_id == measure.id,
        MeasureFetch.on_date == on_date,
        MeasureFetch.state == WAITING,
    )
    if work.session.exec(rows).first():
        raise Conflict("It is under way already", remedy="Wait a few minutes and look again")
    asked = MeasureFetch(
        measure_id=measure.id, on_date=on_date, asked_by=work.actor.name, asked_at=work.now
    )
    work.session.add(asked)
    work.session.flush()
    work.later(FETCH, key=str(asked.id), fetch=asked.id)
    work.audit("measures.fetch_asked", code, on=on_date.isoformat())
    return asked


def fetch_by_id(work: Work, fetch_id: int) -> tuple[MeasureFetch, Measure]:
    asked = work.session.get(MeasureFetch, fetch_id)
    measure = asked and work.session.get(Measure, asked.measure_id)
    if not asked or not measure:
        raise NotFound("There is no such fetch of values")
    return asked, measure


def fetches(work: Work, code: str, most: int) -> list[MeasureFetch]:
    """The latest fetches of a measure, the newest first."""
    work.require("measures.see")
    rows = select(MeasureFetch).where(MeasureFetch.measure_id == measure_by_code(work, code).id)
    return list(work.session.exec(rows.order_by(col(MeasureFetch.id).desc()).limit(most)))


def regions_of(work: Work) -> list[str]:
    """The codes that a fetch asks for: those of all municipalities."""
    return [member.code for member in members(work) if member.kind == "municipality"]


def enter_fetched(work: Work, fetch_id: int, given: Mapping[str, str], table: str) -> int:
    """Enter what the source answered, member code → value, and note that it is done.

    A value that is there already is left as it is, with its source. A Conflict where a value of a
    locked date would be another one; done twice it is done once. Returns how many changed.
    """
    asked, measure = fetch_by_id(work, fetch_id)
    if asked.state == DONE:
        return 0
    there = _there(work, measure.code, asked.on_date)
    new = {
        code: text
        for code, text in given.items()
        if code not in there or Decimal(there[code]) != Decimal(text)
    }
    if new:
        put_values(work, measure.code, asked.on_date, new, SOURCE.format(table=table))
    asked.state, asked.count, asked.trouble, asked.done_at = DONE, len(new), "", work.now
    work.session.add(asked)
    return len(new)


def note_trouble(work: Work, fetch_id: int, trouble: str, *, given_up: bool) -> None:
    """Note why the values have not come, while they are still waited for, or for good."""
    asked, _measure = fetch_by_id(work, fetch_id)
    if asked.state == DONE:
        return
    asked.trouble = trouble
    if given_up:
        asked.state, asked.done_at = FAILED, work.now
    work.session.add(asked)


def _there(work: Work, code: str, on_date: date) -> dict[str, str]:
    return {m.code: row.value for m, row in values(work, code) if row.on_date == on_date}
