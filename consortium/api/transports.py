"""Endpoints of transports: which plans are in force, and a day's plan with all it holds."""

from datetime import date
from typing import Any, Final

from flask import Response, jsonify, request
from pydantic import Field

from consortium.api.asking import caller
from consortium.api.routing import Route
from consortium.core.errors import Invalid
from consortium.http.asking import Form, MaybeDay, form_of, works
from consortium.http.parsing import day_of
from consortium.reports.plans import Version, published_plan, published_plans, version_of

WINDOW: Final = 31  # days after the first
PAGE: Final = 50


class Days(Form):
    """from, to: the first and the last day, both inclusive; 31 days from today by default.

    after: a cursor, as an answer's `next` has it: only later days.
    """

    first: MaybeDay = Field(None, alias="from")
    last: MaybeDay = Field(None, alias="to")
    after: MaybeDay = None


def list_plans() -> Response:
    """The plans in force, by day, 50 at a time; `next` is the cursor to go on with, else null."""
    asked = form_of(Days, request.args)
    with works().reading(caller()) as work:
        first = asked.first or work.today
        last = asked.last or _later(first, WINDOW)
        if last < first:
            raise Invalid("The last day is before the first", at="to", remedy="Choose a later day")
        if asked.after:
            first = max(first, _later(asked.after, 1))
        found = published_plans(work, first, last, PAGE + 1)
    shown = found[:PAGE]
    more = len(found) > PAGE
    return jsonify(
        plans=[_version(each) for each in shown],
        next=shown[-1].on_date.isoformat() if more else None,
    )


def show_plan(day: str) -> Response:
    """A day's plan in force, as `consortium plan` writes plans, with its state and its number."""
    with works().reading(caller()) as work:
        plan = published_plan(work, _day(day))
    return jsonify(_version(version_of(plan)) | {"plan": plan.plan})


def _version(version: Version) -> dict[str, Any]:
    return {
        "date": version.on_date.isoformat(),
        "revision": version.revision,
        "state": version.state,
        "snapshot": version.snapshot,
        "made_at": version.made_at.isoformat(),
    }


def _later(day: date, days: int) -> date:
    """`days` after `day`, or the last day that there is."""
    return date.fromordinal(min(day.toordinal() + days, date.max.toordinal()))


def _day(text: str) -> date:
    try:
        return day_of(text)
    except ValueError as error:
        raise Invalid(str(error), at="date") from error


ROUTES: Final = (
    Route("GET", "/plans", list_plans),
    Route("GET", "/plans/<day>", show_plan),
)
