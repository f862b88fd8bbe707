"""When a route leaves, waits and is back: worked out by hand.

The legs of the small case: a to b 600 s, a to c 900 s, b to c 1,200 s; service takes 300 s.
"""

from typing import Any

import pytest

from consortium.transports.routing import plan, retime
from tests.transports.routing.small_cases import made, stop, vehicle


def moments(route: dict[str, Any]) -> list[str]:
    inner = [stop[key] for stop in route["stops"] for key in ("arrive", "start", "leave")]
    return [route["depart"], *inner, route["back"]]


def test_a_route_without_a_window_leaves_when_the_shift_starts() -> None:
    (route,) = plan(made([stop("s", "b", windows=[])]))["routes"]
    assert moments(route) == ["07:00:00", "07:10:00", "07:10:00", "07:15:00", "07:25:00"]
    assert (route["work_s"], route["drive_s"], route["wait_s"]) == (1500, 1200, 0)


def test_a_route_leaves_late_enough_not_to_wait_for_its_window() -> None:
    (route,) = plan(made([stop("s", "b", windows=[["09:00", "10:00"]])]))["routes"]
    assert moments(route) == ["08:50:00", "09:00:00", "09:00:00", "09:05:00", "09:15:00"]
    assert route["breaks"] == []


def test_waiting_that_no_departure_saves_is_work_and_is_paid() -> None:
    early, late = [["08:00", "08:05"]], [["10:00", "10:30"]]
    answer = plan(made([stop("s1", "b", windows=early), stop("s2", "c", windows=late)]))
    (route,) = answer["routes"]
    assert moments(route) == [
        *("07:55:00", "08:05:00", "08:05:00", "08:10:00"),
        *("08:30:00", "10:00:00", "10:05:00", "10:20:00"),
    ]
    assert (route["work_s"], route["drive_s"], route["wait_s"]) == (8700, 2700, 5400)
    assert answer["cost"]["time_ore"] == 87_000  # 360 kr an hour are 10 öre a second


def test_a_vehicle_whose_time_is_free_leaves_as_early_as_it_may() -> None:
    stops = [stop("s", "b", windows=[["09:00", "10:00"]])]
    (route,) = plan(made(stops, [vehicle(cost_per_hour_ore=0)]))["routes"]
    assert (route["depart"], route["back"], route["wait_s"]) == ("07:00:00", "09:15:00", 6600)


def test_a_vehicle_whose_time_is_free_keeps_within_its_longest_work() -> None:
    stops = [stop("s", "b", windows=[["09:00", "10:00"]])]
    (route,) = plan(made(stops, [vehicle(cost_per_hour_ore=0, max_duration_s=3600)]))["routes"]
    assert (route["depart"], route["back"], route["work_s"]) == ("08:15:00", "09:15:00", 3600)


def test_service_may_start_in_the_first_and_in_the_last_second_of_a_window() -> None:
    (route,) = plan(made([stop("s", "b", windows=[["07:10", "07:10"]])]))["routes"]
    assert route["stops"][0]["start"] == "07:10:00"


def test_a_shift_may_be_used_to_its_last_second() -> None:
    vans = [vehicle(shift=["07:00:00", "07:25:00"], max_duration_s=1500)]
    (route,) = plan(made([stop("s", "b")], vans))["routes"]
    assert (route["depart"], route["back"]) == ("07:00:00", "07:25:00")


def test_the_longest_work_counts_waiting() -> None:
    stops = [
        stop("s1", "b", windows=[["08:00", "08:05"]]),
        stop("s2", "c", windows=[["10:00", "10:30"]]),
    ]
    enough = plan(made(stops, [vehicle(max_duration_s=8700)]))
    short = plan(made(stops, [vehicle(max_duration_s=8699)]))
    assert [len(enough["unserved"]), len(short["unserved"])] == [0, 1]


def test_a_route_may_end_elsewhere_than_it_starts() -> None:
    (route,) = plan(made([stop("s", "b")], [vehicle(end="c")]))["routes"]
    assert (route["drive_s"], route["distance_m"], route["back"]) == (1800, 18_000, "07:35:00")


def test_two_stops_at_one_place_are_as_far_apart_as_the_matrix_says() -> None:
    case = made([stop("s1", "b"), stop("s2", "b")], legs_s=[[0, 600], [600, 60]])
    (route,) = plan(case)["routes"]
    assert (route["drive_s"], route["distance_m"]) == (1260, 12_600)


@pytest.mark.parametrize(
    ("day", "leg_s", "depart"),
    [
        ("2026-03-29", 3600, "01:00:00"),  # 02:00 to 03:00 is skipped
        ("2026-10-25", 10_800, "01:00:00"),  # 02:00 to 03:00 comes twice
        ("2026-11-25", 3600, "02:00:00"),
    ],
)
def test_a_route_over_the_turn_of_the_clocks_takes_its_time(
    day: str, leg_s: int, depart: str
) -> None:
    stops = [stop("s", "b", windows=[["03:00", "03:00"]])]
    vans = [vehicle(shift=["00:30", "09:00"])]
    case = made(stops, vans, [[0, leg_s], [leg_s, 0]]) | {"date": day}
    (route,) = plan(case)["routes"]
    assert (route["depart"], route["stops"][0]["arrive"]) == (depart, "03:00:00")
    assert route["work_s"] == 2 * leg_s + 300


def test_a_given_order_is_timed_in_the_same_way() -> None:
    case = made([stop("s1", "b"), stop("s2", "c", windows=[["09:00", "10:00"]])])
    (route,) = retime(case, [{"vehicle": "van", "stops": ["s2", "s1"]}])["routes"]
    assert moments(route) == [
        *("08:45:00", "09:00:00", "09:00:00", "09:05:00"),
        *("09:25:00", "09:25:00", "09:30:00", "09:40:00"),
    ]
