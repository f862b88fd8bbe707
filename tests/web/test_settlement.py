"""The settlement's pages on the small year of tests/reports/settled_world.py."""

import csv
import io
from datetime import date

import pytest
from flask import Flask
from playwright.sync_api import Browser
from sqlmodel import select

from consortium.app import create_app
from consortium.core.settings import Settings
from consortium.core.work import Works
from consortium.core.workbooks import read_workbook
from consortium.members.tables import Member, Membership
from tests.conftest import OPERATOR, Clock
from tests.reports.settled_world import EXPECTED, make_to_settle
from tests.slices import LANGUAGES, slice_of
from tests.web.browsing import Surfer, add_account, signed_in
from tests.web.page_check import faults_of_page
from tests.web.serving import serving
from tests.web.test_runs import words_of

YEAR = "/avrakning/2026"
RUN = "/avrakning/korning/2"


@pytest.fixture
def app(works: Works, settings: Settings, clock: Clock) -> Flask:
    make_to_settle(works, clock)
    for role, member in (("finance", None), ("auditor", None), ("branch_manager", "2062")):
        add_account(works, role, (role, member))
    return create_app(settings, works)


def settled(app: Flask) -> Surfer:
    """A finance officer who has settled 2026."""
    finance = signed_in(app, "finance")
    finance.send(YEAR, {}, at=YEAR)
    finance.send(f"{RUN}/godkann", {"run": "2"}, at=RUN)
    finance.send(f"{RUN}/utfarda", {"run": "2", "checked": "ja"}, at=RUN)
    return finance


def test_a_year_is_previewed_prepared_approved_and_issued_over_the_pages(app: Flask) -> None:
    finance = signed_in(app, "finance")
    preview = words_of(finance.get(YEAR).text)
    assert "Mora 30 000,00 6 666,68 +23 333,32" in preview
    assert "Falun värdkommun 30 000,00 6 666,66 +23 333,34" in preview
    assert "Medlemmarna bär tillsammans 90 000,00 kr, lika med vad poolerna kostade" in preview
    assert "Inte fakturerade: februari , mars" in preview
    assert "4 av årets fakturor är obetalda, 15 000,01 kr tillsammans" in preview
    assert "Året är inte avräknat" in preview
    page = finance.send(YEAR, {}, at=YEAR)
    assert page.request.path == RUN
    assert "Godkänn 4 fakturor" in words_of(page.text)
    page = finance.send(f"{RUN}/godkann", {"run": "2"}, at=RUN)
    assert "Avräkningen är godkänd" in page.text
    page = finance.send(f"{RUN}/utfarda", {"run": "2", "checked": "ja"}, at=RUN)
    done = words_of(page.text)
    assert "Att ge tillbaka 6 666,67 kr 2 kreditfakturor" in done
    assert "Mora 20270001 REF2062 E-faktura Tas fram 26 666,66 6 666,67 33 333,33" in done
    assert "20270002 Kreditfaktura" in done
    after = words_of(finance.get(YEAR).text)
    assert "Avräkning 1 för 2026 Utfärdad" in after
    assert "Avräkna på nytt" in after
    assert "Skillnad 0,00 kr" in after
    assert "Mora 30 000,00 6 666,68 +23 333,32" in words_of(finance.get(RUN).text)  # kept


def test_the_files_hold_the_matrix(app: Flask) -> None:
    finance = signed_in(app, "finance")
    rows = list(csv.DictReader(io.StringIO(finance.get(f"{YEAR}.csv").text)))
    found = {
        (row["member"], row["pool"]): (int(row["actual_ore"]), int(row["invoiced_ore"]))
        for row in rows
    }
    assert found == {(m, pool): of for m, pools in EXPECTED.items() for pool, of in pools.items()}
    assert all(
        int(row["difference_ore"]) == int(row["actual_ore"]) - int(row["invoiced_ore"])
        for row in rows
    )
    sheet = list(read_workbook(finance.get(f"{YEAR}.xlsx").data))
    assert sheet[0] == ["Kostnadspool", "Kod", "Medlem", "Utfall", "Fakturerat", "Skillnad"]
    assert sheet[1] == ["system", "2062", "Mora", "30000", "3333.34", "26666.66"]


