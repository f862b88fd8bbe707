"""Which invoices an entry names or fits. Pure.

A wrong match is far worse than a question: what is not certain gives no parts.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Final

from consortium.payments.formats.entries import Entry
from consortium.payments.formats.references import (
    digits_of,
    is_date,
    is_day,
    key_of,
    numbers_in,
    organisation_digits,
)

MATCHED, PART, OVER, REVIEW = "matched", "part", "over", "review"
BY_REFERENCE, BY_AMOUNT, BY_CREDIT = "reference", "amount", "credit"
MOST_FOR_TRIPLES: Final = 24
NUMBERS_ALONE: Final = re.compile(r"[0-9\s,;.&+-]*")
TOWN: Final = frozenset({"kommun", "kommuns", "stad", "stads"})

Parts = tuple[tuple[int, int, str], ...]
"""Invoice, öre, how."""


@dataclass(frozen=True, slots=True)
class Debt:
    """An invoice or a credit note, settled ones included. invoice: its id.

    member: the member's code, `name` and `organisation_number` (ten digits, empty where unknown)
    its own. debt_ore: what is left to pay; 0 where it is paid; negative where a credit note has
    not been set off yet.
    """

    invoice: int
    number: str
    ocr: str
    member: str
    name: str
    organisation_number: str
    issued_on: date
    due_on: date
    debt_ore: int


@dataclass(frozen=True, slots=True)
class Told:
    """What an entry says of invoices. own: each that it names, with its own öre where given.

    exactly: so much is open to doubt that only the exact sum will do. vague: it names one that is
    not there. named: it says that these are invoices, in a field for them or by a word.
    """

    own: Mapping[int, int | None]
    exactly: bool = False
    vague: bool = False
    named: bool = True


class Book:
    """The debts, found by number and by payer; `left` goes down as payments are placed."""

    def __init__(self, debts: Iterable[Debt]) -> None:
        self.debts = {debt.invoice: debt for debt in sorted(debts, key=_age)}
        self.left = {invoice: debt.debt_ore for invoice, debt in self.debts.items()}
        numbers, members = defaultdict[str, set[int]](set), defaultdict[str, set[str]](set)
        self._of_member = defaultdict[str, list[int]](list)
        for invoice, debt in self.debts.items():
            digits = re.sub("[^0-9]", "", debt.number).lstrip("0")
            for number in {digits, key_of(debt.number), key_of(debt.ocr)} - {""}:
                numbers[number].add(invoice)
            for called in {debt.organisation_number, _plain(debt.name)} - {""}:
                members[called].add(debt.member)
            self._of_member[debt.member].append(invoice)
        # what two share says nothing
        self._by_number = {n: next(iter(of)) for n, of in numbers.items() if len(of) == 1}
        self._members = {called: next(iter(of)) for called, of in members.items() if len(of) == 1}
        self._lengths = {len(number) + more for number in numbers for more in (-1, 0, 1)}

    def invoice(self, written: str) -> int | None:
        """The invoice whose number or OCR reference this is, as a whole; None where none is."""
        for number in (written, key_of(written), digits_of(written)):
            if (invoice := self._by_number.get(number)) is not None:
                return invoice
        return None

    def is_known(self, number: str) -> bool:
        return key_of(number) in self._by_number

    def is_like_one(self, written: str) -> bool:
        """As long as an invoice's number or reference, one digit more or less."""
        return len(digits_of(written)) in self._lengths

    def payer(self, entry: Entry) -> str | None:
        """The member that pays; None where nobody or more than one is meant.

        By its organisation number, also in a text, and its whole name: Habo and Håbo are two.
        """
        words = " ".join([entry.message, *(written for written, _ in entry.references)]).split()
        numbers = [entry.payer_number, *map(organisation_digits, words)]
        called = {self._members.get(name) for name in (*numbers, _plain(entry.payer))} - {None}
        return next(iter(called)) if len(called) == 1 else None

    def open(self, member: str, day: date) -> list[int]:
        """What a member has open and had got on `day`, credit notes too, the oldest first."""
        return [
            invoice
            for invoice in self._of_member[member]
            if self.left[invoice] and self.debts[invoice].issued_on <= day
        ]

    def put(self, parts: Parts) -> None:
        for invoice, amount_ore, _how in parts:
            if invoice in self.left:
                self.left[invoice] -= amount_ore


def match(book: Book, entry: Entry) -> tuple[str, Parts]:
    """State and parts of a payment in: by what it names, else by payer and amount."""
    told = told_by(book, entry)
    if told.own:
        return _by_reference(book, entry, told)
    if told.vague or (payer := book.payer(entry)) is None:
        return REVIEW, ()
    return _by_amount(book, entry, payer)


def told_by(book: Book, entry: Entry) -> Told:
    """The references; where any of them is none, what the texts say as well."""
    own: dict[int, int | None] = {}
    texts: list[str] = []
    for written, own_ore in entry.references:
        plain = written if written.isdecimal() else digits_of(written)
        if (invoice := book.invoice(written)) is None or is_date(plain):
            texts.append(written)
        elif own_ore is not None or invoice not in own:
            own[invoice] = own_ore
    if own and not texts:
        return Told(own)
    told = _told_in(book, " , ".join([*texts, entry.message]))
    missed = any(_is_missed(book, text) for text in texts)
    return Told(
        own={**told.own, **own},
        exactly=bool(own) or told.exactly or told.vague or missed,
        vague=told.vague or missed,
        named=told.named,
    )


