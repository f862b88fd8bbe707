"""The laws of ALLOCATION.md, on cases drawn at random (the same ones every time)."""

import copy
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from consortium.core.errors import Invalid
from consortium.costs.allocation import allocate
from tests.costs.allocation.drawing import cases, limited_cases
from tests.costs.allocation.making import by_size, make_case, make_part
from tests.costs.allocation.second import NEAR, Refused, dealt_out, second

law = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=100,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
ALPHABET = "abcdefgh"


def answer(case: Any) -> dict[str, Any]:
    """The result; a case that only computing refuses is no example."""
    try:
        return allocate(case)
    except Invalid as refusal:
        event(refusal.faults[0].text)
        assume(False)
        raise


def shares_of(result: dict[str, Any]) -> dict[str, tuple[int, str, str]]:
    return {
        row["member"]: (row["share_ore"], row["exact"], row["percent"]) for row in result["shares"]
    }


@law
@given(cases())
def test_the_sums_are_the_total(case: dict[str, Any]) -> None:
    result = answer(case)
    shared = sum(row["share_ore"] for row in result["shares"])
    assert result["allocated_ore"] == shared
    parts = ("allocated_ore", "unallocated_ore", "rounding_difference_ore")
    assert sum(result[part] for part in parts) == result["total_ore"]


@law
@given(cases())
def test_the_steps_sum_to_the_exact_share(case: dict[str, Any]) -> None:
    for row in answer(case)["shares"]:
        assert sum(Fraction(step["amount"]) for step in row["trace"]) == Fraction(row["exact"])
        assert [step["part"] for step in row["trace"] if "part" in step] == list(
            range(len(case["key"]["parts"]))
        )


@law
@given(cases(), st.randoms(use_true_random=False))
def test_no_order_of_members_or_rows_changes_a_share(case: dict[str, Any], chance: Any) -> None:
    first = answer(case)
    assert allocate(copy.deepcopy(case)) == first
    other = copy.deepcopy(case)
    chance.shuffle(other["members"])
    for rows in other["measures"].values():
        chance.shuffle(rows)
    assert shares_of(allocate(other)) == shares_of(first)


@law
@given(cases(plain=True), st.sampled_from(["0.001", "3", "1234567.89"]))
def test_scaling_a_measure_changes_no_exact_share(case: dict[str, Any], factor: str) -> None:
    for part in case["key"]["parts"]:
        part["split"].pop("brackets", None)
    scaled = copy.deepcopy(case)
    for row in scaled["measures"]["size"]:
        digits = f"{Fraction(row['value']) * Fraction(factor) * 10**6 // 1:07}"
        row["value"] = f"{digits[:-6]}.{digits[-6:]}"
    assert shares_of(answer(case)) == shares_of(allocate(scaled))


@law
@given(
    st.lists(st.integers(0, 50), min_size=1, max_size=8),
    st.integers(1, 10**6),
    st.sampled_from([1, 3, 100]),
)
def test_a_larger_weight_never_gets_less(values: list[int], take: int, unit: int) -> None:
    assume(any(values))
    weights = dict(zip(ALPHABET, values, strict=False))
    case = make_case(
        by_size(take),
        amount_ore=take,
        members="".join(weights),
        measures={"size": weights},
        rounding={"unit_ore": unit},
    )
    rows = {row["member"]: row for row in allocate(case)["shares"]}
    ordered = sorted(weights, key=lambda name: weights[name])
    for lower, higher in pairwise(ordered):
        assert Fraction(rows[lower]["exact"]) <= Fraction(rows[higher]["exact"])
    for row in rows.values():
        assert abs(row["share_ore"] - Fraction(row["exact"])) < unit


@law
@given(
    st.lists(st.integers(0, 400), min_size=1, max_size=8),
    st.integers(-(10**4), 10**6),
    st.sampled_from([1, 7, 100]),
)
def test_largest_remainders_are_dealt_out_one_by_one(
    values: list[int], amount: int, unit: int
) -> None:
    assume(any(values))
    weights = dict(zip(ALPHABET, values, strict=False))
    case = make_case(
        by_size("rest"),
        amount_ore=amount,
        members="".join(weights),
        measures={"size": weights},
        rounding={"unit_ore": unit},
    )
    exact = {name: Fraction(amount * weight, sum(values)) for name, weight in weights.items()}
    ores = {row["member"]: row["share_ore"] for row in allocate(case)["shares"]}
    assert ores == dealt_out(exact, amount - amount % unit, unit)


