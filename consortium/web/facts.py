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
    "crates": mark("Crates"),
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
    "absence": mark("Absence (number)"),
    "accepted": mark("Accepted"),
    "access_method": mark("Access method"),
    "account": mark("Account"),
    "active": mark("In use"),
    "address": mark("Address"),
    "after": mark("Values after"),
    "amount_ore": mark("Amount (öre)"),
    "amounts": mark("Amounts (öre)"),
    "arrives": mark("Arrives"),
    "at": mark("At"),
    "attachments": mark("Papers"),
    "bankgiro": mark("Bankgiro"),
    "begins": mark("Begins"),
    "before": mark("Values before"),
    "branch": mark("Library"),
    "breaks": mark("Breaks"),
    "budget_ore": mark("Budget (öre)"),
    "buyer_reference": mark("Buyer reference"),
    "by": mark("By"),
    "capacity": mark("Room (crates)"),
    "carrier": mark("Carrier (number)"),
    "category": mark("VAT category"),
    "changed": mark("Changed"),
    "city": mark("Town"),
    "claim": mark("Claim (number)"),
    "claims": mark("Claims (numbers)"),
    "clause": mark("Clause"),
    "closure": mark("Closure"),
    "codes": mark("Codes"),
    "collect": mark("Crates to collect"),
    "columns": mark("Columns"),
    "comment": mark("Answer (number)"),
    "confirmed": mark("Confirmed"),
    "coordinate_basis": mark("How exact the coordinates are"),
    "corrected": mark("Corrected"),
    "cost": mark("Cost (number)"),
    "cost_ore": mark("Cost (öre)"),
    "cost_per_hour_ore": mark("Per hour (öre)"),
    "cost_per_km_ore": mark("Per km (öre)"),
    "count": mark("How many"),
    "counts": mark("Counts: day, library, before, after"),
    "credited": mark("Credit notes"),
    "day": mark("Day"),
    "days": mark("Days"),
    "debt_ore": mark("Left to pay (öre)"),
    "deliver": mark("Crates to deliver"),
    "delivery": mark("Delivery"),
    "depot": mark("Depot"),
    "destination": mark("Destination"),
    "distance_m": mark("Length (metres)"),
    "driven_by": mark("Driven by"),
    "driving_percent": mark("Longer driving (%)"),
    "due_days": mark("Terms of payment (days)"),
    "duration_s": mark("Driving time (seconds)"),
    "email": mark("E-mail"),
    "empties_kept": mark("Empty crates to keep"),
    "ended": mark("Ended"),
    "endpoint_id": mark("E-invoice address"),
    "endpoint_scheme": mark("Kind of e-invoice address"),
    "ends": mark("Ends"),
    "ends_on": mark("Last day"),
    "events": mark("Events"),
    "every_weeks": mark("Every so many weeks"),
    "everyone": mark("Everyone takes part"),
    "example": mark("Example"),
    "f_tax": mark("Approved for F-tax"),
    "far": mark("Far from every road"),
    "faults": mark("Faults"),
    "feed_version": mark("Version of the address"),
    "fetched": mark("Fetched"),
    "file": mark("File"),
    "first": mark("First"),
    "first_on": mark("First day"),
    "fixed_ore": mark("Per day (öre)"),
    "forecast": mark("Forecast (number)"),
    "forget_on": mark("Deleted on"),
    "form": mark("Form"),
    "from_on": mark("From"),
    "gone": mark("Dropped"),
    "has_key": mark("Drivers have a key"),
    "hours": mark("Opening hours"),
    "instead_of": mark("Instead of"),
    "instructions": mark("Where crates are left"),
    "interest_ore": mark("Interest (öre)"),
    "into": mark("Successor"),
    "invoice": mark("Invoice"),
    "invoices": mark("Invoices"),
    "kind": mark("Kind"),
    "kinds": mark("Kinds"),
    "kronor": mark("Kronor"),
    "label": mark("Purpose"),
    "last": mark("Last"),
    "last_on": mark("Last day"),
    "lat": mark("Latitude"),
    "leaves": mark("Leaves"),
    "letters": mark("Letters"),
    "lines": mark("Budget lines"),
    "links": mark("Sealed entries"),
    "locality": mark("Locality"),
    "lon": mark("Longitude"),
    "max_duration_s": mark("Longest work (s)"),
    "measured_on": mark("Measured on"),
    "member": mark("Member"),
    "members": mark("Members"),
    "metric": mark("Metric"),
    "missed_stop_ore": mark("Cost of a missed stop (öre)"),
    "month": mark("Month"),
    "months": mark("Months"),
    "more_windows": mark("More windows"),
    "moved": mark("Moved"),
    "name": mark("Name"),
    "name_en": mark("Name in English"),
    "new": mark("New"),
    "note": mark("Note"),
    "noted_at": mark("Noted at"),
    "noted_by": mark("Noted by"),
    "notice_minutes": mark("Notice (minutes)"),
    "number": mark("Number"),
    "old": mark("From host"),
    "on": mark("Date"),
    "open_figures": mark("Members see each other's figures"),
    "other": mark("The other library"),
    "ore_per_loan": mark("Öre a loan"),
    "organisation_number": mark("Organisation number"),
    "other_names": mark("Other names"),
    "out": mark("Payment out"),
    "parties": mark("Parties"),
    "payable_ore": mark("To pay (öre)"),
    "percent": mark("Percent"),
    "place": mark("Place"),
    "plan": mark("Plan"),
    "points": mark("Coordinates of both ends"),
    "pool": mark("Cost pool"),
    "pools": mark("Cost pools"),
    "position": mark("Place in the route"),
    "postcode": mark("Postcode"),
    "purpose": mark("Purpose"),
    "reason": mark("Reason"),
    "reference": mark("Reference"),
    "replaced": mark("Replaced"),
    "replaces": mark("Replaces run"),
    "reply_by": mark("Answers by"),
    "required": mark("Required"),
    "rights": mark("Rights"),
    "roles": mark("Roles"),
    "round": mark("Budget version (number)"),
    "routes": mark("Routes"),
    "rows": mark("Rows"),
    "sample": mark("Sample (number)"),
    "season": mark("Season"),
    "seed": mark("Seed"),
    "sequence": mark("Run of the month"),
    "separate": mark("An invoice for each pool"),
    "series": mark("Series of numbers"),
    "served": mark("Served"),
    "service_s": mark("Time at the stop (s)"),
    "sha256": mark("Checksum"),
    "shift": mark("Shift"),
    "skip_ore": mark("Cost of leaving it out (öre)"),
    "source": mark("Source"),
    "source_before": mark("Source before"),
    "spare": mark("Spare"),
    "stage": mark("Stage"),
    "stance": mark("Answer"),
    "state": mark("State"),
    "states": mark("States"),
    "step": mark("Step"),
    "stop": mark("Stop"),
    "stops": mark("Stops"),
    "street": mark("Street or box"),
    "supplier": mark("Supplier"),
    "suppliers": mark("Suppliers"),
    "text": mark("Text"),
    "title": mark("Title"),
    "to_on": mark("To"),
    "total_ore": mark("Sum (öre)"),
    "transferred": mark("Passed to the new host"),
    "trouble": mark("Trouble"),
    "unchanged": mark("Unchanged"),
    "unit": mark("Unit"),
    "unrouted": mark("Without a road"),
    "until": mark("Until"),
    "username": mark("User name"),
    "usual_collect": mark("Usually to collect"),
    "usual_deliver": mark("Usually to deliver"),
    "vehicle": mark("Van"),
    "version": mark("Version"),
    "votes": mark("Votes"),
    "way": mark("Way"),
    "weekday": mark("Weekday (0 Monday)"),
    "what": mark("What"),
    "why": mark("Why"),
    "window_from": mark("Window from"),
    "window_to": mark("Window to"),
    "without_email": mark("Without e-mail"),
    "written_to": mark("Written to"),
}
"""Fact of an entry → what it is called; others show their own name."""

INNER: Final = frozenset(
    {
        "absence",
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
        "points",
        "routes",
        "run",
        "sending",
        "session",
        "sha256",
        "snapshot",
        "token",
        "scan",
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
