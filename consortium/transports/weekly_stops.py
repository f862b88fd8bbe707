"""Use cases: a weekday's stops, in the ordinary week or in a season, are set and dropped."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import time
from itertools import pairwise
from typing import Any, Final

from sqlmodel import col, select

from consortium.branches.queries import branch_by_slug
from consortium.core.errors import Fault, Invalid, NotFound
from consortium.core.work import Work
from consortium.crates.rules import is_depot
from consortium.transports.calendars import WEEKDAYS, Window
from consortium.transports.tables import Season, TemplateStop

CHANGEABLE: Final = (
    "window_from",
    "window_to",
    "service_s",
    "required",
    "skip_ore",
    "served",
    "more_windows",
    "usual_deliver",
    "usual_collect",
)
MOST_CRATES: Final = 1_000


@dataclass(frozen=True, slots=True)
class WeeklyStop:
    """What a weekday (0 Monday … 4 Friday) has planned for a branch, by its slug.

    window, more_windows: when service may begin. skip_ore: what leaving it out costs where it is
    not required. season: its name; empty in the ordinary week. served: False where the season does
    without the stop. usual_deliver, usual_collect: crates expected before any are counted.
    """

    weekday: int
    branch: str
    window: Window
    service_s: int
    required: bool = True
    skip_ore: int = 0
    season: str = ""
    served: bool = True
    more_windows: tuple[Window, ...] = ()
    usual_deliver: int = 0
    usual_collect: int = 0


def set_template_stop(work: Work, new: WeeklyStop) -> TemplateStop:
    """Give a branch a stop on a weekday, or change the one it has; plans already made stay."""
    work.require("transports.change")
    branch = branch_by_slug(work, new.branch)
    if faults := list(stop_faults(new, branch.kind)):
        raise Invalid(faults)
    asked = template_row(work, new)
    stop = template_stop(work, new.weekday, branch.id, new.season)
    before = template_facts(stop) if stop else {}
    stop = stop or asked
    for name in CHANGEABLE:
        setattr(stop, name, getattr(asked, name))
    work.session.add(stop)
    work.session.flush()
    changed = {
        name: [before.get(name), value]
        for name, value in template_facts(stop).items()
        if before.get(name) != value
    }
    if changed:
        _note(work, branch.slug, new.weekday, new.season, changed)
    return stop


def drop_template_stop(work: Work, weekday: int, slug: str, season: str = "") -> None:
    """Take a branch's stop on a weekday away; plans already made stay.

    season: its name: there the ordinary week's stop holds again.
    """
    work.require("transports.change")
    branch = branch_by_slug(work, slug)
    stop = template_stop(work, weekday, branch.id, season)
    if stop is None:
        raise NotFound("{name} has no stop on that weekday", name=branch.name)
    work.session.delete(stop)
    gone = {name: [value, None] for name, value in template_facts(stop).items()}
    _note(work, slug, weekday, season, gone)


def template_stop(
    work: Work, weekday: int, branch_id: int, season: str = ""
) -> TemplateStop | None:
    """The stop that a weekday has for a branch: in a season, by its name, or in the ordinary week.

    A season's own alone: where it has none, the ordinary week's holds, and this is None.
    """
    season_id = season_id_of(work, season)
    mine = col(TemplateStop.season_id)
    rows = select(TemplateStop).where(
        TemplateStop.weekday == weekday,
        TemplateStop.branch_id == branch_id,
        mine.is_(None) if season_id is None else mine == season_id,
    )
    return work.session.exec(rows).first()


def template_row(work: Work, new: WeeklyStop) -> TemplateStop:
    """The row that `new` would be, in no session."""
    return TemplateStop(
        season_id=season_id_of(work, new.season),
        weekday=new.weekday,
        branch_id=branch_by_slug(work, new.branch).id,
        window_from=new.window[0],
        window_to=new.window[1],
        more_windows=[[at.isoformat() for at in window] for window in sorted(new.more_windows)],
        service_s=new.service_s,
        required=new.required,
        skip_ore=new.skip_ore,
        served=new.served,
        usual_deliver=new.usual_deliver,
        usual_collect=new.usual_collect,
    )


def template_facts(stop: TemplateStop) -> dict[str, Any]:
    """What of a stop can be changed, as the audit trail has it: times as ISO 8601."""
    given = {name: getattr(stop, name) for name in CHANGEABLE}
    return {
        name: value.isoformat() if isinstance(value, time) else value
        for name, value in given.items()
    }


def weekly_stop(weekday: int, branch: str, season: str, facts: Mapping[str, Any]) -> WeeklyStop:
    """The stop that `facts` tell of; older entries of the audit trail say less."""
    more = facts.get("more_windows") or []
    return WeeklyStop(
        weekday,
        branch,
        (time.fromisoformat(facts["window_from"]), time.fromisoformat(facts["window_to"])),
        facts["service_s"],
        facts["required"],
        facts["skip_ore"],
        season,
        facts.get("served") is not False,
        tuple((time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in more),
        facts.get("usual_deliver") or 0,
        facts.get("usual_collect") or 0,
    )


def season_id_of(work: Work, name: str) -> int | None:
    """The id of a season; None for the ordinary week, which has no name."""
    if not name:
        return None
    season = work.session.exec(select(Season).where(Season.name == name)).first()
    if season is None:
        raise NotFound("There is no season {name}", name=name)
    return season.id


def stop_faults(new: WeeklyStop, kind: str) -> Iterator[Fault]:
    """What keeps `new` from being a stop. kind: of its branch."""
    if new.weekday not in WEEKDAYS:
        text = "Crates travel from Monday to Friday"
        yield Fault(text, "weekday", {}, "Choose 0 to 4, 0 is Monday")
    if is_depot(kind):
        yield Fault("A depot is no stop: routes begin and end there", "branch")
    yield from _window_faults([new.window, *new.more_windows])
    if new.service_s < 0:
        yield Fault("The time at a stop is 0 seconds or more", "service_s")
    if new.skip_ore < 0:
        yield Fault("A cost is 0 or more", "skip_ore")
    if not new.served and not new.season:
        yield Fault("Only a season does without a stop", "served", {}, "Take the stop away")
    for name in ("usual_deliver", "usual_collect"):
        if not 0 <= getattr(new, name) <= MOST_CRATES:
            yield Fault("Write how many crates, 0 to {most}", name, {"most": MOST_CRATES})


def _window_faults(windows: list[Window]) -> Iterator[Fault]:
    if any(closes <= opens for opens, closes in windows):
        yield Fault("The window must end after it begins", "window")
    elif any(after[0] <= before[1] for before, after in pairwise(sorted(windows))):
        yield Fault("The windows overlap", "more_windows", {}, "Make one window of them")


def _note(work: Work, slug: str, weekday: int, season: str, changed: dict[str, Any]) -> None:
    where: dict[str, Any] = {"season": season} if season else {}
    work.audit("transports.template_changed", slug, weekday=weekday, **where, **changed)
