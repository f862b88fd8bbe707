"""Queries: the routes that people know for a day, from its plan, the week's, or an earlier one."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from sqlmodel import col, select

from consortium.core.days import DAY
from consortium.core.work import Work
from consortium.transports.day_basis import KnownPlan
from consortium.transports.tables import Plan, WeekPlan

DAYS_BACK: Final = 28


def published_plan(work: Work, day: date) -> KnownPlan | None:
    """The published plan of `day`, None before there is one."""
    rows = select(Plan).where(Plan.on_date == day, Plan.state == "published")
    plan = work.session.exec(rows).first()
    return KnownPlan(plan.id, plan.revision, plan.case, plan.plan) if plan else None


def known_routes(
    work: Work,
    day: date,
    weekday: int | None,
    season_id: int | None,
    published: KnownPlan | None,
) -> tuple[tuple[dict[str, Any], ...], str]:
    """The routes that people know for the day, and where they come from; none, and empty."""
    if published:
        return kept_routes(published.plan), "published"
    if weekday is None:
        return (), ""
    rows = select(WeekPlan).where(WeekPlan.weekday == weekday)
    mine = col(WeekPlan.season_id)
    own = mine.is_(None) if season_id is None else mine == season_id
    weekly = work.session.exec(rows.where(own)).first()
    if weekly:
        return tuple(weekly.routes), "week"
    dates = [day - weeks * 7 * DAY for weeks in range(1, DAYS_BACK // 7 + 1)]
    earlier = select(Plan).where(Plan.state == "published", col(Plan.on_date).in_(dates))
    plan = work.session.exec(earlier.order_by(col(Plan.on_date).desc())).first()
    return (kept_routes(plan.plan), "earlier") if plan else ((), "")


def kept_routes(plan: Mapping[str, Any]) -> tuple[dict[str, Any], ...]:
    """The routes of a plan as `previous` of ROUTING has them."""
    return tuple(
        {
            "vehicle": route["vehicle"],
            "stops": [stop["id"] for stop in route["stops"]],
            "arrivals": [stop["arrive"] for stop in route["stops"]],
        }
        for route in plan["routes"]
    )
