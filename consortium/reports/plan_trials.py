"""Report: what a stop moved by hand, or a part of a proposal, would come to."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time

from consortium.branches.queries import branches
from consortium.core.errors import Fault, NotFound
from consortium.core.work import Work
from consortium.reports.proposals import Change, changes_of, means_of
from consortium.transports.days import read_day
from consortium.transports.overview import stop_changes
from consortium.transports.plan_rules import Move, order_of
from consortium.transports.proposing import Trial, try_move, try_part
from consortium.transports.queries import plan_by_id, plan_of, proposals, vehicles
from consortium.transports.rules import PlanFile
from consortium.transports.tables import Plan


@dataclass(frozen=True, slots=True)
class TrialStop:
    """A stop in a route's order. arrive: None where the order breaks a rule."""

    slug: str
    name: str
    arrive: time | None


@dataclass(frozen=True, slots=True)
class TrialRoute:
    """A van of the day, driven or not, with its stops. vehicle: its code."""

    vehicle: str
    name: str
    stops: tuple[TrialStop, ...]


@dataclass(frozen=True, slots=True)
class TrialReport:
    """What would come of a change; savings against the plan it is made from, re-timed as of now.

    broken: the rules that it breaks, each with the name of the stop or the van it is about; then
    there is nothing else to say. changes: of each stop; who is told is against the plan in force.
    """

    broken: tuple[tuple[str, Fault], ...]
    changes: tuple[Change, ...]
    minutes_saved: int
    km_saved: int
    ore_saved: int


@dataclass(frozen=True, slots=True)
class MoveReport:
    """The stops and vans of a day, to choose what is moved where.

    base: the plan that one goes on from; drafts: others to go on from, id and revision. stops:
    slug and name of each stop of the day by name. left: of those on no route. trial: None before
    a move is chosen.
    """

    day: date
    base_id: int
    base_revision: int
    in_force: bool
    locked: bool
    drafts: tuple[tuple[int, int], ...]
    stops: tuple[tuple[str, str], ...]
    routes: tuple[TrialRoute, ...]
    left: tuple[tuple[str, str], ...]
    trial: TrialReport | None


def move_report(
    work: Work, day: date, move: Move | None, base_id: int | None, notice_minutes: int
) -> MoveReport:
    """The stops of `day` in their routes, and what `move` would come to.

    base_id: the plan to go on from, one that waits or the one in force, which None stands for.
    NotFound where there is none.
    """
    published, waiting = plan_of(work, day), proposals(work, day)
    base = _base(published, waiting, base_id, day)
    basis = read_day(work, day)
    names = {branch.slug: branch.name for branch, _ in branches(work)}
    vans = {van.code: van.name for van, _ in vehicles(work)}
    trial = try_move(work, day, move, base.id) if move else None
    plan = trial.plan if trial and trial.plan else base.plan
    order = trial.order if trial else order_of(base.plan)
    known = sorted((names[stop.slug], stop.slug) for stop in basis.stops)
    served = {slug for stops in order.values() for slug in stops}
    arrive = _arrivals(plan) if trial is None or trial.plan else {}
    return MoveReport(
        day=day,
        base_id=base.id,
        base_revision=base.revision,
        in_force=base.state == "published",
        locked=published is not None and published.locked_at is not None,
        drafts=tuple(
            (each.id, each.revision)
            for each in [*([published] if published else []), *waiting]
            if each.id != base.id
        ),
        stops=tuple((slug, name) for name, slug in known),
        routes=tuple(
            TrialRoute(code, vans.get(code, code), _stops(order.get(code, ()), names, arrive))
            for code in sorted({van.code for van in basis.vehicles} | order.keys())
        ),
        left=tuple((slug, name) for name, slug in known if slug not in served),
        trial=_report(work, trial, notice_minutes) if trial else None,
    )


def part_report(
    work: Work, plan_id: int, chosen: Collection[str], notice_minutes: int
) -> tuple[Plan, TrialReport]:
    """The proposal, and what only the `chosen` of its changes would come to."""
    plan = plan_by_id(work, plan_id)
    return plan, _report(work, try_part(work, plan_id, chosen), notice_minutes)


def _stops(
    slugs: Sequence[str], names: Mapping[str, str], arrive: Mapping[str, time]
) -> tuple[TrialStop, ...]:
    return tuple(TrialStop(slug, names[slug], arrive.get(slug)) for slug in slugs)


def _base(published: Plan | None, waiting: Sequence[Plan], base_id: int | None, day: date) -> Plan:
    known = [*waiting, *([published] if published else [])]
    if base_id is not None:
        known = [plan for plan in known if plan.id == base_id]
    elif published is not None:
        known = [published]
    if not known:
        raise NotFound("There is no plan of {day}", day=day.isoformat())
    return known[0]


def _report(work: Work, trial: Trial, notice_minutes: int) -> TrialReport:
    names = {van.code: van.name for van, _ in vehicles(work)}
    places = {branch.slug: branch for branch, _ in branches(work)}
    if trial.plan is None or trial.step is None or trial.whole is None:
        about = names | {slug: branch.name for slug, branch in places.items()}
        broken = tuple((about.get(fault.at, fault.at), fault) for fault in trial.broken)
        return TrialReport(broken, (), 0, 0, 0)
    emails = {slug: branch.email for slug, branch in places.items()}
    found = stop_changes(work, trial.base.on_date, trial.before, trial.plan, trial.case)
    means = means_of(trial.whole, notice_minutes, emails)
    return TrialReport(
        (),
        changes_of(found, trial.before, trial.plan, names, means),
        trial.step["minutes_saved"],
        trial.step["km_saved"],
        trial.step["ore_saved"],
    )


def _arrivals(plan: PlanFile) -> Mapping[str, time]:
    return {
        stop["id"]: time.fromisoformat(stop["arrive"])
        for route in plan["routes"]
        for stop in route["stops"]
    }
