"""Every fault at its exact place, and all of them at once."""

from typing import Any

import pytest

from consortium.costs.allocation import allocate
from tests.costs.allocation.making import EQUAL, by_size, faults, make_case, make_part, places
from tests.costs.allocation.whole import GONE, changed

ONE_FAULT: list[tuple[str, Any, str]] = [
    # period and members
    ("period.to", "2025-12-31", "period.to"),
    ("members", [], "members"),
    ("members[1].host", True, "members[1].host"),
    ("members[2]", {"id": "b"}, "members[2].id"),
    ("members[1].left", "2026-02-28", "members[1].left"),
    # measures
    ("measures.size[0].value", "-0.1", "measures.size[0].value"),
    (
        "measures.size[4]",
        {"member": "a", "date": "2024-12-31", "value": "10"},
        "measures.size[4]",
    ),
    (
        "measures.size[4]",
        {"member": "x", "date": "2024-12-31", "value": "10"},
        "measures.size[4].member",
    ),
    (
        "measures.size[4]",
        {"member": "*", "date": "2024-12-31", "value": "10"},
        "measures.size[4].member",
    ),
    ("previous_ore.x", 5, "previous_ore.x"),
    # takes
    ("key.parts", [], "key.parts"),
    ("key.parts[0].take.percent", "-1", "key.parts[0].take.percent"),
    ("key.parts[0].take.percent", "100.01", "key.parts"),
    ("key.parts[1].take", {"percent": "90.5"}, "key.parts"),
    ("key.parts[0].take", {}, "key.parts[0].take"),
    ("key.parts[0].take.amount_ore", 5, "key.parts[0].take"),
    ("key.parts[0].take", "rest", "key.parts[0].take"),
    ("key.parts[4].take", "rest", "key.parts[4].take"),
    ("key.parts[0].take", "own", "key.parts[0].split.kind"),
    ("key.parts[1].take", "own", "key.parts[1].split.kind"),
    ("key.parts[2].take", {"percent": "1"}, "key.parts[2].split.kind"),
    ("pool.amount_ore", GONE, "pool.amount_ore"),
    # the measure, the dates and the brackets of a split
    ("key.parts[1].split.measure", "weight", "key.parts[1].split.measure"),
    ("key.parts[1].split.at", GONE, "key.parts[1].split"),
    ("key.parts[1].split.at", "x", "key.parts[1].split.at"),
    ("key.parts[1].split.latest", True, "key.parts[1].split"),
    ("key.parts[2].split.measure", "weight", "key.parts[2].split.measure"),
    ("key.parts[2].split.average", GONE, "key.parts[2].split"),
    ("key.parts[2].split.average", [], "key.parts[2].split.average"),
    ("key.parts[2].split.average[1]", "2024-12-31", "key.parts[2].split.average[1]"),
    ("key.parts[2].split.average", ["2020-01-01", "x"], "key.parts[2].split.average[1]"),
    ("key.parts[2].split.average", 0, "key.parts[2].split.average"),
    ("key.parts[2].split.average", -1, "key.parts[2].split.average"),
    ("key.parts[2].split.average", "2", "key.parts[2].split.average"),
    ("key.parts[2].split.ore_per_unit", "-1", "key.parts[2].split.ore_per_unit"),
    ("key.parts[2].split.round_unit_ore", 0, "key.parts[2].split.round_unit_ore"),
    ("key.parts[1].split.brackets", [], "key.parts[1].split.brackets"),
    ("key.parts[1].split.brackets[0].points", GONE, "key.parts[1].split.brackets[0]"),
    ("key.parts[1].split.brackets[0].points", "-1", "key.parts[1].split.brackets[0].points"),
    ("key.parts[1].split.brackets[1].each", "-1", "key.parts[1].split.brackets[1].each"),
    ("key.parts[1].split.brackets[1].up_to", "14", "key.parts[1].split.brackets[1].up_to"),
    ("key.parts[1].split.brackets[1].up_to", "15.0", "key.parts[1].split.brackets[1].up_to"),
    ("key.parts[1].split.brackets[0].up_to", GONE, "key.parts[1].split.brackets[0].up_to"),
    ("key.parts[1].split.brackets[2].up_to", "21.9", "key.parts[1].split.brackets"),
    # amounts
    ("key.parts[3].split.amounts_ore", [], "key.parts[3].split.amounts_ore"),
    ("key.parts[3].split.amounts_ore.b", GONE, "key.parts[3].split.amounts_ore"),
    ("key.parts[3].split.amounts_ore.x", 0, "key.parts[3].split.amounts_ore.x"),
    ("key.parts[3].split.amounts_ore.a", 999, "key.parts[3].split.amounts_ore"),
    ("key.parts[4].split.amounts_ore.a", GONE, "key.parts[4].split.amounts_ore"),
    ("key.parts[4].split.amounts_ore.a", -1, "key.parts[4].split.amounts_ore.a"),
    ("key.parts[4].split.change_percent", "-100.1", "key.parts[4].split.change_percent"),
    # blends
    ("key.parts[5].split.weight", "1.01", "key.parts[5].split.weight"),
    ("key.parts[5].split.weight", "-0.01", "key.parts[5].split.weight"),
    (
        "key.parts[5].split.from",
        {"kind": "fixed", "amounts_ore": {"a": 1, "b": 1}},
        "key.parts[5].split.from.amounts_ore",
    ),
    (
        "key.parts[5].split.to",
        {"kind": "fixed", "amounts_ore": {"a": 1, "b": 1}},
        "key.parts[5].split.to.amounts_ore",
    ),
    (
        "key.parts[5].split.to",
        {"kind": "previous", "amounts_ore": {"a": 0, "b": 0}, "change_percent": "5"},
        "key.parts[5].split.to",
    ),
    # discounts and limits
    ("key.discounts[0].member", "x", "key.discounts[0].member"),
    ("key.discounts[0].member", "*", "key.discounts[0].member"),
    ("key.discounts[0].percent", "100.5", "key.discounts[0].percent"),
    ("key.discounts[0].percent", "-1", "key.discounts[0].percent"),
    ("key.limits[1].member", "x", "key.limits[1].member"),
    ("key.limits[0].min_ore", -1, "key.limits[0].min_ore"),
    ("key.limits[0].max_ore", -1, "key.limits[0].max_ore"),
    ("key.limits[1].min_percent", "-1", "key.limits[1].min_percent"),
    ("key.limits[1].max_percent", "-1", "key.limits[1].max_percent"),
    ("key.limits[0].max_change_percent", "-1", "key.limits[0].max_change_percent"),
    ("key.limits[0].min_ore", 90_001, "key.limits[0]"),
    ("key.limits[1].min_percent", "91", "key.limits[1]"),
    ("previous_ore", GONE, "key.limits[0].max_change_percent"),
    ("previous_ore", [], "previous_ore"),
    ("previous_ore.a", "x", "previous_ore.a"),
    ("key.rounding.unit_ore", 0, "key.rounding.unit_ore"),
]


