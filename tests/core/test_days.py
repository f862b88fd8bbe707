from datetime import UTC, date, datetime, time

import pytest

from consortium.core.days import (
    first_business_day,
    holiday,
    instant_of,
    is_business_day,
    last_day,
    months,
    next_business_day,
    swedish_day,
    swedish_time,
)


@pytest.mark.parametrize(
    ("day", "following"),
    [
        (date(2026, 11, 24), date(2026, 11, 25)),  # a Tuesday
        (date(2026, 11, 27), date(2026, 11, 30)),  # a Friday
        (date(2026, 4, 2), date(2026, 4, 7)),  # Maundy Thursday, then Easter
        (date(2026, 6, 18), date(2026, 6, 22)),  # Midsummer Eve is a Friday
        (date(2026, 12, 23), date(2026, 12, 28)),  # Christmas Eve and Day, Thursday and Friday
        (date(2026, 12, 30), date(2027, 1, 4)),  # New Year's Eve and Day
    ],
)
def test_the_next_business_day(day: date, following: date) -> None:
    assert next_business_day(day) == following


def test_holidays_have_their_swedish_names() -> None:
    assert holiday(date(2026, 5, 14)) == "Kristi himmelsfärdsdag"
    assert holiday(date(2026, 12, 24)) == "Julafton"
    assert holiday(date(2026, 11, 24)) == ""
    assert not is_business_day(date(2026, 11, 28))  # a Saturday


def test_months_begin_and_end() -> None:
    assert first_business_day(2026, 1) == date(2026, 1, 2)
    assert first_business_day(2026, 11) == date(2026, 11, 2)
    assert last_day(2028, 2) == date(2028, 2, 29)
    assert last_day(2026, 12) == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("day", "at", "instant"),
    [
        (date(2026, 1, 15), time(6), datetime(2026, 1, 15, 5, tzinfo=UTC)),
        (date(2026, 7, 15), time(6), datetime(2026, 7, 15, 4, tzinfo=UTC)),
        # 02:30 does not exist on 29 March and exists twice on 25 October
        (date(2026, 3, 29), time(2, 30), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        (date(2026, 10, 25), time(2, 30), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    ],
)
def test_a_time_in_sweden_as_an_instant(day: date, at: time, instant: datetime) -> None:
    assert instant_of(day, at) == instant


def test_an_instant_has_its_day_and_time_in_sweden() -> None:
    late = datetime(2026, 11, 24, 23, 30, 5, 999, tzinfo=UTC)
    assert swedish_day(late) == date(2026, 11, 25)
    assert swedish_time(late) == time(0, 30, 5)


def test_the_months_of_some_days() -> None:
    days = date(2025, 11, 30), date(2026, 1, 1)
    assert list(months(*days)) == [date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1)]
