"""Questions about the books.

books: the code of the host whose books are asked about, empty for all of them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import exists
from sqlalchemy import select as columns
from sqlmodel import col, func, select

from consortium.core.db import sum_ore
from consortium.core.errors import Conflict, Fault
from consortium.core.work import Work
from consortium.ledger.tables import AccountUse, JournalEntry, PeriodLock, Posting


def journal(
    work: Work, from_on: date, to_on: date, books: str = ""
) -> list[tuple[JournalEntry, Posting]]:
    """Every line booked on the days between the two, both inclusive, in the order of booking."""
    rows = (
        select(JournalEntry, Posting)
        .join(Posting, col(Posting.entry_id) == col(JournalEntry.id))
        .where(JournalEntry.booked_on >= from_on, JournalEntry.booked_on <= to_on)
        .order_by(col(JournalEntry.id), col(Posting.position))
    )
    if books:
        rows = rows.where(JournalEntry.books == books)
    return [(entry, posting) for entry, posting in work.session.exec(rows)]


LINE: Final[tuple[Any, ...]] = (
    JournalEntry.id,
    JournalEntry.name,
    JournalEntry.booked_on,
    JournalEntry.books,
    JournalEntry.text,
    JournalEntry.entered_at,
    Posting.account,
    Posting.pool,
    Posting.counterpart,
    Posting.amount_ore,
)


def lines_booked(work: Work, from_on: date, to_on: date, books: str = "") -> Sequence[Any]:
    """As `journal`, for a whole year: plain rows with the columns of LINE by their names."""
    rows = (
        columns(*LINE)
        .join(Posting, col(Posting.entry_id) == col(JournalEntry.id))
        .where(col(JournalEntry.booked_on) >= from_on, col(JournalEntry.booked_on) <= to_on)
        .order_by(col(JournalEntry.id), col(Posting.position))
    )
    if books:
        rows = rows.where(col(JournalEntry.books) == books)
    work.session.flush()  # a bare connection does not do it by itself
    return work.session.connection().execute(rows).all()


@dataclass(frozen=True, slots=True)
class Booked:
    """A journal entry with its lines: account, pool, counterpart, öre (debit positive).

    invoice: it books the invoice of that name. books: the code of the host.
    """

    name: str
    invoice: bool
    on: date
    books: str
    text: str
    lines: tuple[tuple[str, str, str, int], ...]

    @property
    def debit_ore(self) -> int:
        return sum(ore for *_rest, ore in self.lines if ore > 0)


def latest_entries(
    work: Work, days: tuple[date, date], books: str, place: tuple[int, int]
) -> tuple[int, list[Booked]]:
    """How many entries the days between the two have, and some of them, the latest first.

    place: how many of the latest to pass over, and how many to give.
    """
    where = [col(JournalEntry.booked_on) >= days[0], col(JournalEntry.booked_on) <= days[1]]
    where += [col(JournalEntry.books) == books] if books else []
    where.append(exists().where(col(Posting.entry_id) == col(JournalEntry.id)))
    total = work.session.exec(select(func.count()).select_from(JournalEntry).where(*where)).one()
    rows = select(JournalEntry).where(*where).order_by(col(JournalEntry.id).desc())
    found = list(work.session.exec(rows.offset(place[0]).limit(place[1])))
    of_entries = select(Posting).where(col(Posting.entry_id).in_([each.id for each in found]))
    lines: dict[int, list[tuple[str, str, str, int]]] = {each.id: [] for each in found}
    for line in work.session.exec(of_entries.order_by(col(Posting.position))):
        lines[line.entry_id].append((line.account, line.pool, line.counterpart, line.amount_ore))
    return total, [
        Booked(
            name=each.name,
            invoice=each.key.startswith("invoice:"),
            on=each.booked_on,
            books=each.books,
            text=each.text,
            lines=tuple(lines[each.id]),
        )
        for each in found
    ]


def balances(work: Work, from_on: date, to_on: date, books: str = "") -> dict[str, int]:
    """Account → öre booked on it in those days, debit positive; they sum to 0."""
    rows = (
        select(Posting.account, sum_ore(Posting.amount_ore))
        .join(JournalEntry, col(Posting.entry_id) == col(JournalEntry.id))
        .where(JournalEntry.booked_on >= from_on, JournalEntry.booked_on <= to_on)
        .group_by(Posting.account)
        .order_by(Posting.account)
    )
    if books:
        rows = rows.where(JournalEntry.books == books)
    return {account: int(total) for account, total in work.session.exec(rows)}


def balances_of(work: Work, books: str, account: str, to_on: date) -> dict[str, int]:
    """Counterpart → öre on an account of one host's books through `to_on`; those of 0 left out."""
    total = sum_ore(Posting.amount_ore)
    rows = (
        select(Posting.counterpart, total)
        .join(JournalEntry, col(Posting.entry_id) == col(JournalEntry.id))
        .where(JournalEntry.books == books, JournalEntry.booked_on <= to_on)
        .where(Posting.account == account)
        .group_by(Posting.counterpart)
        .having(total != 0)
        .order_by(Posting.counterpart)
    )
    return {counterpart: int(ore) for counterpart, ore in work.session.exec(rows)}


def accounts(work: Work) -> dict[str, str]:
    """The accounts that the host books on: use → account."""
    return {row.use: row.account for row in work.session.exec(select(AccountUse))}


def accounts_for(work: Work, uses: Iterable[str]) -> dict[str, str]:
    """As `accounts`; Conflict, naming each of `uses` for which no account is chosen."""
    found = accounts(work)
    if missing := [use for use in uses if use not in found]:
        raise Conflict(
            [
                Fault("No account is chosen for {use}", "accounts", {"use": use}, "Choose one")
                for use in missing
            ]
        )
    return found


def books_kept(work: Work, from_on: date, to_on: date) -> list[str]:
    """The codes of the hosts whose books have entries on the days between the two, in order."""
    rows = (
        select(JournalEntry.books)
        .where(JournalEntry.booked_on >= from_on, JournalEntry.booked_on <= to_on)
        .distinct()
        .order_by(JournalEntry.books)
    )
    return list(work.session.exec(rows))


def entry_numbers(work: Work, year: int) -> dict[int, int]:
    """Entry (its id) → its number in its books' series of the year, from 1 in order of booking.

    Entries are only ever added, so that a number stays. One without lines, as of an invoice of
    0 öre, has none.
    """
    rows = (
        select(JournalEntry.id, JournalEntry.books)
        .join(Posting, col(Posting.entry_id) == col(JournalEntry.id))
        .where(JournalEntry.booked_on >= date(year, 1, 1))
        .where(JournalEntry.booked_on <= date(year, 12, 31))
        .distinct()
        .order_by(col(JournalEntry.id))
    )
    last: dict[str, int] = {}
    found = {}
    for entry_id, books in work.session.exec(rows):
        last[books] = last.get(books, 0) + 1
        found[entry_id] = last[books]
    return found


def locks(work: Work, from_on: date, to_on: date) -> list[PeriodLock]:
    """The locks of the months between two days, opened ones too, in the order they were made."""
    rows = select(PeriodLock).where(PeriodLock.month >= from_on, PeriodLock.month <= to_on)
    return list(work.session.exec(rows.order_by(col(PeriodLock.id))))


def entry_of(work: Work, key: str) -> JournalEntry | None:
    """The entry that books what `key` names, None where it is not booked."""
    return work.session.exec(select(JournalEntry).where(JournalEntry.key == key)).first()
