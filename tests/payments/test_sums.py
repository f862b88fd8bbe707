"""Whatever is taken in, placed and taken back: the books, the debts and the payments agree."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from consortium.billing.tables import Invoice
from consortium.core.db import sum_ore
from consortium.core.errors import Problem
from consortium.core.work import Work, Works
from consortium.ledger.tables import JournalEntry, Posting
from consortium.payments.debts import debts
from consortium.payments.importing import take_in_file
from consortium.payments.left import left_of
from consortium.payments.placing import pay_back, place, take_back, withdraw_pay_back
from consortium.payments.tables import Payment
from tests.conftest import OPERATOR, Clock
from tests.payments.worlds import BANK, RECEIVABLE, UNPLACED, at_noon, bgmax, make_owed
from tests.slices import slice_of

NUMBERS: Final = ("20260001", "20260002", "20260003", "20260004")
DAY: Final = date(2026, 10, 2)
Step = Callable[[Work], object]
AMOUNTS: Final = st.sampled_from(
    [1, 100_000, 333_333, 333_334, 416_666, 416_668, 750_002, -100_000]
)
PAID: Final = st.lists(
    st.tuples(
        st.sampled_from(
            ["2026000105", "2026000204", "2026000303", "2026000402", "", "9999", "2026000106"]
        ),
        AMOUNTS,
        st.sampled_from(["Mora kommun", "Borlänge", "Okänd", ""]),
    ),
    min_size=1,
    max_size=4,
)
BEGUN: Final = (
    ("", 1_000_000, "Mora kommun"),
    ("2026000105", 466_668, "Mora kommun"),
    ("", -50_000, "Mora kommun"),
)
"""A payment of nobody knows what, one of too much, and one that may pay that back."""
NTH: Final = st.integers(0, 4)
SHARES: Final = st.dictionaries(
    st.sampled_from(NUMBERS), st.sampled_from([1, -1, 50_000, 333_333]), max_size=2
)


class Undone(Exception):
    """Leaves the database as it was before the example."""


def nth(work: Work, place_in_list: int) -> int:
    """The id of one of the payments there are; of none at all, where there are none."""
    ids = list(work.session.exec(select(Payment.id).order_by(Payment.id)))  # type: ignore[arg-type]
    return ids[place_in_list % len(ids)] if ids else 0


STEPS: Final = st.one_of(
    st.builds(
        lambda paid, serial: lambda work: take_in_file(work, "fil", bgmax(DAY, paid, serial)),
        PAID,
        st.integers(1, 6),
    ),
    st.builds(lambda n, amounts: lambda work: place(work, nth(work, n), amounts), NTH, SHARES),
    st.builds(lambda n, amounts: lambda work: take_back(work, nth(work, n), amounts), NTH, SHARES),
    st.builds(lambda n, m: lambda work: pay_back(work, nth(work, n), nth(work, m)), NTH, NTH),
    st.builds(lambda n: lambda work: withdraw_pay_back(work, nth(work, n)), NTH),
)


def balance(work: Work, account: str) -> int:
    rows = select(sum_ore(Posting.amount_ore)).where(Posting.account == account)
    return int(work.session.exec(rows).one())


def check(work: Work) -> None:
    work.session.flush()
    invoices = dict(work.session.exec(select(Invoice.id, Invoice.payable_ore)).all())
    owed = {row_id: row.debt_ore for row_id, row in debts(work, invoices).items()}
    assert sum(owed.values()) == balance(work, RECEIVABLE)
    assert all(0 <= ore <= invoices[row_id] for row_id, ore in owed.items())
    real = [p for p in work.session.exec(select(Payment)) if p.state != "duplicate"]
    left = left_of(work, [payment.id for payment in real])
    assert sum(left.values()) == -balance(work, UNPLACED)
    assert sum(payment.amount_ore for payment in real) == balance(work, BANK)
    for payment in real:
        low, high = sorted((0, payment.amount_ore))
        assert low <= left[payment.id] <= high, (payment, left[payment.id])
        assert (left[payment.id] != 0) == (payment.state in {"over", "review"}), payment
    entries = select(Posting.entry_id, sum_ore(Posting.amount_ore)).group_by(Posting.entry_id)  # type: ignore[arg-type]
    assert {int(ore) for _entry, ore in work.session.exec(entries)} <= {0}
    assert len(set(work.session.exec(select(JournalEntry.key)))) == len(
        list(work.session.exec(select(JournalEntry.id)))
    )


@pytest.fixture
def world(works: Works, clock: Clock) -> Works:
    make_owed(works, clock)
    at_noon(clock, date(2026, 10, 5))
    return works


@settings(
    max_examples=slice_of(40, 1000),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(STEPS, min_size=2, max_size=12))
def test_claims_in_the_books_are_the_debts_whatever_is_done(
    world: Works, steps: list[Step]
) -> None:
    with suppress(Undone), world.writing(OPERATOR) as work:
        take_in_file(work, "fil", bgmax(DAY, BEGUN, 9))
        for step in steps:
            with suppress(Problem):  # a refusal leaves nothing behind
                step(work)
            check(work)
        raise Undone
