"""Query: a van's route of the published plan of a day, for papers and for other programs."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any, Final

from consortium.branches.queries import branches
from consortium.core.days import instant_of
from consortium.core.errors import NotFound
from consortium.core.work import Work
from consortium.transports.formats.drives import Drive, DrivePoint
from consortium.transports.queries import plan_of, vehicles
from consortium.transports.tables import Plan

Leg = tuple[int, int, str]
"""Metres, seconds, and how they are known."""

XY = tuple[float, float]
NO_LEG: Final[Leg] = (0, 0, "")


def drive_of(work: Work, day: date, vehicle: str) -> Drive:
    """The route of a van by its code; NotFound where no plan is in force or it does not go out."""
    work.require("transports.see")
    plan = plan_of(work, day)
    if plan is None:
        raise NotFound("There is no plan of {day}", day=day.isoformat())
    route = next((each for each in plan.plan["routes"] if each["vehicle"] == vehicle), None)
    if route is None:
        raise NotFound(
            "The plan of {day} has no route for {vehicle}", day=day.isoformat(), vehicle=vehicle
        )
    return _drive(work, plan, route)


def _drive(work: Work, plan: Plan, route: Mapping[str, Any]) -> Drive:
    van = next(each for each in plan.case["vehicles"] if each["id"] == route["vehicle"])
    names = {branch.slug: branch.name for branch, _ in branches(work)}
    code = route["vehicle"]
    name = {each.code: each.name for each, _ in vehicles(work)}.get(code, code)
    start = {"place": van["start"], "leave": route["depart"]}
    end = {"place": van["end"], "arrive": route["back"], "start": route["back"]}
    asked = {stop["id"]: stop for stop in plan.case["stops"]}
    halts = [start, *({**asked[stop["id"]], **stop} for stop in route["stops"]), end]
    legs = _legs(route) or [NO_LEG] * (len(halts) - 1)
    located = {place["id"]: (place["lat"], place["lon"]) for place in plan.case["places"]}
    points = [
        _point(plan.on_date, halt, names, located[halt["place"]], leg)
        for halt, leg in zip(halts, (NO_LEG, *legs), strict=True)
    ]
    return Drive(plan.on_date, code, name, tuple(points))


def _point(
    day: date, halt: Mapping[str, Any], names: Mapping[str, str], where: XY, leg: Leg
) -> DrivePoint:
    """halt: a stop as case and plan have it, or the start and the end, which have no `id`."""
    slug = halt.get("id", halt["place"])
    metres, seconds, source = leg
    return DrivePoint(
        slug,
        names.get(slug, slug),
        "stop" if "id" in halt else "depot",
        lat=where[0],
        lon=where[1],
        arrive=_moment(day, halt.get("arrive")),
        start=_moment(day, halt.get("start")),
        leave=_moment(day, halt.get("leave")),
        deliver=halt.get("deliver", 0),
        collect=halt.get("collect", 0),
        load_after=halt.get("load_after", 0),
        distance_m=metres,
        drive_s=seconds,
        source=source,
    )


def _legs(route: Mapping[str, Any]) -> list[Leg]:
    """The way to each stop and to the end; empty of a plan that was made before plans had legs."""
    return [(leg["distance_m"], leg["drive_s"], leg["source"]) for leg in route.get("legs", ())]


def _moment(day: date, clock: str | None) -> datetime | None:
    return instant_of(day, time.fromisoformat(clock)) if clock else None