@law
@given(cases(plain=True), st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_pool_may_be_split_in_two(case: dict[str, Any], one: int, other: int) -> None:
    exact: list[list[Fraction]] = []
    for amount in (one, other, one + other):
        case["pool"]["amount_ore"] = amount
        exact.append([Fraction(row["exact"]) for row in answer(case)["shares"]])
    assert [a + b for a, b in zip(exact[0], exact[1], strict=True)] == exact[2]


@law
@given(
    st.integers(0, 10**7),
    st.integers(0, 10**7),
    st.lists(st.integers(0, 99), min_size=3, max_size=3),
    st.lists(st.integers(0, 99), min_size=3, max_size=3),
    st.sampled_from(["largest_remainder", "half_up_residual_largest"]),
)
def test_a_settlement_sums_to_actual_less_preliminary(
    preliminary: int, actual: int, before: list[int], after: list[int], method: str
) -> None:
    assume(any(before) and any(after))
    years = [
        allocate(
            make_case(
                make_part("30"),
                by_size("rest"),
                amount_ore=amount,
                measures={"size": dict(zip("abc", values, strict=True))},
                rounding={"method": method, "unit_ore": 1},
            )
        )["shares"]
        for amount, values in ((preliminary, before), (actual, after))
    ]
    settled = [late["share_ore"] - early["share_ore"] for early, late in zip(*years, strict=True)]
    assert sum(settled) == actual - preliminary


@settings(law, max_examples=300)
@given(st.one_of(cases(), cases(), limited_cases()))
def test_a_second_program_comes_to_the_same(case: dict[str, Any]) -> None:
    try:
        result = allocate(case)
    except Invalid as refusal:
        stage = refusal.faults[0].at.split(".")[1].split("[")[0]
        event(stage)
        with pytest.raises(Refused, match=f"^{stage}$"):
            second(case)
        return
    expected = second(case)
    assert result["total_ore"] == expected.total_ore
    assert result["unallocated_ore"] == expected.unallocated_ore
    limited = any("limit" in step for row in result["shares"] for step in row["trace"])
    event("limited" if limited else "free")
    for row in result["shares"]:
        name, exact = row["member"], Fraction(row["exact"])
        assert abs(exact - expected.exacts[name]) <= (NEAR if limited else 0)
        if not limited:  # a factor found by halving is too coarse for ties
            assert row["share_ore"] == expected.ores[name]


@law
@given(limited_cases())
def test_limits_are_a_scaling_between_the_bounds(case: dict[str, Any]) -> None:
    """Whoever a limit touched is clamp(factor x share), the rest as scaled by the same factor."""
    result = answer(case)
    steps = [step for row in result["shares"] for step in row["trace"] if "limit" in step]
    assert len({step["factor"] for step in steps}) <= 1
    assert sum(Fraction(step["amount"]) for step in steps) == 0
    for step in steps:
        share, amount = Fraction(step["share"]), Fraction(step["amount"])
        scaled = max(share * Fraction(step["factor"]), Fraction(step["min_ore"]))
        bound = Fraction(step["max_ore"]) if "max_ore" in step else scaled
        assert share + amount == min(scaled, bound)
        assert step["limit"] == sorted(set(step["limit"]))
        assert set(step["limit"]) <= set(range(len(case["key"]["limits"])))
        assert step["limit"]


@law
@given(cases())
def test_every_step_can_be_redone_by_hand(case: dict[str, Any]) -> None:
    for row in answer(case)["shares"]:
        stands = Fraction(0)
        for step in row["trace"]:
            if "kind" in step:
                assert redone(step) == Fraction(step["amount"])
            elif "percent" in step:
                assert Fraction(step["of"]) == stands
                assert -stands * Fraction(step["percent"]) / 100 == Fraction(step["amount"])
            elif "weight" in step:
                assert Fraction(step["weight"]) == stands
                part = stands / Fraction(step["of"])
                assert Fraction(step["discount_ore"]) * part == Fraction(step["amount"])
            elif "discount" in step:
                assert step["discount_ore"] == step["amount"]
            else:
                assert Fraction(step["share"]) == stands
            stands += Fraction(step["amount"])


def redone(step: dict[str, Any]) -> Fraction:
    """The amount of a part's step from its own figures alone."""
    figures = {
        name: Fraction(figure)
        for name, figure in step.items()
        if isinstance(figure, str) and name != "kind"
    }
    if step["kind"] == "blend":
        start, end = redone(step["from"]), redone(step["to"])
        return (1 - figures["weight"]) * start + figures["weight"] * end
    basis = redone_basis(step, figures)
    if "of" not in step:
        return basis * figures.get("membership", Fraction(1))
    assert figures["weight"] == basis * figures["membership"]
    return figures["take_ore"] * figures["weight"] / figures["of"]


def redone_basis(step: dict[str, Any], figures: dict[str, Fraction]) -> Fraction:
    """The weight or the amount before membership."""
    if "values" in step:
        numbers = [Fraction(number) for number in step["values"]]
        assert figures["value"] * len(step["dates"]) == sum(numbers)
    if step["kind"] == "rate":
        units = (figures["rate"] * figures["value"] / figures["round_unit_ore"] * 2 + 1) // 2
        assert units * figures["round_unit_ore"] == figures["rounded_ore"]
        return figures["rounded_ore"]
    if "bracket" in step:
        return max(Fraction(0), figures["points"] + figures["each"] * figures["value"])
    bases = {
        "equal": Fraction(1),
        "measure": figures.get("value"),
        "fixed": figures.get("given_ore"),
    }
    if step["kind"] == "previous":
        return figures["previous_ore"] * (100 + figures["change_percent"]) / 100
    basis = bases[step["kind"]]
    assert basis is not None
    return basis
