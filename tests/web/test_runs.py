"""The invoice run, from preview to delivery, as each role meets it."""

import html
import re
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import select

from consortium.billing.queries import cut_of, invoices_of_month, latest_run
from consortium.costs.agreeing import change_budget
from consortium.measures.tables import MeasureValue
from consortium.members.joining import Address, change_address
from consortium.members.queries import member_by_code
from tests.billing.worlds import NOVEMBER
from tests.conftest import OPERATOR, Clock
from tests.web.billed_year import Site, site_of, two_persons
from tests.web.browsing import Surfer

RUN = "/fakturakorning/2026-11"
EXPECTED = Path(__file__).parents[1] / "billing" / "expected" / "2026-11"
TABLES = ("summary", "pools", "lines", "journal")
ORSA = Address(
    buyer_reference="BIB2034",
    endpoint_scheme="0007",
    endpoint_id="2120002189",
    email="faktura@2034.kommun.example",
)


@pytest.fixture
def site(tmp_path: Path, clock: Clock) -> Site:
    return site_of(tmp_path, clock)


def words_of(page: str) -> str:
    """What a page's main part says, blanks joined."""
    main = page.partition("<main")[2].partition("</main>")[0]
    text = html.unescape(re.sub(r"<[^>]+>", " ", main))
    return re.sub(r"[\s\u00a0]+", " ", text).replace(" .", ".")


def run_of(site: Site) -> str:
    """The id of November's newest run, as the page's forms carry it."""
    with site.works.reading(OPERATOR) as work:
        run = latest_run(work, NOVEMBER)
    assert run is not None
    return str(run.id)


def approved(site: Site) -> Surfer:
    """A finance officer who has prepared and approved November."""
    finance = site.surfer("finance")
    finance.send("/fakturakorning", {"period": "2026-11"}, at=RUN)
    finance.send(f"{RUN}/godkann", {"run": run_of(site)}, at=RUN)
    return finance


def issued(site: Site) -> Surfer:
    finance = approved(site)
    answer = finance.post(f"{RUN}/utfarda", {"run": run_of(site), "checked": "ja"}, at=RUN)
    assert answer.status_code == 303
    return finance


def test_a_month_is_prepared_approved_and_issued_over_the_pages(site: Site) -> None:
    finance = site.surfer("finance")
    start = finance.get("/")
    assert start.request.path == "/fordelning"  # no run is open
    preview = words_of(finance.get(RUN).text)
    assert "Ingen körning är öppen" in preview
    page = finance.send("/fakturakorning", {"period": "2026-11"}, at=RUN)
    prepared = words_of(page.text)
    assert "Godkänn 27 fakturor" in prepared
    assert "487 897,89 kr" in prepared  # what the 27 of expected/2026-11 ask for
    assert "förfaller 2026-12-24" in prepared
    assert finance.get("/").request.path == "/fakturakorning"  # now one is
    page = finance.send(f"{RUN}/godkann", {"run": run_of(site)}, at=RUN)
    assert "Godkänd av finance" in words_of(page.text)
    page = finance.send(f"{RUN}/utfarda", {"run": run_of(site), "checked": "ja"}, at=RUN)
    done = words_of(page.text)
    assert "27 fakturor är utfärdade" in done
    assert "Nummer 20260001–20260027, 2026-11-24 12:00" in done
    assert "Orsa är kvar" in done
    row = re.search(r"<tr[^>]*><th[^>]*><a[^>]*>Leksand</a></th>.*?</tr>", page.text, re.DOTALL)
    assert row is not None
    assert "20260008 BIB2029 E-faktura Tas fram 27 667,31 5 149,86 32 817,17" in words_of(
        f"<main>{row[0]}</main>"
    )
    assert "Netto är tillsammans 548 333,41 kr, lika med vad 5 pooler kostar" in done


def test_the_tables_are_those_that_other_programs_worked_out(site: Site) -> None:
    finance = issued(site)
    for name in TABLES:
        answer = finance.get(f"{RUN}/{name}.csv")
        assert answer.data == (EXPECTED / f"{name}.csv").read_bytes(), name
        assert answer.content_type == "text/csv; charset=utf-8"
        assert f'filename="2026-11-{name}.csv"' in answer.headers["Content-Disposition"]
    assert finance.get(f"{RUN}/other.csv").status_code == 404


def test_before_issue_the_tables_have_no_numbers_and_no_bookings(site: Site) -> None:
    finance = site.surfer("finance")
    summary = finance.get(f"{RUN}/summary.csv").text
    expected = (EXPECTED / "summary.csv").read_text(encoding="utf-8")
    assert summary == re.sub(r",2026\d{4},(.*),issued", r",,\1,ready", expected)
    assert finance.get(f"{RUN}/journal.csv").text == "entry,account,pool,counterpart,amount_ore\n"


