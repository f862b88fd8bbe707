"""Pages of the budget, the actual costs and the dialogue with the members."""

import io
import re
from datetime import date
from pathlib import Path

import pytest

from consortium.core.money import amount
from consortium.costs.agreeing import change_budget
from consortium.costs.attaching import attachments
from consortium.costs.opening import open_year
from consortium.costs.queries import actual_costs, pool_of_year
from consortium.costs.recording import NewCost, record_cost
from consortium.costs.rounds import rounds
from tests.conftest import OPERATOR, Clock
from tests.web.billed_year import Site, site_of
from tests.web.browsing import TOKEN, Surfer
from tests.web.test_runs import words_of

YEAR = date(2026, 1, 1), date(2026, 12, 31)
POOL = "/budget/system?ar=2026"
PDF = b"%PDF-1.7 faktura"
LINES = {
    "order-0": "2", "text-0": "Licenser", "account-0": "6420", "amount-0": "2 000 000",
    "order-1": "1", "text-1": "Drift", "account-1": "6910", "amount-1": "500 000,50",
    "order-2": "", "text-2": "Intäkt", "account-2": "", "amount-2": "-50 000,50",
    "order-3": "", "text-3": "", "account-3": "", "amount-3": "",
}  # fmt: skip


@pytest.fixture
def site(tmp_path: Path, clock: Clock) -> Site:
    return site_of(tmp_path, clock)


def record(site: Site, *costs: NewCost) -> None:
    with site.works.writing(OPERATOR) as work:
        for cost in costs:
            record_cost(work, "system", cost.on_date.year, cost)


def send_file(surfer: Surfer, path: str, data: dict[str, str], content: bytes, name: str) -> int:
    token = TOKEN.search(surfer.get("/kostnader").text)
    assert token
    sent = {**data, "csrf_token": token[1], "file": (io.BytesIO(content), name)}
    return surfer.client.post(path, data=sent, content_type="multipart/form-data").status_code


def test_the_year_sets_each_pool_against_what_it_costs(site: Site) -> None:
    record(
        site,
        NewCost("F 1", date(2026, 10, 31), "AB", "", 150_000_00),
        NewCost(
            "F 2", date(2026, 1, 1), "AB", "", 1_200_00, "", date(2026, 1, 1), date(2026, 12, 31)
        ),
    )
    said = words_of(site.surfer("auditor").get("/budget?ar=2026").text)
    # to November: 150 000 and 11 × 100; forecast: ten closed months and 2 × 200 000 of the budget
    row = "Bibliotekssystem Mer än 5 % under 2 400 000,00 151 100,00 6,3 % 551 000,00"
    assert row in said
    assert f"{row} 181 200,00 −1 849 000,00" in said  # at the pace of 151 000 in ten months
    table = site.surfer("auditor").get("/budget/potter.csv?ar=2026").text
    assert "system,240000000,15110000,55100000,18120000,-184900000\n" in table
    months = site.surfer("auditor").get("/budget/manader.csv?ar=2026").text
    assert "system,2026-10,20000000,15010000,1\n" in months
    assert "system,2026-12,20000000,10000,0\n" in months


def test_lines_are_saved_in_the_order_asked_for_and_undone(site: Site) -> None:
    finance = site.surfer("finance")
    page = finance.send("/budget/system/rader?ar=2026", LINES | {"total": "2 450 000"}, POOL)
    assert page.status_code == 200
    assert "summan av raderna" in words_of(page.text)
    texts = re.findall(r'name="text-\d" value="([^"]*)"', page.text)
    assert texts == ["Drift", "Licenser", "Intäkt", "", "", ""]
    with site.works.reading(OPERATOR) as work:
        assert pool_of_year(work, "system", 2026).budget_ore == 2_450_000_00
    finance.undo(page.text, POOL)
    with site.works.reading(OPERATOR) as work:
        assert pool_of_year(work, "system", 2026).budget_ore == 2_400_000_00


def test_faults_of_lines_stand_at_their_fields_and_what_was_written_is_kept(site: Site) -> None:
    finance = site.surfer("finance")
    wrong = LINES | {"amount-0": "tusen", "account-1": "64a", "text-2": ""}
    page = finance.post("/budget/system/rader?ar=2026", wrong, POOL)
    assert page.status_code == 422
    assert re.findall(r'id="([a-z]+-\d)-e"', page.text) == ["amount-0", "account-1", "text-2"]
    assert 'value="tusen"' in page.text
    short = finance.post("/budget/system/rader?ar=2026", LINES | {"total": "1"}, POOL)
    assert short.status_code == 422
    assert "Raderna blir inte den beslutade summan" in words_of(short.text)


