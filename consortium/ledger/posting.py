"""Use case: book an entry. What is booked is never changed; a mistake is booked against."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import insert
from sqlmodel import col, func, select

from consortium.core.errors import Invalid
from consortium.core.work import Work
from consortium.ledger.locking import require_open
from consortium.ledger.rules import Amount, account_faults, entry_faults
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
    """Book `lines`, passing over those of 0 öre; a key booked before is a Conflict.

    So is a day in a locked month (`ledger/locking.py:bookable` gives the next open one).
    """
    return post_all(work, [(heading, lines)])[0]


def post_all(work: Work, entries: Sequence[tuple[Heading, Sequence[Amount]]]) -> list[JournalEntry]:
    """Book entries in their order, each as `post` does, in few statements: all or none."""
    made = [JournalEntry(**row) for row in _headings(work, entries)]
    work.session.add_all(made)
    work.session.flush()
    rows = [
        row
        for entry, (_heading, lines) in zip(made, entries, strict=True)
        for row in _postings(entry.id, lines)
    ]
    if rows:  # as plain rows: a month of a large consortium has thousands
        work.session.exec(insert(Posting), params=rows)
    return made


def post_many(work: Work, entries: Sequence[tuple[Heading, Sequence[Amount]]]) -> None:
    """As `post_all`, for thousands of entries: as plain rows, none of which is given back."""
    headings = _headings(work, entries)
    if not headings:
        return
    work.session.flush()
    connection = work.session.connection()
    last = connection.execute(select(func.coalesce(func.max(JournalEntry.id), 0))).scalar_one()
    connection.execute(insert(JournalEntry), headings)
    new = select(col(JournalEntry.key), col(JournalEntry.id)).where(col(JournalEntry.id) > last)
    ids = {row.key: row.id for row in connection.execute(new)}
    rows = [row for heading, lines in entries for row in _postings(ids[heading.key], lines)]
    if rows:  # invoices of 0 öre have none
        connection.execute(insert(Posting), rows)


def choose_accounts(work: Work, chosen: Mapping[str, str]) -> None:
    """Say which accounts the host books on: use → account, empty for none.

    What is booked stays where it is.
    """
    work.require("costs.change")
    if faults := list(account_faults(chosen)):
        raise Invalid(faults)
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


def _headings(
    work: Work, entries: Sequence[tuple[Heading, Sequence[Amount]]]
) -> list[dict[str, Any]]:
    """The rows of entries, once every one of them is found to be one that can be booked."""
    if faults := [fault for _heading, lines in entries for fault in entry_faults(lines)]:
        raise Invalid(faults)
    require_open(work, {heading.booked_on for heading, _lines in entries})
    days = {heading.booked_on for heading, _lines in entries if not heading.books}
    hosts = {day: host_on(work, day).member.code for day in days}
    return [
        {
            "key": heading.key,
            "name": heading.name,
            "booked_on": heading.booked_on,
            "books": heading.books or hosts[heading.booked_on],
            "text": heading.text,
            "entered_at": work.now,
        }
        for heading, _lines in entries
    ]


def _postings(entry_id: int, lines: Sequence[Amount]) -> Iterator[dict[str, Any]]:
    for position, line in enumerate(filter(lambda line: line.amount_ore, lines), 1):
        yield {
            "entry_id": entry_id,
            "position": position,
            "account": line.account,
            "pool": line.pool,
            "counterpart": line.counterpart,
            "amount_ore": line.amount_ore,
        }
