"""Orders that somebody else chose: timed and priced as plans are, or refused with each place."""

from typing import Any

import pytest

from consortium.core.errors import Conflict, Invalid
from consortium.transports.routing import plan, retime
from tests.transports.routing.checker import complaints
from tests.transports.routing.small_cases import made, stop, vehicle

Row = dict[str, Any]


def as_given(answer: Row) -> list[Row]:
    return [
        {"vehicle": route["vehicle"], "stops": [stop["id"] for stop in route["stops"]]}
        for route in answer["routes"]
    ]


def two_vans() -> Row:
    stops = [stop("s1", "b", deliver=6), stop("s2", "c", deliver=4), stop("s3", "b", deliver=5)]
    return made(stops, [vehicle("v1", fixed_ore=300), vehicle("v2")])


def test_the_routes_of_a_plan_come_back_as_they_were() -> None:
    case = two_vans()
    answer = plan(case)
    again = retime(case, as_given(answer))
    assert again["solver"]["runs"] == 0
    assert {**again, "solver": None} == {**answer, "solver": None}


def test_another_order_is_priced_by_the_same_rules() -> None:
    case = two_vans()
    given = [{"vehicle": "v2", "stops": ["s3", "s2"]}, {"vehicle": "v1", "stops": ["s1"]}]
    answer = retime(case, given)
    assert complaints(case, answer) == []
    assert answer["cost"]["total_ore"] == 450 * (12 + 27) + 10 * (1500 + 3300) + 300
    assert [route["vehicle"] for route in answer["routes"]] == ["v1", "v2"]


def test_stops_that_no_route_has_are_unserved_or_skipped() -> None:
    case = two_vans()
    case["stops"][2] |= {"required": False, "skip_ore": 50}
    answer = retime(case, [{"vehicle": "v1", "stops": ["s1"]}, {"vehicle": "v2", "stops": []}])
    reasons = [(one["id"], one["reason"]) for one in answer["unserved"]]
    assert reasons == [("s2", "no_vehicle"), ("s3", "skipped")]
    assert answer["cost"]["skip_ore"] == 50
    assert [route["vehicle"] for route in answer["routes"]] == ["v1"]


def test_every_rule_that_an_order_breaks_is_told_at_its_place() -> None:
    stops = [
        stop("s1", "b", deliver=6),
        stop("s2", "c", deliver=5, windows=[["07:00", "07:20"]]),
        stop("s3", "b", collect=11),
        stop("s4", "c", service_s=3600),
    ]
    vans = [vehicle("v1"), vehicle("v2"), vehicle("v3", shift=["07:00", "08:00"])]
    case = made(stops, vans)
    given = [
        {"vehicle": "v1", "stops": ["s1", "s2"]},
        {"vehicle": "v2", "stops": ["s3"]},
        {"vehicle": "v3", "stops": ["s4"]},
    ]
    with pytest.raises(Conflict) as refusal:
        retime(case, given)
    assert [(fault.at, fault.fault) for fault in refusal.value.faults] == [
        ("routes[0]", "11 crates on board are more than 10"),
        ("routes[0].stops[1]", "earliest possible arrival 07:35 is after 07:20"),
        ("routes[1].stops[0]", "11 crates on board are more than 10"),
        ("routes[2]", "earliest possible return 08:30 is after 08:00"),
    ]
    assert all(fault.mend for fault in refusal.value.faults)


def test_waiting_that_a_later_departure_saves_is_not_held_against_a_late_route() -> None:
    stops = [
        stop("s1", "b", windows=[["09:00", "10:00"]]),
        stop("s2", "c", windows=[["07:00", "08:00"]]),
    ]
    case = made(stops, [vehicle(max_duration_s=3300)])
    with pytest.raises(Conflict) as refusal:
        retime(case, [{"vehicle": "van", "stops": ["s1", "s2"]}])
    assert [fault.at for fault in refusal.value.faults] == ["routes[0].stops[1]"]


def test_work_that_is_too_long_is_told() -> None:
    case = made([stop("s1", "b")], [vehicle(max_duration_s=1499)])
    with pytest.raises(Conflict) as refusal:
        retime(case, [{"vehicle": "van", "stops": ["s1"]}])
    (fault,) = refusal.value.faults
    assert (fault.at, fault.fault) == ("routes[0]", "1500 s of work are more than 1499 s")


@pytest.mark.parametrize(
    ("given", "places"),
    [
        (None, ["routes"]),
        ([1], ["routes[0]"]),
        ([{"vehicle": "v1"}], ["routes[0].stops"]),
        ([{"vehicle": "v1", "stops": ["s1"], "arrivals": []}], ["routes[0].arrivals"]),
        ([{"vehicle": "v9", "stops": ["s9"]}], ["routes[0].vehicle", "routes[0].stops[0]"]),
        ([{"vehicle": "v1", "stops": ["s1", "s1"]}], ["routes[0].stops[1]"]),
        (
            [{"vehicle": "v1", "stops": ["s1"]}, {"vehicle": "v1", "stops": ["s1", "s2"]}],
            ["routes[1].vehicle", "routes[1].stops[0]"],
        ),
        ([{"vehicle": 1, "stops": "s1"}], ["routes[0].vehicle", "routes[0].stops"]),
    ],
)
def test_routes_that_name_what_the_case_does_not_have_are_refused(
    given: Any, places: list[str]
) -> None:
    with pytest.raises(Invalid) as refusal:
        retime(two_vans(), given)
    assert [fault.at for fault in refusal.value.faults] == places


def test_a_wrong_case_is_refused_before_its_routes() -> None:
    with pytest.raises(Invalid) as refusal:
        retime(two_vans() | {"date": "?"}, None)  # type: ignore[arg-type] # what a caller may do
    assert [fault.at for fault in refusal.value.faults] == ["date"]
