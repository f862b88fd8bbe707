"""How entries of the audit trail read: their facts, and their events by what they are about."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from consortium.core.words import mark
from consortium.web.event_names import EVENT_NAMES
from consortium.web.language import told

ROOM_NAMES: Final = {
    "agreements": mark("Agreements"),
    "audit": mark("Audit trail"),
    "billing": mark("Invoices"),
    "branches": mark("Libraries"),
    "cards": mark("Cards"),
    "costs": mark("Allocation"),
    "emedia": mark("E-media"),
    "exchange": mark("Imports"),
    "ledger": mark("Bookkeeping"),
    "measures": mark("Measures"),
    "members": mark("Members"),
    "messages": mark("Letters"),
    "operations": mark("Operations"),
    "people": mark("Accounts"),
    "transports": mark("Transports"),
}
FACT_NAMES: Final = {
    "amount_ore": mark("Amount (öre)"),
    "buyer_reference": mark("Buyer reference"),
    "city": mark("Town"),
    "closure": mark("Closure"),
    "count": mark("How many"),
    "delivery": mark("Delivery"),
    "email": mark("E-mail"),
    "endpoint_id": mark("E-invoice address"),
    "endpoint_scheme": mark("Kind of e-invoice address"),
    "faults": mark("Faults"),
    "first": mark("First"),
    "from_on": mark("From"),
    "last": mark("Last"),
    "links": mark("Sealed entries"),
    "members": mark("Members"),
    "month": mark("Month"),
    "name": mark("Name"),
    "on": mark("Date"),
    "parties": mark("Parties"),
    "payable_ore": mark("To pay (öre)"),
    "postcode": mark("Postcode"),
    "reason": mark("Reason"),
    "roles": mark("Roles"),
    "sha256": mark("Checksum"),
    "street": mark("Street or box"),
    "title": mark("Title"),
    "to_on": mark("To"),
    "username": mark("User name"),
    "way": mark("Way"),
}
"""Fact of an entry → what it is called; others show their own name."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact as it is shown. before: None where it is no change."""

    name: str
    before: str | None
    value: str


def facts_of(event: str, facts: Mapping[str, Any]) -> list[Fact]:
    """The facts of an entry by name; in that of a change, `[before, after]` is taken apart."""
    return [fact_of(event, name, value) for name, value in sorted(facts.items())]


def fact_of(event: str, name: str, value: Any) -> Fact:
    shown = told(FACT_NAMES.get(name, name.replace("_", " ")))
    changed = event.endswith("_changed") and isinstance(value, list)
    if changed and len(value) == len(("before", "after")):
        return Fact(shown, _plain(value[0]), _plain(value[1]))
    return Fact(shown, None, _plain(value))


def events_by_room() -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Every room that has events: its name in them, in the reader's language, and its events."""
    rooms: dict[str, list[tuple[str, str]]] = {}
    for event, name in EVENT_NAMES.items():
        rooms.setdefault(event.partition(".")[0], []).append((event, told(name)))
    named = [
        (room, told(ROOM_NAMES.get(room, room)), sorted(events, key=lambda pair: pair[1]))
        for room, events in rooms.items()
    ]
    return sorted(named, key=lambda group: group[1])


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_plain, value))
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_plain(part)}" for name, part in value.items())
    return "" if value is None else str(value)
