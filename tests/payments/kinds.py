"""Kinds of payments, each with its truth."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations

from tests.payments.truth import Bill, Books, Member, Money

TEXTS = (
    "faktura {}",
    "Fakturanr {}",
    "Fakt.nr {}",
    "betalning av faktura {} tack",
    "INV {}",
    "invoice {}",
    "F{}",
    "Avser faktura nr {}",
    "faktura: {}",
    "kulturnämnden, faktura {}",
    "Kundnr 1042 faktura {}",
)
PAIRS = ("faktura {} och {}", "fakt {}, {}", "inv {}, {}", "fakturor {} {}", "faktura {} & {}")
SHAPES = ("OCR {}", "000{}", "{} ", "{}-{}", "{} {}", "ocr:{}", "_{}", "{}.")
NOISE = ("", "", "bibliotekssystem nov 2026", "Kundnr 1042", "order 4500012345", "2026-03-31")


# payments with references


def whole(books: Books) -> Iterator[Money]:
    yield from books.one("whole")


def part(books: Books) -> Iterator[Money]:
    yield from books.one("part", (books.random.randint(1, 9), 10))


def over(books: Books) -> Iterator[Money]:
    yield from books.one("over", (books.random.randint(11, 20), 10))


def dressed(books: Books) -> Iterator[Money]:
    """The reference with strange signs around and in it."""
    for money in books.one("dressed"):
        ocr, shape = money.references[0][0], books.random.choice(SHAPES)
        written = shape.format(*((ocr,) if shape.count("{}") == 1 else (ocr[:4], ocr[4:])))
        yield replace(money, references=((written, None),))


def again(books: Books) -> Iterator[Money]:
    """An invoice that is paid already is paid once more."""
    settled = [b for b in books.world.bills[-2000:] if b.amount_ore > 0 == books.left[b.place]]
    for bill in books.random.sample(settled, min(1, len(settled))):
        told = {"references": ((bill.ocr, None),), "state": "over"}
        yield books.pays([bill], bill.amount_ore, "again", **told)


def with_amounts(books: Books) -> Iterator[Money]:
    """Two or three references, each with its own amount, one of them not the whole."""
    if bills := books.opened(least=2)[:3]:
        own = [books.left[bill.place] for bill in bills]
        state = "matched"
        if books.random.random() < 0.3:
            own[-1], state = own[-1] // 2 or 1, "part" if own[-1] > 1 else "matched"
        yield books.pays(
            bills,
            sum(own),
            "with amounts",
            state=state,
            references=tuple((b.ocr, ore) for b, ore in zip(bills, own, strict=True)),
            parts=tuple((b.place, ore) for b, ore in zip(bills, own, strict=True)),
        )


def without_amounts(books: Books) -> Iterator[Money]:
    if bills := books.opened(least=2)[:3]:
        parts = tuple((bill.place, books.left[bill.place]) for bill in bills)
        references = tuple((bill.ocr, None) for bill in bills)
        total, told = sum(ore for _, ore in parts), {"parts": parts, "state": "matched"}
        yield books.pays(bills, total, "without amounts", references=references, **told)


def with_credit(books: Books) -> Iterator[Money]:
    """An invoice less a credit note, each with its own amount."""
    notes = [b for b in books.world.bills if books.left[b.place] < 0]
    for note in books.random.sample(notes, min(1, len(notes))):
        own = [b for b in books.of[note.member.code] if books.left[b.place] > 4_000_00]
        for bill in own[:1]:
            pair = ((bill, books.left[bill.place]), (note, books.left[note.place]))
            yield books.pays(
                [bill],
                sum(ore for _, ore in pair),
                "with credit",
                state="matched",
                references=tuple((b.ocr, ore) for b, ore in pair),
                parts=tuple((b.place, ore) for b, ore in pair),
            )


# payments without


def number_in_text(books: Books) -> Iterator[Money]:
    for money in books.one("number in text", references=(), without=True):
        number = books.world.bills[money.parts[0][0] - 1].number
        yield replace(money, message=books.random.choice(TEXTS).format(number))


def part_in_text(books: Books) -> Iterator[Money]:
    for money in books.one("part in text", (1, 2), references=(), without=True):
        number = books.world.bills[money.parts[0][0] - 1].number
        yield replace(money, message=f"delbetalning faktura {number}")


def two_in_text(books: Books) -> Iterator[Money]:
    if bills := books.opened(least=2)[:2]:
        parts = tuple((bill.place, books.left[bill.place]) for bill in bills)
        text = books.random.choice(PAIRS).format(*(bill.number for bill in bills))
        total, told = sum(ore for _, ore in parts), {"parts": parts, "state": "matched"}
        yield books.pays(bills, total, "two in text", message=text, without=True, **told)


def number_as_reference(books: Books) -> Iterator[Money]:
    for money in books.one("number as reference", without=True):
        number = books.world.bills[money.parts[0][0] - 1].number
        yield replace(money, references=((number, None),))


def by_amount(books: Books) -> Iterator[Money]:
    """The payer and an amount, nothing else; the truth is what all sets of its debts say."""
    if bills := books.opened():
        yield _told_by_amount(books, bills[0].member, books.left[bills[0].place], "by amount")


def all_open(books: Books) -> Iterator[Money]:
    if bills := books.opened(least=2):
        open_ones = _open(books, bills[0].member)
        total = sum(books.left[bill.place] for bill in open_ones)
        if 2 <= len(open_ones) <= 10 and total > 0:
            yield _told_by_amount(books, bills[0].member, total, "all open")


def _open(books: Books, member: Member) -> list[Bill]:
    return [bill for bill in books.of[member.code] if books.left[bill.place]]


def _told_by_amount(books: Books, member: Member, amount_ore: int, kind: str) -> Money:
    bills = _open(books, member)[:14]
    sums = [
        some
        for size in range(1, len(bills) + 1)
        for some in combinations(bills, size)
        if sum(books.left[bill.place] for bill in some) == amount_ore
    ]
    money = Money(len(books.world.payments) + 1, books.day, amount_ore, kind=kind, without=True)
    money = replace(money, message=books.random.choice(NOISE))
    if books.random.random() < 0.6:
        money = replace(money, number=member.number)
    else:
        money = replace(money, payer=books.random.choice([member.name, member.name.upper()]))
    if len(sums) != 1:
        return replace(money, kind=f"{kind}, ambiguous")
    parts = tuple((bill.place, books.left[bill.place]) for bill in sums[0])
    return replace(money, state="matched", parts=parts)


# payments that nobody can place


def _spoilt(books: Books, kind: str, spoil: Callable[[str], str]) -> Iterator[Money]:
    known = {bill.ocr for bill in books.world.bills}
    for money in books.one(kind):
        written = spoil(money.references[0][0])
        if written not in known:
            yield replace(money, references=((written, None),), state="review", parts=())


def wrong_digit(books: Books) -> Iterator[Money]:
    place, more = books.random.randint(4, 9), books.random.randint(1, 9)
    yield from _spoilt(
        books,
        "wrong digit",
        lambda o: o[:place] + str((int(o[place]) + more) % 10) + o[place + 1 :],
    )


def turned(books: Books) -> Iterator[Money]:
    place = books.random.randint(3, 8)
    yield from _spoilt(
        books, "turned", lambda o: o[:place] + o[place + 1] + o[place] + o[place + 2 :]
    )


def no_such(books: Books) -> Iterator[Money]:
    for money in books.one("no such number", references=(), state="review", parts=()):
        number = books.random.randint(8500, 9999)
        yield replace(money, message=f"faktura 2026{number}")


def nobody(books: Books) -> Iterator[Money]:
    for money in books.one("nobody", references=(), state="review", parts=()):
        words = books.random.choice(["biblioteket", "tack", "20261101", "november 2026"])
        yield replace(money, message=words, payer="", number="")


def odd_sum(books: Books) -> Iterator[Money]:
    """A known payer, an amount that fits nothing."""
    if bills := books.opened():
        told = _told_by_amount(books, bills[0].member, books.random.randint(1, 4_999_99), "odd")
        if not told.parts:
            yield replace(told, kind="odd sum")


def slip_of_the_pen(books: Books) -> Iterator[Money]:
    """A whole reference, but another member's, and another amount."""
    mine, other = books.opened(), books.opened()
    if mine and other and mine[0].member != other[0].member:
        amount = books.left[mine[0].place]
        if amount != books.left[other[0].place]:
            told = {"references": ((other[0].ocr, None),), "number": mine[0].member.number}
            yield books.pays(mine[:1], amount, "slip of the pen", **told)


