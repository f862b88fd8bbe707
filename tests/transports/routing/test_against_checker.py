"""Plans held against a second program: a checker of every rule, and the best of all plans."""

import json
from pathlib import Path
from typing import Any

import pytest

from consortium.transports.routing import plan, plan_text
from tests.transports.routing.checker import complaints
from tests.transports.routing.exhaustive import best_plan
from tests.transports.routing.small_cases import drawn

CASES = Path(__file__).parent / "cases"
FIVE_MINUTES_S = 300


def missed_and_paid(case: dict[str, Any], answer: dict[str, Any]) -> tuple[int, int]:
    required = {stop["id"] for stop in case["stops"] if stop["required"]}
    missed = sum(stop["id"] in required for stop in answer["unserved"])
    return missed, answer["cost"]["total_ore"]


@pytest.mark.parametrize("seed", range(30))
def test_a_tiny_plan_breaks_nothing_and_none_is_better(seed: int) -> None:
    case = drawn(seed, stops=5 if seed % 3 == 0 else 4, vehicles=2)
    answer = plan(case)
    assert complaints(case, answer, FIVE_MINUTES_S) == []
    assert missed_and_paid(case, answer) == best_plan(case, FIVE_MINUTES_S)


@pytest.mark.parametrize("seed", [1029, 1059, 1126, 1172])
def test_stops_are_exchanged_where_the_solver_alone_keeps_others(seed: int) -> None:
    case = drawn(seed, stops=5, vehicles=2)
    answer = plan(case)
    assert complaints(case, answer, FIVE_MINUTES_S) == []
    assert missed_and_paid(case, answer) == best_plan(case, FIVE_MINUTES_S)


@pytest.mark.parametrize("seed", range(100, 120))
def test_a_small_plan_breaks_nothing(seed: int) -> None:
    case = drawn(seed, stops=12, vehicles=4)
    assert complaints(case, plan(case), FIVE_MINUTES_S) == []


def test_a_day_in_dalarna_is_planned_as_well_as_anyone_has() -> None:
    text = (CASES / "dalarna-day-29.json").read_text(encoding="utf-8")
    known = json.loads((CASES / "dalarna-day-29.reference.json").read_text(encoding="utf-8"))
    reference = known["reference"]
    answer = plan_text(text)
    assert complaints(json.loads(text), answer, step_s=1) == []
    assert answer["unserved"] == []
    assert answer["cost"]["total_ore"] <= reference["total_ore"] * 1.003
    assert answer["cost"]["total_ore"] < known["nearest_neighbour"]["total_ore"]


def test_a_day_in_dalarna_with_a_van_too_few_still_serves_nearly_all() -> None:
    case = json.loads((CASES / "dalarna-day-29.json").read_text(encoding="utf-8"))
    case |= {"vehicles": case["vehicles"][:2], "search": {"seed": 1, "iterations": 1000}}
    answer = plan(case)
    assert complaints(case, answer) == []
    assert [stop["reason"] for stop in answer["unserved"]] == ["shift"]  # a longer one would do