def test_nothing_is_issued_without_the_box_that_says_it_is_checked(site: Site) -> None:
    finance = approved(site)
    answer = finance.post(f"{RUN}/utfarda", {"run": run_of(site)}, at=RUN)
    assert answer.status_code == 422
    assert 'id="checked"' in answer.text
    assert "Fyll i det här fältet" in answer.text
    with site.works.reading(OPERATOR) as work:
        assert invoices_of_month(work, NOVEMBER) == []


def test_a_second_post_is_told_who_was_first_and_changes_nothing(site: Site) -> None:
    finance = approved(site)
    run = {"run": run_of(site)}
    again = finance.post(f"{RUN}/godkann", run, at=RUN)
    assert again.status_code == 409
    assert "Körningen är redan godkänd Av finance, 2026-11-24 12:00." in words_of(again.text)
    finance.post(f"{RUN}/utfarda", run | {"checked": "ja"}, at=RUN)
    again = finance.post(f"{RUN}/utfarda", run | {"checked": "ja"}, at="/fakturakorning/2026-10")
    assert again.status_code == 409
    assert "Körningen är redan utfärdad Av finance, 2026-11-24 12:00." in words_of(again.text)
    taken = finance.post(f"{RUN}/aterta", run, at="/fakturakorning/2026-10")
    assert taken.status_code == 409
    with site.works.reading(OPERATOR) as work:
        assert len(invoices_of_month(work, NOVEMBER)) == 27


def test_what_changed_since_the_approval_is_shown_and_stops_the_issue(site: Site) -> None:
    finance = approved(site)
    with site.works.writing(OPERATOR) as work:
        change_budget(work, "transports", 2026, 130_000_000)
    page = finance.get(RUN)
    assert "Underlaget för poolen transports" in words_of(page.text)
    assert re.search(r'<button class="btn primary" disabled[^>]*>Utfärda', page.text)
    answer = finance.post(f"{RUN}/utfarda", {"run": run_of(site), "checked": "ja"}, at=RUN)
    assert answer.status_code == 409
    assert "Inget utfärdades: något har ändrats sedan godkännandet" in words_of(answer.text)
    assert "pool transports" in answer.text
    page = finance.send(f"{RUN}/aterta", {"run": run_of(site)}, at=RUN)
    assert "Godkännandet är återtaget" in words_of(page.text)
    finance.send(f"{RUN}/godkann", {"run": run_of(site)}, at=RUN)
    page = finance.send(f"{RUN}/utfarda", {"run": run_of(site), "checked": "ja"}, at=RUN)
    assert "27 fakturor är utfärdade" in words_of(page.text)


def test_issue_before_approval_is_refused_with_how_it_stands(site: Site) -> None:
    finance = site.surfer("finance")
    finance.send("/fakturakorning", {"period": "2026-11"}, at=RUN)
    answer = finance.post(f"{RUN}/utfarda", {"run": run_of(site), "checked": "ja"}, at=RUN)
    assert answer.status_code == 409
    assert "Körningen är inte godkänd" in words_of(answer.text)


def test_what_stops_an_invoice_links_to_the_field_that_mends_it(site: Site) -> None:
    finance = issued(site)
    page = finance.get(RUN)
    assert "2 fakturor kan inte utfärdas Orsa saknar köparens referens." in words_of(page.text)
    assert 'href="/medlemmar/2034#buyer_reference"' in page.text
    assert 'id="buyer_reference"' in finance.get("/medlemmar/2034").text
    assert re.search(r"<button[^>]*disabled[^>]*>Förbered resten", page.text)


def test_the_rest_is_issued_once_it_is_mended(site: Site) -> None:
    finance = issued(site)
    with site.works.writing(OPERATOR) as work:
        change_address(work, "2034", ORSA)
    assert "2 fakturor kan utfärdas nu, på samma siffror" in words_of(finance.get(RUN).text)
    page = finance.send("/fakturakorning", {"period": "2026-11"}, at=RUN)
    assert "Godkänn 2 fakturor" in page.text
    finance.send(f"{RUN}/godkann", {"run": run_of(site)}, at=RUN)
    page = finance.send(f"{RUN}/utfarda", {"run": run_of(site), "checked": "ja"}, at=RUN)
    assert "29 fakturor är utfärdade" in words_of(page.text)
    assert "Nummer 20260001–20260029" in words_of(page.text)
    assert "Allt i månaden är utfärdat" in words_of(page.text)
    rest = finance.get(f"{RUN}/summary.csv").text
    assert "2034,Orsa,20260028,1197286,256267,1453553,issued" in rest
    assert "2034,Orsa,20260029,220588,0,220588,issued" in rest
    page = finance.send("/fakturakorning", {"period": "2026-11"}, at="/fakturakorning/2026-10")
    assert "Det finns inget mer att utfärda i november 2026" in words_of(page.text)


