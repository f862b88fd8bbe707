"""Two years of one host's books, as the files that ledger programs and spreadsheets read."""

import io
from datetime import date
from decimal import Decimal

import pytest
import python_calamine

from consortium.core.errors import Forbidden, Invalid
from consortium.core.settings import Ledger
from consortium.core.work import Actor, Works
from consortium.ledger.posting import Heading, choose_accounts, post
from consortium.ledger.rules import Amount
from consortium.members.joining import make_host
from consortium.reports.books import (
    column_file_of,
    days_of,
    entries_csv,
    ledger_workbook,
    rows_booked,
    sie_of_year,
)
from tests.billing.worlds import ACCOUNTS
from tests.conftest import OPERATOR
from tests.ledger.sie_reader import read
from tests.making import make_members


@pytest.fixture
def two_years(works: Works) -> Works:
    """2025: Mora is invoiced 125 kr. 2026: it pays 100 kr of it; Falun bears 40 kr itself."""
    entries = (
        ("a", date(2025, 12, 31), "Faktura 20250001 Mora", (
            Amount("1510", "2062", 125_00),
            Amount("3690", "2062", -100_00, "system"),
            Amount("2611", "2062", -25_00),
        )),
        ("b", date(2026, 1, 2), "Inbetalning – Mora", (
            Amount("1930", "2062", 100_00),
            Amount("1510", "2062", -100_00),
        )),
        ("none", date(2026, 1, 3), "Noll", (Amount("1510", "2062", 0),)),
        ("c", date(2026, 2, 1), "Falun: egen andel", (
            Amount("7690", "2080", 40_00),
            Amount("3690", "2080", -40_00, "system"),
        )),
    )  # fmt: skip
    with works.writing(OPERATOR) as work:
        make_members(work)
        make_host(work, "2080", date(2025, 1, 1), "991-2346")
        choose_accounts(work, {**ACCOUNTS, "interest": "3690"})
        for key, day, text, lines in entries:
            post(work, Heading(key, f"V{key}", day, text), lines)
    return works


def test_a_year_begins_with_what_the_years_before_left(two_years: Works) -> None:
    with two_years.reading(OPERATOR) as work:
        sie = read(sie_of_year(work, 2026))
    assert sie.years == {
        0: (date(2026, 1, 1), date(2026, 12, 31)),
        -1: (date(2025, 1, 1), date(2025, 12, 31)),
    }
    assert sie.ib == {0: {"1510": 125_00, "2611": -25_00}}
    assert sie.ub == {
        0: {"1510": 25_00, "1930": 100_00, "2611": -25_00},
        -1: {"1510": 125_00, "2611": -25_00},
    }
    # the result of 2025 stays in 2025: it is closed in the host's own ledger
    assert sie.res == {0: {"3690": -40_00, "7690": 40_00}, -1: {"3690": -100_00}}
    assert sie.accounts == {
        "1510": "Fordringar på medlemmar",
        "1930": "Bank",
        "2611": "Utgående moms 25 %",
        "3690": "Gemensamma kostnader, fördelade, Dröjsmålsränta",
        "7690": "Värdkommunens egen andel",
    }


def test_entries_are_numbered_without_a_gap_and_marked(two_years: Works) -> None:
    with two_years.reading(OPERATOR) as work:
        sie = read(sie_of_year(work, 2026))
    assert [(ver.number, ver.text) for ver in sie.vers] == [
        ("1", "Inbetalning - Mora"),  # an en dash is no sign of the code page
        ("2", "Falun: egen andel"),
    ]
    assert [line.objects for line in sie.vers[0].lines] == [((20, "2062"), (21, "82"))] * 2
    # what a host has with itself has no counterpart among others
    assert [line.objects for line in sie.vers[1].lines] == [
        ((20, "2080"),),
        ((20, "2080"), (22, "system")),
    ]
    assert sie.dimensions == {20: "Medlem", 21: "Motpart", 22: "Kostnadspool"}
    assert sie.objects == {
        20: {"2062": "Mora", "2080": "Falun"},
        21: {"82": "Kommuner"},
        22: {"system": "system"},
    }


def test_entries_as_csv(two_years: Works) -> None:
    with two_years.reading(OPERATOR) as work:
        text = entries_csv(rows_booked(work, days_of(2026, 1)))
    assert text == (
        "entry,booked_on,books,text,account,pool,counterpart,amount_ore\n"
        "Vb,2026-01-02,2080,Inbetalning – Mora,1930,,2062,10000\n"
        "Vb,2026-01-02,2080,Inbetalning – Mora,1510,,2062,-10000\n"
    )


def test_a_workbook_has_the_entries_and_what_every_account_came_to(two_years: Works) -> None:
    with two_years.reading(OPERATOR) as work:
        book = python_calamine.load_workbook(io.BytesIO(ledger_workbook(work, 2026)))
    assert book.sheet_names == ["verifikationer", "saldon"]
    entries = book.get_sheet_by_name("verifikationer").to_python()
    assert entries[0][-1] == "amount"
    assert [(row[4], row[7]) for row in entries[1:]] == [
        ("1930", 100), ("1510", -100), ("7690", 40), ("3690", -40),
    ]  # fmt: skip
    assert entries[1][1] == date(2026, 1, 2)
    sums = [
        (row[1], *(Decimal(str(cell)) for cell in row[3:]))
        for row in book.get_sheet_by_name("saldon").to_python()[1:]
    ]
    assert sums == [
        ("1510", 125, -100, 25),
        ("1930", 0, 100, 100),
        ("2611", -25, 0, -25),
        ("3690", 0, -40, -40),
        ("7690", 0, 40, 40),
    ]


def test_a_month_in_the_columns_that_the_settings_name(two_years: Works) -> None:
    chosen = Ledger(columns=["Bolag:'07'", "number", "account", "motpart", "amount"])
    with two_years.reading(OPERATOR) as work:
        written = column_file_of(work, days_of(2026, 2), chosen)
        with pytest.raises(Invalid, match=r"ledger\.columns"):
            column_file_of(work, days_of(2026, 2), Ledger(columns=["account"]))
    assert written == (
        b"Bolag;number;account;motpart;amount\r\n07;2;7690;;40,00\r\n07;2;3690;;-40,00\r\n"
    )


def test_the_books_are_the_whole_consortiums(two_years: Works) -> None:
    some = Actor("chef", {"billing.see": frozenset({"2062"})})
    with two_years.reading(some) as work:
        for ask in (sie_of_year, ledger_workbook):
            with pytest.raises(Forbidden):
                ask(work, 2026)
        with pytest.raises(Forbidden):
            column_file_of(work, days_of(2026, None), Ledger())
