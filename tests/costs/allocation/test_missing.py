"""Values that are missing, that cannot be read, or that weigh nothing."""

from typing import Any

import pytest

from tests.costs.allocation.making import by_size, faults, make_case, make_part, places
from tests.costs.allocation.whole import changed


@pytest.mark.parametrize(
    ("dated", "place"),
    [
        ({"at": "2023-12-31"}, "key.parts[0].split.measure"),
        ({"latest": True}, "key.parts[0].split.measure"),
        ({"average": 2}, "key.parts[0].split.average"),
        ({"average": ["2025-12-31", "2023-12-31"]}, "key.parts[0].split.average"),
    ],
)
def test_each_member_without_a_value_is_told(dated: dict[str, Any], place: str) -> None:
    """a has a value before the period, b one after its first day, c none at all."""
    measures = {"size": {"a": "1", "b": {"2026-01-02": "1"}, "c": {}}}
    found = faults(make_case(by_size("rest", **dated), measures=measures))
    assert {fault.at for fault in found} == {place}
    named = {str(fault.facts["member"]) for fault in found}
    assert named == ({"b", "c"} if "latest" in dated else {"a", "b", "c"})


def test_a_value_that_cannot_be_read_is_not_missing_as_well() -> None:
    case = changed(("measures.size[2].value", "x"), ("measures.size[3].date", "x"))
    assert places(case) == ["measures.size[2].value", "measures.size[3].date"]


def test_every_row_of_a_stranger_is_told() -> None:
    measures = {"size": {**dict.fromkeys("abc", 1), "x": 1, "y": 1}}
    case = make_case(by_size("rest"), measures=measures)
    assert places(case) == ["measures.size[3].member", "measures.size[4].member"]


def test_a_value_missing_beside_one_that_cannot_be_read_is_told() -> None:
    case = make_case(by_size("rest"), members="ab", measures={"size": {"a": {"x": 1}, "b": {}}})
    assert places(case) == ["key.parts[0].split.measure", "measures.size[0].date"]


def test_values_are_not_missed_for_a_date_that_is_not_asked_for_rightly() -> None:
    case = make_case(by_size("rest", latest=False), measures={"size": {}})
    assert places(case) == ["key.parts[0].split.latest"]


def test_a_bracket_without_an_end_hides_none_that_are_out_of_order() -> None:
    brackets = [{"up_to": up_to, "points": 1} for up_to in ("15", None, "14", "30")]
    del brackets[1]["up_to"]
    case = make_case(by_size("rest", brackets=brackets), measures={"size": dict.fromkeys("abc", 1)})
    at = "key.parts[0].split.brackets"
    assert places(case) == [f"{at}[1].up_to", f"{at}[2].up_to"]


def test_a_member_without_a_day_still_needs_its_value() -> None:
    members: list[dict[str, Any]] = [{"id": "a"}, {"id": "b", "joined": "2027-01-01"}]
    case = make_case(by_size("rest"), members=members, measures={"size": {"a": "1"}})
    assert places(case) == ["key.parts[0].split.measure"]


def test_zero_weights_cannot_share_even_nothing() -> None:
    nobody: list[dict[str, Any]] = [{"id": "a", "joined": "2027-01-01"}]
    assert places(make_case(make_part("rest"), members=nobody)) == ["key.parts[0].split"]
    zeros = {"size": {"a": "0", "b": 0, "c": "0.00"}}
    case = make_case(by_size("0"), by_size("rest"), measures=zeros)
    assert places(case) == ["key.parts[0].split", "key.parts[1].split"]
    amounts = dict.fromkeys("abc", 5)
    gone = make_part("rest", "previous", amounts_ore=amounts, change_percent="-100")
    assert places(make_case(gone)) == ["key.parts[0].split"]
