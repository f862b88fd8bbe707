"""The papers of a plan in three steps: read, draw with no work open, keep."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlmodel import col, or_, select

from consortium.branches.queries import branches
from consortium.core.words import Say, words
from consortium.core.work import Work
from consortium.documents.keeping import keep
from consortium.members.queries import consortium
from consortium.transports.formats.labels import CrateLabel, labels_pdf
from consortium.transports.formats.manifest import ManifestSheet, ManifestStop, manifest_pdf
from consortium.transports.overview import RouteView, StopView, plan_view
from consortium.transports.queries import plan_by_id, plan_papers
from consortium.transports.rules import arrivals
from consortium.transports.tables import Crate, CrateTrip, Plan, PlanDocument

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
    say = words("sv")
    return PlanSheets(
        tuple(
            (route.vehicle, _manifest(plan, route, say, example=example))
            for route in plan_view(work, plan).routes
        ),
        tuple(_labels(work, plan, example=example)),
    )


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


def _manifest(plan: Plan, route: RouteView, say: Say, *, example: bool) -> ManifestSheet:
    return ManifestSheet(
        day=plan.on_date,
        vehicle=route.name,
        depart=route.depart,
        back=route.back,
        distance_m=route.distance_m,
        work_s=route.work_s,
        load_at_start=route.load_at_start,
        stops=tuple(_stop(stop, say) for stop in route.stops),
        example=example,
    )


def _stop(stop: StopView, say: Say) -> ManifestStop:
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
    )


def _labels(work: Work, plan: Plan, *, example: bool) -> list[CrateLabel]:
    """By destination, then by code."""
    names = {branch.id: branch.name for branch, _ in branches(work)}
    served = arrivals(plan.plan)
    stops = [branch.id for branch, _ in branches(work) if branch.slug in served]
    coming = (col(CrateTrip.destination_id).in_(stops)) & (CrateTrip.state == "collected")
    going = (col(CrateTrip.origin_id).in_(stops)) & (CrateTrip.state == "packed")
    rows = (
        select(Crate.code, CrateTrip.origin_id, CrateTrip.destination_id)
        .join(CrateTrip, col(CrateTrip.crate_id) == col(Crate.id))
        .where(or_(coming, going))
    )
    labels = [
        CrateLabel(code, names[origin_id], names[destination_id], plan.on_date, example)
        for code, origin_id, destination_id in work.session.exec(rows)
    ]
    return sorted(labels, key=lambda label: (label.destination, label.code))
