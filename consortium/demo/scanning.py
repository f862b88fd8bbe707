"""Crates of the demo's last weeks: through the depot, lost, found, and some that look wrong."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Final

from sqlmodel import col, select

from consortium.branches.rules import slug
from consortium.core.days import DAY, instant_of, last_day
from consortium.core.work import Work
from consortium.crates.ledger import NewEvent, note_events
from consortium.crates.registering import register_crates
from consortium.crates.rules import (
    AT_DEPOT,
    COLLECTED,
    DELIVERED,
    EMPTIED,
    FOUND,
    LOADED,
    LOST,
    PACKED,
)
from consortium.crates.sampling import NewSample, draw_sample, fill_from_scans
from consortium.crates.tables import Crate, CrateEvent, VolumeSample
from consortium.demo.placing import DEPOT

PASSED_FOR: Final = timedelta(days=21)
"""For so many days back crates are scanned at the depot as well."""

UNLOADED_AT, LOADED_AT = time(17, 45), time(6, 15)
FALUN, MORA, AVESTA = "falu-stadsbibliotek", "mora-bibliotek", "avesta-bibliotek"
LEKSAND, RATTVIK = "leksands-bibliotek", "rattviks-bibliotek"

Happening = tuple[str, str, int]
"""What happened, the slug of where, and how many days before the demo's day."""

STORIES: Final[tuple[tuple[str, tuple[Happening, ...]], ...]] = (
    (MORA, ((PACKED, FALUN, 16), (COLLECTED, FALUN, 15), (LOST, FALUN, 12), (FOUND, MORA, 9))),
    (AVESTA, ((PACKED, FALUN, 11), (COLLECTED, FALUN, 10), (LOST, AVESTA, 5))),
    (LEKSAND, ((PACKED, FALUN, 9),)),
    (MORA, ((PACKED, LEKSAND, 7), (COLLECTED, LEKSAND, 6))),
    (MORA, ((PACKED, FALUN, 12), (COLLECTED, FALUN, 11), (DELIVERED, MORA, 10))),
    (LEKSAND, ((PACKED, FALUN, 6), (COLLECTED, FALUN, 5), (DELIVERED, RATTVIK, 4))),
    (AVESTA, ((PACKED, MORA, 5), (DELIVERED, AVESTA, 4), (EMPTIED, AVESTA, 4))),
    (FALUN, ((DELIVERED, FALUN, 3), (EMPTIED, FALUN, 3))),
    (LEKSAND, ((PACKED, FALUN, 4), (COLLECTED, FALUN, 3), (PACKED, MORA, 1))),
)
"""Where a crate was packed for, and what happened to it: lost and found again, missing, waiting for
too long, too long on its way, not emptied, delivered elsewhere, never collected, never packed, and
packed anew on its way."""


def pass_depot(work: Work, day: date) -> int:
    """Scan the crates of the last weeks at the depot as well; how many scans came of it.

    What was collected comes to the depot that evening, and is loaded on the morning that it is
    delivered. Of `day` itself nothing is known yet.
    """
    rows = (
        select(CrateEvent, Crate.code)
        .join(Crate, col(Crate.id) == col(CrateEvent.crate_id))
        .where(CrateEvent.on_date >= day - PASSED_FOR, CrateEvent.on_date < day)
        .where(col(CrateEvent.kind).in_((COLLECTED, DELIVERED)))
        .order_by(col(CrateEvent.at), col(CrateEvent.id))
    )
    events = [_at_depot(event, code) for event, code in work.session.exec(rows)]
    return note_events(work, events).added


def tell_stories(work: Work, day: date) -> None:
    """Crates that something happened to which somebody has to look at: a new crate for each."""
    crates = register_crates(work, FALUN, len(STORIES))
    work.session.flush()
    for crate, story in zip(crates, STORIES, strict=True):
        note_events(work, list(_story(crate.code, story, day)))


def begin_sample(work: Work, day: date) -> VolumeSample:
    """A sample of the volumes of the month that `day` is in: it is open, and is counted so far."""
    days = (day.replace(day=1), last_day(day.year, day.month))
    sample = draw_sample(work, NewSample(f"Volymer {day:%Y-%m} (exempel)", *days, 2))
    fill_from_scans(work, sample.id)
    return sample


def _at_depot(event: CrateEvent, code: str) -> NewEvent:
    kind, at = (AT_DEPOT, UNLOADED_AT) if event.kind == COLLECTED else (LOADED, LOADED_AT)
    moment = instant_of(event.on_date, at)
    return NewEvent(f"{event.event}-{kind}", code, kind, slug(DEPOT), moment)


def _story(code: str, story: tuple[str, tuple[Happening, ...]], day: date) -> Iterator[NewEvent]:
    destination, happened = story
    for place, (kind, branch, days) in enumerate(happened):
        goes = destination if kind == PACKED else ""
        yield NewEvent(f"{code}-{place}", code, kind, branch, _moment(day, days, place), goes)


def _moment(day: date, days: int, place: int) -> datetime:
    return instant_of(day - days * DAY, time(9)) + timedelta(minutes=30 * place)
