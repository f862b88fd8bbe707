"""Endpoints of the crates: where they are, where they have been, new ones, and what scans say."""

from http import HTTPStatus
from typing import Any, Final, Literal

from pydantic import Field

from consortium.api.fields import (
    LEFT_OUT,
    Body,
    Chosen,
    Code,
    Day,
    Instant,
    NextCursor,
    Page,
    Shown,
)
from consortium.api.routing import Route
from consortium.branches.reaching import branch_within
from consortium.core.work import Work
from consortium.http.paging import cursor_of, cursor_text
from consortium.transports.crate_pages import BY_CODE, crates_by_code
from consortium.transports.moving import pack, record_events
from consortium.transports.registering import register_crates
from consortium.transports.whereabouts import CrateFilter, CrateRow, crate_view

State = Literal["free", "packed", "collected", "delivered"]
Event = Literal["packed", "collected", "delivered", "received"]


class CrateQuery(Page):
    """code: a part of it. branch: a slug; crates that are there, come from there or go there."""

    code: Chosen = ""
    state: Literal["", "free", "packed", "collected", "delivered"] = ""
    branch: Chosen = ""


class CrateLine(Shown):
    code: str
    state: State
    place: str = Field(description="The name of the branch it is at; empty on the road")
    origin: str
    destination: str
    scanned_at: Instant | None


class CrateList(Shown):
    crates: list[CrateLine]
    next_cursor: NextCursor


class ScanShown(Shown):
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
    kind: Literal["collected", "delivered", "received"]
    branch: Code = Field(description="Where it was scanned: the slug of a branch")


class ScansAsked(Body):
    """Scans in their order, all recorded or none. at: of all of them, now where it is left out."""

    scans: list[ScanAsked] = Field(min_length=1, max_length=500)
    at: Instant = LEFT_OUT


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
                    {"kind": scan.kind, "branch": scan.branch, "at": scan.at} for scan in trip.scans
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
    pack(work, code, asked.origin, asked.destination, asked.at)
    work.session.flush()
    return read_crate(work, code)


def record_scans(work: Work, asked: ScansAsked) -> dict[str, Any]:
    """Record what scanners say. The same scan again changes nothing."""
    scans = [(scan.code, scan.kind, scan.branch) for scan in asked.scans]
    record_events(work, scans, asked.at)
    work.session.flush()
    codes = dict.fromkeys(code for code, _kind, _branch in scans)
    return {"crates": [_line(crate_view(work, code).row) for code in codes]}


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
        "scanned_at": row.scanned_at,
    }
