"""Use case: a consortium is founded, in the same transaction as its members came in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from consortium.core.errors import Conflict, Fault, Invalid
from consortium.core.money import ORE_PER_KRONA
from consortium.core.work import Work
from consortium.ledger.posting import Heading, choose_accounts, post
from consortium.ledger.rules import Amount
from consortium.measures.standard import add_standard_measures
from consortium.members.joining import make_host, name_consortium
from consortium.members.queries import members, nameplate

ACCOUNTS: Final = {
    "receivable": "1510",
    "shared_costs": "3690",
    "own_share": "7690",
    "vat_25": "2611",
    "vat_12": "2621",
    "vat_6": "2631",
    "bank": "1930",
    "unplaced": "2899",
    "interest": "8450",
    "handover": "1689",
}
"""Use → account where nothing else is chosen (Kommun-BAS; VAT as in BAS)."""


@dataclass(frozen=True, slots=True)
class Charter:
    """What is agreed when a consortium begins. host: a member's code. from_on: its first day.

    accounts: use → account, where it differs from ACCOUNTS. opening: the balances that the books
    begin with, debit positive, summing to 0; may be empty.
    """

    name: str
    host: str
    bankgiro: str
    from_on: date
    due_days: int = 30
    accounts: Mapping[str, str] = field(default_factory=dict)
    opening: Sequence[Amount] = ()


def found_consortium(work: Work, charter: Charter) -> None:
    """Name the consortium, make its host, choose accounts, add the measures that all begin with,
    and book the opening balances.

    Its members are there already. Conflict where a consortium is named; every fault at once.
    """
    if nameplate(work).name:
        raise Conflict("The consortium is founded already")
    if faults := _faults(work, charter):
        raise Invalid(faults)
    name_consortium(work, charter.name.strip(), example=False)
    make_host(work, charter.host, charter.from_on, charter.bankgiro, charter.due_days)
    choose_accounts(work, {**ACCOUNTS, **charter.accounts})
    add_standard_measures(work)
    if charter.opening:
        heading = Heading(
            key=f"opening:{charter.from_on.isoformat()}",
            name="opening",
            booked_on=charter.from_on,
            text="Ingående balans",
        )
        post(work, heading, charter.opening)
        owed = sum(abs(line.amount_ore) for line in charter.opening) // 2
        work.audit("ledger.opened", charter.from_on.isoformat(), kronor=owed // ORE_PER_KRONA)


def _faults(work: Work, charter: Charter) -> list[Fault]:
    faults = []
    if not charter.name.strip():
        faults.append(Fault("A consortium needs a name", "name"))
    if charter.host not in {member.code for member in members(work)}:
        faults.append(
            Fault(
                "The host {code} is not among the members",
                "host",
                {"code": charter.host},
                "Write the code of one of them",
            )
        )
    faults += [
        Fault("There is no use {use} of an account", "account", {"use": use})
        for use in sorted(set(charter.accounts) - set(ACCOUNTS))
    ]
    return faults
