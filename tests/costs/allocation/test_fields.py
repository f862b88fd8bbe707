"""Every field of a case: which may be left out, which may stand where, and of what type."""

from typing import Any

import pytest

from consortium.costs.allocation import allocate
from tests.costs.allocation.making import places
from tests.costs.allocation.whole import GONE, WHOLE_CASE, changed


def test_the_whole_case_has_no_fault() -> None:
    assert len(allocate(WHOLE_CASE)["shares"]) == 2


OPTIONAL = [
    "pool.name",
    "members[0].name",
    "members[0].host",
    "members[0].joined",
    "members[1].left",
    "key.name",
    "key.membership",
    "key.discounts",
    "key.limits",
    "key.rounding",
    "key.rounding.method",
    "key.rounding.unit_ore",
    "key.parts[1].split.brackets",
    "key.parts[1].split.brackets[2].points",
    "key.parts[1].split.brackets[2].each",
    "key.parts[2].split.round_unit_ore",
]


@pytest.mark.parametrize("place", OPTIONAL)
def test_what_may_be_left_out(place: str) -> None:
    case = changed((place, GONE))
    if place == "members[0].host":  # its discount has no bearer then
        case["key"]["discounts"] = []
    assert allocate(case)["shares"]


NEEDED = [
    "pool",
    "period",
    "period.from",
    "period.to",
    "members",
    "members[0].id",
    "measures.size[0].member",
    "measures.size[0].date",
    "measures.size[0].value",
    "key",
    "key.parts",
    "key.parts[0].take",
    "key.parts[0].split",
    "key.parts[0].split.kind",
    "key.parts[1].split.measure",
    "key.parts[2].split.ore_per_unit",
    "key.parts[2].split.measure",
    "key.parts[3].split.amounts_ore",
    "key.parts[4].split.amounts_ore",
    "key.parts[4].split.change_percent",
    "key.parts[5].split.from",
    "key.parts[5].split.to",
    "key.parts[5].split.weight",
    "key.discounts[0].member",
    "key.discounts[0].percent",
    "key.discounts[0].borne_by",
    "key.limits[0].member",
]


@pytest.mark.parametrize("place", NEEDED)
def test_what_is_needed_is_told_where_it_is_missing(place: str) -> None:
    assert place in places(changed((place, GONE)))


@pytest.mark.parametrize(
    "place",
    [
        "stray",
        "pool.stray",
        "period.stray",
        "members[1].stray",
        "measures.size[3].stray",
        "key.stray",
        "key.parts[0].stray",
        "key.parts[0].take.stray",
        "key.parts[0].split.stray",
        "key.parts[0].split.measure",
        "key.parts[1].split.round_unit_ore",
        "key.parts[1].split.brackets[0].stray",
        "key.parts[2].split.brackets",
        "key.parts[3].split.change_percent",
        "key.parts[4].split.measure",
        "key.parts[5].split.stray",
        "key.parts[5].split.from.weight",
        "key.discounts[0].stray",
        "key.limits[1].stray",
        "key.rounding.stray",
    ],
)
def test_a_field_that_the_kind_does_not_have_is_told(place: str) -> None:
    assert places(changed((place, "1"))) == [place]


