"""Stops held to a van or a place, stops kept apart, and what that costs."""

from datetime import date, time

import pytest

from consortium.core.errors import Conflict, Forbidden, Invalid, NotFound
from consortium.core.work import Actor, Works
from consortium.transports.days import read_day
from consortium.transports.pin_prices import PinPrice, pin_prices
from consortium.transports.pinning import (
    NewPin,
    aparts,
    keep_apart,
    let_together,
    pin_stop,
    pins_on,
    unpin_stop,
)
from consortium.transports.registering import NewVehicle, add_vehicle
from tests.conftest import OPERATOR
from tests.transports.making import (
    BORLANGE,
    DEPOT,
    FALUN,
    ITERATIONS,
    KVARNSVEDEN,
    MORA,
    TOMORROW,
    make_transports,
    plan_day,
    timetable,
)

WEDNESDAY = 2
SPARE = NewVehicle("van2", "Bil 2", DEPOT, 20, (time(7), time(17)), 36_000, 450, 38_000, 500_00)


@pytest.fixture(autouse=True)
def world(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_transports(work)
        add_vehicle(work, SPARE)


def ore(*orders: list[str]) -> int:
    """Of routes that are each at their first stop at 8, at 4,50 kr a km and 380 kr an hour."""
    routes = [timetable(order) for order in orders]
    return sum(
        round(each.distance_m * 450 / 1000) + round(each.work_s * 38_000 / 3600) for each in routes
    )


def test_a_plan_follows_what_is_held_and_what_is_kept_apart(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        pin_stop(work, NewPin(MORA, "van2", on_date=TOMORROW))
        pin_stop(work, NewPin(KVARNSVEDEN, position="first"))
        keep_apart(work, MORA, FALUN)
    routes = {
        route["vehicle"]: [stop["id"] for stop in route["stops"]]
        for route in plan_day(works).plan["routes"]
    }
    assert MORA in routes["van2"]
    assert FALUN in routes["van1"]
    assert KVARNSVEDEN in {stops[0] for stops in routes.values()}


def test_a_price_is_what_the_day_costs_more(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        pin_stop(work, NewPin(MORA, "van2"))
        keep_apart(work, MORA, FALUN)
    with works.reading(OPERATOR) as work:
        basis = read_day(work, TOMORROW)
    # without either one round of four; with both Mora has the second van, alone or with others
    together = pin_prices(basis, ITERATIONS)
    assert [(each.stop, each.other) for each in together] == [(MORA, ""), (FALUN, MORA)]
    assert all(each.ore is not None and each.ore >= 0 for each in together)
    with works.writing(OPERATOR) as work:
        let_together(work, MORA, FALUN)
        unpin_stop(work, pins_on(work, TOMORROW, WEDNESDAY)[0].id)
        pin_stop(work, NewPin(MORA, position="first"))
    with works.reading(OPERATOR) as work:
        basis = read_day(work, TOMORROW)
    free = ore([BORLANGE, FALUN, MORA, KVARNSVEDEN])
    rounds = [
        [MORA, FALUN, BORLANGE, KVARNSVEDEN],
        [MORA, KVARNSVEDEN, BORLANGE, FALUN],
        [MORA, KVARNSVEDEN, FALUN, BORLANGE],
        [MORA, BORLANGE, FALUN, KVARNSVEDEN],
        [MORA, BORLANGE, KVARNSVEDEN, FALUN],
        [MORA, FALUN, KVARNSVEDEN, BORLANGE],
    ]
    first = min(ore(each) for each in rounds)
    assert pin_prices(basis, ITERATIONS) == [PinPrice(MORA, "", first - free)]


def test_the_nearest_pin_holds_and_the_others_stand_behind(works: Works) -> None:
    thursday = date(2026, 11, 26)
    with works.writing(OPERATOR) as work:
        pin_stop(work, NewPin(MORA, "van1"))
        pin_stop(work, NewPin(MORA, "van2", "last", weekday=WEDNESDAY))
        pin_stop(work, NewPin(MORA, "van1", on_date=TOMORROW))
    with works.reading(OPERATOR) as work:
        shown = [(pin.on_date, pin.weekday, pin.holds) for pin in pins_on(work, TOMORROW, 2)]
        later = [(pin.van_name, pin.holds) for pin in pins_on(work, thursday, 3)]
    # the date says which van, the weekday says the place; what always holds says nothing new
    assert shown == [(TOMORROW, None, True), (None, WEDNESDAY, True), (None, None, False)]
    assert later == [("Bil 1", True)]


@pytest.mark.parametrize(
    ("new", "places"),
    [
        (NewPin(MORA), ["vehicle"]),
        (NewPin(DEPOT, position="0"), ["branch", "position"]),
        (NewPin(MORA, position="middle"), ["position"]),
        (NewPin(MORA, "van1", on_date=TOMORROW, weekday=2), ["on_date"]),
    ],
)
def test_a_pin_that_says_nothing_sound_is_refused(
    works: Works, new: NewPin, places: list[str]
) -> None:
    with pytest.raises(Invalid) as refused, works.writing(OPERATOR) as work:
        pin_stop(work, new)
    assert [fault.at for fault in refused.value.faults] == places


def test_what_is_held_or_apart_already_or_not_at_all_is_said(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        pin_stop(work, NewPin(MORA, "van1"))
        keep_apart(work, MORA, FALUN)
    for change, kind in (
        (lambda work: pin_stop(work, NewPin(MORA, "van2")), Conflict),
        (lambda work: pin_stop(work, NewPin(MORA, "van9", weekday=1)), NotFound),
        (lambda work: keep_apart(work, FALUN, MORA), Conflict),
        (lambda work: keep_apart(work, FALUN, FALUN), Invalid),
        (lambda work: keep_apart(work, FALUN, DEPOT), Invalid),
        (lambda work: let_together(work, FALUN, BORLANGE), NotFound),
        (lambda work: unpin_stop(work, 99), NotFound),
    ):
        with pytest.raises(kind), works.writing(OPERATOR) as work:
            change(work)
    with works.reading(OPERATOR) as work:
        assert [pair.names for pair in aparts(work)] == [("Falu stadsbibliotek", "Mora bibliotek")]


def test_holding_stops_takes_the_right_to_plan(works: Works) -> None:
    reader = Actor("mora", {"transports.see": frozenset({"2062"})})
    for change in (
        lambda work: pin_stop(work, NewPin(MORA, "van1")),
        lambda work: unpin_stop(work, 1),
        lambda work: keep_apart(work, FALUN, MORA),
        lambda work: let_together(work, FALUN, MORA),
    ):
        with pytest.raises(Forbidden), works.writing(reader) as work:
            change(work)