def test_a_pool_without_a_measure_is_shown_with_place_and_remedy(site: Site) -> None:
    with site.works.writing(OPERATOR) as work:
        mora = member_by_code(work, "2062")
        rows = select(MeasureValue).where(MeasureValue.member_id == mora.id)
        for row in work.session.exec(rows).all():
            if row.on_date == date(2023, 12, 31) and row.value == "5871":
                work.session.delete(row)
    page = site.surfer("finance").get(RUN)
    said = words_of(page.text)
    assert "E-medier kan inte fördelas" in said
    assert "key.parts[0].split.average" in said
    assert 'href="/fordelning/emedia?ar=2026&amp;manad=11"' in page.text
    assert "Stoppade pooler ingår inte i summorna" in said
    assert "15 fakturor kan inte utfärdas" in said  # every rated one; fifteen are outside VAT


def test_delivery_is_followed_on_the_page(site: Site) -> None:
    finance = issued(site)
    assert "0 av 27 fakturor är skickade" in words_of(finance.get(RUN).text)
    site.render("20260008", "20260009")
    site.deliver("20260008")
    page = finance.get(RUN)
    said = words_of(page.text)
    assert "1 av 27 fakturor är skickade" in said
    assert 'id="deliveries" class="stack" data-poll="5000"' in page.text
    assert said.count("Skickad ") == 1
    assert said.count("Ska skickas") == 1
    assert said.count("Tas fram") == 25


def test_the_page_stops_looking_by_itself_after_a_while(site: Site, clock: Clock) -> None:
    finance = issued(site)
    clock.forward(minutes=11)
    assert "data-poll" not in finance.get(RUN).text


@pytest.mark.parametrize("role", ["auditor", "administrator", "coordinator"])
def test_others_read_the_run_and_find_no_buttons(site: Site, role: str) -> None:
    approved(site)
    reader = site.surfer(role)
    page = reader.get(RUN)
    assert page.status_code == 200
    assert "En ekonom förbereder, godkänner och utfärdar körningar" in words_of(page.text)
    main = page.text.partition("<main")[2].partition("</main>")[0]
    assert "<form" not in main
    run = {"run": run_of(site), "checked": "ja"}
    for address in (f"{RUN}/utfarda", f"{RUN}/aterta", f"{RUN}/godkann"):
        assert reader.post(address, run, at=RUN).status_code == 403
    assert reader.post("/fakturakorning", {"period": "2026-10"}, at=RUN).status_code == 403
    assert reader.get("/fakturakorning").status_code == 200


@pytest.mark.parametrize("role", ["branch_manager", "counter"])
def test_runs_are_closed_to_those_who_see_some_members_only(site: Site, role: str) -> None:
    approved(site)
    manager = site.surfer(role)
    for address in ("/fakturakorning", RUN, f"{RUN}/summary.csv", "/fakturakorning/start"):
        assert manager.get(address).status_code == 403, address


def test_the_list_says_where_each_month_stands(site: Site) -> None:
    finance = issued(site)
    said = words_of(finance.get("/fakturakorning").text)
    assert "november 2026 Utfärdad finance, 2026-11-24 12:00 27 487 897,89" in said
    assert "oktober 2026 Ingen körning" in said
    assert "december 2026 Inte börjad" in said
    page = finance.send("/fakturakorning", {"period": "2026-10"}, at="/fakturakorning")
    assert page.request.path == "/fakturakorning/2026-10"
    said = words_of(finance.get("/fakturakorning").text)
    assert "Körningen för oktober 2026 väntar på granskning" in said
    assert "oktober 2026 Förberedd, ska granskas" in said


def test_an_old_page_cannot_decide_on_another_months_run(site: Site) -> None:
    finance = approved(site)
    answer = finance.post("/fakturakorning/2026-10/godkann", {"run": run_of(site)}, at=RUN)
    assert answer.status_code == 404


def test_months_without_pools_and_addresses_that_are_no_month(site: Site) -> None:
    finance = site.surfer("finance")
    empty = finance.get("/fakturakorning/2031-05")
    assert "Inget att fakturera i maj 2031" in words_of(empty.text)
    assert "Inga fakturakörningar 2031" in words_of(finance.get("/fakturakorning?ar=2031").text)
    for month in ("2026-13", "nu", "2026-1"):
        assert finance.get(f"/fakturakorning/{month}").status_code == 404
    answer = finance.post("/fakturakorning", {"period": "2031-05"}, at=RUN)
    assert answer.status_code == 409
    assert finance.post("/fakturakorning", {"period": "maj"}, at=RUN).status_code == 422


