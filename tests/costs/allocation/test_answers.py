"""What comes out: the result as a document, the line of a stream, the JSON that may come in."""

import hashlib
import json
from fractions import Fraction
from typing import Any

import pytest

from consortium.core.errors import Invalid
from consortium.costs.allocation import allocate, allocate_text, answer_line
from consortium.costs.allocation.tracing import exact
from tests.costs.allocation.making import by_size, make_case, make_part


def test_the_whole_result() -> None:
    """1,000 öre: 400 equally and 600 by 1 : 1 : 1 is 1000/3 each."""
    case = make_case(
        make_part("40"),
        by_size("rest"),
        amount_ore=1000,
        measures={"size": dict.fromkeys("abc", 1)},
    )
    text = json.dumps(case, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    result = allocate(case)
    one = {"membership": "1", "weight": "1", "of": "3"}
    assert result["shares"][0] == {
        "member": "a",
        "share_ore": 334,
        "exact": "1000/3",
        "percent": "33.3333",
        "trace": [
            {"part": 0, "kind": "equal", **one, "take_ore": "400", "amount": "400/3"},
            {
                "part": 1,
                "kind": "measure",
                "value": "1",
                "dates": ["2025-12-31"],
                **one,
                "take_ore": "600",
                "amount": "200",
            },
        ],
    }
    assert [row["member"] for row in result["shares"]] == ["a", "b", "c"]
    del result["shares"]
    assert result == {
        "total_ore": 1000,
        "allocated_ore": 1000,
        "unallocated_ore": 0,
        "rounding_difference_ore": 0,
        "snapshot": f"sha256:{hashlib.sha256(text.encode()).hexdigest()}",
    }


def test_the_snapshot_is_of_the_case_as_given() -> None:
    """By sha256sum on the canonical text; defaults are not filled in, ö stays as it is.

    {"key":{"parts":[{"split":{"kind":"equal"},"take":"rest"}]},"members":[{"id":"a"}],
    "period":{"from":"2026-01-01","to":"2026-01-31"},"pool":{"amount_ore":5,"name":"ö"}}
    """
    case = json.loads(
        '{"pool":{"name":"ö","amount_ore":5},"period":{"to":"2026-01-31","from":"2026-01-01"},'
        '"members":[{"id":"a"}],"key":{"parts":[{"take":"rest","split":{"kind":"equal"}}]}}'
    )
    digest = "sha256:49d2c6e9c3bb028ffcb7c3175c48af4eb7507f5e554e554c77cfdbcdc1a44111"
    assert allocate(case)["snapshot"] == digest
    case["key"]["membership"] = "days"
    assert allocate(case)["snapshot"] != digest


def test_shares_come_in_the_order_of_the_members() -> None:
    case = make_case(make_part("rest"), members="cab")
    assert [row["member"] for row in allocate(case)["shares"]] == ["c", "a", "b"]


@pytest.mark.parametrize(
    ("amount_ore", "amounts", "expected"),
    [
        (3, {"a": 2, "b": 1}, ["66.6667", "33.3333"]),
        (1_000_000, {"a": 1_000_000, "b": 0}, ["100.0000", "0.0000"]),
        # 0.00005 % is half up, -0.00005 % as well, and no zero is negative
        (2_000_000, {"a": 2_000_001, "b": -1}, ["100.0001", "0.0000"]),
        (2_000_000, {"a": 1_999_999, "b": 1}, ["100.0000", "0.0001"]),
        (100, {"a": 150, "b": -50}, ["150.0000", "-50.0000"]),
        (-100, {"a": -150, "b": 50}, ["150.0000", "-50.0000"]),
        (0, {"a": 5, "b": -5}, ["0.0000", "0.0000"]),
    ],
)
def test_percent_have_four_decimals_half_up(
    amount_ore: int, amounts: dict[str, int], expected: list[str]
) -> None:
    part = make_part("rest", "fixed", amounts_ore=amounts)
    result = allocate(make_case(part, amount_ore=amount_ore, members="ab"))
    assert [row["percent"] for row in result["shares"]] == expected


def test_an_exact_share_may_have_thousands_of_digits() -> None:
    """700 parts of 1 öre, each by weights of its own: the common denominator has 5,000 digits."""
    values = {f"m{n}": {"a": 10**9 + n, "b": 1} for n in range(700)}
    parts = [
        {"take": {"amount_ore": 1}, "split": {"kind": "measure", "measure": name, "latest": True}}
        for name in values
    ]
    case = make_case(*parts, amount_ore=700, members="ab", measures=values)
    result = allocate(case)
    numerator, denominator = result["shares"][1]["exact"].split("/")
    assert len(denominator) > 4300
    assert result["allocated_ore"] == 700
    share = sum(Fraction(1, 10**9 + n + 1) for n in range(700))
    assert (as_number(numerator), as_number(denominator)) == share.as_integer_ratio()


def test_the_longest_numbers_are_written_out_with_their_sign_and_zeros() -> None:
    assert exact(-(10**9000) - 7) == "-1" + "0" * 8999 + "7"
    assert exact(10**9000) == "1" + "0" * 9000


def as_number(digits: str) -> int:
    """The number, read by hundreds of digits, since Python reads no more than 4,300 at once."""
    number = 0
    for start in range(0, len(digits), 100):
        block = digits[start : start + 100]
        number = number * 10 ** len(block) + int(block)
    return number


def test_a_line_answers_with_the_result_on_one_line() -> None:
    case = make_case(make_part("rest"), members=[{"id": "å\u2028b"}, {"id": "ä\n"}])
    line = answer_line(json.dumps(case) + "\n")
    assert line.splitlines() == [line]
    assert "å" in line
    assert json.loads(line) == allocate(case)


def test_a_line_answers_with_every_fault() -> None:
    case = make_case(make_part("120"), measures={"size": {"a": "-1"}}, members="a")
    answer = json.loads(answer_line(json.dumps(case)))
    assert [fault["at"] for fault in answer["errors"]] == ["measures.size[0].value", "key.parts"]
    assert answer["errors"][0] == {
        "at": "measures.size[0].value",
        "fault": '"-1" is below 0',
        "remedy": "Give 0 or more",
    }


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", "case"),
        ("\n", "case"),
        ("nothing", "case"),
        ("[]", "case"),
        ("null", "case"),
        ('"\\ud800"', "case"),
        ("{", "case"),
        ('{"pool": {}} {}', "case"),
        ("[" * 100_000, "case"),
        ("[" * 900 + "]" * 900, "case"),
        ('{"pool": {"amount_ore": ' + "9" * 5000 + "}}", "case"),
        ('{"pool": {"amount_ore": NaN}}', "pool.amount_ore"),
        ('{"pool": {"amount_ore": 1e3}}', "pool.amount_ore"),
        ('{"pool": {"amount_ore": 12.0}}', "pool.amount_ore"),
        ('{"pool": {"amount_ore": 1, "amount_ore": 1}}', "pool.amount_ore"),
        ('{"\\ud800": 1}', "\\ud800"),
        ('{"a\\nb": 1}', "a\\nb"),
    ],
)
def test_a_line_never_raises(text: str, place: str) -> None:
    line = answer_line(text)
    assert line.encode().splitlines() == [line.encode()]
    assert place in [fault["at"] for fault in json.loads(line)["errors"]]


def test_floats_and_twice_written_keys_are_told_with_the_rest() -> None:
    text = """{"pool": {"amount_ore": 1.5, "name": "a", "name": "b"},
        "period": {"from": "2026-01-01", "to": "2026-02-30"}, "members": [{"id": "a"}],
        "key": {"parts": [{"take": {"percent": 30.5}, "split": {"kind": "equal"}}]}}"""
    with pytest.raises(Invalid) as refused:
        allocate_text(text)
    assert sorted(fault.at for fault in refused.value.faults) == [
        "key.parts[0].take.percent",
        "period.to",
        "pool.amount_ore",
        "pool.name",
    ]
    told = {fault.at: fault.fault for fault in refused.value.faults}
    assert told["pool.amount_ore"] == "The number 1.5 is a float, which cannot be exact"


@pytest.mark.parametrize("garbage", [None, True, 5, 1.5, "case", [], (), {}, {1: 2}, object()])
def test_anything_may_be_asked_for(garbage: Any) -> None:
    with pytest.raises(Invalid):
        allocate(garbage)
