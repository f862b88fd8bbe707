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


def without_remedy(left: Row) -> Row:
    return {key: value for key, value in left.items() if key != "remedy"}


@pytest.mark.parametrize(
    ("changes", "van", "reason", "detail", "remedy"),
    [
        (LATE, {}, "window", "earliest possible arrival 07:10 is after 07:09:59", "window"),
        (
            AT_THE_END,
            {},
            "window",
            "service cannot start before 15:50, and earliest possible return 16:05 is after 16:00",
            "window",
        ),
        ({"deliver": 11}, {}, "capacity", "11 crates on board are more than 10", "crates"),
        ({"collect": 12}, {}, "capacity", "12 crates on board are more than 10", "crates"),
        (
            {},
            {"shift": ["07:00", "07:24:59"]},
            "shift",
            "earliest possible return 07:25 is after 07:24:59",
            "shift",
        ),
        ({}, {"max_duration_s": 1499}, "shift", "1500 s of work are more than 1499 s", "shift"),
        (
            {"service_s": 80_000},
            {"max_duration_s": 90_000},
            "shift",
            "earliest possible return 05:33:20 1 d later is after 16:00",
            None,  # no day is so long
        ),
        (LATE | {"deliver": 11}, {}, "no_vehicle", BOTH, "vehicle"),
    ],
)
def test_the_rule_that_keeps_a_required_stop_out_is_named(
    changes: Row, van: Row, reason: str, detail: str, remedy: str | None
) -> None:
    answer = plan(made([stop("s", "b", **changes)], [vehicle(**van)]))
    assert answer["routes"] == []
    (left,) = answer["unserved"]
    assert without_remedy(left) == {"id": "s", "reason": reason, "detail": detail}
    assert (left["remedy"] and left["remedy"]["kind"]) == remedy


def test_a_stop_that_competes_with_another_is_short_of_room_beside_it() -> None:
    answer = plan(made([stop("s1", "b", deliver=6), stop("s2", "c", deliver=6)]))
    assert [one["id"] for one in answer["routes"][0]["stops"]] == ["s1"]  # 600 s nearer
    (left,) = answer["unserved"]
    detail = "beside the others there is no room for its crates"
    assert without_remedy(left) == {"id": "s2", "reason": "capacity", "detail": detail}


def test_a_case_without_vehicles_has_none_for_any_stop() -> None:
    (left,) = plan(made([stop("s", "b")], []))["unserved"]
    detail = "there are no vehicles"
    assert without_remedy(left) == {"id": "s", "reason": "no_vehicle", "detail": detail}


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
    detail = "11 crates on board are more than 5"
    assert without_remedy(left) == {"id": "s", "reason": "capacity", "detail": detail}


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


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"pin": {"vehicle": "v1"}}, "pin"),  # v1 has no room for it, v2 has
        ({"not_with": ["s1"], "deliver": 1}, "not_with"),  # s1 goes with v2, the only one that can
    ],
)
def test_what_ties_a_stop_is_named_before_what_else_could_be_lifted(
    changes: Row, reason: str
) -> None:
    vans = [vehicle("v1", capacity=1, shift=["15:50", "16:00"]), vehicle("v2")]
    stops = [stop("s1", "b", deliver=3), stop("s2", "c", **({"deliver": 3} | changes))]
    (left,) = plan(made(stops, vans))["unserved"]
    assert left["reason"] == reason


def test_a_break_that_no_window_leaves_room_for_is_named() -> None:
    # 600 s out and 300 s of service; with the break on the way it comes at 07:30 instead of 07:10.
    van = vehicle(breaks=[{"after_work_s": 300, "duration_s": 1200}], shift=["07:00", "07:45"])
    (left,) = plan(made([stop("s", "b", windows=[["07:10", "07:20"]])], [van]))["unserved"]
    assert left["reason"] == "window"  # lifting the window alone lets it be served at 07:30
    van |= {"shift": ["07:00", "07:40"], "max_duration_s": 2400}
    (left,) = plan(made([stop("s", "b", windows=[])], [van]))["unserved"]
    assert left["reason"] == "break"
