"""Use case: book an entry. What is booked is never changed; a mistake is booked against."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from consortium.core.errors import Invalid
from consortium.core.work import Work
from consortium.ledger.rules import Amount, entry_faults
from consortium.ledger.tables import AccountUse, JournalEntry, Posting


@dataclass(frozen=True, slots=True)
class Heading:
    """What an entry is about. key: unique for ever; name: what readers call it."""

    key: str
    name: str
    booked_on: date
    text: str


def post(work: Work, heading: Heading, lines: Sequence[Amount]) -> JournalEntry:
    """Book `lines`, passing over those of 0 öre; a key booked before is a Conflict."""
    if faults := list(entry_faults(lines)):
        raise Invalid(faults)
    entry = JournalEntry(
        key=heading.key,
        name=heading.name,
        booked_on=heading.booked_on,
        text=heading.text,
        entered_at=work.now,
    )
    work.session.add(entry)
    work.session.flush()
    work.session.add_all(
        Posting(
            entry_id=entry.id,
            position=position,
            account=line.account,
            pool=line.pool,
            counterpart=line.counterpart,
            amount_ore=line.amount_ore,
        )
        for position, line in enumerate(filter(lambda line: line.amount_ore, lines), 1)
    )
    return entry


def choose_accounts(work: Work, chosen: Mapping[str, str]) -> None:
    """Say which accounts the host books on: use → account. What is booked stays where it is."""
    work.require("costs.change")
    for use, account in chosen.items():
        work.session.merge(AccountUse(use=use, account=account))
    work.audit("ledger.accounts_chosen", **chosen)
