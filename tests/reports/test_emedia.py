"""A year of e-media: suppliers with and without usage, and what the sums are checked against."""

from dataclasses import replace
from datetime import date

from consortium.core.work import Works
from consortium.costs.recording import NewCost, record_cost
from consortium.emedia.importing import import_usage
from consortium.emedia.registering import add_supplier
from consortium.reports.emedia import SupplierLine, emedia_year
from tests.conftest import OPERATOR
from tests.emedia.making import make_pot, sheet

ROWS = ("e-books;2026-05;2080;100", "e-books;2026-06;2080;10", "film;2026-05;2062;4")


def make_used(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_pot(work)
        add_supplier(work, "news", "Tidningar")
        import_usage(work, sheet(*ROWS), "usage.csv")
        fee = NewCost("avgift-1", date(2026, 8, 3), "Elib", "Avgift", 50_000)
        record_cost(work, "emedia", 2026, fee)


def test_each_supplier_has_its_part_and_the_price_of_today(works: Works) -> None:
    make_used(works)
    with works.reading(OPERATOR) as work:
        found = emedia_year(work, 2026)
    # June's loans at the price of 1 June, 18,505 kr; today's is the one from 15 June, 20 kr.
    assert found.suppliers == (
        SupplierLine("e-books", "Elib", "2000", 110, 203_555, date(2026, 6, 1), behind=False),
        SupplierLine("news", "Tidningar", "", 0, 0, None, behind=False),
        SupplierLine("film", "Viddla", "2500", 4, 10_000, date(2026, 5, 1), behind=True),
    )
    assert (found.loans, found.loans_ore) == (114, 213_555)


def test_loans_and_other_costs_come_to_what_the_pool_has_cost(works: Works) -> None:
    make_used(works)
    with works.reading(OPERATOR) as work:
        found = emedia_year(work, 2026)
    assert found.pool_cost_ore == 263_555
    assert found.suppliers_agree
    assert found.months_agree


def test_a_sum_that_is_not_the_cost_of_the_pool_is_found(works: Works) -> None:
    make_used(works)
    with works.reading(OPERATOR) as work:
        found = emedia_year(work, 2026)
    short = replace(found, suppliers=found.suppliers[1:])
    assert not short.suppliers_agree
    assert short.months_agree
    assert found.pot is not None
    without_august = replace(found, pot=replace(found.pot, months=found.pot.months[:-1]))
    assert not without_august.months_agree


def test_a_year_without_a_pot_has_its_neighbours(works: Works) -> None:
    make_used(works)
    with works.reading(OPERATOR) as work:
        found = emedia_year(work, 2027)
    assert (found.pot, found.years, found.pool_cost_ore) == (None, (2026,), 0)
    assert [line.loans for line in found.suppliers] == [0, 0, 0]
