"""Pages of imports and exports: columns are matched, rows seen, taken in, taken back, fetched."""

import io
import zipfile
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser
from werkzeug.test import TestResponse

from consortium.core.words import Say
from consortium.core.work import Works
from consortium.costs.queries import pools
from tests.conftest import OPERATOR
from tests.exchange.test_undoing import SHEETS
from tests.exchange.worlds import make_everything
from tests.slices import LANGUAGES
from tests.web.browsing import TOKEN, Surfer, add_account, signed_in
from tests.web.page_check import faults_of_page
from tests.web.serving import serving

OWN = "Vad;År;Heter;Kostar\ntransport;2026;Transporter;5\n"
EMPTY_CHOICES = {"falt-name_en": "", "falt-everyone": ""}


@pytest.fixture
def world(works: Works) -> Works:
    with works.writing(OPERATOR) as work:
        make_everything(work)
    return works


def send(surfer: Surfer, kind: str, text: str, name: str = "blad.csv") -> TestResponse:
    page = f"/import/{kind}"
    token = TOKEN.search(surfer.get(page).text)
    assert token
    given = {"csrf_token": token[1], "file": (io.BytesIO(text.encode()), name)}
    return surfer.client.post(page, data=given, headers={"Referer": f"http://localhost{page}"})


def take(surfer: Surfer, review: str) -> TestResponse:
    page = surfer.get(review).text
    seen = page.partition('name="seen" value="')[2].partition('"')[0]
    given = {"name": "blad.csv", "seen": seen}
    return surfer.post(review.partition("?")[0], given, at=review)


def names(works: Works) -> set[str]:
    with works.reading(OPERATOR) as work:
        return {pool.name for pool in pools(work, 2026)}


def test_a_sheet_is_seen_taken_in_and_taken_back(
    as_role: Callable[..., Surfer], world: Works, say: Say
) -> None:
    surfer, before = as_role("finance"), names(world)
    review = send(surfer, "pools", SHEETS["pools"][0]).location
    page = surfer.get(review).text
    assert '<span class="old">System; drift</span> <ins class="new">Systemet</ins>' in page
    assert '<span class="old">1240000,50</span> <ins class="new">5,00</ins>' in page
    assert names(world) == before
    assert take(surfer, review).location == "/import"
    assert names(world) == {"E-medier", "Lokaler", "Systemet", "Transporter"}
    page = surfer.get("/import").text
    assert (
        say(
            "{name} is imported: {new} new rows, {changed} changed",
            name="blad.csv",
            new=1,
            changed=1,
        )
        in page
    )
    assert surfer.post("/import/tillbaka/1", {}, at="/import").status_code == 303
    assert names(world) == before
    page = surfer.get("/import").text
    assert say("The import of {name} is taken back", name="blad.csv") in page
    assert say("Taken back") in page


def test_columns_that_cannot_be_told_are_asked_for_once(
    as_role: Callable[..., Surfer], world: Works, say: Say
) -> None:
    surfer = as_role("finance")
    asked = send(surfer, "pools", OWN).location
    assert asked.partition("?")[0].endswith("/kolumner")
    assert surfer.get(asked.replace("/kolumner", "")).request.path.endswith("/kolumner")
    chosen = {
        "falt-code": "Vad",
        "falt-year": "År",
        "falt-name": "Heter",
        "falt-budget_ore": "Kostar",
        **EMPTY_CHOICES,
    }
    answer = surfer.post(asked, {**chosen, "falt-name": ""}, at=asked)
    assert answer.status_code == 422
    assert say("Choose a column for {field}", field="Namn") in answer.text
    review = surfer.post(asked, chosen, at=asked).location
    assert take(surfer, review).status_code == 303
    assert "Transporter" in names(world)
    again = send(surfer, "pools", OWN.replace("Transporter", "Bilar")).location
    assert not again.partition("?")[0].endswith("/kolumner")


def test_each_role_is_offered_what_it_may(as_role: Callable[..., Surfer], say: Say) -> None:
    page = as_role("branch_manager", "2062").get("/import").text
    assert "/import/branches" in page
    assert "/import/closures" in page
    assert "/import/pools" not in page
    auditor = as_role("auditor")
    assert say("Your role imports nothing") in auditor.get("/import").text
    assert auditor.get("/import/pools").status_code == 403
    assert auditor.get("/import/nothing").status_code == 404


def test_a_branch_manager_fetches_its_own_libraries_only(
    as_role: Callable[..., Surfer], world: Works
) -> None:
    surfer = as_role("branch_manager", "2062")
    sheet = surfer.get("/export/blad?slag=branches&form=csv").data.decode("utf-8-sig")
    assert [line.partition(";")[0] for line in sheet.splitlines()] == ["Adress", "mora-bibliotek"]
    assert surfer.get("/export/blad?slag=people").status_code == 403
    assert surfer.post("/export/allt", {}, at="/export").status_code == 403


def test_a_sheet_of_a_year_is_fetched(as_role: Callable[..., Surfer], world: Works) -> None:
    surfer = as_role("finance")
    sheet = surfer.get("/export/blad?slag=measures&form=csv&ar=2025").data.decode("utf-8-sig")
    assert len(sheet.splitlines()) == 3
    assert surfer.get("/export/blad?slag=measures&form=xlsx&ar=").data.startswith(b"PK")
    assert surfer.get("/export/blad?slag=measures&ar=nu").status_code == 422
    assert surfer.get("/import/measures/mall?form=csv").data.decode("utf-8-sig").splitlines() == [
        "Mätvärde;Kommunkod;Mätdatum;Värde;Källa",
        "population;2080;2025-12-31;59945;SCB",
    ]


def test_everything_is_fetched_and_noted(as_role: Callable[..., Surfer], world: Works) -> None:
    surfer = as_role("administrator")
    answer = surfer.post("/export/allt", {}, at="/export")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
        assert "SHA256SUMS" in packed.namelist()
    answer.close()
    assert "exchange.everything_exported" in surfer.get("/granskningsspar").text


def test_a_workbook_that_is_none_is_refused(as_role: Callable[..., Surfer], say: Say) -> None:
    answer = send(as_role("finance"), "pools", "PK\x03\x04", "blad.xlsx")
    assert answer.status_code == 422
    assert say("The workbook is damaged or protected and cannot be read") in answer.text


@pytest.fixture
def site(app: Flask, world: Works) -> Iterator[tuple[Surfer, str]]:
    add_account(world, "all", ("administrator", None))
    with serving(app) as address:
        yield signed_in(app, "all"), address


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_pass_the_check(
    site: tuple[Surfer, str], browser: Browser, language: str
) -> None:
    surfer, address = site
    review = send(surfer, "branches", SHEETS["branches"][0]).location
    faulty = send(surfer, "members", "code;name\n2080;Falun\n20;\n1;x\n").location
    asked = send(surfer, "people", "Vem;Vad\nx;y\n").location
    session = surfer.client.get_cookie("session")
    assert session is not None
    cookies = {"session": session.value, "sprak": language}
    pages = ("/import", "/import/people", review, faulty, asked, "/export")
    found = {page: faults_of_page(browser, address + page, cookies) for page in pages}
    assert not any(found.values()), found
