"""Use cases: dates that are not as their weekday: nobody drives, or another weekday's routes are.

Bridge days, Christmas, a Saturday that is driven as a Friday.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from sqlmodel import col, select

from consortium.branches.closing import ask_for_plans
from consortium.core.days import DAY, is_business_day
from consortium.core.errors import Conflict, Fault, Invalid, NotFound
from consortium.core.work import Work
from consortium.transports.calendars import AS_WEEKDAY, NO_TRAFFIC, WEEKDAYS, traffic_weekday
from consortium.transports.library_week import days_between, special_dates
from consortium.transports.tables import SpecialDay

LONGEST_NOTE = 200
LOOKS_AHEAD = timedelta(days=400)


def set_special_day(work: Work, on_date: date, weekday: int | None, note: str = "") -> SpecialDay:
    """Let a date be driven as a weekday (0 Monday … 4 Friday), or by nobody (None).

    New plans are asked for. Undone by `remove_special_day`.
    """
    work.require("transports.change")
    if faults := list(_faults(work, on_date, weekday, note)):
        raise Invalid(faults)
    if work.session.exec(select(SpecialDay).where(SpecialDay.on_date == on_date)).first():
        raise Conflict(
            "{day} is a special day already",
            at="on_date",
            day=on_date.isoformat(),
            remedy="Take that back first",
        )
    made = SpecialDay(
        on_date=on_date,
        kind=NO_TRAFFIC if weekday is None else AS_WEEKDAY,
        weekday=weekday,
        note=note.strip(),
    )
    work.session.add(made)
    work.session.flush()
    entry = work.audit(
        "transports.special_day_set", on_date.isoformat(), weekday=weekday, note=made.note
    )
    ask_for_plans(work, entry, on_date, on_date)
    return made


def remove_special_day(work: Work, on_date: date) -> None:
    """Let a date be as its weekday again. Undone by `set_special_day`."""
    work.require("transports.change")
    row = work.session.exec(select(SpecialDay).where(SpecialDay.on_date == on_date)).first()
    if row is None:
        raise NotFound("{day} is no special day", day=on_date.isoformat())
    entry = work.audit(
        "transports.special_day_removed", on_date.isoformat(), weekday=row.weekday, note=row.note
    )
    work.session.delete(row)
    work.session.flush()
    ask_for_plans(work, entry, on_date, on_date)


def special_days(work: Work, first: date, last: date = date.max) -> list[SpecialDay]:
    """The special days between the two, both inclusive, the earliest first."""
    work.require("transports.see")
    rows = select(SpecialDay).where(SpecialDay.on_date >= first, SpecialDay.on_date <= last)
    return list(work.session.exec(rows.order_by(col(SpecialDay.on_date))))


def bridge_days(work: Work) -> list[date]:
    """The days of the year to come that stand alone between days off, and are not settled yet."""
    work.require("transports.see")
    first, last = work.today, work.today + LOOKS_AHEAD
    special = special_dates(work, first, last)
    return [
        day
        for day in days_between(first, last)
        if day not in special
        and is_business_day(day)
        and not is_business_day(day - DAY)
        and not is_business_day(day + DAY)
    ]


def _faults(work: Work, on_date: date, weekday: int | None, note: str) -> Iterator[Fault]:
    if on_date < work.today:
        yield Fault("The day is over", "on_date", {}, "Choose today or a later day")
    if weekday is not None and weekday not in WEEKDAYS:
        yield Fault("Crates travel from Monday to Friday", "weekday", {}, "Choose one of these")
    if traffic_weekday(on_date, {}) == weekday:
        yield Fault("That is how the day is driven anyhow", "weekday", {}, "Choose another way")
    if len(note) > LONGEST_NOTE:
        yield Fault("The note is too long", "note", {}, "Use at most 200 characters")