def test_a_prepared_settlement_is_removed_and_prepared_again_by_undo(app: Flask) -> None:
    finance = signed_in(app, "finance")
    finance.send(YEAR, {}, at=YEAR)
    page = finance.send(f"{RUN}/ta-bort", {"run": "2"}, at=RUN)
    assert "Avräkningen för 2026 är borttagen" in page.text
    assert finance.get(RUN).status_code == 404
    again = finance.undo(page.text, at=YEAR)
    assert again.request.path.startswith("/avrakning/korning/")
    assert "Godkänn 4 fakturor" in words_of(again.text)


def test_a_year_that_has_not_ended_is_looked_at_and_not_settled(app: Flask, clock: Clock) -> None:
    clock.now = clock.now.replace(year=2026, month=11, day=24)
    finance = signed_in(app, "finance")
    page = finance.get(YEAR)
    assert "Året kan avräknas när det är slut" in words_of(page.text)
    answer = finance.post(YEAR, {}, at=YEAR)
    assert answer.status_code == 409
    assert "2026 är inte slut" in words_of(answer.text)


def test_a_branch_manager_sees_the_own_municipality_alone(app: Flask) -> None:
    settled(app)
    manager = signed_in(app, "branch_manager")
    said = words_of(manager.get(YEAR).text)
    assert "Mora" in said
    assert "Borlänge" not in said
    assert "Falun" not in said
    part = manager.get(f"{YEAR}/2062")
    assert "Mora har betalat det som det blev" in words_of(part.text)
    assert 'href="/fakturor/20270001"' in part.text
    assert manager.get(f"{YEAR}/2081").status_code == 404
    assert manager.get(RUN).status_code == 403
    rows = list(csv.DictReader(io.StringIO(manager.get(f"{YEAR}.csv").text)))
    assert {row["member"] for row in rows} == {"2062"}
    assert manager.post(YEAR, {}, at="/mitt-konto").status_code == 403


def test_an_auditor_reads_and_finds_no_buttons(app: Flask) -> None:
    settled(app)
    auditor = signed_in(app, "auditor")
    for path in ("/avrakning", YEAR, RUN, f"{YEAR}/2081"):
        page = auditor.get(path)
        assert page.status_code == 200, path
        assert 'method="post"' not in page.text.partition("<main")[2].partition("</main>")[0], path


def test_a_run_of_a_month_is_no_settlement(app: Flask) -> None:
    finance = signed_in(app, "finance")
    assert finance.get("/avrakning/korning/1").status_code == 404
    answer = finance.post("/avrakning/korning/1/utfarda", {"run": "1", "checked": "ja"}, at=YEAR)
    assert answer.status_code == 404
    assert finance.get("/avrakning/2031").status_code == 404


PAGES = (
    "/avrakning",
    YEAR,
    f"{YEAR}/2062",
    RUN,
    "/fakturakorning?ar=2026",
    "/fakturakorning/2026-01/1/ersatt",
    "/fakturor/20270001/kreditera",
    "/fakturor/20270001/varfor/1",
    "/fakturor/20270002",
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_pass_the_check(app: Flask, browser: Browser, language: str) -> None:
    session = settled(app).client.get_cookie("session")
    assert session is not None
    cookies = {"session": session.value, "sprak": language}
    with serving(app) as address:
        some = PAGES[:: slice_of(2, 1)]
        found = {page: faults_of_page(browser, address + page, cookies) for page in some}
    assert not any(found.values()), found


def test_a_member_that_has_left_is_settled_through_its_last_month(app: Flask, works: Works) -> None:
    with works.writing(OPERATOR) as work:
        rows = select(Membership).join(Member).where(Member.code == "2081")
        work.session.exec(rows).one().to_on = date(2026, 6, 30)
    finance = signed_in(app, "finance")
    assert "Borlänge 2026-06-30 Inte förberedd Förbered" in words_of(finance.get(YEAR).text)
    page = finance.send(f"{YEAR}/2081/slutavrakna", {}, at=YEAR)
    said = words_of(page.text)
    assert "Slutavräkning 2026" in said
    assert "till och med 2026-06-30, medlemmens sista dag" in said
    # 90 000 kr came in March, when all three took part: a third, less what January asked for
    assert "Borlänge REF2081 E-faktura Klar 26 666,67 6 666,67 33 333,34" in said
    assert "Mora" not in said
    answer = finance.post(f"{YEAR}/2062/slutavrakna", {}, at=YEAR)
    assert answer.status_code == 409
    assert "Mora har inte lämnat samverkan" in words_of(answer.text)
