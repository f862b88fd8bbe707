from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from consortium.billing.issuing import issue_invoices
from consortium.billing.periods import Cut
from consortium.billing.preparing import approve_run, prepare_run, withdraw_approval
from consortium.billing.queries import invoice_by_number, invoices
from consortium.billing.tables import Invoice, InvoiceRun, NumberSeries, RunCase
from consortium.billing.views import month_view
from consortium.core.errors import Conflict, Forbidden, NotFound
from consortium.core.later import Task
from consortium.core.work import Actor, Works
from consortium.costs.agreeing import change_budget
from consortium.costs.queries import pool_of_year
from consortium.ledger.queries import balances
from consortium.ledger.tables import JournalEntry
from consortium.measures.tables import MeasureValue
from consortium.members.joining import Address, change_address
from consortium.members.queries import member_by_code
from tests.billing.worlds import NOVEMBER, issue_month, make_year, prepare_and_approve
from tests.conftest import OPERATOR

ORSA = Address(
    buyer_reference="BIB2034",
    endpoint_scheme="0007",
    endpoint_id="2120002189",
    email="faktura@2034.kommun.example",
)
YEAR = date(2026, 1, 1), date(2026, 12, 31)


def test_what_is_missing_stops_that_members_invoices_alone(works: Works) -> None:
    make_year(works)
    with works.reading(OPERATOR) as work:
        view = month_view(work, NOVEMBER)
    stopped = [draft for draft in view.drafts if draft.status == "blocked"]
    assert [(draft.member, draft.kind) for draft in stopped] == [
        ("2034", "rated"),
        ("2034", "outside"),
    ]
    assert [fault.at for fault in stopped[0].faults] == ["buyer_reference"]
    assert stopped[0].net_ore == 1_197_286  # its share stays listed (expected/2026-11)


def test_a_missing_measure_stops_every_invoice_with_a_line_of_the_pool(works: Works) -> None:
    make_year(works)
    with works.writing(OPERATOR) as work:
        mora = member_by_code(work, "2062")
        rows = select(MeasureValue).where(MeasureValue.member_id == mora.id)
        for row in work.session.exec(rows):
            if row.on_date == date(2023, 12, 31) and row.value == "5871":  # an e-loan of the mean
                work.session.delete(row)
    with works.reading(OPERATOR) as work:
        view = month_view(work, NOVEMBER)
    assert [pool.code for pool in view.stopped] == ["emedia"]
    rated = [draft for draft in view.drafts if draft.kind == "rated"]
    assert {draft.status for draft in rated} == {"blocked"}
    fault = view.stopped[0].faults[0]
    assert fault.at == "key.parts[0].split.average"
    ready = {draft.kind for draft in view.drafts if draft.status == "ready"}
    assert ready == {"outside"}


def test_the_rest_is_issued_by_a_later_run_on_the_same_figures(works: Works) -> None:
    make_year(works)
    issue_month(works)
    with works.writing(OPERATOR) as work:
        change_address(work, "2034", ORSA)
        change_budget(work, "system", 2026, 999_999_99)  # the month's cases are frozen: no effect
    run_id = prepare_and_approve(works)
    with works.writing(OPERATOR) as work:
        rest = issue_invoices(work, run_id)
    assert [(i.number, i.net_ore) for i in rest] == [
        ("20260028", 1_197_286),
        ("20260029", 220_588),
    ]
    with works.reading(OPERATOR) as work:
        hosts = select(JournalEntry).where(JournalEntry.name == "host")
        assert len(work.session.exec(hosts).all()) == 1
        booked = balances(work, *YEAR)
        assert sum(booked.values()) == 0
        assert booked["3690"] == -(20_000_000 + 15_000_008 + 10_333_333 + 2_000_000 + 7_500_000)


def test_preparing_an_issued_month_again_changes_nothing(works: Works) -> None:
    make_year(works)
    issue_month(works)
    with works.writing(OPERATOR) as work:
        assert prepare_run(work, Cut(NOVEMBER)).state == "issued"
        assert len(work.session.exec(select(InvoiceRun)).all()) == 1


def test_a_case_that_has_changed_since_approval_is_a_conflict(works: Works) -> None:
    make_year(works)
    run_id = prepare_and_approve(works)
    with works.writing(OPERATOR) as work:
        change_budget(work, "transports", 2026, 130_000_000)
    with pytest.raises(Conflict) as refused, works.writing(OPERATOR) as work:
        issue_invoices(work, run_id)
    assert refused.value.faults[0].at == "pool transports"
    with works.reading(OPERATOR) as work:
        assert work.session.exec(select(Invoice)).all() == []
        assert work.session.exec(select(NumberSeries)).all() == []
        assert work.session.exec(select(JournalEntry)).all() == []
    with works.writing(OPERATOR) as work:
        withdraw_approval(work, run_id)
        approve_run(work, run_id)
        assert len(issue_invoices(work, run_id)) == 27


