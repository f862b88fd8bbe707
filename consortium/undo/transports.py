"""How changes of crates, vans and the week are taken back."""

from collections.abc import Iterator, Mapping
from datetime import datetime, time
from typing import Any, Final

from sqlmodel import col, func, select

from consortium.branches.queries import branch_by_slug
from consortium.branches.tables import Branch
from consortium.core.audit import AuditEntry
from consortium.core.days import last_day
from consortium.core.errors import Fault
from consortium.core.work import Work
from consortium.measures.tables import Measure, MeasureValue
from consortium.transports.counting import COUNTED
from consortium.transports.moving import pack, record_event
from consortium.transports.registering import (
    CHANGEABLE,
    CRATES_REMOVED,
    NewVehicle,
    WeeklyStop,
    add_vehicle,
    drop_template_stop,
    set_template_stop,
    template_facts,
    template_stop,
)
from consortium.transports.removing import put_back_crates, remove_crates, remove_vehicle
from consortium.transports.rewinding import take_back_scan
from consortium.transports.rules import EVENTS, steps_ahead
from consortium.transports.tables import (
    Crate,
    CrateEvent,
    CrateTrip,
    Plan,
    PlanDocument,
    Vehicle,
)
from consortium.undo.branches import member_of_branch
from consortium.undo.ways import GONE, Undoing, Way, changes, overtaken

RIGHT: Final = "transports.change"
SCANNED: Final = tuple(f"transports.crate_{kind}" for kind in EVENTS)


