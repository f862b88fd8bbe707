"""Check digits and payment numbers, worked out by hand or taken from published examples."""

import pytest

from consortium.billing.formats.payment import (
    account_digits,
    bankgiro_as_written,
    bankgiro_is_valid,
    luhn_digit,
    ocr,
    ocr_is_valid,
)
from consortium.core.errors import Invalid


@pytest.mark.parametrize(
    ("digits", "expected"),
    [
        ("7992739871", "3"),  # the usual published example
        ("991234", "6"),  # from the right 8+3+4+1+9+9 = 34
        ("299900001", "7"),  # from the right 2+0+0+0+0+9+9+9+4 = 33
        ("0", "0"),
    ],
)
def test_luhn_digits(digits: str, expected: str) -> None:
    assert luhn_digit(digits) == expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("2026110017", "202611001720"),  # 12 long: 2
        ("20260001", "2026000105"),  # 10 long: 0; from the right 0+1+0+0+0+6+4+0+4 = 15
        ("F-2026-0001", "2026000105"),
        ("1", "133"),  # 3 long: 3; 6+1 = 7
        ("1" * 23, "1" * 23 + "55"),  # 25 long: 5; 1+12·1+11·2 = 35
    ],
)
def test_the_reference_of_a_number(number: str, expected: str) -> None:
    assert ocr(number) == expected
    assert ocr_is_valid(expected)


@pytest.mark.parametrize("number", ["", "utkast", "1" * 24])
def test_a_number_without_digits_or_with_too_many_has_no_reference(number: str) -> None:
    with pytest.raises(Invalid, match="1 to 23 digits"):
        ocr(number)


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("18", True),  # 2 + 8 = 10
        ("202611001720", True),
        ("202611001721", False),
        ("8", False),
        ("0" * 25, True),
        ("0" * 26, False),
        ("2026 11001720", False),
        ("", False),
    ],
)
def test_valid_references(reference: str, expected: bool) -> None:
    assert ocr_is_valid(reference) is expected


@pytest.mark.parametrize(
    ("account", "expected"),
    [
        ("991-2346", True),  # published by Bankgirot
        ("9912346", True),
        ("991 2346", True),
        ("991-2347", False),
        ("5050-1055", True),  # from the right 5+1+0+2+0+1+0+1 = 10
        ("50501055", True),
        ("5050-1056", False),
        ("99-12346", False),
        ("12346", False),
        ("", False),
    ],
)
def test_bankgiro_numbers(account: str, expected: bool) -> None:
    assert bankgiro_is_valid(account) is expected


@pytest.mark.parametrize(
    ("digits", "written"), [("9912346", "991-2346"), ("50501055", "5050-1055")]
)
def test_bankgiro_numbers_for_people_and_for_files(digits: str, written: str) -> None:
    assert bankgiro_as_written(digits) == written
    assert bankgiro_as_written(written) == written
    assert account_digits(written) == digits
