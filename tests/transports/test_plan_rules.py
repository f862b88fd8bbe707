"""What a move and a part of a proposal make of an order, and which breaks are missing."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consortium.transports.plan_rules import (
    Move,
    Order,
    changed_stops,
    known_order,
    lacks_break,
    loads,
    moved_order,
    order_of,
    partly_accepted,
    routes_of,
)

STOPS = "abcdefgh"
BEFORE: Order = {"van1": ("a", "b", "c"), "van2": ("d", "e")}


@st.composite
def orders(draw: st.DrawFn) -> Order:
    """Some of the stops, each in one of three vans."""
    made: dict[str, tuple[str, ...]] = {}
    for stop in draw(st.permutations(STOPS)):
        van = draw(st.sampled_from(["", "van1", "van2", "van3"]))
        if van:
            made[van] = (*made.get(van, ()), stop)
    return made


@pytest.mark.parametrize(
    ("move", "after"),
    [
        (Move("a", "van1", 3), {"van1": ("b", "c", "a"), "van2": ("d", "e")}),
        (Move("c", "van2", 2), {"van1": ("a", "b"), "van2": ("d", "c", "e")}),
        (Move("c", "van2", 99), {"van1": ("a", "b"), "van2": ("d", "e", "c")}),
        (Move("x", "van3"), {**BEFORE, "van3": ("x",)}),  # on no route before
        (Move("b"), {"van1": ("a", "c"), "van2": ("d", "e")}),
    ],
)
def test_a_move_puts_one_stop_elsewhere(move: Move, after: Order) -> None:
    assert moved_order(BEFORE, move) == after


def test_a_van_whose_last_stop_is_moved_has_no_route() -> None:
    assert moved_order({"van1": ("a",), "van2": ("b",)}, Move("a", "van2", 1)) == {
        "van2": ("a", "b")
    }


def test_of_two_swapped_stops_one_is_the_change() -> None:
    assert len(changed_stops({"van1": ("a", "b", "c")}, {"van1": ("b", "a", "c")})) == 1
    assert changed_stops(BEFORE, {"van1": ("a", "c"), "van2": ("d", "b", "e")}) == {"b"}
    assert changed_stops(BEFORE, {"van1": ("a", "b", "c"), "van2": ("d",)}) == {"e"}


@given(orders(), orders())
def test_a_proposal_taken_whole_is_the_proposal_and_taken_not_at_all_nothing(
    before: Order, proposed: Order
) -> None:
    assert partly_accepted(before, proposed, changed_stops(before, proposed)) == proposed
    assert partly_accepted(before, proposed, ()) == before


@given(orders(), orders(), st.sets(st.sampled_from(STOPS)))
def test_a_part_moves_the_chosen_stops_and_no_other(
    before: Order, proposed: Order, chosen: set[str]
) -> None:
    made = partly_accepted(before, proposed, chosen)
    served = [stop for stops in made.values() for stop in stops]
    assert len(served) == len(set(served))
    for stop in chosen:
        assert _van(made, stop) == _van(proposed, stop)
    assert _others(made, chosen) == _others(before, chosen)


def _van(order: Order, stop: str) -> str | None:
    return next((van for van, stops in order.items() if stop in stops), None)


def _others(order: Order, chosen: set[str]) -> Order:
    left = {van: tuple(s for s in stops if s not in chosen) for van, stops in order.items()}
    return {van: stops for van, stops in left.items() if stops}


def test_what_a_day_lacks_by_now_is_left_out() -> None:
    case = {"stops": [{"id": "a"}, {"id": "d"}], "vehicles": [{"id": "van1"}]}
    assert known_order(BEFORE, case) == {"van1": ("a",)}


@given(orders())
def test_an_order_comes_back_from_its_routes(order: Order) -> None:
    routes = [
        {"vehicle": route["vehicle"], "stops": [{"id": stop} for stop in route["stops"]]}
        for route in routes_of(order)
    ]
    assert order_of({"routes": routes}) == order


def test_loads_begin_with_all_that_is_delivered() -> None:
    # 3 + 2 on board; less 3, plus 4; less 2, plus 1
    assert loads(["a", "b"], {"a": (3, 4), "b": (2, 1)}) == [5, 6, 5]


HOUR = 3600
VAN = {"breaks": [{"after_work_s": 5 * HOUR, "duration_s": 1800}]}


def route(*pauses: str, wait: str = "11:00:00") -> dict[str, Any]:
    """2 h of driving, a stop from `wait` for 1 h, 3 h of driving: 6 h of work, begun at 08."""
    back = {"11:00:00": "15:00:00", "10:00:00": "14:00:00"}[wait]
    leave = {"11:00:00": "12:00:00", "10:00:00": "11:00:00"}[wait]
    return {
        "depart": "08:00:00",
        "back": back,
        "stops": [{"id": "a", "arrive": "10:00:00", "start": wait, "leave": leave}],
        "legs": [{"drive_s": 2 * HOUR}, {"drive_s": 3 * HOUR}],
        "breaks": [{"after_stop": "", "start": each, "duration_s": 1800} for each in pauses],
    }


@pytest.mark.parametrize(
    ("made", "lacks"),
    [
        (route(), True),  # six hours without a break
        (route("10:15:00"), False),  # while waiting: two hours, then four
        (route("14:00:00"), False),  # on the road after five hours to the second
        (route("14:00:01"), True),
        (route("08:30:00"), False),  # early, and the van has no second one
        ({**route(), "legs": [{"drive_s": HOUR}, {"drive_s": 3 * HOUR}]}, False),  # five hours
    ],
)
def test_a_break_is_missing_where_more_than_its_time_is_worked(
    made: dict[str, Any], lacks: bool
) -> None:
    assert lacks_break(made, VAN) is lacks
    assert not lacks_break(made, {})