def _is_missed(book: Book, written: str) -> bool:
    """A reference that looks like an invoice's but is none's, nor several in one."""
    if is_day(written) or not book.is_like_one(written):
        return False
    return not any(book.is_known(w.digits) for w in numbers_in(written, book.is_known))


def _told_in(book: Book, text: str) -> Told:
    written = list(numbers_in(text, book.is_known))
    known = [(book.invoice(number.digits), number) for number in written]
    found = [(invoice, number) for invoice, number in known if invoice is not None]
    vague = any(
        number.named and invoice is None and book.is_like_one(number.digits)
        for invoice, number in known
    )
    return Told(
        own=dict.fromkeys(invoice for invoice, _ in found),
        exactly=any(number.loose for _, number in found),
        vague=vague,
        named=all(number.named for _, number in found) or bool(NUMBERS_ALONE.fullmatch(text)),
    )


def _by_reference(book: Book, entry: Entry, told: Told) -> tuple[str, Parts]:
    own = _own_amounts(book, entry, told)
    total_ore = sum(book.left[invoice] for invoice in told.own)
    if own is None:
        return REVIEW, ()
    if entry.amount_ore != total_ore:
        if told.exactly or not told.named:
            return REVIEW, ()
        payer = book.payer(entry)
        if payer and {book.debts[invoice].member for invoice in told.own} != {payer}:
            return REVIEW, ()  # somebody else's invoice: perhaps a slip of the pen
    return _paid(book, entry.amount_ore, own)


def _own_amounts(book: Book, entry: Entry, told: Told) -> dict[int, int] | None:
    """What the entry pays of each invoice that it names; None where it cannot be told."""
    invoices = list(told.own)
    left = {invoice: book.left[invoice] for invoice in invoices}
    if len(invoices) == 1:
        return {invoices[0]: entry.amount_ore} if left[invoices[0]] >= 0 else None
    given = {invoice: own for invoice, own in told.own.items() if own is not None}
    rest_ore = entry.amount_ore - sum(given.values())
    without = [invoice for invoice in invoices if invoice not in given]
    if given and not without and rest_ore == 0:
        return given
    if given and len(without) == 1 and rest_ore > 0:
        return {**given, without[0]: rest_ore}
    if entry.amount_ore >= sum(left.values()) and not given:
        return left
    return left if entry.amount_ore == sum(left.values()) else None


def _paid(book: Book, amount_ore: int, own: Mapping[int, int]) -> tuple[str, Parts]:
    parts: list[tuple[int, int, str]] = []
    for invoice, own_ore in own.items():
        left_ore = book.left[invoice]
        if own_ore > 0 and left_ore > 0:
            parts.append((invoice, min(own_ore, left_ore), BY_REFERENCE))
        elif own_ore < 0 and left_ore < 0:
            parts.append((invoice, max(own_ore, left_ore), BY_CREDIT))
    placed_ore = sum(part_ore for _, part_ore, _ in parts)
    over_ore = amount_ore - placed_ore
    if over_ore < 0 or placed_ore < 0:
        return REVIEW, ()  # a credit note that is not there, was used before, or has more in it
    if over_ore:
        return OVER, tuple(parts)
    short = any(book.left[invoice] != part_ore for invoice, part_ore, _ in parts)
    return PART if short else MATCHED, tuple(parts)


def _by_amount(book: Book, entry: Entry, payer: str) -> tuple[str, Parts]:
    """The one set of the payer's open invoices that comes to the amount, if there is only one."""
    invoices = book.open(payer, entry.booked_on)
    found: set[frozenset[int]] = set()
    for places in _sets([book.left[invoice] for invoice in invoices], entry.amount_ore):
        found.add(frozenset(places))
        if len(found) > 1:
            return REVIEW, ()
    chosen = [invoices[place] for places in found for place in sorted(places)]
    return MATCHED if chosen else REVIEW, tuple(
        (invoice, book.left[invoice], BY_AMOUNT if book.left[invoice] > 0 else BY_CREDIT)
        for invoice in chosen
    )


def _sets(amounts: Sequence[int], wanted: int) -> Iterator[Sequence[int]]:
    """Places of amounts that come to `wanted`, as one may pay them at once.

    One, two, three (of at most MOST_FOR_TRIPLES), or those in a row by age, all of them included.
    """
    places_of, sums_before = defaultdict[int, list[int]](list), defaultdict[int, list[int]](list)
    sum_ore = 0
    for place, amount_ore in enumerate(amounts):
        yield from ((other, place) for other in places_of[wanted - amount_ore])
        places_of[amount_ore].append(place)
        sums_before[sum_ore].append(place)
        sum_ore += amount_ore
        yield from (range(first, place + 1) for first in sums_before[sum_ore - wanted])
    if len(amounts) <= MOST_FOR_TRIPLES:
        for some in combinations(range(len(amounts)), 3):
            if sum(amounts[place] for place in some) == wanted:
                yield some


def _age(debt: Debt) -> tuple[date, date, int]:
    return debt.due_on, debt.issued_on, debt.invoice


def _plain(name: str) -> str:
    """A name in small letters, without what a town calls itself: `HABO KOMMUN` is `Habo`."""
    words = name.casefold().replace(",", " ").split()
    return " ".join(word for word in words if word not in TOWN) or " ".join(words)
