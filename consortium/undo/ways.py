"""How a change is taken back, or why it never is; what the rooms' files of this package give."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlmodel import select

from consortium.core.audit import AuditEntry, AuditValue
from consortium.core.days import swedish_day
from consortium.core.errors import Fault
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.undo.newer import newest_in_effect

GONE: Final = mark("It is not there any more")


def nothing_depends(_work: Work, _entry: AuditEntry) -> Iterator[Fault]:
    """Where what was done can be taken back at any time."""
    return iter(())


def of_everyone(_work: Work, _entry: AuditEntry) -> str | None:
    """Where the right is asked without a member."""
    return None


@dataclass(frozen=True, slots=True)
class Undoing:
    """How a change is taken back.

    right: that of the change itself, where an entry decides a function of it. whose: the code of
    the member that it is asked for, None: it takes the right for all. back: calls the inverse use
    case. depends: what newer thing rests on the change, each a fault whose `at` is a page and what
    it is about (`run 2026-11`); none where it can be taken back.
    """

    right: str | Callable[[Work, AuditEntry], str]
    back: Callable[[Work, AuditEntry], object]
    depends: Callable[[Work, AuditEntry], Iterator[Fault]] = nothing_depends
    whose: Callable[[Work, AuditEntry], str | None] = of_everyone

    def right_for(self, work: Work, entry: AuditEntry) -> str:
        return self.right if isinstance(self.right, str) else self.right(work, entry)

    def allowed(self, work: Work, entry: AuditEntry) -> bool:
        """Whether the actor may do this, as the change itself could be done by them."""
        right = self.right_for(work, entry)
        if not work.actor.may(right):
            return False
        scope = work.scope(right)
        return scope is None or self.whose(work, entry) in scope


@dataclass(frozen=True, slots=True)
class Never:
    """Why what happened cannot be taken back by its nature, and what mends it, if anything."""

    reason: str
    remedy: str = ""


Way = Undoing | Never


def changes(entry: AuditEntry) -> dict[str, tuple[Any, Any]]:
    """The facts of an entry that stand as `[before, after]`."""
    return {
        name: (fact[0], fact[1])
        for name, fact in entry.facts.items()
        if isinstance(fact, list) and len(fact) == 2  # noqa: PLR2004 (before and after)
    }


def personal(work: Work, entry: AuditEntry) -> dict[str, Any]:
    """The personal values beside an entry; one that is erased is None."""
    rows = select(AuditValue).where(AuditValue.entry_id == entry.id)
    return {row.name: row.value for row in work.session.exec(rows)}


def day_of(entry: AuditEntry, fact: str) -> date:
    """A fact that is a day."""
    return date.fromisoformat(entry.facts[fact])


def maybe_day(text: str) -> date | None:
    """The day that `text` names, None where it is empty."""
    return date.fromisoformat(text) if text else None


def if_newer(work: Work, entry: AuditEntry, *events: str) -> Iterator[Fault]:
    """The newest change of the same subject after `entry`, among `events`, that is in effect."""
    if newer := newest_in_effect(work, entry, events):
        yield newer_fault(newer)


def overtaken(work: Work, entry: AuditEntry, *events: str) -> Fault:
    """What to say where the records are no longer as `entry` left them.

    events: those that may have changed them since.
    """
    newer = newest_in_effect(work, entry, events)
    return newer_fault(newer) if newer else Fault("It has been changed since")


def newer_fault(newer: AuditEntry) -> Fault:
    """`event` among the facts is the event's name in the code: the door says it in words."""
    return Fault(
        "It has been changed since: {event}, {day}, by {actor}",
        f"entry {newer.id}",
        {"event": newer.event, "day": swedish_day(newer.at).isoformat(), "actor": newer.actor},
        "Take that back first",
    )
