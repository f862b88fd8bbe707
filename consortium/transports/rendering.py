"""The papers of a plan in three steps: read, draw with no work open, keep."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlmodel import and_, col, or_, select

from consortium.branches.queries import branches
from consortium.branches.tables import Branch
from consortium.core.words import Say, words
from consortium.core.work import Work
from consortium.crates.formats.labels import CrateLabel, labels_pdf
from consortium.crates.rules import ON_THE_WAY, PACKED
from consortium.crates.tables import Crate, CrateState, DeliveryPoint
from consortium.documents.keeping import keep
from consortium.members.queries import consortium
from consortium.transports.formats.manifest import (
    ManifestBreak,
    ManifestLeg,
    ManifestSheet,
    ManifestStop,
    manifest_pdf,
)
from consortium.transports.overview import plan_view
from consortium.transports.plan_views import BreakView, LegView, RouteView, StopView
from consortium.transports.queries import plan_by_id, plan_papers
from consortium.transports.rules import arrivals
from consortium.transports.tables import Plan, PlanDocument

MANIFEST: Final = "manifest"
LABELS: Final = "labels"
PDF: Final = "application/pdf"


@dataclass(frozen=True, slots=True)
class PlanSheets:
    """What stands on the papers of a plan. manifests: each with the code of its vehicle."""

    manifests: tuple[tuple[str, ManifestSheet], ...]
    labels: tuple[CrateLabel, ...]


@dataclass(frozen=True, slots=True)
class PlanPaper:
    """A drawn paper. form: `manifest` of a vehicle, or `labels` of the day."""

    form: str
    vehicle: str
    content: bytes


def papers_of(work: Work, plan_id: int) -> PlanSheets:
    """What stands on the papers of a plan: a manifest for each route, a label for each crate.

    A crate has a label if it waits for the plan's stops: to be delivered there or collected.
    """
    plan = plan_by_id(work, plan_id)
    example = consortium(work).example
    say, crates = words("sv"), _crates(work, plan)
    known = _at_stops(work, crates)
    return PlanSheets(
        tuple(
            (route.vehicle, _manifest(plan.on_date, route, known, say, example=example))
            for route in plan_view(work, plan).routes
        ),
        tuple(_label(crate, plan.on_date, example=example) for crate in crates),
    )


def labels_of_plan(work: Work, plan: Plan) -> list[CrateLabel]:
    """The labels of the crates that wait for a plan's stops now, by destination, then by code."""
    work.require("transports.see")
    example = consortium(work).example
    return [_label(crate, plan.on_date, example=example) for crate in _crates(work, plan)]


def draw_papers(sheets: PlanSheets) -> list[PlanPaper]:
    """The papers as PDF, in Swedish; the same sheets give the same bytes."""
    say = words("sv")
    manifests = [
        PlanPaper(MANIFEST, vehicle, manifest_pdf(sheet, say))
        for vehicle, sheet in sheets.manifests
    ]
    return [*manifests, PlanPaper(LABELS, "", labels_pdf(sheets.labels, say))]


def keep_papers(work: Work, plan_id: int, papers: Sequence[PlanPaper]) -> list[PlanDocument]:
    """Keep the papers of a plan; one that it has stays as it is. Returns all that it has."""
    work.require("transports.plan")
    plan = plan_by_id(work, plan_id)
    known = {(paper.form, paper.vehicle) for paper in plan_papers(work, plan)}
    new = [
        PlanDocument(
            plan_id=plan.id,
            form=paper.form,
            vehicle=paper.vehicle,
            sha256=keep(work, paper.content, PDF),
        )
        for paper in papers
        if (paper.form, paper.vehicle) not in known
    ]
    if new:
        work.session.add_all(new)
        work.session.flush()
        subject = f"{plan.on_date.isoformat()} {plan.revision}"
        work.audit("transports.papers_kept", subject, count=len(new))
    return plan_papers(work, plan)


@dataclass(frozen=True, slots=True)
class _Crate:
    """A crate that waits for a stop. packed: it is to be fetched, else to be left."""

    code: str
    packed: bool
    origin: Branch
    destination: Branch


