"""The demo's year as a world for tests: members, measures, pools and keys of 2026."""

from collections.abc import Sequence
from datetime import date

from consortium.agreements.signing import add_clause, sign_agreement
from consortium.billing.issuing import issue_invoices
from consortium.billing.periods import Cut
from consortium.billing.preparing import approve_run, prepare_run
from consortium.billing.tables import Invoice
from consortium.core.work import Work, Works
from consortium.costs.agreeing import KeyRule, Vat, add_pool, set_key, set_vat
from consortium.demo.figures import year
from consortium.demo.founding import found
from consortium.demo.sharing import measure, share
from consortium.ledger.posting import choose_accounts
from tests.conftest import OPERATOR
from tests.making import FIRST, make_members

NOVEMBER = date(2026, 11, 1)
ACCOUNTS = {
    "receivable": "1510",
    "shared_costs": "3690",
    "own_share": "7690",
    "vat_25": "2611",
    "vat_12": "2621",
    "vat_6": "2631",
    "bank": "1930",
    "unplaced": "2899",
    "interest": "8450",
    "handover": "1689",
}


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
        run = prepare_run(work, Cut(month))
        approve_run(work, run.id)
        return run.id


def issue_month(works: Works, month: date = NOVEMBER) -> list[Invoice]:
    run_id = prepare_and_approve(works, month)
    with works.writing(OPERATOR) as work:
        return issue_invoices(work, run_id)


def make_small(works: Works, years: Sequence[int] = (2026,)) -> None:
    """Three members and two pools, one taxed and one outside VAT: four invoices a month."""
    with works.writing(OPERATOR) as work:
        codes = list(make_members(work))
        agreement = sign_agreement(work, "Avtal", FIRST, codes)
        add_clause(work, agreement, "§ 1", "Lika delar.", FIRST)
        choose_accounts(work, ACCOUNTS)
        for year in years:
            _add_pool(work, "system", year, Vat("S", 25))
            _add_pool(work, "office", year, Vat("O", reason="Utanför"))


def _add_pool(work: Work, code: str, year: int, vat: Vat) -> None:
    first = date(year, 1, 1)
    pool = add_pool(work, code, year, (code, code), 120_000_01, everyone=True)
    set_vat(work, pool, first, vat)
    parts = [{"take": "rest", "split": {"kind": "equal"}}]
    set_key(work, code, year, KeyRule({"name": "Lika", "parts": parts}, "§ 1", first, {}))
