"""Questions about agreements."""

from sqlmodel import col, select

from consortium.agreements.tables import Agreement, AgreementParty, Clause
from consortium.core.errors import NotFound
from consortium.core.work import Work
from consortium.members.tables import Member


def agreements(work: Work) -> list[Agreement]:
    """All agreements, the newest first."""
    return list(work.session.exec(select(Agreement).order_by(col(Agreement.from_on).desc())))


def parties(work: Work, agreement: Agreement) -> list[Member]:
    rows = (
        select(Member)
        .join(AgreementParty, col(AgreementParty.member_id) == col(Member.id))
        .where(AgreementParty.agreement_id == agreement.id)
        .order_by(col(Member.code))
    )
    return list(work.session.exec(rows))


def clauses(work: Work, agreement: Agreement) -> list[Clause]:
    """The clauses of an agreement, in the order they were written."""
    rows = select(Clause).where(Clause.agreement_id == agreement.id).order_by(col(Clause.id))
    return list(work.session.exec(rows))


def clause_by_number(work: Work, number: str) -> Clause:
    clause = work.session.exec(select(Clause).where(Clause.number == number)).first()
    if clause is None:
        raise NotFound("No agreement has a clause {number}", number=number)
    return clause
