"""The demo's year as a world for tests: members, measures, pools and keys of 2026."""

from datetime import date

from consortium.billing.issuing import issue_invoices
from consortium.billing.preparing import approve_run, prepare_run
from consortium.billing.tables import Invoice
from consortium.core.work import Works
from consortium.demo.figures import year
from consortium.demo.founding import found
from consortium.demo.sharing import measure, share
from tests.conftest import OPERATOR

NOVEMBER = date(2026, 11, 1)


def make_year(works: Works) -> None:
    """Fifteen municipalities, the region, five pools, their keys and measures."""
    figures = year(2026)
    with works.writing(OPERATOR) as work:
        found(work, figures, date(2026, 1, 1))
        measure(work, figures, 2026)
        share(work, figures, 2026)


def prepare_and_approve(works: Works, month: date = NOVEMBER) -> int:
    """A month's run, approved; returns its id."""
    with works.writing(OPERATOR) as work:
        run = prepare_run(work, month)
        approve_run(work, run.id)
        return run.id


def issue_month(works: Works, month: date = NOVEMBER) -> list[Invoice]:
    run_id = prepare_and_approve(works, month)
    with works.writing(OPERATOR) as work:
        return issue_invoices(work, run_id)
