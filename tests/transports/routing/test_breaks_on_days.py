"""Drivers' breaks on made days of the kind that is published."""

import random

import pytest

from consortium.transports.routing import plan
from tests.slices import slice_of
from tests.transports.routing.checker import complaints
from tests.transports.routing.dalarna_days import Row, day

AFTER_S, BREAK_S = 18_000, 1800


def working_day(seed: int) -> Row:
    """Three vans, 10-25 stops, shifts of 8 to 9 hours, half an hour's break after five of work."""
    draw = random.Random(seed)
    length_s = 900 * draw.randint(32, 36)
    ends = 25_200 + length_s
    case = day(
        seed,
        draw.randint(10, 25),
        3,
        shift=["07:00", f"{ends // 3600:02}:{ends // 60 % 60:02}"],
        max_duration_s=length_s,
        breaks=[{"after_work_s": AFTER_S, "duration_s": BREAK_S}],
    )
    return case | {"search": {"seed": 1, "iterations": 500}}


@pytest.mark.parametrize("seed", range(slice_of(4, 200)))
def test_every_route_that_works_past_five_hours_has_its_break_in_time(seed: int) -> None:
    case = working_day(seed)
    answer = plan(case)
    assert complaints(case, answer) == []
    service = {stop["id"]: stop["service_s"] for stop in case["stops"]}
    for route in answer["routes"]:
        work_s = route["drive_s"] + sum(service[stop["id"]] for stop in route["stops"])
        assert [one["duration_s"] for one in route["breaks"]] == [BREAK_S] * (work_s > AFTER_S)
