"""Whole traces, worked out by hand: every figure that one needs to redo a share."""

from typing import Any

from tests.costs.allocation.making import by_size, make_case, make_part, traces

TEN_DAYS = {"from": "2026-01-01", "to": "2026-01-10"}
HALF: list[dict[str, Any]] = [{"id": "a", "host": True}, {"id": "b", "joined": "2026-01-06"}]
TWICE = {"a": {"2024-12-31": "10", "2025-12-31": "12.5"}, "b": {"2024-12-31": 20, "2025-12-31": 22}}


def half_case(*parts: dict[str, Any], **rest: Any) -> dict[str, Any]:
    """Ten days; a belongs for all of them, b for five."""
    return make_case(*parts, members=HALF, period=TEN_DAYS, **rest)


def test_a_rate_times_the_mean_is_rounded_before_membership() -> None:
    """7.28 x 11.25 = 81.90 and 7.28 x 21 = 152.88 öre, to whole kronor 1 and 2; b bears half."""
    dated = {"measure": "size", "average": ["2025-12-31", "2024-12-31"]}
    part = make_part("own", "rate", ore_per_unit="7.28", round_unit_ore=100, **dated)
    found = traces(half_case(part, amount_ore=None, measures={"size": TWICE}))
    same = {
        "part": 0,
        "kind": "rate",
        "dates": ["2024-12-31", "2025-12-31"],
        "rate": "182/25",
        "round_unit_ore": "100",
    }
    first = {"value": "45/4", "values": ["10", "25/2"], "rounded_ore": "100", "membership": "1"}
    second = {"value": "21", "values": ["20", "22"], "rounded_ore": "200", "membership": "1/2"}
    assert found == {
        "a": [{**same, **first, "amount": "100"}],
        "b": [{**same, **second, "amount": "100"}],
    }


def test_given_amounts_follow_membership_where_they_are_the_parts_own() -> None:
    """10 + 7 x 1/2 = 13.5 of its own; what is taken stays as given."""
    own = make_part("own", "fixed", amounts_ore={"a": 10, "b": 7})
    taken = make_part(4, "fixed", amounts_ore={"a": 1, "b": 3})
    mine = {"part": 0, "kind": "fixed"}
    given = {"part": 1, "kind": "fixed", "take_ore": "4"}
    assert traces(half_case(own, taken, amount_ore=18)) == {
        "a": [
            {**mine, "given_ore": "10", "membership": "1", "amount": "10"},
            {**given, "given_ore": "1", "amount": "1"},
        ],
        "b": [
            {**mine, "given_ore": "7", "membership": "1/2", "amount": "7/2"},
            {**given, "given_ore": "3", "amount": "3"},
        ],
    }


def test_last_years_amounts_are_weights_after_the_change() -> None:
    """105 and 63 x 1/2 of 136.5 share 273 öre: 210 and 63."""
    change = {"amounts_ore": {"a": 100, "b": 60}, "change_percent": "5"}
    found = traces(half_case(make_part("rest", "previous", **change), amount_ore=273))
    same = {"part": 0, "kind": "previous", "change_percent": "5", "of": "273/2", "take_ore": "273"}
    first = {"previous_ore": "100", "membership": "1", "weight": "105", "amount": "210"}
    second = {"previous_ore": "60", "membership": "1/2", "weight": "63/2", "amount": "63"}
    assert found == {"a": [{**same, **first}], "b": [{**same, **second}]}


def test_a_bracket_is_shown_with_what_it_gives() -> None:
    """a's 3 weighs 1 + 3 / 2 = 2.5, b's 8 weighs 5 and for half the days 2.5: each bears half."""
    brackets = [{"up_to": "3", "points": "1", "each": "0.5"}, {"points": "5"}]
    part = by_size("rest", brackets=brackets)
    found = traces(half_case(part, amount_ore=11, measures={"size": {"a": 3, "b": 8}}))
    same = {"part": 0, "kind": "measure", "dates": ["2025-12-31"], "weight": "5/2", "of": "5"}
    share = {"take_ore": "11", "amount": "11/2"}
    first = {"value": "3", "bracket": 0, "points": "1", "each": "1/2", "membership": "1"}
    second = {"value": "8", "bracket": 1, "points": "5", "each": "0", "membership": "1/2"}
    assert found == {"a": [{**same, **first, **share}], "b": [{**same, **second, **share}]}


