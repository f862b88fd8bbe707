"""How changes of vans and the week are taken back."""

from collections.abc import Iterator, Mapping
from datetime import time
from typing import Any, Final

from sqlmodel import col, select

from consortium.branches.queries import branch_by_slug
from consortium.branches.tables import Branch
from consortium.core.audit import AuditEntry
from consortium.core.errors import Fault
from consortium.core.work import Work
from consortium.exchange.holding import holders
from consortium.transports.day_basis import DayBreak
from consortium.transports.registering import (
    CHANGEABLE,
    NewVehicle,
    add_vehicle,
    change_vehicle,
    drop_template_stop,
    particulars,
    set_template_stop,
    template_facts,
    template_stop,
    van_by_code,
)
from consortium.transports.removing import remove_vehicle
from consortium.transports.tables import Plan, PlanDocument, Season, Vehicle
from consortium.transports.weekly_stops import weekly_stop
from consortium.undo.branches import member_of_branch
from consortium.undo.ways import GONE, Undoing, Way, changes, if_newer, overtaken

RIGHT: Final = "transports.change"


def _vehicle_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    van_id = work.session.exec(select(Vehicle.id).where(Vehicle.code == entry.subject)).first()
    if van_id is None:
        yield Fault(GONE)
        return
    yield from if_newer(work, entry, "transports.vehicle_changed")
    yield from holders(work, Vehicle, van_id)
    if plan := _plan_with(work, entry):
        day = plan.isoformat()
        yield Fault("The plan of {day} sends it out", f"plan {day}", {"day": day})


def _plan_with(work: Work, entry: AuditEntry) -> Any:
    """The day of a plan, made since, that sends a vehicle out; papers are asked first, by index."""
    drawn = (
        select(col(Plan.on_date))
        .join(PlanDocument, col(PlanDocument.plan_id) == col(Plan.id))
        .where(PlanDocument.vehicle == entry.subject, Plan.made_at >= entry.at)
    )
    found = work.session.exec(drawn.order_by(col(Plan.on_date).desc()).limit(1)).first()
    if found:
        return found
    rows = select(Plan).where(Plan.made_at >= entry.at).order_by(col(Plan.id).desc())
    with_it = (
        plan.on_date
        for plan in work.session.exec(rows)
        if any(route["vehicle"] == entry.subject for route in plan.plan["routes"])
    )
    return next(with_it, None)


def _removed_vehicle_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    rows = select(Vehicle.id).where(Vehicle.code == entry.subject)
    if work.session.exec(rows).first() is not None:
        yield Fault("There is another with that name by now", "week")
    if member_of_branch(work, entry.facts["depot"]) is None:
        yield Fault(GONE)


def _add_vehicle_again(work: Work, entry: AuditEntry) -> None:
    facts = {"breaks": [], "active": True} | dict(entry.facts)
    add_vehicle(work, _vehicle(entry.subject, facts))
    if not facts["active"]:
        change_vehicle(work, entry.subject, _vehicle(entry.subject, facts), active=False)


def _vehicle(code: str, facts: Mapping[str, Any]) -> NewVehicle:
    """A van as its entries have it; older ones say nothing of breaks."""
    opens, closes = (time.fromisoformat(text) for text in facts["shift"])
    plain = {name: value for name, value in facts.items() if name not in {"shift", "active"}}
    breaks = tuple(DayBreak(**each) for each in plain.pop("breaks"))
    carrier = plain.pop("driven_by", "")
    return NewVehicle(code=code, shift=(opens, closes), breaks=breaks, carrier=carrier, **plain)


def _changed_vehicle_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    van = work.session.exec(select(Vehicle).where(Vehicle.code == entry.subject)).first()
    if van is None:
        yield Fault(GONE)
        return
    standing = particulars(work, van)
    changed = changes(entry)
    if any(standing[name] != after for name, (_, after) in changed.items()):
        yield overtaken(work, entry, "transports.vehicle_changed")
    was = {name: before for name, (before, _) in changed.items()}
    if "depot" in was and member_of_branch(work, was["depot"]) is None:
        yield Fault(GONE)


def _change_vehicle_back(work: Work, entry: AuditEntry) -> None:
    standing = particulars(work, van_by_code(work, entry.subject))
    was = standing | {name: before for name, (before, _) in changes(entry).items()}
    change_vehicle(work, entry.subject, _vehicle(entry.subject, was), active=was["active"])


def _week_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    rows = select(Branch.id).where(Branch.slug == entry.subject)
    branch_id = work.session.exec(rows).first()
    if branch_id is None:
        yield Fault(GONE)
        return
    season = entry.facts.get("season", "")
    if season and work.session.exec(select(Season.id).where(Season.name == season)).first() is None:
        yield Fault(GONE)
        return
    stop = template_stop(work, entry.facts["weekday"], branch_id, season)
    standing = template_facts(stop) if stop else dict.fromkeys(CHANGEABLE)
    if any(standing[name] != after for name, (_, after) in changes(entry).items()):
        yield overtaken(work, entry, "transports.template_changed")


def _week_back(work: Work, entry: AuditEntry) -> None:
    weekday, slug, season = entry.facts["weekday"], entry.subject, entry.facts.get("season", "")
    stop = template_stop(work, weekday, branch_by_slug(work, slug).id, season)
    before = {name: was for name, (was, _) in changes(entry).items()}
    kept = (template_facts(stop) if stop else {}) | before
    if kept["window_from"] is None:
        drop_template_stop(work, weekday, slug, season)
        return
    set_template_stop(work, weekly_stop(weekday, slug, season, kept))


WAYS: Final[Mapping[str, Way]] = {
    "transports.vehicle_added": Undoing(
        RIGHT, lambda work, entry: remove_vehicle(work, entry.subject), _vehicle_depends
    ),
    "transports.vehicle_changed": Undoing(RIGHT, _change_vehicle_back, _changed_vehicle_depends),
    "transports.vehicle_removed": Undoing(RIGHT, _add_vehicle_again, _removed_vehicle_depends),
    "transports.template_changed": Undoing(RIGHT, _week_back, _week_depends),
}
