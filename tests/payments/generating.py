"""A year of payments whose truth is known; seeded, and made without the product's own code."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product
from random import Random

from tests.payments.kinds import KINDS
from tests.payments.truth import Books, Member, World, luhn

MEMBERS, MONTHS, A_MONTH = 290, 12, 2
STEMS = re.findall("[A-Z][^A-Z]+", "AskBergDalEkForsGranHultKälLundMalNorrSjö")
ENDS = re.findall("[a-zåäö]+", "arp by ed fors inge köping näs stad torp um vik ås ö red sele tuna")
ENDS += re.findall("[a-zåäö]+", "hamn lösa mora holm lanna vad ryd bo hed")


def make_world(count: int = 10_000, seed: int = 2026) -> World:
    """`count` payments over twelve months, two invoices a member and month, in order of day."""
    books = Books(Random(seed))
    books.world.members = list(_members())
    kinds, weights = list(KINDS), list(KINDS.values())
    for month in range(1, MONTHS + 1):
        books.day = date(2026, month, 1)
        _issue(books)
        begun, goal = len(books.world.payments), count * month // MONTHS
        while (done := len(books.world.payments)) < goal:
            days = 27 * (done - begun) // (goal - begun)
            books.day = date(2026, month, 1) + timedelta(days)
            for money in books.random.choices(kinds, weights)[0](books):
                books.keep(money)
    del books.world.payments[count:]
    return books.world


def _members() -> Iterator[Member]:
    names = ["Habo", "Håbo", *("".join(two) for two in product(STEMS, ENDS))]
    for place, name in enumerate(names[:MEMBERS]):
        head, bankgiro = f"21200{place:04}", f"5{place:06}"
        number, account = head + luhn(head), bankgiro + luhn(bankgiro)
        yield Member(f"{place:04}", f"{name} kommun", number, account)


def _issue(books: Books) -> None:
    for member in books.world.members:
        steady = int(member.code) * 1_000_00 + 25_000_00  # some owe the same each month
        for _ in range(A_MONTH):
            changes = books.random.random() < 0.7
            amount = books.random.randint(5_000_00, 900_000_00) if changes else steady
            books.bill(member, amount)
        if books.random.random() < 0.03:
            books.bill(member, -books.random.randint(100_00, 4_000_00))
