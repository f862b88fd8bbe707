"""Use cases: a van or its driver is missing for some days, and is back after all."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select

from consortium.branches.closing import ask_for_plans
from consortium.core.audit import AuditEntry
from consortium.core.errors import Conflict, Fault, Invalid, NotFound
from consortium.core.work import Work
from consortium.transports.day_basis import AbsentVan
from consortium.transports.tables import Vehicle, VehicleAbsence

LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class VanAbsence:
    """An absence with the van that it is of."""

    absence: VehicleAbsence
    vehicle: Vehicle


def note_absence(work: Work, code: str, days: tuple[date, date], reason: str) -> VehicleAbsence:
    """Note that a van is not driven from the first to the last of `days`; plans are asked for.

    Undone by `lift_absence`.
    """
    work.require("transports.change")
    van = _van(work, code)
    if faults := list(_faults(work, days, reason)):
        raise Invalid(faults)
    made = VehicleAbsence(
        vehicle_id=van.id,
        from_on=days[0],
        to_on=days[1],
        reason=reason.strip(),
        entered_by=work.actor.name,
        entered_at=work.now,
    )
    work.session.add(made)
    work.session.flush()
    _ask(work, _note(work, van, made), made)
    return made


def lift_absence(work: Work, absence_id: int) -> VehicleAbsence:
    """The van is driven after all; new plans are asked for. Undone by `absent_again`."""
    work.require("transports.change")
    absence, van = _absence(work, absence_id)
    if absence.lifted_at is not None:
        raise Conflict("The absence of {name} is lifted already", name=van.name)
    if absence.to_on < work.today:
        raise Conflict("The absence of {name} is over", name=van.name)
    absence.lifted_at = work.now
    work.session.add(absence)
    entry = work.audit("transports.absence_lifted", van.code, absence=absence.id)
    _ask(work, entry, absence)
    return absence


def absent_again(work: Work, absence_id: int) -> VehicleAbsence:
    """Put an absence that was lifted back in force. Undone by `lift_absence`."""
    work.require("transports.change")
    absence, van = _absence(work, absence_id)
    if absence.lifted_at is None:
        raise Conflict("The absence of {name} is in force", name=van.name)
    if absence.to_on < work.today:
        raise Conflict("The absence of {name} is over", name=van.name)
    absence.lifted_at = None
    work.session.add(absence)
    _ask(work, _note(work, van, absence), absence)
    return absence


def absent_vans(work: Work, day: date) -> tuple[AbsentVan, ...]:
    """The vans that are in use but absent on `day`, by code."""
    work.require("transports.see")
    found = {
        row.vehicle.code: AbsentVan(row.vehicle.code, row.vehicle.name, row.absence.reason)
        for row in absences(work, day, day)
        if row.vehicle.active
    }
    return tuple(found[code] for code in sorted(found))


def absences(work: Work, first: date, last: date) -> list[VanAbsence]:
    """The absences in force that touch the days between the two, the earliest first."""
    work.require("transports.see")
    rows = (
        select(VehicleAbsence, Vehicle)
        .join(Vehicle, col(Vehicle.id) == col(VehicleAbsence.vehicle_id))
        .where(VehicleAbsence.from_on <= last, VehicleAbsence.to_on >= first)
        .where(col(VehicleAbsence.lifted_at).is_(None))
        .order_by(col(VehicleAbsence.from_on), col(VehicleAbsence.id))
    )
    return [VanAbsence(absence, van) for absence, van in work.session.exec(rows)]


def van_of(work: Work, absence: VehicleAbsence) -> Vehicle:
    return work.session.get_one(Vehicle, absence.vehicle_id)


def _van(work: Work, code: str) -> Vehicle:
    van = work.session.exec(select(Vehicle).where(Vehicle.code == code)).first()
    if van is None:
        raise NotFound("There is no vehicle {code}", code=code)
    return van


def _absence(work: Work, absence_id: int) -> tuple[VehicleAbsence, Vehicle]:
    absence = work.session.get(VehicleAbsence, absence_id)
    if absence is None:
        raise NotFound("There is no absence {id}", id=absence_id)
    return absence, van_of(work, absence)


def _note(work: Work, van: Vehicle, absence: VehicleAbsence) -> AuditEntry:
    return work.audit(
        "transports.absence_noted",
        van.code,
        from_on=absence.from_on.isoformat(),
        to_on=absence.to_on.isoformat(),
        absence=absence.id,
    )


def _ask(work: Work, entry: AuditEntry, absence: VehicleAbsence) -> None:
    ask_for_plans(work, entry, absence.from_on, absence.to_on)


def _faults(work: Work, days: tuple[date, date], reason: str) -> Iterator[Fault]:
    from_on, to_on = days
    if to_on < from_on:
        yield Fault("The last day is before the first", "to_on", {}, "Choose a later day")
    if to_on < work.today:
        yield Fault("The days are over", "to_on", {}, "Choose today or a later day")
    if not reason.strip():
        yield Fault("An absence needs a reason", "reason", {}, "Write for example: service")
    if len(reason) > LONGEST_REASON:
        yield Fault("The reason is too long", "reason", {}, "Use at most 200 characters")
