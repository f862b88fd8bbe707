"""References and numbers as payers write them. Pure."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from stdnum.iso7064 import mod_97_10

from consortium.billing.formats.payment import OCR_LONGEST
from consortium.members.rules import is_organisation_number

STRAY: Final = re.compile(r"[\s\-\u2010-\u2015./:#_*'\"()+\u200b\ufeff\u00ad]")
CREDITOR_REFERENCE: Final = re.compile("RF[0-9]{2}[0-9A-Z]{1,21}")
PREFIXED: Final = re.compile("([A-ZÅÄÖ]*)([0-9]+)")
WHOLE: Final = re.compile(r"[0-9][0-9\s\-]*")
AMOUNT: Final = re.compile(
    r"(?<![0-9])(?:[0-9]{1,3}(?:[ .\u00a0][0-9]{3})+|[0-9]+)[,.][0-9]{2}(?![0-9])"
)
WORD: Final = re.compile(r"[^\s,;:()\[\]+&=#*]+")
NUMBER: Final = re.compile(r"([a-zåäö]*)\.?([0-9]+(?:[-\u2010-\u2015/][0-9]+)*)\.?")
JOINTS: Final = re.compile(r"[-\u2010-\u2015/]")
INVOICE_WORDS: Final = re.compile(
    "f|fnr|fakt(ura|uran|uror|urorna)?|fakt(ura)?(nr|nummer)|inv(oice|oices)?(nr|no|number)?"
    "|kredit(faktura|nota|nr)?|ocr(nr)?"
)
NUMBER_WORDS: Final = re.compile("nr|nummer|no|number|ref(erens)?")
"""What stands before any number: of an invoice, of an order, the payer's own."""
BETWEEN_NUMBERS: Final = frozenset({"och", "and", "samt", "minus", "m", "o"})
VAT_NUMBER: Final = re.compile("SE([0-9]{10})01")
LONG_NUMBER: Final = re.compile("(?:00|16)?([0-9]{10})")


def key_of(written: str) -> str:
    """A number without blanks, hyphens, leading zeros and small letters, to be looked up by."""
    return STRAY.sub("", written).upper().lstrip("0")


def digits_of(written: str) -> str:
    """The digits of a reference without blanks, hyphens, leading zeros and words such as `OCR`.

    An ISO 11649 reference (RF) gives what it carries. Empty where it is anything else: a text, or
    digits with other letters about them.
    """
    joined = STRAY.sub("", written).upper()
    if CREDITOR_REFERENCE.fullmatch(joined) and mod_97_10.is_valid(joined[4:] + joined[:4]):
        joined = joined[4:]
    found = PREFIXED.fullmatch(joined)
    return found[2].lstrip("0") if found and _leads(found[1].lower()) else ""


def is_reference(text: str) -> bool:
    """Nothing but digits, with blanks and hyphens among them, and no more than a reference has."""
    return bool(WHOLE.fullmatch(text)) and len(digits_of(text)) <= OCR_LONGEST


def organisation_digits(said: str) -> str:
    """The ten digits of an organisation number, also out of a VAT number; empty for any other."""
    joined = STRAY.sub("", said).upper()
    found = VAT_NUMBER.fullmatch(joined) or LONG_NUMBER.fullmatch(joined)
    return found[1] if found and is_organisation_number(found[1]) else ""


def is_date(digits: str) -> bool:
    """Eight digits that may be a day, as 20261124."""
    return len(digits) == len("20261124") and is_day(f"{digits[:4]}-{digits[4:6]}-{digits[6:]}")


def is_day(written: str) -> bool:
    """A day and nothing else: 2026-11-24."""
    try:
        return bool(re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", written)) and bool(
            date.fromisoformat(written)
        )
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Written:
    """A number in a text. named: a word such as `faktura` stands before it.

    loose: it may be something else (a date, one end of a range), so that more must speak for it.
    """

    digits: str
    named: bool
    loose: bool = False


def numbers_in(text: str, known: Callable[[str], bool]) -> Iterator[Written]:
    """The numbers in a text, each as a whole: a part of a longer one is never a number.

    known: whether a number, leading zeros or not, is that of an invoice. Numbers with hyphens or
    blanks in them are read as one where that is known, otherwise as several. Amounts with decimals
    and days (2026-11-24) are left out.
    """
    named, run = False, list[Written]()
    for word in WORD.findall(AMOUNT.sub(" ", text).lower()):
        found = NUMBER.fullmatch(word)
        if is_day(word):
            continue
        if known(word):
            run.append(Written(word, named, loose=not named and is_date(word)))
            continue
        if found and _leads(found[1]):
            named = named or bool(INVOICE_WORDS.fullmatch(found[1]))
            run.extend(_read(found[2], known, named=named))
            continue
        plain = word.strip(".-")
        if not plain or (run and plain in BETWEEN_NUMBERS) or NUMBER_WORDS.fullmatch(plain):
            continue
        yield from _joined(run, known)
        run, named = [], bool(INVOICE_WORDS.fullmatch(plain))
    yield from _joined(run, known)


def _leads(word: str) -> bool:
    """Nothing, or what stands before a number, with no blank between."""
    return not word or bool(INVOICE_WORDS.fullmatch(word) or NUMBER_WORDS.fullmatch(word))


def _read(number: str, known: Callable[[str], bool], *, named: bool) -> Iterator[Written]:
    whole = JOINTS.sub("", number)
    if known(whole) or whole == number:
        yield Written(whole, named, loose=not named and is_date(whole))
    else:
        for part in JOINTS.split(number):
            yield Written(part, named, loose=True)


def _joined(run: list[Written], known: Callable[[str], bool]) -> list[Written]:
    """Numbers in a row: as one where only the whole is known, loose where only some are."""
    count = sum(known(written.digits) for written in run)
    whole = "".join(written.digits for written in run)
    if len(run) > 1 and not count and known(whole):
        return [Written(whole, named=any(written.named for written in run))]
    return run if count in (0, len(run)) else [replace(written, loose=True) for written in run]
