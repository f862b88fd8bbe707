"""The invoices' pages: list, one invoice, its documents, and why each line is there."""

import csv
import io
import json
import re
from decimal import Decimal
from fractions import Fraction
from html import unescape
from pathlib import Path

import pytest
from click.testing import CliRunner
from python_calamine import load_workbook

from consortium.billing.crediting import credit_invoice
from consortium.billing.rendering import paper_to_render, render
from consortium.cli import main
from tests.billing.worlds import issue_month
from tests.conftest import OPERATOR, Clock
from tests.web.billed_year import Site, site_of
from tests.web.test_runs import words_of

EXPECTED = Path(__file__).parents[1] / "billing" / "expected" / "2026-11"
LEKSAND = "/fakturor/20260008"
MINUS = "\u2212"


@pytest.fixture
def site(tmp_path: Path, clock: Clock) -> Site:
    """The year with November issued."""
    made = site_of(tmp_path, clock)
    issue_month(made.works)
    return made


def expected_rows(name: str) -> list[dict[str, str]]:
    with (EXPECTED / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def kronor(text: str) -> Decimal:
    """`1 783,7838` as a number."""
    return Decimal(re.sub(r"[\s\u00a0]", "", text).replace(MINUS, "-").replace(",", "."))


def steps_of(html: str) -> list[Decimal]:
    """The kronor of each step of the sum, as the page shows them."""
    table = html.partition('id="steps"')[2].partition("</table>")[0]
    body = table.partition("<tbody>")[2].partition("</tbody>")[0]
    return [kronor(text) for text in re.findall(r'<td class="num">([^<]+)</td>', body)]


def test_the_list_sums_what_was_issued(site: Site) -> None:
    issued = [row for row in expected_rows("summary") if row["status"] == "issued"]
    total_ore = sum(int(row["payable_ore"]) for row in issued)
    assert total_ore == 48_789_789
    said = words_of(site.surfer("finance").get("/fakturor?ar=2026").text)
    assert "27 fakturor för 2026 på tillsammans 487 897,89 kr" in said
    assert "Summa 27 fakturor 423 100,57 64 797,32 487 897,89" in said
    assert "20260008 Leksand 2026-11 2026-12-24 Tas fram 27 667,31 5 149,86 32 817,17" in said


def test_a_member_is_chosen_in_the_address(site: Site) -> None:
    auditor = site.surfer("auditor")
    said = words_of(auditor.get("/fakturor?ar=2026&medlem=2062").text)
    assert "2 fakturor för 2026 på tillsammans 47 146,02 kr" in said  # 40 528,37 + 6 617,65
    assert "20260008" not in said
    assert "Ingen faktura stämmer med valet" in auditor.get("/fakturor?ar=2026&medlem=2034").text
    assert "Inga fakturor 2031" in auditor.get("/fakturor?ar=2031").text


def test_the_list_has_pages(site: Site) -> None:
    for month in range(1, 3):
        issue_month(site.works, site.works.clock().date().replace(month=month, day=1))
    finance = site.surfer("finance")
    first = finance.get("/fakturor?ar=2026").text
    (after,) = re.findall(r'rel="next" href="([^"]+)"', first)
    second = finance.get(unescape(after)).text
    assert "Summan gäller alla sidor" in first
    assert "Summa 81 fakturor" in words_of(first)
    assert (first.count('<th scope="row"><a '), second.count('<th scope="row"><a ')) == (50, 31)
    assert ">20260032<" in first  # the 50th from the newest, 20260081
    assert ">20260031<" in second
    assert re.findall(r'rel="(\w+)" href="/fakt', first) == ["next", "last"]
    assert re.findall(r'rel="(\w+)" href="/fakt', second) == ["first", "prev"]
    assert finance.get("/fakturor?vidare=x").status_code == 422


def test_the_csv_has_every_invoice(site: Site) -> None:
    answer = site.surfer("finance").get("/fakturor/fakturor.csv?ar=2026")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    issued = [row for row in expected_rows("summary") if row["status"] == "issued"]
    assert [(r["number"], r["member"], r["payable_ore"]) for r in rows] == [
        (r["invoice_number"], r["member"], r["payable_ore"]) for r in issued
    ]


def test_the_workbook_has_every_invoice_and_line_in_kronor(site: Site) -> None:
    page = site.surfer("finance").get("/fakturor?ar=2026").text
    assert 'href="/fakturor/fakturor.xlsx?ar=2026"' in page
    answer = site.surfer("finance").get("/fakturor/fakturor.xlsx?ar=2026")
    invoices, lines = (
        load_workbook(io.BytesIO(answer.data)).get_sheet_by_index(place).to_python()
        for place in (0, 1)
    )
    assert f"{sum(Decimal(str(row[11])) for row in invoices[1:])}" == "487897.89"
    assert f"{sum(Decimal(str(row[7])) for row in lines[1:])}" == "423100.57"


def test_an_invoice_shows_what_stands_on_its_paper(site: Site) -> None:
    said = words_of(site.surfer("finance").get(LEKSAND).text)
    assert "Leksand betalar 32 817,17 kr, senast 2026-12-24" in said
    assert "27 667,31 kr netto och 5 149,86 kr moms" in said
    lines = [row for row in expected_rows("lines") if row["invoice_number"] == "20260008"]
    assert [row["net_ore"] for row in lines] == ["1167716", "929983", "457140", "211892"]
    for amount in ("11 677,16", "9 299,83", "4 571,40", "2 118,92"):
        assert amount in said
    assert "25 % 18 367,48 4 591,87" in said  # 11 677,16 + 4 571,40 + 2 118,92, and a quarter
    assert "6 % 9 299,83 557,99" in said
    assert "991-2346" in said
    assert "2026000808" in said  # 20260008, ten digits in all, Luhn digit 8
    assert "212000-2163" in said
    assert "BIB2029" in said
    assert "Siffrorna är påhittade" in said


def test_the_english_page_writes_money_in_the_english_way(site: Site) -> None:
    finance = site.surfer("finance")
    finance.post("/installningar/sprak", {"lang": "en"})
    said = words_of(finance.get(LEKSAND).text)
    assert "Leksand pays SEK 32,817.17, at the latest 2026-12-24" in said


def test_documents_are_served_as_they_are_kept(site: Site) -> None:
    finance = site.surfer("finance")
    for form in ("pdf", "xml"):
        early = finance.get(f"{LEKSAND}.{form}")
        assert early.status_code == 503
        assert "Faktura 20260008 tas fortfarande fram" in early.text
    assert "Tas fram" in words_of(finance.get(LEKSAND).text)
    site.render("20260008")
    with site.works.reading(OPERATOR) as work:
        drawn = render(paper_to_render(work, "20260008"))
    for form, media_type in (("pdf", "application/pdf"), ("xml", "application/xml")):
        answer = finance.get(f"{LEKSAND}.{form}")
        assert answer.data == drawn[form]
        assert answer.content_type == media_type
        assert (
            answer.headers["Content-Disposition"] == f'inline; filename="faktura-20260008.{form}"'
        )
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        etag = answer.headers["ETag"]
        known = finance.client.get(f"{LEKSAND}.{form}", headers={"If-None-Match": etag})
        assert (known.status_code, known.data) == (304, b"")
        assert etag.strip('"') in finance.get(LEKSAND).text  # the checksum stands on the page
    assert finance.get(f"{LEKSAND}.doc").status_code == 404


@pytest.mark.parametrize(
    ("line", "cost", "exact", "net"),
    [
        # 20 % lika, 80 % efter folkmängd
        (
            "20260008/varfor/1",
            "200 000,00",
            Fraction(40_000, 15) + Fraction(160_000 * 16_137, 286_546),
            "11 677,16",
        ),
        # the mean of three years' e-loans, of the sum of all means
        (
            "20260008/varfor/2",
            "150 000,08",
            Fraction("150000.08") * Fraction(4_480 + 4_902 + 5_015, 232_214),
            "9 299,83",
        ),
        (
            "20260008/varfor/3",
            "103 333,33",
            Fraction(33_000 * 2, 37) + Fraction(49_500 * 16_137, 286_546),
            "4 571,40",
        ),
        # 5 000 kr a year each of six, sliced to November, the rest by population
        (
            "20260008/varfor/4",
            "20 000,00",
            Fraction("416.67") + Fraction("17499.98") * Fraction(16_137, 165_896),
            "2 118,92",
        ),
        ("20260009/varfor/1", "75 000,00", Fraction(75_000 * 2, 34), "4 411,77"),
    ],
)
def test_the_steps_of_a_line_sum_to_it(
    site: Site, line: str, cost: str, exact: Fraction, net: str
) -> None:
    page = site.surfer("finance").get(f"/fakturor/{line}")
    said = words_of(page.text)
    assert f"Kostnadspool: {cost} kr" in said
    before = re.search(r"Före avrundning ([\d ]+,\d{4})", said)
    assert before is not None
    assert kronor(before[1]) == Decimal(round(exact * 10_000)) / 10_000
    steps = steps_of(page.text)
    assert abs(sum(steps) - kronor(before[1])) <= Decimal("0.0001") * len(steps)
    assert f"På fakturan {net}" in said
    assert "Fördelat om så som det är lagrat ger det samma belopp och samma kontrollsumma" in said


def test_the_reason_shows_pool_key_clause_measures_and_sum(site: Site) -> None:
    said = words_of(site.surfer("finance").get(f"{LEKSAND}/varfor/3").text)
    assert "Leksand betalar 4 571,40 kr för november 2026, det är 5,5411 %" in said
    assert "Bidrag på 20 833,33 kr dras av; 82 500,00 kr är kvar att fördela" in said
    assert "40 % efter leveransställen, 60 % efter folkmängd" in said
    assert "§ 7.2" in said
    assert "två femtedelar efter leveransställen" in said  # the clause, word for word
    assert "Folkmängd 2024-12-31 SCB, folkmängd 31 december 16 137 286 546" in said
    assert "Leveransställen 2026-01-01 Exempel: avtalade leveransställen 2 37" in said
    assert "33 000,00 × 2 ÷ 37" in said  # two fifths of what is left to split
    assert "49 500,00 × 16 137 ÷ 286 546" in said
    first, second = Fraction(33_000 * 2, 37), Fraction(49_500 * 16_137, 286_546)
    assert round(first, 4) == Fraction("1783.7838")
    assert round(second, 4) == Fraction("2787.6205")
    assert "1 783,7838" in said
    assert "2 787,6205" in said


def test_what_would_change_the_amount_is_split_anew(site: Site) -> None:
    said = words_of(site.surfer("finance").get(f"{LEKSAND}/varfor/3").text)
    before = Fraction(33_000 * 2, 37) + Fraction(49_500 * 16_137, 286_546)
    dearer = before * Fraction(83_500, 82_500) - before
    heavier = Fraction(16_137 * 101, 100)
    fuller = Fraction(33_000 * 2, 37) + 49_500 * heavier / (286_546 - 16_137 + heavier) - before
    for name, change in (("Poolen [+]1 000 kr", dearer), ("Folkmängd [+]1 %", fuller)):
        shown = re.search(name + r" [+]([\d,]+) kr", said)
        assert shown is not None
        assert abs(Fraction(kronor(shown[1])) - change) <= Fraction("0.01")  # both are rounded


def test_the_basis_splits_to_the_same_snapshot_on_the_command_line(
    site: Site, tmp_path: Path
) -> None:
    finance = site.surfer("finance")
    answer = finance.get(f"{LEKSAND}/varfor/3/underlag.json")
    assert answer.content_type == "application/json"
    assert 'filename="underlag-20260008-3.json"' in answer.headers["Content-Disposition"]
    case = tmp_path / "underlag.json"
    case.write_bytes(answer.data)
    done = CliRunner().invoke(main, ["allocate", str(case)])
    assert done.exit_code == 0
    result = json.loads(done.output)
    leksand = next(row for row in result["shares"] if row["member"] == "2029")
    assert leksand["share_ore"] == 457_140
    page = finance.get(f"{LEKSAND}/varfor/3").text
    assert result["snapshot"].replace(":", " ") in page


def test_a_contribution_says_that_no_key_splits_it(site: Site) -> None:
    said = words_of(site.surfer("finance").get("/fakturor/20260001/varfor/1").text)
    assert "Region Dalarna bidrar med 20 833,33 kr för november 2026" in said
    assert "Uträkning" not in said


def test_a_branch_manager_sees_the_own_municipality_alone(site: Site) -> None:
    site.render("20260008", "20260002")
    manager = site.surfer("branch_manager")
    said = words_of(manager.get("/fakturor").text)
    assert "Vad Leksand betalar" in said
    assert re.findall(r"2026\d{4} Leksand", said) == ["20260009 Leksand", "20260008 Leksand"]
    assert "2 fakturor för 2026 på tillsammans 37 228,94 kr" in said  # 32 817,17 + 4 411,77
    for path in ("", ".pdf", ".xml", "/varfor/1", "/varfor/1/underlag.json"):
        assert manager.get(f"{LEKSAND}{path}").status_code == 200, path
        assert manager.get(f"/fakturor/20260002{path}").status_code == 404, path
    rows = list(csv.DictReader(io.StringIO(manager.get("/fakturor/fakturor.csv").text)))
    assert {row["member"] for row in rows} == {"2029"}
    assert manager.get("/fakturor?medlem=2062").status_code == 200
    assert "20260016" not in manager.get("/fakturor?medlem=2062").text


def test_invoices_are_closed_to_the_counter_and_unknown_ones_are_not_found(site: Site) -> None:
    counter = site.surfer("counter")
    assert counter.get("/fakturor").status_code == 403
    assert counter.get(LEKSAND).status_code == 403
    finance = site.surfer("finance")
    for path in ("/fakturor/1", "/fakturor/1.pdf", f"{LEKSAND}/varfor/5", f"{LEKSAND}/varfor/0"):
        assert finance.get(path).status_code == 404, path


def test_the_list_tells_credit_notes_apart_and_finds_what_is_not_paid(
    site: Site, clock: Clock
) -> None:
    with site.works.writing(OPERATOR) as work:
        credit_invoice(work, "20260008", "Fel")
    finance = site.surfer("finance")
    notes = words_of(finance.get("/fakturor?ar=2026&slag=kredit").text)
    assert "20260028 Leksand Kreditfaktura 2026-11" in notes
    assert f"{MINUS}32 817,17" in notes
    assert "Summa 1 faktura" in notes
    assert "Summa 27 fakturor" in words_of(finance.get("/fakturor?ar=2026&slag=faktura").text)
    unpaid = words_of(finance.get("/fakturor?ar=2026&betalning=obetalda").text)
    assert "Summa 26 fakturor" in unpaid  # not the one that is credited whole
    late = "/fakturor?ar=2026&betalning=forfallna"
    assert "Ingen faktura stämmer med valet" in words_of(finance.get(late).text)
    clock.forward(days=31)
    finance = site.surfer("finance")
    assert "Summa 26 fakturor" in words_of(finance.get(late).text)
    said = words_of(finance.get("/fakturor/20260009").text)
    assert "Förfallet 4 411,77 kr är kvar att betala, 1 dagar efter förfallodagen" in said
    rows = csv.DictReader(io.StringIO(finance.get(f"/fakturor/fakturor.csv{late[9:]}").text))
    assert len(list(rows)) == 26


def test_a_branch_manager_gets_the_own_part_of_the_basis(site: Site) -> None:
    manager = site.surfer("branch_manager")
    text = manager.get(f"{LEKSAND}/varfor/3/underlag.json").text
    own = json.loads(text)
    assert own["share"]["share_ore"] == 457_140
    assert own["measures"][0] == {
        "measure": "stops",
        "date": "2026-01-01",
        "value": "2",
        "total": "37",
    }
    assert "2062" not in text
    page = words_of(manager.get(f"{LEKSAND}/varfor/3").text)
    assert "Hämta er del av underlaget" in page
    assert "Alla som delar på den" not in page
    whole = words_of(site.surfer("finance").get(f"{LEKSAND}/varfor/3").text)
    assert "Se vad var och en av de 15 bär" in whole
