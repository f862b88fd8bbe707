"""The allocation's pages: the month over all pools, one pool, and what another key would do."""

import csv
import io
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from consortium.core.work import Work, Works
from consortium.costs.agreeing import KeyRule, Vat, add_pool, set_key, set_vat
from consortium.costs.queries import key_versions, pool_of_year
from consortium.measures.entering import add_measure, enter_values
from tests.billing.worlds import issue_month
from tests.conftest import OPERATOR, Clock
from tests.web.billed_year import Site, site_of
from tests.web.browsing import Surfer
from tests.web.conftest import LAST_YEAR
from tests.web.test_runs import words_of

EXPECTED = Path(__file__).parents[1] / "billing" / "expected" / "2026-11"
NOVEMBER = "ar=2026&manad=11"
POOL = f"/fordelning/transports?{NOVEMBER}"
TRIAL = "lika=20&matt1=tills@2025-12-31&del1=50&matt2=visits@2025-12-31&del2=30"


@pytest.fixture
def site(tmp_path: Path, clock: Clock) -> Site:
    return site_of(tmp_path, clock)


def make_small_pool(work: Work) -> None:
    """1 000,00 kr a month of three members by one measure (50, 30, 20); another has 10, 30, 60."""
    for code, values in (("tills", (50, 30, 20)), ("visits", (10, 30, 60))):
        add_measure(work, code, (code.capitalize(), code.capitalize()), "st")
        given = dict(zip(("2080", "2081", "2062"), map(str, values), strict=True))
        enter_values(work, code, LAST_YEAR, given, "Räknat")
    pool = add_pool(work, "small", 2026, ("Liten pool", "Small pool"), 1_200_000, everyone=True)
    set_vat(work, pool, date(2026, 1, 1), Vat("S", percent=25, confirmed=True))
    split = {"kind": "measure", "measure": "tills", "at": "2025-12-31"}
    key = {"name": "Efter tills", "parts": [{"take": "rest", "split": split}]}
    set_key(work, "small", 2026, KeyRule(key, "§ 7.2", date(2026, 1, 1), {}))


@pytest.fixture
def small(world: Works) -> Works:
    """The world of the page tests with one pool whose figures can be worked out by hand."""
    with world.writing(OPERATOR) as work:
        make_small_pool(work)
    return world


def test_the_month_over_all_pools_equals_the_expected_lines(site: Site) -> None:
    said = words_of(site.surfer("finance").get(f"/fordelning?{NOVEMBER}").text)
    assert "5 kostnadspooler kostar 548 333,41 kr i månaden" in said
    assert "Leksand 11 677,16 9 299,83 4 571,40 2 118,92 4 411,77 32 079,08" in said
    assert "Region Dalarna – – 20 833,33 – – 20 833,33" in said
    assert "Falun värdkommun 36 138,43 43 645,33 15 706,68 6 740,13 8 823,53 111 054,10" in said
    assert "Summa 200 000,00 150 000,08 103 333,33 20 000,00 75 000,00 548 333,41" in said
    assert "Stämmer Summan är lika med poolernas kostnad, 548 333,41 kr" in said
    assert said.count("Ska bekräftas") == 5  # no VAT officer has confirmed the demo's rates
    assert "Utanför moms" in said


