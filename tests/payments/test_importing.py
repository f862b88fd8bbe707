from collections.abc import Sequence
from datetime import date

import pytest
from sqlmodel import select

from consortium.core.audit import AuditEntry
from consortium.core.errors import Conflict, Forbidden, Invalid
from consortium.core.work import Actor, Works
from consortium.documents.queries import document
from consortium.ledger.locking import lock_month
from consortium.ledger.posting import choose_accounts
from consortium.ledger.queries import journal
from consortium.members.joining import make_host
from consortium.payments.debts import open_debts
from consortium.payments.importing import take_in_file, try_file
from tests.conftest import OPERATOR, Clock
from tests.payments.worlds import (
    BANK,
    RECEIVABLE,
    UNPLACED,
    at_noon,
    balance,
    bgmax,
    make_owed,
    payments,
    take,
)

OCTOBER_2 = date(2026, 10, 2)
OWED = 1_500_001


def booked(works: Works, key: str) -> list[tuple[str, str, int]]:
    """The lines of an entry: account, counterpart, öre."""
    with works.reading(OPERATOR) as work:
        rows = journal(work, date(2026, 1, 1), date(2027, 12, 31))
    return [(p.account, p.counterpart, p.amount_ore) for e, p in rows if e.key == key]


def states(lines: Sequence[object]) -> list[str]:
    return [line.state for line in lines]  # type: ignore[attr-defined]


def test_what_comes_in_is_kept_placed_and_booked(works: Works, clock: Clock) -> None:
    owed = make_owed(works, clock)
    at_noon(clock, date(2026, 10, 5))
    content = bgmax(
        OCTOBER_2,
        [
            (owed["2062/rated"].ocr, 416_668, "Mora kommun"),
            (owed["2062/outside"].ocr, 100_000, "Mora kommun"),
            (owed["2081/rated"].ocr, 420_000, "Borlänge kommun"),
            ("", 777, "Okänd"),
        ],
    )
    taken = take(works, content, "oktober.txt")
    assert taken.new
    assert states(taken.lines) == ["matched", "part", "over", "review"]
    assert [line.invoices for line in taken.lines] == [
        ("20260001",),
        ("20260002",),
        ("20260003",),
        (),
    ]
    assert (taken.row.count, taken.row.total_ore, taken.row.form) == (4, 937_445, "bgmax")
    with works.reading(OPERATOR) as work:
        assert document(work, taken.row.sha256).content == content
        left = {row.number: row.debt_ore for row in open_debts(work)}
        (entry,) = work.session.exec(
            select(AuditEntry).where(AuditEntry.event == "payments.taken_in")
        )
    # 3 333,34 − 1 000,00; Borlänge's rated one is paid, with 33,34 too much
    assert left == {"20260002": 233_334, "20260004": 333_333}
    assert entry.facts["states"] == {"matched": 1, "over": 1, "part": 1, "review": 1}
    first, second, third, fourth = payments(works)
    assert booked(works, f"payment:{first.id}") == [
        (BANK, "", 416_668),
        (RECEIVABLE, "2062", -416_668),
    ]
    assert booked(works, f"payment:{second.id}") == [
        (BANK, "", 100_000),
        (RECEIVABLE, "2062", -100_000),
    ]
    assert booked(works, f"payment:{third.id}") == [
        (BANK, "", 420_000),
        (RECEIVABLE, "2081", -416_666),
        (UNPLACED, "", -3_334),
    ]
    assert booked(works, f"payment:{fourth.id}") == [(BANK, "", 777), (UNPLACED, "", -777)]
    assert balance(works, RECEIVABLE) == OWED - 933_334 == sum(left.values())


def test_the_same_payments_are_never_taken_in_twice(works: Works, clock: Clock) -> None:
    owed = make_owed(works, clock)
    at_noon(clock, date(2026, 10, 5))
    known = (owed["2062/rated"].ocr, 416_668, "Mora kommun")
    first = take(works, bgmax(OCTOBER_2, [known]))
    again = take(works, bgmax(OCTOBER_2, [known]), "en kopia.txt")
    assert (again.row.id, again.new, states(again.lines)) == (first.row.id, False, ["duplicate"])
    assert len(payments(works)) == 1
    # The same deposit told in other bytes, and a payment more.
    other = bgmax(OCTOBER_2, [known, (owed["2062/outside"].ocr, 333_334, "Mora kommun")])
    more = take(works, other, "annan.txt")
    assert states(more.lines) == ["duplicate", "matched"]
    assert [payment.state for payment in payments(works)] == ["matched", "duplicate", "matched"]
    assert balance(works, BANK) == 416_668 + 333_334
    assert balance(works, RECEIVABLE) == OWED - 416_668 - 333_334


def test_a_trial_changes_nothing_and_says_the_same(works: Works, clock: Clock) -> None:
    owed = make_owed(works, clock)
    content = bgmax(OCTOBER_2, [(owed["2062/rated"].ocr, 416_668, "Mora kommun")])
    with works.reading(OPERATOR) as work:
        tried = try_file(work, content)
    assert payments(works) == []
    with works.writing(OPERATOR) as work:
        taken = take_in_file(work, "fil", content, tried.digest())
    assert taken.lines == tried.lines


