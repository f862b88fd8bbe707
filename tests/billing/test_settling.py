"""A small year by hand: Falun (host), Borlänge and Mora share two pools equally.

Budget 120 000,01 kr a pool, so 1 000 000 öre a month but December's 1 000 001; `system` has 25 %
VAT, `office` is outside VAT. A third of 1 000 000 is 333 333 1/3: the öre left over goes to the
lowest code, Mora (2062). Of 1 000 001 two are left: Mora's and Falun's.
"""

from dataclasses import replace
from datetime import date

import pytest

from consortium.billing.crediting import credit_invoice
from consortium.billing.issuing import issue_invoices
from consortium.billing.periods import FINAL, Cut
from consortium.billing.preparing import (
    approve_run,
    current_view,
    discard_run,
    prepare_run,
    replace_run,
)
from consortium.billing.queries import invoice_by_number, invoice_lines
from consortium.billing.settlements import previewed, settled_shares
from consortium.billing.settling import prepare_leaving, prepare_settlement
from consortium.billing.tables import Invoice
from consortium.core.errors import Conflict, Invalid
from consortium.core.work import Actor, Works
from consortium.costs.agreeing import KeyRule, Vat, add_pool, set_key, set_vat
from consortium.costs.queries import pool_of_year
from consortium.costs.recording import NewCost, record_cost
from consortium.ledger.queries import balances
from consortium.members.leaving import set_last_day
from tests.billing.worlds import make_small
from tests.conftest import NOON, OPERATOR, Clock

FOURTH_QUARTER = Cut(date(2026, 10, 1), 3)
SHARE_OF_QUARTER = {"2062": 1_000_002, "2081": 999_999}  # 3 × 333 334; 2 × 333 333 + 333 333
FALUN = 2 * 333_333 + 333_334


def issue(works: Works, cut: Cut) -> list[Invoice]:
    with works.writing(OPERATOR) as work:
        run = prepare_run(work, cut)
        approve_run(work, run.id)
        return issue_invoices(work, run.id)


def booked(works: Works) -> dict[str, int]:
    with works.reading(OPERATOR) as work:
        return balances(work, date(2026, 1, 1), date(2027, 12, 31))


def differences(works: Works) -> dict[tuple[str, str], tuple[int, int, int]]:
    with works.reading(OPERATOR) as work:
        return {
            (row.line.pool, row.member): (row.actual_ore, row.invoiced_ore, row.line.net_ore)
            for row in previewed(work, 2026).found
        }


def test_a_quarter_is_its_three_months_on_one_invoice(works: Works) -> None:
    make_small(works)
    issued = issue(works, FOURTH_QUARTER)
    assert [(i.number, i.kind, i.net_ore, i.vat_ore) for i in issued] == [
        ("20260001", "rated", 1_000_002, 250_001),  # 25 % of 1 000 002 is 250 000,5: up
        ("20260002", "outside", 1_000_002, 0),
        ("20260003", "rated", 999_999, 250_000),  # 249 999,75
        ("20260004", "outside", 999_999, 0),
    ]
    with works.reading(OPERATOR) as work:
        lines = invoice_lines(work, issued[0])
    assert [(line.key, line.net_ore) for line, _pool in lines] == [
        ("2026-10/2062/system/share/1", 333_334),
        ("2026-11/2062/system/share/1", 333_334),
        ("2026-12/2062/system/share/1", 333_334),
    ]
    assert booked(works) == {
        "1510": 1_250_003 + 1_000_002 + 1_249_999 + 999_999,
        "2611": -500_001,
        "3690": -6_000_002,
        "7690": 2 * FALUN,
    }


def test_what_a_month_has_billed_a_quarter_does_not_bill_again(works: Works) -> None:
    make_small(works)
    issue(works, Cut(date(2026, 11, 1)))
    issued = issue(works, FOURTH_QUARTER)
    assert [i.net_ore for i in issued] == [666_668, 666_668, 666_666, 666_666]
    with works.writing(OPERATOR) as work:
        assert prepare_run(work, Cut(date(2026, 12, 1))).state == "prepared"
        view = current_view(work, prepare_run(work, Cut(date(2026, 12, 1))))
    assert {draft.status for draft in view.drafts} == {"issued", "host"}


def test_a_run_of_some_pools_and_members_leaves_the_rest_to_the_next(works: Works) -> None:
    make_small(works)
    november = date(2026, 11, 1)
    some = Cut(november, separate=True, pools=frozenset({"system"}), members=frozenset({"2081"}))
    assert [i.key for i in issue(works, some)] == ["2026-11/2081/rated/system"]
    rest = issue(works, Cut(november))
    assert [i.key for i in rest] == [
        "2026-11/2062/rated",
        "2026-11/2062/outside",
        "2026-11/2081/outside",
    ]
    assert booked(works)["3690"] == -2_000_000


