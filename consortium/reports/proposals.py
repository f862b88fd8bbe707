"""Report: what a proposed plan changes, stop by stop, and who would be written to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from consortium.branches.queries import branches
from consortium.core.work import Work
from consortium.reports.plans import Version, version_of
from consortium.transports.overview import NO_PLAN, proposal_view
from consortium.transports.plan_rules import changed_stops, order_of
from consortium.transports.plan_views import ProposalView, StopChange
from consortium.transports.planning import BY_HAND
from consortium.transports.queries import proposals, vehicles
from consortium.transports.rules import PlanFile, affected, diff

CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Call:
    """Where a stop stands in a plan. vehicle: its name. place: in its route, from 1."""

    vehicle: str
    place: int
    arrive: time


@dataclass(frozen=True, slots=True)
class Change:
    """A stop that a proposal changes; `was` or `now` is None where it is not served.

    why: as `StopChange` has it. told: `letter` or `no_address` where its branch has to be told
    (no_address: by other means than e-mail), else empty. own: it can be taken by itself; else it
    follows from other changes, or cannot be left out.
    """

    slug: str
    name: str
    was: Call | None
    now: Call | None
    why: str
    told: str
    own: bool = False

    @property
    def is_minor(self) -> bool:
        """Whether the same van comes, and at so nearly the same time that nobody is told."""
        same_van = self.was and self.now and self.was.vehicle == self.now.vehicle
        return bool(same_van) and not self.told


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal beside the published plan. Savings are negative where it costs more.

    first: no plan is published yet. by_hand: a person made it. frontier: as `Plan` has it.
    """

    plan_id: int
    version: Version
    changes: tuple[Change, ...]
    minutes_saved: int
    km_saved: int
    ore_saved: int
    first: bool = False
    by_hand: bool = False
    frontier: Sequence[dict[str, Any]] = ()

    @property
    def parts(self) -> tuple[Change, ...]:
        """The changes that can be taken by themselves, where there are several."""
        own = tuple(change for change in self.changes if change.own)
        return own if len(own) > 1 else ()


def proposals_of(work: Work, day: date, notice_minutes: int) -> list[Proposal]:
    """The proposals of `day` that wait for an answer, the newest first.

    notice_minutes: a branch is told of a change of its time by more than that.
    """
    names = {van.code: van.name for van, _ in vehicles(work)}
    emails = {branch.slug: branch.email for branch, _ in branches(work)}
    return [
        _proposal(proposal_view(work, plan), notice_minutes, names, emails)
        for plan in proposals(work, day)
    ]


def calls(plan: PlanFile, names: Mapping[str, str]) -> dict[str, Call]:
    """Slug → where it stands in the plan; a van that is no longer known keeps its code."""
    return {
        stop["id"]: Call(
            names.get(route["vehicle"], route["vehicle"]),
            place,
            time.fromisoformat(stop["arrive"]),
        )
        for route in plan["routes"]
        for place, stop in enumerate(route["stops"], 1)
    }


def changes_of(
    found: Sequence[StopChange],
    before: PlanFile,
    after: PlanFile,
    names: Mapping[str, str],
    means: Mapping[str, str],
) -> tuple[Change, ...]:
    """Changes from one plan to another with where each stop stands in both.

    names: of vans by their codes. means: how the branches that have to be told are told.
    """
    old, new = calls(before, names), calls(after, names)
    own = changed_stops(order_of(before), order_of(after))
    return tuple(
        Change(
            change.slug,
            change.name,
            old.get(change.slug),
            new.get(change.slug),
            change.why,
            means.get(change.slug, ""),
            change.slug in own and change.why != CLOSED,
        )
        for change in found
    )


def means_of(
    changes: Mapping[str, Any], notice_minutes: int, emails: Mapping[str, str]
) -> dict[str, str]:
    """How each branch that a `diff` makes it needful to tell is told: slug → as `Change` has it."""
    told = affected(changes, notice_minutes)
    return {slug: "letter" if emails[slug] else "no_address" for slug in told}


def _proposal(
    view: ProposalView, notice_minutes: int, names: Mapping[str, str], emails: Mapping[str, str]
) -> Proposal:
    first = view.published is None
    before = NO_PLAN if view.published is None else view.published.plan
    changes = diff(before, view.plan.plan, view.plan.case)
    means = {} if first else means_of(changes, notice_minutes, emails)
    return Proposal(
        view.plan.id,
        version_of(view.plan),
        changes_of(view.changes, before, view.plan.plan, names, means),
        view.minutes_saved,
        view.km_saved,
        view.ore_saved,
        first,
        view.plan.reason in BY_HAND,
        view.plan.frontier,
    )
