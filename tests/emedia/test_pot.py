from datetime import date

import pytest

from consortium.core.errors import Forbidden, NotFound
from consortium.core.work import Actor, Work, Works
from consortium.costs.recording import NewCost, record_cost
from consortium.emedia.importing import import_usage
from consortium.emedia.queries import MemberUse, MonthUse, SupplierUse, pot, usage
from tests.conftest import OPERATOR
from tests.emedia.making import BUDGET_ORE, make_pot, sheet


def make_year(work: Work) -> None:
    """January to April: film 40 000 kr in four months, e-books 3 701 kr in January, a licence."""
    make_pot(work)
    rows = (
        "film;2026-01;2080;200",
        "film;2026-02;2080;400",
        "film;2026-03;2062;600",
        "film;2026-04;2062;400",
        "e-books;2026-01;2080;200",
    )
    import_usage(work, sheet(*rows), "usage.csv")
    licence = NewCost("invoice 4711", date(2026, 3, 15), "Press", "Licence", 1_000_000)
    record_cost(work, "emedia", 2026, licence)


def test_the_pot_says_what_is_left_and_how_long_it_lasts(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_year(work)
    with works.reading(OPERATOR) as work:
        found = pot(work, 2026)
    assert [found.budget_ore, found.loans_ore, found.other_ore] == [
        BUDGET_ORE,
        4_370_100,
        1_000_000,
    ]
    assert [found.used_ore, found.left_ore] == [5_370_100, 4_629_900]
    assert found.settled_on == date(2026, 4, 30)  # day 120
    # 90 000 kr are there for loans: 120 × 9 000 000 / 4 370 100 = 247,1 days are covered, and day
    # 248 is 5 September. At year's end 365 / 120 of the loans' cost and the licence are used.
    assert found.run_out_on == date(2026, 9, 5)
    assert found.year_end_ore == 13_292_388 + 1_000_000  # 13 292 387,5, half up


def test_the_parts_of_the_pot_add_up(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_year(work)
    with works.reading(OPERATOR) as work:
        found = pot(work, 2026)
    assert found.months == (
        MonthUse(date(2026, 1, 1), 400, 870_100, 870_100),
        MonthUse(date(2026, 2, 1), 400, 1_000_000, 1_870_100),
        MonthUse(date(2026, 3, 1), 600, 2_500_000, 4_370_100),
        MonthUse(date(2026, 4, 1), 400, 1_000_000, 5_370_100),
    )
    assert found.suppliers == (
        SupplierUse("e-books", "Elib", 200, 370_100, date(2026, 1, 1), behind=True),
        SupplierUse("film", "Viddla", 1600, 4_000_000, date(2026, 4, 1), behind=False),
    )
    assert found.members == (
        MemberUse("2062", "Mora", 1000, 2_500_000),
        MemberUse("2080", "Falun", 800, 1_870_100),
    )


def test_a_municipality_sees_the_whole_pot_and_its_own_loans(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_year(work)
    with works.reading(OPERATOR) as work:
        whole = pot(work, 2026)
    with works.reading(Actor("mora", {"emedia.see": frozenset({"2062"})})) as work:
        seen, rows = pot(work, 2026), usage(work, 2026)
    assert [seen.used_ore, seen.run_out_on] == [whole.used_ore, whole.run_out_on]
    assert [seen.months, seen.suppliers] == [whole.months, whole.suppliers]
    assert [member.code for member in seen.members] == ["2062"]
    assert [(row.month.month, row.loans, row.cost_ore) for row in rows] == [
        (3, 600, 1_500_000),
        (4, 400, 1_000_000),
    ]


def test_usage_is_listed_by_month_supplier_and_member(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_year(work)
        import_usage(work, sheet("film;2026-01;2062;1"), "late.csv")
    with works.reading(OPERATOR) as work:
        rows = [row for row in usage(work, 2026) if row.month.month == 1]
        assert usage(work, 2025) == []
    assert [(row.supplier.code, row.member.code, row.source) for row in rows] == [
        ("e-books", "2080", "usage.csv"),
        ("film", "2062", "late.csv"),
        ("film", "2080", "usage.csv"),
    ]


def test_a_pot_without_usage_has_no_forecast(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_pot(work)
        licence = NewCost("invoice 4711", date(2026, 2, 15), "Press", "Licence", 1_000_000)
        record_cost(work, "emedia", 2026, licence)
    with works.reading(OPERATOR) as work:
        found = pot(work, 2026)
    assert [found.used_ore, found.left_ore, found.other_ore] == [1_000_000, 9_000_000, 1_000_000]
    assert [found.settled_on, found.run_out_on, found.year_end_ore] == [None, None, None]
    assert [month.used_ore for month in found.months] == [0, 1_000_000]
    assert [found.suppliers, found.members] == [(), ()]


def test_a_pot_can_be_overdrawn(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_pot(work)
        import_usage(work, sheet("film;2026-01;2080;6200"), "usage.csv")  # 155 000 kr in 31 days
    with works.reading(OPERATOR) as work:
        found = pot(work, 2026)
    assert found.left_ore == -5_500_000
    assert found.run_out_on == date(2026, 1, 21)  # 5 000 kr a day cover 20 days


def test_a_pot_is_seen_by_those_who_may_and_where_there_is_one(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_pot(work)
    with pytest.raises(NotFound), works.reading(OPERATOR) as work:
        pot(work, 2025)
    with pytest.raises(Forbidden), works.reading(Actor("guest")) as work:
        pot(work, 2026)
    with pytest.raises(Forbidden), works.reading(Actor("guest")) as work:
        usage(work, 2026)
