"""What a payment under review may pay. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from consortium.core.words import mark
from consortium.payments.formats.entries import Entry
from consortium.payments.formats.references import digits_of, numbers_in
from consortium.payments.matching import Book, Debt, told_by

MOST: Final = 5
NAMED: Final = mark("The payment names it")
NEARLY: Final = mark("The payment names a number that is nearly its own")
PAYERS_AMOUNT: Final = mark("The payer owes this amount on it")
SAME_AMOUNT: Final = mark("So much is left of it")
OLDEST: Final = mark("It is the oldest that the payer has open")


@dataclass(frozen=True, slots=True)
class Proposal:
    """An invoice that a payment under review may pay, and how much. reason: a marked text."""

    invoice: int
    amount_ore: int
    reason: str


def proposals(entry: Entry, debts: Sequence[Debt] | Book) -> list[Proposal]:
    """What a person may look at first: at most five open invoices, best first.

    debts: a book of them where several payments are asked about.
    """
    book = debts if isinstance(debts, Book) else Book(debts)
    found: dict[int, str] = {}
    for invoice, reason in _candidates(book, entry):
        if book.left[invoice] > 0 and entry.amount_ore > 0:
            found.setdefault(invoice, reason)
    return [
        Proposal(invoice, min(entry.amount_ore, book.left[invoice]), reason)
        for invoice, reason in list(found.items())[:MOST]
    ]


def _candidates(book: Book, entry: Entry) -> Iterator[tuple[int, str]]:
    for invoice in told_by(book, entry).own:
        yield invoice, NAMED
    for invoice in _nearly_named(book, entry):
        yield invoice, NEARLY
    payer = book.payer(entry)
    of_payer = book.open(payer, entry.booked_on) if payer else []
    for invoice in of_payer:
        if book.left[invoice] == entry.amount_ore:
            yield invoice, PAYERS_AMOUNT
    for invoice in of_payer[:2]:
        yield invoice, OLDEST
    for invoice, left_ore in book.left.items():
        if left_ore == entry.amount_ore:
            yield invoice, SAME_AMOUNT


def _nearly_named(book: Book, entry: Entry) -> Iterator[int]:
    """Invoices whose number or reference is one slip away from what is written."""
    written = [digits_of(text) for text, _ in entry.references]
    written += [number.digits for number in numbers_in(entry.message, book.is_known)]
    for digits in filter(book.is_like_one, written):
        for slip in _slips(digits):
            if (invoice := book.invoice(slip)) is not None:
                yield invoice


def _slips(digits: str) -> Iterator[str]:
    """Two neighbours turned, one digit another, one too few or one too many."""
    for place in range(len(digits)):
        before, after = digits[:place], digits[place + 1 :]
        yield before + digits[place + 1 : place + 2] + digits[place] + digits[place + 2 :]
        yield before + after
        for other in "0123456789":
            yield before + other + after
            yield before + other + digits[place:]
    yield from (digits + other for other in "0123456789")
