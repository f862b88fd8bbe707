from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consortium.emedia.rules import (
    Price,
    cost_ore,
    month_end,
    month_of,
    months_text,
    price_on,
    reference,
    run_out,
    year_end_ore,
)

DAY_100 = date(2026, 4, 10)  # 31 + 28 + 31 + 10


@pytest.mark.parametrize(
    ("loans", "ore_per_loan", "expected"),
    [
        (0, "1850.5", 0),
        (1, "1850.5", 1851),  # half goes up
        (2, "1850.5", 3701),
        (3, "1850.5", 5552),
        (1, "1850.499999", 1850),
        (3, "0.166666", 0),  # 0.499998
        (1000, "33.3335", 33334),  # 33 333.5
        (100_000_000, "1000000", 100_000_000_000_000),
    ],
)
def test_a_cost_is_rounded_half_up_once(loans: int, ore_per_loan: str, expected: int) -> None:
    assert cost_ore(loans, ore_per_loan) == expected


@given(
    st.integers(0, 100_000_000),
    st.decimals(0, 1_000_000, allow_nan=False, allow_infinity=False, places=6),
)
def test_a_cost_is_what_decimal_arithmetic_says(loans: int, price: Decimal) -> None:
    exact = Decimal(loans) * price
    assert cost_ore(loans, str(price)) == int(exact.to_integral_value(ROUND_HALF_UP))


@pytest.mark.parametrize(
    ("budget_ore", "expected"),
    [
        (36_500, None),  # 100 öre a day for 365 days: used up on 31 December, so it lasts
        (36_499, date(2026, 12, 31)),
        (36_400, date(2026, 12, 31)),  # 364 days
        (36_399, date(2026, 12, 30)),
        (20_000, date(2026, 7, 20)),  # day 201: the first that is not covered
        (10_000, date(2026, 4, 11)),  # used up on the settled day
        (5_000, date(2026, 2, 20)),  # day 51, long gone
        (0, date(2026, 1, 1)),
    ],
)
def test_the_pot_runs_out_on_the_first_day_it_does_not_cover(
    budget_ore: int, expected: date | None
) -> None:
    assert run_out(budget_ore, 10_000, DAY_100, 2026) == expected


def test_an_unused_pot_lasts() -> None:
    assert run_out(0, 0, DAY_100, 2026) is None


def test_a_leap_year_has_a_day_more() -> None:
    # 60 öre a day to 29 February 2028, day 60: 366 days cost 21 960.
    assert run_out(21_960, 3_600, date(2028, 2, 29), 2028) is None
    assert run_out(21_959, 3_600, date(2028, 2, 29), 2028) == date(2028, 12, 31)


@given(st.integers(0, 10_000), st.integers(1, 10_000), st.integers(1, 365))
def test_running_out_is_the_day_by_day_walk(budget_ore: int, used_ore: int, days: int) -> None:
    settled_on = date.fromordinal(date(2026, 1, 1).toordinal() + days - 1)
    over = [n for n in range(1, 366) if Decimal(used_ore) * n > Decimal(budget_ore) * days]
    found = run_out(budget_ore, used_ore, settled_on, 2026)
    assert (found and found.timetuple().tm_yday) == (over[0] if over else None)


@pytest.mark.parametrize(
    ("used_ore", "settled_on", "expected"),
    [
        (10_000, DAY_100, 36_500),
        (1, date(2026, 1, 2), 183),  # 182.5
        (777, date(2026, 12, 31), 777),
    ],
)
def test_the_year_ends_as_it_went(used_ore: int, settled_on: date, expected: int) -> None:
    assert year_end_ore(used_ore, settled_on, 2026) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-10", date(2026, 10, 1)),
        ("2026-13", None),
        ("2026-00", None),
        ("0000-01", None),
        ("9999-12", None),
        ("2026-1", None),
        ("2026-10-01", None),
        ("okt 2026", None),
        ("\uff12026-10", None),  # a full-width digit
    ],
)
def test_a_month_is_year_and_month(text: str, expected: date | None) -> None:
    assert month_of(text) == expected


@pytest.mark.parametrize(
    ("months", "expected"),
    [
        ([(2026, 3)], "2026-03"),
        ([(2026, 2), (2026, 1), (2026, 3)], "2026-01–2026-03"),
        (
            [(2025, 12), (2026, 1), (2026, 3), (2026, 5), (2026, 6)],
            "2025-12–2026-01, 2026-03, 2026-05–2026-06",
        ),
        ([], ""),
    ],
)
def test_months_are_told_in_runs(months: list[tuple[int, int]], expected: str) -> None:
    assert months_text([date(year, month, 1) for year, month in months]) == expected


def test_a_cost_is_known_by_supplier_month_and_member() -> None:
    assert reference("e-books", date(2026, 3, 1), "2080") == "emedia:e-books:2026-03:2080"


def test_a_month_ends_on_its_last_day() -> None:
    assert [month_end(date(2028, month, 1)).day for month in (2, 11, 12)] == [29, 30, 31]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2025, 12, 31), None),
        (date(2026, 1, 1), "10"),
        (date(2026, 6, 30), "10"),
        (date(2026, 7, 1), None),
        (date(2026, 9, 1), "20"),
        (date(2030, 1, 1), "20"),
    ],
)
def test_a_price_holds_on_both_its_days(day: date, expected: str | None) -> None:
    prices = [
        Price(date(2026, 1, 1), date(2026, 6, 30), "10"),
        Price(date(2026, 9, 1), None, "20"),
    ]
    found = price_on(prices, day)
    assert (found.ore_per_loan if found else None) == expected
