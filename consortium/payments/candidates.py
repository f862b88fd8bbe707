"""Questions for a person who places a payment: which invoices it may pay, what may pay it back."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from consortium.core.words import mark
from consortium.core.work import Work
from consortium.payments.debts import placing_debts
from consortium.payments.formats.entries import Entry
from consortium.payments.known import parts_of
from consortium.payments.left import left_of
from consortium.payments.matching import Book, Debt
from consortium.payments.placing import STANDS, same_payer
from consortium.payments.proposing import proposals
from consortium.payments.queries import payments_to_do
from consortium.payments.tables import Payment

SAME_MEMBER: Final = mark("The same member has not paid it")
MOST_TO_DO: Final = 1000
BETWEEN: Final = ", "  # of `Entry.reference`


@dataclass(frozen=True, slots=True)
class Candidate:
    """An invoice or credit note that a payment may pay. member: code; name: the member's.

    debt_ore: what is left of it, negative of a credit note. amount_ore: what is proposed, 0 where
    nothing is. reason: a marked text, empty where it is just one of the member's.
    """

    number: str
    member: str
    name: str
    due_on: date
    debt_ore: int
    amount_ore: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ToPlace:
    """A payment with what is left of it, and what is proposed, best first."""

    payment: Payment
    left_ore: int
    proposed: tuple[Candidate, ...]


def to_place(work: Work, payments: Sequence[Payment]) -> list[ToPlace]:
    """Payments with what they may pay, in their order."""
    work.require_whole("billing.see")
    book = Book(placing_debts(work))
    ids = [payment.id for payment in payments]
    left, pays = left_of(work, ids), parts_of(work, ids)
    return [
        ToPlace(
            payment,
            left[payment.id],
            tuple(_proposed(payment, left[payment.id], book, pays[payment.id])),
        )
        for payment in payments
    ]


def candidates(work: Work, payment: Payment, left_ore: int) -> list[Candidate]:
    """What a payment may pay: what is proposed, then all that is open of the same members."""
    work.require_whole("billing.see")
    book = Book(placing_debts(work))
    pays = parts_of(work, [payment.id])[payment.id]
    proposed = _proposed(payment, left_ore, book, pays)
    taken = {each.number for each in proposed}
    members = {each.member for each in proposed} | _members(book, pays)
    members.add(book.payer(_entry(payment, left_ore)) or "")
    rest = [
        _candidate(debt)
        for debt in _open(book, members)
        if debt.number not in taken and payment.state not in STANDS
    ]
    return [*proposed, *rest]


def pay_backs(work: Work, payment: Payment) -> list[tuple[Payment, Payment]]:
    """Pairs of a payment and the payment out that may have paid its rest back; one is `payment`."""
    if payment.state in STANDS:
        return []
    waiting, _total = payments_to_do(work, 0, MOST_TO_DO)
    left = left_of(work, [each.id for each in waiting])
    pairs = (
        [(payment, each) for each in waiting]
        if payment.amount_ore > 0
        else [(each, payment) for each in waiting]
    )
    return [
        (paid, out)
        for paid, out in pairs
        if out.amount_ore < 0 < paid.amount_ore
        and out.reverses_id is None
        and out.booked_on >= paid.booked_on
        and left.get(paid.id, 0) >= -left.get(out.id, 0) > 0
        and same_payer(paid, out)
    ]


def _proposed(payment: Payment, left_ore: int, book: Book, pays: Iterable[int]) -> list[Candidate]:
    if left_ore <= 0 or payment.state in STANDS:
        return []
    found = [
        _candidate(book.debts[each.invoice], each.amount_ore, each.reason)
        for each in proposals(_entry(payment, left_ore), book)
    ]
    known = {each.number for each in found}
    rest = [
        _candidate(debt, min(left_ore, debt.debt_ore), SAME_MEMBER)
        for debt in _open(book, _members(book, pays))
        if debt.debt_ore > 0 and debt.number not in known
    ]
    return [*found, *rest]


def _members(book: Book, invoices: Iterable[int]) -> set[str]:
    return {book.debts[invoice].member for invoice in invoices}


def _open(book: Book, members: Container[str]) -> list[Debt]:
    """What is open of members, the earliest due first."""
    found = [debt for debt in book.debts.values() if debt.debt_ore and debt.member in members]
    return sorted(found, key=lambda debt: (debt.due_on, debt.number))


def _entry(payment: Payment, left_ore: int) -> Entry:
    """What is left of a payment, as if a file told of it."""
    texts = payment.reference.split(BETWEEN) if payment.reference else []
    return Entry(
        place=1,
        key=payment.key,
        booked_on=payment.booked_on,
        amount_ore=left_ore,
        references=tuple((text, None) for text in texts),
        payer=payment.payer,
        payer_account=payment.payer_account,
        payer_number="",
        message=payment.message,
    )


def _candidate(debt: Debt, amount_ore: int = 0, reason: str = "") -> Candidate:
    return Candidate(
        debt.number, debt.member, debt.name, debt.due_on, debt.debt_ore, amount_ore, reason
    )
