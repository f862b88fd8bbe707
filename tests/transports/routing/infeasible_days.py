"""Made days on which a required stop cannot be served, each for one cause that can be mended."""

import random
from typing import Any

from tests.transports.routing.dalarna_days import day
from tests.transports.routing.timetable import legs_of, seconds

Row = dict[str, Any]
CAUSES = ("window", "shift", "vehicle", "crates")
BREAK = {"after_work_s": 18_000, "duration_s": 1800}


def infeasible(seed: int) -> Row:
    """A day of 8-14 stops and 2-3 vans; the cause follows the seed."""
    draw = random.Random(seed)
    case = day(seed, draw.randint(8, 14), draw.randint(2, 3))
    case["search"] = {"seed": 1, "iterations": 300}
    if draw.random() < 0.4:
        for van in case["vehicles"]:
            van["breaks"] = [dict(BREAK)]
    {"window": _window, "shift": _shift, "vehicle": _vehicle, "crates": _crates}[
        CAUSES[seed % len(CAUSES)]
    ](draw, case)
    return case


def changed(case: Row, change: Row) -> Row:
    """The case with what a remedy asks for."""
    stops = [one | _part(change, "stop", one["id"]) for one in case["stops"]]
    vans = [one | _part(change, "vehicle", one["id"]) for one in case["vehicles"]]
    return case | {"stops": stops, "vehicles": [*vans, *change.get("vehicles", [])]}


def _part(change: Row, kind: str, name: str) -> Row:
    """What a change says of the stop or vehicle of that name."""
    if change.get(kind) != name:
        return {}
    return {key: value for key, value in change.items() if key != kind}


def _window(draw: random.Random, case: Row) -> None:
    """A stop or two close before any van can be there."""
    for stop in draw.sample(case["stops"], draw.randint(1, 2)):
        out, _ = legs_of(case, case["vehicles"][0], [stop], "durations_s")
        soonest = seconds(case["vehicles"][0]["shift"][0]) + out
        minutes = soonest // 60 - draw.randint(1, 90)
        last = max(minutes, 5)
        stop["windows"] = [[_clock(max(0, last - 45)), _clock(last)]]


def _shift(draw: random.Random, case: Row) -> None:
    """The vans' day is too short for the farthest stop, by some minutes up to half of it."""
    far = max(case["stops"], key=lambda stop: _round_s(case, stop))
    far["windows"] = [["06:00", "20:00"]]
    needs_s = _round_s(case, far) + far["service_s"]
    short_s = max(3600, needs_s - draw.randint(60, needs_s // 2))
    for van in case["vehicles"]:
        van["max_duration_s"] = short_s


def _vehicle(draw: random.Random, case: Row) -> None:
    """Each stop fits, but not all of them together: by a few crates, or as some are to be apart."""
    stops, vans = case["stops"], case["vehicles"]
    most = max(sum(stop[kind] for stop in stops) for kind in ("deliver", "collect"))
    room = (most - draw.randint(1, 8)) // len(vans)
    if draw.random() < 0.5 and room >= max(stop["deliver"] + stop["collect"] for stop in stops):
        for van in vans:
            van["capacity"] = room
        return
    apart = draw.sample(stops, len(vans) + 1)
    for stop in apart:
        stop["not_with"] = [one["id"] for one in apart if one is not stop]


def _crates(draw: random.Random, case: Row) -> None:
    """One stop is to have, or to give, more crates than a van holds."""
    stop = draw.choice(case["stops"])
    stop[draw.choice(("deliver", "collect"))] = case["vehicles"][0]["capacity"] + draw.randint(1, 9)


def _round_s(case: Row, stop: Row) -> int:
    return sum(legs_of(case, case["vehicles"][0], [stop], "durations_s"))


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
