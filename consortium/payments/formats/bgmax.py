"""BgMax: how Bankgirot tells of payments in (Bankgiro Inbetalningar, Technical Manual, 3). Pure.

A file has a start record (01), sections and an end record (70). A section is one deposit: opening
(05), payments (20) and deductions (21), each with what belongs to it, and the deposit (15) with its
day and sum. Records are 80 characters of ISO 8859-1. Met in practice and read: any line ends or
none, trailing blanks cut, tabs in the place of blanks, UTF-8, one serial number for two payments.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from consortium.core.errors import Fault, Invalid
from consortium.core.words import mark
from consortium.payments.formats.entries import BankFile, Entry
from consortium.payments.formats.keys import Keys

FORM: Final = "bgmax"
LENGTH: Final = 80
TAB: Final = 8
CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f]")
START, OPENING, DEPOSIT, END = "01", "05", "15", "70"
PAYMENT, DEDUCTION = "20", "21"
REFERENCE, CREDIT = "22", "23"
TEXT, NAME, NUMBER = "25", "26", "29"
OF_PAYMENT: Final = frozenset({REFERENCE, CREDIT, TEXT, NAME, "27", "28", NUMBER})
FREE_TEXT: Final = "3"
"""The code of a reference that is text, while the references stand in records of their own."""


@dataclass(frozen=True, slots=True)
class Record:
    """A record filled up with blanks. place: 1, 2, … in the file. Columns as the manual counts."""

    place: int
    text: str

    @property
    def code(self) -> str:
        return self.text[:2]

    @property
    def at(self) -> str:
        return f"record {self.place}"

    def column(self, first: int, last: int) -> str:
        return self.text[first - 1 : last].strip()


@dataclass(slots=True)
class _Section:
    """A deposit as it is read: its payments, each with the records that belong to it."""

    opening: Record
    payments: list[list[Record]] = field(default_factory=list)


@dataclass(slots=True)
class _File:
    faults: list[Fault] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    account: str = ""
    count: Counter[str] = field(default_factory=Counter)
    keys: Keys = field(default_factory=Keys)

    def wrong(self, record: Record, text: str, **facts: str | int) -> None:
        self.faults.append(Fault(text, record.at, facts))

    def amount_ore(self, record: Record, first: int, last: int) -> int:
        """An amount or a count: digits; blank is 0."""
        written = record.column(first, last) or "0"
        if written.isascii() and written.isdecimal():
            return int(written)
        self.wrong(record, mark("{written} is no number"), written=written)
        return 0


def read_bgmax(content: bytes) -> BankFile:
    """The payments in a file, zero ones left out; Invalid with every fault and its record."""
    file = _File()
    records = list(_records(_text(content)))
    if not records or records[0].code != START or records[0].column(3, 22) != "BGMAX":
        raise Invalid("The file does not begin with the start record of BgMax (01)", at="record 1")
    if records[0].column(23, 24) not in ("01", "1"):
        version = records[0].column(23, 24)
        file.wrong(records[0], mark("BgMax has the version 01, not {version}"), version=version)
    if records[-1].code != END:
        file.wrong(records[-1], mark("The end record (70) is missing: the file is not whole"))
    for section, deposit in _sections(file, records[1:]):
        _read_section(file, section, deposit)
    if file.faults:
        raise Invalid(file.faults)
    return BankFile(
        form=FORM,
        account=file.account,
        entries=tuple(file.entries),
        total_ore=sum(entry.amount_ore for entry in file.entries),
        trial=records[0].column(45, 45) == "T",
    )


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("iso-8859-1")


def _records(text: str) -> Iterator[Record]:
    place = 0
    for line in re.split("\r\n|\n|\r", text):
        whole = CONTROL.sub(" ", line.expandtabs(TAB)).rstrip()
        for first in range(0, len(whole), LENGTH):
            place += 1
            yield Record(place, whole[first : first + LENGTH].ljust(LENGTH))


def _sections(file: _File, records: Sequence[Record]) -> Iterator[tuple[_Section, Record]]:
    """Each section that has a deposit; what stands where it may not is a fault."""
    section: _Section | None = None
    for record in records:
        file.count[record.code] += 1
        if record.code == OPENING:
            if section:
                file.wrong(section.opening, mark("The section has no deposit record (15)"))
            section = _Section(record)
        elif record.code == DEPOSIT and section:
            yield section, record
            section = None
        elif record.code == END:
            _check_end(file, record, last=record is records[-1])
        elif not _belongs(section, record):
            text = "A record {code} may not stand here"
            file.wrong(record, text, code=record.code.strip() or "?")
    if section:
        file.wrong(section.opening, mark("The section has no deposit record (15)"))


def _belongs(section: _Section | None, record: Record) -> bool:
    """Put the record with its payment; False where there is none."""
    if section and record.code in (PAYMENT, DEDUCTION):
        section.payments.append([record])
    elif section and section.payments and record.code in OF_PAYMENT:
        section.payments[-1].append(record)
    else:
        return False
    return True


def _check_end(file: _File, record: Record, *, last: bool) -> None:
    if not last:
        file.wrong(record, mark("There are records after the end record (70)"))
    count = file.count
    found = (count[PAYMENT], count[DEDUCTION], count[REFERENCE] + count[CREDIT], count[DEPOSIT])
    columns = ((3, 10), (11, 18), (19, 26), (27, 34))
    stated = tuple(file.amount_ore(record, *column) for column in columns)
    names = ("20", "21", "22 + 23", "15")
    for name, there, said in zip(names, found, stated, strict=True):
        if there != said:
            text = "The end record tells of {stated} records {code}, the file has {found}"
            file.wrong(record, text, stated=said, code=name, found=there)


def _read_section(file: _File, section: _Section, deposit: Record) -> None:
    account = section.opening.column(3, 12).lstrip("0")
    file.account = file.account or account
    for record, currency in (
        (section.opening, section.opening.column(23, 25)),
        (deposit, deposit.column(69, 71)),
    ):
        if currency not in ("SEK", ""):
            file.wrong(
                record, mark("The currency is {currency}; only SEK is taken in"), currency=currency
            )
    day = _day(file, deposit)
    begins = f"{FORM}:{account}:{day:%Y%m%d}:{deposit.column(46, 50)}"
    amounts_ore = []
    for records in section.payments:
        amount_ore = file.amount_ore(records[0], 38, 55)
        amounts_ore.append(-amount_ore if records[0].code == DEDUCTION else amount_ore)
        if amounts_ore[-1]:
            key = _key(file, begins, records, amounts_ore[-1])
            file.entries.append(_entry(file, records, key, day, amounts_ore[-1]))
    _check_deposit(file, deposit, amounts_ore)


def _key(file: _File, begins: str, records: Sequence[Record], amount_ore: int) -> str:
    """The deposit and the serial number; since two may share that, the reference and the amount."""
    serial, reference = records[0].column(58, 69), records[0].column(13, 37)
    told = tuple(record.text for record in records)
    named = bool(serial.strip("0"))
    name = f"{begins}:{serial}"
    return file.keys.key(name, amount_ore, told, within=f"{reference}:", named=named)


def _day(file: _File, deposit: Record) -> date:
    written = deposit.column(38, 45)
    if re.fullmatch("[0-9]{8}", written):
        with suppress(ValueError):
            return date.fromisoformat(f"{written[:4]}-{written[4:6]}-{written[6:]}")
    file.wrong(deposit, mark("{written} is no date"), written=written or "—")
    return date.min


def _check_deposit(file: _File, deposit: Record, amounts_ore: Sequence[int]) -> None:
    stated_ore, stated = file.amount_ore(deposit, 51, 68), file.amount_ore(deposit, 72, 79)
    if stated_ore != abs(sum(amounts_ore)):
        text = "The deposit is {stated} öre, its payments add up to {found} öre"
        file.wrong(deposit, text, stated=stated_ore, found=sum(amounts_ore))
    if stated != len(amounts_ore):
        text = "The deposit tells of {stated} payments, the section has {found}"
        file.wrong(deposit, text, stated=stated, found=len(amounts_ore))


def _entry(file: _File, records: Sequence[Record], key: str, day: date, amount_ore: int) -> Entry:
    payment = records[0]
    of: dict[str, list[Record]] = {}
    for record in records[1:]:
        of.setdefault(record.code, []).append(record)
    written, message = payment.column(13, 37), _message(of.get(TEXT, []))
    references: list[tuple[str, int | None]] = []
    extra = [record for record in records[1:] if record.code in (REFERENCE, CREDIT)]
    if written and extra and payment.column(56, 56) == FREE_TEXT:
        message = f"{written} {message}".strip()
    elif written:
        references.append((written, None))
    for record in extra:
        own_ore = file.amount_ore(record, 38, 55)
        own_ore = -own_ore if record.code == CREDIT else own_ore
        references.append((record.column(13, 37), own_ore or None))
    return Entry(
        place=len(file.entries) + 1,
        key=key,
        booked_on=day,
        amount_ore=amount_ore,
        references=tuple(reference for reference in references if reference[0]),
        payer=of[NAME][0].column(3, 37) if NAME in of else "",
        payer_account=payment.column(3, 12).lstrip("0"),
        payer_number=_number(of[NUMBER][0].column(3, 14)) if NUMBER in of else "",
        message=message,
    )


def _message(records: Sequence[Record]) -> str:
    """The payer's text; a record that is full to the last column goes on in the next."""
    lines = [record.text[2:52] for record in records]
    return " ".join("".join(line if line[-1:] != " " else f"{line} " for line in lines).split())


def _number(written: str) -> str:
    """An organisation number: the last ten of the digits that stand there, two zeros before."""
    digits = re.sub("[^0-9]", "", written)
    return digits[-10:] if len(digits) >= 10 and digits.strip("0") else ""  # noqa: PLR2004
