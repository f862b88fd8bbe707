from datetime import date

import pytest

from consortium.http.parsing import (
    DAY,
    KRONOR,
    MONTH,
    WHOLE,
    day_of,
    has_unseen,
    month_of,
    ore_of,
    whole_of,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7", 7),
        (" 1 234 ", 1234),
        ("1\u00a0234\u202f567", 1234567),  # as copied from a page
        ("-5", -5),
        ("\u22125", -5),
        ("10000000000000", 10**13),
    ],
)
def test_whole_numbers_are_read_as_people_write_them(text: str, expected: int) -> None:
    assert whole_of(text) == expected


@pytest.mark.parametrize("text", ["", "1,5", "1.0", "1e3", "0x1", "tolv", "10000000000001", "٣"])
def test_what_is_no_whole_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=WHOLE):
        whole_of(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 234,50", 123450),
        ("1234.5", 123450),  # one decimal is tenths
        ("0,05", 5),
        ("12", 1200),
        ("-12,30 kr", -1230),
        ("\u22127\u00a0136,38\u00a0kr", -713638),
        ("+3", 300),
    ],
)
def test_kronor_become_ore(text: str, expected: int) -> None:
    assert ore_of(text) == expected


@pytest.mark.parametrize("text", ["", "kr", "1,234", "1.234,50", "12,345", "1,-", "tolv", "1e5"])
def test_amounts_that_could_be_misread_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=KRONOR):
        ore_of(text)


def test_dates_and_months_are_iso_only() -> None:
    assert day_of(" 2028-02-29 ") == date(2028, 2, 29)
    assert month_of("2026-11") == date(2026, 11, 1)
    for text in ("2027-02-29", "20261124", "2026-W48-2", "24/11/2026", "2026-1-1", ""):
        with pytest.raises(ValueError, match=DAY):
            day_of(text)
    for text in ("2026-13", "2026", "2026-11-01", "nov"):
        with pytest.raises(ValueError, match=MONTH):
            month_of(text)


def test_control_characters_are_seen_but_line_breaks_and_tabs_are_text() -> None:
    assert has_unseen("a\x00b")
    assert has_unseen("\x1b[31m")
    assert not has_unseen("rad ett\r\n\trad två, åäö")
