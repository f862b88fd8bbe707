"""Endpoints of transports: which plans are in force, and a day's plan with all it holds."""

from datetime import date
from typing import Any, Final, Literal

from pydantic import ConfigDict, Field

from consortium.api.fields import Day, Instant, LimitText, Query, Sha256, Shown
from consortium.api.routing import File, Route
from consortium.core.errors import Invalid
from consortium.core.work import Work
from consortium.reports.plans import Version, paper, published_plan, published_plans, version_of

WINDOW: Final = 31  # days after the first
PAGE: Final = 50
PDF: Final = "application/pdf"
State = Literal["published", "proposed", "replaced", "rejected"]


class Days(Query):
    """Both days inclusive. after: a cursor, as an answer's `next` has it: only later days."""

    first: Day | None = Field(None, alias="from", description="Today where it is left out")
    last: Day | None = Field(None, alias="to", description="31 days on where it is left out")
    after: Day | None = Field(None, description="`next` of the answer before")
    limit: LimitText = PAGE


class VersionShown(Shown):
    date: Day
    revision: int = Field(ge=1)
    state: State
    snapshot: Sha256
    made_at: Instant


class PlanList(Shown):
    plans: list[VersionShown]
    next: Day | None = Field(description="Where the list goes on; null where it has ended")


class PlanShown(VersionShown):
    plan: dict[str, Any] = Field(description="As `consortium plan` writes plans")


class DayCase(Shown):
    """A case for `consortium plan`, with whatever else such a case may say."""

    model_config = ConfigDict(extra="allow")

    date: Day
    places: list[dict[str, Any]]
    vehicles: list[dict[str, Any]]
    stops: list[dict[str, Any]]


def list_plans(work: Work, asked: Days) -> dict[str, Any]:
    """The plans in force, by day, `limit` at a time."""
    first = asked.first or work.today
    last = asked.last or _later(first, WINDOW)
    if last < first:
        raise Invalid("The last day is before the first", at="to", remedy="Choose a later day")
    if asked.after:
        first = max(first, _later(asked.after, 1))
    found = published_plans(work, first, last, asked.limit + 1)
    shown = found[: asked.limit]
    more = len(found) > len(shown)
    return {
        "plans": [version_shown(each) for each in shown],
        "next": shown[-1].on_date if more else None,
    }


def show_plan(work: Work, day: date) -> dict[str, Any]:
    """A day's plan in force, as `consortium plan` writes plans, with its state and its number."""
    plan = published_plan(work, day)
    return version_shown(version_of(plan)) | {"plan": plan.plan}


def show_case(work: Work, day: date) -> dict[str, Any]:
    """What the plan in force was made from."""
    return published_plan(work, day).case


def fetch_manifest(work: Work, day: date, vehicle: str) -> File:
    """The manifest of a van, byte for byte as it was drawn."""
    found = paper(work, day, "manifest", vehicle)
    return File(f"korlista-{day}-{vehicle}.pdf", PDF, found.content, found.sha256)


def fetch_labels(work: Work, day: date) -> File:
    """The labels of the day's crates, byte for byte as they were drawn."""
    found = paper(work, day, "labels")
    return File(f"etiketter-{day}.pdf", PDF, found.content, found.sha256)


def version_shown(version: Version) -> dict[str, Any]:
    """Which plan of a day it is."""
    return {
        "date": version.on_date,
        "revision": version.revision,
        "state": version.state,
        "snapshot": version.snapshot,
        "made_at": version.made_at,
    }


ROUTES: Final = (
    Route("GET", "/plans", list_plans, "transports.see", "Plans in force", PlanList, query=Days),
    Route("GET", "/plans/{date}", show_plan, "transports.see", "A day's plan", PlanShown),
    Route("GET", "/plans/{date}/case", show_case, "transports.see", "The case of a plan", DayCase),
    Route(
        "GET",
        "/plans/{date}/manifests/{vehicle}",
        fetch_manifest,
        "transports.see",
        "A van's manifest",
        media=(PDF,),
    ),
    Route(
        "GET",
        "/plans/{date}/labels",
        fetch_labels,
        "transports.see",
        "The labels of a day",
        media=(PDF,),
    ),
)


def _later(day: date, days: int) -> date:
    """`days` after `day`, or the last day that there is."""
    return date.fromordinal(min(day.toordinal() + days, date.max.toordinal()))
