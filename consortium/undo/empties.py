"""How what is kept of a branch's empty crates and of its calendar is taken back."""

from collections.abc import Iterator, Mapping
from typing import Final

from consortium.branches.queries import branch_by_slug
from consortium.core.audit import AuditEntry
from consortium.core.errors import Fault
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.crates.empties import keep_empties, kept_of
from consortium.transports.feeds import feed_version, set_feed_version
from consortium.undo.branches import member_of_branch
from consortium.undo.ways import GONE, Never, Undoing, Way, changes, overtaken

RIGHT: Final = "crates.handle"


def _whose(work: Work, entry: AuditEntry) -> str | None:
    return member_of_branch(work, entry.subject)


def _kept_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    _, after = changes(entry)["empties_kept"]
    if _whose(work, entry) is None:
        yield Fault(GONE)
    elif kept_of(work, branch_by_slug(work, entry.subject)) != after:
        yield overtaken(work, entry, "crates.empties_kept")


def _feed_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    _, after = changes(entry)["feed_version"]
    if _whose(work, entry) is None:
        yield Fault(GONE)
    elif feed_version(work, entry.subject) != after:
        yield overtaken(work, entry, "transports.feed_changed")


WAYS: Final[Mapping[str, Way]] = {
    "crates.empties_kept": Undoing(
        RIGHT,
        lambda work, entry: keep_empties(work, entry.subject, changes(entry)["empties_kept"][0]),
        _kept_depends,
        _whose,
    ),
    "crates.incident_told": Never(
        mark("Letters that have left cannot be called back"),
        mark("Write to them again, and say what was wrong"),
    ),
    "transports.feed_changed": Undoing(
        RIGHT,
        lambda work, entry: set_feed_version(
            work, entry.subject, changes(entry)["feed_version"][0]
        ),
        _feed_depends,
        _whose,
    ),
}
