from fractions import Fraction
from typing import Any

import pytest

from tests.costs.allocation.making import exacts, make_case, make_part, places, sums, traces

SHARES = {"a": 600, "b": 300, "c": 100}


def discounted(*discounts: tuple[str, str, str], **rest: Any) -> dict[str, Any]:
    """a bears 600, b 300 and c 100 before the discounts, unless `amounts` say otherwise."""
    amounts = rest.pop("amounts", SHARES)
    given = [dict(zip(("member", "percent", "borne_by"), one, strict=True)) for one in discounts]
    part = make_part("rest", "fixed", amounts_ore=amounts)
    return make_case(part, amount_ore=sum(amounts.values()), discounts=given, **rest)


@pytest.mark.parametrize(
    ("discounts", "expected"),
    [
        ([("b", "50", "host")], [750, 150, 100]),
        ([("b", "50", "pool")], [600, 150, 100]),
        # 150 in the proportion 600 : 100
        ([("b", "50", "others")], [600 + Fraction(900, 7), 150, 100 + Fraction(150, 7)]),
        # the host's own is borne by the others 300 : 100
        ([("a", "10", "others")], [540, 345, 115]),
        ([("c", "100", "others")], [600 + Fraction(200, 3), 300 + Fraction(100, 3), 0]),
        # one after another, each on the shares as they then stand
        ([("b", "50", "host"), ("b", "50", "host")], [825, 75, 100]),
        ([("c", "100", "pool"), ("b", "50", "others")], [750, 150, 0]),
        ([("b", "50", "others"), ("c", "100", "pool")], [600 + Fraction(900, 7), 150, 0]),
        # what moves nothing is no discount
        ([("b", "0", "pool")], [600, 300, 100]),
        ([("a", "70", "host")], [600, 300, 100]),
        ([("b", "0", "pool"), ("b", "50", "pool")], [600, 150, 100]),
    ],
)
def test_the_member_pays_less_and_the_bearer_more(
    discounts: list[tuple[str, str, str]], expected: list[Fraction]
) -> None:
    assert exacts(discounted(*discounts)) == expected


def test_less_than_an_ore_may_have_a_discount() -> None:
    """1 öre by three: a third each, of which b pays nine tenths and a what b does not."""
    one = {"member": "b", "percent": "10", "borne_by": "host"}
    case = make_case(make_part("rest"), amount_ore=1, discounts=[one])
    assert exacts(case) == [Fraction(11, 30), Fraction(9, 30), Fraction(1, 3)]


def test_what_the_pool_bears_is_unallocated() -> None:
    assert sums(discounted(("b", "50", "pool"))) == (1000, 850, 150, 0)
    # 0.5 left over is 1 öre unallocated, half up
    assert sums(discounted(("c", "0.5", "pool"))) == (1000, 999, 1, 0)


def test_a_pool_of_own_parts_leaves_only_what_the_pool_bears() -> None:
    """1.5 öre are 2 in all. No discount: 0 unallocated. A third off by the pool: 2 - 1 = 1."""
    part = make_part("own", "previous", amounts_ore={"a": 1}, change_percent="50")
    one = {"member": "a", "percent": "0", "borne_by": "pool"}
    case = make_case(part, amount_ore=None, members="a", discounts=[one])
    assert sums(case) == (2, 2, 0, 0)
    one["percent"] = "20"  # 1.2 stay: 2 - 1.2 = 0.8
    assert sums(case) == (2, 1, 1, 0)


def test_a_discount_leaves_its_steps_with_those_whom_it_moves() -> None:
    case = discounted(("b", "50", "others"), amounts={"a": 600, "b": 300, "c": 0})
    trace = traces(case)
    assert trace["a"][1] == {
        "discount": 0,
        "discount_ore": "150",
        "weight": "600",
        "of": "600",
        "amount": "150",
    }
    assert trace["b"][1] == {"discount": 0, "percent": "50", "of": "300", "amount": "-150"}
    assert len(trace["c"]) == 1


@pytest.mark.parametrize(
    ("discounts", "rest", "expected"),
    [
        ([("c", "10", "pool")], {"amounts": {"a": 1, "b": 1, "c": -1}}, ["member"]),
        ([("b", "10", "others")], {"amounts": {"a": 5, "b": 1, "c": -1}}, ["borne_by"]),
        # a negative share does not disturb a host or a pool that bears
        ([("b", "10", "host")], {"amounts": {"a": -5, "b": 1, "c": -1}}, []),
        ([("b", "10", "pool")], {"amounts": {"a": -5, "b": 1, "c": -1}}, []),
        ([("a", "10", "others")], {"amounts": {"a": 5, "b": 0, "c": 0}}, ["borne_by"]),
        ([("b", "10", "others")], {"amounts": {"a": 2, "b": 1, "c": -2}}, ["borne_by", "borne_by"]),
        ([("a", "10", "others")], {"members": "a", "amounts": {"a": 5}}, ["borne_by"]),
        ([("b", "10", "host")], {"members": "bc", "amounts": {"b": 5, "c": 0}}, ["borne_by"]),
        (
            [("b", "10", "host")],
            {"members": "bc", "amounts": {"b": -5, "c": 9}},
            ["borne_by", "member"],
        ),
        # what moves nothing faults nothing
        ([("c", "0", "pool")], {"amounts": {"a": 1, "b": 1, "c": -1}}, []),
        ([("b", "10", "others")], {"amounts": {"a": 1, "b": 0, "c": -1}}, []),
        ([("b", "10", "host")], {"members": "bc", "amounts": {"b": 0, "c": 5}}, []),
        ([("a", "10", "host")], {"amounts": {"a": -1, "b": 1, "c": 1}}, []),
        # it is the share as it then stands that counts
        ([("b", "100", "pool"), ("b", "10", "others")], {}, []),
    ],
)
def test_discounts_that_cannot_be_given(
    discounts: list[tuple[str, str, str]], rest: Any, expected: list[str]
) -> None:
    case = discounted(*discounts, **rest)
    if expected:
        assert places(case) == [f"key.discounts[0].{field}" for field in expected]
    else:
        exacts(case)


def test_nothing_is_told_after_a_discount_that_leaves_the_shares_unknown() -> None:
    amounts = {"b": 0, "c": 100}
    unknown = discounted(("c", "10", "others"), ("c", "10", "host"), members="bc", amounts=amounts)
    assert places(unknown) == ["key.discounts[0].borne_by"]
    known = [("c", "10", "host"), ("c", "10", "host")]
    for whole in (1, 100):
        case = discounted(*known, members="bc", amounts={"b": 0, "c": whole})
        assert places(case) == ["key.discounts[0].borne_by", "key.discounts[1].borne_by"]


def test_every_discount_without_a_host_is_told() -> None:
    case = discounted(
        ("b", "10", "host"), ("c", "5", "host"), members="bc", amounts={"b": 5, "c": 6}
    )
    assert places(case) == ["key.discounts[0].borne_by", "key.discounts[1].borne_by"]


def test_exact_shares_that_no_one_could_write_out_are_refused() -> None:
    """Each discount borne by others doubles the digits: a dozen are written out, not forty."""
    names = "abcd"
    amounts = {name: 10_000_019 + 7919 * place for place, name in enumerate(names)}
    few = discounted(*[(name, "7", "others") for name in names * 2], members=names, amounts=amounts)
    assert sum(exacts(few)) == sum(amounts.values())
    many = discounted(
        *[(name, "7", "others") for name in names * 10], members=names, amounts=amounts
    )
    assert places(many) == ["key.discounts[13].borne_by"]
