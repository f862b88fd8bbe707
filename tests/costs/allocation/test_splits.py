from fractions import Fraction
from typing import Any

import pytest

from tests.costs.allocation.making import (
    EQUAL,
    by_size,
    exacts,
    make_case,
    make_part,
    make_rows,
    traces,
)

APRIL = {"from": "2026-04-01", "to": "2026-04-30"}
SIZES = {"size": {"a": "1", "b": "2", "c": "3"}}
LATE_C: list[dict[str, Any]] = [{"id": "a"}, {"id": "b"}, {"id": "c", "joined": "2026-04-16"}]


def sized(*values: Any) -> dict[str, dict[str, Any]]:
    return {"size": dict(zip("abc", values, strict=False))}


def test_equal_gives_each_the_same() -> None:
    assert exacts(make_case(make_part("rest"), amount_ore=1000)) == [Fraction(1000, 3)] * 3


def test_measure_is_proportional_to_the_value() -> None:
    assert exacts(make_case(by_size("rest"), measures=SIZES)) == [200, 400, 600]


@pytest.mark.parametrize(("value", "expected"), [("2.50", [200, 500]), (6, [100, 600])])
def test_a_decimal_or_a_whole_number_is_exact(value: Any, expected: list[int]) -> None:
    case = make_case(by_size("rest"), amount_ore=700, members="ab", measures=sized(1, value))
    assert exacts(case) == expected


def test_latest_is_the_newest_value_up_to_and_with_the_first_day() -> None:
    measures = {
        "size": {
            "a": {"2024-12-31": "9", "2026-01-01": "1", "2026-01-02": "9"},
            "b": {"2019-06-01": "3", "2018-06-01": "9"},
        }
    }
    case = make_case(by_size("rest", latest=True), members="ab", measures=measures)
    assert exacts(case) == [300, 900]
    assert traces(case)["a"][0]["dates"] == ["2026-01-01"]


def test_an_average_of_dates_is_their_mean() -> None:
    """a: (1 + 2) / 2 = 3/2, b: (4 + 5) / 2 = 9/2."""
    measures = {
        "size": {
            "a": {"2024-12-31": "1", "2025-12-31": "2"},
            "b": {"2024-12-31": "4", "2025-12-31": "5"},
        }
    }
    part = by_size("rest", average=["2025-12-31", "2024-12-31"])
    case = make_case(part, members="ab", measures=measures)
    assert exacts(case) == [300, 900]
    entry = traces(case)["b"][0]
    assert (entry["value"], entry["values"]) == ("9/2", ["4", "5"])
    assert entry["dates"] == ["2024-12-31", "2025-12-31"]


def test_an_average_of_a_number_takes_each_members_newest() -> None:
    """a: (2 + 4) / 2 = 3 of its own two newest, b: (7 + 11) / 2 = 9; what comes later is out."""
    measures = {
        "size": {
            "a": {"2020-12-31": "50", "2024-12-31": "2", "2025-12-31": "4", "2026-06-30": "50"},
            "b": {"2026-01-01": "7", "2010-12-31": "11"},
        }
    }
    case = make_case(by_size("rest", average=2), members="ab", measures=measures)
    assert exacts(case) == [300, 900]


def test_the_mean_of_the_newest_alone_is_the_newest() -> None:
    measures = {"size": {"a": {"2024-12-31": "2", "2025-12-31": "5"}, "b": 7}}
    case = make_case(by_size("rest", average=1), members="ab", measures=measures)
    assert exacts(case) == [500, 700]


