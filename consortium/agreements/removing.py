"""Use cases: an agreement, or a clause, that was recorded by mistake is taken out again.

For what nothing else rests on yet; who asks has seen to that.
"""

from sqlmodel import col, delete, select

from consortium.agreements.queries import parties
from consortium.agreements.tables import Agreement, AgreementParty, Clause
from consortium.core.errors import NotFound
from consortium.core.work import Work


def remove_agreement(work: Work, agreement_id: int) -> None:
    """Delete an agreement without clauses, and who its parties are."""
    work.require("agreements.change")
    agreement = work.session.get(Agreement, agreement_id)
    if agreement is None:
        raise NotFound("The agreement is not there any more")
    codes = [member.code for member in parties(work, agreement)]
    mine = col(AgreementParty.agreement_id) == agreement.id
    work.session.exec(delete(AgreementParty).where(mine))
    work.session.delete(agreement)
    work.session.flush()
    work.audit(
        "agreements.removed",
        agreement.title,
        from_on=agreement.from_on.isoformat(),
        parties=codes,
        example=agreement.example,
    )


def remove_clause(work: Work, clause_id: int) -> None:
    """Delete a clause on which no key rests."""
    work.require("agreements.change")
    rows = select(Clause, Agreement).join(Agreement, col(Agreement.id) == col(Clause.agreement_id))
    found = work.session.exec(rows.where(Clause.id == clause_id)).first()
    if found is None:
        raise NotFound("The clause is not there any more")
    clause, agreement = found
    work.session.delete(clause)
    work.session.flush()
    work.audit(
        "agreements.clause_removed",
        clause.number,
        agreement=agreement.title,
        text=clause.text,
        from_on=clause.from_on.isoformat(),
    )
