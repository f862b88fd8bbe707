from datetime import date, time

import pytest

from consortium.transports.calendars import (
    BusTimes,
    SeasonDates,
    SpecialDate,
    calls_on,
    joined,
    longest_wait,
    season_on,
    stop_windows,
    traffic_weekday,
    why_no_traffic,
)

SPECIAL = {
    date(2027, 5, 7): SpecialDate(None, "Klämdag"),  # the Friday after Ascension Day
    date(2026, 12, 19): SpecialDate(4),  # a Saturday that is driven as a Friday
    date(2026, 12, 24): SpecialDate(3, "Körs ändå"),
}


@pytest.mark.parametrize(
    ("day", "weekday", "why"),
    [
        (date(2026, 11, 25), 2, ""),
        (date(2026, 11, 28), None, ""),  # a plain Saturday
        (date(2026, 12, 25), None, "Juldagen"),
        (date(2027, 5, 7), None, "Klämdag"),
        (date(2026, 12, 19), 4, ""),
        (date(2026, 12, 24), 3, ""),
    ],
)
def test_a_date_is_driven_as_its_weekday_unless_it_is_special(
    day: date, weekday: int | None, why: str
) -> None:
    assert traffic_weekday(day, SPECIAL) == weekday
    assert why_no_traffic(day, SPECIAL) == why


def test_of_two_seasons_the_last_to_begin_holds() -> None:
    winter = SeasonDates(1, "Vinter", date(2026, 11, 1), date(2027, 3, 31), 10)
    christmas = SeasonDates(2, "Jul", date(2026, 12, 21), date(2027, 1, 6))
    both = [christmas, winter]
    assert season_on(date(2026, 10, 31), both) is None
    assert season_on(date(2026, 12, 20), both) == winter
    assert season_on(date(2026, 12, 21), both) == christmas
    assert season_on(date(2027, 1, 6), both) == christmas
    assert season_on(date(2027, 1, 7), both) == winter


def test_a_bus_calls_every_other_week_from_its_first_day() -> None:
    # Begins on a Wednesday and calls on Mondays: first on 7 September 2026
    times = BusTimes(1, 2, 0, 2, date(2026, 9, 2), date(2026, 10, 5), time(10), time(10, 30))
    days = [date.fromordinal(each) for each in range(date(2026, 8, 1).toordinal(), 740_000)]
    assert [day for day in days if calls_on(times, day)] == [
        date(2026, 9, 7),
        date(2026, 9, 21),
        date(2026, 10, 5),
    ]


@pytest.mark.parametrize(
    ("weekdays", "days"),
    [([], None), ([3], 7), ([0, 2, 4], 3), ([1, 3], 5), ([0, 1, 2, 3, 4], 3), ([0, 4], 4)],
)
def test_the_longest_wait_goes_over_the_week_end(weekdays: list[int], days: int | None) -> None:
    assert longest_wait(weekdays) == days


def test_windows_that_touch_are_one() -> None:
    eight, ten, noon, two = time(8), time(10), time(12), time(14)
    assert joined([(noon, two), (eight, ten)]) == ((eight, ten), (noon, two))
    assert joined([(ten, noon), (eight, ten)]) == ((eight, noon),)
    assert stop_windows((noon, two), [["08:00:00", "10:00:00"]]) == ((eight, ten), (noon, two))