@pytest.mark.parametrize(
    ("brackets", "values", "weights"),
    [
        # the upper bound belongs to the bracket
        (
            [{"up_to": "5000", "points": "1"}, {"up_to": "9000", "points": 2}, {"points": "4"}],
            ("5000", "5000.01", "9000.5"),
            (1, 2, 4),
        ),
        # the first 5,000 are free for those with under 10,000, but no weight is below 0
        (
            [{"up_to": "9999", "points": "-5000", "each": "1"}, {"each": "1"}],
            ("4000", "8000", "10000"),
            (0, 3000, 10000),
        ),
        # points and each add up, and 0 has a bracket too
        ([{"up_to": "10", "points": "2", "each": "0.5"}], ("0", "3", "10"), (2, "3.5", 7)),
        # points may be 0, and less than 1
        (
            [{"up_to": "1", "points": "0"}, {"up_to": "2", "points": "0.5"}, {"points": 2}],
            ("1", "2", "3"),
            (0, "0.5", 2),
        ),
    ],
)
def test_brackets_weigh_the_value(brackets: Any, values: Any, weights: Any) -> None:
    exact = [Fraction(weight) for weight in weights]
    part = by_size("rest", brackets=brackets)
    case = make_case(part, amount_ore=1_000_000, measures=sized(*values))
    assert exacts(case) == [1_000_000 * weight / sum(exact) for weight in exact]
    assert [Fraction(t[0]["weight"]) for t in traces(case).values()] == exact


def test_brackets_see_the_mean() -> None:
    """(4 + 8) / 2 = 6 is in the second bracket though 4 is in the first."""
    measures = {"size": {name: {"2024-12-31": "4", "2025-12-31": "8"} for name in "ab"}}
    brackets = [{"up_to": "5", "points": "1"}, {"points": "7"}]
    case = make_case(by_size("rest", average=2, brackets=brackets), members="ab", measures=measures)
    entry = traces(case)["a"][0]
    assert (entry["bracket"], entry["points"], entry["each"], entry["weight"]) == (1, "7", "0", "7")


def test_fixed_is_exactly_what_is_given() -> None:
    amounts = {"a": 700, "b": 600, "c": -100}
    assert exacts(make_case(make_part("rest", "fixed", amounts_ore=amounts))) == [700, 600, -100]
    own = make_case(make_part("own", "fixed", amounts_ore=amounts), amount_ore=None)
    assert exacts(own) == [700, 600, -100]


@pytest.mark.parametrize(
    ("rate", "unit", "value", "amount"),
    [
        ("7.28", 1, "7248", 52765),  # 52,765.44
        ("728", 100, "7248", 5276500),  # 5,276,544
        ("0.5", 1, "1", 1),  # half up
        ("0.49", 1, "1", 0),
        ("50", 100, "1", 100),
        ("1", 7, "17.5", 21),  # between 14 and 21, halfway up
        (3, 1, "0", 0),
    ],
)
def test_a_rate_is_rounded_half_up_to_its_unit(
    rate: Any, unit: int, value: str, amount: int
) -> None:
    part = make_part(
        "own", "rate", ore_per_unit=rate, measure="size", at="2025-12-31", round_unit_ore=unit
    )
    case = make_case(part, amount_ore=None, members="a", measures=sized(value))
    assert exacts(case) == [amount]


def test_a_rate_takes_any_dating_and_whole_ore_unless_told() -> None:
    measures = {"size": {"a": {"2024-12-31": "3", "2025-12-31": "4"}}}
    part = make_part("own", "rate", ore_per_unit="1.5", measure="size", average=2)
    # 1.5 x 3.5 = 5.25
    assert exacts(make_case(part, amount_ore=None, members="a", measures=measures)) == [5]


def test_previous_grows_by_the_change() -> None:
    amounts = {"a": 100, "b": 200, "c": 0}
    part = make_part("own", "previous", amounts_ore=amounts, change_percent="2.5")
    case = make_case(part, amount_ore=None)
    assert exacts(case) == [Fraction("102.5"), 205, 0]
    part = make_part("rest", "previous", amounts_ore=amounts, change_percent="-99")
    assert exacts(make_case(part)) == [400, 800, 0]


def test_a_blend_mixes_the_amounts_of_its_sides() -> None:
    """3/4 of equal (400 each) and 1/4 of 200, 400, 600."""
    part = make_part(
        "rest", "blend", **{"from": EQUAL, "to": by_size(0)["split"], "weight": "0.25"}
    )
    case = make_case(part, measures=SIZES)
    assert exacts(case) == [350, 400, 450]
    entry = traces(case)["c"][0]
    assert (entry["weight"], entry["from"]["amount"], entry["to"]["amount"]) == (
        "1/4",
        "400",
        "600",
    )


