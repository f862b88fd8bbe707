"""Use cases: invoices of carriers become actual costs of the pool of transports."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlmodel import col, select

from consortium.core.errors import Conflict, Fault, Invalid, NotFound
from consortium.core.work import Work
from consortium.costs.changing import CARRIERS
from consortium.costs.queries import pool_of_year
from consortium.costs.recording import NewCost, replace_costs
from consortium.transports.carriers import carrier_by_id
from consortium.transports.claiming import ACCEPTED
from consortium.transports.following import DrivenRoute, driven_routes
from consortium.transports.tables import Carrier, CarrierClaim, CarrierInvoice, Vehicle

POOL: Final = "transports"
"""The code that the pool of transports has, unless another is chosen."""
LONGEST_NUMBER: Final = 50
MOST_ORE: Final = 10**12


@dataclass(frozen=True, slots=True)
class NewInvoice:
    """A carrier's invoice as it is entered. amount_ore: net of VAT, negative for a credit.

    from_on, to_on: the time that it is for, both inclusive, in one year. pool: its code.
    """

    carrier_id: int
    number: str
    from_on: date
    to_on: date
    amount_ore: int
    pool: str = POOL


@dataclass(frozen=True, slots=True)
class Compared:
    """An invoice beside what the plans of its time said.

    planned_ore: what the carrier's routes were planned to cost; planned: how many they are.
    claimed_ore: its accepted claims of the time.
    """

    invoice: CarrierInvoice
    carrier: Carrier
    planned_ore: int
    planned: int
    claimed_ore: int

    @property
    def above_ore(self) -> int:
        """How much the invoice is above the plans, less the claims."""
        return self.invoice.amount_ore - (self.planned_ore - self.claimed_ore)


def enter_invoice(work: Work, new: NewInvoice) -> CarrierInvoice:
    """Enter a carrier's invoice, and its cost in the pool of the year.

    A number that the carrier has used is a Conflict; one that was taken back may come again.
    """
    work.require("costs.change")
    carrier = carrier_by_id(work, new.carrier_id)
    if faults := list(_faults(new)):
        raise Invalid(faults)
    pool_of_year(work, new.pool, new.to_on.year)
    row = _known(work, new)
    if row is not None and not row.withdrawn:
        raise Conflict(
            "The invoice {number} of {carrier} is entered already",
            at="number",
            number=new.number.strip(),
            carrier=carrier.name,
        )
    row = _written(work, row, new)
    _cost(work, row, carrier)
    work.audit("transports.carrier_invoice_entered", carrier.name, **facts_of(row))
    return row


def take_back_invoice(work: Work, invoice_id: int) -> CarrierInvoice:
    """Take an invoice back, and its cost; its number may be used again."""
    work.require("costs.change")
    row = invoice_by_id(work, invoice_id)
    if row.withdrawn:
        raise Conflict("The invoice {number} is taken back already", number=row.number)
    carrier = carrier_by_id(work, row.carrier_id)
    row.withdrawn = True
    work.session.add(row)
    replace_costs(work, pool_of_year(work, row.pool, row.to_on.year), _prefix(row), [])
    work.audit("transports.carrier_invoice_withdrawn", carrier.name, **facts_of(row))
    return row


def invoice_by_id(work: Work, invoice_id: int) -> CarrierInvoice:
    rows = select(CarrierInvoice).where(CarrierInvoice.id == invoice_id).with_for_update()
    row = work.session.exec(rows.execution_options(populate_existing=True)).first()
    if row is None:
        raise NotFound("There is no invoice {id} of a carrier", id=invoice_id)
    return row


def compared_invoices(work: Work) -> list[Compared]:
    """The invoices that stand, the latest time first, each beside its plans and claims."""
    work.require("costs.see")
    work.require("transports.see")
    rows = (
        select(CarrierInvoice, Carrier)
        .join(Carrier, col(Carrier.id) == col(CarrierInvoice.carrier_id))
        .where(col(CarrierInvoice.withdrawn).is_(False))
        .order_by(col(CarrierInvoice.to_on).desc(), col(CarrierInvoice.id).desc())
    )
    found = list(work.session.exec(rows))
    if not found:
        return []
    first = min(row.from_on for row, _ in found)
    last = max(row.to_on for row, _ in found)
    routes, drives = driven_routes(work, first, last), _drives(work)
    claimed = _claimed(work, first, last)
    return [_compared(row, carrier, (routes, drives, claimed)) for row, carrier in found]


def facts_of(row: CarrierInvoice) -> dict[str, Any]:
    """An invoice as the audit trail tells of it."""
    return {
        "invoice": row.id,
        "carrier": row.carrier_id,
        "number": row.number,
        "from_on": row.from_on.isoformat(),
        "to_on": row.to_on.isoformat(),
        "amount_ore": row.amount_ore,
        "pool": row.pool,
    }


def _faults(new: NewInvoice) -> Iterator[Fault]:
    if not new.number.strip():
        yield Fault("An invoice needs its number", "number")
    if len(new.number.strip()) > LONGEST_NUMBER:
        yield Fault("The number is too long", "number", {}, "Use at most 50 characters")
    if new.to_on < new.from_on:
        yield Fault("The last day is before the first", "to_on", {}, "Choose a later day")
    elif new.to_on.year != new.from_on.year:
        yield Fault(
            "The time lies in two years, which have a pool each",
            "to_on",
            {},
            "Enter the part of each year by itself, with -1 and -2 after the number",
        )
    if not 0 < abs(new.amount_ore) <= MOST_ORE:
        yield Fault("The amount is 0, or too large", "amount")


def _known(work: Work, new: NewInvoice) -> CarrierInvoice | None:
    rows = select(CarrierInvoice).where(
        CarrierInvoice.carrier_id == new.carrier_id,
        CarrierInvoice.number == new.number.strip(),
    )
    return work.session.exec(rows).first()


def _written(work: Work, row: CarrierInvoice | None, new: NewInvoice) -> CarrierInvoice:
    written = row or CarrierInvoice(
        carrier_id=new.carrier_id,
        number=new.number.strip(),
        from_on=new.from_on,
        to_on=new.to_on,
        amount_ore=0,
        pool="",
        entered_by="",
        entered_at=work.now,
    )
    written.from_on, written.to_on = new.from_on, new.to_on
    written.amount_ore, written.pool = new.amount_ore, new.pool
    written.entered_by, written.entered_at = work.actor.name, work.now
    written.withdrawn = False
    work.session.add(written)
    work.session.flush()
    return written


def _cost(work: Work, row: CarrierInvoice, carrier: Carrier) -> None:
    cost = NewCost(
        reference=f"{_prefix(row)}{row.number}",
        on_date=row.to_on,
        supplier=carrier.name,
        text=f"{row.number}, {row.from_on.isoformat()}–{row.to_on.isoformat()}",
        amount_ore=row.amount_ore,
        from_on=row.from_on,
        to_on=row.to_on,
    )
    replace_costs(work, pool_of_year(work, row.pool, row.to_on.year), _prefix(row), [cost])


def _prefix(row: CarrierInvoice) -> str:
    """How the reference of an invoice's cost begins: no other's begins so."""
    return f"{CARRIERS}{row.id}:"


def _drives(work: Work) -> dict[str, int]:
    """Van → the carrier that drives it today."""
    rows = select(Vehicle.code, Vehicle.carrier_id).where(col(Vehicle.carrier_id).is_not(None))
    return {code: carrier_id for code, carrier_id in work.session.exec(rows) if carrier_id}


def _claimed(work: Work, first: date, last: date) -> dict[tuple[int, date], int]:
    """Carrier and day → öre of accepted claims."""
    rows = select(CarrierClaim).where(
        CarrierClaim.state == ACCEPTED, CarrierClaim.on_date >= first, CarrierClaim.on_date <= last
    )
    sums: dict[tuple[int, date], int] = defaultdict(int)
    for claim in work.session.exec(rows):
        sums[claim.carrier_id, claim.on_date] += claim.amount_ore
    return dict(sums)


def _compared(
    row: CarrierInvoice,
    carrier: Carrier,
    known: tuple[list[DrivenRoute], dict[str, int], dict[tuple[int, date], int]],
) -> Compared:
    routes, drives, claimed = known
    theirs = [
        route
        for route in routes
        if row.from_on <= route.on_date <= row.to_on and drives.get(route.vehicle) == carrier.id
    ]
    return Compared(
        row,
        carrier,
        sum(route.ore for route in theirs),
        len(theirs),
        sum(
            ore
            for (carrier_id, day), ore in claimed.items()
            if carrier_id == carrier.id and row.from_on <= day <= row.to_on
        ),
    )
