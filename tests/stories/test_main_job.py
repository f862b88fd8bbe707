"""The whole mission once, through the doors and the jobs, for three months of the demo's year.

Usage and crates come in, become measures and costs; the month is previewed, approved, issued and
booked; tomorrow is planned; and the three dashboards show these same figures.
"""

import csv
import io
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlmodel import select

from consortium.app import create_app
from consortium.core.days import next_business_day
from consortium.core.money import amount
from consortium.core.settings import Settings
from consortium.core.work import Works
from consortium.costs.queries import actual_costs, pool_of_year
from consortium.crates.registering import register_crates
from consortium.demo.placing import place_branches, plan_week
from consortium.emedia.registering import add_supplier, set_price
from consortium.measures.queries import values
from consortium.transports.tables import Plan
from jobs.scheduler import run_date
from jobs.worker import run_next
from tests.billing.worlds import make_year
from tests.conftest import OPERATOR, Clock
from tests.jobs.worlds import running
from tests.slices import WHOLE
from tests.web.browsing import Surfer, add_account, signed_in

EXPECTED = Path(__file__).parents[1] / "billing" / "expected"
NAMES = {"summary", "pools", "lines", "journal"}
FALUN, MORA, LEKSAND = "falu-stadsbibliotek", "mora-bibliotek", "leksands-bibliotek"
ORE_PER_LOAN = "1950.5"


@pytest.fixture
def app(settings: Settings, works: Works) -> Flask:
    """The demo's year with its libraries, vans and crates, before anything has happened."""
    make_year(works)
    with works.writing(OPERATOR) as work:
        add_supplier(work, "ebocker", "E-bokstjänsten")
        set_price(work, "ebocker", date(2026, 1, 1), ORE_PER_LOAN)
        plan_week(work, place_branches(work))
        register_crates(work, FALUN, 3)
    for username, role, member in (
        ("samordnare", "coordinator", None),
        ("ekonom", "finance", None),
        ("bibliotekschef", "branch_manager", "2029"),
    ):
        add_account(works, username, (role, member))
    return create_app(settings, works)


def usage_comes_in(coordinator: Surfer, month: date) -> None:
    """A supplier's sheet for January: tried, looked at, taken in."""
    sheet = "supplier;month;municipality;loans\nebocker;2026-01;2029;101\nebocker;2026-01;2062;7\n"
    form = {"file": (io.BytesIO(sheet.encode()), "lån.csv")}
    tried = coordinator.post("/import/usage", form, at="/import/usage")
    assert tried.status_code == 303
    review = coordinator.get(tried.location)
    assert "lån.csv" in review.text
    path, _, query = tried.location.partition("?")
    seen = review.text.partition('name="seen" value="')[2].partition('"')[0]
    kept = {"name": "lån.csv", "seen": seen}
    assert coordinator.post(path, kept, at=f"{path}?{query}").status_code == 303


def crates_travel(coordinator: Surfer, clock: Clock) -> None:
    """Three crates are packed; one is collected and delivered, one collected, one waits."""
    for code, destination in (("LD000001", MORA), ("LD000002", MORA), ("LD000003", LEKSAND)):
        packed = {"origin": FALUN, "destination": destination}
        answer = coordinator.post(f"/lador/{code}/packa", packed, at=f"/lador/{code}")
        assert answer.status_code == 303
    scans = (
        ("collected", FALUN, "LD000001\nLD000002"),
        ("delivered", MORA, "LD000001"),
        ("emptied", MORA, "LD000001"),
    )
    for kind, branch, codes in scans:
        clock.forward(minutes=5)
        sent = {"kind": kind, "branch": branch, "codes": codes}
        answer = coordinator.post("/lador/skanna", sent, at="/lador/skanna")
        assert answer.status_code == 303, answer.text


def check_measures_and_costs(works: Works, month: date) -> None:
    with works.reading(OPERATOR) as work:
        sent = {m.code: v.value for m, v in values(work, "crates_sent")}
        received = {m.code: v.value for m, v in values(work, "crates_received")}
        loans = {m.code: v.value for m, v in values(work, "e_loans") if v.on_date.year == 2026}
        paid = actual_costs(work, pool_of_year(work, "emedia", 2026))
    assert (sent["2080"], sent["2062"]) == ("2", "0")
    assert (received["2062"], received["2029"]) == ("1", "0")
    assert loans == {"2029": "101", "2062": "7"}
    # 101 x 19.505 kr = 1 970.005 kr, half up 1 970.01; 7 x 19.505 = 136.535, half up 136.54
    assert sorted(cost.amount_ore for cost in paid) == [13_654, 197_001]


