"""How changes of the rules of votes are taken back."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sqlmodel import select

from consortium.core.audit import AuditEntry
from consortium.core.errors import Fault
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.costs.tables import VotingRule
from consortium.costs.voting import VotingTerms, remove_rule, set_rule
from consortium.documents.queries import record_of
from consortium.undo.ways import GONE, Undoing, Way, day_of

RIGHT: Final = "costs.change"
TAKEN: Final = mark("The same is recorded anew by now")


def _there(work: Work, entry: AuditEntry) -> bool:
    from_on = day_of(entry, "from_on")
    rows = select(VotingRule.id).where(
        VotingRule.body == entry.subject, VotingRule.from_on == from_on
    )
    return work.session.exec(rows).first() is not None


def _set(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    if not _there(work, entry):
        yield Fault(GONE)


def _removed(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    if _there(work, entry):
        yield Fault(TAKEN)


def _again(work: Work, entry: AuditEntry) -> None:
    kept: Mapping[str, Any] = record_of(work, entry.facts["decided"])
    facts = entry.facts
    from_on = day_of(entry, "from_on")
    set_rule(
        work, VotingTerms(entry.subject, from_on, facts["votes"], facts["clause"], kept["key"])
    )


WAYS: Final[Mapping[str, Way]] = {
    "costs.voting_rule_set": Undoing(
        RIGHT,
        lambda work, entry: remove_rule(work, entry.subject, day_of(entry, "from_on")),
        _set,
    ),
    "costs.voting_rule_removed": Undoing(RIGHT, _again, _removed),
}
