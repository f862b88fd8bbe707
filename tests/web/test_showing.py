from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest

from consortium.web import showing

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("amount_ore", "swedish", "english"),
    [
        (123450, "1\u00a0234,50\u00a0kr", "SEK\u00a01,234.50"),
        (-713638, "\u22127\u00a0136,38\u00a0kr", "SEK\u00a0\u22127,136.38"),
        (5, "0,05\u00a0kr", "SEK\u00a00.05"),
        (0, "0,00\u00a0kr", "SEK\u00a00.00"),
    ],
)
def test_money_in_both_languages(amount_ore: int, swedish: str, english: str) -> None:
    assert showing.kronor(amount_ore, "sv") == swedish
    assert showing.kronor(amount_ore, "en") == english


def test_differences_carry_their_sign() -> None:
    assert showing.change(150, "sv") == "+1,50"
    assert showing.change(-150, "sv") == "\u22121,50"
    assert showing.change(0, "sv") == "0,00"
    assert showing.change(123450, "en") == "+1,234.50"


@pytest.mark.parametrize(
    ("value", "swedish", "english"),
    [
        (15893, "15\u00a0893", "15,893"),
        ("7248.5", "7\u00a0248,5", "7,248.5"),
        (Decimal("0.500"), "0,500", "0.500"),
        ("1E+3", "1\u00a0000", "1,000"),
        (-12, "\u221212", "\u221212"),
        (0, "0", "0"),
    ],
)
def test_numbers_keep_their_decimals(
    value: int | str | Decimal, swedish: str, english: str
) -> None:
    assert showing.number(value, "sv") == swedish
    assert showing.number(value, "en") == english


def test_percent() -> None:
    assert showing.percent(Decimal("0.05857"), "sv", 3) == "5,857\u00a0%"
    assert showing.percent(0.125, "en") == "12.5%"
    assert showing.percent(1, "sv", 0) == "100\u00a0%"


@pytest.mark.parametrize(
    ("day", "swedish", "english"),
    [
        (TODAY, "tis\u00a024\u00a0nov", "Tue\u00a024\u00a0Nov"),
        (date(2026, 12, 22), "tis\u00a022\u00a0dec", "Tue\u00a022\u00a0Dec"),
        (date(2026, 12, 23), "2026-12-23", "2026-12-23"),
        (date(2026, 10, 27), "tis\u00a027\u00a0okt", "Tue\u00a027\u00a0Oct"),
        (date(2026, 10, 26), "2026-10-26", "2026-10-26"),
    ],
)
def test_days_within_four_weeks_have_their_weekday(day: date, swedish: str, english: str) -> None:
    assert showing.near_day(day, TODAY, "sv") == swedish
    assert showing.near_day(day, TODAY, "en") == english


def test_times_are_swedish_in_both_languages() -> None:
    assert showing.moment(datetime(2026, 7, 1, 22, 30, tzinfo=UTC)) == "2026-07-02\u00a000:30"
    assert showing.moment(datetime(2026, 12, 31, 23, 5, tzinfo=UTC)) == "2027-01-01\u00a000:05"
    assert showing.clock(time(7, 5)) == "07:05"
    assert [showing.weekday(day, "sv") for day in (0, 6)] == ["Måndag", "Söndag"]
    assert showing.weekday(2, "en") == "Wednesday"
    assert showing.organisation_number("2120002221") == "212000-2221"
    assert showing.organisation_number("") == ""