ORES = [
    "pool.amount_ore",
    "previous_ore.a",
    "key.parts[1].take.amount_ore",
    "key.parts[2].split.round_unit_ore",
    "key.parts[3].split.amounts_ore.a",
    "key.parts[4].split.amounts_ore.b",
    "key.limits[0].min_ore",
    "key.limits[0].max_ore",
    "key.rounding.unit_ore",
]
NUMBERS = [
    "measures.size[3].value",
    "key.parts[0].take.percent",
    "key.parts[1].split.brackets[0].up_to",
    "key.parts[1].split.brackets[0].points",
    "key.parts[1].split.brackets[1].each",
    "key.parts[2].split.ore_per_unit",
    "key.parts[4].split.change_percent",
    "key.parts[5].split.weight",
    "key.discounts[0].percent",
    "key.limits[0].max_change_percent",
    "key.limits[1].min_percent",
    "key.limits[1].max_percent",
]
DATES = [
    "period.from",
    "period.to",
    "members[0].joined",
    "members[1].left",
    "measures.size[1].date",
    "key.parts[1].split.at",
    "key.parts[2].split.average[1]",
]
TEXTS = [
    "pool.name",
    "members[0].id",
    "members[0].name",
    "measures.size[0].member",
    "key.name",
    "key.parts[1].split.measure",
    "key.discounts[0].member",
    "key.limits[0].member",
]
WORDS = ["key.membership", "key.rounding.method", "key.discounts[0].borne_by"]
LISTS = ["members", "measures.size", "key.parts", "key.discounts", "key.limits"]
OBJECTS = [
    "pool",
    "period",
    "members[1]",
    "measures",
    "measures.size[2]",
    "previous_ore",
    "key",
    "key.parts[0]",
    "key.parts[0].split",
    "key.parts[3].split.amounts_ore",
    "key.parts[5].split.to",
    "key.parts[1].split.brackets[0]",
    "key.discounts[0]",
    "key.limits[0]",
    "key.rounding",
]
ANYTHING: list[Any] = [None, True, 1.5, float("nan"), float("inf"), [], {}, (), b"1"]
NO_NUMBERS: list[Any] = [
    "",
    " 5",
    "5 ",
    "+5",
    "1e5",
    "1,5",
    "1.",
    ".5",
    "0x1",
    "NaN",
    "--1",
    "1_000",
    "1/2",
]
NO_NUMBERS += ["\uff11\uff12", "\u0661", "5\n", "\u22125", "9" * 101, 10**100, -(10**100)]
NO_DATES: list[Any] = [
    "2026-02-30",
    "20260101",
    "2026-1-01",
    "2026-13-01",
    "0000-01-01",
    "10000-01-01",
]
NO_DATES += ["2026-01-01T00:00", " 2026-01-01", "2026-01-01\n", "\uff12026-01-01", "", 20260101]


def plainly(value: Any) -> str:
    """A test's name without backslashes, of which pytest makes more each time it collects."""
    return ascii(value).replace("\\", "%")


@pytest.mark.parametrize("place", ORES)
@pytest.mark.parametrize("value", [*ANYTHING, "5", "1000", 10**100], ids=plainly)
def test_ore_are_whole_numbers(place: str, value: Any) -> None:
    assert place in places(changed((place, value)))


@pytest.mark.parametrize("place", NUMBERS)
@pytest.mark.parametrize("value", [*ANYTHING, *NO_NUMBERS], ids=plainly)
def test_other_numbers_are_decimal_strings_or_whole_numbers(place: str, value: Any) -> None:
    assert place in places(changed((place, value)))


@pytest.mark.parametrize("place", DATES)
@pytest.mark.parametrize("value", [*ANYTHING, *NO_DATES], ids=plainly)
def test_dates_are_days_of_the_calendar(place: str, value: Any) -> None:
    assert place in places(changed((place, value)))


@pytest.mark.parametrize("place", TEXTS)
@pytest.mark.parametrize("value", [*ANYTHING, 2080, "\ud800"], ids=plainly)
def test_texts_are_texts(place: str, value: Any) -> None:
    assert place in places(changed((place, value)))


@pytest.mark.parametrize("place", [*WORDS, "key.parts[0].split.kind", "key.parts[0].take"])
@pytest.mark.parametrize("value", [*ANYTHING, "", "Days", "half up", "sum"], ids=plainly)
def test_words_are_of_their_list(place: str, value: Any) -> None:
    if place != "key.parts[0].take" or value != {}:
        assert place in places(changed((place, value)))


@pytest.mark.parametrize("place", [*LISTS, "key.parts[1].split.brackets"])
@pytest.mark.parametrize("value", [None, True, 1.5, {}, (), "x", 5], ids=plainly)
def test_lists_are_lists(place: str, value: Any) -> None:
    assert place in places(changed((place, value)))


@pytest.mark.parametrize("place", OBJECTS)
@pytest.mark.parametrize("value", [None, True, 1.5, [], (), "x", 5], ids=plainly)
def test_objects_are_objects(place: str, value: Any) -> None:
    assert place in places(changed((place, value)))


@pytest.mark.parametrize("place", ["members[0].host", "key.parts[5].split.to.latest"])
@pytest.mark.parametrize("value", [None, 1, 0, "true", 1.0, []], ids=plainly)
def test_flags_are_true_or_false(place: str, value: Any) -> None:
    case = changed(("key.parts[5].split.to.average", GONE), (place, value))
    assert place in places(case)