@pytest.mark.parametrize(("place", "value", "at"), ONE_FAULT)
def test_one_thing_wrong_is_one_fault(place: str, value: Any, at: str) -> None:
    found = faults(changed((place, value)))
    assert [fault.at for fault in found] == [at]
    assert found[0].fault
    assert found[0].mend


def test_takes_of_the_other_side_of_a_blend_are_told_too() -> None:
    case = changed(
        ("key.parts[5].split.from", {"kind": "fixed", "amounts_ore": {"a": 1, "b": 1}}),
        ("key.parts[5].take", "own"),
    )
    assert places(case) == ["key.parts[5].split.to.kind"]
    fixed = {"kind": "fixed", "amounts_ore": {"a": 1, "b": 1}}
    case = changed(("key.parts[5].split.to", fixed), ("key.parts[5].take", "own"))
    assert places(case) == ["key.parts[5].split.from.kind"]


@pytest.mark.parametrize("member", ["", "*"])
def test_no_member_is_nobody_or_everybody(member: str) -> None:
    case = make_case(make_part("rest"), members=[{"id": "a"}, {"id": member}])
    assert places(case) == ["members[1].id"]


def test_a_fixed_split_must_fill_any_take() -> None:
    case = make_case(
        make_part("10", "fixed", amounts_ore={"a": 120, "b": 0, "c": 1}),
        make_part("rest", "fixed", amounts_ore={"a": 1080, "b": 0, "c": 0}),
    )
    assert places(case) == ["key.parts[0].split.amounts_ore"]


def test_a_pool_has_an_amount_just_where_a_part_takes_of_it() -> None:
    own = make_part("own", "fixed", amounts_ore={"a": 1})
    assert places(make_case(own, own, amount_ore=1, members="a")) == ["pool.amount_ore"]
    assert places(make_case(own, make_part("5"), amount_ore=None, members="a")) == [
        "pool.amount_ore"
    ]
    allocate(make_case(own, own, amount_ore=None, members="a"))
    allocate(make_case(own, make_part("5"), amount_ore=1, members="a"))


def test_a_newcomer_is_exempt_from_a_limit_on_everyones_change_but_not_from_its_own() -> None:
    limit = {"member": "*", "max_change_percent": "1000"}
    case = make_case(make_part("rest"), previous_ore={"a": 400}, limits=[limit])
    allocate(case)
    case["previous_ore"] = {}
    allocate(case)
    limit["member"] = "b"
    assert places(case) == ["key.limits[0].max_change_percent"]
    del case["previous_ore"]
    assert places(case) == ["key.limits[0].max_change_percent"]
    limit["member"] = "*"
    assert places(case) == ["key.limits[0].max_change_percent"]


