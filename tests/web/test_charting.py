"""The burn-down's coordinates in a plot of 365 by 100 units: a day is one unit wide."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from consortium.emedia.queries import MonthUse, Pot
from consortium.web.charting import NARROW, WIDE, Frame, burn_down

PLAIN = Frame(
    width=400,
    height=140,
    left=0,
    top=20,
    right=365,
    bottom=120,
    most_ticks=5,
    months_apart=3,
    leading=10,
    label=60,
)
BUDGET_ORE = 1_000_000  # so that a unit of height is 10 000 öre
MONTH_ENDS = (31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365)


def pot(
    *month_ore: int, year_end_ore: int | None, settled: int | None = None, later_ore: int = 0
) -> Pot:
    """A pot of 10 000 kr in 2026 that has used `month_ore` in January and on.

    settled: months with usage, all of them where it is not given. later_ore: costs dated later.
    """
    months, used_ore = [], 0
    for number, cost_ore in enumerate(month_ore, 1):
        used_ore += cost_ore
        months.append(MonthUse(date(2026, number, 1), 0, cost_ore, used_ore))
    count = len(month_ore) if settled is None else settled
    last = date(2025, 12, 31) + timedelta(days=MONTH_ENDS[count - 1]) if count else None
    return Pot(
        year=2026,
        budget_ore=BUDGET_ORE,
        used_ore=used_ore + later_ore,
        left_ore=BUDGET_ORE - used_ore - later_ore,
        loans_ore=used_ore,
        other_ore=later_ore,
        settled_on=last,
        run_out_on=None,
        year_end_ore=year_end_ore,
        months=tuple(months),
        suppliers=(),
        members=(),
    )


def test_what_was_left_stands_at_the_end_of_each_month() -> None:
    drawn = burn_down(pot(250_000, 200_000, year_end_ore=900_000), PLAIN, "sv")
    assert drawn.actual == "0.0,20.0 31.0,45.0 59.0,65.0"
    assert drawn.point == (59.0, 65.0)
    assert drawn.even == "0.0,20.0 365.0,120.0"


def test_a_forecast_runs_to_the_end_of_a_year_that_the_pot_lasts() -> None:
    drawn = burn_down(pot(250_000, 200_000, year_end_ore=900_000), PLAIN, "sv")
    assert drawn.forecast == "59.0,65.0 365.0,110.0"
    assert drawn.ends == (365.0, 110.0)
    assert drawn.run_out is None


def test_a_forecast_stops_where_it_empties_the_pot() -> None:
    # Half of it in 59 days, so all of it in 118; 500 000 × 365 ÷ 59 = 3 093 220 by 31 December.
    drawn = burn_down(pot(250_000, 250_000, year_end_ore=3_093_220), PLAIN, "sv")
    assert drawn.forecast == "59.0,70.0 118.0,120.0"
    assert drawn.run_out == (118.0, 120.0)


def test_an_overdrawn_pot_goes_below_zero_and_on_to_the_end_of_the_year() -> None:
    drawn = burn_down(pot(600_000, 600_000, year_end_ore=2_000_000), PLAIN, "sv")
    assert drawn.zero == 70.0  # from 10 000 kr down to −10 000 kr
    assert drawn.actual == "0.0,20.0 31.0,50.0 59.0,80.0"
    assert drawn.forecast == "59.0,80.0 365.0,120.0"
    assert drawn.run_out is None
    assert drawn.ticks == ((120.0, -10), (95.0, -5), (70.0, 0), (45.0, 5), (20.0, 10))


def test_costs_after_the_last_month_with_usage_fall_at_its_end() -> None:
    drawn = burn_down(pot(200_000, year_end_ore=900_000, later_ore=100_000), PLAIN, "sv")
    assert drawn.actual == "0.0,20.0 31.0,40.0 31.0,50.0"
    assert drawn.forecast == "31.0,50.0 365.0,110.0"


def test_a_whole_year_has_no_forecast() -> None:
    drawn = burn_down(pot(*[50_000] * 12, year_end_ore=600_000), PLAIN, "sv")
    assert drawn.forecast == ""
    assert drawn.ends is None
    assert drawn.point == (365.0, 80.0)


def test_costs_without_usage_are_drawn_without_a_forecast() -> None:
    drawn = burn_down(pot(100_000, settled=0, year_end_ore=None), PLAIN, "sv")
    assert drawn.actual == "0.0,20.0 31.0,30.0"
    assert drawn.forecast == ""


def test_a_pot_that_is_not_used_has_no_point() -> None:
    drawn = burn_down(pot(year_end_ore=None), PLAIN, "sv")
    assert (drawn.point, drawn.label, drawn.actual) == (None, None, "0.0,20.0")


@pytest.mark.parametrize(
    ("most_ticks", "expected"),
    [
        (2, ((120.0, 0), (20.0, 10))),
        (3, ((120.0, 0), (70.0, 5), (20.0, 10))),
        (6, ((120.0, 0), (100.0, 2), (80.0, 4), (60.0, 6), (40.0, 8), (20.0, 10))),
    ],
)
def test_grid_lines_are_round_and_no_more_than_fit(
    most_ticks: int, expected: tuple[tuple[float, int], ...]
) -> None:
    frame = replace(PLAIN, most_ticks=most_ticks)
    drawn = burn_down(pot(100_000, year_end_ore=900_000), frame, "sv")
    assert drawn.ticks == expected
    assert drawn.thousands


@pytest.mark.parametrize(
    ("language", "expected"),
    [("sv", ["jan", "apr", "juli", "okt"]), ("en", ["Jan", "Apr", "Jul", "Oct"])],
)
def test_months_are_named_in_their_middle(language: str, expected: list[str]) -> None:
    months = burn_down(pot(100_000, year_end_ore=900_000), PLAIN, language).months
    assert [name for _x, name in months] == expected
    # January is days 0–31, April 90–120, July 181–212, October 273–304.
    assert [x for x, _name in months] == [15.5, 105.0, 196.5, 288.5]


def test_a_label_stands_above_every_line() -> None:
    # At x = 59 even use is at 20 + 59 × 100 ÷ 365 = 36.2, above what is left.
    drawn = burn_down(pot(250_000, 250_000, year_end_ore=3_093_220), PLAIN, "sv")
    assert drawn.label is not None
    assert (drawn.label.x, drawn.label.anchor) == (59.0, "start")
    assert drawn.label.lines == (10.2, 20.2)
    assert drawn.label.lead == (63.0, 27.2)


def test_a_label_late_in_the_year_is_written_to_the_left() -> None:
    # 334 + 70 is beyond 400. It ends 40 right of the point, at 374, and so begins at 304, where
    # what was left (20 + 66.7) is above even use (20 + 304 × 100 ÷ 365 = 103.3).
    used = pot(*[0] * 9, 666_666, 50_000, year_end_ore=766_666)
    drawn = burn_down(used, replace(PLAIN, label=70), "sv")
    assert drawn.point == (334.0, 91.7)
    assert drawn.label is not None
    assert (drawn.label.x, drawn.label.anchor) == (374.0, "end")
    assert drawn.label.lines == (60.7, 70.7)


@pytest.mark.parametrize("frame", [WIDE, NARROW])
def test_everything_lies_inside_the_drawing(frame: Frame) -> None:
    for used in ([10_000] * 10, [95_000] * 10, [130_000] * 11, [900_000]):
        days = MONTH_ENDS[len(used) - 1]
        drawn = burn_down(pot(*used, year_end_ore=sum(used) * 365 // days), frame, "sv")
        points = f"{drawn.even} {drawn.actual} {drawn.forecast}".split()
        for x, y in (map(float, point.split(",")) for point in points):
            assert frame.left <= x <= frame.right
            assert frame.top <= y <= frame.bottom
        assert drawn.label is not None
        assert 0 < drawn.label.lines[0] < drawn.label.lines[1] < drawn.zero
