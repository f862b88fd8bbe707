"""Numbers as payers write them."""

import pytest

from consortium.payments.formats.references import (
    digits_of,
    is_reference,
    numbers_in,
    organisation_digits,
)

KNOWN = {"20260012", "20260013", "20261101", "2026001204"}


def known(written: str) -> bool:
    return written.lstrip("0") in KNOWN


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        ("2026001204", "2026001204"),
        ("0002026001204", "2026001204"),  # filled up with zeros
        ("2026 0012 04", "2026001204"),
        ("2026-0012-04", "2026001204"),
        ("OCR: 2026001204.", "2026001204"),
        ("Faktura nr 20260012", "20260012"),
        ("RF18 5390 0754 7034", "539007547034"),  # the example of ISO 11649
        ("RF19539007547034", ""),  # its check digits are wrong
        ("order 20260012", ""),  # another thing's number
        ("2026A0012", ""),
        ("²0260012", ""),  # a digit to Unicode, none to a bank
        ("", ""),
    ],
)
def test_a_reference_is_read_whole_or_not_at_all(written: str, digits: str) -> None:
    assert digits_of(written) == digits


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("faktura 20260012", [("20260012", True, False)]),
        ("order nr 20260012", [("20260012", False, False)]),  # not said to be an invoice
        ("faktura nr 20260012", [("20260012", True, False)]),
        ("F20260012", [("20260012", True, False)]),
        ("inv 20260012, 20260013", [("20260012", True, False), ("20260013", True, False)]),
        ("20260012 & 20260013", [("20260012", False, False), ("20260013", False, False)]),
        ("faktura 2026 0012", [("20260012", True, False)]),
        ("faktura 2026-0012", [("20260012", True, False)]),
        # a range says less than its ends
        ("20260012-20260013", [("20260012", False, True), ("20260013", False, True)]),
        ("faktura 20260012 13", [("20260012", True, True), ("13", True, True)]),
        # a day, and what may be one
        ("2026-11-01 faktura 20260012", [("20260012", True, False)]),
        ("20261101", [("20261101", False, True)]),
        ("faktura 20261101", [("20261101", True, False)]),
        # amounts
        ("faktura 20260012 234,50 kr", [("20260012", True, False)]),
        ("1 234,50", []),
        # parts of something longer
        ("X20260012", []),
        ("202600120", [("202600120", False, False)]),
        ("20260012A", []),
    ],
)
def test_numbers_of_a_text(text: str, expected: list[tuple[str, bool, bool]]) -> None:
    found = [(number.digits, number.named, number.loose) for number in numbers_in(text, known)]
    assert found == expected


def test_a_text_of_digits_is_a_reference() -> None:
    assert is_reference("2026 0012-04")
    assert not is_reference("faktura 20260012")
    assert not is_reference("20260012, 20260013")
    assert not is_reference("1" * 26)


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("212000-2221", "2120002221"),
        ("162120002221", "2120002221"),  # with the 16 of a legal person (Skatteverket)
        ("002120002221", "2120002221"),  # with the zeros of BgMax
        ("SE212000222101", "2120002221"),
        ("2120002222", ""),  # its check digit is wrong
        ("Kund 2120002221", ""),
    ],
)
def test_an_organisation_number_is_told_from_other_numbers(said: str, number: str) -> None:
    assert organisation_digits(said) == number
