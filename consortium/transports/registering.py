"""Use cases: crates, vans and the stops of a weekday are registered."""

from dataclasses import asdict, dataclass
from datetime import time
from typing import Any

from sqlmodel import col, func, select

from consortium.branches.queries import branch_by_slug
from consortium.core.audit import AuditEntry
from consortium.core.errors import Fault, Invalid, NotFound
from consortium.core.work import Work
from consortium.transports.rules import crate_code, is_depot, serial_of
from consortium.transports.tables import Crate, TemplateStop, Vehicle

MOST_AT_ONCE = 1_000
WEEKDAYS = range(5)
CRATES_REMOVED = "transports.crates_removed"
CRATES_GONE = (CRATES_REMOVED, "transports.crates_dropped")
CHANGEABLE = ("window_from", "window_to", "service_s", "required", "skip_ore")


@dataclass(frozen=True, slots=True)
class NewVehicle:
    """A van before it is registered. depot: the slug of a branch. shift: from, to. Costs in öre."""

    code: str
    name: str
    depot: str
    capacity: int
    shift: tuple[time, time]
    max_duration_s: int
    cost_per_km_ore: int
    cost_per_hour_ore: int
    fixed_ore: int = 0


@dataclass(frozen=True, slots=True)
class WeeklyStop:
    """What a weekday (0 Monday … 4 Friday) has planned for a branch, by its slug.

    window: when service may begin. skip_ore: what leaving it out costs where it is not required.
    """

    weekday: int
    branch: str
    window: tuple[time, time]
    service_s: int
    required: bool = True
    skip_ore: int = 0


def register_crates(work: Work, home_slug: str, count: int) -> list[Crate]:
    """Register `count` new crates (1 to 1 000) that belong to a branch; no code comes back."""
    work.require("transports.change")
    if not 1 <= count <= MOST_AT_ONCE:
        raise Invalid(
            "{count} crates cannot be registered at once",
            at="count",
            remedy="Choose 1 to {most}",
            count=count,
            most=MOST_AT_ONCE,
        )
    home = branch_by_slug(work, home_slug)
    first = _last_serial(work) + 1
    crates = [
        Crate(code=crate_code(serial), home_id=home.id, registered_on=work.today)
        for serial in range(first, first + count)
    ]
    work.session.add_all(crates)
    work.session.flush()
    work.audit(
        "transports.crates_registered",
        home_slug,
        count=count,
        first=crates[0].code,
        last=crates[-1].code,
    )
    return crates


def add_vehicle(work: Work, new: NewVehicle) -> Vehicle:
    """Register a van; a code already taken is a Conflict when the work closes."""
    work.require("transports.change")
    if faults := _vehicle_faults(new):
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
    work.session.add(vehicle)
    work.session.flush()
    work.audit("transports.vehicle_added", vehicle.code)
    return vehicle


def set_template_stop(work: Work, new: WeeklyStop) -> TemplateStop:
    """Give a branch a stop on a weekday, or change the one it has; plans already made stay."""
    work.require("transports.change")
    branch = branch_by_slug(work, new.branch)
    if faults := _stop_faults(new, branch.kind):
        raise Invalid(faults)
    stop = template_stop(work, new.weekday, branch.id)
    before = template_facts(stop) if stop else {}
    asked = TemplateStop(
        weekday=new.weekday,
        branch_id=branch.id,
        window_from=new.window[0],
        window_to=new.window[1],
        service_s=new.service_s,
        required=new.required,
        skip_ore=new.skip_ore,
    )
    stop = stop or asked
    for name in CHANGEABLE:
        setattr(stop, name, getattr(asked, name))
    work.session.add(stop)
    work.session.flush()
    after = template_facts(stop)
    changed: dict[str, Any] = {
        name: [before.get(name), value]
        for name, value in after.items()
        if before.get(name) != value
    }
    if changed:
        work.audit("transports.template_changed", branch.slug, weekday=new.weekday, **changed)
    return stop


def drop_template_stop(work: Work, weekday: int, slug: str) -> None:
    """Take a branch's stop on a weekday away; plans already made stay."""
    work.require("transports.change")
    branch = branch_by_slug(work, slug)
    stop = template_stop(work, weekday, branch.id)
    if stop is None:
        raise NotFound("{name} has no stop on that weekday", name=branch.name)
    work.session.delete(stop)
    gone: dict[str, Any] = {name: [value, None] for name, value in template_facts(stop).items()}
    work.audit("transports.template_changed", slug, weekday=weekday, **gone)


def _last_serial(work: Work) -> int:
    """The highest serial ever given; whoever else registers now waits until this work closes."""
    newest = select(Crate.id).order_by(col(Crate.id).desc()).limit(1).with_for_update()
    work.session.exec(newest).all()
    last = work.session.exec(select(func.max(Crate.code))).one()
    removed = select(AuditEntry.facts).where(col(AuditEntry.event).in_(CRATES_GONE))
    codes = [last or "", *(facts["last"] for facts in work.session.exec(removed))]
    return max(serial_of(code) if code else 0 for code in codes)


def _vehicle_faults(new: NewVehicle) -> list[Fault]:
    faults = [
        Fault("A vehicle needs a code and a name", place)
        for place, text in (("code", new.code), ("name", new.name))
        if not text.strip()
    ]
    if new.capacity < 1:
        faults.append(Fault("A vehicle carries at least one crate", "capacity"))
    if new.shift[1] <= new.shift[0]:
        faults.append(Fault("The shift must end after it begins", "shift"))
    if new.max_duration_s < 1:
        faults.append(Fault("The longest time of work is above 0 seconds", "max_duration_s"))
    costs = ("cost_per_km_ore", "cost_per_hour_ore", "fixed_ore")
    given = asdict(new)
    return faults + [Fault("A cost is 0 or more", name) for name in costs if given[name] < 0]


def _stop_faults(new: WeeklyStop, kind: str) -> list[Fault]:
    faults = []
    if new.weekday not in WEEKDAYS:
        faults.append(
            Fault(
                "Crates travel from Monday to Friday", "weekday", {}, "Choose 0 to 4, 0 is Monday"
            )
        )
    if is_depot(kind):
        faults.append(Fault("A depot is no stop: routes begin and end there", "branch"))
    if new.window[1] <= new.window[0]:
        faults.append(Fault("The window must end after it begins", "window"))
    if new.service_s < 0:
        faults.append(Fault("The time at a stop is 0 seconds or more", "service_s"))
    if new.skip_ore < 0:
        faults.append(Fault("A cost is 0 or more", "skip_ore"))
    return faults


def template_stop(work: Work, weekday: int, branch_id: int) -> TemplateStop | None:
    """The stop that a weekday has for a branch."""
    rows = select(TemplateStop).where(
        TemplateStop.weekday == weekday, TemplateStop.branch_id == branch_id
    )
    return work.session.exec(rows).first()


def template_facts(stop: TemplateStop) -> dict[str, Any]:
    """What of a stop can be changed, as the audit trail has it: times as ISO 8601."""
    given = {name: getattr(stop, name) for name in CHANGEABLE}
    return {
        name: value.isoformat() if isinstance(value, time) else value
        for name, value in given.items()
    }
