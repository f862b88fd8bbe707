from fractions import Fraction
from typing import Any

import pytest

from tests.costs.allocation.making import exacts, make_case, make_part, places, traces

SHARES = {"a": 600, "b": 300, "c": 100}


def limited(*limits: dict[str, Any], **rest: Any) -> dict[str, Any]:
    """a bears 600, b 300 and c 100 before the limits, unless `amounts` say otherwise."""
    amounts = rest.pop("amounts", SHARES)
    part = make_part("rest", "fixed", amounts_ore=amounts)
    given = [{"member": "*", **limit} for limit in limits]
    return make_case(part, amount_ore=sum(amounts.values()), limits=given, **rest)


def ore(amount: Any) -> Fraction:
    """A whole number with or without a fraction after it, as 337 1/2."""
    return sum((Fraction(term) for term in str(amount).split()), Fraction(0))


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        # nothing to hold: the shares stay
        ([{"max_ore": 600}], [600, 300, 100]),
        ([{}], [600, 300, 100]),
        # a least that is the most leaves one amount
        ([{"member": "a", "min_ore": 500, "max_ore": 500}], [500, 375, 125]),
        # 500, and the other 500 in the proportion 300 : 100
        ([{"max_ore": 500}], [500, 375, 125]),
        # 375 is over 360, so c takes what the two leave
        ([{"max_ore": 360}], [360, 360, 280]),
        ([{"min_ore": 160}], [560, 280, 160]),
        # 300 x 3/4 is under 250, so a takes what the two leave
        ([{"min_ore": 250}], [500, 250, 250]),
        # the sum of the minimums, or of the maximums, is just what there is
        ([{"min_ore": 333}, {"member": "a", "min_ore": 334}], [334, 333, 333]),
        (
            [{"max_ore": 334}, {"member": "b", "max_ore": 333}, {"member": "c", "max_ore": 333}],
            [334, 333, 333],
        ),
        # both ways at once: 450 and 200 hold, b has the rest
        ([{"max_ore": 450}, {"member": "c", "min_ore": 200}], [450, 350, 200]),
        # of several the tightest holds, whoever it names
        ([{"max_ore": 400}, {"member": "a", "max_ore": 500}], [400, 400, 200]),
        ([{"member": "a", "max_ore": 500}, {"max_ore": 550}], [500, 375, 125]),
        # percent are of the pool
        ([{"max_percent": "50"}], [500, 375, 125]),
        ([{"min_percent": "16"}], [560, 280, 160]),
        # 0 and less than 1 are bounds as good as any
        ([{"min_percent": "0"}, {"member": "c", "max_percent": "0.5"}], ["663 1/3", "331 2/3", 5]),
        ([{"member": "c", "max_percent": "0"}], ["666 2/3", "333 1/3", 0]),
        ([{"max_percent": "50", "max_ore": 450}], [450, Fraction(1650, 4), Fraction(550, 4)]),
        # 0 for one: it bears nothing, the others all
        ([{"member": "a", "max_ore": 0}], [0, 750, 250]),
    ],
)
def test_shares_stay_within_their_limits(limits: Any, expected: list[Any]) -> None:
    assert exacts(limited(*limits)) == [ore(amount) for amount in expected]


@pytest.mark.parametrize(
    ("previous", "limits", "expected"),
    [
        # 10 % of 500 up: 550 at most; 450 in the proportion 300 : 100
        ({"a": 500}, [{"max_change_percent": "10"}], [550, "337.5", "112.5"]),
        # and down: c bears at least 180 of its 200
        ({"c": 200}, [{"max_change_percent": "10"}], ["546 2/3", "273 1/3", 180]),
        # who had 0 stays at 0
        ({"c": 0}, [{"max_change_percent": "90"}], ["666 2/3", "333 1/3", 0]),
        # more than everything: no lower bound, and 300 at most
        ({"a": 100}, [{"max_change_percent": "200"}], [300, 525, 175]),
        # the size of a negative amount is what counts: -100 and 700 around it, so 0 to 600
        ({"a": -100}, [{"max_change_percent": "600"}], [500, 375, 125]),
        # one that is named, with more than enough room
        ({"b": 300}, [{"member": "b", "max_change_percent": "0"}], [600, 300, 100]),
    ],
)
def test_a_limit_on_change_bounds_both_ways(
    previous: dict[str, int], limits: Any, expected: list[Any]
) -> None:
    assert exacts(limited(*limits, previous_ore=previous)) == [ore(amount) for amount in expected]


def test_a_share_of_nothing_gets_its_minimum() -> None:
    amounts = {"a": 600, "b": 400, "c": 0}
    assert exacts(limited({"min_ore": 50}, amounts=amounts)) == [570, 380, 50]
    assert exacts(limited({"max_ore": 550}, amounts=amounts)) == [550, 450, 0]


