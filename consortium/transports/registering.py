"""Use cases: vans are registered and changed."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import time
from typing import Any, Final

from sqlmodel import select

from consortium.branches.queries import branch_by_slug
from consortium.branches.tables import Branch
from consortium.core.errors import Fault, Invalid, NotFound
from consortium.core.work import Work
from consortium.transports.calendars import WEEKDAYS
from consortium.transports.day_basis import DayBreak
from consortium.transports.tables import Carrier, Vehicle
from consortium.transports.weekly_stops import (
    CHANGEABLE,
    WeeklyStop,
    drop_template_stop,
    set_template_stop,
    template_facts,
    template_stop,
)

__all__ = [
    "CHANGEABLE",
    "USUAL_BREAKS",
    "WEEKDAYS",
    "NewVehicle",
    "WeeklyStop",
    "add_vehicle",
    "change_vehicle",
    "drop_template_stop",
    "particulars",
    "set_template_stop",
    "template_facts",
    "template_stop",
    "van_by_code",
]

USUAL_BREAKS: Final = (DayBreak(after_work_s=18_000, duration_s=1_800),) * 2
"""Nobody works more than five hours in a row (arbetstidslagen, 1982:673, 15 §, which leaves the
length of a break open); half an hour is the house's own choice. Two of them: where the first is
taken early in the day, five hours of work after it make the second fall due."""

COSTS: Final = ("cost_per_km_ore", "cost_per_hour_ore", "fixed_ore")
PLAIN: Final = ("name", "capacity", "max_duration_s", *COSTS, "spare")


@dataclass(frozen=True, slots=True)
class NewVehicle:
    """A van before it is registered. depot: the slug of a branch. shift: from, to. Costs in öre.

    breaks: in their order. spare: driven only where more stops are served with it. carrier: the
    name of who drives it, empty for the host itself.
    """

    code: str
    name: str
    depot: str
    capacity: int
    shift: tuple[time, time]
    max_duration_s: int
    cost_per_km_ore: int
    cost_per_hour_ore: int
    fixed_ore: int = 0
    breaks: tuple[DayBreak, ...] = USUAL_BREAKS
    spare: bool = False
    carrier: str = ""


def add_vehicle(work: Work, new: NewVehicle) -> Vehicle:
    """Register a van; a code already taken is a Conflict when the work closes."""
    work.require("transports.change")
    if faults := list(_faults(new)):
        raise Invalid(faults)
    vehicle = Vehicle(
        code=new.code.strip(),
        name=new.name.strip(),
        depot_id=branch_by_slug(work, new.depot).id,
        capacity=new.capacity,
        shift_from=new.shift[0],
        shift_to=new.shift[1],
        max_duration_s=new.max_duration_s,
        cost_per_km_ore=new.cost_per_km_ore,
        cost_per_hour_ore=new.cost_per_hour_ore,
        fixed_ore=new.fixed_ore,
    )
    _put(work, vehicle, new)
    work.audit("transports.vehicle_added", vehicle.code)
    return vehicle


def change_vehicle(work: Work, code: str, new: NewVehicle, *, active: bool = True) -> Vehicle:
    """Change a van; its code stays, whatever `new` says. Undone by itself.

    active: whether it is in use; one that is not is in no new plan. Plans already made stay.
    """
    work.require("transports.change")
    vehicle = van_by_code(work, code)
    if faults := list(_faults(new)):
        raise Invalid(faults)
    before = particulars(work, vehicle)
    vehicle.active = active
    _put(work, vehicle, new)
    after = particulars(work, vehicle)
    changed: dict[str, Any] = {
        name: [before[name], after[name]] for name in after if before[name] != after[name]
    }
    if changed:
        work.audit("transports.vehicle_changed", code, **changed)
    return vehicle


def van_by_code(work: Work, code: str) -> Vehicle:
    vehicle = work.session.exec(select(Vehicle).where(Vehicle.code == code)).first()
    if vehicle is None:
        raise NotFound("There is no vehicle {code}", code=code)
    return vehicle


def particulars(work: Work, vehicle: Vehicle) -> dict[str, Any]:
    """A van as the audit trail has it: times as ISO 8601, depot by slug, carrier by name."""
    carrier = work.session.get(Carrier, vehicle.carrier_id) if vehicle.carrier_id else None
    return {
        **{name: getattr(vehicle, name) for name in PLAIN},
        "depot": work.session.get_one(Branch, vehicle.depot_id).slug,
        "shift": [at.isoformat() for at in (vehicle.shift_from, vehicle.shift_to)],
        "breaks": vehicle.breaks,
        "driven_by": carrier.name if carrier else "",
        "active": vehicle.active,
    }


def _put(work: Work, vehicle: Vehicle, new: NewVehicle) -> None:
    for name in PLAIN:
        value = getattr(new, name)
        setattr(vehicle, name, value.strip() if isinstance(value, str) else value)
    vehicle.depot_id = branch_by_slug(work, new.depot).id
    vehicle.shift_from, vehicle.shift_to = new.shift
    vehicle.breaks = [asdict(each) for each in new.breaks]
    vehicle.carrier_id = _carrier_id(work, new.carrier)
    work.session.add(vehicle)
    work.session.flush()


def _carrier_id(work: Work, name: str) -> int | None:
    if not name:
        return None
    carrier = work.session.exec(select(Carrier).where(Carrier.name == name)).first()
    if carrier is None:
        raise NotFound("There is no carrier {name}", name=name)
    return carrier.id


def _faults(new: NewVehicle) -> Iterator[Fault]:
    for place, text in (("code", new.code), ("name", new.name)):
        if not text.strip():
            yield Fault("A vehicle needs a code and a name", place)
    if new.capacity < 1:
        yield Fault("A vehicle carries at least one crate", "capacity")
    if new.shift[1] <= new.shift[0]:
        yield Fault("The shift must end after it begins", "shift")
    if new.max_duration_s < 1:
        yield Fault("The longest time of work is above 0 seconds", "max_duration_s")
    given = asdict(new)
    yield from (Fault("A cost is 0 or more", name) for name in COSTS if given[name] < 0)
    for each in new.breaks:
        if each.after_work_s < 1 or each.duration_s < 1:
            yield Fault("A break, and the work before it, last longer than 0 seconds", "breaks")