def test_a_file_that_would_pay_something_else_by_now_is_refused(works: Works, clock: Clock) -> None:
    owed = make_owed(works, clock)
    at_noon(clock, date(2026, 10, 5))
    paid = (owed["2062/rated"].ocr, 416_668, "Mora kommun")
    content = bgmax(date(2026, 10, 5), [paid], serial=2)
    with works.reading(OPERATOR) as work:
        seen = try_file(work, content).digest()
    take(works, bgmax(OCTOBER_2, [paid]))  # another payment of it comes between
    with pytest.raises(Conflict), works.writing(OPERATOR) as work:
        take_in_file(work, "fil", content, seen)
    assert len(payments(works)) == 1


def test_a_payment_that_goes_back_is_owed_again(works: Works, clock: Clock) -> None:
    owed = make_owed(works, clock)
    at_noon(clock, date(2026, 10, 20))
    ocr = owed["2062/rated"].ocr
    take(works, bgmax(OCTOBER_2, [(ocr, 500_000, "Mora kommun")]))
    back = take(works, bgmax(date(2026, 10, 9), [(ocr, -500_000, "Mora kommun")], serial=2))
    assert states(back.lines) == ["reversed"]
    first, second = payments(works)
    assert (first.state, second.state, second.reverses_id) == ("reversed", "reversed", first.id)
    assert booked(works, f"payment:{second.id}") == [
        (BANK, "", -500_000),
        (RECEIVABLE, "2062", 416_668),
        (UNPLACED, "", 83_332),
    ]
    assert (balance(works, BANK), balance(works, UNPLACED)) == (0, 0)
    assert balance(works, RECEIVABLE) == OWED


def test_what_is_paid_in_a_locked_month_is_booked_in_the_next_open_one(
    works: Works, clock: Clock
) -> None:
    owed = make_owed(works, clock)
    at_noon(clock, date(2026, 11, 3))
    with works.writing(OPERATOR) as work:
        lock_month(work, date(2026, 9, 1))
        lock_month(work, date(2026, 10, 1))
    take(works, bgmax(OCTOBER_2, [(owed["2062/rated"].ocr, 416_668, "Mora kommun")]))
    (payment,) = payments(works)
    assert payment.booked_on == OCTOBER_2
    with works.reading(OPERATOR) as work:
        days = {e.booked_on for e, _p in journal(work, OCTOBER_2, date(2026, 12, 1))}
    assert days == {date(2026, 11, 1)}


def test_a_missing_account_is_named_and_nothing_is_kept(works: Works, clock: Clock) -> None:
    owed = make_owed(works, clock)
    with works.writing(OPERATOR) as work:
        choose_accounts(work, {"bank": "", "unplaced": ""})
    with pytest.raises(Conflict) as caught:
        take(works, bgmax(OCTOBER_2, [(owed["2062/rated"].ocr, 416_668, "Mora")]))
    assert [fault.facts["use"] for fault in caught.value.faults] == ["bank", "unplaced"]
    assert payments(works) == []


def test_it_takes_the_right_for_all_members(works: Works, clock: Clock) -> None:
    make_owed(works, clock)
    content = bgmax(OCTOBER_2, [("", 777, "Okänd")])
    reader = Actor("reader", {"billing.see": None})
    some = Actor("some", {"billing.see": None, "billing.receive": frozenset({"2062"})})
    for actor in (reader, some):
        with pytest.raises(Forbidden), works.writing(actor) as work:
            take_in_file(work, "fil", content)


def test_a_file_that_is_none_is_refused(works: Works, clock: Clock) -> None:
    make_owed(works, clock)
    with pytest.raises(Invalid):
        take(works, b"hello")
    assert payments(works) == []


def test_what_a_new_host_gets_for_the_one_before_passes_between_their_books(
    works: Works, clock: Clock
) -> None:
    """Falun's invoices are paid to Borlänge's bankgiro: it has the money, Falun the claim."""
    owed = make_owed(works, clock)
    at_noon(clock, date(2026, 10, 5))
    with works.writing(OPERATOR) as work:
        make_host(work, "2081", date(2026, 10, 1), "5050-1055", series="7")
    content = bgmax(OCTOBER_2, [(owed["2062/rated"].ocr, 416_668, "Mora kommun")], giro="50501055")
    take(works, content)
    (payment,) = payments(works)
    between = "1689"
    assert booked(works, f"payment:{payment.id}") == [
        (BANK, "", 416_668),
        (between, "2080", -416_668),
    ]
    assert booked(works, f"payment:{payment.id}/2080") == [
        (between, "2081", 416_668),
        (RECEIVABLE, "2062", -416_668),
    ]
    with works.reading(OPERATOR) as work:
        rows = journal(work, OCTOBER_2, date(2026, 12, 31))
    assert {(e.key.count("/"), e.books) for e, _p in rows} == {(0, "2081"), (1, "2080")}
    assert balance(works, between) == 0
