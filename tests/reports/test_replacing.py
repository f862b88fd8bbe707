"""What crediting a run whole and issuing it anew would come to."""

import pytest
from sqlmodel import select

from consortium.billing.crediting import credit_invoice, creditable
from consortium.billing.preparing import replace_run
from consortium.billing.queries import run_by_id
from consortium.billing.tables import Invoice
from consortium.core.errors import NotFound
from consortium.core.work import Works
from consortium.costs.agreeing import change_budget
from consortium.reports.replacing import payable_of, replacement, run_in_sequence
from tests.billing.worlds import issue_month, make_small
from tests.conftest import OPERATOR
from tests.reports.settled_world import JANUARY


def test_nothing_changed_is_credited_and_billed_alike(works: Works) -> None:
    make_small(works)
    issue_month(works, JANUARY)
    with works.reading(OPERATOR) as work:
        found = replacement(work, run_by_id(work, 1))
    assert [row.number for row in found.credited] == [f"2026000{n}" for n in range(1, 5)]
    assert found.credited_ore == found.after_ore == 416_668 + 333_334 + 416_666 + 333_333
    assert {row.change_ore for row in found.changes} == {0}


def test_a_changed_budget_and_an_earlier_credit_note_are_in_the_difference(works: Works) -> None:
    make_small(works)
    issue_month(works, JANUARY)
    with works.writing(OPERATOR) as work:
        credit_invoice(work, "20260001", "Fel", {1: 100_000})  # 1 000 kr and 250 kr of VAT
        change_budget(work, "office", 2026, 12_000_001 + 360_000)  # 300 kr a month, 100 kr each
    with works.reading(OPERATOR) as work:
        found = replacement(work, run_by_id(work, 1))
    assert {row.code: row.change_ore for row in found.changes} == {
        "2062": 125_000 + 10_000,
        "2081": 10_000,
    }
    assert found.credited[0].left_ore == 416_668 - 125_000
    assert not found.open_run
    with works.writing(OPERATOR) as work:
        replace_run(work, 1)
    with works.reading(OPERATOR) as work:
        assert replacement(work, run_by_id(work, 1)).open_run


def test_what_is_left_of_an_invoice_is_what_it_asks_for_until_it_is_credited(works: Works) -> None:
    make_small(works)
    issue_month(works, JANUARY)
    with works.reading(OPERATOR) as work:
        for invoice in work.session.exec(select(Invoice)).all():
            assert payable_of(creditable(work, invoice)) == invoice.payable_ore


def test_a_run_is_found_by_its_period_and_place(works: Works) -> None:
    make_small(works)
    issue_month(works, JANUARY)
    with works.reading(OPERATOR) as work:
        assert run_in_sequence(work, (JANUARY, 1), 1).id == 1
        for cut, sequence in (((JANUARY, 1), 2), ((JANUARY, 3), 1)):
            with pytest.raises(NotFound):
                run_in_sequence(work, cut, sequence)