def test_blends_end_somewhere() -> None:
    split: dict[str, Any] = EQUAL
    for _ in range(10):
        split = {"kind": "blend", "from": split, "to": EQUAL, "weight": "0.5"}
    case = make_case({"take": "rest", "split": split})
    allocate(case)
    case["key"]["parts"][0]["split"] = {"kind": "blend", "from": split, "to": EQUAL, "weight": 1}
    assert places(case) == ["key.parts[0].split" + ".from" * 10]
    endless: dict[str, Any] = {"kind": "blend", "to": EQUAL, "weight": "0.5"}
    endless["from"] = endless
    case["key"]["parts"][0]["split"] = endless
    assert places(case) == ["key.parts[0].split" + ".from" * 10]


def test_everything_wrong_is_told_at_once() -> None:
    case = changed(
        ("stray", 1),
        ("period.to", "2026-02-30"),
        ("members[1].host", True),
        ("measures.size[1].value", 1.5),
        ("measures.size[4]", {"member": "x", "date": "2024-12-31", "value": "-1"}),
        ("key.parts[0].take.percent", "101"),
        ("key.parts[1].split.measure", "weight"),
        ("key.parts[3].split.amounts_ore.x", 5),
        ("key.parts[4].split.change_percent", "-101"),
        ("key.parts[5].split.to.average", 3),
        ("key.discounts[0].percent", "101"),
        ("key.limits[0].min_ore", 100_000),
        ("key.rounding.method", "bankers"),
    )
    assert places(case) == [
        "key.discounts[0].percent",
        "key.limits[0]",
        "key.parts",
        "key.parts[1].split.measure",
        "key.parts[3].split.amounts_ore.x",
        "key.parts[4].split.change_percent",
        "key.parts[5].split.to.average",
        "key.parts[5].split.to.average",
        "key.rounding.method",
        "measures.size[1].value",
        "measures.size[4].member",
        "measures.size[4].value",
        "members[1].host",
        "period.to",
        "stray",
    ]


def test_what_only_computing_shows_is_told_as_far_as_it_comes() -> None:
    """Beside a fault that can be seen, the sound parts tell what they would come to."""
    zeros = {"size": {"a": 0, "b": 0, "c": 0}}
    wrong = make_part(500, "fixed", amounts_ore={"a": 1, "b": 1, "c": 1})
    open_sum = make_part("rest", "fixed", amounts_ore={"a": 1, "b": 1, "c": 1})
    case = make_case(wrong, by_size("50"), open_sum, measures=zeros)
    computed = ["key.parts[0].split.amounts_ore", "key.parts[1].split"]
    assert places(case) == [*computed, "key.parts[2].split.amounts_ore"]
    case["key"]["stray"] = 1
    assert places(case) == [*computed, "key.stray"]


def test_a_part_of_its_own_may_come_to_nothing_beside_a_fault() -> None:
    own = make_part("own", "previous", amounts_ore={"a": 0}, change_percent="0")
    case = make_case(own, make_part("rest"), amount_ore=5, members="a")
    allocate(case)
    case["key"]["stray"] = 1
    assert places(case) == ["key.stray"]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (True, "true"),
        (None, "null"),
        ([1], "[...]"),
        ({"a": 1}, "{...}"),
        ("x\n", '"x\\n"'),
        ("", '""'),
        (7, "7"),
        (10**200, "..."),
        (-(10**200), "-..."),
        ((), "tuple"),
    ],
)
def test_a_fault_shows_what_it_found(value: Any, said: str) -> None:
    found = faults(changed(("period.from", value)))
    assert found[0].fault == f"{said} is not a date of the calendar"


def test_figures_of_a_hundred_digits_are_the_longest() -> None:
    longest = {"size": {"a": "9" * 100, "b": "0." + "3" * 98, "c": 10**100 - 1}}
    allocate(make_case(by_size("rest"), measures=longest))
    longest["size"]["a"] = "9" * 101
    assert places(make_case(by_size("rest"), measures=longest)) == ["measures.size[0].value"]
    longest["size"]["a"] = 10**5000  # more than Python would write out
    assert places(make_case(by_size("rest"), measures=longest)) == ["measures.size[0].value"]
    assert places(changed(("key.rounding", 10**5000))) == ["key.rounding"]


def test_a_limit_on_a_named_member_finds_previous_amounts_unreadable() -> None:
    case = changed(("previous_ore", "x"), ("key.limits[1].max_change_percent", "5"))
    assert places(case) == ["previous_ore"]


def test_facts_fit_their_line() -> None:
    """Names that would break the line, or fill it, are shown escaped and cut."""
    name = "x\ny" * 50
    case = make_case(make_part("rest"), members=[{"id": "a", name: 1}])
    fault = faults(case)[0]
    assert "\n" not in str(fault)
    assert fault.at.startswith("members[0].x\\ny")
    assert len(fault.at) < 120
    assert places({**case, "": 1})[0] == '""'