def test_percent_are_of_the_total_and_the_sum_is_what_the_discounts_left() -> None:
    """b pays half of 300 and the pool the rest; 40 % of 1000 are 400 for a."""
    discount = {"member": "b", "percent": "50", "borne_by": "pool"}
    case = limited({"member": "a", "max_percent": "40"}, discounts=[discount])
    assert exacts(case) == [400, 270, 180]


def test_who_was_no_member_for_a_day_is_outside() -> None:
    """c has 100 as given and keeps them; the 900 of the others are 450 each."""
    members: list[dict[str, Any]] = [{"id": "a"}, {"id": "b"}, {"id": "c", "left": "2025-12-31"}]
    case = limited({"max_ore": 450, "min_ore": 300}, members=members)
    assert exacts(case) == [450, 450, 100]
    assert [entry for entry in traces(case)["c"] if "limit" in entry] == []
    case["key"]["membership"] = "none"
    assert exacts(case) == [400, 300, 300]


def test_a_negative_share_outside_the_limits_is_none_of_theirs() -> None:
    members: list[dict[str, Any]] = [{"id": "a"}, {"id": "b"}, {"id": "c", "left": "2025-12-31"}]
    amounts = {"a": 600, "b": 300, "c": -100}
    case = limited({"max_ore": 500}, members=members, amounts=amounts)
    assert exacts(case) == [500, 400, -100]
    case["key"]["membership"] = "none"
    assert places(case) == ["key.limits"]


def test_everyone_outside_leaves_everything() -> None:
    members: list[dict[str, Any]] = [{"id": "a", "joined": "2027-01-01"}]
    case = limited({"min_ore": 5, "max_ore": 7}, members=members, amounts={"a": 600})
    assert exacts(case) == [600]


@pytest.mark.parametrize(
    ("limits", "rest", "expected"),
    [
        # one limit alone
        ([{"min_ore": 400}], {}, "key.limits[0]"),
        ([{}, {"max_ore": 300}], {}, "key.limits[1]"),
        ([{"min_ore": 60, "max_percent": "5"}], {}, "key.limits[0]"),
        # together
        ([{"min_ore": 200}, {"member": "c", "max_ore": 150}], {}, "key.limits"),
        ([{"min_ore": 300}, {"member": "c", "min_ore": 500}], {}, "key.limits"),
        ([{"max_ore": 400}, {"member": "c", "max_ore": 150}], {}, "key.limits"),
        # nobody can take what a may not, if the others bear nothing
        (
            [{"member": "a", "max_ore": 500}],
            {"amounts": {"a": 600, "b": 0, "c": 0}},
            "key.limits[0]",
        ),
        # a bound that is negative cannot be kept by anyone
        (
            [{"max_change_percent": "10"}],
            {"previous_ore": {"a": -100}},
            "key.limits[0]",
        ),
        # the minimums of those who bear nothing
        ([{"min_ore": 1}], {"amounts": {"a": 0, "b": 0, "c": 0}}, "key.limits[0]"),
    ],
)
def test_limits_that_cannot_hold(limits: Any, rest: Any, expected: str) -> None:
    assert set(places(limited(*limits, **rest))) == {expected}


def test_any_limit_refuses_a_negative_share() -> None:
    amounts = {"a": 600, "b": -300, "c": -100}
    case = limited({"member": "a", "max_ore": 900}, amounts=amounts)
    assert places(case) == ["key.limits", "key.limits"]


def test_a_limit_leaves_its_step() -> None:
    """The factor is 5/4 for the two that follow: 375 and 125; a stops at 500."""
    case = limited({"min_ore": 10}, {"max_ore": 500})
    trace = traces(case)
    bounds = {"factor": "5/4", "min_ore": "10", "max_ore": "500"}
    assert trace["a"][1] == {"limit": [1], "share": "600", **bounds, "amount": "-100"}
    assert trace["b"][1] == {"limit": [1], "share": "300", **bounds, "amount": "75"}


def test_shares_of_less_than_an_ore_follow_too() -> None:
    """1 öre by three: a stops at a fifth, and b and c bear the rest, two fifths each."""
    limit = {"member": "a", "max_percent": "20"}
    case = make_case(make_part("rest"), amount_ore=1, limits=[limit])
    assert exacts(case) == [Fraction(1, 5), Fraction(2, 5), Fraction(2, 5)]


def test_limits_that_hold_a_member_alike_are_both_named() -> None:
    case = limited({"max_ore": 500}, {"max_percent": "60"}, {"member": "a", "max_percent": "50"})
    assert traces(case)["a"][1]["limit"] == [0, 2]
