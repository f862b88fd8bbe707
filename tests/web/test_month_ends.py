"""Months of the books on pages: looked at, locked, opened, taken back; accounts; files."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlmodel import select

from consortium.billing.tables import Invoice
from consortium.ledger.queries import accounts
from tests.billing.worlds import issue_month
from tests.conftest import OPERATOR, Clock
from tests.ledger.sie_reader import read
from tests.web.billed_year import Site, site_of
from tests.web.test_runs import words_of

NOVEMBER = "/bokforing/manad/2026-11"


@pytest.fixture
def site(tmp_path: Path, clock: Clock) -> Site:
    """November is invoiced; it is 2 December."""
    made = site_of(tmp_path, clock)
    issue_month(made.works)
    clock.now = datetime(2026, 12, 2, 9, tzinfo=UTC)
    return made


def test_a_month_is_looked_at_locked_and_the_lock_taken_back(site: Site) -> None:
    finance = site.surfer("finance")
    said = words_of(finance.get(NOVEMBER).text)
    assert "Månaden är slut men inte låst." in said
    assert "Alla tidigare månader är låsta. Stämmer" in said
    assert "28 verifikationer , alla balanserar. Stämmer" in said
    assert "27 fakturor är inte skickade: 20260001, 20260002" in said
    assert "Alla betalningar är placerade. Stämmer" in said
    page = finance.send(f"{NOVEMBER}/las", {}, at=NOVEMBER).text
    assert "Bokföringen för november 2026 är låst" in page
    assert "november 28 Låst" in words_of(page)
    assert "december 0 Pågår" in words_of(page)
    back = finance.undo(page, at="/bokforing").text
    assert "november 28 Kan låsas" in words_of(finance.get("/bokforing").text), back
    assert "Öppnad igen" in words_of(finance.get(NOVEMBER).text)


def test_a_month_is_opened_for_a_reason(site: Site) -> None:
    finance = site.surfer("finance")
    finance.send(f"{NOVEMBER}/las", {}, at=NOVEMBER)
    answer = finance.post(f"{NOVEMBER}/oppna", {"why": ""}, at=NOVEMBER)
    assert answer.status_code == 422
    assert "Att öppna en månad kräver ett skäl" in answer.text
    page = finance.send(f"{NOVEMBER}/oppna", {"why": "En kredit saknas"}, at=NOVEMBER).text
    assert "Bokföringen för november 2026 är öppen" in page
    said = words_of(finance.get(NOVEMBER).text)
    assert "Av finance, " in said
    assert "En kredit saknas" in said
    again = finance.undo(page, at="/bokforing").text
    assert "november 28 Låst" in words_of(finance.get("/bokforing").text), again


def test_what_stops_a_month_is_said_and_nothing_is_locked(site: Site) -> None:
    finance = site.surfer("finance")
    december = "/bokforing/manad/2026-12"
    said = words_of(finance.get(december).text)
    assert "Månaden är inte slut. Hindrar" in said
    assert "näst i tur är 2026-11 Hindrar" in said
    answer = finance.post(f"{december}/las", {}, at=december)
    assert answer.status_code == 409
    assert "2026-12 kan inte låsas före 2026-11" in answer.text
    assert finance.get("/bokforing/manad/2027-03").status_code == 404
    assert finance.get("/bokforing/manad/2026-13").status_code == 404


@pytest.mark.parametrize("role", ["auditor", "administrator"])
def test_others_look_without_a_button(site: Site, role: str) -> None:
    surfer = site.surfer(role)
    page = surfer.get(NOVEMBER).text
    assert "En ekonom låser bokföringen." in page
    assert surfer.post(f"{NOVEMBER}/las", {}, at="/mitt-konto").status_code == 403


def test_accounts_are_chosen_and_taken_back(site: Site) -> None:
    finance = site.surfer("finance")
    with site.works.reading(OPERATOR) as work:
        before = accounts(work)
    given = {**before, "bank": "1941", "handover": ""}
    page = finance.send("/bokforing/konton", given, at="/bokforing/konton").text
    assert "Kontona är sparade" in page
    with site.works.reading(OPERATOR) as work:
        assert accounts(work) == {k: v for k, v in given.items() if v}
    finance.undo(page, at="/bokforing/konton")
    with site.works.reading(OPERATOR) as work:
        assert accounts(work) == before
    answer = finance.post("/bokforing/konton", {**given, "bank": "bank"}, at="/bokforing/konton")
    assert answer.status_code == 422
    assert "bank är inget konto" in answer.text


def fetched(client: FlaskClient, path: str) -> bytes:
    answer = client.get(path)
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    return bytes(answer.data)


def test_the_books_are_fetched_as_files(site: Site) -> None:
    client = site.surfer("auditor").client
    sie = read(fetched(client, "/bokforing/sie.se?ar=2026"))
    with site.works.reading(OPERATOR) as work:
        owed = sum(row.payable_ore for row in work.session.exec(select(Invoice)))
    assert sie.ub[0]["1510"] == owed
    assert len(sie.vers) == 28
    assert fetched(client, "/bokforing/huvudbok.xlsx?ar=2026").startswith(b"PK")
    columns = fetched(client, "/bokforing/kolumner.csv?ar=2026&manad=11&bok=2080").decode()
    assert columns.startswith("booked_on;number;account;")
    assert columns.count("\r\n") == sum(len(ver.lines) for ver in sie.vers) + 1
