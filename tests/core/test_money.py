"""Money as people and programs write it, and VAT half up."""

import pytest

from consortium.core.money import amount, decimal, kronor, vat_ore


@pytest.mark.parametrize(
    ("amount_ore", "expected"),
    [
        (0, "0,00"),
        (5, "0,05"),
        (-5, "\u22120,05"),
        (123_450, "1\u00a0234,50"),
        (-100_000_007, "\u22121\u00a0000\u00a0000,07"),
    ],
)
def test_amounts_as_swedish_readers_write_them(amount_ore: int, expected: str) -> None:
    assert amount(amount_ore) == expected
    assert kronor(amount_ore) == expected + "\u00a0kr"


@pytest.mark.parametrize(
    ("amount_ore", "expected"),
    [(0, "0.00"), (5, "0.05"), (-5, "-0.05"), (123_450, "1234.50"), (-100, "-1.00")],
)
def test_amounts_as_programs_write_them(amount_ore: int, expected: str) -> None:
    assert decimal(amount_ore) == expected


@pytest.mark.parametrize(
    ("base_ore", "percent", "expected"),
    [
        (100, 25, 25),
        (1, 25, 0),  # 0,25
        (2, 25, 1),  # 0,5 goes up
        (10, 25, 3),  # 2,5
        (25, 6, 2),  # 1,5
        (24, 6, 1),  # 1,44
        (7, 7, 0),  # 0,49 stays below
        (206_641, 6, 12_398),  # 12 398,46
        (206_625, 6, 12_398),  # 12 397,5
        (99_999, 12, 12_000),  # 11 999,88
        (0, 25, 0),
        (700, 0, 0),
    ],
)
def test_vat_goes_half_up_and_a_credit_turns_the_sign(
    base_ore: int, percent: int, expected: int
) -> None:
    assert vat_ore(base_ore, percent) == expected
    assert vat_ore(-base_ore, percent) == -expected
