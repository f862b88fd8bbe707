"""What the invoices of a run have in common: seller, dates, and what each share rests on."""

from datetime import date, timedelta
from typing import Any, Final

from sqlmodel import col, select

from consortium.billing.evidence import evidence_of
from consortium.billing.papers import Sale
from consortium.billing.parties import party_of
from consortium.billing.periods import FINAL, REGULAR
from consortium.billing.rules import INVOICE
from consortium.billing.tables import Invoice, InvoiceRun
from consortium.billing.views import RunView
from consortium.core.days import last_day
from consortium.core.words import words
from consortium.core.work import Work
from consortium.measures.queries import measures
from consortium.members.queries import consortium
from consortium.members.tables import Member

LANGUAGE: Final = "sv"  # members are Swedish municipalities; an invoice is in their language


def sale_of(work: Work, run: InvoiceRun, view: RunView) -> Sale:
    """What all invoices of a run have in common, by the records of today."""
    host, actual, say = view.host, run.stage == FINAL, words(LANGUAGE)
    keys = [(pool.terms.basis.pool, pool.terms.from_on) for pool in view.pools]
    evidence = evidence_of(work, view.pools, run.month.year, say, actual=actual)
    last = run.through_on or view.cut.of_months[-1]
    return Sale(
        seller=party_of(host.member, seller=True),
        bankgiro=host.bankgiro,
        issued_on=work.today,
        due_on=work.today + timedelta(days=host.due_days),
        period=(run.month, last_day(last.year, last.month)),
        example=consortium(work).example,
        f_tax=host.f_tax,
        measures={measure.code: measure.name for measure in measures(work)},
        pools=dict(zip(keys, view.pools, strict=True)),
        evidence=dict(zip(keys, evidence, strict=True)),
        say=say,
        differences={
            (row.member, (row.line.pool, row.line.month), row.given): row for row in view.found
        },
        preceding=_preceding(work, run.month.year) if run.purpose != REGULAR else {},
    )


def _preceding(work: Work, year: int) -> dict[tuple[str, str], tuple[tuple[str, date], ...]]:
    """The invoices of a year: member and kind → number and day of each."""
    columns: tuple[Any, ...] = (Member.code, Invoice.kind, Invoice.number, Invoice.issued_on)
    rows = (
        select(*columns)
        .select_from(Invoice)
        .join(Member, col(Member.id) == col(Invoice.member_id))
        .where(Invoice.document == INVOICE)
        .where(col(Invoice.month).between(date(year, 1, 1), date(year, 12, 31)))
        .order_by(col(Invoice.id))
    )
    found: dict[tuple[str, str], list[tuple[str, date]]] = {}
    for member, kind, number, issued_on in work.session.execute(rows):
        found.setdefault((member, kind), []).append((number, issued_on))
    return {key: tuple(stated) for key, stated in found.items()}
