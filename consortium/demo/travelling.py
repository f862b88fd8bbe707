"""The demo's crates and a year of their journeys, made up from a seed."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from random import Random
from typing import Any

from sqlmodel import insert

from consortium.branches.tables import Branch
from consortium.core.days import DAY, instant_of, is_business_day
from consortium.core.work import Work
from consortium.demo.placing import visited_on
from consortium.transports.registering import register_crates
from consortium.transports.tables import Crate, CrateEvent, CrateTrip

CRATES_A_LIBRARY = 16
ENTERED_BY = "demo"
TO_MAIN_LIBRARIES = 0.8


@dataclass(slots=True)
class _Journey:
    place: int
    crate: int
    origin: Branch
    destination: Branch
    packed_on: date
    state: str = "packed"


def travel(work: Work, branches: list[Branch], days: tuple[date, date], random: Random) -> None:
    """Crates of every library, and their journeys on the business days from the first to the last.

    Packed in the afternoon, collected at the origin's next stop, delivered and received at the
    destination's next one after that: what is still under way on the last day stays so.
    """
    libraries = [branch for branch in branches if visited_on(branch)]
    crates: list[Crate] = []
    for branch in libraries:
        crates += register_crates(work, branch.slug, CRATES_A_LIBRARY)
    work.session.flush()
    journeys, events = _history(libraries, [crate.id for crate in crates], days, random)
    trips = [_trip(journey) for journey in journeys]
    work.session.add_all(trips)
    work.session.flush()
    rows = [{**event, "trip_id": trips[event["trip_id"]].id} for event in events]
    work.session.execute(insert(CrateEvent), rows)


def _history(
    libraries: list[Branch], crates: list[int], days: tuple[date, date], random: Random
) -> tuple[list[_Journey], list[dict[str, Any]]]:
    """Every journey, and its events; an event's `trip_id` is the journey's place in the list."""
    idle = deque(crates)
    journeys: list[_Journey] = []
    events: list[dict[str, Any]] = []
    under_way: list[_Journey] = []
    for day in _business_days(*days):
        for journey in under_way:
            events += _ride(journey, day)
        idle.extend(journey.crate for journey in under_way if journey.state == "received")
        under_way = [journey for journey in under_way if journey.state != "received"]
        for origin, destination in _sent(libraries, random):
            if not idle:
                break
            journey = _Journey(len(journeys), idle.popleft(), origin, destination, day)
            journeys.append(journey)
            under_way.append(journey)
            events.append(_event(journey, "packed", origin, instant_of(day, time(15))))
    return journeys, events


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
    if journey.state == "packed":
        if day.weekday() in visited_on(journey.origin) and day > journey.packed_on:
            journey.state = "collected"
            yield _event(journey, "collected", journey.origin, instant_of(day, time(10)))
    elif day.weekday() in visited_on(journey.destination):
        journey.state = "received"
        there = journey.destination
        yield _event(journey, "delivered", there, instant_of(day, time(11)))
        yield _event(journey, "received", there, instant_of(day, time(13)))


def _event(journey: _Journey, kind: str, branch: Branch, at: datetime) -> dict[str, Any]:
    return {
        "trip_id": journey.place,
        "kind": kind,
        "branch_id": branch.id,
        "at": at,
        "on_date": at.date(),
        "entered_by": ENTERED_BY,
    }


def _trip(journey: _Journey) -> CrateTrip:
    return CrateTrip(
        crate_id=journey.crate,
        origin_id=journey.origin.id,
        destination_id=journey.destination.id,
        state=journey.state,
        packed_on=journey.packed_on,
    )


def _business_days(first: date, last: date) -> Iterator[date]:
    day = first
    while day <= last:
        if is_business_day(day):
            yield day
        day += DAY
