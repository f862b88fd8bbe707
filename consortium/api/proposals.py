"""Endpoints of proposals: a plan is asked for, what was made for a day, and the answer to it."""

from datetime import date
from http import HTTPStatus
from typing import Any, Final, Literal

from pydantic import Field

from consortium.api.fields import Body, Day, Instant, NextCursor, Ore, Page, Shown, TimeOfDay
from consortium.api.listing import cut
from consortium.api.routing import Route
from consortium.api.transports import VersionShown, version_shown
from consortium.core.work import Work
from consortium.http.asking import settings
from consortium.reports.plans import version_of, versions
from consortium.reports.proposals import Call, Change, Proposal, proposals_of
from consortium.transports.answering import answer_plan
from consortium.transports.planning import ask_for_plan
from consortium.transports.revisions import revision_of


class RevisionLine(VersionShown):
    reason: str
    made_by: str
    answered_by: str
    answered_at: Instant | None


class RevisionList(Shown):
    revisions: list[RevisionLine] = Field(description="The newest first")
    next_cursor: NextCursor


class CallShown(Shown):
    vehicle: str
    place: int = Field(description="In its route, from 1")
    arrive: TimeOfDay


class ChangeShown(Shown):
    branch: str
    name: str
    was: CallShown | None
    now: CallShown | None
    why: str
    told: Literal["", "letter", "no_address"] = Field(
        description="How its branch is told once this is accepted; empty: it is not"
    )


class Comparison(Shown):
    """Against the plan in force; savings are negative where it costs more."""

    changes: list[ChangeShown]
    minutes_saved: int
    km_saved: int
    ore_saved: Ore


class RevisionShown(RevisionLine):
    plan: dict[str, Any] = Field(description="As `consortium plan` writes plans")
    comparison: Comparison | None = Field(description="Of a proposal that waits for an answer")


class PlanAsked(Body):
    date: Day


class AskedShown(Shown):
    date: Day


def ask_plan(work: Work, asked: PlanAsked) -> dict[str, Any]:
    """Ask for a plan of a day: its first one, else a proposal where anything has changed.

    It is made a moment later; look at the day's revisions.
    """
    ask_for_plan(work, asked.date)
    return {"date": asked.date}


def list_revisions(work: Work, day: date, asked: Page) -> dict[str, Any]:
    """All plans that were made for a day."""
    rows, following = cut(versions(work, day), asked, (int,), lambda row: (-row.revision,))
    return {"revisions": [_line(row) for row in rows], "next_cursor": following}


def read_revision(work: Work, day: date, revision: int) -> dict[str, Any]:
    """One of the plans made for a day; a proposal with all that it changes."""
    plan = revision_of(work, day, revision)
    minutes = settings().routing.notice_minutes
    waiting = proposals_of(work, day, minutes) if plan.state == "proposed" else []
    found = next((each for each in waiting if each.plan_id == plan.id), None)
    return _line(version_of(plan)) | {
        "plan": plan.plan,
        "comparison": _comparison(found) if found else None,
    }


def accept(work: Work, day: date, revision: int) -> None:
    """Publish a proposal. Branches whose time changes get a letter."""
    plan = revision_of(work, day, revision)
    answer_plan(work, plan.id, accept=True, notice_minutes=settings().routing.notice_minutes)


def reject(work: Work, day: date, revision: int) -> None:
    """Turn a proposal down: the plan in force stays."""
    plan = revision_of(work, day, revision)
    answer_plan(work, plan.id, accept=False, notice_minutes=settings().routing.notice_minutes)


REVISION: Final = "/plans/{date}/revisions/{revision}"

ROUTES: Final = (
    Route(
        "POST",
        "/plans",
        ask_plan,
        "transports.plan",
        "Ask for a plan",
        AskedShown,
        PlanAsked,
        status=HTTPStatus.ACCEPTED,
        made="/plans/{date}/revisions",
        example={"date": "2026-11-27"},
    ),
    Route(
        "GET",
        "/plans/{date}/revisions",
        list_revisions,
        "transports.see",
        "All plans made for a day",
        RevisionList,
        query=Page,
    ),
    Route("GET", REVISION, read_revision, "transports.see", "One of them", RevisionShown),
    Route(
        "POST",
        f"{REVISION}/accept",
        accept,
        "transports.plan",
        "Accept a proposal",
        RevisionShown,
        state=read_revision,
    ),
    Route(
        "POST",
        f"{REVISION}/reject",
        reject,
        "transports.plan",
        "Reject a proposal",
        RevisionShown,
        state=read_revision,
    ),
)


def _line(version: Any) -> dict[str, Any]:
    return version_shown(version) | {
        "reason": version.reason,
        "made_by": version.made_by,
        "answered_by": version.answered_by,
        "answered_at": version.answered_at,
    }


def _comparison(found: Proposal) -> dict[str, Any]:
    return {
        "changes": [_change(change) for change in found.changes],
        "minutes_saved": found.minutes_saved,
        "km_saved": found.km_saved,
        "ore_saved": found.ore_saved,
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "branch": change.slug,
        "name": change.name,
        "was": _call(change.was) if change.was else None,
        "now": _call(change.now) if change.now else None,
        "why": change.why,
        "told": change.told,
    }


def _call(call: Call) -> dict[str, Any]:
    return {"vehicle": call.vehicle, "place": call.place, "arrive": call.arrive}
