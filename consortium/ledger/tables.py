"""The ledger: append only, each entry balanced, triggers refuse change and deletion."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field

from consortium.core.db import Row


class AccountUse(Row, table=True):
    """The account for a use: `receivable`, `shared_costs`, `own_share`, VAT as `vat_25`; `bank`,
    `unplaced` (payments not yet matched, and what is paid too much), `interest` and `handover`
    (what passes between two hosts).
    """

    use: str = Field(primary_key=True)
    account: str


class JournalEntry(Row, table=True):
    """A journal entry (verifikation). key: what it books (`invoice:20260001`), so never twice.

    name: what readers call it: the invoice's number, or `host` for the host's own share. books:
    the code of the host in whose books it stands.
    """

    id: int = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    name: str = Field(index=True)
    booked_on: date = Field(index=True)
    books: str = Field(index=True)
    text: str
    entered_at: datetime


class Posting(Row, table=True):
    """One line of an entry: öre on an account, debit positive; the lines of an entry sum to 0.

    pool: the cost pool's code, empty where none is concerned. counterpart: the member's code.
    """

    __table_args__ = (
        UniqueConstraint("entry_id", "position"),
        CheckConstraint("amount_ore <> 0", name="not_zero"),
    )

    id: int = Field(default=None, primary_key=True)
    entry_id: int = Field(foreign_key="journalentry.id", index=True)
    position: int
    account: str = Field(index=True)
    pool: str = ""
    counterpart: str = Field(index=True)
    amount_ore: int = Field(sa_type=BigInteger)


class PeriodLock(Row, table=True):
    """A month of the books that is closed: nothing is booked in it any more.

    month: its first day. An opened lock stays as a row, so that it is known who opened it and why.
    """

    __table_args__ = (
        Index(
            None,
            "month",
            unique=True,
            sqlite_where=text("opened_at is null"),
            postgresql_where=text("opened_at is null"),
        ),
    )

    id: int = Field(default=None, primary_key=True)
    month: date
    locked_by: str
    locked_at: datetime
    opened_by: str = ""
    opened_at: datetime | None = None
    why: str = ""
