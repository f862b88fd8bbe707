"""What is refused, where, and that it is all told at once."""

import json
from typing import Any

import pytest

from consortium.core.errors import Invalid
from consortium.transports.routing import answer_line, plan, plan_text
from tests.transports.routing.small_cases import made, stop, vehicle

Row = dict[str, Any]
Path = tuple[str | int, ...]
GONE = object()


def usual() -> Row:
    """A case with neither breaks nor ties, in which everything is served."""
    stops = [stop("s1", "b", skip_ore=5), stop("s2", "c", required=False, skip_ore=100_000)]
    case = made(stops, [vehicle("v1"), vehicle("v2")])
    case["places"] = [place | {"lat": 60.0, "lon": 15.0} for place in case["places"]]
    case["search"]["iterations"] = 1
    return case


def changed(*changes: tuple[Path, Any]) -> Row:
    """The usual case with other values at some paths, or without what is there."""
    return put(usual(), *changes)


def put(case: Row, *changes: tuple[Path, Any]) -> Row:
    for path, value in changes:
        *way, last = path
        part: Any = case
        for step in way:
            part = part[step]
        if value is GONE:
            del part[last]
        else:
            part[last] = value
    return case


def refusals(case: Any) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as refusal:
        plan(case)
    assert all(fault.mend for fault in refusal.value.faults)
    return [(fault.at, fault.fault) for fault in refusal.value.faults]


def faults_of(case: Any) -> list[tuple[str, str]]:
    try:
        plan(case)
    except Invalid as refusal:
        return [(fault.at, str(fault)) for fault in refusal.faults]
    return []


def test_the_usual_case_has_no_fault() -> None:
    assert plan(usual())["unserved"] == []


