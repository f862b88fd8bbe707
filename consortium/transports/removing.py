"""Use cases: crates, or a van, that were registered by mistake are taken out of the records again.

For what nothing else rests on yet; who asks has seen to that.
"""

from dataclasses import asdict
from typing import Any

from sqlmodel import col, delete, select

from consortium.branches.queries import branch_by_slug
from consortium.branches.tables import Branch
from consortium.core.errors import Conflict, NotFound
from consortium.core.work import Work
from consortium.transports.registering import NewVehicle
from consortium.transports.rules import crate_code, serial_of
from consortium.transports.tables import Crate, Vehicle


def remove_crates(work: Work, home_slug: str, first: str, last: str) -> None:
    """Delete crates that have not travelled, from one code to another; no code comes back."""
    work.require("transports.change")
    these = col(Crate.code).between(first, last)
    work.session.exec(delete(Crate).where(these))
    work.audit(
        "transports.crates_removed",
        home_slug,
        count=serial_of(last) - serial_of(first) + 1,
        first=first,
        last=last,
    )


def put_back_crates(work: Work, home_slug: str, first: str, last: str) -> None:
    """Register crates anew under the codes that they had."""
    work.require("transports.change")
    home = branch_by_slug(work, home_slug)
    serials = range(serial_of(first), serial_of(last) + 1)
    taken = select(Crate.code).where(col(Crate.code).between(first, last))
    if work.session.exec(taken).first() is not None:
        raise Conflict("Crates with these codes are there already")
    work.session.add_all(
        Crate(code=crate_code(serial), home_id=home.id, registered_on=work.today)
        for serial in serials
    )
    work.session.flush()
    work.audit(
        "transports.crates_registered", home_slug, count=len(serials), first=first, last=last
    )


def remove_vehicle(work: Work, code: str) -> None:
    """Delete a van that no plan has."""
    work.require("transports.change")
    rows = select(Vehicle, Branch).join(Branch, col(Branch.id) == col(Vehicle.depot_id))
    found = work.session.exec(rows.where(Vehicle.code == code)).first()
    if found is None:
        raise NotFound("There is no vehicle {code}", code=code)
    van, depot = found
    was = NewVehicle(
        code=van.code,
        name=van.name,
        depot=depot.slug,
        capacity=van.capacity,
        shift=(van.shift_from, van.shift_to),
        max_duration_s=van.max_duration_s,
        cost_per_km_ore=van.cost_per_km_ore,
        cost_per_hour_ore=van.cost_per_hour_ore,
        fixed_ore=van.fixed_ore,
    )
    facts: dict[str, Any] = {name: value for name, value in asdict(was).items() if name != "code"}
    facts["shift"] = [at.isoformat() for at in was.shift]
    work.session.delete(van)
    work.session.flush()
    work.audit("transports.vehicle_removed", code, **facts)
