"""Use cases: a month of the books is locked, and the latest locked one opened again.

Months are locked in their order and opened from the end, so that the books are closed through one
day: nothing is booked on it or before it.
"""

from collections.abc import Iterable
from datetime import date
from typing import Final

from sqlalchemy import func
from sqlmodel import col, select

from consortium.core.days import DAY, last_day
from consortium.core.errors import Conflict, Fault, Invalid
from consortium.core.work import Work
from consortium.ledger.tables import JournalEntry, PeriodLock, Posting
from consortium.members.tables import Consortium

LONGEST_REASON: Final = 500


def closed_through(work: Work) -> date | None:
    """The last day that is closed; None where no month is locked."""
    found = latest_lock(work)
    return _end(found.month) if found else None


def latest_lock(work: Work) -> PeriodLock | None:
    """The lock of the latest locked month."""
    rows = select(PeriodLock).where(col(PeriodLock.opened_at).is_(None))
    return work.session.exec(rows.order_by(col(PeriodLock.month).desc()).limit(1)).first()


def bookable(work: Work, day: date) -> date:
    """`day` itself where its month is open, else the first day of the next month that is."""
    closed = closed_through(work)
    return day if closed is None or day > closed else closed + DAY


def require_open(work: Work, days: Iterable[date]) -> None:
    """Refuse, as Conflict naming each month, days that are closed.

    Whoever books holds the books until the work is done, so that no month is locked meanwhile
    (PostgreSQL; SQLite has one writer at a time).
    """
    _hold(work, alone=False)
    closed = closed_through(work)
    months = {day.replace(day=1) for day in days if closed is not None and day <= closed}
    if months:
        raise Conflict([_is_locked(month) for month in sorted(months)])


def next_month(work: Work) -> date | None:
    """The month to be locked next, by its first day: after the latest, or of the first entry.

    None where nothing is booked yet.
    """
    if closed := closed_through(work):
        return closed + DAY
    first = work.session.exec(select(func.min(JournalEntry.booked_on))).one()
    return first.replace(day=1) if first else None


def lock_month(work: Work, month: date) -> PeriodLock:
    """Close a month, by its first day, that has ended and whose earlier months are locked."""
    work.require_whole("ledger.lock")
    _hold(work, alone=True)
    if faults := list(_faults(work, month)):
        raise Conflict(faults)
    lock = PeriodLock(month=month, locked_by=work.actor.name, locked_at=work.now)
    work.session.add(lock)
    work.session.flush()
    work.audit("ledger.month_locked", f"{month:%Y-%m}")
    return lock


def open_month(work: Work, month: date, why: str) -> PeriodLock:
    """Open the latest locked month again, for a reason that stays with it and in the trail."""
    work.require_whole("ledger.lock")
    reason = why.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise Invalid(
            "To open a month takes a reason of at most {most} characters",
            at="why",
            most=LONGEST_REASON,
            remedy="Write what has to be booked in it, and why",
        )
    _hold(work, alone=True)
    lock = latest_lock(work)
    if lock is None or lock.month != month:
        raise Conflict(_not_the_latest(lock, month))
    lock.opened_by, lock.opened_at, lock.why = work.actor.name, work.now, reason
    work.session.add(lock)
    work.session.flush()
    work.audit("ledger.month_opened", f"{month:%Y-%m}", why=reason)
    return lock


def unbalanced(work: Work, month: date) -> list[str]:
    """The names of the month's entries whose lines do not sum to 0; none, unless it was tampered.

    A sum a statement, over all entries of the month.
    """
    rows = (
        select(JournalEntry.name)
        .join(Posting, col(Posting.entry_id) == col(JournalEntry.id))
        .where(JournalEntry.booked_on >= month, JournalEntry.booked_on <= _end(month))
        .group_by(col(JournalEntry.id), col(JournalEntry.name))
        .having(func.sum(Posting.amount_ore) != 0)
        .order_by(col(JournalEntry.id))
    )
    return list(work.session.exec(rows))


def _faults(work: Work, month: date) -> Iterable[Fault]:
    named, first = f"{month:%Y-%m}", next_month(work)
    if first is None:
        yield Fault("Nothing is booked yet, so there is no month to lock", "month")
        return
    if month < first:
        closed = closed_through(work)
        text = "{month} is already locked" if closed else "Nothing is booked as early as {month}"
        yield Fault(text, "month", {"month": named})
    elif month > first:
        yield Fault(
            "{month} cannot be locked before {first}",
            "month",
            {"month": named, "first": f"{first:%Y-%m}"},
            "Lock {first} first",
        )
    if _end(month) >= work.today:
        yield Fault(
            "{month} has not ended",
            "month",
            {"month": named},
            "Lock it when the month is over",
        )
    for name in unbalanced(work, month):
        yield Fault(
            "The entry {name} does not balance",
            "month",
            {"name": name},
            "Let the operator run consortium doctor: somebody has changed the database by hand",
        )


def _is_locked(month: date) -> Fault:
    return Fault(
        "The books of {month} are locked",
        "booked_on",
        {"month": f"{month:%Y-%m}"},
        "Book it in an open month, or open {month} again",
    )


def _not_the_latest(lock: PeriodLock | None, month: date) -> list[Fault]:
    named = f"{month:%Y-%m}"
    if lock is None or lock.month < month:
        return [Fault("{month} is not locked", "month", {"month": named})]
    return [
        Fault(
            "Only the latest locked month can be opened, and that is {latest}",
            "month",
            {"month": named, "latest": f"{lock.month:%Y-%m}"},
            "Open {latest} first",
        )
    ]


def _hold(work: Work, *, alone: bool) -> None:
    """Hold the books until the work ends: by the consortium's one row, shared or alone."""
    row = select(Consortium.id).where(Consortium.id == 1)
    work.session.exec(row.with_for_update(read=not alone)).first()


def _end(month: date) -> date:
    return last_day(month.year, month.month)
