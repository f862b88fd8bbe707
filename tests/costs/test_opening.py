"""The next year is opened from the year before: what is copied, what stays, what is compared."""

from datetime import date

import pytest

from consortium.core.errors import Conflict
from consortium.core.work import Work, Works
from consortium.costs.agreed import agreed
from consortium.costs.agreeing import (
    KeyRule,
    Vat,
    add_pool,
    contribute,
    set_key,
    set_vat,
    take_part,
)
from consortium.costs.budgeting import budget_lines, put_lines
from consortium.costs.entries import NewLine
from consortium.costs.key_dates import dates_named
from consortium.costs.opening import close_year, newer_measures, open_year
from consortium.costs.queries import key_versions, month_of_pool, pool_of_year, pools, vat_on
from consortium.costs.splitting import split
from consortium.costs.yearly import year_shares
from consortium.measures.entering import add_measure, enter_values
from tests.billing.worlds import make_small
from tests.conftest import OPERATOR
from tests.making import FIRST

# 120 000,01 kr in twelve months of 10 000,00 kr, December an öre more, split in three: of an öre
# left, the lower code gets it; of two, the two lower ones.
SHARES = {"2062": 12 * 333_334, "2080": 11 * 333_333 + 333_334, "2081": 12 * 333_333}


def make_shared(work: Work) -> None:
    """A pool that two share, one of them to June, with a gift, lines, VAT and a later key."""
    pool = add_pool(work, "film", 2026, ("Film", "Film"), 9_000_00, everyone=False)
    take_part(work, pool, "2080")
    take_part(work, pool, "2081")
    take_part(work, pool, "2062", None, date(2026, 6, 30))
    put_lines(work, "film", 2026, [NewLine(1, "Licens", 8_000_00, "6420"), NewLine(2, "Del", 1)])
    contribute(work, pool, "2081", 1_00)
    set_vat(work, pool, FIRST, Vat("S", 25, confirmed=True))
    set_vat(work, pool, date(2026, 7, 1), Vat("S", 6))
    add_measure(work, "population", ("Folkmängd", "Population"), "invånare")
    values = {"2080": "3", "2081": "1", "2062": "1"}
    enter_values(work, "population", date(2025, 12, 31), values, "SCB")
    equal = [{"take": "rest", "split": {"kind": "equal"}}]
    weighed = {"kind": "measure", "measure": "population", "at": "2025-12-31"}
    set_key(work, "film", 2026, KeyRule({"parts": equal}, "§ 1", FIRST, {}))
    parts = [{"take": "rest", "split": weighed}]
    set_key(work, "film", 2026, KeyRule({"parts": parts}, "§ 1", date(2026, 9, 1), {}))


def test_shares_of_a_year_are_those_of_its_twelve_months(works: Works) -> None:
    make_small(works)
    with works.reading(OPERATOR) as work:
        found = year_shares(work, pool_of_year(work, "system", 2026))
    assert found.shares == SHARES
    assert sum(SHARES.values()) == found.cost_ore == 120_000_01
    assert (found.leftover_ore, found.months) == (0, 12)


def test_a_new_year_has_what_holds_at_the_end_of_the_old_one(works: Works) -> None:
    make_small(works)
    with works.writing(OPERATOR) as work:
        make_shared(work)
    with works.writing(OPERATOR) as work:
        made = open_year(work, 2027)
        assert [(pool.code, pool.place) for pool in made] == [
            ("system", 1),
            ("office", 2),
            ("film", 3),
        ]
    with works.reading(OPERATOR) as work:
        film = agreed(work, "film", 2027)
        assert film.pool.budget_ore == 8_000_01
        assert [(line.text, line.account) for line in budget_lines(work, film.pool)] == [
            ("Licens", "6420"),
            ("Del", ""),
        ]
        assert [(part.code, part.left) for part in film.parts] == [("2080", None), ("2081", None)]
        assert film.given == {"2081": 1_00}
        (vat,) = film.vat
        assert (vat.from_on, vat.percent, vat.confirmed) == (date(2027, 1, 1), 6, False)
        ((version, clause),) = key_versions(work, film.pool)
        assert (version.from_on, version.to_on) == (date(2027, 1, 1), date(2027, 12, 31))
        assert clause.number == "§ 1"
        assert dates_named(version.key) == {"population": date(2025, 12, 31)}
        ((system, _clause),) = key_versions(work, pool_of_year(work, "system", 2027))
        assert system.previous_ore == SHARES
        assert split(month_of_pool(work, film.pool, 1)).cost_ore == 8_000_01 // 12


