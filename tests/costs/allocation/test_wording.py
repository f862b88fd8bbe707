"""Every fault in full: its place, what is wrong and what would mend it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.costs.allocation.making import by_size, faults, make_case, make_part
from tests.costs.allocation.whole import GONE, changed

EASE = "Let the host or the pool bear it"
Told = tuple[str, str, str]


def told(case: Any) -> list[Told]:
    return [(fault.at, fault.fault, fault.mend) for fault in faults(case)]


def seen() -> Iterator[tuple[str, Any, str]]:
    """From told.txt: a place, the value put there, and the fault's line."""
    text = Path(__file__).with_name("told.txt").read_text(encoding="utf-8")
    for entry in text.split("\n\n")[1:]:
        change, line = entry.strip().split("\n  ")
        place, value = change.split(" ", 1)
        yield place, GONE if value == "GONE" else json.loads(value), line


@pytest.mark.parametrize(("place", "value", "line"), list(seen()))
def test_what_can_be_seen_is_told_in_full(place: str, value: Any, line: str) -> None:
    assert str(faults(changed((place, value)))[0]) == line


def test_a_named_member_without_a_previous_amount_is_told_in_full() -> None:
    limits = [{"member": "b", "max_change_percent": "5"}]
    case = make_case(make_part("rest"), previous_ore={"a": 400}, limits=limits)
    fault = "b has no amount in previous_ore to measure the change from"
    at = "key.limits[0].max_change_percent"
    assert told(case) == [(at, fault, "Give its amount in previous_ore")]


def test_a_pool_with_an_amount_that_no_part_takes_is_told_in_full() -> None:
    own = make_part("own", "fixed", amounts_ore={"a": 1})
    fault = "Every part makes its own amount, so the pool has none"
    case = make_case(own, amount_ore=1, members="a")
    assert told(case) == [("pool.amount_ore", fault, "Take the amount away")]


def test_blends_too_deep_are_told_in_full() -> None:
    split: dict[str, Any] = {"kind": "equal"}
    for _ in range(11):
        split = {"kind": "blend", "from": split, "to": {"kind": "equal"}, "weight": "0.5"}
    case = make_case({"take": "rest", "split": split})
    fault = "The blends stand too deep in each other"
    at = "key.parts[0].split" + ".from" * 10
    assert told(case) == [(at, fault, "Write the blend with fewer steps")]


def test_splits_that_do_not_fill_or_weigh_nothing_are_told_in_full() -> None:
    """1,200 öre: 30 % is 360, and the amounts are 359; three members of 0 weigh 0."""
    case = make_case(
        make_part("30", "fixed", amounts_ore={"a": 300, "b": 59, "c": 0}),
        by_size("rest"),
        measures={"size": dict.fromkeys("abc", 0)},
    )
    assert told(case) == [
        (
            "key.parts[0].split.amounts_ore",
            "The amounts sum to 359 öre, the part takes 360 öre",
            "Let the amounts sum to what the part takes",
        ),
        (
            "key.parts[1].split",
            "The weights sum to zero, so nobody can bear the part",
            "Give at least one member a weight above zero",
        ),
    ]


@pytest.mark.parametrize(
    ("amounts", "member", "bearer", "field", "fault", "remedy"),
    [
        (
            (-100, 200),
            "a",
            "pool",
            "member",
            "The share of a is negative and has no discount",
            "Take the discount away",
        ),
        (
            (-100, 200),
            "b",
            "others",
            "borne_by",
            "The share of a is negative and cannot bear a part of the discount",
            EASE,
        ),
        (
            (0, 100),
            "b",
            "others",
            "borne_by",
            "The shares of the others sum to 0, so they cannot bear the discount",
            EASE,
        ),
        (
            (50, 50),
            "b",
            "host",
            "borne_by",
            "The case has no host to bear the discount",
            "Make a member host, or let the others or the pool bear it",
        ),
    ],
)
def test_a_discount_that_cannot_be_given_is_told_in_full(
    amounts: tuple[int, int], member: str, bearer: str, field: str, fault: str, remedy: str
) -> None:
    case = make_case(
        make_part("rest", "fixed", amounts_ore=dict(zip("ab", amounts, strict=True))),
        amount_ore=sum(amounts),
        members=[{"id": "a"}, {"id": "b"}],
        discounts=[{"member": member, "percent": "10", "borne_by": bearer}],
    )
    assert told(case) == [(f"key.discounts[0].{field}", fault, remedy)]


def test_shares_too_long_to_write_out_are_told_in_full() -> None:
    """Each discount doubles the length, which passes 65,536 bits after a dozen of them."""
    amounts = {name: 10_000_019 + 7919 * place for place, name in enumerate("abcd")}
    case = make_case(
        make_part("rest", "fixed", amounts_ore=amounts),
        amount_ore=sum(amounts.values()),
        members="abcd",
        discounts=[{"member": name, "percent": "7", "borne_by": "others"} for name in "abcd" * 5],
    )
    fault = "After so many discounts borne by others no exact share can be written out"
    assert told(case) == [("key.discounts[13].borne_by", fault, EASE)]


@pytest.mark.parametrize(
    ("amounts", "limits", "expected"),
    [
        (
            (-100, 200),
            [{"member": "*", "min_ore": 0}],
            (
                "key.limits",
                "The share of a is negative, which no limit can hold",
                "Take the limits or what makes it negative away",
            ),
        ),
        (
            (50, 50),
            [{"member": "a", "min_ore": 40}, {"member": "*", "max_ore": 30}],
            (
                "key.limits",
                "a would have to bear at least 40 and at most 30 öre",
                "Widen the limits",
            ),
        ),
        (
            (50, 50),
            [{"member": "*", "min_ore": 60}],
            (
                "key.limits[0]",
                "The limits ask for at least 120 öre in all, there are 100 to bear",
                "Lower the least that members bear",
            ),
        ),
        (
            (50, 50),
            [{"member": "*", "max_ore": 40}, {"member": "a", "max_ore": 30}],
            (
                "key.limits",
                "The limits allow at most 70 öre in all, there are 100 to bear",
                "Raise the most that members bear",
            ),
        ),
        # who bears nothing can take nothing, whatever the most
        (
            (0, 100),
            [{"member": "*", "max_ore": 60}],
            (
                "key.limits[0]",
                "The limits allow at most 60 öre in all, there are 100 to bear",
                "Raise the most that members bear",
            ),
        ),
    ],
)
def test_limits_that_cannot_hold_are_told_in_full(
    amounts: tuple[int, int], limits: list[dict[str, Any]], expected: Told
) -> None:
    case = make_case(
        make_part("rest", "fixed", amounts_ore=dict(zip("ab", amounts, strict=True))),
        amount_ore=sum(amounts),
        members="ab",
        limits=limits,
    )
    assert told(case) == [expected]
