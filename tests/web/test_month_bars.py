"""Bars of budget and actual cost: where they stand, worked out from the frame."""

import pytest

from consortium.reports.budget import Month
from consortium.web.charting import Frame
from consortium.web.month_bars import TOP, month_bars

FRAME = Frame(340, 148, 40, 0, 280, TOP + 100, 5, 3, 16, 0)  # 240 wide, 100 high: 20 a month


def months(budget_ore: int, actual_ore: int) -> list[Month]:
    return [Month(number, budget_ore, actual_ore, number < 3) for number in range(1, 13)]


def test_the_taller_of_the_two_reaches_the_top_and_the_other_its_part_of_it() -> None:
    drawn = month_bars(months(1_000_00, 250_00), FRAME, "sv")
    first = drawn.months[0]
    assert (first.budget.y, first.budget.height) == (TOP, 100)
    assert (first.actual.y, first.actual.height) == (TOP + 75, 25)
    assert (first.budget.x, first.budget.width) == (40 + 10 - 8.4, 16.8)
    assert [month.closed for month in drawn.months[:3]] == [True, True, False]
    assert [name for _x, name in drawn.names] == ["jan", "apr", "juli", "okt"]
    assert drawn.ticks == ((TOP + 100, 0), (TOP + 50, 500), (TOP, 1000))


def test_a_credit_falls_below_zero() -> None:
    drawn = month_bars(months(1_000_00, -1_000_00), FRAME, "sv")
    assert drawn.zero == TOP + 50
    assert (drawn.months[0].actual.y, drawn.months[0].actual.height) == (TOP + 50, 50)


@pytest.mark.parametrize("budget_ore", [0, 1, 99, 123_456_789_01])
def test_any_budget_can_be_drawn_with_no_more_lines_than_fit(budget_ore: int) -> None:
    drawn = month_bars(months(budget_ore, 0), FRAME, "en")
    assert 1 <= len(drawn.ticks) <= FRAME.most_ticks