def test_a_final_run_shares_what_the_month_came_to(works: Works) -> None:
    make_small(works)
    with works.writing(OPERATOR) as work:
        year = NewCost("licens", date(2026, 2, 1), "Leverantör", "Licens", 12_000_007)
        record_cost(work, "office", 2026, year)
    final = Cut(date(2026, 2, 1), stage=FINAL, pools=frozenset({"office"}))
    # 12 000 007 / 3 = 4 000 002 1/3: the öre left over is Mora's
    assert [i.net_ore for i in issue(works, final)] == [4_000_003, 4_000_002]


def test_credited_whole_an_invoice_comes_to_nothing_and_can_be_billed_again(works: Works) -> None:
    make_small(works)
    first = issue(works, FOURTH_QUARTER)[0]
    before = booked(works)
    with works.writing(OPERATOR) as work:
        part = credit_invoice(work, first.number, "För mycket", {2: 100})
        rest = credit_invoice(work, first.number, "Fel mottagare")
        with pytest.raises(Conflict):
            credit_invoice(work, first.number, "Igen")
    assert (part.net_ore, part.vat_ore, part.payable_ore) == (-100, -25, -125)
    assert (rest.net_ore, rest.vat_ore) == (-999_902, -249_976)  # 25 % of 999 902 is 249 975,5
    assert first.payable_ore + part.payable_ore + rest.payable_ore == 0
    again = issue(works, FOURTH_QUARTER)
    assert [(i.number, i.key) for i in again] == [("20260007", "2026-10+3/2062/rated/2")]
    assert booked(works) == before


@pytest.mark.parametrize(
    ("why", "amounts", "at"),
    [
        ("", {1: 100}, "why"),
        ("Fel", {1: 333_335}, "lines[1]"),
        ("Fel", {1: -1}, "lines[1]"),
        ("Fel", {9: 1}, "lines[9]"),
    ],
)
def test_no_more_is_credited_than_a_line_has(
    works: Works, why: str, amounts: dict[int, int], at: str
) -> None:
    make_small(works)
    issue(works, FOURTH_QUARTER)
    with pytest.raises(Invalid) as refused, works.writing(OPERATOR) as work:
        credit_invoice(work, "20260001", why, amounts)
    assert [fault.at for fault in refused.value.faults] == [at]


def test_a_whole_run_is_credited_and_issued_anew_under_another_vat(works: Works) -> None:
    make_small(works)
    old = issue(works, FOURTH_QUARTER)
    with works.writing(OPERATOR) as work:
        system = pool_of_year(work, "system", 2026)
        set_vat(work, system, date(2026, 10, 1), Vat("S", 6))
        run = replace_run(work, old[0].run_id or 0)
        approve_run(work, run.id)
        done = issue_invoices(work, run.id)
    notes, new = done[:4], done[4:]
    assert [i.payable_ore for i in notes] == [-i.payable_ore for i in old]
    assert [(i.net_ore, i.vat_ore) for i in new] == [
        (1_000_002, 60_000),  # 6 % of 1 000 002 is 60 000,12
        (1_000_002, 0),
        (999_999, 60_000),  # 59 999,94
        (999_999, 0),
    ]
    assert [i.number for i in done] == [f"2026{place:04}" for place in range(5, 13)]
    assert booked(works) == {
        "1510": 2 * (1_000_002 + 999_999) + 120_000,
        "2611": 0,
        "2631": -120_000,
        "3690": -6_000_002,
        "7690": 2 * FALUN,
    }


def test_a_run_that_later_ones_rest_on_is_replaced_with_them(works: Works) -> None:
    make_small(works)
    november = date(2026, 11, 1)
    first = issue(works, Cut(november, members=frozenset({"2081"})))
    rest = issue(works, Cut(november))
    with works.writing(OPERATOR) as work:
        run = replace_run(work, first[0].run_id or 0)
        approve_run(work, run.id)
        done = issue_invoices(work, run.id)
    notes, new = done[:4], done[4:]
    assert sum(i.payable_ore for i in notes) == -sum(i.payable_ore for i in (*first, *rest))
    assert sorted(i.payable_ore for i in new) == sorted(i.payable_ore for i in (*first, *rest))


