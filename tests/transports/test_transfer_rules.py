"""When crates arrive, worked out by hand and by trying every way there is."""

from datetime import date, timedelta
from random import Random

import pytest

from consortium.transports.transfer_rules import (
    Arrival,
    Call,
    Loop,
    TrafficDay,
    arrivals_from,
    days_between,
)

MONDAY = date(2026, 11, 23)
HOUR = 3600


def loop(vehicle: str, *calls: tuple[str, float]) -> Loop:
    """Each call takes ten minutes; at both ends the van is there for a moment."""
    ends = (0, len(calls) - 1)
    return Loop(
        vehicle,
        tuple(
            Call(place, int(hour * HOUR), int(hour * HOUR) + (0 if number in ends else 600))
            for number, (place, hour) in enumerate(calls)
        ),
    )


def week(*loops: Loop, days: int = 5) -> list[TrafficDay]:
    return [TrafficDay(MONDAY + timedelta(days=number), loops) for number in range(days)]


NORTH = loop("north", ("depot", 7), ("mora", 8), ("orsa", 9), ("depot", 11))
SOUTH = loop("south", ("depot", 12), ("hedemora", 13), ("avesta", 14), ("depot", 16))
EARLY = loop("early", ("depot", 11.25), ("hedemora", 13), ("depot", 16))


def test_a_place_further_on_gets_it_by_the_same_van() -> None:
    reached = arrivals_from(week(NORTH), "mora", {"depot"}, 30)
    assert reached["orsa"] == Arrival(MONDAY, 9 * HOUR, 0, 0)


def test_a_place_before_gets_it_the_next_day() -> None:
    reached = arrivals_from(week(NORTH), "orsa", {"depot"}, 30)
    assert reached["mora"] == Arrival(MONDAY + timedelta(days=1), 8 * HOUR, 1, 1)


def test_a_van_that_leaves_late_enough_takes_it_on_the_same_day() -> None:
    reached = arrivals_from(week(NORTH, SOUTH), "orsa", {"depot"}, 60)
    assert reached["avesta"] == Arrival(MONDAY, 14 * HOUR, 0, 1)


def test_a_van_that_leaves_too_soon_takes_it_the_next_day() -> None:
    assert arrivals_from(week(NORTH, EARLY), "orsa", {"depot"}, 30)["hedemora"].days == 1
    assert arrivals_from(week(NORTH, EARLY), "orsa", {"depot"}, 15)["hedemora"].days == 0


def test_it_waits_where_no_van_comes_on_the_day_it_is_packed() -> None:
    days = [TrafficDay(MONDAY, (SOUTH,)), *week(NORTH, SOUTH)[1:]]
    reached = arrivals_from(days, "mora", {"depot"}, 30)
    assert (reached["orsa"].days, reached["avesta"].days) == (1, 1)


def test_depots_pass_it_on_only_by_a_van_that_visits_both() -> None:
    other = loop("other", ("west", 8), ("malung", 10), ("west", 12))
    between = loop("between", ("depot", 12), ("west", 14), ("depot", 17))
    apart = arrivals_from(week(NORTH, other), "mora", {"depot", "west"}, 30)
    assert "malung" not in apart
    joined = arrivals_from(week(NORTH, other, between), "mora", {"depot", "west"}, 30)
    assert joined["malung"] == Arrival(MONDAY + timedelta(days=1), 10 * HOUR, 1, 2)


def test_a_library_that_is_a_depot_has_its_crates_on_the_first_van() -> None:
    reached = arrivals_from(week(NORTH), "depot", {"depot"}, 600)
    assert reached["mora"] == Arrival(MONDAY, 8 * HOUR, 0, 0)


def test_pairs_are_counted_by_their_days() -> None:
    days = week(NORTH)
    table = {place: arrivals_from(days, place, {"depot"}, 30) for place in ("mora", "orsa")}
    assert days_between(table) == {0: 1, 1: 1}


def tried(days: list[TrafficDay], origin: str, depots: set[str], minutes: int) -> dict[str, int]:
    """Place → the second it is reached, from the first midnight on, by following every crate.

    A crate is in a van between two calls, or lies at a depot; all that can happen next is tried.
    """
    best: dict[str, int] = {}
    timed = [
        (number * 86_400, ride)
        for number, day in enumerate(days)
        for ride in sorted(day.loops, key=lambda each: each.vehicle)
    ]
    firsts = [
        (base + call.arrive_s, base, ride.calls[place + 1 :])
        for base, ride in timed
        for place, call in enumerate(ride.calls)
        if call.place == origin
    ]
    open_ways = [(base, calls) for _, base, calls in sorted(firsts, key=lambda each: each[0])[:1]]
    seen = set()
    while open_ways:
        base, calls = open_ways.pop()
        for call in calls:
            now = base + call.arrive_s
            best[call.place] = min(best.get(call.place, now), now)
            if call.place in depots and (call.place, now) not in seen:
                seen.add((call.place, now))
                open_ways += [
                    (start, ride.calls[place + 1 :])
                    for start, ride in timed
                    for place, later in enumerate(ride.calls[:-1])
                    if later.place == call.place
                    and (
                        start // 86_400 > now // 86_400
                        or (start == base and now + minutes * 60 <= start + later.leave_s)
                    )
                ]
    best.pop(origin, None)
    return best


@pytest.mark.parametrize("seed", range(40))
def test_nothing_arrives_earlier_however_it_is_sent(seed: int) -> None:
    draw = Random(seed)
    places = [f"p{number}" for number in range(7)]
    depots = {"d0", "d1"}
    days = []
    for number in range(4):
        loops = []
        for van in range(draw.randint(1, 3)):
            stops = draw.sample([*places, *depots], draw.randint(1, 4))
            hours = sorted(draw.sample(range(60, 220), len(stops) + 2))
            ends = [draw.choice(sorted(depots)) for _ in range(2)]
            names = [ends[0], *stops, ends[1]]
            calls = zip(names, (hour / 10 for hour in hours), strict=True)
            loops.append(loop(f"v{van}", *calls))
        days.append(TrafficDay(MONDAY + timedelta(days=number), tuple(loops)))
    for origin in places:
        found = arrivals_from(days, origin, depots, 30)
        by_second = {place: each.days * 86_400 + each.at_s for place, each in found.items()}
        assert by_second == tried(days, origin, depots, 30)
