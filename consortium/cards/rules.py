"""Rules of shared cards: numbers, blocks, looks and how long a patron is kept. Pure."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from consortium.core.errors import Fault, Invalid
from consortium.core.words import mark

NUMBER_LENGTH: Final = 14
PATRON: Final = "2"  # the first digit says what the number is on: 2 a card, 3 an item
LAST_SERIAL: Final = 99_999_999
MEMBER_CODE_LENGTH: Final = 4
OLDEST_BIRTH_YEAR: Final = 1900
LONGEST_NAME: Final = 200
KEPT_YEARS: Final = 3

_FRAMED = re.compile(r"[A-D](\d+)[A-D]", re.ASCII | re.IGNORECASE)

BLOCK_REASONS: Final[dict[str, str]] = {
    "lost": mark("Lost"),
    "stolen": mark("Stolen"),
    "unpaid": mark("Unpaid debt"),
    "misuse": mark("Misuse"),
    "other": mark("Other reason"),
}
"""Why a card may be blocked: code → what people read."""

OF_THE_CARD: Final = frozenset({"lost", "stolen"})
"""Reasons that concern the piece of plastic: they end with it. The others follow the patron."""

LOOK_REASONS: Final[dict[str, str]] = {
    "at_the_counter": mark("The patron is here"),
    "patron_asked": mark("The patron has called or written"),
    "found_card": mark("A found card was handed in"),
    "correction": mark("To correct what is recorded"),
}
"""Why a card may be looked up: code → what people read."""

STATUSES: Final[dict[str, str]] = {
    "valid": mark("Valid"),
    "blocked": mark("Blocked"),
    "replaced": mark("Replaced"),
    "ended": mark("No longer in use"),
}
"""What a card is to whoever holds it: code → what people read."""


def check_digit(digits: str) -> str:
    """The digit that follows `digits` on a Codabar library card.

    Every other digit is doubled, beginning with the first from the left, a double above 9 counting
    the sum of its digits; the check digit fills the sum up to a multiple of 10. digits: 13 of them,
    so that counting from the left and from the right (Luhn) double the same ones.
    """
    if not _are_digits(digits, NUMBER_LENGTH - 1):
        raise Invalid("A check digit is of 13 digits, not of {digits}", digits=digits or "–")
    doubled = [sum(divmod(2 * int(digit), 10)) for digit in digits[::2]]
    return str(-(sum(doubled) + sum(map(int, digits[1::2]))) % 10)


def is_card_number(text: str) -> bool:
    """Whether `text`, as typed or scanned, is a card's number.

    Fourteen digits, whatever the first, of which the last is the check digit; not all zero, which
    would pass the sum.
    """
    number = plain_number(text)
    fits = _are_digits(number, NUMBER_LENGTH) and check_digit(number[:-1]) == number[-1]
    return fits and number.strip("0") != ""


def card_number(member_code: str, serial: int) -> str:
    """The number of a municipality's card: 2, its code, the serial in eight digits, check digit."""
    if not _are_digits(member_code, MEMBER_CODE_LENGTH):
        raise Invalid("Only a municipality has cards, and its code has four digits", at="member")
    if not 1 <= serial <= LAST_SERIAL:
        raise Invalid("The series of card numbers of {code} is used up", code=member_code)
    digits = f"{PATRON}{member_code}{serial:08}"
    return digits + check_digit(digits)


def plain_number(text: str) -> str:
    """A card number as it is stored: its digits alone.

    Without the blanks and hyphens that people type, and without the start and stop letters (A to
    D) that some scanners send.
    """
    plain = "".join(text.split()).replace("-", "")
    framed = _FRAMED.fullmatch(plain)
    return framed[1] if framed else plain


def number_faults(number: str) -> Iterator[Fault]:
    """What keeps `number`, as stored, from being a card's."""
    if not is_card_number(number):
        yield Fault(
            "{number} is no card number: it is not 14 digits or its last digit does not fit",
            "number",
            {"number": number or "–"},
            "Scan the card again or type all of its digits",
        )


def patron_faults(name: str, birth_year: int, this_year: int) -> Iterator[Fault]:
    """What keeps these from being a patron's."""
    if not name.strip():
        yield Fault("A patron needs a name", "name")
    if len(name) > LONGEST_NAME:
        yield Fault("The name is too long", "name", {}, "Use at most 200 characters")
    if not OLDEST_BIRTH_YEAR <= birth_year <= this_year:
        yield Fault(
            "Nobody with a card is born in {year}",
            "birth_year",
            {"year": birth_year},
            "Write the year with four digits, as 1984",
        )


def block_faults(reason: str) -> Iterator[Fault]:
    if reason not in BLOCK_REASONS:
        yield Fault(
            "{reason} is no reason to block a card",
            "reason",
            {"reason": reason or "–"},
            "Choose one of the list",
        )


def look_faults(reason: str) -> Iterator[Fault]:
    if reason not in LOOK_REASONS:
        yield Fault(
            "{reason} is no reason to look up a card",
            "reason",
            {"reason": reason or "–"},
            "Choose one of the list",
        )


def status(state: str, *, held: bool, blocked: bool) -> str:
    """What a card is: one of STATUSES. held: it has a patron; blocked: a block is open.

    A card whose patron is forgotten has ended; a replaced one says so, blocked or not.
    """
    if state == "replaced":
        return "replaced"
    if not held:
        return "ended"
    return "blocked" if blocked else "valid"


def forget_on(handed_over_on: date) -> date:
    """The day on which a patron is deleted who was last given a card on `handed_over_on`.

    The same date three years on; 1 March for a 29 February, so that three whole years pass.
    """
    year = handed_over_on.year + KEPT_YEARS
    try:
        return handed_over_on.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def _are_digits(text: str, length: int) -> bool:
    return len(text) == length and text.isascii() and text.isdecimal()
