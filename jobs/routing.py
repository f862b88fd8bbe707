"""Jobs of transports: the next day is planned; changed days get a proposal; plans get papers."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from typing import Any

from consortium.core.days import DAY, next_business_day
from consortium.core.errors import Conflict, Invalid, Unavailable
from consortium.transports.days import read_day
from consortium.transports.library_week import traffic_days
from consortium.transports.planning import (
    ProposedPlan,
    choose_plan,
    keep_frontier,
    record_plan,
    with_frontier,
)
from consortium.transports.queries import planned_days
from consortium.transports.rendering import draw_papers, keep_papers, papers_of
from jobs.distances import fetch_ways
from jobs.running import Running, acting

ROUTING = acting("routing")
MOST_READINGS = 3


def plan_next_day(running: Running, day: date) -> None:
    """Plan the days of traffic after `day`, up to and including the first business day after it."""
    with running.works.reading(ROUTING) as work:
        days = traffic_days(work, day + DAY, next_business_day(day))
    for each in days:
        plan_day(running, each, "The day's first plan")


def plan_day(running: Running, day: date, reason: str) -> None:
    """Read, plan while no work is open, write; read again where the day changed meanwhile.

    Ways that are not known yet are asked for first, where a server is set; without its answer
    they are estimated.
    """
    if running.settings.routing.server:
        _fetch_ways(running, day)
    for _reading in range(MOST_READINGS):
        with running.works.reading(ROUTING) as work:
            basis = read_day(work, day)
        chosen = choose_plan(basis)
        try:
            with running.works.writing(ROUTING) as work:
                plan_id = record_plan(work, basis, chosen, reason).id
        except Conflict:
            continue
        _draw_frontier(running, plan_id, chosen)
        return
    raise Unavailable(
        "What the plan of {day} is made from keeps changing; it is tried again",
        day=day.isoformat(),
    )


def _fetch_ways(running: Running, day: date) -> None:
    with running.works.reading(ROUTING) as work:
        places = read_day(work, day).places
    with suppress(Invalid, Unavailable):  # the trouble is noted where distances are shown
        fetch_ways(running, [(place.slug, (place.lat, place.lon)) for place in places])


def _draw_frontier(running: Running, plan_id: int, chosen: ProposedPlan) -> None:
    """Once the plan is there to be answered, as it takes several times as long."""
    drawn = with_frontier(chosen)
    if drawn.frontier:
        with running.works.writing(ROUTING) as work:
            keep_frontier(work, plan_id, drawn)


def plan_changed_days(running: Running, details: Mapping[str, Any]) -> None:
    """Give each planned day that a closure touches a new plan, as a proposal."""
    first, last = (date.fromisoformat(details[name]) for name in ("from_on", "to_on"))
    with running.works.reading(ROUTING) as work:
        days = planned_days(work, first, last)
    for day in days:
        plan_day(running, day, "A branch's days have changed")


def plan_asked_day(running: Running, details: Mapping[str, Any]) -> None:
    """Plan a day that somebody asked for: its first plan, else a proposal."""
    plan_day(running, date.fromisoformat(details["day"]), "A coordinator asked for it")


def render_plan(running: Running, details: Mapping[str, Any]) -> None:
    with running.works.reading(ROUTING) as work:
        papers = papers_of(work, details["plan"])
    drawn = draw_papers(papers)
    with running.works.writing(ROUTING) as work:
        keep_papers(work, details["plan"], drawn)