@pytest.mark.parametrize(
    ("path", "data", "said"),
    [
        ("prognos", {"amount": "2 500 000", "on_date": "2026-11-20", "why": "Nytt avtal"},
         "Nytt avtal"),
        ("moms", {"category": "6", "from_on": "2026-12-01"}, "från 2026-12-01"),
        ("moms/bekrafta", {"from_on": "2026-01-01", "confirmed": "ja"}, "Ta tillbaka bekräftelsen"),
        ("bidrag", {"giver": "2029", "gift": "1 000"}, "Leksand: 1 000,00 kr"),
        ("namn", {"name": "Systemet", "name_en": "The system"}, "Systemet 2026, budget"),
        ("belopp", {"budget": "2 300 000"}, "2 300 000 kr"),
    ],
)  # fmt: skip
def test_what_is_agreed_about_a_pool_is_changed_on_its_page_and_undone(
    site: Site, path: str, data: dict[str, str], said: str
) -> None:
    finance = site.surfer("finance")
    assert said not in words_of(finance.get(POOL).text)
    page = finance.send(f"/budget/system/{path}?ar=2026", data, POOL)
    assert said in words_of(page.text)
    finance.undo(page.text, POOL)
    assert said not in words_of(finance.get(POOL).text)


def test_a_participant_comes_with_its_days_and_goes(site: Site) -> None:
    finance, pool = site.surfer("finance"), "/budget/efilm?ar=2026"
    part = {"member": "2031", "part_from": "2026-07-01", "part_to": "2026-06-01"}
    gone = finance.send("/budget/efilm/deltagare/bort?ar=2026", {"member": "2031"}, pool)
    assert "Deltagaren är borttagen" in gone.text
    wrong = finance.post("/budget/efilm/deltagare?ar=2026", part, pool)
    assert wrong.status_code == 422
    assert 'id="part_to-e"' in wrong.text
    page = finance.send("/budget/efilm/deltagare?ar=2026", part | {"part_to": "2026-09-30"}, pool)
    assert "Rättvik från 2026-07-01 till 2026-09-30" in words_of(page.text)


def test_a_cost_is_recorded_with_its_paper_corrected_and_taken_away(site: Site) -> None:
    finance = site.surfer("finance")
    cost = {
        "pool": "system", "reference": "F 4711", "supplier": "Drift AB", "on_date": "2026-03-02",
        "amount": "1 200", "account": "6420", "from_on": "2026-03-01", "to_on": "2026-05-31",
    }  # fmt: skip
    assert send_file(finance, "/kostnader", cost, PDF, "C:\\faktura.pdf") == 303
    with site.works.reading(OPERATOR) as work:
        (row,) = actual_costs(work, pool_of_year(work, "system", 2026))
        (paper,) = attachments(work, row)
    at = f"/kostnader/{row.id}"
    page = finance.get(at)
    assert "faktura.pdf" in page.text
    assert "April 2026 400,00".lower() in words_of(page.text).lower()
    answer = finance.get(f"{at}/bilaga/{paper.sha256}")
    assert (answer.data, answer.content_type) == (PDF, "application/pdf")
    assert finance.get(f"{at}/bilaga/{'0' * 64}").status_code == 404
    corrected = finance.send(at, cost | {"amount": "900"}, at)
    assert "300,00" in words_of(corrected.text)
    finance.undo(corrected.text, at)
    assert "400,00" in words_of(finance.get(at).text)
    gone = finance.send(f"{at}/bort", {}, at)
    assert "F 4711" not in words_of(gone.text).partition("är borttagen")[2]
    finance.undo(gone.text, "/kostnader?ar=2026")
    with site.works.reading(OPERATOR) as work:
        (again,) = actual_costs(work, pool_of_year(work, "system", 2026))
        assert [each.sha256 for each in attachments(work, again)] == [paper.sha256]
        assert again.to_on == date(2026, 5, 31)


