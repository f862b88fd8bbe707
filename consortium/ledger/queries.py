"""Questions about the books."""

from datetime import date

from sqlmodel import col, select

from consortium.core.db import sum_ore
from consortium.core.work import Work
from consortium.ledger.tables import AccountUse, JournalEntry, Posting


def journal(work: Work, from_on: date, to_on: date) -> list[tuple[JournalEntry, Posting]]:
    """Every line booked on the days between the two, both inclusive, in the order of booking."""
    rows = (
        select(JournalEntry, Posting)
        .join(Posting, col(Posting.entry_id) == col(JournalEntry.id))
        .where(JournalEntry.booked_on >= from_on, JournalEntry.booked_on <= to_on)
        .order_by(col(JournalEntry.id), col(Posting.position))
    )
    return [(entry, posting) for entry, posting in work.session.exec(rows)]


def balances(work: Work, from_on: date, to_on: date) -> dict[str, int]:
    """Account → öre booked on it in those days, debit positive; they sum to 0."""
    rows = (
        select(Posting.account, sum_ore(Posting.amount_ore))
        .join(JournalEntry, col(Posting.entry_id) == col(JournalEntry.id))
        .where(JournalEntry.booked_on >= from_on, JournalEntry.booked_on <= to_on)
        .group_by(Posting.account)
        .order_by(Posting.account)
    )
    return {account: int(total) for account, total in work.session.exec(rows)}


def accounts(work: Work) -> dict[str, str]:
    """The accounts that the host books on: use → account."""
    return {row.use: row.account for row in work.session.exec(select(AccountUse))}
