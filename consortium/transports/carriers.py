"""Use cases and questions of the carriers: who drives, and what a missed stop costs them."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement
from sqlmodel import col, delete, select

from consortium.core.emails import is_email
from consortium.core.errors import Conflict, Fault, Invalid, NotFound
from consortium.core.work import Work
from consortium.transports.tables import Carrier, CarrierClaim, CarrierInvoice, Vehicle

LONGEST: Final = 200
MOST_ORE: Final = 100_000_000


@dataclass(frozen=True, slots=True)
class NewCarrier:
    """A carrier as it is entered. missed_stop_ore: what a missed stop costs; clause: by what."""

    name: str
    organisation_number: str = ""
    email: str = ""
    missed_stop_ore: int = 0
    clause: str = ""
    active: bool = True


def carriers(work: Work) -> list[Carrier]:
    """All carriers by name, those that drive no longer last."""
    work.require("transports.see")
    rows = select(Carrier).order_by(col(Carrier.active).desc(), col(Carrier.name))
    return list(work.session.exec(rows))


def carrier_by_id(work: Work, carrier_id: int) -> Carrier:
    work.require("transports.see")
    carrier = work.session.get(Carrier, carrier_id)
    if carrier is None:
        raise NotFound("There is no carrier {id}", id=carrier_id)
    return carrier


def vans_of(work: Work, carrier: Carrier) -> list[Vehicle]:
    """The vans that a carrier drives, by code."""
    work.require("transports.see")
    rows = select(Vehicle).where(Vehicle.carrier_id == carrier.id).order_by(col(Vehicle.code))
    return list(work.session.exec(rows))


def invoices_of(work: Work, carrier: Carrier) -> list[str]:
    """The numbers of a carrier's invoices that stand, in their order."""
    work.require("transports.see")
    rows = select(CarrierInvoice.number).where(*_standing_invoices(carrier))
    return list(work.session.exec(rows.order_by(col(CarrierInvoice.number))))


def add_carrier(work: Work, new: NewCarrier) -> Carrier:
    """Add a carrier; Conflict where another has its name."""
    work.require("transports.change")
    if faults := list(_faults(new)):
        raise Invalid(faults)
    _refuse_taken(work, new.name.strip(), 0)
    carrier = Carrier(**_plain(new))
    work.session.add(carrier)
    work.session.flush()
    facts = {name: value for name, value in _plain(new).items() if name not in {"name", "email"}}
    personal = {"email": carrier.email} if carrier.email else None
    work.audit(
        "transports.carrier_added", carrier.name, personal=personal, carrier=carrier.id, **facts
    )
    return carrier


def change_carrier(work: Work, carrier_id: int, new: NewCarrier) -> Carrier:
    """Change a carrier, or end it (active). Undone by itself.

    One that still drives a van cannot be ended: Conflict.
    """
    work.require("transports.change")
    carrier = carrier_by_id(work, carrier_id)
    if faults := list(_faults(new)):
        raise Invalid(faults)
    _refuse_taken(work, new.name.strip(), carrier.id)
    if carrier.active and not new.active:
        _refuse_driving(work, carrier)
    before, after = standing(carrier), _plain(new)
    changed: dict[str, Any] = {
        name: [before[name], after[name]] for name in after if before[name] != after[name]
    }
    email = changed.pop("email", None)
    for name, value in after.items():
        setattr(carrier, name, value)
    work.session.add(carrier)
    if changed or email:
        work.audit(
            "transports.carrier_changed",
            carrier.name,
            personal={"email": email} if email else None,
            carrier=carrier.id,
            **changed,
        )
    return carrier


def remove_carrier(work: Work, carrier_id: int) -> None:
    """Delete a carrier that nothing rests on: no van, claim or invoice that stands.

    Its invoices that were taken back go with it.
    """
    work.require("transports.change")
    carrier = carrier_by_id(work, carrier_id)
    for resting in (
        select(Vehicle.id).where(Vehicle.carrier_id == carrier.id),
        select(CarrierClaim.id).where(CarrierClaim.carrier_id == carrier.id),
        select(CarrierInvoice.id).where(*_standing_invoices(carrier)),
    ):
        if work.session.exec(resting.limit(1)).first() is not None:
            raise Conflict("Vans, claims or invoices rest on {name}", name=carrier.name)
    work.session.exec(delete(CarrierInvoice).where(col(CarrierInvoice.carrier_id) == carrier.id))
    facts = standing(carrier)
    name, email = facts.pop("name"), facts.pop("email")
    work.session.delete(carrier)
    work.session.flush()
    personal = {"email": email} if email else None
    work.audit("transports.carrier_removed", name, personal=personal, **facts)


def standing(carrier: Carrier) -> dict[str, Any]:
    """A carrier by the names of `NewCarrier`."""
    return {name: getattr(carrier, name) for name in NewCarrier.__dataclass_fields__}


def _standing_invoices(carrier: Carrier) -> tuple[ColumnElement[bool], ...]:
    """What the invoices of a carrier that were not taken back fulfil."""
    return (col(CarrierInvoice.carrier_id) == carrier.id, col(CarrierInvoice.withdrawn).is_(False))


def _plain(new: NewCarrier) -> dict[str, Any]:
    return {
        name: value.strip() if isinstance(value, str) else value
        for name, value in asdict(new).items()
    }


def _faults(new: NewCarrier) -> Iterator[Fault]:
    if not new.name.strip():
        yield Fault("A carrier needs a name", "name")
    for name in ("name", "organisation_number", "clause"):
        if len(getattr(new, name).strip()) > LONGEST:
            yield Fault("The text is too long", name, {}, "Use at most 200 characters")
    if new.email.strip() and not is_email(new.email.strip()):
        yield Fault("This is no e-mail address", "email", {}, "Write it as name@example.se")
    if not 0 <= new.missed_stop_ore <= MOST_ORE:
        yield Fault("A missed stop costs 0 to 1 000 000 kr", "missed_stop")


def _refuse_taken(work: Work, name: str, own_id: int) -> None:
    taken = select(Carrier.id).where(Carrier.name == name, Carrier.id != own_id)
    if work.session.exec(taken).first() is not None:
        raise Conflict("There is a carrier called {name} already", at="name", name=name)


def _refuse_driving(work: Work, carrier: Carrier) -> None:
    driven = [van.name for van in vans_of(work, carrier) if van.active]
    if driven:
        raise Conflict(
            "{name} still drives {vans}",
            at="active",
            name=carrier.name,
            vans=", ".join(driven),
            remedy="Give its vans to another carrier first",
        )
