"""How changes of agreements are taken back."""

from collections.abc import Iterator, Mapping
from typing import Final

from sqlmodel import select

from consortium.agreements.removing import remove_agreement, remove_clause
from consortium.agreements.signing import add_clause, open_figures, sign_agreement
from consortium.agreements.tables import Agreement, Clause
from consortium.core.audit import AuditEntry
from consortium.core.errors import Fault
from consortium.core.work import Work
from consortium.exchange.holding import holders
from consortium.undo.ways import GONE, Undoing, Way, day_of, overtaken

RIGHT: Final = "agreements.change"


def _signed_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    agreement = work.session.get(Agreement, entry.facts["agreement"])
    if agreement is None:
        yield Fault(GONE)
        return
    yield from holders(work, Agreement, agreement.id, frozenset({"agreementparty"}))


def _added_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    clause = work.session.get(Clause, entry.facts["clause"])
    if clause is None:
        yield Fault(GONE)
        return
    yield from holders(work, Clause, clause.id)


def _removed_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    if _by_title(work, entry.subject):
        yield Fault("There is another with that name by now")


def _clause_removed_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    agreement = _by_title(work, entry.facts["agreement"])
    if agreement is None:
        yield Fault("Its agreement is not there any more")
        return
    rows = select(Clause.id).where(
        Clause.agreement_id == agreement.id, Clause.number == entry.subject
    )
    if work.session.exec(rows).first() is not None:
        yield Fault("There is another with that name by now")


def _sign_again(work: Work, entry: AuditEntry) -> None:
    facts = entry.facts
    sign_agreement(
        work, entry.subject, day_of(entry, "from_on"), facts["parties"], example=facts["example"]
    )


def _add_again(work: Work, entry: AuditEntry) -> None:
    if agreement := _by_title(work, entry.facts["agreement"]):
        add_clause(work, agreement, entry.subject, entry.facts["text"], day_of(entry, "from_on"))


def _by_title(work: Work, title: str) -> Agreement | None:
    return work.session.exec(select(Agreement).where(Agreement.title == title)).first()


def _opened_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    agreement = work.session.get(Agreement, entry.facts["agreement"])
    if agreement is None:
        yield Fault(GONE)
    elif agreement.open_figures != entry.facts["open_figures"][1]:
        yield overtaken(work, entry, "agreements.figures_opened")


def _close_again(work: Work, entry: AuditEntry) -> None:
    agreement = work.session.get_one(Agreement, entry.facts["agreement"])
    open_figures(work, agreement, opened=entry.facts["open_figures"][0])


WAYS: Final[Mapping[str, Way]] = {
    "agreements.signed": Undoing(
        RIGHT,
        lambda work, entry: remove_agreement(work, entry.facts["agreement"]),
        _signed_depends,
    ),
    "agreements.figures_opened": Undoing(RIGHT, _close_again, _opened_depends),
    "agreements.removed": Undoing(RIGHT, _sign_again, _removed_depends),
    "agreements.clause_added": Undoing(
        RIGHT, lambda work, entry: remove_clause(work, entry.facts["clause"]), _added_depends
    ),
    "agreements.clause_removed": Undoing(RIGHT, _add_again, _clause_removed_depends),
}
