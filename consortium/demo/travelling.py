"""The demo's crates and a year of their journeys, made up from a seed."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from random import Random
from typing import Any

from sqlmodel import insert

from consortium.branches.tables import Branch
from consortium.core.days import DAY, instant_of, is_business_day, swedish_day
from consortium.core.work import Work
from consortium.crates.registering import register_crates
from consortium.crates.rules import COLLECTED, DELIVERED, EMPTIED, PACKED
from consortium.crates.states import restate
from consortium.crates.tables import Crate, CrateEvent
from consortium.demo.placing import visited_on

CRATES_A_LIBRARY = 16
ENTERED_BY = "demo"
TO_MAIN_LIBRARIES = 0.8
LAST = time(15)
"""When crates are packed; nothing happens later on a day."""


@dataclass(slots=True)
class _Journey:
    place: int
    crate: int
    origin: Branch
    destination: Branch
    packed_on: date
    state: str = PACKED


def travel(work: Work, branches: list[Branch], days: tuple[date, date], random: Random) -> None:
    """Crates of every library, and their journeys on the business days from the first to the last.

    Packed in the afternoon, collected at the origin's next stop, delivered and emptied at the
    destination's next one after that: what is still under way on the last day stays so. Nothing
    happens after now: the events of today are as many, and in their order, but earlier.
    """
    libraries = [branch for branch in branches if visited_on(branch)]
    crates: list[Crate] = []
    for branch in libraries:
        crates += register_crates(work, branch.slug, CRATES_A_LIBRARY)
    work.session.flush()
    ids = [crate.id for crate in crates]
    noted = {"entered_by": ENTERED_BY, "entered_at": work.now}
    history = _history(libraries, ids, days, random)
    rows = [event | noted | {"at": _by_now(event["at"], work.now)} for event in history]
    work.session.execute(insert(CrateEvent), rows)
    restate(work, ids)


def _history(
    libraries: list[Branch], crates: list[int], days: tuple[date, date], random: Random
) -> list[dict[str, Any]]:
    """The events of every journey, in the order that they happened."""
    idle = deque(crates)
    events: list[dict[str, Any]] = []
    count = 0
    under_way: list[_Journey] = []
    for day in _business_days(*days):
        for journey in under_way:
            events += _ride(journey, day)
        idle.extend(journey.crate for journey in under_way if journey.state == EMPTIED)
        under_way = [journey for journey in under_way if journey.state != EMPTIED]
        for origin, destination in _sent(libraries, random):
            if not idle:
                break
            journey = _Journey(count, idle.popleft(), origin, destination, day)
            count += 1
            under_way.append(journey)
            events.append(_event(journey, PACKED, origin, instant_of(day, LAST)))
    return events


def _sent(libraries: list[Branch], random: Random) -> Iterator[tuple[Branch, Branch]]:
    """What is packed on a day: main libraries send one to three crates, branches none or one."""
    mains = [branch for branch in libraries if branch.kind == "main"]
    for origin in libraries:
        count = random.randint(1, 3) if origin.kind == "main" else random.randint(0, 1)
        for _ in range(count):
            pool = mains if random.random() < TO_MAIN_LIBRARIES else libraries
            destination = random.choice([branch for branch in pool if branch is not origin])
            yield origin, destination


def _ride(journey: _Journey, day: date) -> Iterator[dict[str, Any]]:
    """The events of a day on a journey that was under way that morning."""
    if journey.state == PACKED:
        if day.weekday() in visited_on(journey.origin) and day > journey.packed_on:
            journey.state = COLLECTED
            yield _event(journey, COLLECTED, journey.origin, instant_of(day, time(10)))
    elif day.weekday() in visited_on(journey.destination):
        journey.state = EMPTIED
        there = journey.destination
        yield _event(journey, DELIVERED, there, instant_of(day, time(11)))
        yield _event(journey, EMPTIED, there, instant_of(day, time(13)))


def _event(journey: _Journey, kind: str, branch: Branch, at: datetime) -> dict[str, Any]:
    return {
        "event": f"demo-{journey.place}-{kind}",
        "crate_id": journey.crate,
        "kind": kind,
        "branch_id": branch.id,
        "destination_id": journey.destination.id if kind == PACKED else None,
        "at": at,
        "on_date": at.date(),
        "vehicle": "",
        "withdrawn": False,
    }


def _by_now(at: datetime, now: datetime) -> datetime:
    """A moment of today drawn towards midnight, where the last one of the day is still to come."""
    day = swedish_day(now)
    if swedish_day(at) != day or now >= instant_of(day, LAST):
        return at
    midnight = instant_of(day, time(0))
    return midnight + (at - midnight) * ((now - midnight) / DAY)


def _business_days(first: date, last: date) -> Iterator[date]:
    day = first
    while day <= last:
        if is_business_day(day):
            yield day
        day += DAY
