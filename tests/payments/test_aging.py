from datetime import date

import pytest

from consortium.core.errors import Invalid, NotFound
from consortium.core.work import Actor, Works
from consortium.payments.aging import Move, account_of, aging, bucket_of
from consortium.payments.debts import debts
from consortium.payments.placing import place, take_back
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

DUE = date(2026, 10, 1)


@pytest.mark.parametrize(
    ("as_of", "bucket"),
    [
        (date(2026, 9, 1), 0),
        (date(2026, 10, 1), 0),  # due today is not overdue
        (date(2026, 10, 2), 1),
        (date(2026, 10, 31), 1),  # 30 days
        (date(2026, 11, 1), 2),
        (date(2026, 11, 30), 2),  # 60
        (date(2026, 12, 1), 3),
        (date(2026, 12, 30), 3),  # 90
        (date(2026, 12, 31), 4),
    ],
)
def test_a_claim_ages_by_the_days_after_its_due_date(as_of: date, bucket: int) -> None:
    assert bucket_of(DUE, as_of) == bucket


@pytest.fixture
def world(works: Works, clock: Clock) -> Works:
    """Mora pays 4 166,68 on 2 October and 1 000,00 on the 12th; Borlänge nothing.

    On 20 October 500,00 kr of an unknown payment of the 12th is placed on Borlänge's first
    invoice by hand.
    """
    owed = make_owed(works, clock)
    at_noon(clock, date(2026, 10, 15))
    take(works, bgmax(date(2026, 10, 2), [(owed["2062/rated"].ocr, 416_668, "Mora kommun")]))
    rows = [(owed["2062/outside"].ocr, 100_000, "Mora kommun"), ("", 50_000, "Någon")]
    take(works, bgmax(date(2026, 10, 12), rows, serial=2))
    at_noon(clock, date(2026, 10, 20))
    with works.writing(OPERATOR) as work:
        place(work, payments(works)[2].id, {"20260003": 50_000})
    return works


def sums(works: Works, as_of: date) -> dict[str, tuple[int, ...]]:
    with works.reading(OPERATOR) as work:
        rows, total = aging(work, as_of)
    assert total.total_ore == sum(row.total_ore for row in rows)
    return {row.member: row.buckets for row in rows}


def test_the_list_is_as_it_stood_at_the_end_of_the_day(world: Works) -> None:
    assert sums(world, date(2026, 8, 31)) == {}
    assert sums(world, date(2026, 10, 1)) == {
        "2062": (750_002, 0, 0, 0, 0),
        "2081": (749_999, 0, 0, 0, 0),
    }
    assert sums(world, date(2026, 10, 2)) == {
        "2062": (0, 333_334, 0, 0, 0),
        "2081": (0, 749_999, 0, 0, 0),
    }
    assert sums(world, date(2026, 10, 19)) == {
        "2062": (0, 233_334, 0, 0, 0),
        "2081": (0, 749_999, 0, 0, 0),
    }
    assert sums(world, date(2026, 11, 1)) == {
        "2062": (0, 0, 233_334, 0, 0),
        "2081": (0, 0, 699_999, 0, 0),
    }
    with world.reading(OPERATOR) as work:
        _rows, total = aging(work, date(2026, 11, 1))
    assert total.total_ore == balance(world, RECEIVABLE) == 933_333


def test_a_members_account_tells_each_day_and_what_is_owed_after_it(world: Works) -> None:
    with world.reading(OPERATOR) as work:
        account = account_of(work, "2062", date(2026, 10, 1), date(2026, 10, 31))
        whole = account_of(work, "2062", date(2026, 9, 1), date(2026, 10, 31))
    first, second, _third = payments(world)
    assert (account.opening_ore, account.closing_ore) == (750_002, 233_334)
    assert account.moves == (
        Move(date(2026, 10, 2), "payment", str(first.id), None, -416_668, 333_334),
        Move(date(2026, 10, 12), "payment", str(second.id), None, -100_000, 233_334),
    )
    assert (whole.opening_ore, whole.closing_ore) == (0, 233_334)
    assert [
        (move.kind, move.number, move.due_on, move.balance_ore) for move in whole.moves[:2]
    ] == [
        ("invoice", "20260001", DUE, 416_668),
        ("invoice", "20260002", DUE, 750_002),
    ]


def test_what_is_placed_by_hand_stands_on_the_day_it_was_done(world: Works, clock: Clock) -> None:
    third = payments(world)[2]
    at_noon(clock, date(2026, 10, 25))
    with world.writing(OPERATOR) as work:
        take_back(work, third.id, {"20260003": 50_000})
    with world.reading(OPERATOR) as work:
        account = account_of(work, "2081", date(2026, 10, 1), date(2026, 10, 31))
    assert [(move.on, move.amount_ore) for move in account.moves] == [
        (date(2026, 10, 20), -50_000),
        (date(2026, 10, 25), 50_000),
    ]


def test_a_branch_manager_sees_the_own_municipality_alone(world: Works) -> None:
    own = Actor("chef", {"billing.see": frozenset({"2062"})})
    with world.reading(own) as work:
        rows, total = aging(work, date(2026, 10, 31))
        found = debts(work, [1, 2, 3, 4])
        account_of(work, "2062", DUE, DUE)
    assert [row.member for row in rows] == ["2062"]
    assert total.total_ore == 233_334
    assert {owed.member for owed in found.values()} == {"2062"}
    with pytest.raises(NotFound), world.reading(own) as work:
        account_of(work, "2081", DUE, DUE)


def test_days_in_the_wrong_order_are_refused(world: Works) -> None:
    with pytest.raises(Invalid), world.reading(OPERATOR) as work:
        account_of(work, "2062", date(2026, 10, 2), date(2026, 10, 1))
