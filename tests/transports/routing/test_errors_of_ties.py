"""What is refused of breaks, pins, stops apart and previous plans; and garbage anywhere at all."""

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.transports.routing.test_errors import Path, Row, faults_of, put, usual


def whole() -> Row:
    """The usual case with every part that a case may have."""
    case = usual()
    case["vehicles"][0]["breaks"] = [{"after_work_s": 18_000, "duration_s": 1800}]
    case["vehicles"][1]["spare"] = True
    case["stops"][0] |= {"pin": {"vehicle": "v1", "position": "first"}, "not_with": ["s2"]}
    case["stops"][1]["windows"] = [["08:00", "09:00"], ["10:00", "11:00"]]
    case["sources"] = [["measured"] * 3, ["routed"] * 3, ["estimated"] * 3]
    case["previous"] = [{"vehicle": "v1", "stops": ["s1"], "arrivals": ["08:50"]}]
    case["stability"] = {"moved_stop_ore": 3000, "shifted_minute_ore": 50, "free_shift_minutes": 10}
    return case


def test_a_case_with_every_part_has_no_fault() -> None:
    assert faults_of(whole()) == []


def test_what_previous_names_and_the_case_lacks_is_passed_over() -> None:
    old = [{"vehicle": "v9", "stops": ["s1"]}, {"vehicle": "v1", "stops": ["s9", "s2"]}]
    assert faults_of(usual() | {"previous": old}) == []


@pytest.mark.parametrize(
    ("path", "value", "at"),
    [
        (("stops", 0, "pin"), [], "stops[0].pin"),
        (("stops", 0, "pin", "vehicle"), "v9", "stops[0].pin.vehicle"),
        (("stops", 0, "pin", "position"), 0, "stops[0].pin.position"),
        (("stops", 0, "pin", "position"), "middle", "stops[0].pin.position"),
        (("stops", 0, "pin", "when"), 1, "stops[0].pin.when"),
        (("stops", 0, "not_with"), ["s9"], "stops[0].not_with[0]"),
        (("stops", 0, "not_with"), "s2", "stops[0].not_with"),
        (("vehicles", 0, "breaks", 0), {"after_work_s": 9}, "vehicles[0].breaks[0].duration_s"),
        (("vehicles", 0, "breaks", 0, "duration_s"), -1, "vehicles[0].breaks[0].duration_s"),
        (("vehicles", 0, "breaks", 0, "after_work_s"), 0.5, "vehicles[0].breaks[0].after_work_s"),
        (("sources", 1, 1), "guessed", "sources[1][1]"),
        (("sources", 2), ["measured"], "sources[2]"),
        (("previous", 0, "stops"), None, "previous[0].stops"),
        (("previous", 0, "arrivals"), ["08:50", "09:00"], "previous[0].arrivals"),
        (("previous", 0, "arrivals", 0), "8.50", "previous[0].arrivals[0]"),
        (("previous", 0, "depart"), "08:00", "previous[0].depart"),
        (("stability", "moved_stop_ore"), -1, "stability.moved_stop_ore"),
        (("stability", "free_shift_minutes"), 1.5, "stability.free_shift_minutes"),
        (("stability", "moved"), 1, "stability.moved"),
    ],
)
def test_a_fault_in_what_ties_a_plan_is_told_at_its_place(path: Path, value: Any, at: str) -> None:
    assert [place for place, _ in faults_of(put(whole(), (path, value)))] == [at]


def paths(value: Any, path: Path = ()) -> Iterator[Path]:
    yield path
    if isinstance(value, dict | list):
        for step in value if isinstance(value, dict) else range(len(value)):
            yield from paths(value[step], (*path, step))


GARBAGE: tuple[Callable[[], Any], ...] = (
    *(lambda: None, lambda: True, lambda: -1, lambda: 10**5000, lambda: 1.5, lambda: "\ud800"),
    *(lambda: "", lambda: "x" * 999, list, lambda: [[]], dict, lambda: {"\n\ud800": {}}),
)


@pytest.mark.parametrize("path", [path for path in paths(whole()) if path], ids=str)
def test_garbage_anywhere_is_planned_or_refused_in_words(path: Path) -> None:
    for make in GARBAGE:
        case = put(whole(), (path, make()))
        kept = copy.deepcopy(case)
        for at, fault in faults_of(case):
            assert at
            assert fault
            (at + fault).encode()
        assert case == kept
