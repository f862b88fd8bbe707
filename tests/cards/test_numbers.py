import json
from datetime import date
from pathlib import Path

import pytest

from consortium.cards.rules import (
    card_number,
    check_digit,
    forget_on,
    is_card_number,
    plain_number,
    status,
)
from consortium.core.errors import Invalid

VECTORS = json.loads((Path(__file__).parent / "data" / "codabar14.json").read_text())["codabar14"]


@pytest.mark.parametrize("vector", VECTORS, ids=range(len(VECTORS)))
def test_card_numbers_are_told_from_other_texts(vector: dict[str, str | bool]) -> None:
    text = str(vector["input"])
    assert is_card_number(text) is vector["valid"]
    if vector["valid"]:
        assert plain_number(text) == vector["canonical"]
        assert check_digit(plain_number(text)[:-1]) == plain_number(text)[-1]


def test_the_vectors_are_all_there() -> None:
    assert [len(VECTORS), sum(vector["valid"] for vector in VECTORS)] == [88, 42]


def test_a_number_worked_out_by_hand() -> None:
    # 2 2080 00000001: doubled from the left 2·2 0 0 0 0 0 2·1 → 4 + 0 + 0 + 0 + 0 + 0 + 2 = 6,
    # the digits between 2 + 8 + 0 + 0 + 0 + 0 = 10, together 16, up to 20: 4.
    assert check_digit("2208000000001") == "4"
    assert card_number("2080", 1) == "22080000000014"


def test_doubles_above_nine_count_the_sum_of_their_digits() -> None:
    # 9 doubled is 18, which counts 9; seven of them and six nines: 117, up to 120: 3.
    assert check_digit("9" * 13) == "3"


def test_one_wrong_digit_is_always_seen() -> None:
    number = card_number("2062", 48_213)
    for place in range(14):
        for digit in set("0123456789") - {number[place]}:
            assert not is_card_number(number[:place] + digit + number[place + 1 :])


@pytest.mark.parametrize("text", ["A22080000000014", "E22080000000014F", "22080000000014X", "A B"])
def test_other_letters_are_not_passed_over(text: str) -> None:
    assert not is_card_number(text)


@pytest.mark.parametrize("text", [" 2 2080 0000-0001\u00a04 ", "d22080000000014a"])
def test_what_people_type_and_scanners_add_is_not_part_of_a_number(text: str) -> None:
    assert plain_number(text) == "22080000000014"


@pytest.mark.parametrize(
    ("code", "serial"), [("20", 1), ("208O", 1), ("2080", 0), ("2080", 100_000_000)]
)
def test_a_number_takes_a_municipality_and_a_serial_of_eight_digits(code: str, serial: int) -> None:
    with pytest.raises(Invalid):
        card_number(code, serial)


@pytest.mark.parametrize(
    ("handed_over", "forgotten"),
    [
        (date(2026, 11, 24), date(2029, 11, 24)),
        (date(2028, 2, 29), date(2031, 3, 1)),  # 2031 has no 29 February
    ],
)
def test_a_patron_is_kept_for_three_years(handed_over: date, forgotten: date) -> None:
    assert forget_on(handed_over) == forgotten


@pytest.mark.parametrize(
    ("state", "held", "blocked", "expected"),
    [
        ("valid", True, False, "valid"),
        ("valid", True, True, "blocked"),
        ("valid", False, True, "ended"),
        ("replaced", True, True, "replaced"),
        ("replaced", False, False, "replaced"),
    ],
)
def test_what_a_card_is(state: str, held: bool, blocked: bool, expected: str) -> None:
    assert status(state, held=held, blocked=blocked) == expected
