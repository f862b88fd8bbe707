"""Crediting an invoice over its page: all that is left, a part, and what is refused."""

from pathlib import Path

import pytest
from sqlmodel import select

from consortium.billing.tables import Invoice, InvoiceRun
from tests.billing.worlds import issue_month
from tests.conftest import OPERATOR, Clock
from tests.web.billed_year import Site, site_of, two_persons
from tests.web.test_runs import words_of

LEKSAND = "/fakturor/20260008"  # 11 677,16 + 9 299,83 + 4 571,40 + 2 118,92 = 27 667,31 net
CREDIT = f"{LEKSAND}/kreditera"
NOTE = "20260028"
ALL = {"belopp-1": "11677,16", "belopp-2": "9299,83", "belopp-3": "4571,40", "belopp-4": "2118,92"}


@pytest.fixture
def site(tmp_path: Path, clock: Clock) -> Site:
    """The year with November issued."""
    made = site_of(tmp_path, clock)
    issue_month(made.works)
    return made


def notes(site: Site) -> list[tuple[str, int]]:
    with site.works.reading(OPERATOR) as work:
        rows = select(Invoice).where(Invoice.document == "credit_note").order_by(Invoice.number)
        return [(row.number, row.payable_ore) for row in work.session.exec(rows)]


def test_all_that_is_left_is_filled_in_and_credited(site: Site) -> None:
    finance = site.surfer("finance")
    assert f'href="{CREDIT}"' in finance.get(LEKSAND).text
    page = finance.get(CREDIT)
    for name, text in ALL.items():
        assert f'name="{name}" value="{text}"' in page.text
    assert "32 817,17 kr ges tillbaka" in words_of(page.text)
    page = finance.send(CREDIT, {**ALL, "why": "Fel köpare"}, at=CREDIT)
    assert page.request.path == f"/fakturor/{NOTE}"
    said = words_of(page.text)
    assert f"Kreditfaktura {NOTE} är utfärdad" in said
    assert "Leksand får tillbaka 32 817,17 kr" in said
    assert "Krediterar faktura 20260008" in said
    assert "Fel köpare" in said
    invoice = finance.get(LEKSAND)
    assert f"Krediterad helt 32 817,17 kr med kreditfaktura {NOTE}" in words_of(invoice.text)
    assert "Inget kvar att betala" in words_of(invoice.text)
    assert CREDIT not in invoice.text
    assert notes(site) == [(NOTE, -3_281_717)]


def test_a_part_is_counted_with_its_vat_and_leaves_the_rest(site: Site) -> None:
    finance = site.surfer("finance")
    part = {"belopp-1": "1 000", "belopp-2": "100,10", "belopp-3": "", "belopp-4": "0"}
    counted = finance.post(f"{CREDIT}/rakna", part, at=CREDIT)
    # 1 000 + 25 % = 1 250; 100,10 + 6 % (6,006, half up 6,01) = 106,11
    said = words_of(counted.text)
    assert "1 356,11 kr ges tillbaka" in said
    assert "Kreditera allt som är kvar, 32 817,17 kr" in said
    assert notes(site) == []
    finance.send(CREDIT, {**part, "why": "Prövning"}, at=CREDIT)
    assert notes(site) == [(NOTE, -135_611)]
    left = words_of(finance.get(LEKSAND).text)
    assert "Krediterad delvis 1 356,11 kr" in left
    assert "31 461,06 kr är kvar." in left
    assert 'name="belopp-1" value="10677,16"' in finance.get(CREDIT).text
    why = words_of(finance.get(f"/fakturor/{NOTE}/varfor/2").text)
    assert "Leksand får tillbaka 100,10 kr" in why
    assert "Den krediterar rad 2 i faktura 20260008" in why
    whole = {"whole": "ja", "why": "Resten", "belopp-1": "strunt"}
    finance.send(CREDIT, whole, at=CREDIT)
    assert sum(ore for _number, ore in notes(site)) == -3_281_717


def test_every_fault_stands_at_its_field_and_nothing_is_credited(site: Site) -> None:
    finance = site.surfer("finance")
    wrong = {**ALL, "belopp-1": "tolv", "belopp-2": "9299,84", "belopp-3": "-1", "why": "Fel"}
    answer = finance.post(CREDIT, wrong, at=CREDIT)
    assert answer.status_code == 422
    for name in ("belopp-1", "belopp-2", "belopp-3"):
        assert f'href="#{name}"' in answer.text
        assert f'id="{name}-e"' in answer.text
    assert 'id="belopp-4-e"' not in answer.text
    assert "Högst 9 299,83 kr är kvar av raden" in words_of(answer.text)
    assert 'value="tolv"' in answer.text
    silent = finance.post(CREDIT, {**ALL, "why": " "}, at=CREDIT)
    assert silent.status_code == 422
    assert 'href="#why"' in silent.text
    assert notes(site) == []


def test_what_is_credited_is_not_credited_twice(site: Site) -> None:
    finance = site.surfer("finance")
    finance.send(CREDIT, {"whole": "ja", "why": "Fel"}, at=CREDIT)
    assert "Det finns inget kvar att kreditera" in words_of(finance.get(CREDIT).text)
    again = finance.post(CREDIT, {"whole": "ja", "why": "Fel"}, at=LEKSAND)
    assert again.status_code == 409
    note = f"/fakturor/{NOTE}/kreditera"
    assert "En kreditfaktura kan inte krediteras" in words_of(finance.get(note).text)
    assert len(notes(site)) == 1


@pytest.mark.parametrize("role", ["auditor", "coordinator", "branch_manager"])
def test_only_who_issues_invoices_credits_them(site: Site, role: str) -> None:
    reader = site.surfer(role)
    assert CREDIT not in reader.get(LEKSAND).text
    assert reader.get(CREDIT).status_code == 403
    assert reader.post(CREDIT, {"whole": "ja", "why": "Fel"}, at="/mitt-konto").status_code == 403


def test_where_two_persons_are_asked_for_the_issuer_is_told_so(site: Site, tmp_path: Path) -> None:
    site = two_persons(site, tmp_path)
    with site.works.writing(OPERATOR) as work:
        work.session.exec(select(InvoiceRun)).one().issued_by = "finance"
    answer = site.surfer("finance").post(CREDIT, {"whole": "ja", "why": "Fel"}, at=CREDIT)
    assert answer.status_code == 409
    assert "någon annan måste kreditera den" in words_of(answer.text)
    assert notes(site) == []
