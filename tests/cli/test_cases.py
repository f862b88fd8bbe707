"""The two pure cores at the command line, in processes of their own."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

CASE = {
    "pool": {"name": "Bibliotekssystem", "amount_ore": 100},
    "period": {"from": "2026-01-01", "to": "2026-12-31"},
    "members": [{"id": "2080"}, {"id": "2062"}, {"id": "2081"}],
    "key": {"parts": [{"take": "rest", "split": {"kind": "equal"}}]},
}
DAY = {
    "date": "2026-11-25",
    "places": [{"id": "depot", "lat": 60.0, "lon": 15.0}, {"id": "a", "lat": 60.1, "lon": 15.0}],
    "durations_s": [[0, 600], [600, 0]],
    "distances_m": [[0, 10000], [10000, 0]],
    "vehicles": [
        {
            "id": "van1",
            "start": "depot",
            "end": "depot",
            "capacity": 10,
            "shift": ["08:00", "16:00"],
            "cost_per_km_ore": 100,
            "cost_per_hour_ore": 36000,
            "fixed_ore": 0,
        }
    ],
    "stops": [
        {
            "id": "a-bibliotek",
            "place": "a",
            "deliver": 2,
            "collect": 1,
            "windows": [["09:00", "10:00"]],
            "service_s": 300,
            "required": True,
        }
    ],
}


def run(*words: str, given: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "consortium.cli", *words]
    return subprocess.run(command, input=given, capture_output=True, text=True, check=False)  # noqa: S603


def file_of(folder: Path, case: object) -> str:
    path = folder / "case.json"
    path.write_text(json.dumps(case), encoding="utf-8")
    return str(path)


def test_allocate_prints_the_split(tmp_path: Path) -> None:
    done = run("allocate", file_of(tmp_path, CASE))
    assert (done.returncode, done.stderr) == (0, "")
    result = json.loads(done.stdout)
    # 100 öre in three: the öre left over goes to the lowest id, as all remainders are equal
    assert {row["member"]: row["share_ore"] for row in result["shares"]} == {
        "2080": 33,
        "2062": 34,
        "2081": 33,
    }


def test_allocate_tells_every_fault_on_a_line_of_its_own(tmp_path: Path) -> None:
    faulty = {**CASE, "perod": {}, "members": [{"id": "2080"}, {"id": "2080"}]}
    done = run("allocate", file_of(tmp_path, faulty))
    assert (done.returncode, done.stdout) == (2, "")
    places = [line.partition(": ")[0] for line in done.stderr.splitlines()]
    assert places == ["perod", "members[1].id"] or set(places) == {"perod", "members[1].id"}


def test_lines_are_answered_in_order_and_none_stops_the_others() -> None:
    given = "\n".join((json.dumps(CASE), "no json", json.dumps(CASE)))
    done = run("allocate", "--jsonl", given=given)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert [sorted(answer)[0] for answer in answers] == ["allocated_ore", "errors", "allocated_ore"]
    assert set(answers[1]["errors"][0]) == {"at", "fault", "remedy"}


def test_plan_prints_the_routes(tmp_path: Path) -> None:
    done = run("plan", file_of(tmp_path, DAY))
    assert (done.returncode, done.stderr) == (0, "")
    plan = json.loads(done.stdout)
    (route,) = plan["routes"]
    # Leaves so as to be there when the window opens; 20 km at 1 kr, 25 minutes at 360 kr an hour
    assert (route["depart"], route["back"]) == ("08:50:00", "09:15:00")
    assert plan["cost"]["total_ore"] == 2000 + 15000


@pytest.mark.parametrize("command", ["allocate", "plan"])
def test_a_file_that_is_not_there_is_not_found(command: str, tmp_path: Path) -> None:
    done = run(command, str(tmp_path / "none.json"))
    assert done.returncode == 4
    assert "none.json" in done.stderr


def test_plan_tells_every_fault_of_what_ties_a_plan_at_its_place(tmp_path: Path) -> None:
    tied = {"pin": {"vehicle": "van9", "position": "middle"}, "not_with": ["b-bibliotek"]}
    stop = {**DAY["stops"][0], **tied}  # type: ignore[dict-item]
    done = run("plan", file_of(tmp_path, {**DAY, "stops": [stop]}))
    assert done.returncode == 2
    assert [line.split(": ")[0] for line in done.stderr.splitlines()] == [
        "stops[0].pin.vehicle",
        "stops[0].pin.position",
        "stops[0].not_with[0]",
    ]


def test_a_file_and_lines_at_once_are_refused(tmp_path: Path) -> None:
    done = run("plan", file_of(tmp_path, DAY), "--jsonl", given="{}")
    assert (done.returncode, done.stdout) == (2, "")