def test_a_quarter_of_some_pools_is_prepared_removed_and_prepared_again(site: Site) -> None:
    finance = site.surfer("finance")
    asked = {"period": "2026-k4", "stage": "final", "separate": "ja", "pools": "transports system"}
    page = finance.send("/fakturakorning", asked, at="/fakturakorning")
    assert page.request.path == "/fakturakorning/2026-k4"
    said = words_of(page.text)
    assert "Fakturakörning kvartal 4 2026" in said
    assert "Faktiska kostnader; en faktura per pool; pooler: system, transports" in said
    assert "kvartal 4 2026 Förberedd, ska granskas" in words_of(finance.get("/fakturakorning").text)
    with site.works.reading(OPERATOR) as work:
        run = latest_run(work, date(2026, 10, 1), 3)
    assert run is not None
    gone = finance.send(
        "/fakturakorning/2026-k4/ta-bort", {"run": str(run.id)}, at=page.request.path
    )
    assert "Körningen för kvartal 4 2026 är borttagen" in gone.text
    back = finance.undo(gone.text, at="/fakturakorning/2026-k4")
    with site.works.reading(OPERATOR) as work:
        again = latest_run(work, date(2026, 10, 1), 3)
    assert again is not None
    assert cut_of(again) == cut_of(run)
    assert "pooler: system, transports" in words_of(back.text)


def test_what_another_run_has_billed_is_shown_and_not_billed_again(site: Site) -> None:
    finance = issued(site)
    said = words_of(finance.get("/fakturakorning/2026-k4").text)
    assert "Andra körningar har fakturerat en del av den" in said
    assert "Leksand i en annan körning 20260008 BIB2029" in said
    # October and December of Leksand's month, 27 667,31 net: budgets sliced, a few öre apart
    assert re.search(r"Leksand – BIB2029 E-faktura Klar 55 334,6\d", said)


def test_an_issued_run_is_credited_whole_and_issued_anew(site: Site) -> None:
    finance = issued(site)
    ask = f"{RUN}/1/ersatt"
    assert f'href="{ask}"' in finance.get(RUN).text
    with site.works.writing(OPERATOR) as work:
        change_budget(work, "coordination", 2026, 90_000_000 + 12 * 1_700_00)
    asked = words_of(finance.get(ask).text)
    assert "27 fakturor på 487 897,89 kr skulle krediteras" in asked
    # 34 points in all, Mora has 3 of them: 1 700 kr a month more is 150 kr for it
    assert "Mora −47 146,02 47 296,02 +150,00" in asked
    page = finance.send(ask, {}, at=ask)
    assert "Den här körningen ersätter körning 1" in words_of(page.text)
    finance.send(f"{RUN}/godkann", {"run": run_of(site)}, at=RUN)
    page = finance.send(f"{RUN}/utfarda", {"run": run_of(site), "checked": "ja"}, at=RUN)
    said = words_of(page.text)
    assert "Nummer 20260055–20260081" in said  # 27 credit notes came before them
    assert "Körning 1 Krediterad och ersatt" in said
    listed = words_of(finance.get("/fakturakorning").text)
    assert re.search(
        r"november 2026 Utfärdad 2 körningar finance, 2026-11-24 12:00 27 4\d\d", listed
    )
    assert "Krediterad helt" in words_of(finance.get("/fakturor/20260016").text)
    assert "Mora betalar 40 528,37 kr" in words_of(finance.get("/fakturor/20260070").text)


def test_deliveries_are_stopped_and_go_on_by_the_page_and_by_undo(site: Site) -> None:
    finance = issued(site)
    run = {"run": run_of(site)}
    page = finance.send(f"{RUN}/stoppa", run, at=RUN)
    assert "Stoppad Körning 1: stoppad av finance, 2026-11-24 12:00" in words_of(page.text)
    assert finance.post(f"{RUN}/stoppa", run, at=RUN).status_code == 409
    page = finance.undo(page.text, at=RUN)
    assert "Stoppa utskicket" in words_of(page.text)
    finance.send(f"{RUN}/stoppa", run, at=RUN)
    page = finance.send(f"{RUN}/fortsatt", run, at=RUN)
    assert "Utskicket fortsätter" in page.text
    assert "stoppad av" not in words_of(page.text)


def test_who_approved_is_told_that_another_must_issue(site: Site, tmp_path: Path) -> None:
    site = two_persons(site, tmp_path)
    finance = approved(site)
    page = finance.get(RUN)
    assert "en annan ekonom måste utfärda den" in words_of(page.text)
    assert re.search(r'<button class="btn primary" disabled[^>]*>Utfärda', page.text)
    answer = finance.post(f"{RUN}/utfarda", {"run": run_of(site), "checked": "ja"}, at=RUN)
    assert answer.status_code == 409
    assert "någon annan måste utfärda den" in words_of(answer.text)
