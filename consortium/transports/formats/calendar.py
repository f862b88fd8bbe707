"""A branch's stops as a calendar that mail programs subscribe to: iCalendar (RFC 5545, RFC 7986).

Each stop keeps its UID through all plans of its day and has their revision as SEQUENCE; one that
was taken out of a published plan stays, as STATUS:CANCELLED. Times are of Europe/Stockholm, whose
VTIMEZONE is in the file. There is no METHOD: it would ask for an ORGANIZER (RFC 5546, 3.2.1).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard
from icalendar.enums import STATUS, TRANSP

from consortium.core.days import STOCKHOLM
from consortium.core.words import Say, mark

MEDIA_TYPE: Final = "text/calendar"
PRODUCT: Final = "-//consortium//transports//SV"
ASK_AGAIN: Final = timedelta(hours=1)
LAST_SUNDAYS: Final = {3: 31, 10: 27}  # of 1996
COMES: Final = mark("The transport comes to {name}")
CANCELLED: Final = mark("Cancelled: the transport to {name}")


@dataclass(frozen=True, slots=True)
class CalendarStop:
    """The van's time at a branch on a day; arrive, leave: aware. sequence: revision of the plan.

    changed_at: when that plan came into force. deliver, collect: crates.
    """

    day: date
    arrive: datetime
    leave: datetime
    deliver: int
    collect: int
    sequence: int
    changed_at: datetime
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class BranchCalendar:
    """A branch's stops, by day. site: the name of this service's host, by which a UID is unique."""

    slug: str
    name: str
    place: str
    lat: float
    lon: float
    site: str
    stops: Sequence[CalendarStop]


def calendar_file(of: BranchCalendar, say: Say) -> bytes:
    """The calendar in the language of `say`; the same stops give the same bytes."""
    title = say("Transports to {name}", name=of.name)
    found = Calendar.new(
        prodid=PRODUCT,
        uid=f"{of.slug}@{of.site}",
        name=title,
        subcomponents=[_zone(), *(_event(of, stop, say) for stop in of.stops)],
    )
    found.add("refresh-interval", ASK_AGAIN, parameters={"VALUE": "DURATION"})
    return bytes(found.to_ical())


def _zone() -> Timezone:
    """Swedish time since 1996: summer from the last Sunday of March to that of October, changed at
    01:00 UTC (directive 2000/84/EC).
    """
    zone = Timezone()
    zone.add("tzid", STOCKHOLM.key)
    for part, name, month, offsets, clock in (
        (TimezoneStandard(), "CET", 10, (2, 1), 3),
        (TimezoneDaylight(), "CEST", 3, (1, 2), 2),
    ):
        before, after = (timedelta(hours=hours) for hours in offsets)
        part.add("dtstart", datetime(1996, month, LAST_SUNDAYS[month], clock))  # noqa: DTZ001
        part.add("rrule", {"freq": "yearly", "bymonth": month, "byday": "-1su"})
        part.add("tzname", name)
        part.add("tzoffsetfrom", before)
        part.add("tzoffsetto", after)
        zone.add_component(part)
    return zone


def _event(of: BranchCalendar, stop: CalendarStop, say: Say) -> Event:
    event = Event.new(
        uid=f"{stop.day.isoformat()}.{of.slug}@{of.site}",
        stamp=stop.changed_at,
        last_modified=stop.changed_at,
        sequence=stop.sequence,
        start=stop.arrive.astimezone(STOCKHOLM),
        end=stop.leave.astimezone(STOCKHOLM),
        summary=say(CANCELLED if stop.cancelled else COMES, name=of.name),
        description=say(
            "Crates to you: {out}. Crates from you: {in_}.", out=stop.deliver, in_=stop.collect
        ),
        location=of.place,
        status=STATUS.CANCELLED if stop.cancelled else STATUS.CONFIRMED,
        transparency=TRANSP.TRANSPARENT,  # nobody's time is taken by it
    )
    event.add("geo", (round(of.lat, 6), round(of.lon, 6)))
    return event
