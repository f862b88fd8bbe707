"""Pages of the payments: a bank's file is seen and taken in, what is left placed and taken back."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from datetime import date

import pytest
from flask import Flask
from playwright.sync_api import Browser
from python_calamine import load_workbook
from werkzeug.test import TestResponse

from consortium.app import create_app
from consortium.core.settings import Settings
from consortium.core.work import Works
from tests.conftest import Clock
from tests.payments.worlds import at_noon, bgmax, make_owed, payments, take
from tests.slices import LANGUAGES, slice_of
from tests.web.browsing import TOKEN, Surfer, add_account, signed_in
from tests.web.page_check import faults_of_page
from tests.web.serving import serving

OCTOBER_2 = date(2026, 10, 2)
MORA_PAYS = ("2026000105", 466_668, "Mora kommun")
SOMEBODY = ("", 700_000, "Någon")


@pytest.fixture
def world(works: Works, clock: Clock) -> Works:
    """Four invoices that were due 1 October; it is the 9th."""
    make_owed(works, clock)
    at_noon(clock, date(2026, 10, 9))
    return works


@pytest.fixture
def app(settings: Settings, world: Works) -> Flask:
    return create_app(settings, world)


def send(surfer: Surfer, content: bytes, name: str = "bank.txt") -> TestResponse:
    token = TOKEN.search(surfer.get("/betalningar/in").text)
    assert token
    given = {"csrf_token": token[1], "file": (io.BytesIO(content), name)}
    headers = {"Referer": "http://localhost/betalningar/in"}
    return surfer.client.post("/betalningar/in", data=given, headers=headers)


def words_of(page: str) -> str:
    """What a page says, with plain blanks."""
    text = re.sub(r"<[^>]+>", " ", page.replace("\u00a0", " "))
    return " ".join(text.replace("\u2212", "-").split())


def hidden(page: str, name: str) -> str:
    found = re.search(f'name="{name}" value="([^"]*)"', page)
    assert found
    return found[1]


def test_a_file_is_seen_before_it_is_taken_in(as_role: Callable[..., Surfer], world: Works) -> None:
    finance = as_role("finance")
    content = bgmax(OCTOBER_2, [MORA_PAYS, SOMEBODY])
    review = send(finance, content).location
    page = finance.get(review).text
    said = words_of(page)
    assert "Betalningar 2 11 666,68 kr" in said
    assert "Placerade av sig själva 4 166,68 kr" in said
    assert "Läs in 2 betalningar" in said
    assert payments(world) == []
    given = {"name": "bank.txt", "seen": hidden(page, "seen")}
    after = finance.send(review.partition("?")[0], given, at=review).text
    assert "bank.txt är inläst: 2 betalningar" in words_of(after)
    assert [payment.state for payment in payments(world)] == ["over", "review"]
    again = words_of(finance.get(send(finance, content).location).text)
    assert "Filen är redan inläst" in again
    assert "Läs in 2" not in again


def test_a_file_that_changed_its_meaning_meanwhile_is_not_taken_in(
    as_role: Callable[..., Surfer], world: Works
) -> None:
    finance = as_role("finance")
    review = send(finance, bgmax(date(2026, 10, 8), [MORA_PAYS], serial=2)).location
    seen = hidden(finance.get(review).text, "seen")
    take(world, bgmax(OCTOBER_2, [MORA_PAYS]))
    answer = finance.post(review.partition("?")[0], {"name": "bank.txt", "seen": seen}, at=review)
    assert answer.status_code == 409
    assert len(payments(world)) == 1


def test_a_file_that_cannot_be_read_is_refused_with_its_faults(
    as_role: Callable[..., Surfer],
) -> None:
    finance = as_role("finance")
    answer = send(finance, bgmax(OCTOBER_2, [SOMEBODY]).replace(b"700000", b"700001", 1))
    assert answer.status_code == 422
    said = words_of(answer.text)
    assert "Inget ur filen sparades" in said
    assert "6 999" not in said
    assert send(finance, b"").status_code == 422
    assert finance.get("/betalningar/in/" + "0" * 64 + "?name=x").status_code == 404


def test_a_file_that_waits_is_thrown_away(as_role: Callable[..., Surfer], world: Works) -> None:
    finance = as_role("finance")
    review = send(finance, bgmax(OCTOBER_2, [SOMEBODY])).location
    path = review.partition("?")[0]
    assert finance.post(f"{path}/kasta", {}, at=review).status_code == 303
    assert finance.get(review).status_code == 404


def test_a_proposal_is_placed_from_the_list_and_undone_from_the_toast(
    as_role: Callable[..., Surfer], world: Works
) -> None:
    take(world, bgmax(OCTOBER_2, [MORA_PAYS, SOMEBODY]))
    finance = as_role("finance")
    first, second = payments(world)
    page = finance.get("/betalningar/att-placera").text
    said = words_of(page)
    assert "B1 4 666,68 kr" in said
    assert "Kvar 500,00 kr" in said
    assert "20260002 Mora, 3 333,34 kr återstår, förfaller 2026-10-01" in said
    at = "/betalningar/att-placera"
    given = {"belopp-20260002": "500,00", "lista": "ja"}
    after = finance.send(f"/betalningar/{first.id}/placera", given, at=at).text
    assert "Placerad på 20260002" in words_of(after)
    assert "B1" not in words_of(after)
    assert [p.state for p in payments(world)] == ["part", "review"]
    finance.undo(after, at)
    assert [p.state for p in payments(world)] == ["over", "review"]
    assert second.state == "review"


def test_a_payment_is_placed_by_the_form_and_taken_back(
    as_role: Callable[..., Surfer], world: Works
) -> None:
    take(world, bgmax(OCTOBER_2, [SOMEBODY]))
    finance = as_role("finance")
    given = {"nummer0": "20260003", "summa0": "4 166,66", "nummer1": "20260004", "summa1": "1000"}
    page = finance.send("/betalningar/1/placera", given, at="/betalningar/1").text
    said = words_of(page)
    assert "20260003 Borlänge 4 166,66" in said
    assert "Placera 1 833,34 kr" in said  # 7 000,00 − 4 166,66 − 1 000,00
    # Now that its payer is known by what it paid, the rest of that member's is offered.
    assert 'name="belopp-20260004"' in page
    back = {"number": "20260004", "amount": "1000,00"}
    page = finance.send("/betalningar/1/tillbaka", back, at="/betalningar/1").text
    assert "Placera 2 833,34 kr" in words_of(page)
    wrong = {"nummer0": "20260003", "summa0": "1", "nummer1": "20269999", "summa1": "2"}
    answer = finance.post("/betalningar/1/placera", wrong, at="/betalningar/1")
    assert answer.status_code == 422
    assert 'href="#nummer1"' in answer.text
    assert 'value="20269999"' in answer.text  # what was typed is kept
    too_much = finance.post(
        "/betalningar/1/placera", {"belopp-20260004": "2 833,35"}, at="/betalningar/1"
    )
    assert too_much.status_code == 409
    for bad in ({"nummer0": "20260004"}, {"belopp-20260004": "mycket"}, {}):
        answer = finance.post("/betalningar/1/placera", bad, at="/betalningar/1")
        assert answer.status_code == 422, bad


def test_an_overpayment_is_marked_as_paid_back_and_not(
    as_role: Callable[..., Surfer], world: Works
) -> None:
    take(world, bgmax(OCTOBER_2, [MORA_PAYS]))
    take(world, bgmax(date(2026, 10, 8), [("", -50_000, "Mora kommun")], serial=2))
    finance = as_role("finance")
    page = finance.get("/betalningar/1").text
    assert "Betalning B2 av" not in words_of(page)
    assert "Betalning B2 på 500,00 kr, 2026-10-08" in words_of(page)
    given = {"paid": "1", "out": "2"}
    page = finance.send("/betalningar/1/aterbetald", given, at="/betalningar/1").text
    assert "500,00 kr av den återbetalades med betalning B2" in words_of(page)
    assert [p.state for p in payments(world)] == ["matched", "matched"]
    finance.send("/betalningar/2/inte-aterbetald", {}, at="/betalningar/2")
    assert [p.state for p in payments(world)] == ["over", "review"]


def test_lists_are_chosen_by_state_and_fetched(
    as_role: Callable[..., Surfer], world: Works
) -> None:
    content = bgmax(OCTOBER_2, [MORA_PAYS, SOMEBODY])
    taken = take(world, content)
    finance = as_role("finance")
    assert "2 betalningar" in words_of(finance.get("/betalningar").text)
    assert "Någon" not in words_of(finance.get("/betalningar?lage=over").text)
    assert "Ingen betalning passar" in words_of(finance.get("/betalningar?lage=matched").text)
    rows = list(csv.DictReader(io.StringIO(finance.get("/betalningar/betalningar.csv").text)))
    assert [(row["amount_ore"], row["state"], row["invoice"]) for row in rows] == [
        ("466668", "over", "20260001"),
        ("700000", "review", ""),
    ]
    assert "bank.txt" in finance.get("/betalningar/filer").text
    assert finance.get(f"/betalningar/filer/{taken.row.id}").data == content
    assert finance.get("/betalningar/filer/99").status_code == 404


def test_receivables_are_shown_and_fetched_as_they_stood(
    as_role: Callable[..., Surfer], world: Works
) -> None:
    take(world, bgmax(OCTOBER_2, [MORA_PAYS]))
    finance = as_role("finance")
    assert "Summa 0,00 10 833,33" in words_of(finance.get("/betalningar/reskontra").text)
    before = words_of(finance.get("/betalningar/reskontra?dag=2026-10-01").text)
    assert "Mora 7 500,02 – – – – – 7 500,02" in before
    text = finance.get("/betalningar/reskontra.csv?dag=2026-10-01").text
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["member"], row["not_due_ore"], row["total_ore"]) for row in rows] == [
        ("2062", "750002", "750002"),
        ("2081", "749999", "749999"),
    ]
    book = finance.get("/betalningar/reskontra.xlsx").data
    (sheet,) = load_workbook(io.BytesIO(book)).sheet_names
    cells = load_workbook(io.BytesIO(book)).get_sheet_by_name(sheet).to_python()
    assert cells[1][:2] + cells[1][3:4] == ["2062", "Mora", 3333.34]
    assert "Fel" in finance.get("/betalningar/reskontra?dag=igår").text


def test_a_members_account_is_shown_between_days(
    as_role: Callable[..., Surfer], world: Works
) -> None:
    take(world, bgmax(OCTOBER_2, [MORA_PAYS]))
    finance = as_role("finance")
    page = words_of(finance.get("/betalningar/kontoutdrag/2062?fran=2026-10-01").text)
    assert "Skuld vid början 7 500,02 kr" in page
    assert "2026-10-02 Betalning B1 – -4 166,68 3 333,34" in page
    text = finance.get("/betalningar/kontoutdrag/2062.csv?fran=2026-10-01").text
    assert [row["balance_ore"] for row in csv.DictReader(io.StringIO(text))] == ["750002", "333334"]
    assert finance.get("/betalningar/kontoutdrag/9999").status_code == 404
    turned = finance.get("/betalningar/kontoutdrag/2062?fran=2026-10-02&till=2026-10-01")
    assert "Välj en senare dag" in words_of(turned.text)


def test_reminders_are_looked_at_and_sent(as_role: Callable[..., Surfer], world: Works) -> None:
    finance = as_role("finance")
    page = finance.get("/betalningar/paminnelser").text
    assert "4 fakturor är aktuella att påminna om" in words_of(page)
    at = "/betalningar/paminnelser"
    after = finance.send(at, {"numbers": ["20260001", "20260003"]}, at=at).text
    assert "2 påminnelser är skickade" in words_of(after)
    assert "2 fakturor är aktuella" in words_of(after)
    assert finance.post(at, {}, at=at).status_code == 422
    assert finance.post(at, {"numbers": "20260001"}, at=at).status_code == 409
    auditor = as_role("auditor")
    assert "Skicka de markerade" not in auditor.get(at).text


def test_reference_rates_are_entered_and_taken_back(as_role: Callable[..., Surfer]) -> None:
    finance, at = as_role("finance"), "/betalningar/rantesatser"
    assert "Referensräntan från 2026-07-01 är inte angiven" in words_of(finance.get(at).text)
    given = {"from_on": "2026-07-01", "percent": "2,5", "source": "Riksbanken"}
    page = finance.send(at, given, at=at).text
    assert "2026-07-01 2,5 10,5 Riksbanken" in words_of(page)
    assert "2026-07-01 2,5" not in words_of(finance.undo(page, at).text)
    page = finance.send(f"{at}/kanda", {}, at=at).text
    assert "13 referensräntor är angivna" in words_of(page)
    assert "13" not in words_of(finance.undo(page, at).text).partition("Ångrat")[2][:40]
    wrong = finance.post(at, {"from_on": "2026-07-02", "percent": "x"}, at=at)
    assert wrong.status_code == 422
    assert 'href="#percent"' in wrong.text


def test_a_branch_manager_sees_the_own_municipality_alone(
    as_role: Callable[..., Surfer], world: Works
) -> None:
    take(world, bgmax(OCTOBER_2, [MORA_PAYS, ("2026000303", 416_666, "Borlänge"), SOMEBODY]))
    manager = as_role("branch_manager", "2062")
    assert "B1" in words_of(manager.get("/betalningar").text)
    for foreign in ("B2", "B3", "Borlänge", "Någon"):
        assert foreign not in words_of(manager.get("/betalningar").text)
    assert "Borlänge" not in words_of(manager.get("/betalningar/reskontra").text)
    assert manager.get("/betalningar/kontoutdrag/2062").status_code == 200
    assert manager.get("/betalningar/1").status_code == 200
    for closed in ("kontoutdrag/2081", "kontoutdrag/2081.csv", "2", "3"):
        assert manager.get(f"/betalningar/{closed}").status_code == 404, closed
    for whole in ("att-placera", "filer", "filer/1", "paminnelser", "in"):
        assert manager.get(f"/betalningar/{whole}").status_code == 403, whole
    assert manager.post("/betalningar/1/placera", {}, at="/betalningar/1").status_code == 403


@pytest.fixture
def site(app: Flask, world: Works) -> Iterator[tuple[Surfer, str]]:
    """The pages on a port, with something on each of them."""
    take(world, bgmax(OCTOBER_2, [MORA_PAYS, SOMEBODY, ("2026000303", 100, "Borlänge")]))
    take(world, bgmax(date(2026, 10, 8), [("", -50_000, "Mora kommun")], serial=2))
    add_account(world, "ekonom", ("finance", None))
    with serving(app) as address:
        yield signed_in(app, "ekonom"), address


PAGES = (
    "",
    "/att-placera",
    "/1",
    "/2",
    "/filer",
    "/in",
    "/reskontra",
    "/kontoutdrag/2062",
    "/paminnelser",
    "/rantesatser",
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_pass_the_check(
    site: tuple[Surfer, str], browser: Browser, language: str
) -> None:
    surfer, address = site
    seen = send(surfer, bgmax(date(2026, 10, 9), [MORA_PAYS, SOMEBODY], serial=3)).location
    session = surfer.client.get_cookie("session")
    assert session is not None
    cookies = {"session": session.value, "sprak": language}
    pages = (seen, *(f"/betalningar{page}" for page in PAGES[:: slice_of(2, 1)]))
    found = {page: faults_of_page(browser, address + page, cookies) for page in pages}
    assert not any(found.values()), found


def test_visitors_are_led_to_sign_in(app: Flask) -> None:
    assert app.test_client().get("/betalningar").status_code == 303
