"""Budget lines: their sum is the pool's budget, in one place."""

from datetime import date
from decimal import Decimal

import pytest

from consortium.core.errors import Conflict, Invalid
from consortium.core.work import Works
from consortium.core.workbooks import write_workbook
from consortium.costs.accruing import accrued
from consortium.costs.agreeing import change_budget
from consortium.costs.attaching import attach, attachments, detach, media_type_of
from consortium.costs.budgeting import budget_lines, put_lines
from consortium.costs.entries import NewCost, NewLine
from consortium.costs.queries import actual_costs, month_of_pool, pool_of_year
from consortium.costs.recording import record_cost
from consortium.exchange.exporting import export
from consortium.exchange.kinds import kind_of
from consortium.exchange.taking import Sent, take_in, try_sheet
from consortium.exchange.undoing import undo_import
from tests.billing.worlds import make_small
from tests.conftest import OPERATOR

LINES = [NewLine(1, "Drift", 500_000_50, "6910"), NewLine(2, "Intäkt", -50_000_50)]


def test_the_sum_of_the_lines_is_the_budget_that_is_split(works: Works) -> None:
    make_small(works)
    with works.writing(OPERATOR) as work:
        put_lines(work, "system", 2026, LINES)
        pool = pool_of_year(work, "system", 2026)
        assert pool.budget_ore == 450_000_00
        assert month_of_pool(work, pool, 1).cost_ore == 37_500_00  # a twelfth


def test_a_budget_with_lines_is_changed_by_them_only(works: Works) -> None:
    make_small(works)
    with works.writing(OPERATOR) as work:
        put_lines(work, "system", 2026, LINES)
    with pytest.raises(Conflict), works.writing(OPERATOR) as work:
        change_budget(work, "system", 2026, 1)
    with works.writing(OPERATOR) as work:
        put_lines(work, "system", 2026, [])
        change_budget(work, "system", 2026, 7)
    with works.reading(OPERATOR) as work:
        assert pool_of_year(work, "system", 2026).budget_ore == 7


def test_lines_say_all_that_is_wrong_at_their_places_and_nothing_is_changed(works: Works) -> None:
    make_small(works)
    wrong = [NewLine(1, "", 1, "64a"), NewLine(1, "Två", 5), NewLine(0, "Noll", -100)]
    with pytest.raises(Invalid) as refused, works.writing(OPERATOR) as work:
        put_lines(work, "system", 2026, wrong)
    assert [fault.at for fault in refused.value.faults] == [
        "text-1",
        "account-1",
        "position-0",
        "position-1",
        "lines",
    ]
    with works.reading(OPERATOR) as work:
        assert budget_lines(work, pool_of_year(work, "system", 2026)) == []
        assert pool_of_year(work, "system", 2026).budget_ore == 120_000_01


def test_a_sheet_of_lines_comes_in_goes_out_and_is_taken_back(works: Works) -> None:
    make_small(works)
    kind = kind_of("budget")
    sheet = (
        "Kostnadspool;År;Rad;Text;Konto;Belopp (kr)\n"
        "system;2026;1;Licenser;6420;1000,50\nsystem;2026;2;Återbäring;;-0,50\n"
    ).encode()
    with works.writing(OPERATOR) as work:
        tried = try_sheet(work, kind, Sent(sheet, "budget.csv"))
        assert tried.counts == {"new": 2, "changed": 0, "unchanged": 0, "faulty": 0}
        batch = take_in(work, tried, Sent(sheet, "budget.csv"))
    with works.reading(OPERATOR) as work:
        assert pool_of_year(work, "system", 2026).budget_ore == 1_000_00
        assert try_sheet(
            work, kind, Sent(export(work, kind).written("xlsx"), "igen.xlsx")
        ).counts == {"new": 0, "changed": 0, "unchanged": 2, "faulty": 0}
    with works.writing(OPERATOR) as work:
        undo_import(work, batch.id)
    with works.reading(OPERATOR) as work:
        pool = pool_of_year(work, "system", 2026)
        assert (budget_lines(work, pool), pool.budget_ore) == ([], 120_000_01)


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"%PDF-1.7\n", "application/pdf"),
        (b"\x89PNG\r\n\x1a\nrest", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"<html>%PDF-", None),
        (b"GIF89a", None),
        (b"", None),
    ],
)
def test_what_a_paper_is_its_own_bytes_say(content: bytes, media_type: str | None) -> None:
    assert media_type_of(content) == media_type


def test_a_paper_is_attached_once_and_kept_when_it_is_let_go(works: Works) -> None:
    make_small(works)
    with works.writing(OPERATOR) as work:
        cost = record_cost(work, "system", 2026, NewCost("F 1", date(2026, 1, 5), "AB", "", 1))
        work.session.flush()
        paper = attach(work, cost.id, b"%PDF-1.7 a", "faktura.pdf")
    with pytest.raises(Conflict), works.writing(OPERATOR) as work:
        attach(work, cost.id, b"%PDF-1.7 a", "igen.pdf")
    for content in (b"PK\x03\x04", b"%PDF-" + bytes(10 * 1024 * 1024)):
        with pytest.raises(Invalid), works.writing(OPERATOR) as work:
            attach(work, cost.id, content, "x.pdf")
    with works.writing(OPERATOR) as work:
        assert [row.name for row in attachments(work, cost)] == ["faktura.pdf"]
        detach(work, "F 1", paper.sha256)
        assert attachments(work, cost) == []


def test_a_supplier_ledger_is_read_by_its_own_headings_from_a_workbook(works: Works) -> None:
    make_small(works)
    header = ("Pott", "Vernr", "Verdatum", "Leverantörsnamn", "Vertext", "Kontonr", "Nettobelopp")
    row = ["system", "A 17", date(2026, 3, 2), "Drift AB", "Licens", "6420", Decimal("1200.00")]
    days = [date(2026, 3, 1), date(2026, 5, 31)]
    book = write_workbook("reskontra", (*header, "Period från", "Period till"), [row + days])
    sent = Sent(book, "reskontra.xlsx")
    with works.writing(OPERATOR) as work:
        take_in(work, try_sheet(work, kind_of("costs"), sent), sent)
    with works.reading(OPERATOR) as work:
        (cost,) = actual_costs(work, pool_of_year(work, "system", 2026))
        assert (cost.reference, cost.account, cost.supplier) == ("A 17", "6420", "Drift AB")
        assert [ore for ore in accrued(work, "system", 2026).values() if ore] == [400_00] * 3
