"""Use cases: the routes that a weekday is known by are kept, and let go of."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import col, select

from consortium.core.errors import Conflict, NotFound
from consortium.core.work import Work
from consortium.transports.days import kept_routes
from consortium.transports.library_week import read_week
from consortium.transports.queries import plan_by_id
from consortium.transports.tables import Season, WeekPlan
from consortium.transports.weekly_stops import season_id_of

Routes = Sequence[dict[str, Any]]


def keep_as_week_plan(work: Work, plan_id: int) -> WeekPlan:
    """Let a plan's routes be those that its weekday, in its season, is known by.

    New plans of such days then keep to them, at the price of change that the settings say. Undone
    by `set_week_routes`.
    """
    work.require("transports.plan")
    plan = plan_by_id(work, plan_id)
    book = read_week(work, plan.on_date, plan.on_date)
    weekday, season = book.weekday(plan.on_date), book.season(plan.on_date)
    if weekday is None:
        raise Conflict("No crates travel on {day}", day=plan.on_date.isoformat())
    if not plan.plan["routes"]:
        raise Conflict("The plan of {day} has no routes", day=plan.on_date.isoformat())
    name = season.name if season else ""
    row = set_week_routes(work, weekday, name, list(kept_routes(plan.plan)), plan.id)
    return row or week_plan(work, weekday, name)


def set_week_routes(
    work: Work, weekday: int, season: str, routes: Routes, plan_id: int | None = None
) -> WeekPlan | None:
    """Let a weekday, of a season or of the ordinary week (empty), be known by these routes.

    None of them: by no routes of its own. Returns the row, None where there is none any more.
    """
    work.require("transports.plan")
    row = _found(work, weekday, season)
    before = list(row.routes) if row else []
    if list(routes) == before:
        return row
    if not routes and row is not None:
        work.session.delete(row)
        row = None
    else:
        made = WeekPlan(
            season_id=season_id_of(work, season),
            weekday=weekday,
            routes=list(routes),
            plan_id=plan_id,
            made_by=work.actor.name,
            made_at=work.now,
        )
        row = row or made
        row.routes, row.plan_id = made.routes, made.plan_id
        row.made_by, row.made_at = made.made_by, made.made_at
        work.session.add(row)
    work.session.flush()
    work.audit(
        "transports.week_routes_changed",
        str(weekday),
        weekday=weekday,
        season=season,
        routes=[before, list(routes)],
    )
    return row


def week_plan(work: Work, weekday: int, season: str = "") -> WeekPlan:
    """The routes that a weekday of a season, or of the ordinary week, is known by."""
    work.require("transports.see")
    row = _found(work, weekday, season)
    if row is None:
        raise NotFound("No routes are kept for that weekday")
    return row


def routes_of(work: Work, weekday: int, season: str = "") -> Routes:
    """The routes that are kept for a weekday; none where there are none."""
    row = _found(work, weekday, season)
    return list(row.routes) if row else []


def week_plans(work: Work) -> list[tuple[WeekPlan, str]]:
    """All kept routes with their season's name, the ordinary week first, Monday first."""
    work.require("transports.see")
    rows = select(WeekPlan, Season).join(
        Season, col(Season.id) == col(WeekPlan.season_id), isouter=True
    )
    found = [(row, season.name if season else "") for row, season in work.session.exec(rows)]
    return sorted(found, key=lambda each: (each[1], each[0].weekday))


def _found(work: Work, weekday: int, season: str) -> WeekPlan | None:
    season_id = season_id_of(work, season)
    mine = col(WeekPlan.season_id)
    rows = select(WeekPlan).where(
        WeekPlan.weekday == weekday, mine.is_(None) if season_id is None else mine == season_id
    )
    return work.session.exec(rows).first()
