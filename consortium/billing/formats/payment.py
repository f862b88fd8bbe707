"""Numbers that a Swedish payment carries: OCR references and bankgiro accounts."""

import re
from typing import Final

from stdnum import luhn

from consortium.core.errors import Invalid

OCR_LONGEST: Final = 25


def luhn_digit(digits: str) -> str:
    """The digit that makes `digits` + digit pass the Luhn check (ISO/IEC 7812-1, annex B)."""
    return luhn.calc_check_digit(digits)


def ocr(number: str) -> str:
    """The OCR reference of an invoice: the digits of its number, a length digit, a Luhn digit.

    The length digit is the length of the whole reference, both check digits included, modulo 10.
    2026110017 → 202611001720. A reference has at most 25 digits (Bankgirot's rules for OCR).
    """
    digits = "".join(re.findall("[0-9]", number))
    length = len(digits) + 2
    if not digits or length > OCR_LONGEST:
        raise Invalid(
            "An OCR reference needs 1 to 23 digits, the invoice number {number} has {count}",
            at="number",
            number=number,
            count=len(digits),
        )
    head = digits + str(length % 10)
    return head + luhn_digit(head)


def ocr_is_valid(reference: str) -> bool:
    """2 to 25 digits of which the last is their Luhn digit; a length digit may be left out."""
    return bool(re.fullmatch(f"[0-9]{{2,{OCR_LONGEST}}}", reference)) and luhn.is_valid(reference)


def account_digits(account: str) -> str:
    """A bankgiro number as payment files carry it: `991-2346` → `9912346`."""
    return account.replace("-", "").replace(" ", "")


def bankgiro_is_valid(account: str) -> bool:
    """7 or 8 digits, the last a Luhn digit; a hyphen before the last four may stand or not."""
    written_well = re.fullmatch("[0-9]{3,4}[- ]?[0-9]{4}", account)
    return bool(written_well) and luhn.is_valid(account_digits(account))


def bankgiro_as_written(account: str) -> str:
    """A bankgiro number as people write it: `9912346` → `991-2346`."""
    digits = account_digits(account)
    return f"{digits[:-4]}-{digits[-4:]}"
