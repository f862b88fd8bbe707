"""Which stops are served, by whom, and what it costs: small plans worked out by hand."""

from typing import Any

from consortium.transports.routing import plan, plan_text
from tests.transports.routing.small_cases import made, stop, vehicle


def routes(answer: dict[str, Any]) -> dict[str, list[str]]:
    return {route["vehicle"]: [stop["id"] for stop in route["stops"]] for route in answer["routes"]}


def test_a_plan_has_every_part_of_its_form() -> None:
    case = made([stop("s", "b", deliver=2, collect=3)])
    answer = plan(case)
    (route,) = answer["routes"]
    assert set(answer) == {"routes", "unserved", "cost", "distances", "solver", "snapshot"}
    assert answer["cost"] == {
        "drive_ore": 5400,  # 12 km at 450 öre
        "time_ore": 15_000,  # 1,500 s at 10 öre
        "fixed_ore": 0,
        "skip_ore": 0,
        "stability_ore": 0,
        "total_ore": 20_400,
    }
    assert (route["load_at_start"], route["stops"][0]["load_after"]) == (2, 3)
    solver = {key: answer["solver"][key] for key in ("name", "seed", "iterations", "runs")}
    assert solver == {"name": "PyVRP", "seed": 1, "iterations": 200, "runs": 2}
    assert answer["solver"]["version"].startswith("0.14.")
    assert answer["distances"] == "measured"


def test_the_snapshot_is_of_the_case_as_it_was_given() -> None:
    # The sum that sha256sum makes of {"date":"2026-11-25","places":[],"stops":[],"vehicles":[]}
    text = '{"vehicles": [], "stops": [], "places": [], "date": "2026-11-25"}'
    digest = "5350b506b09ac5072691aa112d708a1c725e0bba8a1d7e27db33fc6a70bcd9aa"
    assert plan_text(text)["snapshot"] == f"sha256:{digest}"


def test_a_case_without_stops_has_an_empty_plan() -> None:
    answer = plan(made([]))
    assert (answer["routes"], answer["unserved"], answer["cost"]["total_ore"]) == ([], [], 0)
    assert answer["solver"]["runs"] == 0


def test_defaults_stand_in_for_what_may_be_left_out() -> None:
    case = made([stop("s", "b")])
    for name in ("max_duration_s", "breaks", "fixed_ore", "spare"):
        del case["vehicles"][0][name]
    for name in ("windows", "required"):
        del case["stops"][0][name]
    del case["search"]
    answer = plan(case)
    assert routes(answer) == {"van": ["s"]}
    assert (answer["solver"]["seed"], answer["solver"]["iterations"]) == (1, 3000)


def test_deliveries_and_collections_share_the_room_on_every_leg() -> None:
    # s1 first would leave it with 10 - 6 + 9 = 13 crates; s2 first with 10, 7 and 10.
    stops = [stop("s1", "b", deliver=6, collect=9), stop("s2", "c", deliver=4, collect=1)]
    answer = plan(made(stops))
    assert routes(answer) == {"van": ["s2", "s1"]}
    (route,) = answer["routes"]
    assert [route["load_at_start"], *(one["load_after"] for one in route["stops"])] == [10, 7, 10]


def test_what_one_vehicle_cannot_load_goes_with_two() -> None:
    stops = [stop("s1", "b", deliver=6), stop("s2", "c", deliver=5)]
    vans = [vehicle("v1", fixed_ore=700), vehicle("v2", fixed_ore=800)]
    answer = plan(made(stops, vans))
    assert sorted(routes(answer).values()) == [["s1"], ["s2"]]
    # 12 and 18 km; 1,500 and 2,100 s; both vans
    assert answer["cost"]["total_ore"] == 13_500 + 36_000 + 1500


def test_one_vehicle_serves_both_where_that_is_cheaper() -> None:
    stops = [stop("s1", "b"), stop("s2", "c")]
    answer = plan(made(stops, [vehicle("v2"), vehicle("v1")]))
    assert routes(answer) == {"v1": ["s1", "s2"]}  # the first direction, the first of equal vans
    assert answer["cost"]["total_ore"] == 450 * 27 + 10 * 3300


