"""Endpoints of the crates: where they are, where they have been, new ones, and what scans say."""

from http import HTTPStatus
from typing import Annotated, Any, Final, Literal

from pydantic import Field, StringConstraints

from consortium.api.fields import (
    LEFT_OUT,
    VISIBLE,
    Body,
    Chosen,
    Code,
    Day,
    Instant,
    NextCursor,
    Page,
    Shown,
)
from consortium.api.refusals import told_faults
from consortium.api.routing import Route
from consortium.branches.reaching import branch_within
from consortium.core.work import Work
from consortium.crates.crate_pages import BY_CODE, BY_MOMENT, crate_events, crates_by_code
from consortium.crates.ledger import NewEvent, note_each
from consortium.crates.moving import record_events
from consortium.crates.registering import register_crates
from consortium.crates.whereabouts import CrateFilter, CrateRow, crate_view
from consortium.http.paging import cursor_of, cursor_text
from consortium.transports.sending import send_crate

State = Literal["free", "packed", "collected", "at_depot", "loaded", "delivered", "lost"]
Event = Literal[
    "packed", "collected", "at_depot", "loaded", "delivered", "emptied", "lost", "found"
]
Scanned = Literal["collected", "at_depot", "loaded", "delivered", "emptied", "lost", "found"]
EventName = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=VISIBLE)]


class CrateQuery(Page):
    """code: a part of it. branch: a slug; crates that are there, come from there or go there."""

    code: Chosen = ""
    state: Literal["", State] = ""
    branch: Chosen = ""


class CrateLine(Shown):
    code: str
    state: State
    place: str = Field(
        description="The name of the branch it is at, or was missed at; empty on a van"
    )
    origin: str
    destination: str
    vehicle: str = Field(description="The van's code, where one was noted")
    scanned_at: Instant | None


class CrateList(Shown):
    crates: list[CrateLine]
    next_cursor: NextCursor


class ScanShown(Shown):
    event: str = Field(description="The name that it was noted by")
    kind: Event
    branch: str
    at: Instant


class Journey(Shown):
    origin: str
    destination: str
    state: Event
    scans: list[ScanShown]


class CrateShown(CrateLine):
    home: str
    registered_on: Day
    journeys: list[Journey] = Field(description="The last one first")


class NewCrates(Shown):
    codes: list[str]


class CratesAsked(Body):
    home: Code = Field(description="The slug of the branch they belong to")
    count: int = Field(ge=1, le=1000)


class PackAsked(Body):
    """at: when, now where it is left out."""

    origin: Code = Field(description="The slug of a branch")
    destination: Code
    at: Instant = LEFT_OUT


class ScanAsked(Body):
    code: Code
    kind: Scanned
    branch: Code = Field(description="Where it was scanned: the slug of a branch")


class ScansAsked(Body):
    """Scans in their order, all recorded or none. at: of all of them, now where it is left out."""

    scans: list[ScanAsked] = Field(min_length=1, max_length=500)
    at: Instant = LEFT_OUT


class EventAsked(Body):
    """event: the name that whoever noted it gives it, by which a repeat is known.

    destination: where a packed crate goes. vehicle: the van's code.
    """

    event: EventName
    crate: Code
    kind: Event
    branch: Code = Field(description="Where it happened: the slug of a branch")
    at: Instant
    destination: Code = LEFT_OUT
    vehicle: Code = LEFT_OUT


class EventsAsked(Body):
    events: list[EventAsked] = Field(min_length=1, max_length=500)


class FaultShown(Shown):
    at: str
    detail: str
    remedy: str


class EventAnswer(Shown):
    event: str
    result: Literal["added", "repeated", "fault"]
    errors: list[FaultShown]


class EventAnswers(Shown):
    events: list[EventAnswer] = Field(description="In the order they were sent")


class EventLine(Shown):
    event: str
    kind: Event
    branch: str = Field(description="The slug of where it happened")
    at: Instant
    destination: str = Field(description="The slug of where it was packed for, else empty")
    vehicle: str
    withdrawn: bool = Field(description="Noted by mistake; it counts for nothing")


class EventList(Shown):
    events: list[EventLine] = Field(description="The latest first")
    next_cursor: NextCursor


class Recorded(Shown):
    crates: list[CrateLine] = Field(description="As they are after the scans, each once")


def list_crates(work: Work, asked: CrateQuery) -> dict[str, Any]:
    """The crates within the caller's scope, by code."""
    wanted = CrateFilter(asked.code, asked.state, asked.branch)
    page = crates_by_code(work, wanted, cursor_of(asked.cursor, BY_CODE), asked.limit)
    return {
        "crates": [_line(row) for row in page.rows],
        "next_cursor": cursor_text(page.after),
    }