def test_an_approved_invoice_that_lost_its_reference_stops_all(works: Works) -> None:
    make_year(works)
    run_id = prepare_and_approve(works)
    with works.writing(OPERATOR) as work:
        change_address(work, "2085", Address(endpoint_scheme="0007", endpoint_id="2120002270"))
    with pytest.raises(Conflict) as refused, works.writing(OPERATOR) as work:
        issue_invoices(work, run_id)
    assert [fault.at for fault in refused.value.faults] == [
        "2026-11/2085/rated",
        "2026-11/2085/outside",
    ]


def test_what_was_not_approved_is_not_issued(works: Works) -> None:
    make_year(works)
    run_id = prepare_and_approve(works)
    with works.writing(OPERATOR) as work:
        change_address(work, "2034", ORSA)
        assert len(issue_invoices(work, run_id)) == 27


def test_a_run_is_approved_and_issued_once(works: Works) -> None:
    make_year(works)
    run_id = prepare_and_approve(works)
    with pytest.raises(Conflict), works.writing(OPERATOR) as work:
        approve_run(work, run_id)
    with works.writing(OPERATOR) as work:
        issue_invoices(work, run_id)
    for again in (issue_invoices, withdraw_approval, approve_run):
        with pytest.raises(Conflict), works.writing(OPERATOR) as work:
            again(work, run_id)
    with works.reading(OPERATOR) as work:
        tasks = work.session.exec(select(Task)).all()
    assert [task.key for task in tasks] == [f"2026{n:04}" for n in range(1, 28)]


def test_withdrawing_an_approval_frees_the_cases(works: Works) -> None:
    make_year(works)
    run_id = prepare_and_approve(works)
    with works.writing(OPERATOR) as work:
        assert len(work.session.exec(select(RunCase)).all()) == 5
        assert withdraw_approval(work, run_id).state == "prepared"
    with works.reading(OPERATOR) as work:
        assert work.session.exec(select(RunCase)).all() == []


@pytest.mark.parametrize(
    "statement",
    [
        "update invoice set payable_ore = payable_ore + 1, net_ore = net_ore + 1",
        "delete from invoiceline",
        "update posting set amount_ore = amount_ore + 1",
        "delete from journalentry",
        "update auditentry set actor = 'nobody'",
    ],
)
def test_what_is_issued_booked_or_audited_cannot_be_changed(works: Works, statement: str) -> None:
    make_year(works)
    issue_month(works)
    with pytest.raises(DBAPIError, match="append only"), works.writing(OPERATOR) as work:
        work.session.connection().execute(text(statement))


def test_rights_are_asked_for(works: Works) -> None:
    make_year(works)
    run_id = prepare_and_approve(works)
    reader = Actor("revisor", {"billing.see": None})
    for refused in (issue_invoices, approve_run, withdraw_approval):
        with pytest.raises(Forbidden), works.writing(reader) as work:
            refused(work, run_id)
    with pytest.raises(Forbidden), works.writing(reader) as work:
        prepare_run(work, Cut(NOVEMBER))


def test_a_branch_manager_sees_own_invoices_only(works: Works) -> None:
    make_year(works)
    issue_month(works)
    manager = Actor("bibliotekschef", {"billing.see": frozenset({"2029"})})
    with works.reading(manager) as work:
        assert {buyer.code for _invoice, buyer in invoices(work)} == {"2029"}
        assert {draft.member for draft in month_view(work, NOVEMBER).drafts} == {"2029"}
        with pytest.raises(NotFound):
            invoice_by_number(work, "20260002")


def test_the_books_sum_to_the_pools_cost_less_what_is_blocked(works: Works) -> None:
    make_year(works)
    issued = issue_month(works)
    blocked_ore = 1_197_286 + 220_588
    with works.reading(OPERATOR) as work:
        booked = balances(work, *YEAR)
        assert pool_of_year(work, "system", 2026).budget_ore == 240_000_000
    assert sum(booked.values()) == 0
    assert booked["3690"] == -(54_833_341 - blocked_ore)
    assert booked["1510"] == sum(invoice.payable_ore for invoice in issued)
