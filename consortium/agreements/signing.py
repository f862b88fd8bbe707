"""Use cases: an agreement is recorded with its parties and clauses."""

from collections.abc import Sequence
from datetime import date

from consortium.agreements.tables import Agreement, AgreementParty, Clause
from consortium.core.errors import Fault, Invalid
from consortium.core.work import Work
from consortium.members.queries import member_by_code


def sign_agreement(
    work: Work, title: str, from_on: date, codes: Sequence[str], *, example: bool = False
) -> Agreement:
    """Record an agreement between the members with `codes`, in force from `from_on`."""
    work.require("agreements.change")
    faults = []
    if not title.strip():
        faults.append(Fault("An agreement needs a title", "title"))
    if not codes:
        faults.append(Fault("An agreement needs parties", "parties"))
    if faults:
        raise Invalid(faults)
    agreement = Agreement(title=title.strip(), from_on=from_on, example=example)
    work.session.add(agreement)
    work.session.flush()
    work.session.add_all(
        AgreementParty(agreement_id=agreement.id, member_id=member_by_code(work, code).id)
        for code in codes
    )
    work.audit("agreements.signed", agreement.title, parties=sorted(codes), agreement=agreement.id)
    return agreement


def add_clause(work: Work, agreement: Agreement, number: str, text: str, from_on: date) -> Clause:
    """Add a clause; its number is how keys and invoices refer to it."""
    work.require("agreements.change")
    if not number.strip() or not text.strip():
        raise Invalid("A clause needs a number and a text", at="number")
    clause = Clause(
        agreement_id=agreement.id, number=number.strip(), text=text.strip(), from_on=from_on
    )
    work.session.add(clause)
    work.session.flush()
    work.audit("agreements.clause_added", clause.number, clause=clause.id)
    return clause


def open_figures(work: Work, agreement: Agreement, *, opened: bool) -> Agreement:
    """Say whether members may see what each other pays, and by which values.

    It stands on invoices that are issued from now on, and on every page at once.
    """
    work.require("agreements.change")
    if agreement.open_figures == opened:
        return agreement
    before, agreement.open_figures = agreement.open_figures, opened
    work.session.add(agreement)
    work.session.flush()
    work.audit(
        "agreements.figures_opened",
        agreement.title,
        agreement=agreement.id,
        open_figures=[before, opened],
    )
    return agreement
