"""Use cases and queries: the timetables of book buses."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any, Final

from sqlmodel import col, select

from consortium.branches.closing import ask_for_plans
from consortium.branches.queries import branch_by_slug
from consortium.branches.tables import Branch
from consortium.core.errors import Conflict, Fault, Invalid, NotFound
from consortium.core.work import Work
from consortium.transports.calendars import BusTimes, calls_on
from consortium.transports.library_week import bus_times, days_between
from consortium.transports.tables import BusCall

DAYS_OF_WEEK: Final = range(7)
MOST_WEEKS: Final = 8
WEEKS_COMPARED: Final = timedelta(weeks=840)
"""The least common multiple of 1 to 8 weeks: after it two timetables meet as they did before."""


@dataclass(frozen=True, slots=True)
class NewBusCall:
    """A call before it is entered. bus, stop: slugs. weekday: 0 Monday … 6 Sunday."""

    bus: str
    stop: str
    weekday: int
    first_on: date
    arrives: time
    leaves: time
    every_weeks: int = 1
    last_on: date | None = None


@dataclass(frozen=True, slots=True)
class CallView:
    """A call with the bus and the stop. next_on: the next date of it, None where it is over."""

    call: BusCall
    bus: Branch
    stop: Branch
    next_on: date | None


def add_bus_call(work: Work, new: NewBusCall) -> BusCall:
    """Enter a call in a bus's timetable. Undone by `remove_bus_call`.

    From then on a stop of the week at this bus stop is made only on days when a bus calls, and
    within its times. Plans are asked for anew. The bus cannot be at two stops at once.
    """
    work.require("transports.change")
    bus, stop = branch_by_slug(work, new.bus), branch_by_slug(work, new.stop)
    if faults := [*_kinds(bus, stop), *_times(new)]:
        raise Invalid(faults)
    made = BusCall(
        bus_id=bus.id,
        stop_id=stop.id,
        weekday=new.weekday,
        every_weeks=new.every_weeks,
        first_on=new.first_on,
        last_on=new.last_on,
        arrives=new.arrives,
        leaves=new.leaves,
    )
    _refuse_taken(work, made)
    work.session.add(made)
    work.session.flush()
    entry = work.audit("transports.bus_call_added", bus.slug, stop=stop.slug, **_facts(made))
    ask_for_plans(work, entry, made.first_on, made.last_on or date.max)
    return made


def remove_bus_call(
    work: Work, bus_slug: str, stop_slug: str, weekday: int, first_on: date
) -> None:
    """Take a call out of a bus's timetable. Undone by `add_bus_call`."""
    work.require("transports.change")
    bus, stop = branch_by_slug(work, bus_slug), branch_by_slug(work, stop_slug)
    rows = select(BusCall).where(
        BusCall.bus_id == bus.id,
        BusCall.stop_id == stop.id,
        BusCall.weekday == weekday,
        BusCall.first_on == first_on,
    )
    row = work.session.exec(rows).first()
    if row is None:
        raise NotFound("{name} has no such call at {stop}", name=bus.name, stop=stop.name)
    entry = work.audit("transports.bus_call_removed", bus.slug, stop=stop.slug, **_facts(row))
    work.session.delete(row)
    work.session.flush()
    ask_for_plans(work, entry, row.first_on, row.last_on or date.max)


def timetable(work: Work, branch: Branch | None = None) -> list[CallView]:
    """The calls that are not over, of a bus or at a bus stop where one is named; by bus."""
    work.require("transports.see")
    rows = select(BusCall)
    if branch is not None:
        rows = rows.where((col(BusCall.bus_id) == branch.id) | (col(BusCall.stop_id) == branch.id))
    places = {row.id: row for row in work.session.exec(select(Branch))}
    found = [
        CallView(row, places[row.bus_id], places[row.stop_id], _next(row, work.today))
        for row in work.session.exec(rows)
    ]
    return sorted(
        (view for view in found if view.next_on is not None),
        key=lambda view: (view.bus.name, view.call.weekday, view.call.arrives, view.call.id),
    )


def calls_between(work: Work, bus: Branch, first: date, last: date) -> list[tuple[date, CallView]]:
    """The calls of a bus on each date between the two, both inclusive, in their order."""
    return sorted(
        (
            (day, view)
            for view in timetable(work, bus)
            for day in days_between(first, last)
            if calls_on(bus_times(view.call), day)
        ),
        key=lambda row: (row[0], row[1].call.arrives),
    )


def again(facts: dict[str, Any], bus: str) -> NewBusCall:
    """The call that an entry of its removal tells of."""
    return NewBusCall(
        bus=bus,
        stop=facts["stop"],
        weekday=facts["weekday"],
        first_on=date.fromisoformat(facts["first_on"]),
        arrives=time.fromisoformat(facts["arrives"]),
        leaves=time.fromisoformat(facts["leaves"]),
        every_weeks=facts["every_weeks"],
        last_on=date.fromisoformat(facts["last_on"]) if facts["last_on"] else None,
    )


def _next(row: BusCall, today: date) -> date | None:
    first = max(today, row.first_on)
    times = bus_times(row)
    days = days_between(first, first + timedelta(weeks=row.every_weeks + 1))
    return next((day for day in days if calls_on(times, day)), None)


def _facts(call: BusCall) -> dict[str, Any]:
    return {
        "weekday": call.weekday,
        "every_weeks": call.every_weeks,
        "first_on": call.first_on.isoformat(),
        "last_on": call.last_on.isoformat() if call.last_on else "",
        "arrives": call.arrives.isoformat(),
        "leaves": call.leaves.isoformat(),
    }


def _kinds(bus: Branch, stop: Branch) -> Iterator[Fault]:
    if bus.kind != "bus":
        yield Fault("{name} is no book bus", "bus", {"name": bus.name})
    if stop.kind != "bus_stop":
        yield Fault("{name} is no stop of a book bus", "stop", {"name": stop.name})


def _times(new: NewBusCall) -> Iterator[Fault]:
    if new.weekday not in DAYS_OF_WEEK:
        yield Fault("Choose a weekday", "weekday")
    if not 1 <= new.every_weeks <= MOST_WEEKS:
        yield Fault("Choose every 1 to 8 weeks", "every_weeks")
    if new.last_on is not None and new.last_on < new.first_on:
        yield Fault("The last day is before the first", "last_on", {}, "Choose a later day")
    if new.leaves <= new.arrives:
        yield Fault("The bus leaves after it has arrived", "leaves")


def _refuse_taken(work: Work, new: BusCall) -> None:
    rows = select(BusCall, Branch).join(Branch, col(Branch.id) == col(BusCall.stop_id))
    same = rows.where(
        BusCall.bus_id == new.bus_id,
        BusCall.weekday == new.weekday,
        BusCall.arrives < new.leaves,
        BusCall.leaves > new.arrives,
    )
    mine = bus_times(new)
    faults = [
        Fault("The bus is at {name} then", "arrives", {"name": stop.name}, "Choose another time")
        for other, stop in work.session.exec(same)
        if _meet(mine, bus_times(other))
    ]
    if faults:
        raise Conflict(faults)


def _meet(one: BusTimes, other: BusTimes) -> bool:
    """Whether two calls of one weekday ever fall on the same date."""
    first = max(one.first_on, other.first_on)
    last = min(each.last_on or first + WEEKS_COMPARED for each in (one, other))
    weekly = (day for day in days_between(first, last) if day.weekday() == one.weekday)
    return any(calls_on(one, day) and calls_on(other, day) for day in weekly)
