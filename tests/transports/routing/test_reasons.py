"""Why a stop is not served: one stop, or two that compete, worked out by hand.

The legs of the small case: a to b 600 s, a to c 900 s, b to c 1,200 s; service takes 300 s.
"""

from typing import Any

import pytest

from consortium.transports.routing import plan
from tests.transports.routing.small_cases import made, stop, vehicle

Row = dict[str, Any]

LATE = {"windows": [["07:00", "07:09:59"]]}
BOTH = "11 crates on board are more than 10 and earliest possible arrival 07:10 is after 07:09:59"
AT_THE_END = {"windows": [["15:50", "16:00"]]}


@pytest.mark.parametrize(
    ("changes", "van", "reason", "detail"),
    [
        (LATE, {}, "window", "earliest possible arrival 07:10 is after 07:09:59"),
        (
            AT_THE_END,
            {},
            "window",
            "service cannot start before 15:50, and earliest possible return 16:05 is after 16:00",
        ),
        ({"deliver": 11}, {}, "capacity", "11 crates on board are more than 10"),
        ({"collect": 12}, {}, "capacity", "12 crates on board are more than 10"),
        (
            {},
            {"shift": ["07:00", "07:24:59"]},
            "shift",
            "earliest possible return 07:25 is after 07:24:59",
        ),
        ({}, {"max_duration_s": 1499}, "shift", "1500 s of work are more than 1499 s"),
        (
            {"service_s": 80_000},
            {"max_duration_s": 90_000},
            "shift",
            "earliest possible return 05:33:20 1 d later is after 16:00",
        ),
        (
            LATE | {"deliver": 11},
            {},
            "no_vehicle",
            BOTH,
        ),
    ],
)
def test_the_rule_that_keeps_a_required_stop_out_is_named(
    changes: Row, van: Row, reason: str, detail: str
) -> None:
    answer = plan(made([stop("s", "b", **changes)], [vehicle(**van)]))
    assert answer["routes"] == []
    assert answer["unserved"] == [{"id": "s", "reason": reason, "detail": detail}]


def test_a_stop_that_competes_with_another_has_no_vehicle() -> None:
    answer = plan(made([stop("s1", "b", deliver=6), stop("s2", "c", deliver=6)]))
    assert [one["id"] for one in answer["routes"][0]["stops"]] == ["s1"]  # 600 s nearer
    detail = "it could be served, but the vehicles are taken up"
    assert answer["unserved"] == [{"id": "s2", "reason": "no_vehicle", "detail": detail}]


def test_a_case_without_vehicles_has_none_for_any_stop() -> None:
    answer = plan(made([stop("s", "b")], []))
    detail = "there are no vehicles"
    assert answer["unserved"] == [{"id": "s", "reason": "no_vehicle", "detail": detail}]


def test_the_vehicle_that_comes_nearest_is_the_one_told_of() -> None:
    vans = [vehicle("v1", shift=["08:00", "16:00"]), vehicle("v2", shift=["07:30", "16:00"])]
    (left,) = plan(made([stop("s", "b", **LATE)], vans))["unserved"]
    assert left["detail"] == "earliest possible arrival 07:40 is after 07:09:59"


def test_of_two_rules_that_would_each_do_the_window_is_named() -> None:
    vans = [vehicle("v1", capacity=5), vehicle("v2", shift=["08:00", "16:00"])]
    (left,) = plan(made([stop("s", "b", deliver=6, windows=[["07:00", "08:00"]])], vans))[
        "unserved"
    ]
    assert left["reason"] == "window"


def test_a_vehicle_that_would_not_do_either_way_is_not_told_of() -> None:
    vans = [vehicle("v1", capacity=20, shift=["15:50", "16:00"]), vehicle("v2", capacity=5)]
    (left,) = plan(made([stop("s", "b", deliver=11)], vans))["unserved"]
    assert left == {
        "id": "s",
        "reason": "capacity",
        "detail": "11 crates on board are more than 5",
    }


def test_whatever_keeps_an_optional_stop_out_it_is_skipped_and_paid() -> None:
    case = made([stop("s", "b", deliver=11, required=False, skip_ore=700)])
    answer = plan(case)
    detail = "skipping it costs 700 öre"
    assert answer["unserved"] == [{"id": "s", "reason": "skipped", "detail": detail}]
    assert answer["cost"]["total_ore"] == 700


def test_all_the_others_are_still_served() -> None:
    stops = [stop("s1", "b", **LATE), stop("s2", "c"), stop("s3", "b", deliver=11)]
    answer = plan(made(stops))
    assert [one["id"] for one in answer["routes"][0]["stops"]] == ["s2"]
    assert [(one["id"], one["reason"]) for one in answer["unserved"]] == [
        ("s1", "window"),
        ("s3", "capacity"),
    ]
