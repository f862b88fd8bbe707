"""Endpoints of the closures: what is closed and when, closing a branch, and taking that back."""

from http import HTTPStatus
from typing import Any, Final

from pydantic import Field

from consortium.api.fields import Body, Code, Day, Filled, Instant, NextCursor, Page, Shown
from consortium.api.listing import cut
from consortium.api.routing import Route
from consortium.branches.closing import close_branch, lift_closure
from consortium.branches.queries import BranchClosure, closures_to_see
from consortium.branches.reaching import branch_within, closure_within
from consortium.core.work import Work


class ClosureShown(Shown):
    id: int
    branch: str = Field(description="The slug of the branch")
    member: str
    from_on: Day
    to_on: Day
    reason: str
    entered_at: Instant
    lifted_at: Instant | None = Field(description="When it was taken back; null: it stands")


class ClosureList(Shown):
    closures: list[ClosureShown]
    next_cursor: NextCursor


class ClosureAsked(Body):
    branch: Code = Field(description="The slug of the branch")
    from_on: Day = Field(description="The first day")
    to_on: Day = Field(description="The last day, itself closed too")
    reason: Filled = Field(description="As readers shall see it")


def list_closures(work: Work, asked: Page) -> dict[str, Any]:
    """Closures in force that are not over, in the order in which they were entered."""
    rows, following = cut(closures_to_see(work), asked, (int,), lambda row: (row.closure.id,))
    return {"closures": [_shown(row) for row in rows], "next_cursor": following}


def read_closure(work: Work, closure_id: int) -> dict[str, Any]:
    """One closure; a lifted one says when it was."""
    return _shown(closure_within(work, closure_id, "branches.see"))


def close(work: Work, asked: ClosureAsked) -> dict[str, Any]:
    """Close a branch for some days. New plans of those days are asked for."""
    branch_within(work, asked.branch, "branches.see")
    closure = close_branch(work, asked.branch, (asked.from_on, asked.to_on), asked.reason)
    return read_closure(work, closure.id)


def lift(work: Work, closure_id: int) -> None:
    """Take a closure back: the branch is open again, and new plans are asked for."""
    closure_within(work, closure_id, "branches.see")
    lift_closure(work, closure_id)


ROUTES: Final = (
    Route("GET", "/closures", list_closures, "branches.see", "Closures", ClosureList, query=Page),
    Route("GET", "/closures/{id}", read_closure, "branches.see", "One closure", ClosureShown),
    Route(
        "POST",
        "/closures",
        close,
        "branches.change",
        "Close a branch",
        ClosureShown,
        ClosureAsked,
        status=HTTPStatus.CREATED,
        made="/closures/{id}",
        example={
            "branch": "mora-bibliotek",
            "from_on": "2026-12-01",
            "to_on": "2026-12-02",
            "reason": "Inventering",
        },
    ),
    Route(
        "POST",
        "/closures/{id}/lift",
        lift,
        "branches.change",
        "Take a closure back",
        ClosureShown,
        state=read_closure,
    ),
)


def _shown(row: BranchClosure) -> dict[str, Any]:
    closure = row.closure
    return {
        "id": closure.id,
        "branch": row.branch.slug,
        "member": row.member.code,
        "from_on": closure.from_on,
        "to_on": closure.to_on,
        "reason": closure.reason,
        "entered_at": closure.entered_at,
        "lifted_at": closure.lifted_at,
    }
