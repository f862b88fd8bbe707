"""Issued invoices as tables: CSV in öre, a workbook in kronor; a credit note counts against."""

import csv
import io

import pytest
from python_calamine import load_workbook

from consortium.billing.crediting import credit_invoice
from consortium.billing.exporting import invoice_rows, line_rows
from consortium.billing.formats.invoice_sheets import (
    InvoiceRow,
    invoices_csv,
    invoices_workbook,
    lines_csv,
)
from consortium.billing.lists import Wanted, sums_of
from consortium.core.errors import Forbidden
from consortium.core.work import Actor, Works
from tests.billing.worlds import NOVEMBER, issue_month, make_small
from tests.conftest import OPERATOR

ALL = Wanted()


def records(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture
def credited(works: Works) -> Works:
    """Four invoices of November and a credit note of the first."""
    make_small(works)
    issue_month(works)
    with works.writing(OPERATOR) as work:
        credit_invoice(work, "20260001", "Fel referens")
    return works


def test_a_row_an_invoice_says_what_was_billed_and_what_became_of_it(credited: Works) -> None:
    with credited.reading(OPERATOR) as work:
        rows = records(invoices_csv(invoice_rows(work, ALL)))
        total = sums_of(work, ALL)
    assert [row["number"] for row in rows] == [f"2026000{n}" for n in range(1, 6)]
    invoice, note = rows[0], rows[-1]
    assert ",".join(invoice) == (
        "number,document,credits,member,name,month,kind,issued_on,due_on,net_ore,vat_ore,"
        "payable_ore,ocr,delivery"
    )
    # of 10 000,00 by three the öre left over goes to the first: 3 333,34, and VAT 833,335
    assert invoice == {
        "number": "20260001",
        "document": "invoice",
        "credits": "",
        "member": invoice["member"],
        "name": invoice["name"],
        "month": "2026-11",
        "kind": "rated",
        "issued_on": "2026-11-24",
        "due_on": "2026-12-24",
        "net_ore": "333334",
        "vat_ore": "83334",
        "payable_ore": "416668",
        "ocr": invoice["ocr"],
        "delivery": "",
    }
    assert invoice["ocr"].startswith("20260001")
    assert (note["document"], note["credits"], note["payable_ore"]) == (
        "credit_note",
        "20260001",
        "-416668",
    )
    assert sum(int(row["payable_ore"]) for row in rows) == total.payable_ore


def test_lines_sum_to_their_invoices(credited: Works) -> None:
    with credited.reading(OPERATOR) as work:
        lines = records(lines_csv(line_rows(work, ALL)))
        invoices = records(invoices_csv(invoice_rows(work, ALL)))
    for invoice in invoices:
        own = [row for row in lines if row["number"] == invoice["number"]]
        assert sum(int(row["net_ore"]) for row in own) == int(invoice["net_ore"])
        assert [row["position"] for row in own] == [str(n) for n in range(1, len(own) + 1)]
    assert {(row["pool"], row["category"], row["percent"]) for row in lines} == {
        ("system", "S", "25"),
        ("office", "O", ""),
    }


def test_a_workbook_has_kronor_to_the_ore_on_two_sheets(credited: Works) -> None:
    with credited.reading(OPERATOR) as work:
        rows, lines = invoice_rows(work, ALL), line_rows(work, ALL)
    book = load_workbook(io.BytesIO(invoices_workbook(rows, lines)))
    assert book.sheet_names == ["fakturor", "rader"]
    header, *table = book.get_sheet_by_index(0).to_python()
    assert header[9:12] == ["net", "vat", "payable"]
    assert table[0][9:12] == [3333.34, 833.34, 4166.68]
    assert [round(float(str(row[11])) * 100) for row in table] == [row.payable_ore for row in rows]
    assert len(book.get_sheet_by_index(1).to_python()) == len(lines) + 1


@pytest.mark.parametrize("ore", [1, -1, 29, 10**12 + 1, 12_345_678_901_29])
def test_no_ore_is_lost_in_a_workbook(ore: int) -> None:
    row = InvoiceRow(
        "1", "invoice", "", "20", "=1+1", NOVEMBER, "rated", NOVEMBER, NOVEMBER, ore, 0, ore, "", ""
    )
    book = load_workbook(io.BytesIO(invoices_workbook([row], [])))
    (_header, cells) = book.get_sheet_by_index(0).to_python()
    assert f"{cells[9]:.2f}" == f"{'-' if ore < 0 else ''}{abs(ore) // 100}.{abs(ore) % 100:02}"
    assert cells[4] == "=1+1"  # a text, no formula
    assert records(invoices_csv([row]))[0]["name"] == "'=1+1"


def test_only_what_one_may_see_and_has_asked_for_is_written(credited: Works) -> None:
    with credited.reading(OPERATOR) as work:
        member = invoice_rows(work, ALL)[0].member
        assert invoice_rows(work, Wanted(2025)) == []
        assert line_rows(work, Wanted(2025)) == []
        own = {row.number for row in invoice_rows(work, Wanted(2026, member))}
    seer = Actor("chef", {"billing.see": frozenset({member})})
    with credited.reading(seer) as work:
        assert {row.number for row in invoice_rows(work, ALL)} == own
        assert {row.number for row in line_rows(work, ALL)} == own
    with credited.reading(Actor("ingen")) as work, pytest.raises(Forbidden):
        line_rows(work, ALL)
