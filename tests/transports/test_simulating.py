"""Do planned times hold on roads that take a little more or less? A thousand simulated days."""

import json
from pathlib import Path
from typing import Any

from consortium.core.settings import Routing
from consortium.transports.routing import plan
from tests.slices import slice_of
from tests.transports.routing.checker import complaints
from tests.transports.routing.dalarna_days import day
from tests.transports.simulating import Drive, buffered, days_in_time, metres

Row = dict[str, Any]
DAY_29 = Path(__file__).parent / "routing/cases/dalarna-day-29.json"
DAYS, SEED = 1000, 20_261_125
LEAST_IN_TIME, MOST_METRES = 0.95, 1.09
BREAK = {"after_work_s": 18_000, "duration_s": 1800}
SIZES = [(22, 3), (29, 4), (18, 3), (26, 4), (14, 2), (35, 5), (24, 4), (40, 5), (12, 2)]


def planned_days() -> list[Row]:
    """The day in Dalarna, and made ones whose vans have breaks."""
    made = [day(seed, stops, vans, breaks=[BREAK]) for seed, (stops, vans) in enumerate(SIZES)]
    few = made[: slice_of(1, len(made))]
    search = {"search": {"seed": 1, "iterations": 500}}
    return [json.loads(DAY_29.read_text(encoding="utf-8")) | search, *(one | search for one in few)]


def test_at_the_default_buffer_nearly_all_days_keep_their_windows_for_few_more_kilometres() -> None:
    buffer = Routing().buffer_percent
    for case in planned_days():
        slow = buffered(case, buffer)
        bare, robust = plan(case), plan(slow)
        assert complaints(slow, robust) == []
        assert robust["unserved"] == bare["unserved"] == []
        assert days_in_time(case, robust, DAYS, SEED) >= LEAST_IN_TIME * DAYS
        assert metres(robust) <= MOST_METRES * metres(bare)


def test_the_simulator_counts_what_comes_after_its_window() -> None:
    # From a at 07:00, due at b at 07:10 exactly: half of all days are late, within 4 of 10 to 6.
    van = {"id": "van", "start": "a", "end": "a", "shift": ["07:00", "16:00"]}
    stop = {"id": "s", "place": "b", "windows": [["07:00", "07:10"]], "service_s": 300}
    route = {"vehicle": "van", "depart": "07:00", "stops": [{"id": "s"}], "breaks": []}
    case = {
        "places": [{"id": "a"}, {"id": "b"}],
        "durations_s": [[0, 600], [600, 0]],
        "vehicles": [van],
        "stops": [stop],
    }
    assert 400 < days_in_time(case, {"routes": [route]}, DAYS, SEED) < 600
    assert Drive(case, route | {"depart": "06:40"}).legs == [600, 600]
    assert days_in_time(case, {"routes": [route | {"depart": "06:40"}]}, DAYS, SEED) == DAYS
    assert buffered(case, 10)["durations_s"] == [[0, 660], [660, 0]]