def test_the_cheaper_vehicle_is_taken() -> None:
    vans = [vehicle("v1"), vehicle("v2", cost_per_hour_ore=35_000), vehicle("v3", fixed_ore=1)]
    assert routes(plan(made([stop("s", "b")], vans))) == {"v2": ["s"]}


def test_a_stop_that_need_not_be_served_is_skipped_where_that_is_cheaper() -> None:
    skipped = plan(made([stop("s", "b", required=False, skip_ore=20_399)]))
    served = plan(made([stop("s", "b", required=False, skip_ore=20_401)]))
    assert (routes(skipped), skipped["cost"]["total_ore"]) == ({}, 20_399)
    assert [one["reason"] for one in skipped["unserved"]] == ["skipped"]
    assert (routes(served), served["cost"]["total_ore"]) == ({"van": ["s"]}, 20_400)


def test_the_skip_of_a_required_stop_is_ignored() -> None:
    answer = plan(made([stop("s", "b", skip_ore=500)]))
    assert (routes(answer), answer["cost"]["skip_ore"]) == ({"van": ["s"]}, 0)


def test_more_required_stops_come_before_a_lower_cost() -> None:
    # The van has room for the one far stop or the two near ones, and skipping is dear.
    far = stop("far", "c", deliver=10, required=False, skip_ore=9_000_000)
    near = [stop("n1", "b", deliver=5), stop("n2", "b", deliver=5)]
    answer = plan(made([far, *near]))
    assert routes(answer) == {"van": ["n1", "n2"]}
    assert answer["cost"]["skip_ore"] == 9_000_000


def test_two_required_stops_come_before_one_that_costs_less() -> None:
    # s1 takes all the room that s2 and s3 share; s2 and s3 lie far off, but they are two.
    stops = [
        stop("s1", "b", deliver=10),
        stop("s2", "c", deliver=5),
        stop("s3", "c", deliver=5),
    ]
    answer = plan(made(stops))
    assert routes(answer) == {"van": ["s2", "s3"]}
    assert [one["id"] for one in answer["unserved"]] == ["s1"]


def test_each_kind_of_money_is_rounded_half_up_once_a_route() -> None:
    stops = [stop("s1", "b", deliver=6, service_s=600), stop("s2", "b", deliver=6, service_s=600)]
    vans = [vehicle(name, cost_per_km_ore=1, cost_per_hour_ore=1) for name in ("v1", "v2")]
    case = made(stops, vans, [[0, 600], [600, 0]])
    case["distances_m"] = [[0, 250], [250, 0]]
    # Each route: 500 m at 1 öre a km is 0.5 öre; 1,800 s at 1 öre an hour is 0.5 öre.
    cost = plan(case)["cost"]
    assert (cost["drive_ore"], cost["time_ore"], cost["total_ore"]) == (2, 2, 4)


def test_just_under_half_an_ore_is_none() -> None:
    vans = [vehicle(cost_per_km_ore=1, cost_per_hour_ore=1)]
    case = made([stop("s", "b", service_s=599)], vans, [[0, 600], [600, 0]])
    case["distances_m"] = [[0, 249], [250, 0]]
    assert plan(case)["cost"]["total_ore"] == 0


def test_a_detour_that_is_quicker_than_the_straight_way_is_found() -> None:
    # From a straight to c takes 3,000 s, over b only 600 + 300 + 600.
    legs = [[0, 600, 3000], [600, 0, 600], [3000, 600, 0]]
    stops = [stop("s1", "b"), stop("s2", "c", windows=[["07:00", "07:25"]])]
    answer = plan(made(stops, legs_s=legs))
    assert routes(answer) == {"van": ["s1", "s2"]}
    assert answer["unserved"] == []


def test_large_numbers_do_not_upset_the_search() -> None:
    most = 10**12
    legs = [[0, 600, most], [600, 0, most], [most, most, 0]]
    vans = [vehicle(capacity=most, fixed_ore=most, cost_per_km_ore=most, max_duration_s=most)]
    stops = [
        stop("s1", "b", deliver=1_000_000),
        stop("s2", "c"),
        stop("s3", "b", required=False, skip_ore=most),
    ]
    case = made(stops, vans, legs)
    case["distances_m"] = [[min(leg, most) for leg in row] for row in legs]
    answer = plan(case)
    assert routes(answer) == {"van": ["s1", "s3"]}
    assert answer["cost"]["drive_ore"] == most * 1200 // 1000