def test_what_the_old_year_is_settled_at_is_compared_with_where_it_is_given(works: Works) -> None:
    make_small(works)
    with works.writing(OPERATOR) as work:
        open_year(work, 2027, {"system": {"2080": 5}})
        ((version, _clause),) = key_versions(work, pool_of_year(work, "system", 2027))
        assert version.previous_ore == {"2080": 5}
        ((office, _clause),) = key_versions(work, pool_of_year(work, "office", 2027))
        assert office.previous_ore == SHARES


def test_opening_twice_is_opening_once_and_what_is_there_stays(works: Works) -> None:
    make_small(works)
    with works.writing(OPERATOR) as work:
        add_pool(work, "office", 2027, ("Eget", "Own"), 5_00, everyone=True)
    with works.writing(OPERATOR) as work:
        assert [pool.code for pool in open_year(work, 2027)] == ["system"]
    with works.writing(OPERATOR) as work:
        assert open_year(work, 2027) == []
        assert work.audited == []
        assert [
            (p.code, p.budget_ore) for p in sorted(pools(work, 2027), key=lambda p: p.code)
        ] == [
            ("office", 5_00),
            ("system", 120_000_01),
        ]


def test_an_old_year_that_cannot_be_split_says_where(works: Works) -> None:
    make_small(works)
    with works.writing(OPERATOR) as work:
        make_shared(work)
        enter_values(work, "population", date(2026, 6, 30), {"2080": "1"}, "SCB")
        bad = {"kind": "measure", "measure": "population", "at": "2026-06-30"}
        pool = add_pool(work, "vans", 2026, ("Bilar", "Vans"), 1_00, everyone=False)
        take_part(work, pool, "2080")
        set_vat(work, pool, FIRST, Vat("S", 25))
        key = {"parts": [{"take": "rest", "split": bad}]}
        set_key(work, "vans", 2026, KeyRule(key, "§ 1", FIRST, {}))
        take_part(work, pool, "2081", date(2026, 3, 1))
    with pytest.raises(Conflict) as refused, works.writing(OPERATOR) as work:
        open_year(work, 2027)
    assert [fault.at for fault in refused.value.faults] == [
        "vans 2026-03 key.parts[0].split.measure"
    ]
    with works.reading(OPERATOR) as work:
        assert pools(work, 2027) == []


def test_a_year_after_one_without_pools_is_not_opened(works: Works) -> None:
    make_small(works)
    with pytest.raises(Conflict), works.writing(OPERATOR) as work:
        open_year(work, 2030)


def test_newer_values_than_the_keys_name_are_told(works: Works) -> None:
    make_small(works)
    with works.writing(OPERATOR) as work:
        make_shared(work)
        assert newer_measures(work, 2026) == []
        enter_values(work, "population", date(2026, 12, 31), {"2080": "2"}, "SCB")
        assert newer_measures(work, 2026) == []  # 24 November: the day is to come
        enter_values(work, "population", date(2026, 6, 30), {"2080": "1"}, "SCB")
        (newer,) = newer_measures(work, 2026)
    assert (newer.pool, newer.measure) == ("film", "population")
    assert (newer.named_on, newer.newest_on) == (date(2025, 12, 31), date(2026, 6, 30))


def test_a_key_names_its_dates_in_blends_and_lists_and_no_others() -> None:
    old = {"kind": "measure", "measure": "loans", "average": ["2023-12-31", "2024-12-31"]}
    new = {"kind": "measure", "measure": "population", "latest": True}
    blend = {"kind": "blend", "from": old, "to": new, "weight": "0.5"}
    mean = {"kind": "measure", "measure": "stops", "average": 3}
    parts = [{"take": {"percent": "10"}, "split": mean}, {"take": "rest", "split": blend}]
    assert dates_named({"parts": parts}) == {"loans": date(2024, 12, 31)}


def test_a_year_that_is_closed_again_is_gone_with_all_it_was_opened_with(works: Works) -> None:
    make_small(works)
    with works.writing(OPERATOR) as work:
        make_shared(work)
        open_year(work, 2027)
    with works.writing(OPERATOR) as work:
        close_year(work, 2027, ["film", "office", "system"])
    with works.reading(OPERATOR) as work:
        assert pools(work, 2027) == []
        assert vat_on(work, pool_of_year(work, "film", 2026), date(2026, 12, 31)) is not None
