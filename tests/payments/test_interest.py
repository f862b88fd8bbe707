from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consortium.core.errors import Conflict
from consortium.payments.interest import (
    PUBLISHED,
    half_year,
    interest,
    next_half_year,
    whole_ore,
)

RATES = {date.fromisoformat(day): Fraction(text) for day, text in PUBLISHED}
CLAIM = 10_000_000  # 100 000,00 kr


def test_interest_over_a_change_of_rate_is_that_of_each_day() -> None:
    # 2–30 June, 29 days at 3 + 8 %, and 1–31 July, 31 days at 2 + 8 %, of 100 000,00 kr:
    # 10 000 000 × (0.11 × 29 + 0.10 × 31) / 365 = 62 900 000 / 365 = 172 328,77 öre
    run = interest(CLAIM, [], date(2025, 6, 1), date(2025, 7, 31), RATES)
    assert run == Fraction(62_900_000, 365)
    assert whole_ore(run) == 172_329


def test_a_part_payment_lowers_what_interest_runs_on_from_the_day_after() -> None:
    # 19 days (2–20 June) on 100 000 kr at 11 %, 10 days (21–30 June) on 60 000 kr at 11 %,
    # 31 days of July on 60 000 kr at 10 %: (20 900 000 + 6 600 000 + 18 600 000) / 365
    paid = [(date(2025, 6, 20), 4_000_000)]
    run = interest(CLAIM, paid, date(2025, 6, 1), date(2025, 7, 31), RATES)
    assert run == Fraction(46_100_000, 365)


def test_the_enforcement_authoritys_calculator_gives_the_same() -> None:
    # 6 780 kr at 8 % for 2021-01-01 to 2021-04-20 is 163 kr by its tool, as told at
    # https://lawline.se/answers/berakning-av-drojsmalsranta-3; the first day is the day after due
    run = interest(678_000, [], date(2020, 12, 31), date(2021, 4, 20), RATES)
    assert whole_ore(run) // 100 == 163
    assert whole_ore(run) == 16_346  # 678 000 × 0.08 × 110 / 365 = 16 346,30


@pytest.mark.parametrize(
    ("paid", "until"),
    [
        ([], date(2025, 6, 1)),  # on the due date itself
        ([(date(2025, 6, 1), CLAIM)], date(2025, 12, 31)),  # paid in time
        ([(date(2025, 5, 2), CLAIM + 1)], date(2025, 12, 31)),  # before time, and too much
    ],
)
def test_what_is_paid_in_time_bears_none(paid: list[tuple[date, int]], until: date) -> None:
    assert interest(CLAIM, paid, date(2025, 6, 1), until, RATES) == 0


def test_a_payment_that_went_back_was_no_payment() -> None:
    there_and_back = [(date(2025, 6, 10), CLAIM), (date(2025, 6, 12), -CLAIM)]
    run = interest(CLAIM, there_and_back, date(2025, 6, 1), date(2025, 6, 30), RATES)
    assert run == Fraction(CLAIM * 11 * (9 + 18), 100 * 365)  # 2–10 and 13–30 June


def test_leap_days_are_days_like_others() -> None:
    run = interest(36_500, [], date(2024, 2, 28), date(2024, 3, 1), RATES)
    assert run == 100 * Fraction(12, 100) * 2


def test_every_half_year_without_a_rate_is_named() -> None:
    with pytest.raises(Conflict) as caught:
        interest(CLAIM, [], date(2026, 6, 1), date(2027, 2, 1), RATES)
    assert [fault.facts["day"] for fault in caught.value.faults] == ["2026-07-01", "2027-01-01"]


def test_a_missing_rate_is_not_asked_for_where_nothing_was_owed() -> None:
    paid = [(date(2026, 6, 30), CLAIM)]
    run = interest(CLAIM, paid, date(2026, 6, 1), date(2027, 2, 1), RATES)
    assert run == Fraction(CLAIM * 10 * 29, 100 * 365)


DAYS = st.dates(date(2020, 1, 1), date(2026, 6, 30))
PAID = st.lists(st.tuples(DAYS, st.integers(-500_000, 1_000_000)), max_size=5)


def day_by_day(claim_ore: int, paid: list[tuple[date, int]], due_on: date, until: date) -> Fraction:
    """The law's own words: for each day after the due date, on what is owed as it begins."""
    total = Fraction(0)
    day = due_on + timedelta(days=1)
    while day <= until:
        owed = max(claim_ore - sum(ore for on, ore in paid if on < day), 0)
        rate = max((first, rate) for first, rate in RATES.items() if first <= day)[1]
        total += Fraction(owed) * (rate + 8) / 100 / 365
        day += timedelta(days=1)
    return total


@given(st.integers(1, 10_000_000), PAID, DAYS, DAYS)
def test_it_is_what_a_count_day_by_day_gives(
    claim_ore: int, paid: list[tuple[date, int]], due_on: date, until: date
) -> None:
    found = interest(claim_ore, paid, due_on, until, RATES)
    assert found == day_by_day(claim_ore, paid, due_on, until)


@given(DAYS)
def test_half_years_begin_in_january_and_july(day: date) -> None:
    first, following = half_year(day), next_half_year(day)
    assert first <= day < following
    assert (first.day, following.day) == (1, 1)
    assert {first.month, following.month} == {1, 7}
    assert half_year(following) == following


def test_half_an_ore_is_rounded_up() -> None:
    assert [whole_ore(Fraction(n, 2)) for n in (0, 1, 2, 3)] == [0, 1, 1, 2]
