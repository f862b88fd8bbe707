"""Format: SIE type 4, a year of the books as a ledger program takes it in.

SIE-gruppen, SIE filformat, edition 4B: one record a line, a label that begins with `#`, fields
parted by blanks, text in quotes (5.7), code page 437 (5.8), a voucher's lines in braces below it.
Within a text a quote has a backslash before it. The standard has no such sign for the backslash
itself, and readers differ there, so that a backslash is written as a slash. What the code page
lacks is replaced as `carrying.py` says.

Dimensions from 20 on are free for the sender (chapter 8). Income and expense accounts (class 3–8
of Kommun-Bas) have #RES, balance accounts (1–2) #IB and #UB; a year's result stays on its accounts,
as it is closed in the host's own ledger and not here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from consortium.core.errors import Fault, Invalid
from consortium.core.money import decimal
from consortium.ledger.formats.carrying import carried
from consortium.ledger.rules import is_balance_account

ENCODING: Final = "cp437"
SERIES: Final = "A"


@dataclass(frozen=True, slots=True)
class Sender:
    """Whose books they are, by which program, made on what day.

    organisation_number: ten digits, or empty where it is not known.
    """

    name: str
    organisation_number: str
    program: str
    version: str
    made_on: date


@dataclass(frozen=True, slots=True)
class Dimension:
    """What lines are marked with. number: from 20. objects: number of the object → its name."""

    number: int
    name: str
    objects: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Movement:
    """A line: öre on `account`, debit positive. objects: dimension and object, where it has any."""

    account: str
    objects: tuple[tuple[int, str], ...]
    amount_ore: int


@dataclass(frozen=True, slots=True)
class Voucher:
    """A journal entry. number: its place in the year's series, from 1."""

    number: int
    booked_on: date
    text: str
    entered_on: date
    lines: tuple[Movement, ...]


@dataclass(frozen=True, slots=True)
class Year:
    """A year of accounts. opening: account → öre before it; moved: account → öre within it."""

    first: date
    last: date
    opening: Mapping[str, int]
    moved: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Books:
    """What a file tells. years: the one told of, then the one before. accounts: number → name."""

    sender: Sender
    years: tuple[Year, Year]
    accounts: Mapping[str, str]
    dimensions: Sequence[Dimension]
    vouchers: Sequence[Voucher]


def sie_file(books: Books) -> bytes:
    """The file; Invalid with every voucher that does not sum to 0, which no reader would take."""
    if faults := list(_faults(books.vouchers)):
        raise Invalid(faults)
    named = sorted(books.accounts.items())
    lines = [
        *_head(books.sender),
        *_years(books.years),
        *(f"#KONTO {_word(number)} {_text(name)}" for number, name in named),
        *_dimensions(books.dimensions),
        *_balances(books.years),
        *(line for voucher in books.vouchers for line in _voucher(voucher)),
    ]
    return "".join(f"{line}\r\n" for line in lines).encode(ENCODING)


def _faults(vouchers: Sequence[Voucher]) -> Iterator[Fault]:
    for voucher in vouchers:
        if sum(line.amount_ore for line in voucher.lines):
            yield Fault(
                "The entry {name} does not balance", f"{voucher.number}", {"name": voucher.text}
            )


def _head(sender: Sender) -> Iterator[str]:
    yield "#FLAGGA 0"
    yield f"#PROGRAM {_text(sender.program)} {_word(sender.version)}"
    yield "#FORMAT PC8"
    yield f"#GEN {sender.made_on:%Y%m%d}"
    yield "#SIETYP 4"
    if number := sender.organisation_number:
        yield f"#ORGNR {number[:6]}-{number[6:]}"
    yield f"#FNAMN {_text(sender.name)}"


def _years(years: Sequence[Year]) -> Iterator[str]:
    for place, year in enumerate(years):
        yield f"#RAR {-place} {year.first:%Y%m%d} {year.last:%Y%m%d}"


def _dimensions(dimensions: Sequence[Dimension]) -> Iterator[str]:
    for dimension in dimensions:
        yield f"#DIM {dimension.number} {_text(dimension.name)}"
    for dimension in dimensions:
        for number, name in sorted(dimension.objects.items()):
            yield f"#OBJEKT {dimension.number} {_text(number)} {_text(name)}"


def _balances(years: Sequence[Year]) -> Iterator[str]:
    """#IB of both years, then #UB, then #RES; accounts that have nothing in a year are left out."""
    closing = [
        {a: year.opening.get(a, 0) + year.moved.get(a, 0) for a in (*year.opening, *year.moved)}
        for year in years
    ]
    yield from _sums("IB", [year.opening for year in years], balance=True)
    yield from _sums("UB", closing, balance=True)
    yield from _sums("RES", [year.moved for year in years], balance=False)


def _sums(label: str, years: Sequence[Mapping[str, int]], *, balance: bool) -> Iterator[str]:
    for place, sums in enumerate(years):
        for account, amount_ore in sorted(sums.items()):
            if is_balance_account(account) is balance:
                yield f"#{label} {-place} {_word(account)} {decimal(amount_ore)}"


def _voucher(voucher: Voucher) -> Iterator[str]:
    booked, entered = f"{voucher.booked_on:%Y%m%d}", f"{voucher.entered_on:%Y%m%d}"
    yield f"#VER {SERIES} {voucher.number} {booked} {_text(voucher.text)} {entered}"
    yield "{"
    for line in voucher.lines:
        objects = " ".join(f"{dimension} {_text(number)}" for dimension, number in line.objects)
        yield f"   #TRANS {_word(line.account)} {{{objects}}} {decimal(line.amount_ore)}"
    yield "}"


def _text(text: str) -> str:
    """A field in quotes."""
    plain = carried(text, ENCODING).replace("\\", "/")
    return '"' + plain.replace('"', '\\"') + '"'


def _word(text: str) -> str:
    """A field that needs no quotes where it has neither blanks nor signs of the format."""
    return text if text.isascii() and text.replace(".", "").isalnum() else _text(text)
