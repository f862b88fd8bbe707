"""What each month has cost: by hand, and that nothing is lost or made."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consortium.core.errors import Conflict, Invalid
from consortium.core.work import Works
from consortium.costs.accruals import month_parts, year_parts
from consortium.costs.accruing import accrued, accrued_pools
from consortium.costs.changing import correct_cost
from consortium.costs.entries import NewCost
from consortium.costs.queries import pool_of_year
from consortium.costs.recording import record_cost, replace_costs
from tests.billing.worlds import make_small
from tests.conftest import OPERATOR

NOV, DEC, JAN = date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1)


@pytest.mark.parametrize(
    ("amount_ore", "parts"),
    [
        (10_000, {NOV: 3_333, DEC: 3_333, JAN: 3_334}),  # ⌊3333,3⌋, ⌊6666,7⌋, 10000
        (-10_000, {NOV: -3_334, DEC: -3_333, JAN: -3_333}),  # ⌊−3333,3⌋ is −3334
        (2, {NOV: 0, DEC: 1, JAN: 1}),
        (0, {NOV: 0, DEC: 0, JAN: 0}),
    ],
)
def test_each_month_touched_bears_an_equal_part_by_the_floor_rule(
    amount_ore: int, parts: dict[date, int]
) -> None:
    assert month_parts(amount_ore, date(2026, 11, 15), date(2027, 1, 10)) == parts


def test_a_cost_of_one_day_weighs_on_its_month() -> None:
    assert month_parts(777, date(2026, 2, 28), date(2026, 2, 28)) == {date(2026, 2, 1): 777}


@given(
    st.integers(-(10**12), 10**12),
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    st.integers(0, 1500),
)
def test_the_parts_of_all_years_add_up_to_the_cost(
    amount_ore: int, from_on: date, days: int
) -> None:
    to_on = from_on + timedelta(days=days)
    parts = month_parts(amount_ore, from_on, to_on)
    assert sum(parts.values()) == amount_ore
    assert max(parts.values()) - min(parts.values()) <= 1
    years = range(from_on.year, to_on.year + 1)
    by_year = [year_parts(amount_ore, from_on, to_on, year) for year in years]
    assert sum(sum(year.values()) for year in by_year) == amount_ore


def test_a_licence_over_the_new_year_counts_in_the_pool_of_each_year(works: Works) -> None:
    make_small(works, (2026, 2027))
    licence = NewCost(
        "F 1", date(2026, 11, 20), "AB", "", 10_000, "6420", date(2026, 11, 15), date(2027, 1, 10)
    )
    with works.writing(OPERATOR) as work:
        record_cost(work, "system", 2026, licence)
        record_cost(work, "system", 2026, NewCost("F 2", date(2026, 11, 3), "AB", "", 50))
        record_cost(work, "office", 2026, NewCost("F 3", date(2026, 2, 3), "AB", "", -7))
    with works.reading(OPERATOR) as work:
        assert {m: ore for m, ore in accrued(work, "system", 2026).items() if ore} == {
            11: 3_383,
            12: 3_333,
        }
        assert {m: ore for m, ore in accrued(work, "system", 2027).items() if ore} == {1: 3_334}
        assert list(accrued(work, "office", 2027)) == list(range(1, 13))
        every = accrued_pools(work, 2026)
        assert every["system"] == accrued(work, "system", 2026)
        assert sum(every["office"].values()) == -7
        assert accrued_pools(work, 2028) == {}


def test_a_cost_says_all_that_is_wrong_with_it_at_once(works: Works) -> None:
    make_small(works)
    wrong = NewCost(" ", date(2025, 1, 1), "", "", 1, "64 20", date(2026, 3, 1), date(2026, 2, 1))
    with pytest.raises(Invalid) as refused, works.writing(OPERATOR) as work:
        record_cost(work, "system", 2026, wrong)
    assert [fault.at for fault in refused.value.faults] == [
        "reference",
        "account",
        "to_on",
        "on_date",
    ]
    half = NewCost("F", date(2026, 1, 1), "", "", 1, to_on=date(2026, 2, 1))
    with pytest.raises(Invalid) as refused, works.writing(OPERATOR) as work:
        record_cost(work, "system", 2026, half)
    assert [fault.at for fault in refused.value.faults] == ["from_on"]


def test_a_cost_is_corrected_to_another_pool_and_time(works: Works) -> None:
    make_small(works)
    with works.writing(OPERATOR) as work:
        row = record_cost(work, "system", 2026, NewCost("F 1", date(2026, 1, 5), "AB", "", 1_200))
        record_cost(work, "system", 2026, NewCost("F 2", date(2026, 1, 5), "AB", "", 1))
    new = NewCost(
        "F 1b", date(2026, 1, 6), "AB", "Nytt", 1_100, "", date(2026, 1, 1), date(2026, 2, 28)
    )
    with works.writing(OPERATOR) as work:
        correct_cost(work, row.id, "office", new)
        (entry,) = work.audited
    assert entry.facts["pool"] == ["system", "office"]
    assert entry.facts["amount_ore"] == [1_200, 1_100]
    assert "supplier" not in entry.facts
    with works.reading(OPERATOR) as work:
        assert sum(accrued(work, "system", 2026).values()) == 1
        assert {m: ore for m, ore in accrued(work, "office", 2026).items() if ore} == {
            1: 550,
            2: 550,
        }
    taken = NewCost("F 2", date(2026, 1, 6), "AB", "", 1)
    with pytest.raises(Conflict), works.writing(OPERATOR) as work:
        correct_cost(work, row.id, "office", taken)


def test_what_follows_from_usage_is_not_corrected_by_hand(works: Works) -> None:
    make_small(works)
    counted = NewCost("emedia:x:2026-01:2080", date(2026, 1, 31), "X", "", 5)
    with works.writing(OPERATOR) as work:
        replace_costs(work, pool_of_year(work, "system", 2026), "emedia:x", [counted])
    with pytest.raises(Conflict), works.writing(OPERATOR) as work:
        correct_cost(work, 1, "system", NewCost("F", date(2026, 1, 31), "X", "", 5))
