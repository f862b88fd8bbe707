"""Use case: book an entry. What is booked is never changed; a mistake is booked against."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import insert

from consortium.core.errors import Invalid
from consortium.core.work import Work
from consortium.ledger.rules import Amount, entry_faults
from consortium.ledger.tables import AccountUse, JournalEntry, Posting
from consortium.members.queries import host_on


@dataclass(frozen=True, slots=True)
class Heading:
    """What an entry is about. key: unique for ever; name: what readers call it.

    books: the code of the host in whose books it stands, empty for the host of the day.
    """

    key: str
    name: str
    booked_on: date
    text: str
    books: str = ""


def post(work: Work, heading: Heading, lines: Sequence[Amount]) -> JournalEntry:
    """Book `lines`, passing over those of 0 öre; a key booked before is a Conflict."""
    return post_all(work, [(heading, lines)])[0]


def post_all(work: Work, entries: Sequence[tuple[Heading, Sequence[Amount]]]) -> list[JournalEntry]:
    """Book entries in their order, each as `post` does, in few statements: all or none."""
    if faults := [fault for _heading, lines in entries for fault in entry_faults(lines)]:
        raise Invalid(faults)
    days = {heading.booked_on for heading, _lines in entries if not heading.books}
    hosts = {day: host_on(work, day).member.code for day in days}
    made = [
        JournalEntry(
            key=heading.key,
            name=heading.name,
            booked_on=heading.booked_on,
            books=heading.books or hosts[heading.booked_on],
            text=heading.text,
            entered_at=work.now,
        )
        for heading, _lines in entries
    ]
    work.session.add_all(made)
    work.session.flush()
    rows = [
        row
        for entry, (_heading, lines) in zip(made, entries, strict=True)
        for row in _postings(entry, lines)
    ]
    if rows:  # as plain rows: a month of a large consortium has thousands
        work.session.exec(insert(Posting), params=rows)
    return made


def choose_accounts(work: Work, chosen: Mapping[str, str]) -> None:
    """Say which accounts the host books on: use → account, empty for none.

    What is booked stays where it is.
    """
    work.require("costs.change")
    facts: dict[str, Any] = {}
    for use, account in chosen.items():
        row = work.session.get(AccountUse, use)
        facts[use] = [row.account if row else "", account]
        if account:
            work.session.merge(AccountUse(use=use, account=account))
        elif row:
            work.session.delete(row)
    work.session.flush()
    work.audit("ledger.accounts_chosen", **facts)


def _postings(entry: JournalEntry, lines: Sequence[Amount]) -> Iterator[dict[str, Any]]:
    for position, line in enumerate(filter(lambda line: line.amount_ore, lines), 1):
        yield {
            "entry_id": entry.id,
            "position": position,
            "account": line.account,
            "pool": line.pool,
            "counterpart": line.counterpart,
            "amount_ore": line.amount_ore,
        }