def month_is_invoiced(finance: Surfer, page: str) -> None:
    """Previewed, approved and issued on the run's page; the preview is what is then issued."""
    before = list(csv.DictReader(io.StringIO(finance.get(f"{page}/summary.csv").text)))
    assert finance.post(f"{page}/godkann", {"run": "1"}, at=page).status_code == 303
    issued = finance.post(f"{page}/utfarda", {"run": "1", "checked": "ja"}, at=page)
    assert issued.status_code == 303, issued.text
    after = list(csv.DictReader(io.StringIO(finance.get(f"{page}/summary.csv").text)))
    for row, then in zip(before, after, strict=True):
        assert row["payable_ore"] == then["payable_ore"]
        assert (row["status"], then["status"]) in {
            ("ready", "issued"),
            ("blocked", "blocked"),
            ("host", "host"),
        }


@pytest.mark.parametrize("month", [3, 7, 11] if WHOLE else [11])
def test_from_usage_to_invoices_plan_and_dashboards(
    app: Flask, works: Works, clock: Clock, tmp_path: Path, month: int
) -> None:
    clock.now = datetime(2026, month, 24, 8, tzinfo=UTC)
    first, today = date(2026, month, 1), date(2026, month, 24)
    coordinator, finance = signed_in(app, "samordnare"), signed_in(app, "ekonom")
    held = running(works, tmp_path)

    usage_comes_in(coordinator, first)
    crates_travel(coordinator, clock)
    assert run_date(held, "upkeep", today)
    # upkeep counts yesterday's month, which is this one
    check_measures_and_costs(works, first)

    assert run_date(held, "invoicing", first)
    page = f"/fakturakorning/2026-{month:02}"
    month_is_invoiced(finance, page)
    for name in sorted(NAMES):
        made = finance.get(f"{page}/{name}.csv").data
        assert made == (EXPECTED / f"2026-{month:02}" / f"{name}.csv").read_bytes(), name

    assert run_date(held, "routing", today)
    while run_next(held):
        pass
    check_dashboards(coordinator, finance, signed_in(app, "bibliotekschef"), works, page)


def check_dashboards(
    coordinator: Surfer, finance: Surfer, manager: Surfer, works: Works, page: str
) -> None:
    """Each shows what the files say: the plan's sums, the invoices' sums, what Leksand pays."""
    with works.reading(OPERATOR) as work:
        plan = work.session.exec(select(Plan)).one()
    assert plan.on_date == next_business_day(work.today)
    tomorrow = coordinator.get("/imorgon").text
    kilometres = round(sum(route["distance_m"] for route in plan.plan["routes"]) / 1000)
    assert f"{kilometres:,}".replace(",", "\u00a0") + "\u00a0km" in tomorrow
    for route in plan.plan["routes"]:
        assert route["depart"][:5] in tomorrow
        van = coordinator.get(f"/turplan/{plan.on_date}/korlista/{route['vehicle']}.pdf")
        assert van.data.startswith(b"%PDF-")

    rows = list(csv.DictReader(io.StringIO(finance.get(f"{page}/summary.csv").text)))
    shown = finance.get(page).text
    for row in rows:
        assert amount(int(row["payable_ore"])) in shown, row
    number = next(row["invoice_number"] for row in rows if row["member"] == "2029")
    assert finance.get(f"/fakturor/{number}.pdf").data.startswith(b"%PDF-")
    assert b"PayableAmount" in finance.get(f"/fakturor/{number}.xml").data

    resources = manager.get("/delade-resurser").text
    lines = csv.DictReader(io.StringIO(finance.get(f"{page}/lines.csv").text))
    for line in (line for line in lines if line["member"] == "2029"):
        assert amount(int(line["net_ore"])) in resources, line
    # the pot: 1 800 001 kr less 2 106,55 kr used
    assert "1\u00a0797\u00a0894" in resources
