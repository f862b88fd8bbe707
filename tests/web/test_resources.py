"""The page of the shared resources: what each role sees of it, and the figures on it."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from consortium.branches.registering import NewBranch, register_branch
from consortium.core.money import amount
from consortium.core.words import Say
from consortium.emedia.importing import import_usage
from consortium.emedia.registering import add_supplier, set_price
from tests.billing.worlds import issue_month
from tests.conftest import OPERATOR, Clock
from tests.emedia.making import sheet
from tests.making import FIRST, WEEK
from tests.web.billed_year import Site, site_of
from tests.web.test_emedia import row_of

EXPECTED = Path(__file__).parents[1] / "billing" / "expected" / "2026-11"
LEKSAND, INSJON, MORA = "leksands-bibliotek", "insjons-bibliotek", "mora-bibliotek"
PLACES = (
    ("Leksands bibliotek", "2029", "main"),
    ("Insjöns bibliotek", "2029", "branch"),
    ("Mora bibliotek", "2062", "main"),
    ("Falu stadsbibliotek", "2080", "main"),
)
NAMES = {
    "system": "Bibliotekssystem",
    "emedia": "E-medier",
    "transports": "Transporter",
    "efilm": "E-film",
    "coordination": "Samordning",
}


@pytest.fixture
def site(tmp_path: Path, clock: Clock) -> Iterator[Site]:
    """The year 2026 with four libraries, and January's e-loans of Leksand and Mora."""
    made = site_of(tmp_path, clock)
    with made.works.writing(OPERATOR) as work:
        for name, code, kind in PLACES:
            register_branch(work, NewBranch(name, code, kind, name.split()[0], 60.5, 15.0), WEEK)
        add_supplier(work, "e-books", "Elib")
        set_price(work, "e-books", FIRST, "2000")
        rows = ("e-books;2026-01;2029;300", "e-books;2026-01;2062;900")
        import_usage(work, sheet(*rows), "usage.csv")
    yield made
    made.works.engine.dispose()


def expected_lines(member: str) -> dict[str, int]:
    with (EXPECTED / "lines.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["member"] == member]
    return {row["pool"]: int(row["net_ore"]) for row in rows}


def expected_payable(member: str) -> int:
    with (EXPECTED / "summary.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["member"] == member]
    return sum(int(row["payable_ore"]) for row in rows)


def test_the_branch_manager_begins_at_the_main_library(site: Site, say: Say) -> None:
    page = site.surfer("branch_manager").get("/").text
    assert say("Shared resources") in page
    assert "Leksands bibliotek, tis\u00a024\u00a0nov, v.\u00a048" in page
    assert f'<option value="{INSJON}">' in page
    assert MORA not in page


def test_what_leksand_pays_equals_the_expected_tables(site: Site, say: Say) -> None:
    page = site.surfer("branch_manager").get("/delade-resurser").text
    for code, net_ore in expected_lines("2029").items():
        assert row_of(page, NAMES[code]) == [NAMES[code], amount(net_ore), "0,00"]
    payable = amount(expected_payable("2029"))
    assert row_of(page, say("To pay")) == [say("To pay"), payable, "0,00"]
    assert page.count(say("Preview, not issued")) == 2
    assert f"{payable}\u00a0kr" in page


def test_issued_invoices_are_named_and_counted(site: Site, say: Say) -> None:
    issue_month(site.works)
    page = site.surfer("branch_manager").get("/delade-resurser").text
    payable = amount(expected_payable("2029"))
    assert row_of(page, say("To pay")) == [say("To pay"), payable, payable]
    assert 'href="/fakturor/20260008"' in page
    assert 'href="/fakturor/20260009"' in page
    assert say("One month of {year} has been invoiced.", year=2026) in page


def test_the_costs_can_be_taken_away_as_a_table(site: Site) -> None:
    surfer = site.surfer("branch_manager")
    answer = surfer.get(f"/delade-resurser/kostnader.csv?bibliotek={LEKSAND}")
    lines = [
        f"{code},{NAMES[code]},2026-11,{ore},0" for code, ore in expected_lines("2029").items()
    ]
    assert answer.text.splitlines() == ["pool,name,month,month_ore,invoiced_ore", *lines]


def test_the_pot_and_the_municipalitys_part_of_it(site: Site, say: Say) -> None:
    page = site.surfer("branch_manager").get("/delade-resurser").text
    # 1 200 loans × 20 kr in 31 days: 24 000 × 365 ÷ 31 = 282 581 by 31 December of 1 800 001 kr.
    assert say("The e-media pot lasts the year") in page
    assert say("{amount} left 31 December", amount="1\u00a0517\u00a0420\u00a0kr") in page
    assert say("Reckoned straight ahead: the average a day since 1 January.") in page
    assert (
        say("{count}, which cost the pot {amount}", count=300, amount="6\u00a0000,00\u00a0kr")
        in page
    )
    assert (
        say("{share} of all, cost {amount}", share="25\u00a0%", amount="6\u00a0000\u00a0kr") in page
    )


def test_the_library_that_is_chosen_is_shown(site: Site, say: Say) -> None:
    surfer = site.surfer("auditor")
    page = surfer.get(f"/delade-resurser?bibliotek={MORA}").text
    assert "Mora bibliotek, tis\u00a024\u00a0nov" in page
    assert f'<option value="{MORA}" selected>' in page
    assert say("What {name} pays", name="Mora") in page
    host = surfer.get("/delade-resurser?bibliotek=falu-stadsbibliotek").text
    assert say("The host bears its share itself; it is booked, not invoiced.") in host


def test_another_municipalitys_library_is_refused(site: Site) -> None:
    surfer = site.surfer("branch_manager")
    assert surfer.get(f"/delade-resurser?bibliotek={MORA}").status_code == 403
    assert surfer.get(f"/delade-resurser/kostnader.csv?bibliotek={MORA}").status_code == 403
    assert surfer.get("/delade-resurser?bibliotek=finns-inte").status_code == 404


def test_the_counter_sees_crates_cards_and_e_media_but_no_costs(site: Site, say: Say) -> None:
    surfer = site.surfer("counter")
    page = surfer.get("/delade-resurser").text
    assert say("Crates today") in page
    assert say("Shared cards of {name}", name="Leksand") in page
    assert say("The e-media pot lasts the year") in page
    assert say("What {name} pays", name="Leksand") not in page
    assert surfer.get(f"/delade-resurser/kostnader.csv?bibliotek={LEKSAND}").status_code == 403


def test_a_consortium_without_libraries_says_so(tmp_path: Path, clock: Clock, say: Say) -> None:
    made = site_of(tmp_path, clock)
    page = made.surfer("finance").get("/delade-resurser").text
    made.works.engine.dispose()
    assert say("No library yet") in page


def test_english_readers_get_english_words_and_figures(site: Site) -> None:
    surfer = site.surfer("branch_manager")
    surfer.client.set_cookie("sprak", "en")
    page = surfer.get("/delade-resurser").text
    assert row_of(page, "Library system")[1] == "11,677.16"
    assert "SEK\u00a01,517,420 left 31 December" in page
