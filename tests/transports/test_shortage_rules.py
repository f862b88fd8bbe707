"""A van short: one van with room for ten crates, and three libraries of six crates each."""

from datetime import date
from typing import Any

from consortium.transports.day_basis import Shortage
from consortium.transports.routing import plan
from consortium.transports.shortage_rules import put_off, short_case
from tests.transports.routing.small_cases import made, stop, vehicle

WEDNESDAY, FRIDAY = date(2026, 11, 25), date(2026, 11, 27)
AGAIN = {"s1": FRIDAY, "s2": WEDNESDAY, "s3": None}


def case(**crates: int) -> dict[str, Any]:
    stops = [
        stop(name, place, deliver=crates.get(name, 3))
        for name, place in (("s1", "b"), ("s2", "c"), ("s3", "b"))
    ]
    return made(stops, [vehicle(capacity=6)])


def test_whoever_has_a_stop_again_soonest_is_put_off() -> None:
    assert put_off(case(), Shortage(next_on=AGAIN)) == ("s2",)


def test_of_those_who_wait_as_long_the_one_with_fewest_crates_is_put_off() -> None:
    even = dict.fromkeys(AGAIN, FRIDAY)
    assert put_off(case(s1=4, s2=3, s3=2), Shortage(next_on=even)) == ("s2",)  # 4 + 2 fit


def test_nobody_is_put_off_twice_and_nobody_without_need() -> None:
    owed = Shortage(owed=frozenset({"s2"}), next_on=AGAIN)
    assert put_off(case(), owed) == ("s1",)
    assert put_off(case(s1=2, s2=2, s3=2), Shortage(next_on=AGAIN)) == ()


def test_the_case_that_comes_out_serves_all_but_those_put_off() -> None:
    answer = plan(short_case(case(), Shortage(next_on=AGAIN)))
    assert [one["id"] for route in answer["routes"] for one in route["stops"]] in (
        ["s1", "s3"],
        ["s3", "s1"],
    )
    assert [(one["id"], one["reason"]) for one in answer["unserved"]] == [("s2", "skipped")]
    assert answer["cost"]["skip_ore"] == 0


def test_a_key_opens_the_whole_shift() -> None:
    late = made([stop("s1", "b", windows=[["07:00", "07:05"]])], [vehicle()])
    assert put_off(late, Shortage()) == ("s1",)
    opened = short_case(late, Shortage(keys=frozenset({"s1"})))
    assert plan(opened)["unserved"] == []


def test_for_one_that_is_owed_as_many_are_put_off_as_it_takes_and_no_more() -> None:
    owed = Shortage(owed=frozenset({"s3"}), next_on={"s1": FRIDAY, "s2": WEDNESDAY})
    heavy = case(s1=3, s2=3, s3=6)  # six fit; alone, s1 and s2 would
    assert put_off(heavy, owed) == ("s1", "s2")
