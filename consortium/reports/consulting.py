"""A version of a budget as its page shows it: figures, and what they are compared with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from consortium.core.errors import Conflict, NotFound, Problem
from consortium.core.work import Scope, Work
from consortium.costs.figures import MemberFigures, by_member
from consortium.costs.rounds import figures_scope, preliminary, rounds
from consortium.costs.tables import BudgetRound


@dataclass(frozen=True, slots=True)
class Version:
    """A version. round: None for what is not sent yet. earlier: the version before it.

    rows: of the members that the actor may see. problem: why there are no figures.
    """

    round: BudgetRound | None
    figures: Mapping[str, Any]
    rows: list[MemberFigures]
    earlier: BudgetRound | None
    problem: Problem | None = None

    @property
    def whole(self) -> bool:
        return len(self.rows) == len(self.figures.get("members", {}))


def shown_version(work: Work, year: int, asked: str) -> Version:
    """The version with the number `asked`; the newest where it is empty.

    `0`: what would be sent now, for those who may send it.
    """
    sent, scope = rounds(work, year), figures_scope(work)
    if asked == "0" or not sent:
        return _draft(work, year, sent, scope)
    known = {str(row.version): row for row in sent}
    if asked and asked not in known:
        raise NotFound("There is no such budget version")
    row = known[asked] if asked else sent[0]
    earlier = next((other for other in sent if other.version == row.version - 1), None)
    rows = by_member(row.figures, earlier.figures if earlier else None, scope)
    return Version(row, row.figures, rows, earlier)


def _draft(work: Work, year: int, sent: Sequence[BudgetRound], scope: Scope) -> Version:
    if not work.actor.may("costs.change"):
        return Version(None, {}, [], None)
    earlier = sent[0] if sent else None
    try:
        figures = preliminary(work, year)
    except Conflict as problem:
        return Version(None, {}, [], None, problem)
    rows = by_member(figures, earlier.figures if earlier else None, scope)
    return Version(None, figures, rows, earlier)
