"""A sample by hand: the sums below are worked out on paper from Cochran's formulas."""

import hashlib
import math
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consortium.crates.sample_rules import (
    delivery_days,
    draw_days,
    estimate,
    read_sheet_code,
    sample_faults,
    sheet_code,
    sizes_of,
    t_quantile,
    together,
)

# 2026-11-02 is a Monday; the 6th is All Saints' Eve, which does not count as a holiday.
MONDAYS = [date(2026, 11, 2) + timedelta(weeks=week) for week in range(4)]
TUESDAYS = [date(2026, 11, 3) + timedelta(weeks=week) for week in range(5)]
SIZES = {0: 4, 1: 5}
COUNTS = dict(zip([*MONDAYS[:2], *TUESDAYS[:3]], [2, 4, 1, 1, 4], strict=True))


def test_the_worked_example() -> None:
    """Mondays 4 × 3 = 12, Tuesdays 5 × 2 = 10. Variance 4·2/2·2 + 5·2/3·3 = 8 + 10 = 18.

    Degrees of freedom 18² / (8²/1 + 10²/2) = 324/114 = 2.84, rounded down to 2; t = 4.303; reach
    4.303 × √18 = 18.26. Below, 12 crates were counted already.
    """
    found = estimate(SIZES, COUNTS)
    assert found is not None
    assert (found.total, found.whole, found.degrees) == (Fraction(22), 22, 2)
    assert found.error == pytest.approx(math.sqrt(18))
    assert found.interval == (12, 41)


def test_a_single_counted_day_varies_as_all_counted_days_do() -> None:
    """All days: mean 7/3, s² = 1/3. Mondays 4·3/1 · 1/3 = 4, Tuesdays 0; freedom 4²/(4²/2) = 2."""
    found = estimate(SIZES, {MONDAYS[0]: 3, **dict.fromkeys(TUESDAYS[:2], 2)})
    assert found is not None
    assert (found.whole, found.error, found.degrees) == (22, 2.0, 2)
    assert found.interval == (13, 31)  # 22 ± 4.303 · 2


def test_one_day_alone_tells_nothing_of_the_others() -> None:
    found = estimate({0: 4}, {MONDAYS[0]: 3})
    assert found is not None
    assert (found.whole, found.interval) == (12, None)


def test_a_weekday_that_nobody_counted_is_taken_at_the_mean_of_all() -> None:
    found = estimate(SIZES, {MONDAYS[0]: 3, MONDAYS[1]: 6})
    assert found is not None
    assert found.total == 4 * Fraction(9, 2) + 5 * Fraction(9, 2)
    assert found.interval is None


def test_nothing_counted_is_no_estimate() -> None:
    assert estimate(SIZES, {}) is None


@given(st.lists(st.integers(0, 50), min_size=9, max_size=9))
def test_what_is_counted_whole_is_known_exactly(numbers: list[int]) -> None:
    found = estimate(SIZES, dict(zip(MONDAYS + TUESDAYS, numbers, strict=True)))
    assert found is not None
    assert (found.total, found.interval) == (Fraction(sum(numbers)), (sum(numbers), sum(numbers)))


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=5, max_size=5))
def test_parts_add_up_and_their_errors_bound_that_of_the_sum(pairs: list[tuple[int, int]]) -> None:
    one, other, both = (
        estimate(SIZES, dict(zip(COUNTS, column, strict=True)))
        for column in ([a for a, _ in pairs], [b for _, b in pairs], [a + b for a, b in pairs])
    )
    assert one
    assert other
    assert both
    added = together([one, other])
    assert added.total == both.total == one.total + other.total
    assert added.error is not None
    assert both.error is not None
    assert both.error <= added.error + 1e-9


@pytest.mark.parametrize(
    ("degrees", "expected"),  # two-sided 5 %: the table that is printed in every textbook
    [(1, 12.706), (2, 4.303), (3, 3.182), (4, 2.776), (5, 2.571), (10, 2.228), (30, 2.042)],
)
def test_students_t_is_that_of_the_tables(degrees: int, expected: float) -> None:
    assert t_quantile(degrees) == pytest.approx(expected, abs=5e-4)


def test_anybody_draws_the_same_days() -> None:
    days = delivery_days(date(2026, 9, 1), date(2026, 11, 30))
    drawn = draw_days(days, 2, 20260901)
    for weekday in range(5):
        group = [day for day in days if day.weekday() == weekday]
        lots = sorted(
            (hashlib.sha256(f"20260901:{day}".encode()).hexdigest(), day) for day in group
        )
        assert [day for day in drawn if day.weekday() == weekday] == sorted(
            day for _, day in lots[:2]
        )
    assert drawn != draw_days(days, 2, 20260902)


def test_holidays_and_weekends_are_no_delivery_days() -> None:
    # 2026-12-21 to 2027-01-03: Christmas Eve, Day and Boxing Day, New Year's Eve and Day, weekends
    days = delivery_days(date(2026, 12, 21), date(2027, 1, 3))
    assert [day.day for day in days] == [21, 22, 23, 28, 29, 30]
    assert sizes_of(date(2026, 12, 21), date(2027, 1, 3)) == {0: 2, 1: 2, 2: 2}


def test_everything_wrong_with_a_sample_is_said_at_once() -> None:
    today = date(2026, 11, 24)
    faults = list(sample_faults(" ", (date(2026, 10, 3), date(2026, 10, 4)), 1, today))
    assert [fault.at for fault in faults] == ["name", "to_on", "per_weekday", "from_on"]


def test_a_sheets_code_reads_back() -> None:
    assert read_sheet_code(" " + sheet_code(12, 7).lower()) == (12, 7)
    assert [read_sheet_code(text) for text in ("LD000123", "VP12", "VP-1-2")] == [None] * 3