def _crates_depend(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    first, last = entry.facts["first"], entry.facts["last"]
    these = col(Crate.code).between(first, last)
    there = select(func.count()).select_from(Crate).where(these)
    if work.session.exec(there).one() != entry.facts["count"]:
        yield Fault(GONE)
    travelled = (
        select(Crate.code)
        .join(CrateTrip, col(CrateTrip.crate_id) == col(Crate.id))
        .where(these)
        .order_by(col(Crate.code))
    )
    for code in work.session.exec(travelled.limit(1)):
        yield Fault("The crate {code} has travelled", f"crate {code}", {"code": code})


def _removed_crates_depend(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    these = col(Crate.code).between(entry.facts["first"], entry.facts["last"])
    if work.session.exec(select(Crate.id).where(these)).first() is not None:
        yield Fault("They are registered again already")
    if member_of_branch(work, entry.subject) is None:
        yield Fault(GONE)


def _vehicle_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    code = entry.subject
    if work.session.exec(select(Vehicle.id).where(Vehicle.code == code)).first() is None:
        yield Fault(GONE)
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
    facts = dict(entry.facts)
    opens, closes = (time.fromisoformat(text) for text in facts.pop("shift"))
    add_vehicle(work, NewVehicle(code=entry.subject, shift=(opens, closes), **facts))


def _week_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    rows = select(Branch.id).where(Branch.slug == entry.subject)
    branch_id = work.session.exec(rows).first()
    if branch_id is None:
        yield Fault(GONE)
        return
    stop = template_stop(work, entry.facts["weekday"], branch_id)
    standing = template_facts(stop) if stop else dict.fromkeys(CHANGEABLE)
    if any(standing[name] != after for name, (_, after) in changes(entry).items()):
        yield overtaken(work, entry, "transports.template_changed")


def _week_back(work: Work, entry: AuditEntry) -> None:
    weekday, slug = entry.facts["weekday"], entry.subject
    stop = template_stop(work, weekday, branch_by_slug(work, slug).id)
    before = {name: was for name, (was, _) in changes(entry).items()}
    kept = (template_facts(stop) if stop else {}) | before
    if kept["window_from"] is None:
        drop_template_stop(work, weekday, slug)
        return
    opens, closes = (time.fromisoformat(kept[name]) for name in ("window_from", "window_to"))
    set_template_stop(
        work,
        WeeklyStop(
            weekday, slug, (opens, closes), kept["service_s"], kept["required"], kept["skip_ore"]
        ),
    )


def _scan_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    kind = entry.event.rpartition("_")[2]
    rows = (
        select(CrateTrip, CrateEvent)
        .join(CrateEvent, col(CrateEvent.trip_id) == col(CrateTrip.id))
        .where(CrateTrip.id == entry.facts["trip"], CrateEvent.kind == kind)
    )
    found = work.session.exec(rows).first()
    if found is None:
        yield Fault(GONE)
        return
    trip, event = found
    newest = select(func.max(CrateTrip.id)).where(CrateTrip.crate_id == trip.crate_id)
    if trip.state != kind or work.session.exec(newest).one() != trip.id:
        newer = overtaken(work, entry, *SCANNED)
        yield Fault(
            "Crate {code} has moved on",
            f"crate {entry.subject}",
            {"code": entry.subject},
            newer.remedy,
        )
    yield from _if_counted(work, kind, event)


def _if_counted(work: Work, kind: str, event: CrateEvent) -> Iterator[Fault]:
    measures = [code for code, counted in COUNTED.items() if counted == kind]
    month_end = last_day(event.on_date.year, event.on_date.month)
    rows = (
        select(Measure.code)
        .join(MeasureValue, col(MeasureValue.measure_id) == col(Measure.id))
        .where(col(Measure.code).in_(measures), MeasureValue.on_date == month_end)
    )
    for code in work.session.exec(rows.limit(1)):
        month = f"{event.on_date:%Y-%m}"
        yield Fault("The crates of {month} are counted", f"measure {code}", {"month": month})


def _rescan_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    rows = (
        select(CrateTrip)
        .join(Crate, col(Crate.id) == col(CrateTrip.crate_id))
        .where(Crate.code == entry.subject)
        .order_by(col(CrateTrip.id).desc())
    )
    trip, kind = work.session.exec(rows).first(), entry.facts["kind"]
    waits = trip is not None and trip.state != EVENTS[-1]
    turn = not waits if kind == EVENTS[0] else trip and steps_ahead(trip.state, kind) == 1
    if not turn:
        facts = {"code": entry.subject}
        yield Fault("Crate {code} has moved on", f"crate {entry.subject}", facts)


def _scan_again(work: Work, entry: AuditEntry) -> None:
    facts, at = entry.facts, datetime.fromisoformat(entry.facts["at"])
    if facts["kind"] == EVENTS[0]:
        pack(work, entry.subject, facts["branch"], facts["destination"], at)
    else:
        record_event(work, entry.subject, facts["kind"], facts["branch"], at)


def _of_branch(work: Work, entry: AuditEntry) -> str | None:
    return member_of_branch(work, entry.facts["branch"])


WAYS: Final[Mapping[str, Way]] = {
    "transports.crates_registered": Undoing(
        RIGHT,
        lambda work, entry: remove_crates(
            work, entry.subject, entry.facts["first"], entry.facts["last"]
        ),
        _crates_depend,
    ),
    CRATES_REMOVED: Undoing(
        RIGHT,
        lambda work, entry: put_back_crates(
            work, entry.subject, entry.facts["first"], entry.facts["last"]
        ),
        _removed_crates_depend,
    ),
    "transports.vehicle_added": Undoing(
        RIGHT, lambda work, entry: remove_vehicle(work, entry.subject), _vehicle_depends
    ),
    "transports.vehicle_removed": Undoing(RIGHT, _add_vehicle_again, _removed_vehicle_depends),
    "transports.template_changed": Undoing(RIGHT, _week_back, _week_depends),
    **{
        event: Undoing(
            "crates.handle",
            lambda work, entry: take_back_scan(
                work, entry.facts["trip"], entry.event.rpartition("_")[2]
            ),
            _scan_depends,
            _of_branch,
        )
        for event in SCANNED
    },
    "transports.scan_taken_back": Undoing(
        "crates.handle", _scan_again, _rescan_depends, _of_branch
    ),
}
