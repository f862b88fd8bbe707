import threading
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest
from sqlmodel import select

from consortium.core.audit import AuditEntry
from consortium.core.errors import Conflict, Forbidden, Invalid
from consortium.core.work import Actor, Works
from consortium.costs.queries import actual_costs, pool_of_year
from consortium.costs.recording import NewCost, record_cost
from consortium.emedia.importing import import_usage
from consortium.emedia.registering import add_supplier, set_price
from consortium.emedia.tables import Usage
from consortium.emedia.taking import UsageImport
from consortium.measures.entering import lock_values
from tests.conftest import OPERATOR
from tests.emedia.making import costs, e_loans, make_pot, sheet
from tests.making import FIRST

ROWS = (
    "e-books;2026-01;2080;101",
    "e-books;2026-02;2080;99",
    "e-books;2026-01;2062;7",
    "film;2026-01;2080;4",
)


def test_usage_becomes_cost_and_measure(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_pot(work)
        done = import_usage(work, sheet(*ROWS), "usage.csv")
    # Kronor: 101 × 18,505 = 1869,005; 99 × 18,505 = 1831,995; 7 × 18,505 = 129,535; 4 × 25 = 100.
    assert done == UsageImport(
        new=4,
        changed=0,
        unchanged=0,
        months=(date(2026, 1, 1), date(2026, 2, 1)),
        cost_before_ore=0,
        cost_after_ore=186_901 + 183_200 + 12_954 + 10_000,
        dry_run=False,
    )
    with works.reading(OPERATOR) as work:
        assert costs(work) == {
            "emedia:e-books:2026-01:2080": 186_901,
            "emedia:e-books:2026-02:2080": 183_200,
            "emedia:e-books:2026-01:2062": 12_954,
            "emedia:film:2026-01:2080": 10_000,
        }
        assert e_loans(work) == [
            ("2062", "2026-12-31", "7", "E-media: e-books 2026-01"),
            ("2080", "2026-12-31", "204", "E-media: e-books 2026-01–2026-02; film 2026-01"),
        ]


def test_a_cost_says_what_it_is(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_pot(work)
        import_usage(work, sheet("e-books;2026-02;2080;99"), "usage.csv")
        cost = actual_costs(work, pool_of_year(work, "emedia", 2026))[0]
    assert [cost.on_date, cost.supplier, cost.entered_by] == [
        date(2026, 2, 28),
        "Elib",
        "operator",
    ]
    assert cost.text == "Falun 2026-02: 99 × 1850.5 öre"


def test_a_month_imported_again_is_replaced(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_pot(work)
        import_usage(work, sheet(*ROWS), "first.csv")
        again = sheet("e-books;2026-01;2080;100", "e-books;2026-01;2062;7", "film;2026-03;2062;1")
        done = import_usage(work, again, "second.csv")
    assert [done.new, done.changed, done.unchanged] == [1, 1, 1]
    assert [done.cost_before_ore, done.cost_after_ore] == [
        186_901 + 12_954,
        185_050 + 12_954 + 2500,
    ]
    with works.reading(OPERATOR) as work:
        assert costs(work) == {
            "emedia:e-books:2026-01:2080": 185_050,
            "emedia:e-books:2026-02:2080": 183_200,
            "emedia:e-books:2026-01:2062": 12_954,
            "emedia:film:2026-01:2080": 10_000,
            "emedia:film:2026-03:2062": 2500,
        }
        assert [row[2:] for row in e_loans(work)] == [
            ("8", "E-media: e-books 2026-01; film 2026-03"),
            ("203", "E-media: e-books 2026-01–2026-02; film 2026-01"),
        ]
        sources = {row.loans: row.source for row in work.session.exec(select(Usage))}
        assert sources == {
            100: "second.csv",
            99: "first.csv",
            7: "first.csv",
            4: "first.csv",
            1: "second.csv",
        }


def test_the_same_file_twice_changes_nothing(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_pot(work)
        import_usage(work, sheet(*ROWS), "usage.csv")
        before = costs(work)
        done = import_usage(work, sheet(*ROWS), "usage.csv")
        assert [done.new, done.changed, done.unchanged] == [0, 0, 4]
        assert done.cost_before_ore == done.cost_after_ore
        assert costs(work) == before
        entries = select(AuditEntry).where(AuditEntry.event == "emedia.usage_imported")
        assert len(work.session.exec(entries).all()) == 1


def test_costs_recorded_beside_stay(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_pot(work)
        licence = NewCost("invoice 4711", date(2026, 1, 31), "Press", "Licence", 5000)
        record_cost(work, "emedia", 2026, licence)
        import_usage(work, sheet(*ROWS), "usage.csv")
        import_usage(work, sheet(*ROWS), "usage.csv")
        assert costs(work)["invoice 4711"] == 5000


def test_a_dry_run_says_the_same_and_does_nothing(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_pot(work)
        import_usage(work, sheet(ROWS[0]), "first.csv")
    with works.reading(OPERATOR) as work:
        before = (costs(work), e_loans(work))
    with works.writing(OPERATOR) as work:
        tried = import_usage(work, sheet("e-books;2026-01;2080;1", ROWS[3]), "u.csv", dry_run=True)
    with works.reading(OPERATOR) as work:
        assert (costs(work), e_loans(work)) == before
    assert [tried.new, tried.changed, tried.dry_run] == [1, 1, True]
    assert [tried.cost_before_ore, tried.cost_after_ore] == [186_901, 1851 + 10_000]


def test_every_fault_of_every_row_is_told_at_once_and_nothing_is_saved(works: Works) -> None:
    rows = (
        "e-books;2026-01;2080;5",
        "radio;2026-01;2080;5",
        "film;2026-13;2080;5",
        "film;2026-11;20;5",
        "film;2025-12;9999;5,5",
        "film;2026-01;2081;-1",
        "film;2026-01;2062;100000001",
        "e-books;2026-01;2080;6",
        "radio;hm;;",
    )
    with works.writing(OPERATOR) as work:
        make_pot(work)
    with pytest.raises(Invalid) as refused, works.writing(OPERATOR) as work:
        import_usage(work, sheet(*rows), "usage.csv")
    assert [(fault.at, fault.fault) for fault in refused.value.faults] == [
        ("row 3, supplier", "There is no supplier radio"),
        ("row 4, month", "2026-13 is no month"),
        ("row 5, month", "2026-11 is not over yet"),
        ("row 5, municipality", "20 is no municipality of the consortium"),
        ("row 6, month", "There is no cost pool emedia in 2025"),
        ("row 6, month", "film has no price on 2025-12-01"),
        ("row 6, municipality", "9999 is no municipality of the consortium"),
        ("row 6, loans", "5,5 is no whole number that is 0 or more"),
        ("row 7, loans", "-1 is no whole number that is 0 or more"),
        ("row 8, loans", "100000001 loans are too many"),
        ("row 10, supplier", "There is no supplier radio"),
        ("row 10, month", "hm is no month"),
        ("row 10, municipality", "– is no municipality of the consortium"),
        ("row 10, loans", "– is no whole number that is 0 or more"),
        ("row 9, month", "The row says the same supplier, month and municipality as row 2"),
    ]
    with works.reading(OPERATOR) as work:
        assert work.session.exec(select(Usage)).all() == []
        assert costs(work) == {}


def test_a_month_is_over_on_the_day_after_its_last(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_pot(work)
        import_usage(work, sheet("film;2026-10;2080;1"), "usage.csv")  # it is 24 November
        assert list(costs(work)) == ["emedia:film:2026-10:2080"]


def test_swedish_sheets_are_read(works: Works) -> None:
    text = "Municipality\tLoans\tMonth\tSupplier\r\n2080\t1 204\t2026-01\tfilm\r\n\r\n"
    with works.writing(OPERATOR) as work:
        make_pot(work)
        import_usage(work, text.encode("utf-8-sig"), "usage.txt")
        assert costs(work) == {"emedia:film:2026-01:2080": 1204 * 2500}


def test_no_loans_are_a_value_too(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_pot(work)
        import_usage(work, sheet("film;2026-01;2080;0"), "usage.csv")
        assert costs(work) == {"emedia:film:2026-01:2080": 0}
        assert e_loans(work)[0][2:] == ("0", "E-media: film 2026-01")


def test_locked_loans_refuse_a_change_but_not_the_same_again(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_pot(work)
        import_usage(work, sheet(*ROWS), "usage.csv")
        lock_values(work, "e_loans", date(2026, 12, 31))
        import_usage(work, sheet(*ROWS), "usage.csv")
        before = costs(work)
    for dry_run in (True, False):
        with pytest.raises(Conflict), works.writing(OPERATOR) as work:
            import_usage(work, sheet("film;2026-01;2080;5"), "usage.csv", dry_run=dry_run)
    with works.reading(OPERATOR) as work:
        assert costs(work) == before


def test_usage_is_changed_within_ones_scope_only(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_pot(work)
    mora = Actor("mora", {"emedia.change": frozenset({"2062"})})
    with works.writing(mora) as work:
        import_usage(work, sheet("film;2026-01;2062;1"), "usage.csv")
    with pytest.raises(Forbidden), works.writing(mora) as work:
        import_usage(work, sheet("film;2026-02;2062;1", "film;2026-02;2080;1"), "usage.csv")
    with pytest.raises(Forbidden), works.writing(Actor("guest")) as work:
        import_usage(work, sheet("film;2026-01;2062;1"), "usage.csv")
    with works.reading(OPERATOR) as work:
        assert list(costs(work)) == ["emedia:film:2026-01:2062"]


def test_the_pool_pays_the_sum_of_rows_each_rounded_by_itself(works: Works) -> None:
    prices = {"a": "33.333333", "b": "1850.5", "c": "0.5"}
    places = [
        (supplier, f"2026-{month:02}", member)
        for supplier in prices
        for month in range(1, 11)
        for member in ("2080", "2081", "2062")
    ]
    loans = {place: 7919 * number % 3001 for number, place in enumerate(places, 1)}
    changed = {place: loans[place] + 1 for place in places[::3]}
    with works.writing(OPERATOR) as work:
        make_pot(work)
        for supplier, price in prices.items():
            add_supplier(work, supplier, supplier.upper())
            set_price(work, supplier, FIRST, price)
    for part in (loans, changed):
        lines = [f"{';'.join(key)};{count}" for key, count in part.items()]
        with works.writing(OPERATOR) as work:
            import_usage(work, sheet(*lines), "usage.csv")
    final = loans | changed
    expected = sum(
        int((Decimal(prices[key[0]]) * count).to_integral_value(ROUND_HALF_UP))
        for key, count in final.items()
    )
    with works.reading(OPERATOR) as work:
        paid = costs(work)
        assert len(paid) == 90
        assert sum(paid.values()) == expected
        assert {row[0]: int(row[2]) for row in e_loans(work)} == {
            member: sum(count for key, count in final.items() if key[2] == member)
            for member in ("2080", "2081", "2062")
        }


def test_two_suppliers_imported_at_once_are_both_counted(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_pot(work)
    start = threading.Barrier(2)

    def take(supplier: str) -> None:
        start.wait()
        for month in range(1, 6):
            with works.writing(OPERATOR) as work:
                import_usage(work, sheet(f"{supplier};2026-{month:02};2080;{month}"), supplier)

    imports = [threading.Thread(target=take, args=(code,)) for code in ("e-books", "film")]
    for one in imports:
        one.start()
    for one in imports:
        one.join()
    with works.reading(OPERATOR) as work:
        assert len(costs(work)) == 10
        assert [row[2] for row in e_loans(work)] == ["30"]  # twice 1 + 2 + 3 + 4 + 5
