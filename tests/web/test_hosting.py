"""The change of host on pages: recorded, looked at, settled, and seen in both books."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from consortium.billing.handing_over import NewHost, change_host
from consortium.ledger.queries import balances_of
from tests.billing.worlds import issue_month
from tests.conftest import OPERATOR, Clock
from tests.web.billed_year import Site, site_of
from tests.web.test_runs import words_of

DAY = "/vardkommun/2026-12-01"
MORA = {
    "code": "2062",
    "from_on": "2026-12-01",
    "bankgiro": "580-5627",
    "due_days": "30",
    "series": "7",
    "f_tax": "ja",
}


@pytest.fixture
def site(tmp_path: Path, clock: Clock) -> Site:
    made = site_of(tmp_path, clock)
    issue_month(made.works)
    return made


def test_a_new_host_is_recorded_and_taken_back(site: Site) -> None:
    finance = site.surfer("finance")
    answer = finance.post("/vardkommun", {**MORA, "series": ""}, at="/vardkommun")
    assert answer.status_code == 409
    assert "En annan värdkommun har utfärdat fakturor med sådana nummer" in answer.text
    bad = finance.post("/vardkommun", {**MORA, "bankgiro": "1", "series": "x"}, at="/vardkommun")
    assert bad.status_code == 422
    assert 'href="#bankgiro"' in bad.text
    assert 'href="#series"' in bad.text
    page = finance.send("/vardkommun", MORA, at="/vardkommun").text
    assert "Mora 2026-12-01 – 580-5627 30 72026 Godkänd Vad som överförs" in words_of(page)
    assert "Falun Nu 2026-01-01 2026-11-30 991-2346" in words_of(page)
    finance.undo(page, at="/vardkommun")
    assert "Mora 2026-12-01" not in words_of(finance.get("/vardkommun").text)


def test_claims_pass_when_the_day_has_come(site: Site, clock: Clock) -> None:
    finance = site.surfer("finance")
    with site.works.writing(OPERATOR) as work:
        change_host(work, NewHost("2062", date(2026, 12, 1), "580-5627", series="7"))
    said = words_of(finance.get(DAY).text)
    assert "Det avgörs när 2026-12-01 har kommit" in said
    assert (
        "Månader före bytet faktureras av Falun, till bankgiro 991-2346, nummer från 20260001."
        in said
    )
    assert "Det som Mora själv är skyldig betalas till Falun." in said
    clock.now = datetime(2026, 12, 3, 9, tzinfo=UTC)
    finance = site.surfer("finance")
    with site.works.reading(OPERATOR) as work:
        before = balances_of(work, "2080", "1510", date(2026, 12, 31))
    answer = finance.post(DAY, {"passes": "ja"}, at=DAY)
    assert answer.status_code == 422
    assert "Bekräfta att du har kontrollerat saldona" in answer.text
    page = finance.send(DAY, {"passes": "nej"}, at=DAY).text
    assert "Falun behåller sina fordringar" in words_of(page)
    page = finance.send(DAY, {"passes": "ja", "checked": "ja"}, at=DAY).text
    assert "Fordringarna är överförda till Mora" in words_of(page)
    with site.works.reading(OPERATOR) as work:
        left = balances_of(work, "2080", "1510", date(2026, 12, 31))
        taken = balances_of(work, "2062", "1510", date(2026, 12, 31))
    assert left == {"2062": before["2062"]}
    assert {**left, **taken} == before
    again = finance.post(DAY, {"passes": "ja", "checked": "ja"}, at=DAY)
    assert again.status_code == 409

    books = finance.get("/bokforing?ar=2026").text
    assert "Byte av värdkommun" in words_of(books)
    assert '<option value="2062">Mora</option>' in books
    mora = words_of(finance.get("/bokforing?ar=2026&bok=2062").text)
    assert "1 verifikation " in mora
    assert finance.get("/bokforing/sie.se?ar=2026").status_code == 422  # whose books?
    assert finance.get("/bokforing/sie.se?ar=2026&bok=2062").status_code == 200


def test_members_see_who_is_host_and_not_what_is_owed(site: Site) -> None:
    with site.works.writing(OPERATOR) as work:
        change_host(work, NewHost("2062", date(2026, 12, 1), "580-5627", series="7"))
    chief = site.surfer("branch_manager")
    assert "Mora" in words_of(chief.get("/vardkommun").text)
    assert chief.get(DAY).status_code == 403
    assert site.surfer("auditor").get("/vardkommun/2026-05-05").status_code == 404
    assert chief.post("/vardkommun", MORA, at="/mitt-konto").status_code == 403