# the same again, and back


def _earlier(books: Books) -> list[Money]:
    today = [m for m in books.world.payments[-40:] if m.day == books.day]
    return [m for m in today if m.state != "duplicate" and m.amount_ore > 0]


def twice(books: Books) -> Iterator[Money]:
    """The bank tells the same payment a second time."""
    if earlier := _earlier(books):
        told = books.random.choice(earlier)
        yield replace(told, kind="twice", state="duplicate", parts=(), without=False)


def _digits(money: Money) -> list[str]:
    """The last ten digits of each reference, however it is dressed."""
    return [re.sub("[^0-9]", "", written)[-10:] for written, _ in money.references]


def reversal(books: Books) -> Iterator[Money]:
    """A payment with a reference goes back, whole."""
    earlier = [
        money
        for money in books.world.payments[-400:]
        if money.kind in ("whole", "part", "over") and money.name not in books.back
    ]
    if earlier:
        told = books.random.choice(earlier)
        same = [
            money
            for money in books.world.payments
            if money.amount_ore == told.amount_ore
            and _digits(money) == _digits(told)
            and money.state not in ("duplicate", "reversed")
        ]
        if len(same) > 1:
            return
        books.back.add(told.name)
        place = next(n for n, m in enumerate(books.world.payments) if m is told)
        books.world.payments[place] = replace(told, state="reversed")
        yield replace(
            told,
            name=len(books.world.payments) + 1,
            day=books.day,
            amount_ore=-told.amount_ore,
            back=told.name,
            kind="reversal",
            state="reversed",
            parts=tuple((bill, -ore) for bill, ore in told.parts),
        )


def paid_out(books: Books) -> Iterator[Money]:
    if bills := books.opened():
        amount = -books.random.randint(100_00, 9_000_00)
        yield books.pays(bills[:1], amount, "paid out", message="leverantör")


KINDS: dict[Callable[[Books], Iterator[Money]], int] = {
    whole: 40, dressed: 7, part: 8, over: 4, again: 5,
    with_amounts: 4, without_amounts: 3, with_credit: 1,
    number_in_text: 9, two_in_text: 2, number_as_reference: 3, part_in_text: 1,
    by_amount: 8, all_open: 2,
    wrong_digit: 3, turned: 2, no_such: 1, nobody: 1, odd_sum: 1, slip_of_the_pen: 1,
    twice: 3, reversal: 3, paid_out: 1,
}  # fmt: skip
"""How often each is tried; some find nothing to pay."""
