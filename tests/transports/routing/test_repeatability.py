"""The same case gives the same plan, in any process and in any order of its rows."""

import json
import os
import random
import subprocess
import sys
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from consortium.transports.routing import plan
from tests.transports.routing.small_cases import drawn, made, stop, vehicle

Row = dict[str, Any]
DALARNA = Path(__file__).parent / "cases" / "dalarna-day-29.json"
PRINT_PLAN = (
    "import sys; from consortium.transports.routing import answer_line;"
    "print(answer_line(sys.stdin.read()))"
)


def dalarna(**changes: Any) -> Row:
    case: Row = json.loads(DALARNA.read_text(encoding="utf-8"))
    return case | {"search": {"seed": 3, "iterations": 60}} | changes


def printed(case: Row, hash_seed: int) -> bytes:
    """The plan from a process of its own."""
    environment = os.environ | {"PYTHONHASHSEED": str(hash_seed)}
    return subprocess.run(  # noqa: S603 - our own program, on our own case
        [sys.executable, "-c", PRINT_PLAN],
        input=json.dumps(case).encode(),
        env=environment,
        capture_output=True,
        check=True,
    ).stdout


def shuffled(case: Row, seed: int) -> Row:
    """The same case with its rows in another order; the matrices follow their places."""
    draw = random.Random(seed)
    order = list(range(len(case["places"])))
    draw.shuffle(order)
    matrices = {
        name: [[case[name][row][column] for column in order] for row in order]
        for name in ("durations_s", "distances_m")
    }
    places = [case["places"][row] for row in order]
    stops, vehicles = list(case["stops"]), list(case["vehicles"])
    draw.shuffle(stops)
    draw.shuffle(vehicles)
    return case | matrices | {"places": places, "stops": stops, "vehicles": vehicles}


def test_three_processes_print_the_same_bytes() -> None:
    # One stop is left out, so that every step of the search takes part.
    case = dalarna(vehicles=dalarna()["vehicles"][:2])
    first, *others = [printed(case, hash_seed) for hash_seed in (0, 1, 2)]
    assert b"routes" in first
    assert others == [first, first]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_order_of_rows_changes_neither_routes_nor_cost(seed: int) -> None:
    for case in (dalarna(), drawn(seed, stops=8, vehicles=3)):
        one, other = plan(case), plan(shuffled(case, seed))
        assert one["cost"] == other["cost"]
        assert one["routes"] == other["routes"]
        assert one["unserved"] == other["unserved"]


def test_vehicles_that_are_alike_share_the_routes_by_their_ids() -> None:
    stops = [stop(name, "b", deliver=6) for name in ("s3", "s1", "s2")]
    answer = plan(made(stops, [vehicle(name) for name in ("v3", "v1", "v4", "v2")]))
    served = {route["vehicle"]: route["stops"][0]["id"] for route in answer["routes"]}
    assert served == {"v1": "s1", "v2": "s2", "v3": "s3"}


def test_a_loop_that_costs_the_same_both_ways_has_a_fixed_direction() -> None:
    ring = [
        [abs(row - column) * (5 - abs(row - column)) * 100 for column in range(5)]
        for row in range(5)
    ]
    for names in permutations(("s1", "s2", "s3", "s4")):
        stops = [stop(name, place) for name, place in zip(names, "bcde", strict=True)]
        answer = plan(made(stops, legs_s=ring) | {"search": {"seed": 1, "iterations": 9}})
        order = tuple(one["id"] for one in answer["routes"][0]["stops"])
        assert order == min(names, names[::-1])


def test_the_seed_and_the_iterations_are_printed() -> None:
    solver = plan(dalarna())["solver"]
    assert (solver["seed"], solver["iterations"], solver["runs"]) == (3, 60, 2)


def test_the_largest_seed_is_followed_by_the_first() -> None:
    case = made([stop("s", "b")]) | {"search": {"seed": 2**32 - 1, "iterations": 1}}
    assert plan(case)["unserved"] == []
