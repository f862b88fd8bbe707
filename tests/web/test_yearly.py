"""Yearly reports: whose there are, and each as a PDF in the reader's language."""

import csv
import io
from pathlib import Path

import pytest

from consortium.core.money import amount
from tests.billing.worlds import issue_month
from tests.conftest import Clock
from tests.documents.reading import named_in, pages_of
from tests.documents.walking import walk
from tests.web.billed_year import Site, site_of
from tests.web.test_runs import words_of

COUNT = 15  # the region and fifteen municipalities, the host too, but not Orsa, which is blocked
EXPECTED = Path(__file__).parents[1] / "billing" / "expected" / "2026-11" / "lines.csv"


@pytest.fixture
def site(tmp_path: Path, clock: Clock) -> Site:
    made = site_of(tmp_path, clock)
    issue_month(made.works)
    return made


def paid_by_hand(member: str) -> int:
    """What the expected lines of November come to for a member."""
    with EXPECTED.open(encoding="utf-8", newline="") as file:
        return sum(int(row["net_ore"]) for row in csv.DictReader(file) if row["member"] == member)


def test_finance_sees_every_member_with_what_it_paid(site: Site) -> None:
    page = site.surfer("finance").get("/arsrapport?ar=2026")
    said = words_of(page.text)
    paid_ore = paid_by_hand("2029")
    assert f"Leksand {amount(paid_ore)} PDF".replace("\u00a0", " ") in said
    assert 'href="/arsrapport/2029/2026.pdf"' in page.text
    assert page.text.count(".pdf") == COUNT


def test_the_file_has_the_same_figures(site: Site) -> None:
    answer = site.surfer("auditor").get("/arsrapport/arsrapport.csv?ar=2026")
    rows = {row["member"]: row for row in csv.DictReader(io.StringIO(answer.text))}
    assert len(rows) == COUNT
    assert int(rows["2029"]["paid_ore"]) == paid_by_hand("2029")
    assert rows["2029"]["paid_before_ore"] == "0"


@pytest.mark.parametrize(
    ("language", "title"),
    [("sv", "Vad Leksand betalade 2026"), ("en", "What Leksand paid in 2026")],
)
def test_the_report_speaks_the_readers_language(site: Site, language: str, title: str) -> None:
    surfer = site.surfer("branch_manager")
    surfer.client.set_cookie("sprak", language)
    answer = surfer.get("/arsrapport/2029/2026.pdf")
    assert answer.content_type == "application/pdf"
    assert named_in(answer.data) == (title, "Dalabiblioteken", language)
    assert title in pages_of(answer.data)[0]
    assert walk(answer.data).faults == []


def test_a_municipality_opens_its_own_only(site: Site) -> None:
    surfer = site.surfer("branch_manager")
    page = surfer.get("/arsrapport?ar=2026")
    assert "Leksand" in page.text
    assert "Mora" not in words_of(page.text)
    assert surfer.get("/arsrapport/2062/2026.pdf").status_code == 403
    for year in (0, 1, 2024, 2099, 2100):
        assert surfer.get(f"/arsrapport/2029/{year}.pdf").status_code == 404
    assert site.surfer("counter").get("/arsrapport").status_code == 403


def test_a_year_without_invoices_says_what_to_do(site: Site) -> None:
    said = words_of(site.surfer("finance").get("/arsrapport?ar=2024").text)
    assert "Inget av 2024 är fakturerat ännu" in said
    assert "Välj ett annat år" in said
