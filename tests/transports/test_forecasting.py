from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from consortium.transports.forecasting import (
    COUNTED,
    KNOWN,
    Expected,
    counted_days,
    expect,
    forecast,
)

MONDAY = date(2026, 9, 7)
WEEK = timedelta(weeks=1)


def mondays(*counts: int) -> dict[date, int]:
    return {MONDAY + place * WEEK: count for place, count in enumerate(counts)}


def test_the_mean_of_the_last_eight_is_rounded_half_up() -> None:
    assert forecast(mondays(100, 1, 2, 3, 4, 5, 6, 7, 8), 0) == 5  # 36 / 8 = 4.5
    assert forecast(mondays(1, 2, 1), 0) == 1  # 4 / 3
    assert forecast(mondays(0, 1), 0) == 1
    assert forecast(mondays(0, 0, 1), 0) == 0


def test_other_weekdays_and_nothing_counted_tell_nothing() -> None:
    assert forecast(mondays(7), 1) is None
    assert forecast({}, 0) is None


@given(st.lists(st.integers(0, 500), min_size=1, max_size=20))
def test_a_forecast_lies_between_the_least_and_the_most_of_the_last_eight(
    counts: list[int],
) -> None:
    found = forecast(mondays(*counts), 0)
    assert found is not None
    assert min(counts[-8:]) <= found <= max(counts[-8:])


def test_days_without_crates_count_from_the_first_count_on_unless_it_was_closed() -> None:
    own = {MONDAY + WEEK: (3, 4)}
    others = [MONDAY + place * WEEK for place in range(4)] + [MONDAY + timedelta(days=1)]
    assert counted_days(own, others, [MONDAY + 2 * WEEK]) == {
        MONDAY + WEEK: (3, 4),
        MONDAY + 3 * WEEK: (0, 0),
    }


def test_what_is_larger_is_expected_each_way_for_itself() -> None:
    assert expect("mora", (5, 1), (4, 2), COUNTED) == Expected("mora", 5, 2, KNOWN, COUNTED)
    assert expect("mora", (4, 2), (4, 2), COUNTED) == Expected("mora", 4, 2, COUNTED, COUNTED)
