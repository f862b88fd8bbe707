from datetime import date
from functools import partial

import pytest
from sqlmodel import select

from consortium.core.audit import AuditEntry
from consortium.core.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from consortium.core.work import Actor, Works
from consortium.ledger.queries import journal
from consortium.payments.candidates import candidates, pay_backs, to_place
from consortium.payments.debts import debts, open_debts
from consortium.payments.left import left_of
from consortium.payments.placing import pay_back, place, take_back, withdraw_pay_back
from consortium.payments.queries import paid_of, payments_to_do, shown_payment
from consortium.undo.taking_back import may_undo, undo
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
FINANCE = Actor("ekonom", {"billing.see": None, "billing.receive": None})


@pytest.fixture
def world(works: Works, clock: Clock) -> Works:
    """Two payments wait: 7 000,00 kr from somebody, and 500,00 kr that Mora paid too much."""
    owed = make_owed(works, clock)
    at_noon(clock, date(2026, 10, 5))
    rows = [("", 700_000, "Någon"), (owed["2062/rated"].ocr, 466_668, "Mora kommun")]
    take(works, bgmax(OCTOBER_2, rows))
    return works


def left(works: Works) -> dict[str, int]:
    with works.reading(OPERATOR) as work:
        return {row.number: row.debt_ore for row in open_debts(work)}


def ids(works: Works) -> tuple[int, ...]:
    return tuple(payment.id for payment in payments(works))


def test_a_payment_is_placed_on_several_invoices_and_booked_the_day_it_is_done(
    world: Works, clock: Clock
) -> None:
    somebody, _mora = ids(world)
    at_noon(clock, date(2026, 10, 8))
    with world.writing(FINANCE) as work:
        placed = place(work, somebody, {"20260003": 416_666, "20260002": 200_000})
    assert placed.state == "over"  # 833,34 is left of it
    assert left(world) == {"20260002": 133_334, "20260004": 333_333}
    with world.reading(OPERATOR) as work:
        (entry,) = {
            e.id: e for e, _p in journal(work, date(2026, 10, 8), clock.now.date())
        }.values()
        lines = [
            (p.account, p.counterpart, p.amount_ore)
            for _e, p in journal(work, date(2026, 10, 8), clock.now.date())
        ]
        assert left_of(work, [somebody]) == {somebody: 83_334}
        paid = paid_of(work, next(iter(debts(work, [2]))))
    assert lines == [
        (RECEIVABLE, "2081", -416_666),
        (RECEIVABLE, "2062", -200_000),
        (UNPLACED, "", 616_666),
    ]
    assert (entry.key[:5], entry.booked_on, entry.books) == ("part:", date(2026, 10, 8), "2080")
    assert [(part.amount_ore, part.how, part.placed_by) for part in paid.parts] == [
        (200_000, "hand", "ekonom")
    ]
    assert paid.debt_ore == 133_334


def test_what_was_paid_too_much_pays_another_invoice(world: Works) -> None:
    _somebody, mora = ids(world)
    with world.writing(FINANCE) as work:
        assert place(work, mora, {"20260002": 50_000}).state == "part"
    assert left(world)["20260002"] == 283_334
    assert balance(world, UNPLACED) == -700_000
    assert balance(world, RECEIVABLE) == OWED - 466_668


@pytest.mark.parametrize(
    ("kind", "amounts", "faults"),
    [
        # more than is owed, of two at once
        (Conflict, {"20260002": 333_335, "20260004": 333_334}, ["20260002", "20260004"]),
        # each is owed, but not so much is left of the payment
        (Conflict, {"20260002": 333_334, "20260003": 416_666}, ["amounts"]),
        (Conflict, {"20260001": 1}, ["20260001"]),  # paid
        (Conflict, {"20260002": -1}, ["20260002"]),  # a minus is for what the host owes
        (Invalid, {"20269999": 1, "20260002": 0}, ["20269999", "20260002"]),
        (Invalid, {}, ["amounts"]),
    ],
)
def test_nobody_places_more_than_is_owed_or_left(
    world: Works, kind: type[Problem], amounts: dict[str, int], faults: list[str]
) -> None:
    somebody, _mora = ids(world)
    before = left(world)
    with pytest.raises(kind) as caught, world.writing(FINANCE) as work:
        place(work, somebody, amounts)
    assert [fault.at for fault in caught.value.faults] == faults
    assert left(world) == before


def test_a_placing_is_taken_back_and_the_undo_of_that_places_it_again(world: Works) -> None:
    somebody, _mora = ids(world)
    with world.writing(FINANCE) as work:
        place(work, somebody, {"20260002": 333_334})
    with world.writing(FINANCE) as work:
        assert take_back(work, somebody, {"20260002": 133_334}).state == "over"
    assert left(world)["20260002"] == 133_334
    with world.writing(FINANCE) as work:
        entries = list(
            work.session.exec(select(AuditEntry).where(AuditEntry.event.startswith("payments.")))
        )
        # The placing as a whole cannot be taken back: a part of it is not there any more.
        placed, taken = (e for e in entries if e.event != "payments.taken_in")
        prospects = may_undo(work, [placed, taken])
        assert (prospects[placed.id].possible, prospects[taken.id].possible) == (False, True)
        undo(work, taken.id)
    assert "20260002" not in left(world)
    with world.writing(FINANCE) as work:
        undo(work, placed.id)
    assert left(world)["20260002"] == 333_334
    assert balance(world, UNPLACED) == -750_000
    with world.reading(OPERATOR) as work:
        shown = shown_payment(work, somebody)
    assert (shown.payment.state, shown.left_ore, shown.pays) == ("review", 700_000, ())
    assert [part.amount_ore for part in shown.parts] == [333_334, -133_334, 133_334, -333_334]


