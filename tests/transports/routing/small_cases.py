"""Small made cases for tests of routing: places, vehicles and stops with what they need."""

import random
from typing import Any

Row = dict[str, Any]


def made(
    stops: list[Row], vehicles: list[Row] | None = None, legs_s: list[list[int]] | None = None
) -> Row:
    """A case whose places are named a, b, c …, as many as the matrix has rows; 10 m a second."""
    durations = legs_s or [[0, 600, 900], [600, 0, 1200], [900, 1200, 0]]
    return {
        "date": "2026-11-25",
        "places": [{"id": chr(ord("a") + row)} for row in range(len(durations))],
        "durations_s": durations,
        "distances_m": [[10 * leg for leg in row] for row in durations],
        "vehicles": [vehicle()] if vehicles is None else vehicles,
        "stops": stops,
        "search": {"seed": 1, "iterations": 200},
    }


def vehicle(name: str = "van", **changes: Any) -> Row:
    usual = {
        "id": name,
        "start": "a",
        "end": "a",
        "capacity": 10,
        "shift": ["07:00", "16:00"],
        "max_duration_s": 32400,
        "breaks": [],
        "cost_per_km_ore": 450,
        "cost_per_hour_ore": 36000,
        "fixed_ore": 0,
        "spare": False,
    }
    return usual | changes


def stop(name: str, place: str, **changes: Any) -> Row:
    usual = {
        "id": name,
        "place": place,
        "deliver": 1,
        "collect": 1,
        "windows": [["07:00", "16:00"]],
        "service_s": 300,
        "required": True,
    }
    return usual | changes


def drawn(seed: int, stops: int, vehicles: int) -> Row:
    """A drawn case that is tight in every way: times are whole 5 minutes, costs come out exact.

    Legs differ by direction and do not keep the triangle inequality.
    """
    draw = random.Random(seed)
    places = draw.randint(2, stops + 1)
    legs = [
        [0 if row == column else 300 * draw.randint(1, 20) for column in range(places)]
        for row in range(places)
    ]
    names = [chr(ord("a") + row) for row in range(places)]
    case = made(
        [_drawn_stop(draw, f"s{number}", names) for number in range(stops)],
        [_drawn_vehicle(draw, f"v{number}", names) for number in range(vehicles)],
        legs,
    )
    case["distances_m"] = [[leg and 1000 * draw.randint(1, 90) for leg in row] for row in legs]
    return case


def _drawn_stop(draw: random.Random, name: str, places: list[str]) -> Row:
    opens = 300 * draw.randint(84, 170)
    required = draw.random() < 0.7
    made_stop = stop(
        name,
        draw.choice(places),
        deliver=draw.randint(0, 5),
        collect=draw.randint(0, 5),
        windows=[[_clock(opens), _clock(opens + 300 * draw.randint(0, 40))]],
        service_s=300 * draw.randint(0, 4),
        required=required,
    )
    if draw.random() < 0.3:
        del made_stop["windows"]
    return made_stop if required else made_stop | {"skip_ore": draw.randint(0, 40_000)}


def _drawn_vehicle(draw: random.Random, name: str, places: list[str]) -> Row:
    starts = 300 * draw.randint(80, 110)
    return vehicle(
        name,
        start=draw.choice(places),
        end=draw.choice(places),
        capacity=draw.randint(4, 10),
        shift=[_clock(starts), _clock(starts + 300 * draw.randint(20, 100))],
        max_duration_s=300 * draw.randint(20, 100),
        cost_per_km_ore=draw.choice([0, 450, 800]),
        cost_per_hour_ore=draw.choice([0, 36000, 48000]),
        fixed_ore=draw.choice([0, 5000]),
    )


def _clock(second: int) -> str:
    return f"{second // 3600:02}:{second // 60 % 60:02}"
