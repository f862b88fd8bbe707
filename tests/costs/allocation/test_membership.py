from fractions import Fraction
from typing import Any

import pytest

from tests.costs.allocation.making import exacts, make_case, make_part, traces

MARCH = ("2026-03-01", "2026-03-31")
MID_JANUARY = ("2026-01-15", "2026-03-14")


def fraction(method: str, period: tuple[str, str], **dates: str) -> Fraction:
    """The fraction that the core gives to a member with `dates`."""
    case = make_case(
        make_part("rest"),
        members=[{"id": "always"}, {"id": "some", **dates}],
        period={"from": period[0], "to": period[1]},
        membership=method,
    )
    return Fraction(traces(case)["some"][0]["membership"])


@pytest.mark.parametrize(
    ("period", "dates", "expected"),
    [
        (MARCH, {}, "1"),
        (MARCH, {"joined": "2026-03-01", "left": "2026-03-31"}, "1"),
        (MARCH, {"joined": "2026-03-31"}, "1/31"),  # both days inclusive
        (MARCH, {"left": "2026-03-01"}, "1/31"),
        (MARCH, {"joined": "2026-03-10", "left": "2026-03-10"}, "1/31"),
        (MARCH, {"joined": "2026-03-16", "left": "2026-12-31"}, "16/31"),
        (MARCH, {"joined": "2026-04-01"}, "0"),
        (MARCH, {"left": "2026-02-28"}, "0"),
        (("2028-02-01", "2028-02-29"), {"left": "2028-02-28"}, "28/29"),  # a leap year
        (("2026-12-31", "2026-12-31"), {"joined": "2026-12-31"}, "1"),
        (("0001-01-01", "9999-12-31"), {"joined": "9999-12-31"}, "1/3652059"),
    ],
)
def test_days_count_both_ends(period: tuple[str, str], dates: Any, expected: str) -> None:
    assert fraction("days", period, **dates) == Fraction(expected)


@pytest.mark.parametrize(
    ("period", "dates", "expected"),
    [
        (MARCH, {"joined": "2026-03-01"}, "1"),
        (MARCH, {"joined": "2026-03-02"}, "0"),
        (MARCH, {"left": "2026-03-01"}, "1"),
        (MARCH, {"left": "2026-02-28"}, "0"),
        # January counts for who belonged on the 1st, though the period starts on the 15th
        (MID_JANUARY, {"joined": "2026-01-01"}, "1"),
        (MID_JANUARY, {"joined": "2026-01-02"}, "2/3"),
        (MID_JANUARY, {"left": "2026-01-01"}, "1/3"),
        (MID_JANUARY, {"joined": "2026-02-01", "left": "2026-02-28"}, "1/3"),
        (MID_JANUARY, {"joined": "2026-02-02", "left": "2026-02-28"}, "0"),
        (MID_JANUARY, {"joined": "2026-02-02", "left": "2026-03-01"}, "1/3"),
        (("2025-11-30", "2026-02-01"), {"joined": "2025-12-01", "left": "2026-01-31"}, "1/2"),
        (("9999-12-01", "9999-12-31"), {"joined": "9999-12-02"}, "0"),
    ],
)
def test_months_count_whole_by_their_first_day(
    period: tuple[str, str], dates: Any, expected: str
) -> None:
    assert fraction("months", period, **dates) == Fraction(expected)


def test_none_counts_everyone_whole() -> None:
    assert fraction("none", MARCH, joined="2027-01-01") == 1


def test_days_are_the_default() -> None:
    case = make_case(
        make_part("rest"),
        members=[{"id": "a"}, {"id": "b", "joined": "2026-03-16"}],
        period={"from": "2026-03-01", "to": "2026-03-31"},
        amount_ore=4700,
    )
    assert exacts(case) == [3100, 1600]
