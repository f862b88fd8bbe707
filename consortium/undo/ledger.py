"""How locks of the books and changes of host are taken back."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Final

from consortium.core.audit import AuditEntry
from consortium.core.errors import Fault
from consortium.core.words import mark, words
from consortium.core.work import Work
from consortium.ledger.locking import latest_lock, lock_month, next_month, open_month
from consortium.undo.ways import Never, Undoing, Way, overtaken

RIGHT: Final = "ledger.lock"
EVENTS: Final = ("ledger.month_locked", "ledger.month_opened")
TAKEN_BACK: Final = mark("The lock was taken back at once")
LANGUAGE: Final = "sv"  # the reason stays in the books, which are kept in Swedish


def _month(entry: AuditEntry) -> date:
    return datetime.strptime(entry.subject, "%Y-%m").date()  # noqa: DTZ007 (a month has no zone)


def _locked_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    lock = latest_lock(work)
    if lock is not None and lock.month > _month(entry):
        facts = {"month": f"{lock.month:%Y-%m}"}
        yield Fault("{month} is locked after it", "ledger", facts, "Open that month first")
    elif lock is None or lock.month != _month(entry):
        yield overtaken(work, entry, *EVENTS)


def _opened_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    if next_month(work) != _month(entry):
        yield overtaken(work, entry, *EVENTS)


WAYS: Final[Mapping[str, Way]] = {
    "ledger.month_locked": Undoing(
        RIGHT,
        lambda work, entry: open_month(work, _month(entry), words(LANGUAGE)(TAKEN_BACK)),
        _locked_depends,
    ),
    "ledger.month_opened": Undoing(
        RIGHT, lambda work, entry: lock_month(work, _month(entry)), _opened_depends
    ),
    "billing.handed_over": Never(
        mark("Two hosts' books rest on it"),
        mark("What passed by mistake is booked against in both books"),
    ),
}
