from fractions import Fraction
from typing import Any

import pytest

from tests.costs.allocation.making import exacts, make_case, make_part, ores, sums

HALF = make_part("own", "previous", amounts_ore={"a": 1, "b": 0}, change_percent="-50")
A_OWN = make_part("own", "fixed", amounts_ore={"a": 100, "b": 0})


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([make_part("rest")], [500, 500]),
        ([make_part("25"), make_part("rest")], [500, 500]),
        ([make_part("25")], [125, 125]),
        ([make_part("0.05")], ["0.25", "0.25"]),
        ([make_part(300), make_part("rest")], [500, 500]),
        # a credit: the rest takes what it leaves
        ([make_part(-200), make_part("rest")], [500, 500]),
        ([make_part(-200)], [-100, -100]),
        # the rest may be negative
        (
            [make_part(1400, "fixed", amounts_ore={"a": 1400, "b": 0}), make_part("rest")],
            [1200, -200],
        ),
        # own parts count among what the others left
        ([A_OWN, make_part("rest")], [550, 450]),
        ([A_OWN, make_part("50"), make_part("rest")], [550, 450]),
        ([A_OWN, make_part("0")], [100, 0]),
    ],
)
def test_each_part_takes_its_slice(parts: list[Any], expected: list[Any]) -> None:
    case = make_case(*parts, amount_ore=1000, members="ab")
    assert exacts(case) == [Fraction(amount) for amount in expected]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([make_part("25")], (1000, 250, 750, 0)),
        ([make_part(1500)], (1000, 1500, -500, 0)),
        ([make_part("100"), make_part(100)], (1000, 1100, -100, 0)),
        ([A_OWN, make_part("0")], (1000, 100, 900, 0)),
        # 999.5 unallocated are 1000, half up once; half an öre is not given out twice
        ([make_part("0.05")], (1000, 0, 1000, 0)),
        # 1000.5 are 0.5 over the pool: -0.5 is rounded to 0, and 1000 are shared
        ([HALF, make_part("100")], (1000, 1000, 0, 0)),
    ],
)
def test_what_the_takes_leave_is_shown(
    parts: list[Any], expected: tuple[int, int, int, int]
) -> None:
    assert sums(make_case(*parts, amount_ore=1000, members="ab")) == expected


def test_a_negative_pool_is_shared_too() -> None:
    case = make_case(make_part("rest"), amount_ore=-1000)
    # -333 1/3 each: down to -334, and the two units left over go to the lower ids
    assert ores(case) == [-333, -333, -334]
    assert sums(case) == (-1000, -1000, 0, 0)


@pytest.mark.parametrize(
    ("amounts", "change", "total"),
    [
        ({"a": 1, "b": 0}, "50", 2),  # 1.5
        ({"a": 1, "b": 2}, "-50", 2),  # 1.5
        ({"a": 1, "b": 0}, "49", 1),
        ({"a": 0, "b": 0}, "0", 0),
    ],
)
def test_a_pool_of_own_parts_has_their_outcome_half_up(
    amounts: dict[str, int], change: str, total: int
) -> None:
    part = make_part("own", "previous", amounts_ore=amounts, change_percent=change)
    assert sums(make_case(part, amount_ore=None, members="ab")) == (total, total, 0, 0)


def test_a_negative_outcome_is_rounded_towards_plus_infinity() -> None:
    members: list[dict[str, Any]] = [{"id": "a", "joined": "2026-04-16"}]
    part = make_part("own", "fixed", amounts_ore={"a": -3})
    period = {"from": "2026-04-01", "to": "2026-04-30"}
    case = make_case(part, amount_ore=None, members=members, period=period)
    assert exacts(case) == [Fraction(-3, 2)]
    assert sums(case) == (-1, -1, 0, 0)