@pytest.mark.parametrize(
    ("path", "value", "at", "fault"),
    [
        (("date",), GONE, "date", "The field is missing"),
        (("date",), "2026-02-30", "date", '"2026-02-30" is not a date of the calendar'),
        (("date",), "0001-01-01", "date", '"0001-01-01" is not a date of the calendar'),
        (("date",), 20261125, "date", "20261125 is not a date of the calendar"),
        (("colour",), 1, "colour", "There is no such field"),
        (("places",), GONE, "places", "The field is missing"),
        (("places",), {}, "places", "{...} is not a list"),
        (("places", 0, "lat"), 90.5, "places[0].lat", "90.5 lies outside Earth"),
        (("places", 0, "lon"), -181, "places[0].lon", "-181 lies outside Earth"),
        (("places", 0, "lat"), "60", "places[0].lat", '"60" is not a coordinate'),
        (("places", 0, "lat"), float("nan"), "places[0].lat", "nan lies outside Earth"),
        (("places", 0, "lon"), None, "places[0].lon", "null is not a coordinate"),
        (("places", 0, "name"), "A", "places[0].name", "There is no such field"),
        (("durations_s",), None, "durations_s", "null is not a list"),
        (
            ("durations_s",),
            [[0, 1, 2], [1, 0, 2]],
            "durations_s",
            "The matrix has 2 rows for 3 places",
        ),
        (
            ("distances_m", 1),
            [0, 1],
            "distances_m[1]",
            "The row has 2 entries for 3 places",
        ),
        (("distances_m", 1), "0 1 2", "distances_m[1]", '"0 1 2" is not a list'),
        (("durations_s", 2, 1), -1, "durations_s[2][1]", "-1 is below 0"),
        (("durations_s", 2, 1), 0.5, "durations_s[2][1]", "0.5 is not a whole number"),
        (("durations_s", 0, 1), None, "durations_s[0][1]", "null is not a whole number"),
        (("distances_m", 0, 0), True, "distances_m[0][0]", "true is not a whole number"),
        (("vehicles",), GONE, "vehicles", "The field is missing"),
        (("vehicles", 0, "capacity"), GONE, "vehicles[0].capacity", "The field is missing"),
        (("vehicles", 0, "capacity"), 1.5, "vehicles[0].capacity", "1.5 is not a whole number"),
        (("vehicles", 0, "start"), "z", "vehicles[0].start", "There is no place z in the case"),
        (("vehicles", 1, "end"), "z", "vehicles[1].end", "There is no place z in the case"),
        (("vehicles", 1, "id"), "v1", "vehicles[1].id", "The id v1 stands here twice"),
        (("vehicles", 0, "id"), "", "vehicles[0].id", "The text is empty"),
        (("vehicles", 0, "id"), 7, "vehicles[0].id", "7 is not a text"),
        (("vehicles", 0, "shift"), ["07:00"], "vehicles[0].shift", "These are not two times"),
        (("vehicles", 0, "shift"), "07:00", "vehicles[0].shift", '"07:00" is not a list'),
        (
            ("vehicles", 0, "shift"),
            ["16:00", "07:00:30"],
            "vehicles[0].shift",
            "It ends at 07:00:30, before it starts at 16:00",
        ),
        (
            ("vehicles", 0, "shift", 0),
            "7:00",
            "vehicles[0].shift[0]",
            '"7:00" is not a time of the day',
        ),
        (
            ("vehicles", 0, "shift", 1),
            "24:00",
            "vehicles[0].shift[1]",
            '"24:00" is not a time of the day',
        ),
        (
            ("vehicles", 0, "shift", 1),
            "12:00:60",
            "vehicles[0].shift[1]",
            '"12:00:60" is not a time of the day',
        ),
        (("vehicles", 0, "max_duration_s"), -1, "vehicles[0].max_duration_s", "-1 is below 0"),
        (("vehicles", 0, "fixed_ore"), "1", "vehicles[0].fixed_ore", '"1" is not a whole number'),
        (
            ("vehicles", 0, "cost_per_km_ore"),
            10**12 + 1,
            "vehicles[0].cost_per_km_ore",
            "1000000000001 is above 1000000000000",
        ),
        (
            ("vehicles", 0, "cost_per_hour_ore"),
            GONE,
            "vehicles[0].cost_per_hour_ore",
            "The field is missing",
        ),
        (("vehicles", 0, "spare"), 0, "vehicles[0].spare", "0 is neither true nor false"),
        (("vehicles", 0, "speed"), 0, "vehicles[0].speed", "There is no such field"),
        (("stops",), GONE, "stops", "The field is missing"),
        (("stops", 1, "id"), "s1", "stops[1].id", "The id s1 stands here twice"),
        (("stops", 0, "place"), "z", "stops[0].place", "There is no place z in the case"),
        (("stops", 0, "place"), GONE, "stops[0].place", "The field is missing"),
        (("stops", 0, "deliver"), -1, "stops[0].deliver", "-1 is below 0"),
        (("stops", 0, "deliver"), 2.5, "stops[0].deliver", "2.5 is not a whole number"),
        (("stops", 0, "collect"), True, "stops[0].collect", "true is not a whole number"),
        (("stops", 0, "collect"), 10**6 + 1, "stops[0].collect", "1000001 is above 1000000"),
        (("stops", 0, "service_s"), None, "stops[0].service_s", "null is not a whole number"),
        (("stops", 0, "required"), "no", "stops[0].required", '"no" is neither true nor false'),
        (
            ("stops", 1, "skip_ore"),
            GONE,
            "stops[1].skip_ore",
            "A stop that is not required needs it",
        ),
        (("stops", 1, "skip_ore"), -5, "stops[1].skip_ore", "-5 is below 0"),
        (("stops", 0, "windows"), None, "stops[0].windows", "null is not a list"),
        (
            ("stops", 0, "windows", 0),
            ["12:00", "08:00"],
            "stops[0].windows[0]",
            "It ends at 08:00, before it starts at 12:00",
        ),
        (
            ("stops", 0, "windows", 0),
            ["08:00", "09:00", "10:00"],
            "stops[0].windows[0]",
            "These are not two times",
        ),
        (
            ("stops", 0, "windows", 0, 1),
            1200,
            "stops[0].windows[0][1]",
            "1200 is not a time of the day",
        ),
        (("search",), [], "search", "[...] is not an object"),
        (("search", "seed"), -1, "search.seed", "-1 is below 0"),
        (("search", "iterations"), 0, "search.iterations", "0 is below 1"),
        (("search", "seconds"), 5, "search.seconds", "There is no such field"),
    ],
)
def test_a_fault_is_told_at_its_place(path: Path, value: Any, at: str, fault: str) -> None:
    assert refusals(changed((path, value))) == [(at, fault)]


@pytest.mark.parametrize(
    ("estimate", "at", "fault"),
    [
        ([], "estimate", "[...] is not an object"),
        ({"detours": []}, "estimate.detours", "There is no such field"),
        ({"detour": []}, "estimate.detour", "The last class has a bound"),
        ({"detour": [[1, "1"]]}, "estimate.detour", "The last class has a bound"),
        (
            {"detour": [[9, "1"], [9, "1"], [None, "1"]]},
            "estimate.detour",
            "The classes are not in ascending order",
        ),
        (
            {"speed_kmh": [[None, "9"], [None, "9"]]},
            "estimate.speed_kmh",
            "The classes are not in ascending order",
        ),
        ({"speed_kmh": [[None, "0"]]}, "estimate.speed_kmh[0][1]", "The number is 0"),
        ({"speed_kmh": [[None, 5.5]]}, "estimate.speed_kmh[0][1]", "5.5 is not a decimal number"),
        ({"speed_kmh": [[None, "-1"]]}, "estimate.speed_kmh[0][1]", '"-1" is below 0'),
        (
            {"detour": [[None]]},
            "estimate.detour[0]",
            "A class is a bound in metres and a number",
        ),
        ({"detour": [["far", "1"]]}, "estimate.detour[0][0]", '"far" is not a whole number'),
        (
            {"extra_time_percent": "10 %"},
            "estimate.extra_time_percent",
            '"10 %" is not a decimal number',
        ),
    ],
)
def test_a_wrong_estimate_is_told_at_its_place(estimate: Any, at: str, fault: str) -> None:
    assert refusals(usual() | {"estimate": estimate}) == [(at, fault)]


