"""Payments whose truth is known, and the books that it is told by; none of the product's code.

What makes a payment without a reference tellable by a person: it writes the whole number of an
invoice, or its payer stands there (organisation number or whole name) and exactly one set of that
payer's open invoices, of all sets there are, comes to its amount. All others are for review.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from random import Random
from typing import Any


@dataclass(frozen=True)
class Member:
    code: str
    name: str
    number: str
    bankgiro: str


@dataclass(frozen=True)
class Bill:
    """An invoice, or a credit note with a negative amount."""

    place: int
    number: str
    ocr: str
    member: Member
    issued_on: date
    amount_ore: int


@dataclass(frozen=True)
class Money:
    """A payment as the bank knows it, with its truth. name: the bank's. back: whose it is back.

    kind: what it is made as. parts: bill's place → öre. without: it carries no reference.
    """

    name: int
    day: date
    amount_ore: int
    references: tuple[tuple[str, int | None], ...] = ()
    message: str = ""
    payer: str = ""
    account: str = ""
    number: str = ""
    back: int = 0
    kind: str = ""
    state: str = "review"
    parts: tuple[tuple[int, int], ...] = ()
    without: bool = False


@dataclass
class World:
    members: list[Member] = field(default_factory=list)
    bills: list[Bill] = field(default_factory=list)
    payments: list[Money] = field(default_factory=list)


def luhn(digits: str) -> str:
    """The check digit, by hand: from the right every second digit doubled."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled // 10 + doubled % 10
    return str(-total % 10)


def reference(number: str) -> str:
    head = number + str((len(number) + 2) % 10)
    return head + luhn(head)


class Books:
    """Bills and what is left of each as payments are made up. back: names of those taken back."""

    def __init__(self, random: Random) -> None:
        self.random, self.world = random, World()
        self.left: dict[int, int] = {}
        self.of: dict[str, list[Bill]] = defaultdict(list)
        self.back: set[int] = set()
        self.day = date(2026, 1, 1)

    def bill(self, member: Member, amount_ore: int) -> None:
        place = len(self.world.bills) + 1
        number = f"2026{place:04}"
        bill = Bill(place, number, reference(number), member, self.day, amount_ore)
        self.world.bills.append(bill)
        self.of[member.code].append(bill)
        self.left[place] = amount_ore

    def keep(self, money: Money) -> None:
        self.world.payments.append(money)
        if money.state != "duplicate":
            for place, ore in money.parts:
                self.left[place] -= ore

    def opened(self, *, least: int = 1) -> list[Bill]:
        """Open invoices of one member, at least so many; empty where nobody is found."""
        for _ in range(60):
            bills = self.of[self.random.choice(self.world.members).code]
            bills = [bill for bill in bills if self.left[bill.place] > 0]
            if len(bills) >= least:
                return bills
        return []

    def pays(self, bills: list[Bill], amount_ore: int, kind: str, **told: Any) -> Money:
        member = bills[0].member
        money = Money(
            name=len(self.world.payments) + 1,
            day=self.day,
            amount_ore=amount_ore,
            account=member.bankgiro,
            kind=kind,
        )
        if self.random.random() < 0.7:
            money = replace(money, payer=member.name)
        if self.random.random() < 0.6:
            money = replace(money, number=member.number)
        return replace(money, **told)

    def one(self, kind: str, factor: tuple[int, int] = (1, 1), **told: Any) -> Iterator[Money]:
        """A payment of one invoice, of `factor` of what is left, with its reference."""
        for bill in self.opened()[:1]:
            left = self.left[bill.place]
            amount = left * factor[0] // factor[1]
            paid = min(left, amount)
            state = "matched" if amount == left else "part" if amount < left else "over"
            truth = {"state": state, "parts": ((bill.place, paid),)}
            told = {"references": ((bill.ocr, None),), **truth, **told}
            yield self.pays([bill], amount, kind, **told)
