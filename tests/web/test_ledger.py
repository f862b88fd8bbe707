"""The books on a page: entries, balances, and the file that equals them."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from consortium.core.money import amount
from tests.billing.worlds import issue_month
from tests.conftest import Clock
from tests.web.billed_year import Site, site_of
from tests.web.test_runs import words_of

EXPECTED = Path(__file__).parents[1] / "billing" / "expected" / "2026-11" / "journal.csv"
NOVEMBER = "ar=2026&manad=11"


@pytest.fixture
def site(tmp_path: Path, clock: Clock) -> Site:
    made = site_of(tmp_path, clock)
    issue_month(made.works)
    return made


def test_accounts_balance_and_are_those_of_the_expected_journal(site: Site) -> None:
    said = words_of(site.surfer("auditor").get(f"/bokforing?{NOVEMBER}").text)
    expected = Counter[str]()
    with EXPECTED.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            expected[row["account"]] += int(row["amount_ore"])
    assert sorted(expected) == ["1510", "2611", "2631", "3690", "7690"]
    names = {
        "1510": "Fordringar på medlemmar",
        "2611": "Utgående moms 25 %",
        "2631": "Utgående moms 6 %",
        "3690": "Gemensamma kostnader, fördelade",
        "7690": "Värdkommunens egen andel",
    }
    for account, ore in expected.items():
        assert f"{account} {names[account]} {amount(ore)}".replace("\u00a0", " ") in said
    assert "Summa Balanserar 0,00" in said


def test_an_entry_shows_its_lines(site: Site) -> None:
    page = site.surfer("finance").get(f"/bokforing?{NOVEMBER}&sida=2")
    said = words_of(page.text)
    entry = (
        "20260008 2026-11-24 · Faktura 20260008 Leksand 32 817,17 32 817,17"
        " 1510 – 2029 Leksand 32 817,17"
        " 3690 system 2029 Leksand 11 677,16"
        " 3690 emedia 2029 Leksand 9 299,83"
        " 3690 transports 2029 Leksand 4 571,40"
        " 3690 efilm 2029 Leksand 2 118,92"
        " 2611 – 2029 Leksand 4 591,87"
        " 2631 – 2029 Leksand 557,99"
    )
    assert entry in said
    assert 'href="/fakturor/20260008"' in page.text
    assert "16–28 av 28 verifikationer" in said


def test_the_hosts_own_share_is_an_entry_without_an_invoice(site: Site) -> None:
    page = site.surfer("finance").get(f"/bokforing?{NOVEMBER}")
    assert "Värdkommunens egen andel 2026-11-24 · Falun: egen andel 2026-11" in words_of(page.text)
    assert "/fakturor/host" not in page.text


def test_the_file_equals_the_expected_journal(site: Site) -> None:
    finance = site.surfer("finance")
    answer = finance.get(f"/bokforing/verifikationer.csv?{NOVEMBER}")
    assert answer.data == EXPECTED.read_bytes()
    assert finance.get("/bokforing/verifikationer.csv?ar=2026").data == answer.data
    header = "entry,account,pool,counterpart,amount_ore\n"
    assert finance.get("/bokforing/verifikationer.csv?ar=2026&manad=10").text == header


def test_a_period_without_entries_says_so(site: Site) -> None:
    said = words_of(site.surfer("finance").get("/bokforing?ar=2026&manad=3").text)
    assert "Inget är bokfört mars 2026" in said
    assert "0 verifikationer" in said


@pytest.mark.parametrize("role", ["branch_manager", "counter"])
def test_the_books_are_closed_to_those_who_see_some_members_only(site: Site, role: str) -> None:
    closed = site.surfer(role)
    assert closed.get("/bokforing").status_code == 403
    assert closed.get("/bokforing/verifikationer.csv").status_code == 403
