"""What payments pay, placed and taken back: rows are added, so that sums are compared."""

from collections.abc import Callable
from datetime import date
from typing import Any, Final

import pytest
from sqlmodel import select

from consortium.billing.issuing import issue_invoices
from consortium.core.errors import Conflict
from consortium.core.work import Work, Works
from consortium.ledger.queries import balances
from consortium.payments.debts import open_debts
from consortium.payments.importing import take_in_file
from consortium.payments.left import left_of
from consortium.payments.placing import pay_back, place, take_back, withdraw_pay_back
from consortium.payments.tables import Payment
from consortium.undo.taking_back import may_undo, undo
from tests.conftest import OPERATOR, Clock
from tests.payments.worlds import bgmax
from tests.undo.changes import approve
from tests.undo.test_round_trips import newest, written_for

DAY: Final = date(2026, 11, 23)
SOMEBODY, OVER, OUT = 1, 2, 3
"""The payments: of nobody knows what, of 500,00 kr too much, and 500,00 kr that went out."""
NUMBER: Final = "20260002"
CHANGES: Final[dict[str, tuple[Callable[[Work], object], Callable[[Work], object]]]] = {
    "payments.placed": (
        lambda _work: None,
        lambda work: place(work, SOMEBODY, {NUMBER: 123_456}),
    ),
    "payments.taken_back": (
        lambda work: place(work, SOMEBODY, {NUMBER: 123_456}),
        lambda work: take_back(work, SOMEBODY, {NUMBER: 100_000}),
    ),
    "payments.paid_back": (lambda _work: None, lambda work: pay_back(work, OVER, OUT)),
    "payments.pay_back_withdrawn": (
        lambda work: pay_back(work, OVER, OUT),
        lambda work: withdraw_pay_back(work, OUT),
    ),
}


def pay_whole(work: Work) -> None:
    """Nothing is left of the invoice, so that no more can be placed on it."""
    left_ore = {row.number: row.debt_ore for row in open_debts(work)}[NUMBER]
    place(work, SOMEBODY, {NUMBER: left_ore})


NEWER: Final[dict[str, Callable[[Work], object]]] = {
    "payments.placed": lambda work: take_back(work, SOMEBODY, {NUMBER: 1}),
    "payments.taken_back": pay_whole,
    "payments.paid_back": lambda work: withdraw_pay_back(work, OUT),
    "payments.pay_back_withdrawn": lambda work: place(work, OVER, {NUMBER: 1}),
}


@pytest.fixture
def paid(works: Works) -> Works:
    with works.writing(OPERATOR) as work:
        issued = issue_invoices(work, approve(work))
        (first, second, *_rest) = issued
        assert (second.number, second.payable_ore > 1_000_000) == (NUMBER, True)
        rows = [
            ("", 20_000_000, "Någon"),
            (first.ocr, first.payable_ore + 50_000, "Mora kommun"),
            ("", -50_000, "Mora kommun"),
        ]
        take_in_file(work, "bank.txt", bgmax(DAY, rows))
    return works


def stand(work: Work) -> dict[str, Any]:
    """What is owed, left and booked, whatever rows it is made of."""
    payments = work.session.exec(select(Payment)).all()
    return {
        "owed": {row.number: row.debt_ore for row in open_debts(work)},
        "left": left_of(work, [payment.id for payment in payments]),
        "states": {payment.id: (payment.state, payment.reverses_id) for payment in payments},
        "books": balances(work, date(2026, 1, 1), date(2026, 12, 31)),
    }


@pytest.mark.parametrize("event", sorted(CHANGES))
def test_a_change_undone_leaves_everything_as_it_was_and_is_made_again_by_the_undo_of_that(
    paid: Works, clock: Clock, event: str
) -> None:
    background, change = CHANGES[event]
    with paid.writing(OPERATOR) as work:
        background(work)
    with paid.reading(OPERATOR) as work:
        before = stand(work)
    clock.forward(minutes=5)
    with paid.writing(OPERATOR) as work:
        change(work)
    with paid.reading(OPERATOR) as work:
        changed, entry = stand(work), newest(work, event)
    assert changed != before
    with paid.writing(OPERATOR) as work:
        undone = undo(work, entry.id)
    with paid.reading(OPERATOR) as work:
        assert stand(work) == before
        inverse = written_for(work, undone)
    with paid.writing(OPERATOR) as work:
        undo(work, inverse.id)
    with paid.reading(OPERATOR) as work:
        assert stand(work) == changed


@pytest.mark.parametrize("event", sorted(CHANGES))
def test_what_was_changed_since_is_not_undone(paid: Works, clock: Clock, event: str) -> None:
    background, change = CHANGES[event]
    with paid.writing(OPERATOR) as work:
        background(work)
    with paid.writing(OPERATOR) as work:
        change(work)
        entry = newest(work, event)
    clock.forward(minutes=5)
    with paid.writing(OPERATOR) as work:
        NEWER[event](work)
    with paid.reading(OPERATOR) as work:
        before = stand(work)
        assert not may_undo(work, [entry])[entry.id].possible
    with pytest.raises(Conflict), paid.writing(OPERATOR) as work:
        undo(work, entry.id)
    with paid.reading(OPERATOR) as work:
        assert stand(work) == before
