"""Drawn cases in which every rule of a case takes part, on a grid of time, so that trying is exact.

Legs differ by direction and do not keep the triangle inequality; most stops can be served.
"""

import random
from typing import Any

from tests.transports.routing.small_cases import made, stop, vehicle

Row = dict[str, Any]
PRICES = {"moved_stop_ore": 3000, "shifted_minute_ore": 50, "free_shift_minutes": 15}


def full(seed: int, stops: int, vehicles: int, unit_s: int = 900) -> Row:
    """A case with windows, breaks, pins, spare vehicles, stops apart and a previous plan.

    unit_s: every time is a whole number of these seconds. `previous` holds any order, with stops
    and vehicles that the case lacks, and mostly cannot be driven.
    """
    draw = random.Random(seed)
    places = [chr(ord("a") + row) for row in range(draw.randint(2, stops + 1))]
    legs = [
        [0 if one == other else unit_s * draw.randint(1, 4) for other in places] for one in places
    ]
    fleet = [_vehicle(draw, f"v{number}", places, unit_s) for number in range(vehicles)]
    if all(one["spare"] for one in fleet):
        fleet[0]["spare"] = False
    names = [f"s{number:02}" for number in range(stops)]
    case = made([_stop(draw, name, places, unit_s) for name in names], fleet, legs)
    case["distances_m"] = [[leg and 1000 * draw.randint(1, 90) for leg in row] for row in legs]
    _bind(draw, case)
    if draw.random() < 0.5:
        case["sources"] = [
            [draw.choice(("measured", "routed", "estimated")) for _ in row] for row in legs
        ]
    if draw.random() < 0.6:
        case |= {"previous": _previous(draw, case, unit_s), "stability": dict(PRICES)}
    return case


def previous_of(answer: Row) -> list[Row]:
    """A plan as the `previous` of the next day's case."""
    return [
        {
            "vehicle": route["vehicle"],
            "stops": [one["id"] for one in route["stops"]],
            "arrivals": [one["arrive"] for one in route["stops"]],
        }
        for route in answer["routes"]
    ]


def clock(second: int) -> str:
    return f"{second // 3600:02}:{second // 60 % 60:02}"


def _vehicle(draw: random.Random, name: str, places: list[str], unit_s: int) -> Row:
    starts = _whole(draw.randint(23_400, 30_600), unit_s)
    length_s = _whole(draw.randint(18_000, 34_200), unit_s)
    breaks = [
        {
            "after_work_s": _whole(draw.randint(3600, 16_200), unit_s),
            "duration_s": unit_s * draw.randint(1, max(1, 2700 // unit_s)),
        }
        for _ in range(draw.choice((0, 1, 1, 2)))
    ]
    return vehicle(
        name,
        start=draw.choice(places),
        end=draw.choice(places),
        capacity=draw.randint(8, 24),
        shift=[clock(starts), clock(starts + length_s)],
        max_duration_s=length_s - _whole(draw.choice((0, 0, 3600)), unit_s),
        breaks=breaks,
        cost_per_km_ore=draw.choice([0, 450, 800]),
        cost_per_hour_ore=draw.choice([0, 36_000, 48_000]),
        fixed_ore=draw.choice([0, 5000]),
        spare=draw.random() < 0.25,
    )


def _stop(draw: random.Random, name: str, places: list[str], unit_s: int) -> Row:
    windows, opens = [], draw.randint(24_000, 40_000)
    for _ in range(draw.choice((0, 1, 1, 2, 3))):
        closes = opens + draw.randint(0, 9000)
        windows.append([clock(_whole(opens, unit_s)), clock(_whole(closes, unit_s))])
        opens = closes + draw.randint(1800, 9000)
    required = draw.random() < 0.75
    drawn = stop(
        name,
        draw.choice(places),
        deliver=draw.randint(0, 5),
        collect=draw.randint(0, 5),
        windows=[window for window in windows if window[1] < "20:00"],
        service_s=unit_s * draw.randint(0, max(1, 1800 // unit_s)),
        required=required,
    )
    return drawn if required else drawn | {"skip_ore": draw.randint(0, 40_000)}


def _bind(draw: random.Random, case: Row) -> None:
    """Pins and stops apart, few enough that most of them can hold."""
    names = [one["id"] for one in case["stops"]]
    vans = [one["id"] for one in case["vehicles"]]
    for one in case["stops"]:
        pin: Row = {}
        if draw.random() < 0.15:
            pin["vehicle"] = draw.choice(vans)
        if draw.random() < 0.12:
            pin["position"] = draw.choice(("first", "last", draw.randint(1, 3)))
        if pin:
            one["pin"] = pin
        others = [name for name in names if name != one["id"]]
        if others and draw.random() < 0.15:
            one["not_with"] = sorted(draw.sample(others, min(len(others), draw.randint(1, 2))))


def _previous(draw: random.Random, case: Row, unit_s: int) -> list[Row]:
    names = [*(one["id"] for one in case["stops"] if draw.random() < 0.8), "gone"]
    draw.shuffle(names)
    routes: list[Row] = []
    for van in [*(one["id"] for one in case["vehicles"]), "missing"]:
        count = draw.randint(0, 1 + 2 * len(names) // len(case["vehicles"]))
        order, names = names[:count], names[count:]
        route: Row = {"vehicle": van, "stops": order}
        if draw.random() < 0.8:
            moments = sorted(_whole(draw.randint(25_200, 50_400), unit_s) for _ in order)
            route["arrivals"] = [clock(moment) for moment in moments]
        if order:
            routes.append(route)
    return routes


def _whole(second: int, unit_s: int) -> int:
    return max(1, second // unit_s) * unit_s
