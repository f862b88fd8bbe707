from fractions import Fraction
from typing import Any

import pytest

from tests.costs.allocation.making import make_case, make_part, ores, sums

EXACT = ("largest_remainder", "half_up_residual_largest")


def rounded(method: str, unit_ore: int, amounts: dict[str, str]) -> dict[str, Any]:
    """A pool that is shared exactly as `amounts` (öre, with decimals) and rounded."""
    thousandths = {name: int(Fraction(amount) * 1000) for name, amount in amounts.items()}
    part = make_part("own", "fixed", amounts_ore=dict.fromkeys(amounts, 0))
    split: dict[str, Any] = part["split"]
    split.update(kind="previous", amounts_ore=thousandths, change_percent="-99.9")
    members = [{"id": name} for name in amounts]
    rounding = {"method": method, "unit_ore": unit_ore}
    return make_case(part, amount_ore=None, members=members, rounding=rounding)


@pytest.mark.parametrize(
    ("unit", "amounts", "expected"),
    [
        (1, {"a": "1.5", "b": "1.25", "c": "1.25"}, [2, 1, 1]),
        # a tie of remainders goes to the larger share, then to the lower id as text
        (1, {"a": "1.5", "b": "2.5"}, [1, 3]),
        (1, {"b": "1.5", "a": "1.5"}, [1, 2]),
        (1, {"9": "1.5", "10": "1.5"}, [1, 2]),
        (1, {"å": "1.5", "z": "1.5"}, [1, 2]),
        (100, {"a": "150", "b": "149", "c": "1"}, [200, 100, 0]),
        # 333 is no multiple of 100: 300 are shared, 33 are left over
        (100, {"a": "160", "b": "90", "c": "83"}, [100, 100, 100]),
        (1, {"a": "2", "b": "0"}, [2, 0]),
    ],
)
def test_largest_remainders_get_a_unit_each(
    unit: int, amounts: dict[str, str], expected: list[int]
) -> None:
    assert ores(rounded("largest_remainder", unit, amounts)) == expected


@pytest.mark.parametrize(
    ("unit", "amounts", "expected"),
    [
        # half up 2 + 2 + 1 = 5, there are 4: the largest bears -1, a tie is the lower id's
        (1, {"b": "1.5", "a": "1.5", "c": "1"}, [2, 1, 1]),
        (1, {"a": "1.5", "b": "1.5", "c": "2"}, [2, 2, 1]),
        (1, {"a": "1.25", "b": "1.25", "c": "1.5"}, [1, 1, 2]),
        # 100 + 100 + 100 of 333: there are 300, so nothing is left to the largest
        (100, {"a": "140", "b": "110", "c": "83"}, [100, 100, 100]),
        # 0 x 3 of 120: one hundred all to the largest
        (100, {"a": "40", "b": "41", "c": "39"}, [0, 100, 0]),
    ],
)
def test_the_residual_goes_to_the_largest(
    unit: int, amounts: dict[str, str], expected: list[int]
) -> None:
    assert ores(rounded("half_up_residual_largest", unit, amounts)) == expected


@pytest.mark.parametrize("method", EXACT)
def test_what_is_no_multiple_of_the_unit_is_left_over(method: str) -> None:
    assert sums(rounded(method, 100, {"a": "200", "b": "133"})) == (333, 300, 0, 33)


@pytest.mark.parametrize("method", EXACT)
def test_a_negative_amount_shares_the_multiple_below(method: str) -> None:
    rounding = {"method": method, "unit_ore": 100}
    case = make_case(make_part("rest"), amount_ore=-333, rounding=rounding)
    assert sums(case) == (-333, -400, 0, 67)
    # -111 each is -200 and two units more, or -100 each and the residual to the lowest id
    expected = {"largest_remainder": [-100, -100, -200], EXACT[1]: [-200, -100, -100]}
    assert ores(case) == expected[method]


@pytest.mark.parametrize(
    ("unit", "amount", "expected", "difference"),
    [(1, 1001, [501, 501], -1), (100, 300, [200, 200], -100), (100, 250, [100, 100], 50)],
)
def test_half_up_reports_its_difference(
    unit: int, amount: int, expected: list[int], difference: int
) -> None:
    rounding = {"method": "half_up", "unit_ore": unit}
    case = make_case(make_part("rest"), members="ab", amount_ore=amount, rounding=rounding)
    assert ores(case) == expected
    assert sums(case) == (amount, sum(expected), 0, difference)


def test_half_up_is_towards_plus_infinity() -> None:
    case = make_case(make_part("rest"), members="ab", amount_ore=-3, rounding={"method": "half_up"})
    assert ores(case) == [-1, -1]


def test_unallocated_ore_are_not_shared() -> None:
    """Half of 1,001 is 500.5 over: 501 unallocated, 500 to share, of which 450 in whole units."""
    rounding = {"unit_ore": 50}
    case = make_case(make_part("50"), members="ab", amount_ore=1001, rounding=rounding)
    assert ores(case) == [250, 250]
    assert sums(case) == (1001, 500, 501, 0)
    case["key"]["rounding"]["unit_ore"] = 150
    assert sums(case) == (1001, 450, 501, 50)


def test_largest_remainder_at_one_ore_is_the_default() -> None:
    assert ores(make_case(make_part("rest"), amount_ore=100)) == [34, 33, 33]
    assert ores(make_case(make_part("rest"), amount_ore=100, rounding={})) == [34, 33, 33]