def test_a_blend_shows_both_its_sides() -> None:
    """A quarter of the way from 2 : 1 to 1 : 1 (3 x 1 and 6 x 1/2) of 120 öre: 75 and 45."""
    sides = {
        "from": {"kind": "equal"},
        "to": {"kind": "measure", "measure": "size", "at": "2025-12-31"},
    }
    part = make_part("rest", "blend", weight="0.25", **sides)
    found = traces(half_case(part, amount_ore=120, measures={"size": {"a": 3, "b": 6}}))
    equal = {"kind": "equal", "of": "3/2", "take_ore": "120"}
    measured = {"kind": "measure", "dates": ["2025-12-31"], "weight": "3", "of": "6"}
    to = {**measured, "take_ore": "120", "amount": "60"}
    assert found["a"] == [
        {
            "part": 0,
            "kind": "blend",
            "weight": "1/4",
            "from": {**equal, "membership": "1", "weight": "1", "amount": "80"},
            "to": {**to, "value": "3", "membership": "1"},
            "amount": "75",
        }
    ]
    assert found["b"] == [
        {
            "part": 0,
            "kind": "blend",
            "weight": "1/4",
            "from": {**equal, "membership": "1/2", "weight": "1/2", "amount": "40"},
            "to": {**to, "value": "6", "membership": "1/2"},
            "amount": "45",
        }
    ]


def test_discounts_show_who_bears_them_in_what_proportion() -> None:
    """10 % of a's 600 is 60: b and c bear it 1 : 2, then a, the host, bears 20 % of c's 440."""
    amounts = {"a": 600, "b": 200, "c": 400}
    case = make_case(
        make_part("rest", "fixed", amounts_ore=amounts),
        discounts=[
            {"member": "a", "percent": "10", "borne_by": "others"},
            {"member": "c", "percent": "20", "borne_by": "host"},
        ],
    )
    found = {member: entries[1:] for member, entries in traces(case).items()}
    borne = {"discount": 0, "discount_ore": "60", "of": "600"}
    assert found == {
        "a": [
            {"discount": 0, "percent": "10", "of": "600", "amount": "-60"},
            {"discount": 1, "discount_ore": "88", "amount": "88"},
        ],
        "b": [{**borne, "weight": "200", "amount": "20"}],
        "c": [
            {**borne, "weight": "400", "amount": "40"},
            {"discount": 1, "percent": "20", "of": "440", "amount": "-88"},
        ],
    }


def test_a_limit_shows_who_is_held_and_by_which_limits_the_others_move() -> None:
    """c's 70 is held at 40, so a and b double: to 20 and to 40, where b's own most begins."""
    case = make_case(
        make_part("rest", "fixed", amounts_ore={"a": 10, "b": 20, "c": 70}),
        amount_ore=100,
        limits=[{"member": "b", "max_ore": 40}, {"member": "c", "max_ore": 40}],
    )
    moved = {"limit": [1], "factor": "2", "min_ore": "0"}
    assert {member: entries[1] for member, entries in traces(case).items()} == {
        "a": {**moved, "share": "10", "amount": "10"},
        "b": {**moved, "share": "20", "max_ore": "40", "amount": "20"},
        "c": {**moved, "share": "70", "max_ore": "40", "amount": "-30"},
    }


def test_a_least_shows_who_is_held_up_and_what_the_others_pay_less() -> None:
    """c's 20 is held up at 60, so a and b halve: to 30 and to 10, where b's own least begins."""
    case = make_case(
        make_part("rest", "fixed", amounts_ore={"a": 60, "b": 20, "c": 20}),
        amount_ore=100,
        limits=[{"member": "b", "min_ore": 10}, {"member": "c", "min_ore": 60}],
    )
    moved = {"limit": [1], "factor": "1/2"}
    assert {member: entries[1] for member, entries in traces(case).items()} == {
        "a": {**moved, "share": "60", "min_ore": "0", "amount": "-30"},
        "b": {**moved, "share": "20", "min_ore": "10", "amount": "-10"},
        "c": {**moved, "share": "20", "min_ore": "60", "amount": "40"},
    }
