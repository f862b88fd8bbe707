"""The months of the books: which are locked, and what to look at before one is."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func
from sqlmodel import col, select

from consortium.billing.tables import Invoice, InvoiceDelivery, InvoiceRun
from consortium.core.days import last_day, months
from consortium.core.work import Work
from consortium.ledger.locking import closed_through, latest_lock, next_month, unbalanced
from consortium.ledger.queries import accounts, balances, locks
from consortium.ledger.tables import JournalEntry, PeriodLock
from consortium.reports.books import BEGINNING
from consortium.reports.runs import require_whole

LOCKED, OPEN, RUNNING, BEFORE = "locked", "open", "running", "before"


@dataclass(frozen=True, slots=True)
class BooksMonth:
    """A month of the books. state: `locked`, `open` (it has ended), `running`, or `before` the
    first entry there is.

    lock: of a locked month. opened: the last time that it was locked and opened again. next: it
    is the one to be locked next; latest: the only one that can be opened.
    """

    month: date
    entries: int
    state: str
    lock: PeriodLock | None
    opened: PeriodLock | None
    next: bool
    latest: bool


@dataclass(frozen=True, slots=True)
class MonthEnd:
    """What to look at before a month is locked.

    first: the month to be locked before it, None where it is next itself. unbalanced: entries
    that do not sum to 0. runs: invoice runs of the month that are not issued. undelivered: numbers
    of invoices issued in the month that have not left. unplaced_ore: what payments not yet placed
    come to at its end, debit positive.
    """

    shown: BooksMonth
    first: date | None
    unbalanced: tuple[str, ...]
    runs: int
    undelivered: tuple[str, ...]
    unplaced_ore: int

    @property
    def ended(self) -> bool:
        return self.shown.state != RUNNING

    @property
    def can_lock(self) -> bool:
        return self.shown.next and self.ended and not self.unbalanced


def months_of_books(work: Work, year: int) -> list[BooksMonth]:
    """The months of a year, from January through the one that runs now."""
    require_whole(work)
    first, last = date(year, 1, 1), min(date(year, 12, 31), work.today)
    rows = (
        select(col(JournalEntry.booked_on), func.count())
        .where(JournalEntry.booked_on >= first, JournalEntry.booked_on <= date(year, 12, 31))
        .group_by(col(JournalEntry.booked_on))
    )
    entries = Counter[date]()
    for day, count in work.session.exec(rows):
        entries[day.replace(day=1)] += count
    made = locks(work, first, last)
    standing = {lock.month: lock for lock in made if lock.opened_at is None}
    opened = {lock.month: lock for lock in made if lock.opened_at is not None}
    closed, following, latest = closed_through(work), next_month(work), latest_lock(work)
    return [
        BooksMonth(
            month=month,
            entries=entries[month],
            state=_state(work, month, closed, following),
            lock=standing.get(month),
            opened=opened.get(month),
            next=month == following,
            latest=latest is not None and latest.month == month,
        )
        for month in months(first, last)
    ]


def month_end(work: Work, month: date) -> MonthEnd | None:
    """What to look at before a month, by its first day, is locked; None for one to come."""
    found = [each for each in months_of_books(work, month.year) if each.month == month]
    if not found:
        return None
    following, last = next_month(work), last_day(month.year, month.month)
    return MonthEnd(
        shown=found[0],
        first=following if following and following < month else None,
        unbalanced=tuple(unbalanced(work, month)),
        runs=_runs_left(work, month),
        undelivered=tuple(_undelivered(work, month, last)),
        unplaced_ore=_unplaced_ore(work, last),
    )


def _state(work: Work, month: date, closed: date | None, following: date | None) -> str:
    """A month before the first entry is closed with those that are locked after it."""
    last = last_day(month.year, month.month)
    if closed is not None and last <= closed:
        return LOCKED
    if last >= work.today:
        return RUNNING
    return OPEN if following is not None and following <= month else BEFORE


def _runs_left(work: Work, month: date) -> int:
    rows = select(func.count()).where(
        InvoiceRun.month == month, col(InvoiceRun.state).in_(("prepared", "approved"))
    )
    return work.session.exec(rows).one()


def _undelivered(work: Work, first: date, last: date) -> list[str]:
    rows = (
        select(Invoice.number)
        .outerjoin(InvoiceDelivery, col(InvoiceDelivery.invoice_id) == col(Invoice.id))
        .where(Invoice.issued_on >= first, Invoice.issued_on <= last)
        .where(col(InvoiceDelivery.id).is_(None))
        .order_by(col(Invoice.id))
    )
    return list(work.session.exec(rows))


def _unplaced_ore(work: Work, last: date) -> int:
    account = accounts(work).get("unplaced", "")
    return balances(work, BEGINNING, last).get(account, 0)
