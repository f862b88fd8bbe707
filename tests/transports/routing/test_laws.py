"""The laws of a plan, on drawn cases in which every rule takes part."""

from typing import Any

import pytest

from consortium.core.errors import Conflict
from consortium.transports.routing import plan, retime
from tests.slices import slice_of
from tests.transports.routing.checker import complaints
from tests.transports.routing.dalarna_days import day, without
from tests.transports.routing.exhaustive import best_plan
from tests.transports.routing.full_cases import full, previous_of

Row = dict[str, Any]
UNIT_S, HALF_HOUR_S = 900, 1800
CASES = 500
MOST_WORSE = 0.1
DEAR = {"moved_stop_ore": 10_000_000, "shifted_minute_ore": 1_000_000, "free_shift_minutes": 0}


def missed(case: Row, answer: Row) -> int:
    """How many required stops a plan leaves out."""
    required = {stop["id"] for stop in case["stops"] if stop["required"]}
    return sum(left["id"] in required for left in answer["unserved"])


def known(case: Row) -> list[Row]:
    """`previous` as routes of today's case: without what the case lacks."""
    vans = {van["id"] for van in case["vehicles"]}
    names = {stop["id"] for stop in case["stops"]}
    routes = [
        {"vehicle": one["vehicle"], "stops": [name for name in one["stops"] if name in names]}
        for one in case["previous"]
        if one["vehicle"] in vans
    ]
    return [one for one in routes if one["stops"]]


def previous_retimed(case: Row) -> Row | None:
    """`previous` on today's case, by the core's own `retime`; None where it breaks something."""
    try:
        return retime(case, known(case))
    except Conflict:
        return None


@pytest.mark.parametrize("seed", range(slice_of(14, CASES)))
def test_a_plan_breaks_nothing_and_is_no_dearer_than_the_one_before(seed: int) -> None:
    case = full(seed, stops=4 + seed % 7, vehicles=2 + seed % 3)
    answer = plan(case)
    assert complaints(case, answer, UNIT_S) == []
    before = previous_retimed(case) if "previous" in case else None
    if before is not None:
        assert complaints(case, before, UNIT_S, searched=False) == []
        assert missed(case, answer) <= missed(case, before)
        if missed(case, answer) == missed(case, before):
            assert answer["cost"]["total_ore"] <= before["cost"]["total_ore"]


def test_nearly_every_tiny_plan_with_every_rule_is_the_best_there_is() -> None:
    cases = [full(seed, 4, 2 + seed % 2) for seed in range(1000, 1000 + slice_of(10, CASES))]
    worse = 0
    for case in cases:
        answer, (fewest, least_ore) = plan(case), best_plan(case, UNIT_S)
        assert complaints(case, answer, UNIT_S) == []
        assert (missed(case, answer), answer["cost"]["total_ore"]) >= (fewest, least_ore)
        worse += (missed(case, answer), answer["cost"]["total_ore"]) != (fewest, least_ore)
    assert worse <= MOST_WORSE * len(cases)


@pytest.mark.parametrize("seed", range(2000, 2000 + slice_of(5, CASES)))
def test_planning_an_unchanged_day_again_at_high_prices_returns_its_routes(seed: int) -> None:
    case = full(seed, stops=4 + seed % 7, vehicles=2 + seed % 3)
    case = {key: value for key, value in case.items() if key not in ("previous", "stability")}
    first = plan(case)
    if missed(case, first):
        served = {stop["id"] for route in first["routes"] for stop in route["stops"]}
        case = without(case, {stop["id"] for stop in case["stops"]} - served)
        first = plan(case)
    again = plan(case | {"previous": previous_of(first), "stability": DEAR})
    assert again["routes"] == first["routes"]
    assert again["diff"]["moved"] == again["diff"]["shifted"] == []


@pytest.mark.parametrize("seed", range(slice_of(1, 100)))
def test_a_proposal_for_a_day_with_stops_closed_is_no_dearer_than_the_plan_before(
    seed: int,
) -> None:
    case = day(seed, 14, 2, breaks=[{"after_work_s": 18_000, "duration_s": 1800}])
    case["search"]["iterations"] = 300
    before = previous_of(plan(case))
    today = without(case, {case["stops"][seed % 14]["id"], case["stops"][(seed + 7) % 14]["id"]})
    prices = {"moved_stop_ore": 3000, "shifted_minute_ore": 50, "free_shift_minutes": 10}
    today |= {"previous": before, "stability": prices}
    answer, kept = plan(today), previous_retimed(today)
    assert complaints(today, answer, HALF_HOUR_S) == []
    assert kept is not None
    assert answer["cost"]["total_ore"] <= kept["cost"]["total_ore"]