def test_a_file_that_is_no_paper_leaves_no_cost(site: Site) -> None:
    finance = site.surfer("finance")
    cost = {"pool": "system", "reference": "F", "supplier": "AB", "on_date": "2026-03-02"}
    sent = cost | {"amount": "1"}
    assert send_file(finance, "/kostnader", sent, b"<html>", "faktura.pdf") == 422
    with site.works.reading(OPERATOR) as work:
        assert actual_costs(work, pool_of_year(work, "system", 2026)) == []


def test_the_next_year_is_opened_sent_answered_and_decided(site: Site) -> None:
    finance, manager = site.surfer("finance"), site.surfer("branch_manager")
    dialog = "/budget/dialog/2027"
    opened = finance.send("/budget/oppna?ar=2026", {"year": "2027"}, "/budget?ar=2026")
    assert "2027 är öppnat med 5 kostnadspooler" in words_of(opened.text)
    assert "Ingen budget för 2027 är skickad ännu" in words_of(manager.get(dialog).text)
    sent = {"reply_by": "2026-12-15", "message": "Hej", "checked": "ja"}
    assert "Version 1 är skickad" in words_of(finance.send(dialog, sent, dialog).text)
    with site.works.reading(OPERATOR) as work:
        (row,) = rounds(work, 2027)
        shares = [pool["shares"].get("2029", 0) for pool in row.figures["pools"]]
    said = words_of(manager.get(dialog).text)
    assert amount(sum(shares)).replace("\u00a0", " ") in said
    assert "Mora" not in said
    answer = {"round": str(row.id), "member": "2029", "stance": "objects", "text": "För dyrt."}
    page = manager.send(f"{dialog}/svar", answer, dialog)
    assert "Leksand Invänder För dyrt." in words_of(page.text)
    other = manager.post(f"{dialog}/svar", answer | {"member": "2062"}, dialog)
    assert other.status_code == 403
    assert "1 av 16 har svarat" in words_of(finance.get(dialog).text)
    decided = {"round": str(row.id), "on_date": "2026-11-20", "decision": "§ 12: antas."}
    page = finance.send(f"{dialog}/beslut", decided, dialog)
    assert "§ 12: antas." in words_of(page.text)
    late = manager.post(f"{dialog}/svar", answer, dialog)
    assert late.status_code == 409


def test_figures_of_a_version_are_fetched_by_those_who_may_see_them(site: Site) -> None:
    with site.works.writing(OPERATOR) as work:
        open_year(work, 2027)
        change_budget(work, "system", 2027, 2_500_000_00)
    dialog = "/budget/dialog/2027"
    sent = {"reply_by": "2026-12-15", "message": "", "checked": "ja"}
    site.surfer("finance").send(dialog, sent, dialog)
    rows = site.surfer("branch_manager").get(f"{dialog}/tabell").text.splitlines()
    assert rows[0] == "member,name,pool,year_ore,year_before_ore,version_before_ore"
    assert {row.partition(",")[0] for row in rows[1:]} == {"2029"}
    book = site.surfer("auditor").get(f"{dialog}/tabell?form=xlsx&version=1")
    assert book.data.startswith(b"PK")
    assert site.surfer("auditor").get(f"{dialog}/tabell?version=7").status_code == 404


def test_who_may_only_look_finds_no_forms(site: Site) -> None:
    record(site, NewCost("F 1", date(2026, 10, 31), "AB", "", 5))
    auditor = site.surfer("auditor")
    for path in ("/budget", POOL, "/kostnader?ar=2026", "/kostnader/1", "/budget/dialog/2026"):
        main = auditor.get(path).text.partition("<main")[2].partition("</main>")[0]
        assert 'method="post"' not in main, path
    assert auditor.post("/budget/oppna", {"year": "2027"}, "/mitt-konto").status_code == 403


def test_a_page_with_faults_says_so_once_in_its_title(site: Site) -> None:
    finance = site.surfer("finance")
    for path, at in {
        "/budget/system/belopp?ar=2026": "/budget/system?ar=2026",
        "/kostnader?ar=2026": "/kostnader?ar=2026",
        "/budget/dialog/2026": "/budget/dialog/2026?version=0",
    }.items():
        page = finance.post(path, {}, at=at)
        assert page.status_code == 422
        title = page.text.partition("<title>")[2].partition("</title>")[0]
        assert title.count("Fel: ") == 1, path
        assert title.startswith("Fel: ")