@dataclass(frozen=True, slots=True)
class _AtStops:
    """What is known of a day's stops beside the plan: by the slug of the branch."""

    instructions: Mapping[str, str]
    to_leave: Mapping[str, Sequence[str]]
    to_fetch: Mapping[str, Sequence[str]]


def _crates(work: Work, plan: Plan) -> list[_Crate]:
    """Those that wait for the plan's stops, by destination, then by code."""
    places = {branch.id: branch for branch, _ in branches(work)}
    served = arrivals(plan.plan)
    stops = [branch.id for branch in places.values() if branch.slug in served]
    coming = and_(col(CrateState.destination_id).in_(stops), col(CrateState.state).in_(ON_THE_WAY))
    going = and_(col(CrateState.origin_id).in_(stops), CrateState.state == PACKED)
    rows = (
        select(Crate.code, CrateState.state, CrateState.origin_id, CrateState.destination_id)
        .join(CrateState, col(CrateState.crate_id) == col(Crate.id))
        .where(or_(coming, going))
    )
    found = [
        _Crate(code, state == PACKED, places[origin_id], places[destination_id])
        for code, state, origin_id, destination_id in work.session.exec(rows)
        if origin_id is not None and destination_id is not None
    ]
    return sorted(found, key=lambda crate: (crate.destination.name, crate.code))


def _at_stops(work: Work, crates: Sequence[_Crate]) -> _AtStops:
    slugs = {branch.id: branch.slug for branch, _ in branches(work)}
    points = work.session.exec(select(DeliveryPoint))
    said = {slugs[point.branch_id]: point.instructions for point in points}
    to_leave: dict[str, list[str]] = defaultdict(list)
    to_fetch: dict[str, list[str]] = defaultdict(list)
    for crate in crates:
        if crate.packed:
            to_fetch[crate.origin.slug].append(crate.code)
        else:
            to_leave[crate.destination.slug].append(crate.code)
    return _AtStops(said, to_leave, to_fetch)


def _label(crate: _Crate, day: date, *, example: bool) -> CrateLabel:
    return CrateLabel(crate.code, crate.origin.name, crate.destination.name, day, example)


def _manifest(
    day: date, route: RouteView, known: _AtStops, say: Say, *, example: bool
) -> ManifestSheet:
    return ManifestSheet(
        day=day,
        vehicle=route.name,
        depart=route.depart,
        back=route.back,
        distance_m=route.distance_m,
        work_s=route.work_s,
        load_at_start=route.load_at_start,
        stops=tuple(_stop(stop, known, say) for stop in route.stops),
        breaks=tuple(_break(each, route.stops) for each in route.breaks),
        example=example,
        leg_back=_leg(route.home),
    )


def _break(pause: BreakView, stops: Sequence[StopView]) -> ManifestBreak:
    """After the stops whose service is over by then: a wait before service may be a break."""
    over = [each for each in stops if each.start < pause.start or each.leave <= pause.start]
    return ManifestBreak(pause.start, pause.duration_s, len(over))


def _leg(leg: LegView | None) -> ManifestLeg | None:
    return ManifestLeg(leg.distance_m, leg.drive_s, leg.source) if leg else None


def _stop(stop: StopView, known: _AtStops, say: Say) -> ManifestStop:
    warning = stop.warning
    return ManifestStop(
        arrive=stop.arrive,
        leave=stop.leave,
        branch=stop.name,
        municipality=stop.municipality,
        deliver=stop.deliver,
        collect=stop.collect,
        load_after=stop.load_after,
        notes=(say(warning.text, **warning.facts) + ".",) if warning else (),
        start=stop.start,
        leg=_leg(stop.leg),
        to_leave=tuple(known.to_leave.get(stop.slug, ())),
        to_fetch=tuple(known.to_fetch.get(stop.slug, ())),
        has_key=stop.has_key,
        instructions=known.instructions.get(stop.slug, ""),
    )
