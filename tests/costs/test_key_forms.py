"""A key as a form's fields: nothing is lost on the way there and back."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from consortium.core.errors import Fault
from consortium.costs.allocation import allocate
from consortium.costs.key_filling import fields_of, plain
from consortium.costs.key_forms import KRONOR, NUMBER, UNEQUAL, WHOLE, read_form
from consortium.costs.key_places import acted, field_of
from tests.costs.allocation.drawing import cases

HERE = Path(__file__).parent / "allocation" / "cases"
SHARED = Path(__file__).parents[3] / "shared" / "data" / "allocation"
FILES = sorted({*HERE.rglob("*.json"), *SHARED.rglob("*.json")})


def case_of(path: Path) -> Any:
    found = json.loads(path.read_text(encoding="utf-8"))
    return found.get("case", found)


def without_snapshot(case: Any) -> Any:
    return {name: value for name, value in allocate(case).items() if name != "snapshot"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_published_key_comes_back_from_the_form_and_splits_the_same(path: Path) -> None:
    case = case_of(path)
    read = read_form(fields_of(case["key"], case.get("previous_ore")))
    assert read.key == plain(case["key"])
    assert not read.faults
    if "expected_error" not in json.loads(path.read_text(encoding="utf-8")):
        assert without_snapshot({**case, "key": read.key}) == without_snapshot(case)


@given(cases())
def test_any_key_comes_back_from_the_form(case: Any) -> None:
    read = read_form(fields_of(case["key"], case["previous_ore"]))
    unequal = [fault for fault in read.faults if fault.text != UNEQUAL]
    assert not unequal
    assert read.key == plain(case["key"])
    assert read.previous_ore == case["previous_ore"]
    assert read_form(read.fields).key == read.key  # what the address carries is enough
    assert read_form(read.fields).fields == read.fields


def test_what_people_write_is_read() -> None:
    read = read_form(
        {
            "namn": " Ny nyckel ",
            "d1.tar": "procent",
            "d1.varde": "33,3",
            "d1.sort": "lika",
            "d1.matt": "population",  # of a kind that was chosen before
            "d4.tar": "rest",
            "d4.sort": "taxa",
            "d4.matt": "population",
            "d4.dag": "2023-12-31+2024-12-31",
            "d4.ore": "7,28",
            "d4.jamnt": "1 00",
            "g7.minst": "1\u00a0234,5",
            "r1.kommun": "2062",
            "r1.procent": "50",
        }
    )
    assert read.key == {
        "name": "Ny nyckel",
        "parts": [
            {"take": {"percent": "33.3"}, "split": {"kind": "equal"}},
            {
                "take": "rest",
                "split": {
                    "kind": "rate",
                    "measure": "population",
                    "average": ["2023-12-31", "2024-12-31"],
                    "ore_per_unit": "7.28",
                    "round_unit_ore": 100,
                },
            },
        ],
        "limits": [{"member": "*", "min_ore": 123_450}],
        "discounts": [{"member": "2062", "percent": "50", "borne_by": "others"}],
    }
    assert "d1.matt" not in read.fields
    assert read.fields["d2.sort"] == "taxa"  # rows are counted without gaps


def test_every_field_that_cannot_be_read_is_told() -> None:
    read = read_form(
        {
            "d1.tar": "procent",
            "d1.varde": "en tredjedel",
            "d1.sort": "forra",
            "d1.kr.2080": "12,345",
            "d1.andring": "1/3",
            "enhet": "1,5",
            "g1.minst": "x",
        }
    )
    assert [(fault.at, fault.text) for fault in read.faults] == [
        ("d1.varde", NUMBER),
        ("d1.kr.2080", KRONOR),
        ("d1.andring", NUMBER),
        ("g1.minst", KRONOR),
        ("enhet", WHOLE),
    ]


def test_amounts_that_do_not_fill_what_the_part_takes_are_a_fault() -> None:
    fields = {"d1.tar": "belopp", "d1.varde": "100", "d1.sort": "fast", "d1.kr.2080": "60"}
    (fault,) = read_form(fields | {"d1.kr.2062": "39,99"}).faults
    assert (fault.at, fault.fault) == (
        "d1.varde",
        "The amounts come to 99.99 kr, not to the 100.00 kr that the part takes",
    )
    assert not read_form(fields | {"d1.kr.2062": "40"}).faults


PARTS = {
    "d1.tar": "procent",
    "d1.varde": "30",
    "d1.sort": "lika",
    "d2.tar": "rest",
    "d2.sort": "matt",
}


def test_a_new_part_stands_before_the_one_that_takes_the_rest() -> None:
    made = acted(PARTS, "+d")
    assert (made["d2.tar"], made["d3.tar"], made["d3.sort"]) == ("procent", "rest", "matt")
    assert acted(acted(PARTS, "-d1"), "+d")["d2.tar"] == "rest"
    assert read_form(acted(PARTS, "^d2")).key["parts"][0]["split"] == {"kind": "measure"}


def test_brackets_are_added_before_the_open_one_and_taken_away() -> None:
    one = acted(PARTS, "+d2.s")
    assert one["d2.s1.poang"] == "1"
    two = acted(one, "+d2.s") | {"d2.s1.till": "5000"}
    split = read_form(two).key["parts"][1]["split"]
    assert split["brackets"] == [{"up_to": "5000", "points": "1"}, {"points": "1"}]
    three = acted(two, "+d2.s")
    assert [name for name in three if name.startswith("d2.s2.")]
    assert three["d2.s1.till"] == "5000"
    assert read_form(acted(acted(two, "-d2.s1"), "-d2.s1")).key["parts"][1]["split"] == {
        "kind": "measure"
    }


def test_nonsense_on_a_button_changes_nothing() -> None:
    for act in ("", "x", "+", "-d", "^d1", "-d99", "^d99999", "+q"):
        assert acted(PARTS, act) == PARTS


@pytest.mark.parametrize(
    ("at", "facts", "name"),
    [
        ("key.parts[1].split.measure", {}, "d2.matt"),
        ("key.parts[0].split.average[1]", {}, "d1.dag"),
        ("key.parts[0].take.percent", {}, "d1.varde"),
        ("key.parts[0].take", {}, "d1.tar"),
        ("key.parts[2].split.from.to.brackets[1].up_to", {}, "d3.fran.till.s2.till"),
        ("key.parts[2].split.amounts_ore", {"member": "2062"}, "d3.kr.2062"),
        ("key.parts[2].split.to.amounts_ore.2080", {}, "d3.till.kr.2080"),
        ("key.discounts[0].percent", {}, "r2.procent"),
        ("key.limits[1]", {}, "g3.kommun"),
        ("key.limits[0].max_change_percent", {}, "g1.andring"),
        ("key.rounding.unit_ore", {}, "enhet"),
        ("previous_ore.2062", {}, "fg.2062"),
        ("measures.population[3].value", {}, ""),
    ],
)
def test_a_fault_of_the_case_stands_at_its_field(at: str, facts: dict[str, str], name: str) -> None:
    key = {
        "discounts": [{"member": "2029"}, {"member": "2062"}],  # the first is not in the case
        "limits": [{"member": "*"}, {"member": "2029"}, {"member": "2062"}],
    }
    assert field_of(Fault("x", at, facts), key, {"2062", "2080"}) == name
