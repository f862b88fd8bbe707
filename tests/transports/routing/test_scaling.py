"""The units of the search: exact, small, and with every price in its order."""

from consortium.transports.routing.reading import read_case
from consortium.transports.routing.scaling import scale
from tests.transports.routing.small_cases import Row, made, stop, vehicle


def two_stops() -> Row:
    stops = [stop("s1", "b"), stop("s2", "c", required=False, skip_ore=900)]
    return made(stops, [vehicle(fixed_ore=50)])


def test_prices_are_divided_by_what_they_have_in_common() -> None:
    case = read_case(two_stops())
    units = scale(case, case.stops)
    # In parts of 1/18000 öre: 450 x 18, 36000 x 5, 50 x 18000, 900 x 18000; all divide by 900.
    (van,) = case.vehicles
    prices = units.per_metre(van), units.per_second(van), units.fixed(van)
    assert (units.parts, prices) == (900, (9, 200, 1000))
    assert units.skip(case.stops[1]) == 18_000


def test_missing_a_required_stop_costs_more_than_everything_else() -> None:
    case = read_case(two_stops())
    units = scale(case, case.stops)
    # At the most 12 km to b, 12 km to c, 9 km home, a whole shift of 9 hours, and the van.
    assert units.dearest == 33_000 * 9 + 32_400 * 200 + 1000
    assert units.miss(case.stops) == units.dearest + 18_000 + 1


def test_skipping_costs_no_more_than_makes_a_difference() -> None:
    case = two_stops()
    case["stops"][1]["skip_ore"] = 9 * 10**11
    read = read_case(case)
    units = scale(read, read.stops)
    assert units.skip(read.stops[1]) == units.dearest + 1


def test_costs_beyond_all_measure_still_fit() -> None:
    case = two_stops()
    case["vehicles"][0] |= {"cost_per_km_ore": 10**12, "cost_per_hour_ore": 10**12 - 1}
    read = read_case(case)
    assert 10**12 < scale(read, read.stops).dearest <= 10**13


def test_a_case_where_all_is_free_has_units_too() -> None:
    free = vehicle(cost_per_km_ore=0, cost_per_hour_ore=0)
    read = read_case(made([stop("s", "b")], [free]))
    units = scale(read, read.stops)
    assert (units.parts, units.dearest, units.miss(read.stops)) == (1, 0, 1)
