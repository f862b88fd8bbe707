"""Invoices that were issued before the schema knew sellers, references and what lines bill."""

from sqlmodel import select

from consortium.billing.tables import Invoice, InvoiceLine, NumberSeries, RunCase
from consortium.core.work import Works
from consortium.ledger.tables import JournalEntry
from consortium.migrations import downgrade, upgrade
from tests.billing.worlds import issue_month, make_small
from tests.conftest import OPERATOR

BEFORE = "0003"


def known(works: Works) -> list[list[dict[str, object]]]:
    tables = (Invoice, InvoiceLine, RunCase, JournalEntry, NumberSeries)
    with works.reading(OPERATOR) as work:
        found = [work.session.exec(select(table)).all() for table in tables]
    return [sorted((row.model_dump() for row in rows), key=str) for rows in found]


def test_what_is_not_kept_is_worked_out_as_it_was(works: Works) -> None:
    make_small(works)
    issue_month(works)
    before = known(works)
    downgrade(works.engine, BEFORE)
    upgrade(works.engine)
    assert known(works) == before