def read_crate(work: Work, code: str) -> dict[str, Any]:
    """One crate with all its journeys."""
    view = crate_view(work, code)
    return _line(view.row) | {
        "home": view.home,
        "registered_on": view.registered_on,
        "journeys": [
            {
                "origin": trip.origin,
                "destination": trip.destination,
                "state": trip.state,
                "scans": [
                    {
                        "event": scan.event,
                        "kind": scan.kind,
                        "branch": scan.branch,
                        "at": scan.at,
                    }
                    for scan in trip.scans
                ],
            }
            for trip in view.journeys
        ],
    }


def new_crates(work: Work, asked: CratesAsked) -> dict[str, Any]:
    """Register crates that belong to a branch. Codes go on; none ever comes back."""
    branch_within(work, asked.home, "branches.see")
    return {"codes": [crate.code for crate in register_crates(work, asked.home, asked.count)]}


def pack_crate(work: Work, code: str, asked: PackAsked) -> dict[str, Any]:
    """Begin a crate's journey. Packing it again for the journey it is on changes nothing."""
    send_crate(work, code, asked.origin, asked.destination, asked.at)
    work.session.flush()
    return read_crate(work, code)


def record_scans(work: Work, asked: ScansAsked) -> dict[str, Any]:
    """Record what scanners say. What a crate is already, at that branch, is not noted again."""
    scans = [(scan.code, scan.kind, scan.branch) for scan in asked.scans]
    record_events(work, scans, asked.at)
    work.session.flush()
    codes = dict.fromkeys(code for code, _kind, _branch in scans)
    return {"crates": [_line(crate_view(work, code).row) for code in codes]}


def note_crate_events(work: Work, asked: EventsAsked) -> dict[str, Any]:
    """Note events of crates, in any order. Each is answered by itself: one that is wrong stops no
    other. An event whose name is known changes nothing, so all may be sent again.
    """
    events = [
        NewEvent(
            each.event,
            each.crate,
            each.kind,
            each.branch,
            each.at,
            each.destination or "",
            each.vehicle or "",
        )
        for each in asked.events
    ]
    return {
        "events": [
            {
                "event": answer.event,
                "result": answer.result,
                "errors": told_faults(answer.faults),
            }
            for answer in note_each(work, events)
        ]
    }


def list_crate_events(work: Work, code: str, asked: Page) -> dict[str, Any]:
    """What happened to a crate, the latest first."""
    page = crate_events(work, code, cursor_of(asked.cursor, BY_MOMENT), asked.limit)
    return {
        "events": [
            {
                "event": row.event,
                "kind": row.kind,
                "branch": row.branch,
                "at": row.at,
                "destination": row.destination,
                "vehicle": row.vehicle,
                "withdrawn": row.withdrawn,
            }
            for row in page.rows
        ],
        "next_cursor": cursor_text(page.after),
    }


ROUTES: Final = (
    Route("GET", "/crates", list_crates, "transports.see", "Crates", CrateList, query=CrateQuery),
    Route("GET", "/crates/{code}", read_crate, "transports.see", "One crate", CrateShown),
    Route(
        "POST",
        "/crates",
        new_crates,
        "transports.change",
        "Register crates",
        NewCrates,
        CratesAsked,
        status=HTTPStatus.CREATED,
        example={"home": "mora-bibliotek", "count": 2},
    ),
    Route(
        "POST",
        "/crates/{code}/pack",
        pack_crate,
        "crates.handle",
        "Pack a crate",
        CrateShown,
        PackAsked,
        example={"origin": "mora-bibliotek", "destination": "leksands-bibliotek"},
    ),
    Route(
        "GET",
        "/crates/{code}/events",
        list_crate_events,
        "transports.see",
        "Events of a crate",
        EventList,
        query=Page,
    ),
    Route(
        "POST",
        "/crate-events",
        note_crate_events,
        "crates.handle",
        "Note events of crates",
        EventAnswers,
        EventsAsked,
        example={
            "events": [
                {
                    "event": "5f0c7a52-7d0e-4c36-9d0b-2f4c1f1f8a01",
                    "crate": "LD000001",
                    "kind": "packed",
                    "branch": "mora-bibliotek",
                    "at": "2026-11-24T10:15:00+01:00",
                    "destination": "leksands-bibliotek",
                }
            ]
        },
    ),
    Route(
        "POST",
        "/crate-scans",
        record_scans,
        "crates.handle",
        "Record scans",
        Recorded,
        ScansAsked,
        example={"scans": [{"code": "LD000001", "kind": "collected", "branch": "mora-bibliotek"}]},
    ),
)


def _line(row: CrateRow) -> dict[str, Any]:
    return {
        "code": row.code,
        "state": row.state,
        "place": row.place,
        "origin": row.origin,
        "destination": row.destination,
        "vehicle": row.vehicle,
        "scanned_at": row.scanned_at,
    }
