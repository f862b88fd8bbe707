from datetime import date

import pytest

from consortium.core.errors import Conflict
from consortium.crates.rules import crate_code, is_crate_code, month_of, serial_of


def test_a_code_is_six_digits_after_two_letters() -> None:
    assert crate_code(1) == "LD000001"
    assert crate_code(999_999) == "LD999999"
    assert serial_of("LD000417") == 417
    for serial in (0, 1_000_000):
        with pytest.raises(Conflict):
            crate_code(serial)


@pytest.mark.parametrize(
    "text", ["LD00001", "LD0000001", "ld000001", "LD00000\u0661", "LD000001\n", ""]
)
def test_what_is_no_code(text: str) -> None:
    assert not is_crate_code(text)
    assert is_crate_code("LD000001")


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        (date(2028, 2, 3), date(2028, 2, 1), date(2028, 2, 29)),
        (date(2026, 12, 31), date(2026, 12, 1), date(2026, 12, 31)),
    ],
)
def test_a_month_is_known_by_any_of_its_days(day: date, first: date, last: date) -> None:
    assert month_of(day) == (first, last)
