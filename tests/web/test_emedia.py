"""Pages of e-media: how the pot stands, suppliers, and their prices."""

import re
from collections.abc import Callable
from datetime import date

import pytest

from consortium.core.words import Say
from consortium.core.work import Works
from consortium.costs.recording import NewCost, record_cost
from consortium.emedia.importing import import_usage
from consortium.emedia.queries import customers, pot, prices, suppliers
from tests.conftest import OPERATOR
from tests.emedia.making import make_pot, sheet
from tests.web.browsing import Surfer

# The rooms' own tests run on both; here one is enough.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

USED = sheet("e-books;2026-01;2080;1000", "e-books;2026-02;2080;900", "film;2026-01;2062;100")
FORM = re.compile(r'<form[^>]*method="post".*?</form>', re.DOTALL)


@pytest.fixture
def world(works: Works) -> Works:
    """100 000 kr for 2026; January and February used, which takes 59 days.

    1 000 × 18,505 + 900 × 18,505 = 35 159,50 kr of e-books, 100 × 25 = 2 500 kr of film.
    """
    with works.writing(OPERATOR) as work:
        make_pot(work)
        import_usage(work, USED, "usage.csv")
    return works


def row_of(page: str, name: str) -> list[str]:
    """The cells of the table row that begins with `name`, without markup."""
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", page, re.DOTALL)
    cells = [
        [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<t[hd].*?</t[hd]>", row)]
        for row in rows
    ]
    return next(found for found in cells if found and found[0] == name)


def test_the_pot_runs_out_by_the_average_a_day_since_january(
    as_role: Callable[..., Surfer], say: Say
) -> None:
    page = as_role("finance").get("/e-medier").text
    # Used 37 659,50 in 59 days: 156 days take 99 574,95 of the 100 000, day 157 takes it all.
    assert say("Runs out {day}", day="2026-06-06") in page
    assert say("Reckoned straight ahead: the average a day since 1 January.") in page
    assert "62\u00a0341\u00a0kr" in page  # 62 340,50 left
    assert "132\u00a0978\u00a0kr" in page  # 37 659,50 × 365 ÷ 59 = 232 978,26 by 31 December
    assert say("The e-media pot does not last the year") in page
    assert 'points="60.0,60.0 112.7,' in page  # the chart: 60 + 31 × 620 ÷ 365


def test_sums_are_checked_against_the_cost_of_the_pool(
    as_role: Callable[..., Surfer], world: Works, say: Say
) -> None:
    with world.writing(OPERATOR) as work:
        other = NewCost("avgift-1", date(2026, 2, 10), "Elib", "Avgift", 100_000)
        record_cost(work, "emedia", 2026, other)
    page = as_role("finance").get("/e-medier").text
    beside = say("Costs beside the loans")
    assert row_of(page, "Elib") == [
        "Elib",
        "2\u00a0000",
        "februari",
        "1\u00a0900",
        "35\u00a0159,50",
    ]
    assert row_of(page, beside) == [beside, "–", "–", "–", "1\u00a0000,00"]
    assert row_of(page, "januari") == ["januari", "78\u00a0995,00"]  # the first: what is left
    assert page.count("38\u00a0659,50") == 4  # two sums, and twice what the pool has cost
    assert page.count(say("Checked")) == 2
    assert say("Differs") not in page


def test_a_supplier_that_has_not_reported_the_last_month_is_behind(
    as_role: Callable[..., Surfer], say: Say
) -> None:
    page = as_role("finance").get("/e-medier").text
    assert row_of(page, f"Viddla {say('Behind')}")[2] == "januari"
    assert page.count(say("Behind")) == 1


def test_a_municipality_sees_its_own_loans_and_the_sum_of_the_others(
    as_role: Callable[..., Surfer], say: Say
) -> None:
    surfer = as_role("branch_manager", "2062")
    page = surfer.get("/e-medier").text
    others = say("Other municipalities")
    assert row_of(page, "Mora") == ["Mora", "100", "2\u00a0500,00"]
    assert row_of(page, others) == [others, "1\u00a0900", "35\u00a0159,50"]
    assert '<th scope="row">Falun</th>' not in page
    assert surfer.get("/e-medier/lan.csv").text == (
        "month,supplier,municipality,name,loans,cost_ore\n2026-01,film,2062,Mora,100,250000\n"
    )


def test_who_may_only_read_has_no_forms(as_role: Callable[..., Surfer], say: Say) -> None:
    surfer = as_role("auditor")
    page = surfer.get("/e-medier").text
    assert '/e-medier/leverantorer"' not in page
    assert say("A coordinator or a finance officer imports usage and sets prices.") in page
    given = {"code": "new", "name": "Ny", "metric": "Unique_Title_Requests"}
    answer = surfer.post("/e-medier/leverantorer", given | {"access_method": "Regular"})
    assert answer.status_code == 403


def test_loans_can_be_taken_away_as_a_table(as_role: Callable[..., Surfer]) -> None:
    answer = as_role("auditor").get("/e-medier/lan.csv?ar=2026")
    assert answer.text.splitlines() == [
        "month,supplier,municipality,name,loans,cost_ore",
        "2026-01,e-books,2080,Falun,1000,1850500",
        "2026-01,film,2062,Mora,100,250000",
        "2026-02,e-books,2080,Falun,900,1665450",
    ]
    assert answer.headers["Content-Disposition"] == 'attachment; filename="e-lan-2026.csv"'


def test_a_year_without_a_pot_says_so(as_role: Callable[..., Surfer], say: Say) -> None:
    surfer = as_role("finance")
    page = surfer.get("/e-medier?ar=2025").text
    assert say("There is no e-media pot in {year}", year=2025) in page
    assert say("Show {year}", year=2026) in page
    assert surfer.get("/e-medier?ar=hej").status_code == 200


def test_every_form_of_the_pages_has_its_token(as_role: Callable[..., Surfer]) -> None:
    surfer = as_role("coordinator")
    for path in ("/e-medier", "/e-medier/leverantorer/film", "/e-medier/import"):
        forms = FORM.findall(surfer.get(path).text)
        assert len(forms) > 4  # those of the account panel, and the page's own
        assert all('name="csrf_token"' in form for form in forms)


def test_a_supplier_is_added_and_given_a_price(
    as_role: Callable[..., Surfer], world: Works, say: Say
) -> None:
    surfer = as_role("coordinator")
    given = {"code": "ljud", "name": "Ljudverket", "metric": "Total_Item_Requests"}
    page = surfer.send(
        "/e-medier/leverantorer", given | {"access_method": "Regular"}, at="/e-medier"
    ).text
    assert say("{name} is added", name="Ljudverket") in page
    assert say("No price yet") in page
    own = "/e-medier/leverantorer/ljud"
    paid = {"from_on": "2026-01-01", "ore_per_loan": "1 675,5"}
    page = surfer.send(f"{own}/pris", paid, at=own).text
    assert row_of(page, "2026-01-01")[:3] == [
        "2026-01-01",
        say("until further notice"),
        "1\u00a0675,5",
    ]
    with world.reading(OPERATOR) as work:
        assert [row.code for row in suppliers(work)] == ["e-books", "ljud", "film"]
        assert [row.ore_per_loan for row in prices(work, "ljud")] == ["1675.5"]


def test_a_faulty_supplier_keeps_what_was_typed(as_role: Callable[..., Surfer], say: Say) -> None:
    given = {"code": "E böcker", "name": "Elib 2", "metric": "x", "access_method": "Regular"}
    answer = as_role("coordinator").post("/e-medier/leverantorer", given, at="/e-medier")
    assert answer.status_code == 422
    assert 'value="E böcker"' in answer.text
    assert 'value="Elib 2"' in answer.text
    assert '<a href="#code">' in answer.text
    assert say("{metric} does not count loans", metric="x") in answer.text


def test_a_new_price_pays_for_usage_anew(as_role: Callable[..., Surfer], world: Works) -> None:
    own = "/e-medier/leverantorer/film"
    paid = {"from_on": "2026-01-01", "ore_per_loan": "3000"}
    assert as_role("finance").post(f"{own}/pris", paid, at=own).status_code == 303
    with world.reading(OPERATOR) as work:
        assert pot(work, 2026).used_ore == 3_515_950 + 100 * 3_000


def test_a_price_that_cannot_be_read_is_refused(
    as_role: Callable[..., Surfer], world: Works, say: Say
) -> None:
    own = "/e-medier/leverantorer/film"
    paid = {"from_on": "2026-02-30", "ore_per_loan": "gratis"}
    answer = as_role("finance").post(f"{own}/pris", paid, at=own)
    assert answer.status_code == 422
    assert 'value="gratis"' in answer.text
    answer = as_role("coordinator").post(f"{own}/pris", paid | {"from_on": "2026-02-01"}, at=own)
    said = "{price} is no price: it takes öre per loan, from 0 to 1 000 000"
    assert say(said, price="gratis") in answer.text
    with world.reading(OPERATOR) as work:
        assert len(prices(work, "film")) == 1


def test_a_customer_id_is_kept(as_role: Callable[..., Surfer], world: Works, say: Say) -> None:
    own = "/e-medier/leverantorer/film"
    known = {"member": "2081", "customer_id": "ISNI:0000000121032683"}
    page = as_role("coordinator").send(f"{own}/kund", known, at=own).text
    assert row_of(page, "Borlänge") == ["Borlänge", "ISNI:0000000121032683"]
    with world.reading(OPERATOR) as work:
        found = [(member.code, text) for member, text in customers(work, "film")]
    assert found == [("2081", "ISNI:0000000121032683")]


def test_a_browser_that_asks_for_a_form_again_comes_back_to_the_page(
    as_role: Callable[..., Surfer],
) -> None:
    answer = as_role("coordinator").client.get("/e-medier/leverantorer")
    assert (answer.status_code, answer.location) == (303, "/e-medier")
