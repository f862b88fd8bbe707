from datetime import date, time
from typing import Any

from consortium.transports.day_basis import DayBasis
from consortium.transports.routing import plan
from consortium.transports.rules import (
    DayPlace,
    DayStop,
    DayVehicle,
    affected,
    day_case,
    diff,
    is_nearly_full,
    same_routes,
)


def test_a_van_is_nearly_full_above_nine_tenths() -> None:
    assert not is_nearly_full(18, 20)
    assert is_nearly_full(19, 20)


MORA = DayStop("mora", 6, 4, ((time(8), time(12)),), 480, required=True, skip_ore=0)
IDRE = DayStop("idre", 0, 0, ((time(9, 30), time(15)),), 300, required=False, skip_ore=20_000)
PLACES = (DayPlace("depan", 60.5, 15.5), DayPlace("idre", 61.9, 12.7), DayPlace("mora", 61.0, 14.5))


def basis(*stops: DayStop, vans: int = 1) -> DayBasis:
    van = DayVehicle("van1", "depan", 60, (time(7, 30), time(16)), 30_600, 450, 38_000, 0)
    places = PLACES if vans else ()
    return DayBasis(date(2026, 11, 25), (van,) * vans, places, stops, (), (), None, iterations=200)


def day() -> dict[str, Any]:
    return day_case(basis(MORA, IDRE))


def test_a_day_is_a_case_in_order_of_its_ids() -> None:
    assert day() == {
        "date": "2026-11-25",
        "places": [
            {"id": "depan", "lat": 60.5, "lon": 15.5},
            {"id": "idre", "lat": 61.9, "lon": 12.7},
            {"id": "mora", "lat": 61.0, "lon": 14.5},
        ],
        "vehicles": [
            {
                "id": "van1",
                "start": "depan",
                "end": "depan",
                "capacity": 60,
                "shift": ["07:30:00", "16:00:00"],
                "max_duration_s": 30_600,
                "breaks": [],
                "cost_per_km_ore": 450,
                "cost_per_hour_ore": 38_000,
                "fixed_ore": 0,
                "spare": False,
            }
        ],
        "stops": [
            {
                "id": "idre",
                "place": "idre",
                "deliver": 0,
                "collect": 0,
                "windows": [["09:30:00", "15:00:00"]],
                "service_s": 300,
                "required": False,
                "skip_ore": 20_000,
            },
            {
                "id": "mora",
                "place": "mora",
                "deliver": 6,
                "collect": 4,
                "windows": [["08:00:00", "12:00:00"]],
                "service_s": 480,
                "required": True,
            },
        ],
        "search": {"seed": 1, "iterations": 200},
    }


def test_the_planner_understands_the_case() -> None:
    made = plan(day())
    assert [stop["id"] for route in made["routes"] for stop in route["stops"]] == ["mora"]
    assert [stop["reason"] for stop in made["unserved"]] == ["skipped"]
    assert made["distances"] == "estimated"


def test_a_day_without_stops_or_vans_is_planned_too() -> None:
    made = plan(day_case(basis(vans=0)))
    assert (made["routes"], made["unserved"]) == ([], [])


def route(vehicle: str, work_s: int, distance_m: int, **arrivals: str) -> dict[str, Any]:
    stops = [{"id": stop, "arrive": arrive} for stop, arrive in arrivals.items()]
    return {
        "vehicle": vehicle,
        "depart": "07:30:00",
        "back": "12:00:00",
        "work_s": work_s,
        "distance_m": distance_m,
        "stops": stops,
    }


def made_of(*routes: dict[str, Any], ore: int, unserved: str = "") -> dict[str, Any]:
    return {
        "routes": list(routes),
        "unserved": [{"id": unserved, "reason": "window"}] if unserved else [],
        "cost": {"total_ore": ore + 7, "stability_ore": 7},
    }


BEFORE = made_of(
    route("van1", 10_000, 80_500, a="08:00:00", b="09:00:00", c="10:00:00"),
    route("van2", 5_000, 40_000, d="08:00:00", e="09:00:00"),
    ore=90_000,
)
AFTER = made_of(
    route("van1", 9_000, 80_000, a="08:00:00", c="09:49:59"),
    route("van2", 5_030, 43_000, d="08:10:00", b="09:00:00", f="09:30:00"),
    ore=91_000,
    unserved="e",
)


def test_a_diff_tells_each_stop_and_what_is_saved() -> None:
    case = {"stops": [{"id": stop} for stop in "abcdef"]}
    assert diff(BEFORE, AFTER, case) == {
        "moved": [{"id": "b", "from": "van1", "to": "van2"}],
        "shifted": [
            {"id": "c", "was": "10:00:00", "now": "09:49:59"},
            {"id": "d", "was": "08:00:00", "now": "08:10:00"},
        ],
        "dropped": [{"id": "e", "was": "09:00:00", "why": "window"}],
        "added": [{"id": "f", "now": "09:30:00"}],
        "minutes_saved": 16,  # 970 s
        "km_saved": -3,  # 2.5 km more
        "ore_saved": -1_000,
    }


def test_a_stop_that_the_case_lacks_is_closed() -> None:
    changes = diff(BEFORE, AFTER, {"stops": [{"id": stop} for stop in "abcdf"]})
    assert changes["dropped"] == [{"id": "e", "was": "09:00:00", "why": "closed"}]


def test_only_who_is_affected_is_told() -> None:
    changes = diff(BEFORE, AFTER, {"stops": []})
    assert affected(changes, 10) == {"c", "e", "f"}  # c by 10 min 1 s, d by 10 min sharp
    assert affected(changes, 9) == {"c", "d", "e", "f"}
    assert affected(changes, 11) == {"e", "f"}


def test_plans_are_the_same_where_the_vans_drive_the_same() -> None:
    loaded = made_of(*BEFORE["routes"][::-1], ore=1)
    assert same_routes(BEFORE, loaded)
    late = route("van2", 5_000, 40_000, d="08:00:00", e="09:00:01")
    assert not same_routes(BEFORE, made_of(BEFORE["routes"][0], late, ore=1))
    assert not same_routes(BEFORE, made_of(*BEFORE["routes"], ore=1, unserved="x"))
