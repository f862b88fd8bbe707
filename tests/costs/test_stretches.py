"""Some months of a pool's year, shared once. Amounts worked out by hand.

Two members for the whole year, a third from 1 July: of the 181 days of January to June it has none,
of the year's 365 days it has 184.
"""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consortium.costs.rules import Participant, PoolYear, month_part, months_part
from consortium.costs.splitting import split
from consortium.costs.stretches import stretch_basis

A, B = Participant("A", "A", True), Participant("B", "B", False)
LATE = Participant("C", "C", False, joined=date(2026, 7, 1))
EQUAL = {"parts": [{"take": "rest", "split": {"kind": "equal"}}]}
FIXED = {"kind": "fixed", "amounts_ore": {"A": 1_200, "B": 2_401, "C": 1_200}}


def year(key: dict[str, Any], **given: int) -> PoolYear:
    return PoolYear("p", "P", 2026, 999, given, (A, B, LATE), key, {})


def shares(key: dict[str, Any], months: tuple[int, int], cost_ore: int, **given: int) -> Any:
    outcome = split(stretch_basis(year(key, **given), months, cost_ore, {}))
    return dict(outcome.shares), outcome.leftover_ore


def test_who_has_no_day_in_the_months_is_left_out() -> None:
    assert shares(EQUAL, (1, 6), 101) == ({"A": 51, "B": 50}, 0)


def test_who_comes_within_the_months_weighs_by_its_days() -> None:
    # 914 öre by 365 + 365 + 184 days: one öre a day
    assert shares(EQUAL, (1, 12), 914) == ({"A": 365, "B": 365, "C": 184}, 0)


def test_a_contribution_of_the_months_is_taken_off_first() -> None:
    # a year's 121 öre: floor(121 × 6 / 12) = 60 in January to June
    assert shares(EQUAL, (1, 6), 160, region=121) == ({"A": 50, "B": 50}, 0)


def test_a_key_that_makes_its_own_amounts_leaves_the_rest_to_the_host() -> None:
    key = {"parts": [{"take": "own", "split": FIXED}], "membership": "days"}
    # C: 1 200 × 184 / 365 = 604 68/73; the outcome of 4 205 68/73 is 4 206 in all
    assert shares(key, (1, 12), 5_000) == ({"A": 1_200, "B": 2_401, "C": 605}, 794)


def test_of_some_months_own_amounts_are_sliced_as_on_the_invoices() -> None:
    rest = {"take": "rest", "split": {"kind": "equal"}}
    key = {"parts": [{"take": "own", "split": FIXED}, rest], "membership": "days"}
    # July to December of 1 200, 2 401 and 605: 600, 1 201 (2 401 - 1 200), 303 (605 - 302); of the
    # rest, 896, each has 298 2/3: the two öre left go to the lower codes
    assert shares(key, (7, 12), 3_000) == ({"A": 899, "B": 1_500, "C": 601}, 0)


@given(st.integers(-(10**12), 10**12), st.integers(1, 12), st.integers(1, 12))
def test_months_of_a_year_add_up_to_their_sum(amount_ore: int, one: int, other: int) -> None:
    first, last = min(one, other), max(one, other)
    parts = [month_part(amount_ore, month) for month in range(first, last + 1)]
    assert months_part(amount_ore, first, last) == sum(parts)


@pytest.mark.parametrize("months", [(1, 12), (3, 3), (7, 12)])
def test_a_stretch_is_named_by_its_months(months: tuple[int, int]) -> None:
    basis = stretch_basis(year(EQUAL), months, 1, {})
    assert basis.case["period"]["from"] == f"2026-{months[0]:02}-01"
    assert (basis.month, basis.cost_ore, basis.by_share) == (months[1], 1, False)
