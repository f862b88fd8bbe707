"""Use cases and queries: stops held to a van or a place in its route, and stops kept apart.

A pin of a date goes before one of its weekday, and that before one that always holds. Plans follow
them from the next planning on; `pin_prices.py` says what they cost.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlmodel import col, or_, select

from consortium.branches.queries import branch_by_slug, branches
from consortium.branches.tables import Branch
from consortium.core.errors import Conflict, Fault, Invalid, NotFound
from consortium.core.work import Work
from consortium.crates.rules import is_depot
from consortium.transports.queries import vehicles
from consortium.transports.tables import Apart, Pin, Vehicle

POSITIONS: Final = ("first", "last")

_PLACE: Final = re.compile(r"[1-9]\d?", re.ASCII)


@dataclass(frozen=True, slots=True)
class NewPin:
    """branch: its slug. vehicle: a van's code, or empty. position: `first`, `last`, a number, or
    empty. on_date, weekday (0 Monday): when it holds; neither, always.
    """

    branch: str
    vehicle: str = ""
    position: str = ""
    on_date: date | None = None
    weekday: int | None = None


@dataclass(frozen=True, slots=True)
class PinView:
    """A pin with the names of what it holds. holds: a nearer pin does not say all of it."""

    id: int
    branch: str
    name: str
    vehicle: str
    van_name: str
    position: str
    on_date: date | None
    weekday: int | None
    holds: bool


@dataclass(frozen=True, slots=True)
class ApartView:
    """Two branches that never share a route: slugs and names."""

    first: str
    second: str
    names: tuple[str, str]


def pins_on(work: Work, day: date, weekday: int | None) -> list[PinView]:
    """The pins that can hold on `day`, by the name of the branch, the nearest first.

    weekday: that the day is driven as (0 Monday).
    """
    work.require("transports.see")
    always = col(Pin.weekday).is_(None) & col(Pin.on_date).is_(None)
    due = or_(Pin.on_date == day, col(Pin.weekday) == weekday, always)
    rows = select(Pin, Branch).join(Branch, col(Branch.id) == col(Pin.branch_id)).where(due)
    vans = {van.id: van for van, _ in vehicles(work)}
    found = sorted(work.session.exec(rows), key=lambda row: (row[1].name, _farness(row[0])))
    said: set[tuple[int, str]] = set()
    shown = []
    for pin, branch in found:
        says = {(pin.branch_id, name) for name in ("vehicle_id", "position") if getattr(pin, name)}
        shown.append(_view(pin, branch, vans, holds=bool(says - said)))
        said |= says
    return shown


def aparts(work: Work) -> list[ApartView]:
    """The pairs that never share a route, by name."""
    work.require("transports.see")
    places = {branch.id: branch for branch, _ in branches(work)}
    pairs = [
        (places[row.first_id], places[row.second_id]) for row in work.session.exec(select(Apart))
    ]
    shown = [ApartView(one.slug, two.slug, (one.name, two.name)) for one, two in pairs]
    return sorted(shown, key=lambda pair: pair.names)


def pin_stop(work: Work, new: NewPin) -> Pin:
    """Hold a stop to a van, to a place in its route, or to both.

    Invalid, with everything that is wrong; Conflict where the stop is held for the same time.
    """
    work.require("transports.plan")
    branch = branch_by_slug(work, new.branch)
    van = _van(work, new.vehicle) if new.vehicle else None
    if faults := list(_faults(branch, new)):
        raise Invalid(faults)
    if _pin_row(work, branch.id, new.on_date, new.weekday) is not None:
        raise Conflict(
            "{name} is held for that time already",
            name=branch.name,
            remedy="Take that away first",
        )
    pin = Pin(
        branch_id=branch.id,
        weekday=new.weekday,
        on_date=new.on_date,
        vehicle_id=van.id if van else None,
        position=new.position,
        entered_by=work.actor.name,
        entered_at=work.now,
    )
    work.session.add(pin)
    work.session.flush()
    work.audit("transports.stop_pinned", branch.slug, **_facts(new))
    return pin


def unpin_stop(work: Work, pin_id: int) -> NewPin:
    """Let go of what a pin holds; what it was."""
    work.require("transports.plan")
    pin = work.session.get(Pin, pin_id)
    if pin is None:
        raise NotFound("There is no such pin")
    branch = work.session.get_one(Branch, pin.branch_id)
    was = _as_given(work, pin, branch.slug)
    work.session.delete(pin)
    work.session.flush()
    work.audit("transports.pin_removed", branch.slug, **_facts(was))
    return was


def pin_id_of(work: Work, branch: str, on_date: date | None, weekday: int | None) -> int | None:
    """The pin of a stop for a time, None where there is none."""
    work.require("transports.see")
    found = _pin_row(work, branch_by_slug(work, branch).id, on_date, weekday)
    return found.id if found else None


def held_pin(work: Work, branch: str, on_date: date | None, weekday: int | None) -> NewPin | None:
    """What a stop is held to for a time, None where it is not."""
    work.require("transports.see")
    pin = _pin_row(work, branch_by_slug(work, branch).id, on_date, weekday)
    return _as_given(work, pin, branch) if pin else None


def keep_apart(work: Work, one: str, other: str) -> None:
    """Never let two stops share a route. Conflict where they are kept apart already."""
    work.require("transports.plan")
    first, second = _pair(work, one, other)
    if _apart(work, first, second) is not None:
        facts = {"one": first.name, "other": second.name}
        raise Conflict([Fault("{one} and {other} are kept apart already", "other", facts)])
    made = Apart(
        first_id=first.id,
        second_id=second.id,
        entered_by=work.actor.name,
        entered_at=work.now,
    )
    work.session.add(made)
    work.session.flush()
    work.audit("transports.kept_apart", first.slug, other=second.slug)


def let_together(work: Work, one: str, other: str) -> None:
    """Let two stops share a route again."""
    work.require("transports.plan")
    first, second = _pair(work, one, other)
    found = _apart(work, first, second)
    if found is None:
        raise NotFound("They are not kept apart")
    work.session.delete(found)
    work.session.flush()
    work.audit("transports.let_together", first.slug, other=second.slug)


def are_apart(work: Work, one: str, other: str) -> bool:
    """Whether two stops are kept apart."""
    work.require("transports.see")
    return _apart(work, *_pair(work, one, other)) is not None


def _faults(branch: Branch, new: NewPin) -> Iterator[Fault]:
    if is_depot(branch.kind):
        yield Fault("A depot is no stop", "branch", {}, "Choose a library")
    if not new.vehicle and not new.position:
        yield Fault("Say which van, or which place in its route", "vehicle")
    if new.position and new.position not in POSITIONS and not _PLACE.fullmatch(new.position):
        yield Fault("A place in a route is first, last or a number from 1 to 99", "position")
    if new.on_date is not None and new.weekday is not None:
        yield Fault("It holds on a date or on a weekday, not on both", "on_date")


def _van(work: Work, code: str) -> Vehicle:
    van = work.session.exec(select(Vehicle).where(Vehicle.code == code)).first()
    if van is None:
        raise NotFound("There is no vehicle {code}", code=code)
    return van


def _as_given(work: Work, pin: Pin, branch: str) -> NewPin:
    van = work.session.get(Vehicle, pin.vehicle_id) if pin.vehicle_id else None
    return NewPin(branch, van.code if van else "", pin.position, pin.on_date, pin.weekday)


def _pin_row(work: Work, branch_id: int, on_date: date | None, weekday: int | None) -> Pin | None:
    rows = select(Pin).where(Pin.branch_id == branch_id)
    same_date = col(Pin.on_date).is_(None) if on_date is None else Pin.on_date == on_date
    same_weekday = col(Pin.weekday).is_(None) if weekday is None else Pin.weekday == weekday
    return work.session.exec(rows.where(same_date, same_weekday)).first()


def _pair(work: Work, one: str, other: str) -> tuple[Branch, Branch]:
    """Two branches, the smaller id first."""
    found = [branch_by_slug(work, slug) for slug in (one, other)]
    if found[0].id == found[1].id:
        raise Invalid("Choose two different libraries", at="other")
    if depot := next((branch for branch in found if is_depot(branch.kind)), None):
        raise Invalid("{name} is a depot, no stop", at="other", name=depot.name)
    first, second = sorted(found, key=lambda branch: branch.id)
    return first, second


def _apart(work: Work, first: Branch, second: Branch) -> Apart | None:
    rows = select(Apart).where(Apart.first_id == first.id, Apart.second_id == second.id)
    return work.session.exec(rows).first()


def _facts(new: NewPin) -> dict[str, Any]:
    return {
        "vehicle": new.vehicle,
        "position": new.position,
        "on": new.on_date.isoformat() if new.on_date else None,
        "weekday": new.weekday,
    }


def _farness(pin: Pin) -> int:
    """0 for a date, 1 for a weekday, 2 for always."""
    return 0 if pin.on_date else 1 if pin.weekday is not None else 2


def _view(pin: Pin, branch: Branch, vans: dict[int, Vehicle], *, holds: bool) -> PinView:
    van = vans.get(pin.vehicle_id) if pin.vehicle_id else None
    return PinView(
        pin.id,
        branch.slug,
        branch.name,
        van.code if van else "",
        van.name if van else "",
        pin.position,
        pin.on_date,
        pin.weekday,
        holds,
    )
