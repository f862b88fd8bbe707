"""Report: what a proposed plan changes, stop by stop, and who would be written to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time

from consortium.branches.queries import branches
from consortium.core.work import Work
from consortium.reports.plans import Version, version_of
from consortium.transports.overview import ProposalView, proposal_view
from consortium.transports.queries import proposals, vehicles
from consortium.transports.rules import PlanFile, affected, diff


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
    (no_address: by other means than e-mail), else empty.
    """

    slug: str
    name: str
    was: Call | None
    now: Call | None
    why: str
    told: str

    @property
    def is_minor(self) -> bool:
        """Whether the same van comes, and at so nearly the same time that nobody is told."""
        same_van = self.was and self.now and self.was.vehicle == self.now.vehicle
        return bool(same_van) and not self.told


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal beside the published plan. Savings are negative where it costs more."""

    plan_id: int
    version: Version
    changes: tuple[Change, ...]
    minutes_saved: int
    km_saved: int
    ore_saved: int


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


def _proposal(
    view: ProposalView, notice_minutes: int, names: Mapping[str, str], emails: Mapping[str, str]
) -> Proposal:
    before, after = (_calls(plan.plan, names) for plan in (view.published, view.plan))
    told = affected(diff(view.published.plan, view.plan.plan, view.plan.case), notice_minutes)
    means = {slug: "letter" if emails[slug] else "no_address" for slug in told}
    return Proposal(
        view.plan.id,
        version_of(view.plan),
        tuple(
            Change(
                change.slug,
                change.name,
                before.get(change.slug),
                after.get(change.slug),
                change.why,
                means.get(change.slug, ""),
            )
            for change in view.changes
        ),
        view.minutes_saved,
        view.km_saved,
        view.ore_saved,
    )


def _calls(plan: PlanFile, names: Mapping[str, str]) -> dict[str, Call]:
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
