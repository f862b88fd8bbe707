"""Phasing a key in: every step is exactly between the old key and the new one."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consortium.core.errors import Invalid
from consortium.costs.allocation import allocate
from consortium.costs.blending import Step, blended, phase, weight_of

EQUAL: dict[str, Any] = {"kind": "equal"}
SIZE: dict[str, Any] = {"kind": "measure", "measure": "size", "at": "2024-12-31"}
LOANS: dict[str, Any] = {"kind": "measure", "measure": "loans", "at": "2024-12-31"}
VALUES = {"a": (1, 7), "b": (2, 1), "c": (4, 3)}


def key_of(*parts: tuple[Any, Any], name: str = "K") -> dict[str, Any]:
    return {"name": name, "parts": [{"take": take, "split": split} for take, split in parts]}


def exact(key: Any, amount_ore: int = 84_000) -> dict[str, Fraction]:
    measures = {
        code: [
            {"member": member, "date": "2024-12-31", "value": str(values[place])}
            for member, values in VALUES.items()
        ]
        for place, code in enumerate(("size", "loans"))
    }
    case = {
        "pool": {"amount_ore": amount_ore},
        "period": {"from": "2026-01-01", "to": "2026-12-31"},
        "members": [{"id": member} for member in VALUES],
        "measures": measures,
        "key": key,
    }
    return {row["member"]: Fraction(row["exact"]) for row in allocate(case)["shares"]}


def test_three_years_with_thirds_agreed_to_two_places() -> None:
    steps = phase(key_of(("rest", EQUAL)), key_of(("rest", SIZE)), 3)
    assert [(step.weight, step.share, step.rounded) for step in steps] == [
        ("0", Fraction(0), False),
        ("0.33", Fraction(1, 3), True),
        ("0.67", Fraction(2, 3), True),
        ("1", Fraction(1), False),
    ]
    assert steps[1].key["parts"] == [
        {"take": "rest", "split": {"kind": "blend", "from": EQUAL, "to": SIZE, "weight": "0.33"}}
    ]
    # 840 kr: equally 280 each; by 1, 2, 4 it is 120, 240, 480. A third of the way, agreed as 0.33.
    assert exact(steps[1].key) == {"a": 22_720, "b": 26_680, "c": 34_600}
    assert (steps[0].key, steps[3].key) == (key_of(("rest", EQUAL)), key_of(("rest", SIZE)))


def test_four_years_are_exact_quarters() -> None:
    steps = phase(key_of(("rest", EQUAL)), key_of(("rest", SIZE)), 4)
    assert [step.weight for step in steps] == ["0", "0.25", "0.5", "0.75", "1"]
    assert not any(step.rounded for step in steps)


def test_keys_that_take_other_percents_are_weighed_side_by_side() -> None:
    old = key_of(({"percent": "30"}, EQUAL), ("rest", SIZE))
    new = key_of(({"percent": "12.5"}, EQUAL), ({"percent": "50"}, LOANS), ("rest", SIZE))
    assert blended(old, new, "0.5")["parts"] == [
        {"take": {"percent": "21.25"}, "split": EQUAL},
        {"take": {"percent": "53.75"}, "split": SIZE},
        {"take": "rest", "split": LOANS},
    ]


def test_what_is_left_unshared_stays_unshared() -> None:
    half = key_of(({"percent": "50"}, EQUAL))
    parts = blended(half, key_of(("rest", SIZE)), "0.5")["parts"]
    assert [part["take"] for part in parts] == [{"percent": "25"}, {"percent": "50"}]


def test_terms_are_those_of_the_new_key() -> None:
    old = key_of(("rest", EQUAL)) | {"membership": "none"}
    new = key_of(("rest", SIZE)) | {"rounding": {"unit_ore": 100}}
    made = blended(old, new, "0.5")
    assert "membership" not in made
    assert made["rounding"] == {"unit_ore": 100}


def test_amounts_taken_differently_cannot_be_mixed() -> None:
    with pytest.raises(Invalid, match="cannot be mixed"):
        phase(key_of(({"amount_ore": 100}, EQUAL), ("rest", SIZE)), key_of(("rest", SIZE)), 2)
    with pytest.raises(Invalid, match="2 to 10 years"):
        phase(key_of(("rest", EQUAL)), key_of(("rest", SIZE)), 1)


SPLITS = st.sampled_from([EQUAL, SIZE, LOANS])


@st.composite
def keys(draw: st.DrawFn) -> dict[str, Any]:
    cuts = draw(st.lists(st.integers(1, 4000), max_size=2))
    takes: list[Any] = [{"percent": f"{cut / 100:.2f}"} for cut in cuts] + ["rest"]
    return key_of(*((take, draw(SPLITS)) for take in takes))


@given(keys(), keys(), st.integers(2, 10))
def test_every_step_lies_exactly_between_the_two_keys(
    old: dict[str, Any], new: dict[str, Any], years: int
) -> None:
    steps: list[Step] = phase(old, new, years)
    begin, end = exact(old), exact(new)
    for step in steps:
        weight = Fraction(step.weight)
        assert abs(weight - step.share) <= Fraction(1, 200)
        assert exact(step.key) == {m: (1 - weight) * begin[m] + weight * end[m] for m in VALUES}
    weights = [Fraction(step.weight) for step in steps]
    assert weights == sorted(weights)


@pytest.mark.parametrize(
    ("share", "weight"),
    [
        (Fraction(1, 8), "0.125"),
        (Fraction(2, 7), "0.29"),
        (Fraction(1, 6), "0.17"),
        (Fraction(1, 5), "0.2"),
    ],
)
def test_weights(share: Fraction, weight: str) -> None:
    assert weight_of(share) == weight
