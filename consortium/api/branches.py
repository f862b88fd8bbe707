"""Endpoints of the branches: where they are, when they are staffed, and what they do on a day."""

from datetime import time
from typing import Annotated, Any, Final, Literal

from pydantic import Field

from consortium.api.fields import Chosen, Day, NextCursor, Page, Shown, TimeOfDay
from consortium.api.listing import cut
from consortium.api.routing import Route
from consortium.branches.queries import (
    BranchDay,
    aliases,
    closures_to_see,
    days_to_see,
    opening_hours,
)
from consortium.branches.reaching import branch_within
from consortium.core.work import Work

Kind = Literal["main", "branch", "bus", "bus_stop", "depot"]


class BranchQuery(Page):
    """member: a code. on: the day whose hours and closures are told, today where it is left out."""

    member: Chosen = ""
    kind: Literal["", "main", "branch", "bus", "bus_stop", "depot"] = ""
    on: Day | None = None


class Hours(Shown):
    opens: TimeOfDay
    closes: TimeOfDay


class WeekdayHours(Hours):
    weekday: Annotated[int, Field(ge=0, le=6, description="0 Monday to 6 Sunday")]


class BranchLine(Shown):
    slug: str
    name: str
    member: str = Field(description="The code of the member it belongs to")
    kind: Kind
    locality: str
    lat: float = Field(description="WGS 84 degrees")
    lon: float


class BranchOfDay(BranchLine):
    hours: Hours | None = Field(description="Staffed that day; null: not")
    closed: str = Field(description="Why it takes no deliveries that day, in Swedish; else empty")


class BranchList(Shown):
    on: Day
    branches: list[BranchOfDay]
    next_cursor: NextCursor


class ComingClosure(Shown):
    id: int
    from_on: Day
    to_on: Day
    reason: str


class BranchShown(BranchLine):
    coordinate_basis: str = Field(description="How exact the coordinates are")
    source: str
    email: str
    also_called: list[str]
    hours: list[WeekdayHours]
    closures: list[ComingClosure] = Field(description="In force, and not over")


def list_branches(work: Work, asked: BranchQuery) -> dict[str, Any]:
    """The branches that the caller may see, by slug, with what each does on a day."""
    day = asked.on or work.today
    found = [
        row
        for row in days_to_see(work, day)
        if asked.member in {"", row.member.code} and asked.kind in {"", row.branch.kind}
    ]
    rows, following = cut(found, asked, (str,), lambda row: (row.branch.slug,))
    return {"on": day, "branches": [_of_day(row) for row in rows], "next_cursor": following}


def read_branch(work: Work, slug: str) -> dict[str, Any]:
    """One branch with its other names, the hours of its week and the closures to come."""
    branch, member = branch_within(work, slug, "branches.see")
    coming = [row.closure for row in closures_to_see(work) if row.branch.id == branch.id]
    return _line(branch, member) | {
        "coordinate_basis": branch.coordinate_basis,
        "source": branch.source,
        "email": branch.email,
        "also_called": aliases(work, branch),
        "hours": [
            {"weekday": row.weekday} | _hours((row.opens, row.closes))
            for row in opening_hours(work, branch)
        ],
        "closures": [
            {"id": row.id, "from_on": row.from_on, "to_on": row.to_on, "reason": row.reason}
            for row in coming
        ],
    }


ROUTES: Final = (
    Route(
        "GET",
        "/branches",
        list_branches,
        "branches.see",
        "Branches, and what they do on a day",
        BranchList,
        query=BranchQuery,
    ),
    Route("GET", "/branches/{slug}", read_branch, "branches.see", "One branch", BranchShown),
)


def _of_day(row: BranchDay) -> dict[str, Any]:
    hours = _hours(row.hours) if row.hours else None
    return _line(row.branch, row.member) | {"hours": hours, "closed": row.closed}


def _line(branch: Any, member: Any) -> dict[str, Any]:
    return {
        "slug": branch.slug,
        "name": branch.name,
        "member": member.code,
        "kind": branch.kind,
        "locality": branch.locality,
        "lat": branch.lat,
        "lon": branch.lon,
    }


def _hours(hours: tuple[time, time]) -> dict[str, time]:
    opens, closes = hours
    return {"opens": opens, "closes": closes}