def test_a_settlement_is_actual_less_invoiced_and_a_second_one_finds_nothing(
    works: Works, clock: Clock
) -> None:
    make_small(works)
    issue(works, FOURTH_QUARTER)
    with works.writing(OPERATOR) as work:
        for month in range(1, 13):
            cost = NewCost(f"s{month}", date(2026, month, 15), "A", "", 100_000 + month)
            record_cost(work, "system", 2026, cost)
        record_cost(work, "office", 2026, NewCost("o", date(2026, 3, 15), "A", "", 12_000_000))
    with pytest.raises(Conflict), works.writing(OPERATOR) as work:
        prepare_settlement(work, 2026)
    # system: 12 × 100 000 + 78 = 1 200 078, a third is 400 026
    expected = {
        ("system", "2062"): (400_026, 1_000_002, -599_976),
        ("system", "2080"): (400_026, FALUN, -599_974),
        ("system", "2081"): (400_026, 999_999, -599_973),
        ("office", "2062"): (4_000_000, 1_000_002, 2_999_998),
        ("office", "2080"): (4_000_000, FALUN, 3_000_000),
        ("office", "2081"): (4_000_000, 999_999, 3_000_001),
    }
    assert differences(works) == expected
    clock.now = NOON.replace(year=2027, month=2)
    with works.writing(OPERATOR) as work:
        run = prepare_settlement(work, 2026)
        approve_run(work, run.id)
        done = issue_invoices(work, run.id)
    assert [(i.document, i.kind, i.net_ore, i.vat_ore) for i in done] == [
        ("credit_note", "rated", -599_976, -149_994),
        ("invoice", "outside", 2_999_998, 0),
        ("credit_note", "rated", -599_973, -149_993),  # 149 993,25
        ("invoice", "outside", 3_000_001, 0),
    ]
    assert {net_ore for _actual, _invoiced, net_ore in differences(works).values()} == {0}
    assert booked(works)["7690"] == 400_026 + 4_000_000
    with pytest.raises(Conflict), works.writing(OPERATOR) as work:
        approve_run(work, prepare_settlement(work, 2026).id)


def test_who_leaves_is_settled_for_its_part_of_the_year(works: Works, clock: Clock) -> None:
    make_small(works)
    with works.writing(OPERATOR) as work:
        set_last_day(work, "2062", date(2026, 8, 31))
        record_cost(work, "office", 2026, NewCost("o", date(2026, 3, 15), "A", "", 9_000_000))
        record_cost(work, "office", 2026, NewCost("p", date(2026, 9, 15), "A", "", 500_000))
        run = prepare_leaving(work, "2062")
        approve_run(work, run.id)
        done = issue_invoices(work, run.id)
    # until August everyone is there each day: a third of what was booked until then
    assert [(i.key, i.net_ore) for i in done] == [("leaving-2026-1/2062/outside", 3_000_000)]
    # the year: Mora is there 243 of 365 days: 9 500 000 × 243 / (243 + 2 × 365) = 2 372 559 9/973
    mora = differences(works)["office", "2062"]
    assert mora == (2_372_559, 3_000_000, 2_372_559 - 3_000_000)


def test_two_persons_where_the_settings_ask(works: Works) -> None:
    make_small(works)
    ekonom = Actor("ekonom", dict.fromkeys(("billing.approve", "billing.issue", "billing.see")))
    chef = Actor("ekonomichef", ekonom.rights)
    works = _with(works, second_person=True, second_person_above_kr=100)
    with works.writing(OPERATOR) as work:
        run_id = prepare_run(work, FOURTH_QUARTER).id
    with works.writing(ekonom) as work:
        approve_run(work, run_id)
    with pytest.raises(Conflict), works.writing(ekonom) as work:
        issue_invoices(work, run_id)
    with works.writing(chef) as work:
        first = issue_invoices(work, run_id)[0]
    with pytest.raises(Conflict), works.writing(chef) as work:
        credit_invoice(work, first.number, "Fel")
    with works.writing(ekonom) as work:
        assert credit_invoice(work, first.number, "Fel").payable_ore == -first.payable_ore


def test_an_invoice_above_the_limit_is_not_approved(works: Works) -> None:
    make_small(works)
    limited = _with(works, largest_invoice_kr=12_500)
    with pytest.raises(Conflict) as refused, limited.writing(OPERATOR) as work:
        approve_run(work, prepare_run(work, FOURTH_QUARTER).id)
    assert [fault.at for fault in refused.value.faults] == ["2026-10+3/2062/rated"]


def test_a_prepared_run_is_let_go(works: Works) -> None:
    make_small(works)
    with works.writing(OPERATOR) as work:
        run = prepare_run(work, FOURTH_QUARTER)
        with pytest.raises(Conflict):
            prepare_run(work, Cut(FOURTH_QUARTER.month, 3, stage=FINAL))
        discard_run(work, run.id)
        assert prepare_run(work, Cut(FOURTH_QUARTER.month, 3, stage=FINAL)).stage == FINAL


@pytest.mark.parametrize(
    "cut", [Cut(date(2026, 11, 1), 3), Cut(date(2026, 2, 2)), Cut(date(2026, 1, 1), 2)]
)
def test_a_period_begins_on_its_first_day(works: Works, cut: Cut) -> None:
    make_small(works)
    with pytest.raises(Invalid), works.writing(OPERATOR) as work:
        prepare_run(work, cut)


