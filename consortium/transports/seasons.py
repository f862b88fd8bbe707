"""Use cases: parts of the year with other routes or slower roads."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlmodel import col, select

from consortium.branches.closing import ask_for_plans
from consortium.branches.tables import Branch
from consortium.core.errors import Conflict, Fault, Invalid, NotFound
from consortium.core.work import Work
from consortium.transports.tables import Season, TemplateStop, WeekPlan
from consortium.transports.weekly_stops import CHANGEABLE, template_facts

PLAIN: Final = ("first_on", "last_on", "driving_percent")
MOST_PERCENT: Final = 100
LONGEST_NAME: Final = 80


@dataclass(frozen=True, slots=True)
class NewSeason:
    """A season, both days inclusive. driving_percent: how much longer every leg takes, 0 to 100."""

    name: str
    first_on: date
    last_on: date
    driving_percent: int = 0


@dataclass(frozen=True, slots=True)
class SeasonView:
    """A season with how many stops it sets apart from the ordinary week, and whether it is now."""

    season: Season
    stops: int
    current: bool


def seasons(work: Work) -> list[SeasonView]:
    """Every season, the latest first; the one that holds today is marked."""
    work.require("transports.see")
    rows = list(work.session.exec(select(Season).order_by(col(Season.first_on).desc())))
    there = [row for row in rows if row.first_on <= work.today <= row.last_on]
    now = max(there, key=lambda row: (row.first_on, row.id), default=None)
    counts: dict[int | None, int] = {}
    for season_id in work.session.exec(select(TemplateStop.season_id)):
        counts[season_id] = counts.get(season_id, 0) + 1
    return [SeasonView(row, counts.get(row.id, 0), row is now) for row in rows]


def season_by_name(work: Work, name: str) -> Season:
    season = work.session.exec(select(Season).where(Season.name == name)).first()
    if season is None:
        raise NotFound("There is no season {name}", name=name)
    return season


def add_season(work: Work, new: NewSeason) -> Season:
    """Register a season; new plans are asked for of its days that have one.

    The stops that it sets apart from the ordinary week are set one by one.
    """
    season = _new(work, new)
    entry = work.audit("transports.season_added", season.name, **season_facts(season))
    ask_for_plans(work, entry, season.first_on, season.last_on)
    return season


def change_season(work: Work, name: str, new: NewSeason) -> Season:
    """Change a season, its name too. Undone by itself."""
    work.require("transports.change")
    season = season_by_name(work, name)
    if faults := list(_faults(work, new, season.id)):
        raise Invalid(faults)
    before = {"name": season.name, **season_facts(season)}
    days = (season.first_on, season.last_on, new.first_on, new.last_on)
    season.name, season.driving_percent = new.name.strip(), new.driving_percent
    season.first_on, season.last_on = new.first_on, new.last_on
    work.session.add(season)
    work.session.flush()
    after = {"name": season.name, **season_facts(season)}
    changed: dict[str, Any] = {
        fact: [before[fact], after[fact]] for fact in after if before[fact] != after[fact]
    }
    if changed:
        entry = work.audit("transports.season_changed", season.name, **changed)
        ask_for_plans(work, entry, min(days), max(days))
    return season


def remove_season(work: Work, name: str) -> None:
    """Take a season away with its stops and its known routes. Undone by `put_back_season`."""
    work.require("transports.change")
    season = season_by_name(work, name)
    stops = work.session.exec(
        select(TemplateStop, Branch)
        .join(Branch, col(Branch.id) == col(TemplateStop.branch_id))
        .where(TemplateStop.season_id == season.id)
        .order_by(col(TemplateStop.weekday), col(Branch.slug))
    ).all()
    weeks = work.session.exec(select(WeekPlan).where(WeekPlan.season_id == season.id)).all()
    facts = season_facts(season) | {
        "stops": [
            {"branch": branch.slug, "weekday": stop.weekday, **template_facts(stop)}
            for stop, branch in stops
        ],
        "routes": [{"weekday": row.weekday, "routes": row.routes} for row in weeks],
    }
    for row in (*weeks, *(stop for stop, _ in stops)):
        work.session.delete(row)
    work.session.flush()
    work.session.delete(season)
    entry = work.audit("transports.season_removed", name, **facts)
    ask_for_plans(work, entry, season.first_on, season.last_on)


def put_back_season(work: Work, name: str, facts: Mapping[str, Any]) -> Season:
    """Register a season anew with all that went with it. facts: those of its removal.

    Undone by `remove_season`.
    """
    first_on, last_on = (date.fromisoformat(facts[fact]) for fact in PLAIN[:2])
    season = _new(work, NewSeason(name, first_on, last_on, facts["driving_percent"]))
    slugs = {row.slug: row.id for row in work.session.exec(select(Branch))}
    if gone := sorted({each["branch"] for each in facts["stops"]} - slugs.keys()):
        raise Conflict("There is no branch {slug}", slug=gone[0])
    work.session.add_all(_stops(season, facts["stops"], slugs))
    work.session.add_all(
        WeekPlan(
            season_id=season.id,
            weekday=each["weekday"],
            routes=each["routes"],
            made_by=work.actor.name,
            made_at=work.now,
        )
        for each in facts["routes"]
    )
    work.session.flush()
    entry = work.audit("transports.season_put_back", name, **facts)
    ask_for_plans(work, entry, first_on, last_on)
    return season


def _new(work: Work, new: NewSeason) -> Season:
    work.require("transports.change")
    if faults := list(_faults(work, new, None)):
        raise Invalid(faults)
    season = Season(name=new.name.strip(), first_on=new.first_on, last_on=new.last_on)
    season.driving_percent = new.driving_percent
    work.session.add(season)
    work.session.flush()
    return season


def _stops(
    season: Season, rows: Sequence[Mapping[str, Any]], slugs: Mapping[str, int]
) -> Iterator[TemplateStop]:
    for row in rows:
        given = {name: row[name] for name in CHANGEABLE}
        read = TemplateStop.model_validate(
            given
            | {"season_id": season.id, "weekday": row["weekday"], "branch_id": slugs[row["branch"]]}
        )
        yield TemplateStop(**read.model_dump(exclude={"id"}))


def season_facts(season: Season) -> dict[str, Any]:
    """A season's days and roads as the audit trail has them."""
    return {
        "first_on": season.first_on.isoformat(),
        "last_on": season.last_on.isoformat(),
        "driving_percent": season.driving_percent,
    }


def _faults(work: Work, new: NewSeason, own_id: int | None) -> Iterator[Fault]:
    name = new.name.strip()
    if not name or len(name) > LONGEST_NAME:
        yield Fault("A season needs a name of at most {most} letters", "name", {"most": 80})
    rows = select(Season.id).where(Season.name == name, col(Season.id) != (own_id or 0))
    if name and work.session.exec(rows).first() is not None:
        yield Fault("There is another season with that name", "name")
    if new.last_on < new.first_on:
        yield Fault("The last day is before the first", "last_on", {}, "Choose a later day")
    if not 0 <= new.driving_percent <= MOST_PERCENT:
        yield Fault("Write whole per cents, 0 to 100", "driving_percent")
