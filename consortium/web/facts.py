"""How entries of the audit trail read: their facts, and their events by what they are about."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from textwrap import shorten
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
    "made_at": mark("Made"),
    "members": mark("Members"),
    "messages": mark("Letters"),
    "operations": mark("Operations"),
    "payments": mark("Payments"),
    "people": mark("Accounts"),
    "transports": mark("Transports"),
}
FACT_NAMES: Final = {
    "accepted": mark("Accepted"),
    "access_method": mark("Access method"),
    "account": mark("Account"),
    "address": mark("Address"),
    "after": mark("Values after"),
    "amount_ore": mark("Amount (öre)"),
    "amounts": mark("Amounts (öre)"),
    "at": mark("At"),
    "attachments": mark("Papers"),
    "bankgiro": mark("Bankgiro"),
    "before": mark("Values before"),
    "branch": mark("Library"),
    "budget_ore": mark("Budget (öre)"),
    "buyer_reference": mark("Buyer reference"),
    "by": mark("By"),
    "category": mark("VAT category"),
    "changed": mark("Changed"),
    "city": mark("Town"),
    "clause": mark("Clause"),
    "closure": mark("Closure"),
    "codes": mark("Codes"),
    "columns": mark("Columns"),
    "comment": mark("Answer (number)"),
    "confirmed": mark("Confirmed"),
    "corrected": mark("Corrected"),
    "cost": mark("Cost (number)"),
    "cost_ore": mark("Cost (öre)"),
    "count": mark("How many"),
    "credited": mark("Credit notes"),
    "debt_ore": mark("Left to pay (öre)"),
    "delivery": mark("Delivery"),
    "destination": mark("Destination"),
    "due_days": mark("Terms of payment (days)"),
    "email": mark("E-mail"),
    "ended": mark("Ended"),
    "endpoint_id": mark("E-invoice address"),
    "endpoint_scheme": mark("Kind of e-invoice address"),
    "ends_on": mark("Last day"),
    "events": mark("Events"),
    "everyone": mark("Everyone takes part"),
    "example": mark("Example"),
    "f_tax": mark("Approved for F-tax"),
    "faults": mark("Faults"),
    "file": mark("File"),
    "first": mark("First"),
    "forecast": mark("Forecast (number)"),
    "forget_on": mark("Deleted on"),
    "form": mark("Form"),
    "from_on": mark("From"),
    "hours": mark("Opening hours"),
    "instead_of": mark("Instead of"),
    "interest_ore": mark("Interest (öre)"),
    "invoice": mark("Invoice"),
    "invoices": mark("Invoices"),
    "kind": mark("Kind"),
    "kronor": mark("Kronor"),
    "label": mark("Purpose"),
    "last": mark("Last"),
    "letters": mark("Letters"),
    "lines": mark("Budget lines"),
    "links": mark("Sealed entries"),
    "member": mark("Member"),
    "members": mark("Members"),
    "metric": mark("Metric"),
    "month": mark("Month"),
    "months": mark("Months"),
    "moved": mark("Moved"),
    "name": mark("Name"),
    "name_en": mark("Name in English"),
    "new": mark("New"),
    "notice_minutes": mark("Notice (minutes)"),
    "old": mark("From host"),
    "on": mark("Date"),
    "open_figures": mark("Members see each other's figures"),
    "ore_per_loan": mark("Öre a loan"),
    "other_names": mark("Other names"),
    "out": mark("Payment out"),
    "parties": mark("Parties"),
    "payable_ore": mark("To pay (öre)"),
    "percent": mark("Percent"),
    "place": mark("Place"),
    "plan": mark("Plan"),
    "pool": mark("Cost pool"),
    "pools": mark("Cost pools"),
    "postcode": mark("Postcode"),
    "purpose": mark("Purpose"),
    "reason": mark("Reason"),
    "reference": mark("Reference"),
    "replaced": mark("Replaced"),
    "replaces": mark("Replaces run"),
    "reply_by": mark("Answers by"),
    "rights": mark("Rights"),
    "roles": mark("Roles"),
    "round": mark("Budget version (number)"),
    "rows": mark("Rows"),
    "sequence": mark("Run of the month"),
    "separate": mark("An invoice for each pool"),
    "series": mark("Series of numbers"),
    "sha256": mark("Checksum"),
    "source": mark("Source"),
    "source_before": mark("Source before"),
    "stage": mark("Stage"),
    "stance": mark("Answer"),
    "state": mark("State"),
    "states": mark("States"),
    "step": mark("Step"),
    "street": mark("Street or box"),
    "supplier": mark("Supplier"),
    "suppliers": mark("Suppliers"),
    "text": mark("Text"),
    "title": mark("Title"),
    "to_on": mark("To"),
    "total_ore": mark("Sum (öre)"),
    "transferred": mark("Passed to the new host"),
    "unchanged": mark("Unchanged"),
    "unit": mark("Unit"),
    "until": mark("Until"),
    "username": mark("User name"),
    "version": mark("Version"),
    "votes": mark("Votes"),
    "way": mark("Way"),
    "weekday": mark("Weekday (0 Monday)"),
    "what": mark("What"),
    "why": mark("Why"),
    "without_email": mark("Without e-mail"),
    "written_to": mark("Written to"),
}
"""Fact of an entry → what it is called; others show their own name."""

INNER: Final = frozenset(
    {
        "after",
        "agreement",
        "batch",
        "before",
        "block",
        "closure",
        "cost",
        "figures",
        "link",
        "measure",
        "run",
        "sending",
        "session",
        "sha256",
        "snapshot",
        "token",
        "trip",
        "version",
    }
)
"""What a list of entries leaves to the entry's own page: numbers of rows, digests, whole sheets."""

MOST_IN_SHORT: Final = 4
LONGEST_IN_SHORT: Final = 80


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact as it is shown. before: None where it is no change."""

    name: str
    before: str | None
    value: str


def facts_of(event: str, facts: Mapping[str, Any]) -> list[Fact]:
    """The facts of an entry by name; in that of a change, `[before, after]` is taken apart."""
    return [fact_of(event, name, value) for name, value in sorted(facts.items())]


def short_facts(event: str, facts: Mapping[str, Any]) -> list[Fact]:
    """The facts that tell most, for a line in a list; the entry's own page has all of them."""
    told_most = {name: value for name, value in facts.items() if name not in INNER}
    return [
        replace(fact, value=shorten(fact.value, LONGEST_IN_SHORT, placeholder=" …"))
        for fact in facts_of(event, told_most)[:MOST_IN_SHORT]
    ]


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
