"""What is owed when invoices are credited, and when two people place at once."""

from datetime import date, timedelta
from threading import Thread

import pytest

from consortium.billing.crediting import credit_invoice
from consortium.core.errors import Conflict, NotFound
from consortium.core.work import Actor, Works
from consortium.documents.queries import document
from consortium.payments.aging import aging
from consortium.payments.debts import debts, open_debts, placing_debts
from consortium.payments.placing import place
from consortium.payments.queries import paid_of
from consortium.payments.waiting import (
    forget_bank_files,
    receive_file,
    throw_file_away,
    waiting_file,
)
from tests.conftest import OPERATOR, Clock
from tests.payments.worlds import (
    RECEIVABLE,
    at_noon,
    balance,
    bgmax,
    make_owed,
    payments,
    take,
)

OCTOBER_2 = date(2026, 10, 2)


def test_a_credit_note_lowers_the_debt_of_its_invoice_and_owes_nothing_itself(
    works: Works, clock: Clock
) -> None:
    """1 000,00 kr net and 250,00 kr VAT are given back of 4 166,68 kr: 2 916,68 kr are left."""
    owed = make_owed(works, clock)
    at_noon(clock, date(2026, 9, 10))
    with works.writing(OPERATOR) as work:
        note = credit_invoice(work, "20260001", "Fel antal", {1: 100_000})
    with works.reading(OPERATOR) as work:
        found = debts(work, [owed["2062/rated"].id, note.id])
        paid = paid_of(work, owed["2062/rated"].id)
        known = {debt.number for debt in placing_debts(work)}
    assert [(row.credited_ore, row.debt_ore) for row in found.values()] == [
        (-125_000, 291_668),
        (0, 0),
    ]
    assert paid.credits == ((note.number, date(2026, 9, 10), -125_000),)
    assert note.number not in known
    at_noon(clock, date(2026, 10, 5))
    taken = take(works, bgmax(OCTOBER_2, [("2026000105", 291_668, "Mora kommun")]))
    assert [line.state for line in taken.lines] == ["matched"]
    assert balance(works, RECEIVABLE) == 1_500_001 - 416_668


def test_what_was_paid_before_it_was_credited_is_to_be_given_back(
    works: Works, clock: Clock
) -> None:
    """It can be set off: a minus on the credited invoice and the same on one that is open."""
    make_owed(works, clock)
    at_noon(clock, date(2026, 10, 5))
    take(works, bgmax(OCTOBER_2, [("2026000105", 416_668, "Mora kommun")]))
    with works.writing(OPERATOR) as work:
        credit_invoice(work, "20260001", "Fel antal", {1: 100_000})
    with works.reading(OPERATOR) as work:
        (mora, _borlange), total = aging(work, date(2026, 10, 5))
    assert (mora.credit_ore, mora.buckets[1]) == (-125_000, 333_334)
    assert total.total_ore == balance(works, RECEIVABLE) == 1_500_001 - 416_668 - 125_000
    with works.writing(OPERATOR) as work:
        place(work, payments(works)[0].id, {"20260001": -125_000, "20260002": 125_000})
    with works.reading(OPERATOR) as work:
        left = {row.number: row.debt_ore for row in open_debts(work)}
    assert left == {"20260002": 208_334, "20260003": 416_666, "20260004": 333_333}
    assert balance(works, RECEIVABLE) == sum(left.values())


def test_two_at_once_do_not_place_more_than_is_owed(works: Works, clock: Clock) -> None:
    make_owed(works, clock)
    at_noon(clock, date(2026, 10, 5))
    take(works, bgmax(OCTOBER_2, [("", 500_000, "Någon"), ("", 500_000, "Annan")]))
    first, second = (payment.id for payment in payments(works))
    refused: list[Conflict] = []

    def place_other() -> None:
        try:
            with works.writing(OPERATOR) as other:
                place(other, second, {"20260003": 416_666})
        except Conflict as problem:
            refused.append(problem)

    waiting = Thread(target=place_other)
    with works.writing(OPERATOR) as work:
        place(work, first, {"20260003": 416_666})
        waiting.start()
        waiting.join(0.5)
        assert waiting.is_alive()
    waiting.join(10)
    assert [problem.faults[0].at for problem in refused] == ["20260003"]
    with works.reading(OPERATOR) as work:
        assert debts(work, [3])[3].debt_ore == 0


def test_an_invoice_of_another_member_is_not_found(works: Works, clock: Clock) -> None:
    owed = make_owed(works, clock)
    own = Actor("chef", {"billing.see": frozenset({"2081"})})
    with pytest.raises(NotFound), works.reading(own) as work:
        paid_of(work, owed["2062/rated"].id)


def test_a_file_that_waits_is_forgotten_after_a_day_and_one_taken_in_never(
    works: Works, clock: Clock
) -> None:
    make_owed(works, clock)
    at_noon(clock, date(2026, 10, 5))
    one, two, three = (bgmax(OCTOBER_2, [("", ore, "Någon")], serial=ore) for ore in (1, 2, 3))
    with works.writing(OPERATOR) as work:
        waits, gone, stays = (receive_file(work, content) for content in (one, two, three))
    taken = take(works, three)
    assert taken.row.sha256 == stays
    with works.writing(OPERATOR) as work:
        throw_file_away(work, gone)
        throw_file_away(work, stays)
        assert waiting_file(work, waits) == one
    with pytest.raises(NotFound), works.reading(OPERATOR) as work:
        waiting_file(work, gone)
    clock.now += timedelta(days=1, seconds=1)
    with works.writing(OPERATOR) as work:
        forget_bank_files(work)
    with pytest.raises(NotFound), works.reading(OPERATOR) as work:
        waiting_file(work, waits)
    with works.reading(OPERATOR) as work:
        assert document(work, stays).content == three