@pytest.mark.parametrize(("weight", "expected"), [("0", [400] * 3), (1, [200, 400, 600])])
def test_a_blend_goes_from_one_side_to_the_other(weight: Any, expected: list[int]) -> None:
    sides = {"from": EQUAL, "to": by_size(0)["split"]}
    assert exacts(
        make_case(make_part("rest", "blend", **sides, weight=weight), measures=SIZES)
    ) == (expected)


def test_blends_stand_in_blends_and_make_amounts_of_their_own() -> None:
    """Half of 100 and 0, a quarter each of 200 and 0, and of 400 and 800."""
    fixed = [
        {"kind": "fixed", "amounts_ore": {"a": a, "b": b}}
        for a, b in ((100, 0), (200, 0), (400, 800))
    ]
    inner = {"kind": "blend", "from": fixed[1], "to": fixed[2], "weight": "0.5"}
    part = make_part("own", "blend", **{"from": fixed[0], "to": inner, "weight": "0.5"})
    assert exacts(make_case(part, amount_ore=None, members="ab")) == [200, 200]


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        # weights 1, 1, 1/2
        (make_part("rest"), [480, 480, 240]),
        # weights 1, 2, 3/2
        (by_size("rest"), [Fraction(1200, 9) * 2, Fraction(1200, 9) * 4, 400]),
        # weights 100, 100, 50
        (
            make_part(
                "rest", "previous", amounts_ore=dict.fromkeys("abc", 10), change_percent="900"
            ),
            [480, 480, 240],
        ),
        # fixed under a take stays as given
        (
            make_part("rest", "fixed", amounts_ore=dict.fromkeys("abc", 400)),
            [400, 400, 400],
        ),
        # a blend computes both sides under their own rules: 400 as given and 480, 480, 240
        (
            make_part(
                "rest",
                "blend",
                **{
                    "from": {"kind": "fixed", "amounts_ore": dict.fromkeys("abc", 400)},
                    "to": EQUAL,
                    "weight": "0.5",
                },
            ),
            [440, 440, 320],
        ),
    ],
)
def test_membership_weighs_within_every_split(part: Any, expected: list[Fraction]) -> None:
    case = make_case(part, members=LATE_C, measures=SIZES, period=APRIL)
    assert exacts(case) == expected


@pytest.mark.parametrize(
    ("split", "expected"),
    [
        ({"kind": "fixed", "amounts_ore": dict.fromkeys("abc", 101)}, [101, 101, "50.5"]),
        # 0.6 x 5 = 3, and only then half of it
        ({"kind": "rate", "ore_per_unit": "0.6", "measure": "five", "latest": True}, [3, 3, "1.5"]),
        (
            {"kind": "previous", "amounts_ore": dict.fromkeys("abc", 100), "change_percent": "1"},
            [101, 101, "50.5"],
        ),
    ],
)
def test_membership_cuts_amounts_of_their_own(split: Any, expected: list[Any]) -> None:
    case = make_case(
        {"take": "own", "split": split},
        amount_ore=None,
        members=LATE_C,
        measures={"five": dict.fromkeys("abc", "5")},
        period=APRIL,
    )
    assert exacts(case) == [Fraction(amount) for amount in expected]


def test_the_published_example_of_two_members() -> None:
    """30 % equal and 70 % by population, Mora from 15 March: 292 of 365 days are 4/5."""
    case = make_case(
        make_part("30"),
        {"take": "rest", "split": {"kind": "measure", "measure": "people", "at": "2024-12-31"}},
        amount_ore=100_000_000,
        members=[{"id": "2080", "host": True}, {"id": "2062", "joined": "2026-03-15"}],
    )
    dated = {"2080": {"2024-12-31": "59945"}, "2062": {"2024-12-31": "20540"}}
    case["measures"] = {"people": make_rows(dated)}
    falun, mora = traces(case).values()
    assert (falun[1]["weight"], falun[1]["of"], falun[1]["take_ore"]) == (
        "59945",
        "76377",
        "70000000",
    )
    assert (mora[0]["membership"], mora[1]["weight"]) == ("4/5", "16432")
    assert exacts(case)[0] == Fraction(30_000_000 * 5, 9) + Fraction(70_000_000 * 59945, 76377)