def test_the_csv_has_every_line_of_the_month(site: Site) -> None:
    answer = site.surfer("auditor").get(f"/fordelning/per-kommun.csv?{NOVEMBER}")
    rows = {row["member"]: row for row in csv.DictReader(io.StringIO(answer.text))}
    with (EXPECTED / "lines.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    assert len(lines) == 67
    for line in lines:
        found = rows[line["member"]][f"{line['pool']}_ore"]
        assert found == line["net_ore"], line
    assert sum(int(row["total_ore"]) for row in rows.values()) == 54_833_341
    assert set(rows) == {line["member"] for line in lines}


def test_a_branch_manager_sees_the_own_row_and_the_pools(site: Site) -> None:
    manager = site.surfer("branch_manager")
    said = words_of(manager.get(f"/fordelning?{NOVEMBER}").text)
    assert "Din egen kommun" in said
    assert "Leksand 11 677,16" in said
    for other in ("Mora", "Falun", "Region Dalarna"):
        assert other not in said
    text = manager.get(f"/fordelning/per-kommun.csv?{NOVEMBER}").text
    assert re.findall(r"^(\d+),", text, re.MULTILINE) == ["2029"]
    said = words_of(manager.get(POOL).text)
    assert "Leksand 2 16 137 5,5411 4 571,40 De övriga 14 tillsammans 77 928,60" in said
    assert "Summa 82 500,00" in said
    text = manager.get(f"/fordelning/transports/per-kommun.csv?{NOVEMBER}").text
    assert re.findall(r"^(\d+),", text, re.MULTILINE) == ["2029"]


def test_what_is_issued_stands_and_a_change_is_told(site: Site) -> None:
    issue_month(site.works)
    finance = site.surfer("finance")
    assert (
        "Månaden är fakturerad; siffrorna är fakturornas"
        in finance.get(f"/fordelning?{NOVEMBER}").text
    )
    answer = finance.send(
        f"/fordelning/transports/budget?{NOVEMBER}", {"budget": "1 300 000"}, at=POOL
    )
    assert "Månaden är fakturerad på andra siffror" in words_of(answer.text)
    said = words_of(finance.get(f"/fordelning?{NOVEMBER}").text)
    assert (
        "Transporter 40 % efter leveransställen, 60 % efter folkmängd (§ 7.2) 1 300 000,00" in said
    )
    assert "548 333,41" in said  # as invoiced


def test_one_pool_tells_key_measures_and_split(site: Site) -> None:
    said = words_of(site.surfer("auditor").get(POOL).text)
    assert "Kostnadspool på 1 240 000,00 kr som 15 medlemmar delar" in said
    assert "Månadens kostnad 103 333,33 kr Bidrag −20 833,33 kr Att fördela 82 500,00 kr" in said
    assert "40 % av poolen efter det senaste värdet av leveransställen" in said
    assert "Resten efter folkmängd 2024-12-31" in said
    assert "två femtedelar efter leveransställen" in said  # the clause
    assert "2026-01-01 – 2026-12-31 · § 7.2" in said
    assert "Folkmängd 2024-12-31 SCB, folkmängd 31 december 286 546 Låst" in said
    assert "Leksand 2 16 137 5,5411 4 571,40" in said
    assert "Summa 82 500,00 Stämmer" in said
    assert "Region Dalarna 250 000,00 kr per år, 20 833,33 kr i månaden" in said
    assert "En ekonom ändrar budgetar och nycklar och registrerar kostnader" in said


def test_a_pool_that_not_everyone_shares_says_since_when(site: Site) -> None:
    said = words_of(site.surfer("finance").get("/fordelning/efilm?ar=2026&manad=3").text)
    assert "Mora från 2026-03-16" in said
    assert "Leksand hela året" in said
    assert "Avesta" not in said


def test_brackets_are_told(site: Site) -> None:
    said = words_of(site.surfer("finance").get(f"/fordelning/coordination?{NOVEMBER}").text)
    assert "Resten i steg efter folkmängd 2024-12-31" in said
    assert "till och med 10 000: 1 poäng; till och med 20 000: 2 poäng" in said
    assert "därutöver: 4 poäng" in said


def test_another_key_is_compared_to_the_ore(small: Works, as_role: Callable[..., Surfer]) -> None:
    # 20 % equally: 200 / 3. 50 % by 50, 30, 20: 250, 150, 100. 30 % by 10, 30, 60: 30, 90, 180.
    # Exact: 346,66 2/3, 306,66 2/3 and 346,66 2/3; the two öre left go to the larger shares.
    page = as_role("finance").get(f"/fordelning/small?{NOVEMBER}&{TRIAL}&period=manad")
    assert page.status_code == 200
    said = words_of(page.text)
    assert "20 % lika, 50 % efter tills, 30 % efter visits" in said
    assert "1 betalar mindre och 2 mer än med gällande nyckel, november 2026" in said
    assert "Mora 200,00 346,67 +146,67 +73,3 %" in said
    assert "Falun 500,00 346,67 −153,33 −30,7 %" in said
    assert "Borlänge 300,00 306,66 +6,66 +2,2 %" in said
    assert "Summa 1 000,00 1 000,00 0,00 Stämmer" in said
    assert page.text.count('<rect class="f1"') == 1  # one pays less
    assert page.text.count('<rect class="f2"') == 2
    assert 'width="56.0"' in page.text  # Falun's change is the widest
    assert 'width="53.6"' in page.text  # Mora's: 56 × 146,67 ÷ 153,33
    text = as_role("auditor").get(f"/fordelning/small/per-kommun.csv?{NOVEMBER}&{TRIAL}").text
    assert "2062,Mora,20000,34667,14667\n" in text
    assert "2080,Falun,50000,34667,-15333\n" in text


def test_a_year_is_compared_month_by_month(small: Works, as_role: Callable[..., Surfer]) -> None:
    said = words_of(as_role("auditor").get(f"/fordelning/small?{NOVEMBER}&{TRIAL}&period=ar").text)
    assert "Falun 6 000,00 4 160,04 −1 839,96" in said  # twelve times 346,67
    assert "Summa 12 000,00 12 000,00 0,00" in said


def test_a_branch_manager_tries_a_key_for_the_own_municipality(
    small: Works, as_role: Callable[..., Surfer]
) -> None:
    said = words_of(
        as_role("branch_manager", "2062").get(f"/fordelning/small?{NOVEMBER}&{TRIAL}").text
    )
    assert "Mora 200,00 346,67 +146,67" in said
    assert "De övriga tillsammans 800,00 653,33 −146,67" in said
    assert "Falun" not in said.partition("Vilka som deltar")[0].partition("Utfall per kommun")[2]
    assert "Spara som nyckel" not in said


@pytest.mark.parametrize(
    ("trial", "fault"),
    [
        (
            "lika=21&matt1=tills@2025-12-31&del1=50&matt2=visits@2025-12-31&del2=30",
            "Delarna är tillsammans 101 procent, inte 100",
        ),
        ("lika=0&matt1=tills@2025-12-31&del1=x&del2=0", "Skriv ett heltal"),
        ("lika=-5&matt1=tills@2025-12-31&del1=105&del2=0", "minst 0"),
        ("lika=0&matt1=none@latest&del1=100&del2=0", "Välj ett av mätvärdena"),
        ("lika=0&matt1=tills@2025-13-31&del1=100&del2=0", "Välj ett av mätvärdena"),
        (
            "lika=0&matt1=tills@2025-12-31&del1=50&matt2=tills@2025-12-31&del2=50",
            "Välj två olika mätvärden",
        ),
        ("lika=0&matt1=tills@2019-12-31&del1=100&del2=0", "2019-12-31"),
    ],
)
def test_a_trial_that_is_no_key_is_told_on_the_page(
    small: Works, as_role: Callable[..., Surfer], trial: str, fault: str
) -> None:
    page = as_role("finance").get(f"/fordelning/small?{NOVEMBER}&{trial}")
    assert page.status_code == 422
    said = words_of(page.text)
    assert "Nyckeln går inte att pröva" in said
    assert fault in said
    assert "Mora 20 20,0000 200,00" in said  # the key in force still stands below
    typed = re.search(r'name="lika" type="number"[^>]*value="([^"]*)"', page.text)
    assert typed is not None
    assert typed[1] == trial.partition("&")[0].removeprefix("lika=")
    assert page.text.partition("<title>")[2].startswith("Fel:")


def test_a_tried_key_becomes_the_pools_key(small: Works, as_role: Callable[..., Surfer]) -> None:
    finance = as_role("finance")
    address = f"/fordelning/small/nyckel?{NOVEMBER}&{TRIAL}"
    page = f"/fordelning/small?{NOVEMBER}&{TRIAL}"
    given = {"from_on": "2026-12", "clause": "§ 7.2"}
    unsure = finance.post(address, given, at=page)
    assert unsure.status_code == 422
    assert "Fyll i det här fältet" in unsure.text
    answer = finance.send(address, given | {"sure": "ja"}, at=page)
    said = words_of(answer.text)
    assert "Poolen har en ny nyckel från december 2026" in said
    assert "Falun 50 10 34,6667 346,67" in said
    with small.reading(OPERATOR) as work:
        versions = key_versions(work, pool_of_year(work, "small", 2026))
    assert [(v.from_on, v.to_on, v.approved_by) for v, _clause in versions] == [
        (date(2026, 1, 1), date(2026, 11, 30), "operator"),
        (date(2026, 12, 1), date(2026, 12, 31), "finance.all"),
    ]
    assert versions[1][0].key["parts"][1] == {
        "take": {"percent": "50"},
        "split": {"kind": "measure", "measure": "tills", "at": "2025-12-31"},
    }
    again = finance.post(address, given | {"sure": "ja"}, at=page)
    assert again.status_code == 409
    assert "har redan en nyckel från 2026-12-01" in again.text


def test_only_finance_changes_keys_budgets_and_costs(
    small: Works, as_role: Callable[..., Surfer]
) -> None:
    auditor = as_role("auditor")
    page = f"/fordelning/small?{NOVEMBER}&{TRIAL}"
    main = auditor.get(page).text.partition("<main")[2].partition("</main>")[0]
    assert 'method="post"' not in main
    for name, given in (
        ("nyckel", {"from_on": "2026-12", "clause": "§ 7.2", "sure": "ja"}),
        ("budget", {"budget": "1"}),
        (
            "kostnad",
            {"reference": "1", "on_date": "2026-11-02", "supplier": "A", "amount": "1"},
        ),
    ):
        answer = auditor.post(f"/fordelning/small/{name}?{NOVEMBER}&{TRIAL}", given)
        assert answer.status_code == 403, name


def test_a_budget_is_changed_and_taken_back(small: Works, as_role: Callable[..., Surfer]) -> None:
    finance = as_role("finance")
    page, address = f"/fordelning/small?{NOVEMBER}", f"/fordelning/small/budget?{NOVEMBER}"
    changed = finance.send(address, {"budget": "24 000,00"}, at=page)
    assert "Budgeten för Liten pool är ändrad" in changed.text
    assert "Att fördela 2 000,00 kr" in words_of(changed.text)
    back = finance.undo(changed.text, at=page)
    assert "Att fördela 1 000,00 kr" in words_of(back.text)
    wrong = finance.post(address, {"budget": "tolv"}, at=page)
    assert wrong.status_code == 422
    assert 'value="tolv"' in wrong.text
    assert finance.post(address, {"budget": "-1"}, at=page).status_code == 422


def test_a_cost_is_recorded_once(small: Works, as_role: Callable[..., Surfer]) -> None:
    finance = as_role("finance")
    page, address = f"/fordelning/small?{NOVEMBER}", f"/fordelning/small/kostnad?{NOVEMBER}"
    given = {
        "reference": "F-4711",
        "on_date": "2026-11-02",
        "supplier": "Åkeriet",
        "text": "Oktober",
        "amount": "812,50",
    }
    answer = finance.send(address, given, at=page)
    said = words_of(answer.text)
    assert "Kostnaden F-4711 är registrerad" in answer.text
    assert "2026-11-02 F-4711 Åkeriet Oktober 812,50" in said
    assert "Betalt hittills i år 812,50 kr" in said
    assert finance.post(address, given, at=page).status_code == 409
    wrong = finance.post(address, given | {"on_date": "2025-11-02", "reference": "2"}, at=page)
    assert wrong.status_code == 422
    assert 'value="2025-11-02"' in wrong.text
    assert "Åkeriet" in wrong.text
    missing = finance.post(address, given | {"reference": "", "amount": "x"}, at=page)
    assert missing.status_code == 422
    assert 'href="#amount"' in missing.text


def test_costs_have_pages(site: Site) -> None:
    finance = site.surfer("finance")
    address = f"/fordelning/transports/kostnad?{NOVEMBER}"
    for number in range(1, 14):
        given = {
            "reference": f"T-{number:02}",
            "on_date": "2026-11-02",
            "supplier": "Åkeriet",
            "amount": "100",
        }
        assert finance.post(address, given, at=POOL).status_code == 303
    first, second = finance.get(POOL).text, finance.get(f"{POOL}&sida=2").text
    assert "1–12 av 13 kostnader" in words_of(first)
    assert "T-01" in second
    assert "T-01" not in first
    assert "Betalt hittills i år 1 300,00" in words_of(second)


def test_a_pool_without_a_key_says_what_is_missing(
    world: Works, as_role: Callable[..., Surfer]
) -> None:
    with world.writing(OPERATOR) as work:
        add_pool(work, "new", 2026, ("Ny pool", "New pool"), 1_200_000, everyone=True)
    finance = as_role("finance")
    said = words_of(finance.get(f"/fordelning?{NOVEMBER}").text)
    assert "Ny pool kan inte fördelas" in said
    assert "Poolen Ny pool har ingen fördelningsnyckel den 2026-11-01" in said
    assert "Moms Saknas" in words_of(finance.get(f"/fordelning/new?{NOVEMBER}").text)
    tried = finance.get(f"/fordelning/new?{NOVEMBER}&lika=100&del1=0&del2=0")
    assert tried.status_code == 409
    assert "har ingen fördelningsnyckel" in tried.text


def test_years_without_pools_and_pools_that_are_not(as_role: Callable[..., Surfer]) -> None:
    finance = as_role("finance")
    assert "Inga kostnadspooler 2031" in finance.get("/fordelning?ar=2031&manad=2").text
    assert finance.get("/fordelning?ar=x&manad=99").status_code == 200  # this month
    assert finance.get("/fordelning/none").status_code == 404
    assert as_role("counter", "2062").get("/fordelning").status_code == 403
