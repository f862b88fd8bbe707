"""When a crate was at a branch or in a van, by its events. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from consortium.crates.rules import (
    COLLECTED,
    ENDS,
    LOADED,
    Happening,
    Journey,
    in_order,
    journeys,
)

ABOARD: Final = (COLLECTED, LOADED)
"""After these a crate is in a van; after any other it lies where it happened."""


@dataclass(frozen=True, slots=True)
class Passing:
    """A crate's time at a place. since, until: when it came and left; None: it is there still.

    origin_id, destination_id: branches of the journey it was on, None on none. noted: one of its
    events was at the place within the time asked for.
    """

    since: datetime
    until: datetime | None
    origin_id: int | None
    destination_id: int | None
    noted: bool


@dataclass(frozen=True, slots=True)
class _Stay:
    """What an event says of a crate: at the place from then on, until it left or for good.

    since: when it came; earlier than the event where other events there went before it.
    """

    event: Happening
    since: datetime
    until: datetime | None


def passings(
    events: Iterable[Happening], place: int | str, begins: datetime, ends: datetime
) -> list[Passing]:
    """The times of one crate at `place` between begins and ends, one for each of its journeys.

    place: a branch by its id, or a van by its code. A crate that was fetched lies at the branch
    until then, and is in the van until its next event. One that was emptied before `begins` is on
    no journey.
    """
    known = in_order(events)
    stays, parts = _stays(known, place), journeys(known)
    found = []
    for journey, following in zip(parts, [*parts[1:], None], strict=True):
        touching = [
            stay
            for event in journey.events
            if (stay := stays.get(event.event))
            and event.at <= ends
            and (stay.until is None or stay.until >= begins)
        ]
        if touching and (following is None or following.events[0].at > begins):
            found.append(_passing(journey, touching, begins, ends))
    return found


def _stays(known: Sequence[Happening], place: int | str) -> dict[str, _Stay]:
    """Name of each event at the place → the whole stay that it is part of."""
    found: dict[str, _Stay] = {}
    run: list[Happening] = []
    for event, following in zip(known, [*known[1:], None], strict=True):
        if not _is_at(event, place):
            continue
        run.append(event)
        if _leaves(event, place) or following is None or not _is_at(following, place):
            until = _until(event, following, place)
            found |= {each.event: _Stay(each, run[0].at, until) for each in run}
            run = []
    return found


def _passing(journey: Journey, stays: list[_Stay], begins: datetime, ends: datetime) -> Passing:
    last = journey.events[-1]
    over = last.kind in ENDS and last.at < begins
    return Passing(
        stays[0].since,
        stays[-1].until,
        None if over else journey.origin_id,
        None if over else journey.destination_id,
        any(begins <= stay.event.at <= ends for stay in stays),
    )


def _leaves(event: Happening, place: int | str) -> bool:
    """Whether a crate leaves the place by what happens: a branch with a van, a van by unloading."""
    return (event.kind in ABOARD) is isinstance(place, int)


def _until(event: Happening, following: Happening | None, place: int | str) -> datetime | None:
    """How long a crate is at the place after its last event there; None: it is there still."""
    if _leaves(event, place):
        return event.at
    return following.at if following else None


def _is_at(event: Happening, place: int | str) -> bool:
    return event.branch_id == place if isinstance(place, int) else event.vehicle == place
