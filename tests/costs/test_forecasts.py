"""Forecasts by hand."""

from datetime import date

import pytest

from consortium.core.errors import Invalid
from consortium.core.work import Works
from consortium.costs.forecasting import (
    NewForecast,
    forecasts_in_force,
    make_forecast,
    withdraw_forecast,
)
from consortium.costs.forecasts import closed_months, forecast
from tests.billing.worlds import make_small
from tests.conftest import OPERATOR


@pytest.mark.parametrize(
    ("day", "closing_days", "closed"),
    [
        (date(2026, 11, 24), 15, 10),
        (date(2026, 11, 15), 15, 9),  # October ended 31 October: fourteen whole days ago
        (date(2026, 11, 16), 15, 10),
        (date(2026, 1, 31), 0, 0),
        (date(2026, 2, 1), 0, 1),
        (date(2027, 5, 1), 15, 12),
        (date(2025, 5, 1), 0, 0),
    ],
)
def test_a_month_is_closed_some_days_after_its_end(
    day: date, closing_days: int, closed: int
) -> None:
    assert closed_months(2026, day, closing_days) == closed


def test_closed_months_count_as_they_cost_and_the_others_as_their_budget() -> None:
    found = forecast(1_200, {1: 150, 2: 90, 3: 5_000}, 2)
    assert (found.plain_ore, found.trend_ore) == (240 + 10 * 100, 240 * 6)
    assert (found.expected_ore, found.deviation_ore) == (1_240, 40)
    assert found.deviates(3)
    assert not found.deviates(4)  # 40 of 1 200 is 3,33 %


def test_a_persons_own_forecast_takes_the_place_of_the_plain_one() -> None:
    found = forecast(1_200, {1: 150}, 1, own_ore=900)
    assert (found.expected_ore, found.deviation_ore) == (900, -300)
    assert found.deviates(24)
    assert not found.deviates(25)


@pytest.mark.parametrize(("cost", "trend"), [(1, 2), (-1, -1), (3, 5)])  # 1,5; −1,5; 4,5: half up
def test_the_trend_is_half_up_to_the_ore(cost: int, trend: int) -> None:
    assert forecast(0, {1: cost}, 8).trend_ore == trend


def test_without_a_closed_month_there_is_the_budget_and_no_trend() -> None:
    found = forecast(1_201, {1: 99}, 0)
    assert (found.plain_ore, found.trend_ore) == (1_201, None)


def test_the_forecast_judged_last_holds_and_goes_when_it_is_withdrawn(works: Works) -> None:
    make_small(works)
    with works.writing(OPERATOR) as work:
        make_forecast(work, "system", 2026, NewForecast(date(2026, 11, 1), 100, "Nytt avtal"))
        last = make_forecast(work, "system", 2026, NewForecast(date(2026, 11, 20), 90, "Rabatt"))
        make_forecast(work, "system", 2026, NewForecast(date(2026, 10, 1), 80, "Äldre"))
    with works.reading(OPERATOR) as work:
        assert {c: row.amount_ore for c, row in forecasts_in_force(work, 2026).items()} == {
            "system": 90
        }
    with works.writing(OPERATOR) as work:
        withdraw_forecast(work, last.id)
        assert forecasts_in_force(work, 2026)["system"].amount_ore == 100


def test_a_forecast_of_tomorrow_or_without_a_reason_is_refused(works: Works) -> None:
    make_small(works)
    with pytest.raises(Invalid) as refused, works.writing(OPERATOR) as work:
        make_forecast(work, "system", 2026, NewForecast(date(2026, 11, 25), -1, " "))
    assert [fault.at for fault in refused.value.faults] == ["on_date", "why", "amount"]
