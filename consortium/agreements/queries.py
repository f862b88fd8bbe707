"""Questions about agreements."""

from collections import defaultdict
from dataclasses import dataclass

from sqlmodel import col, or_, select

from consortium.agreements.tables import Agreement, AgreementParty, Clause
from consortium.core.errors import NotFound
from consortium.core.work import Work
from consortium.members.tables import Member


def agreements(work: Work) -> list[Agreement]:
    """All agreements, the newest first."""
    return list(work.session.exec(select(Agreement).order_by(col(Agreement.from_on).desc())))


def figures_are_open(work: Work) -> bool:
    """Whether an agreement in force today lets members see what each other pays."""
    ends = col(Agreement.to_on)
    rows = (
        select(Agreement.id)
        .where(col(Agreement.open_figures), Agreement.from_on <= work.today)
        .where(or_(ends.is_(None), ends >= work.today))
    )
    return work.session.exec(rows.limit(1)).first() is not None


def agreement_by_id(work: Work, agreement_id: int) -> Agreement:
    found = work.session.get(Agreement, agreement_id)
    if found is None:
        raise NotFound("There is no such agreement")
    return found


def parties(work: Work, agreement: Agreement) -> list[Member]:
    rows = (
        select(Member)
        .join(AgreementParty, col(AgreementParty.member_id) == col(Member.id))
        .where(AgreementParty.agreement_id == agreement.id)
        .order_by(col(Member.code))
    )
    return list(work.session.exec(rows))


@dataclass(frozen=True, slots=True)
class Whole:
    """An agreement with its parties, by code, and its clauses, in the order they were written."""

    agreement: Agreement
    parties: tuple[Member, ...]
    clauses: tuple[Clause, ...]


def whole_agreements(work: Work) -> list[Whole]:
    """All agreements with what belongs to them, the newest first."""
    parties_of = defaultdict[int, list[Member]](list)
    clauses_of = defaultdict[int, list[Clause]](list)
    rows = (
        select(AgreementParty.agreement_id, Member)
        .join(Member, col(Member.id) == col(AgreementParty.member_id))
        .order_by(col(Member.code))
    )
    for agreement_id, member in work.session.exec(rows):
        parties_of[agreement_id].append(member)
    for clause in work.session.exec(select(Clause).order_by(col(Clause.id))):
        clauses_of[clause.agreement_id].append(clause)
    return [
        Whole(row, tuple(parties_of[row.id]), tuple(clauses_of[row.id])) for row in agreements(work)
    ]


def clauses(work: Work, agreement: Agreement) -> list[Clause]:
    """The clauses of an agreement, in the order they were written."""
    rows = select(Clause).where(Clause.agreement_id == agreement.id).order_by(col(Clause.id))
    return list(work.session.exec(rows))


def clause_by_number(work: Work, number: str) -> Clause:
    clause = work.session.exec(select(Clause).where(Clause.number == number)).first()
    if clause is None:
        raise NotFound("No agreement has a clause {number}", number=number)
    return clause
