"""How changes of carriers, claims on them and their invoices are taken back."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sqlmodel import select

from consortium.core.audit import AuditEntry
from consortium.core.errors import Fault
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.exchange.holding import holders
from consortium.transports.carrier_invoices import (
    NewInvoice,
    enter_invoice,
    facts_of,
    take_back_invoice,
)
from consortium.transports.carriers import (
    NewCarrier,
    add_carrier,
    change_carrier,
    invoices_of,
    remove_carrier,
    standing,
    vans_of,
)
from consortium.transports.claiming import put_back_claim
from consortium.transports.tables import Carrier, CarrierClaim, CarrierInvoice
from consortium.undo.ways import GONE, Never, Undoing, Way, day_of, overtaken, personal

RIGHT: Final = "transports.change"
ADDED, CHANGED = "transports.carrier_added", "transports.carrier_changed"
ENTERED = "transports.carrier_invoice_entered"
WITHDRAWN = "transports.carrier_invoice_withdrawn"
ANSWERED = "transports.claim_answered"
ERASED: Final = "What stood there before has been erased in time"


def _carrier(work: Work, entry: AuditEntry) -> Carrier | None:
    return work.session.get(Carrier, entry.facts["carrier"])


def _added_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    carrier = _carrier(work, entry)
    if carrier is None:
        yield Fault(GONE)
        return
    facts = {name: fact for name, fact in entry.facts.items() if name != "carrier"}
    added = {"name": entry.subject, "email": ""} | facts | personal(work, entry)
    if any(standing(carrier)[name] != fact for name, fact in added.items() if fact is not None):
        yield overtaken(work, entry, CHANGED)
    for van in vans_of(work, carrier):
        yield Fault("It drives the vehicle {code}", "week", {"code": van.code})
    for number in invoices_of(work, carrier):
        yield Fault("The invoice {thing} is entered", "", {"thing": number}, "Take that back first")
    yield from holders(work, Carrier, carrier.id, frozenset({"vehicle", "carrierinvoice"}))


def _removed_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    taken = select(Carrier.id).where(Carrier.name == entry.subject)
    if work.session.exec(taken).first() is not None:
        yield Fault("There is another with that name by now", "carriers")
    elif any(value is None for value in personal(work, entry).values()):
        yield Fault(ERASED)


def _add_again(work: Work, entry: AuditEntry) -> None:
    add_carrier(work, NewCarrier(name=entry.subject, **entry.facts, **personal(work, entry)))


def _changed(work: Work, entry: AuditEntry) -> dict[str, Any]:
    """What a change of a carrier changed: name → before and after, None of what is erased."""
    facts = {name: fact for name, fact in entry.facts.items() if name != "carrier"}
    return facts | personal(work, entry)


def _changed_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    carrier, changed = _carrier(work, entry), _changed(work, entry)
    if carrier is None:
        yield Fault(GONE)
    elif any(value is None for value in changed.values()):
        yield Fault(ERASED)
    elif any(standing(carrier)[name] != after for name, (_, after) in changed.items()):
        yield overtaken(work, entry, CHANGED)


def _change_back(work: Work, entry: AuditEntry) -> None:
    carrier = work.session.get_one(Carrier, entry.facts["carrier"])
    before = {name: was for name, (was, _) in _changed(work, entry).items()}
    change_carrier(work, carrier.id, NewCarrier(**(standing(carrier) | before)))


def _answered_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    claim = work.session.get(CarrierClaim, entry.facts["claim"])
    if claim is None:
        yield Fault(GONE)
    elif [claim.state, claim.note] != [entry.facts["state"][1], entry.facts["note"][1]]:
        yield overtaken(work, entry, ANSWERED)


def _invoice(work: Work, entry: AuditEntry) -> CarrierInvoice | None:
    return work.session.get(CarrierInvoice, entry.facts["invoice"])


def _entered_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    invoice = _invoice(work, entry)
    if invoice is None:
        yield Fault(GONE)
    elif invoice.withdrawn or facts_of(invoice) != entry.facts:
        yield overtaken(work, entry, ENTERED, WITHDRAWN)


def _withdrawn_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    invoice = _invoice(work, entry)
    if invoice is None:
        yield Fault(GONE)
    elif not invoice.withdrawn or facts_of(invoice) != entry.facts:
        yield overtaken(work, entry, ENTERED)


def _enter_again(work: Work, entry: AuditEntry) -> None:
    facts = entry.facts
    enter_invoice(
        work,
        NewInvoice(
            facts["carrier"],
            facts["number"],
            day_of(entry, "from_on"),
            day_of(entry, "to_on"),
            facts["amount_ore"],
            facts["pool"],
        ),
    )


WAYS: Final[Mapping[str, Way]] = {
    ADDED: Undoing(
        RIGHT, lambda work, entry: remove_carrier(work, entry.facts["carrier"]), _added_depends
    ),
    CHANGED: Undoing(RIGHT, _change_back, _changed_depends),
    "transports.carrier_removed": Undoing(RIGHT, _add_again, _removed_depends),
    "transports.claims_made": Never(
        mark("Claims follow from what the drivers have noted"),
        mark("Reject a claim, or have what was noted corrected"),
    ),
    "transports.claims_sent": Never(
        mark("The letter has left"), mark("Reject the claims that do not hold")
    ),
    ANSWERED: Undoing(
        RIGHT,
        lambda work, entry: put_back_claim(
            work, entry.facts["claim"], entry.facts["state"][0], entry.facts["note"][0]
        ),
        _answered_depends,
    ),
    ENTERED: Undoing(
        "costs.change",
        lambda work, entry: take_back_invoice(work, entry.facts["invoice"]),
        _entered_depends,
    ),
    WITHDRAWN: Undoing("costs.change", _enter_again, _withdrawn_depends),
}