def test_a_credit_note_says_what_it_credits(works: Works) -> None:
    make_small(works)
    issue(works, FOURTH_QUARTER)
    with works.writing(OPERATOR) as work:
        note = credit_invoice(work, "20260003", "Fel mottagare")
    with works.reading(OPERATOR) as work:
        paper = invoice_by_number(work, note.number)[0].paper
    assert paper["document"] == "credit_note"
    assert paper["credits"] == [["20260003", "2026-11-24"]]
    assert (paper["note"], paper["payable_ore"]) == ("Fel mottagare", 1_249_999)


def _with(works: Works, **chosen: bool | int) -> Works:
    return replace(works, invoicing=works.invoicing.model_copy(update=chosen))


def test_what_was_settled_is_what_the_next_year_compares_with(works: Works, clock: Clock) -> None:
    make_small(works)
    with works.writing(OPERATOR) as work:
        record_cost(work, "office", 2026, NewCost("o", date(2026, 3, 15), "A", "", 10_000_000))
        assert settled_shares(work, 2026) == {}
    clock.now = NOON.replace(year=2027, month=2)
    with works.writing(OPERATOR) as work:
        run = prepare_settlement(work, 2026)
        approve_run(work, run.id)
        issue_invoices(work, run.id)
        # a third of 10 000 000 is 3 333 333 1/3: the öre left over is Mora's
        assert settled_shares(work, 2026)["office"] == {
            "2062": 3_333_334,
            "2080": 3_333_333,
            "2081": 3_333_333,
        }


def test_a_few_ore_that_only_the_host_bears_are_settled_too(works: Works, clock: Clock) -> None:
    make_small(works)
    with works.writing(OPERATOR) as work:
        record_cost(work, "office", 2026, NewCost("o", date(2026, 3, 15), "A", "", 3_000_000))
    clock.now = NOON.replace(year=2027, month=2)
    settle(works)
    with works.writing(OPERATOR) as work:
        record_cost(work, "office", 2026, NewCost("p", date(2026, 4, 15), "A", "", 2))
        # 3 000 002 / 3: the two öre left over are Mora's and Falun's; so is one, once 2 are there
        record_cost(work, "office", 2026, NewCost("q", date(2026, 4, 15), "A", "", -1))
    assert [invoice.net_ore for invoice in settle(works)] == [1]  # Mora's
    with works.writing(OPERATOR) as work:
        record_cost(work, "office", 2026, NewCost("r", date(2026, 4, 15), "A", "", 1))
    before = booked(works)["7690"]
    assert settle(works) == []
    assert booked(works)["7690"] == before + 1
    assert {row[2] for row in differences(works).values()} == {0}


def test_a_month_that_cost_nothing_is_issued_as_nothing(works: Works) -> None:
    make_small(works)
    issued = issue(works, Cut(date(2026, 5, 1), stage=FINAL))
    assert {invoice.payable_ore for invoice in issued} == {0}


def test_what_is_left_below_nothing_is_asked_for_again(works: Works, clock: Clock) -> None:
    make_small(works)
    with works.writing(OPERATOR) as work:
        other = add_pool(work, "other", 2026, ("other", "other"), 0, everyone=True)
        set_vat(work, other, date(2026, 1, 1), Vat("O", reason="Utanför"))
        parts = [{"take": "rest", "split": {"kind": "equal"}}]
        rule = KeyRule({"name": "Lika", "parts": parts}, "§ 1", date(2026, 1, 1), {})
        set_key(work, "other", 2026, rule)
        record_cost(work, "office", 2026, NewCost("o", date(2026, 3, 15), "A", "", 9_000))
        record_cost(work, "other", 2026, NewCost("p", date(2026, 3, 15), "A", "", -3_000))
    clock.now = NOON.replace(year=2027, month=2)
    first = settle(works)[0]  # office 3 000, other -1 000
    with works.writing(OPERATOR) as work:
        part = credit_invoice(work, first.number, "Fel", {1: 3_000})
        claim = credit_invoice(work, first.number, "Resten")
    assert [(i.document, i.payable_ore) for i in (first, part, claim)] == [
        ("invoice", 2_000),
        ("credit_note", -3_000),
        ("invoice", 1_000),
    ]
    with pytest.raises(Invalid), works.writing(OPERATOR) as work:
        credit_invoice(work, claim.number, "Igen")
    assert sum(booked(works).values()) == 0


def settle(works: Works) -> list[Invoice]:
    with works.writing(OPERATOR) as work:
        run = prepare_settlement(work, 2026)
        approve_run(work, run.id)
        return issue_invoices(work, run.id)
