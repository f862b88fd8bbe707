from datetime import date

import pytest

from consortium.core.errors import Conflict, Forbidden, Invalid, NotFound
from consortium.core.work import Actor, Works
from consortium.emedia.importing import import_usage
from consortium.emedia.queries import customers, prices, suppliers
from consortium.emedia.registering import add_supplier, know_customer, set_price
from tests.conftest import OPERATOR
from tests.emedia.making import costs, e_loans, make_pot, sheet


def test_suppliers_are_listed_by_name(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_pot(work)
        add_supplier(work, "press", "Bokpress", "Total_Item_Requests", "TDM")
    with works.reading(Actor("reader", {"emedia.see": None})) as work:
        assert [(row.name, row.metric, row.access_method) for row in suppliers(work)] == [
            ("Bokpress", "Total_Item_Requests", "TDM"),
            ("Elib", "Unique_Title_Requests", "Regular"),
            ("Viddla", "Unique_Title_Requests", "Regular"),
        ]


def test_every_fault_of_a_supplier_is_told_at_once(works: Works) -> None:
    with pytest.raises(Invalid) as refused, works.writing(OPERATOR) as work:
        add_supplier(work, "E:books", " ", "No_License", "regular")
    assert [fault.at for fault in refused.value.faults] == [
        "code",
        "name",
        "metric",
        "access_method",
    ]


def test_a_code_is_a_suppliers_alone(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_pot(work)
        with pytest.raises(Conflict):
            add_supplier(work, "film", "Cineasterna")


def test_a_new_price_ends_the_one_before_on_the_eve(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_pot(work)
        set_price(work, "e-books", date(2026, 3, 1), "1900")  # between the two
    with works.reading(OPERATOR) as work:
        held = [(row.from_on, row.to_on, row.ore_per_loan) for row in prices(work, "e-books")]
    assert held == [
        (date(2026, 1, 1), date(2026, 2, 28), "1850.5"),
        (date(2026, 3, 1), date(2026, 6, 14), "1900"),
        (date(2026, 6, 15), None, "2000"),
    ]


def test_a_price_from_before_the_first_leads_up_to_it(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_pot(work)
        price = set_price(work, "film", date(2025, 7, 1), "2 399,5")
        assert [price.to_on, price.ore_per_loan] == [date(2025, 12, 31), "2399.5"]


def test_a_price_is_corrected_and_what_was_used_is_paid_for_anew(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_pot(work)
        rows = ("e-books;2026-05;2080;3", "e-books;2026-07;2080;3", "film;2026-05;2080;3")
        import_usage(work, sheet(*rows), "usage.csv")
        counted = e_loans(work)
        set_price(work, "e-books", date(2026, 1, 1), "1000.5")
        assert len(prices(work, "e-books")) == 2
    with works.reading(OPERATOR) as work:
        assert costs(work) == {
            "emedia:e-books:2026-05:2080": 3002,  # 3 × 1000.5 = 3001.5
            "emedia:e-books:2026-07:2080": 6000,
            "emedia:film:2026-05:2080": 7500,
        }
        assert e_loans(work) == counted


def test_a_price_inside_a_month_holds_from_the_next(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_pot(work)
        rows = ("e-books;2026-06;2080;10", "e-books;2026-07;2080;10")
        import_usage(work, sheet(*rows), "usage.csv")  # 20 kr from 15 June
        assert list(costs(work).values()) == [18505, 20000]


@pytest.mark.parametrize("text", ["", "-1", "20 kr", "1000001", "1e3", "NaN"])
def test_other_texts_are_no_price(works: Works, text: str) -> None:
    with works.writing(OPERATOR) as work:
        make_pot(work)
        with pytest.raises(Invalid) as refused:
            set_price(work, "film", date(2026, 1, 1), text)
    assert [fault.at for fault in refused.value.faults] == ["ore_per_loan"]


def test_a_customer_id_is_one_municipalitys(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_pot(work)
        know_customer(work, "film", "2080", " ISNI:1234123412341234 ")
        know_customer(work, "film", "2080", "ISNI:1234123412341234")
        know_customer(work, "film", "2080", "falun")
        know_customer(work, "e-books", "2062", "falun")  # another supplier, another world
        with pytest.raises(Conflict):
            know_customer(work, "film", "2062", "falun")
        with pytest.raises(Invalid) as refused:
            know_customer(work, "film", "20", " ")
    assert [fault.at for fault in refused.value.faults] == ["customer_id", "member"]
    with works.reading(OPERATOR) as work:
        known = [(member.code, customer) for member, customer in customers(work, "film")]
    assert known == [("2080", "ISNI:1234123412341234"), ("2080", "falun")]


def test_customers_are_seen_within_ones_scope(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_pot(work)
        know_customer(work, "film", "2080", "falun")
        know_customer(work, "film", "2062", "mora")
    with works.reading(Actor("mora", {"emedia.see": frozenset({"2062"})})) as work:
        assert [customer for _, customer in customers(work, "film")] == ["mora"]


def test_suppliers_and_prices_take_the_right_to_change(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_pot(work)
    reader = Actor("reader", {"emedia.see": None})
    with pytest.raises(Forbidden), works.writing(reader) as work:
        add_supplier(work, "press", "Press")
    with pytest.raises(Forbidden), works.writing(reader) as work:
        set_price(work, "film", date(2026, 1, 1), "1")
    with pytest.raises(Forbidden), works.writing(reader) as work:
        know_customer(work, "film", "2080", "falun")
    with pytest.raises(NotFound), works.writing(OPERATOR) as work:
        set_price(work, "radio", date(2026, 1, 1), "1")
