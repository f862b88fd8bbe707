"""The checker itself: a plan made by hand passes, and each planted fault is found.

Legs of the case: a to b 1,800 s, b to c 3,600 s, c to a 1,800 s, as long the other way. With two
services of 600 s the route a, b, c, a works 8,400 s; its break falls due at 5,400 s, 3,000 s into
the leg from b to c.
"""

from copy import deepcopy
from typing import Any

import pytest

from tests.transports.routing.checker import complaints
from tests.transports.routing.small_cases import made, stop, vehicle

Row = dict[str, Any]
STEP_S = 300
LEGS = [[0, 1800, 1800], [1800, 0, 3600], [1800, 3600, 0]]


def case() -> Row:
    van = vehicle(breaks=[{"after_work_s": 5400, "duration_s": 1200}], cost_per_hour_ore=36_000)
    stops = [
        stop("s1", "b", service_s=600, windows=[["08:00", "08:00"]], pin={"position": "first"}),
        stop("s2", "c", service_s=600, windows=[["07:30", "08:00"], ["09:50", "10:00"]]),
        stop("s3", "c", required=False, skip_ore=70, not_with=["s1"]),
    ]
    previous: list[Row] = [
        {"vehicle": "gone", "stops": ["s9"]},
        {"vehicle": "van", "stops": ["s2", "s1"]},
    ]
    previous[1]["arrivals"] = ["09:10", "10:30"]
    prices = {"moved_stop_ore": 9, "shifted_minute_ore": 1, "free_shift_minutes": 10}
    return made(stops, [van], LEGS) | {"previous": previous, "stability": prices}


def answer() -> Row:
    """07:30 from a; 08:00-08:10 at b; break from 09:00 on the road; 09:30 at c, open from 09:50."""
    first = {"id": "s1", "arrive": "08:00", "start": "08:00", "leave": "08:10", "load_after": 2}
    then = {"id": "s2", "arrive": "09:30", "start": "09:50", "leave": "10:00", "load_after": 2}
    ends = [("a", "b", 1800), ("b", "c", 3600), ("c", "a", 1800)]
    route = {
        "vehicle": "van",
        "depart": "07:30",
        "back": "10:30",
        "distance_m": 72_000,
        "drive_s": 7200,
        "work_s": 10_800,
        "wait_s": 1200,
        "load_at_start": 2,
        "stops": [first, then],
        "breaks": [{"after_stop": "s1", "start": "09:00", "duration_s": 1200}],
        "legs": [
            {"from": one, "to": two, "distance_m": 10 * leg, "drive_s": leg, "source": "measured"}
            for one, two, leg in ends
        ],
    }
    # s1 comes 150 min before its time, 140 beyond the free ten; s2 20 min after, 10 beyond.
    cost = {"drive_ore": 32_400, "time_ore": 108_000, "fixed_ore": 0, "skip_ore": 70}
    cost |= {"stability_ore": 150, "total_ore": 140_620}
    diff = {"moved": [], "shifted": [], "minutes_saved": 0, "km_saved": 0, "ore_saved": 0}
    left = {"id": "s3", "reason": "skipped", "detail": "skipping it costs 70 öre"}
    return {
        "routes": [route],
        "unserved": [left],
        "cost": cost,
        "distances": "measured",
        "diff": diff,
    }


def test_a_plan_that_holds_has_no_complaint() -> None:
    # s2 at 09:30 is as early as can be, and the 20 minutes of waiting are what no departure saves.
    assert complaints(case(), answer(), STEP_S) == []


def test_a_break_may_be_taken_while_waiting_and_is_then_no_waiting() -> None:
    asked, given = case(), answer()
    asked["vehicles"][0]["breaks"][0]["after_work_s"] = 6000  # due on arrival at c, at 09:10
    (route,) = given["routes"]
    route["breaks"][0]["start"] = route["stops"][1]["arrive"] = "09:10"
    given["cost"] |= {"stability_ore": 140, "total_ore": 140_610}
    assert complaints(asked, given, STEP_S) == []
    route["breaks"][0]["start"] = "09:20"  # waits ten minutes, then rests
    assert complaints(asked, given, STEP_S) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("depart",), "07:29"),
        (("back",), "10:31"),
        (("distance_m",), 72_001),
        (("drive_s",), 7201),
        (("work_s",), 10_799),
        (("wait_s",), 0),
        (("load_at_start",), 3),
        (("stops", 1, "arrive"), "09:29"),
        (("stops", 1, "start"), "09:45"),
        (("stops", 1, "leave"), "10:01"),
        (("stops", 1, "load_after"), 1),
        (("breaks",), []),
        (("breaks", 0, "start"), "09:01"),
        (("breaks", 0, "duration_s"), 1199),
        (("breaks", 0, "after_stop"), "s2"),
        (("legs", 0, "source"), "estimated"),
    ],
)
def test_what_is_wrong_in_a_route_is_found(path: tuple[str | int, ...], value: Any) -> None:
    given = answer()
    part: Any = given["routes"][0]
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = value
    assert complaints(case(), given, STEP_S)


@pytest.mark.parametrize("key", list(answer()["cost"]))
def test_a_wrong_sum_is_found(key: str) -> None:
    given = answer()
    given["cost"][key] += 1
    assert complaints(case(), given, STEP_S)


@pytest.mark.parametrize(
    ("at", "changes"),
    [
        (0, {"windows": [["07:00", "07:59"]]}),
        (0, {"pin": {"position": "last"}}),
        (0, {"pin": {"vehicle": "other"}}),
        (0, {"not_with": ["s2"]}),
        (0, {"deliver": 10}),
        (1, {"windows": [["09:30", "10:00"]]}),  # then it need not wait
        (2, {"required": True}),
    ],
)
def test_what_the_case_does_not_allow_is_found(at: int, changes: Row) -> None:
    asked = case()
    asked["stops"][at] |= changes
    assert complaints(asked, answer(), STEP_S)


def test_a_break_that_never_falls_due_is_found() -> None:
    asked = case()
    asked["vehicles"][0]["breaks"][0]["after_work_s"] = 8400
    assert any("never falls due" in text for text in complaints(asked, answer(), STEP_S))


def test_a_later_departure_that_would_save_waiting_is_found() -> None:
    asked, given = case(), deepcopy(answer())
    asked["stops"][0]["windows"] = [["08:00", "08:20"]]
    assert any("would be better" in text for text in complaints(asked, given, STEP_S))