def test_no_more_is_taken_back_than_is_placed(world: Works) -> None:
    somebody, mora = ids(world)
    with pytest.raises(Conflict), world.writing(FINANCE) as work:
        take_back(work, mora, {"20260001": 416_669})
    with pytest.raises(Conflict), world.writing(FINANCE) as work:
        take_back(work, somebody, {"20260001": 1})


def test_what_was_paid_too_much_is_paid_back(world: Works) -> None:
    _somebody, mora = ids(world)
    take(world, bgmax(date(2026, 10, 7), [("", -50_000, "MORA KOMMUN")], serial=2))
    out = ids(world)[-1]
    assert balance(world, UNPLACED) == -700_000
    with world.writing(FINANCE) as work:
        found = payments_to_do(work, 0, 50)[0]
        pairs = pay_backs(work, next(p for p in found if p.id == mora))
        assert [(paid.id, back.id) for paid, back in pairs] == [(mora, out)]
        assert pay_back(work, mora, out).state == "matched"
    assert [payment.state for payment in payments(world)] == ["review", "matched", "matched"]
    with pytest.raises(Conflict), world.writing(FINANCE) as work:
        place(work, mora, {"20260002": 1})  # nothing is left of it
    with world.writing(FINANCE) as work:
        assert withdraw_pay_back(work, out).state == "over"
    assert [payment.state for payment in payments(world)] == ["review", "over", "review"]
    assert (balance(world, UNPLACED), balance(world, BANK)) == (-700_000, 1_116_668)


@pytest.mark.parametrize(
    ("day", "ore", "payer"),
    [
        (date(2026, 10, 7), -50_001, "Mora kommun"),  # more than is left
        (date(2026, 10, 7), -50_000, "Falu kommun"),  # to somebody else
        (date(2026, 10, 1), -50_000, "Mora kommun"),  # before it came in
        (date(2026, 10, 7), 50_000, "Mora kommun"),  # a payment in
    ],
)
def test_not_every_payment_out_pays_back(world: Works, day: date, ore: int, payer: str) -> None:
    _somebody, mora = ids(world)
    take(world, bgmax(day, [("", ore, payer)], serial=2))
    with pytest.raises(Conflict), world.writing(FINANCE) as work:
        pay_back(work, mora, ids(world)[-1])


def test_a_payment_that_went_back_or_is_told_twice_pays_nothing(world: Works, clock: Clock) -> None:
    take(world, bgmax(OCTOBER_2, [("", 700_000, "Någon"), ("", 5, "Annan")]))  # told again
    duplicate = payments(world)[2]
    assert duplicate.state == "duplicate"
    with pytest.raises(Conflict), world.writing(FINANCE) as work:
        place(work, duplicate.id, {"20260002": 1})


def test_it_takes_the_right_and_a_payment(world: Works) -> None:
    somebody, mora = ids(world)
    reader = Actor("revisor", {"billing.see": None})
    acts = (
        partial(place, payment_id=somebody, amounts={"20260002": 1}),
        partial(take_back, payment_id=mora, amounts={"20260001": 1}),
        partial(pay_back, payment_id=mora, out_id=somebody),
        partial(withdraw_pay_back, out_id=mora),
    )
    for act in acts:
        with pytest.raises(Forbidden), world.writing(reader) as work:
            act(work)
    with pytest.raises(NotFound), world.writing(FINANCE) as work:
        place(work, 999, {"20260002": 1})


def test_a_branch_manager_sees_what_pays_the_own_municipality_only(world: Works) -> None:
    somebody, mora = ids(world)
    own = Actor("chef", {"billing.see": frozenset({"2062"})})
    other = Actor("chef", {"billing.see": frozenset({"2081"})})
    with world.reading(own) as work:
        assert [pay.number for pay in shown_payment(work, mora).pays] == ["20260001"]
    for actor, payment in ((own, somebody), (other, mora)):
        with pytest.raises(NotFound), world.reading(actor) as work:
            shown_payment(work, payment)
    with pytest.raises(Forbidden), world.reading(own) as work:
        payments_to_do(work, 0, 50)


def test_proposals_come_first_and_what_else_the_member_owes_after(world: Works) -> None:
    _somebody, mora = ids(world)
    with world.reading(OPERATOR) as work:
        found, total = payments_to_do(work, 0, 50)
        rows = to_place(work, found)
        more = candidates(work, found[1], 50_000)
    assert total == 2
    assert [(row.payment.id, row.left_ore) for row in rows][1] == (mora, 50_000)
    assert [(each.number, each.amount_ore) for each in rows[1].proposed] == [("20260002", 50_000)]
    assert [each.number for each in more] == ["20260002"]