def test_what_says_nothing_is_accepted() -> None:
    case = changed(
        (("stops", 0, "not_with"), []),
        (("stops", 0, "windows"), []),
        (("vehicles", 0, "breaks"), []),
        (("vehicles", 0, "spare"), False),
    )
    assert plan(case)["unserved"] == []


def test_a_place_that_cannot_be_read_is_missed_where_it_is_named() -> None:
    unknown = "There is no place c in the case"
    assert refusals(changed((("places", 2), "c"))) == [
        ("places[2]", '"c" is not an object'),
        ("stops[1].place", unknown),
    ]
    assert refusals(changed((("places", 2, "id"), "b"))) == [
        ("places[2].id", "The id b stands here twice"),
        ("stops[1].place", unknown),
    ]


def test_places_without_a_matrix_need_their_coordinates() -> None:
    case = changed((("distances_m",), GONE), (("places", 1, "lat"), GONE))
    assert refusals(case) == [("places[1].lat", "The field is missing")]


def test_a_time_that_the_clocks_skip_is_no_time_of_that_day() -> None:
    case = changed((("date",), "2026-03-29"), (("vehicles", 0, "shift", 0), "02:30"))
    assert refusals(case) == [("vehicles[0].shift[0]", '"02:30" is not a time of the day')]


def test_all_faults_are_told_at_once() -> None:
    case = changed(
        (("date",), "today"),
        (("places", 0, "lat"), 91),
        (("durations_s", 2, 1), -1),
        (("vehicles", 0, "start"), "nowhere"),
        (("vehicles", 1, "breaks"), [1]),
        (("stops", 0, "deliver"), 1.5),
        (("stops", 0, "windows"), [["12:00", "08:00"], ["1", "2"]]),
        (("stops", 1, "id"), "s1"),
        (("search", "seed"), "one"),
        (("previous",), [1]),
    )
    assert [at for at, _ in refusals(case)] == [
        "date",
        "places[0].lat",
        "durations_s[2][1]",
        "vehicles[0].start",
        "vehicles[1].breaks[0]",
        "stops[0].deliver",
        "stops[0].windows[0]",
        "stops[0].windows[1][0]",
        "stops[0].windows[1][1]",
        "stops[1].id",
        "previous[0]",
        "search.seed",
    ]


@pytest.mark.parametrize("case", [None, 1, "case", [], True])
def test_what_is_no_object_is_no_case(case: Any) -> None:
    (fault,) = [fault for at, fault in refusals(case) if at == "case"]
    assert fault.endswith("is not an object")


def test_a_line_is_answered_with_its_plan() -> None:
    case = usual()
    assert json.loads(answer_line(json.dumps(case))) == plan(case)
    assert "\n" not in answer_line(json.dumps(case, indent=1))


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("", {"at": "case", "remedy": "Give one JSON object"}),
        ("[" * 100_000, {"at": "case", "remedy": "Give one JSON object"}),
        ("1" * 5000, {"at": "case", "remedy": "Give one JSON object"}),
        ('{"date": 1, "date": 2}', {"at": "date", "fault": "The field date is written twice"}),
        ('{"date": NaN}', {"at": "date"}),
        ('{"\\ud800": 1, "\\ud800": 2}', {"at": "\ud800"}),
        ("7", {"at": "case", "fault": "7 is not an object", "remedy": "Give an object, as {...}"}),
    ],
)
def test_a_line_that_is_no_case_is_answered_with_its_errors(line: str, error: Row) -> None:
    errors = json.loads(answer_line(line).encode())["errors"]
    assert {key: errors[0][key] for key in error} == error


def test_an_error_of_a_line_names_place_fault_and_remedy() -> None:
    line = json.dumps(changed((("stops", 0, "deliver"), 2.5)))
    assert json.loads(answer_line(line)) == {
        "errors": [
            {
                "at": "stops[0].deliver",
                "fault": "2.5 is not a whole number",
                "remedy": "Write a whole number, without quotes and decimals",
            }
        ]
    }


def test_coordinates_may_be_written_with_decimals() -> None:
    text = json.dumps(changed((("places", 0, "lat"), 60.6066)))
    assert plan_text(text)["unserved"] == []
