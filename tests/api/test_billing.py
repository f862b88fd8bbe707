"""Invoices and shares as other systems read them."""

import csv
from collections.abc import Mapping
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from consortium.people.admitting import give_token
from consortium.people.tables import Account
from tests.billing.worlds import issue_month
from tests.conftest import NOON, OPERATOR, Clock
from tests.web.billed_year import Site, site_of

EXPECTED = Path(__file__).parents[1] / "billing" / "expected" / "2026-11"


@pytest.fixture
def site(tmp_path: Path, clock: Clock) -> Site:
    made = site_of(tmp_path, clock)
    issue_month(made.works)
    return made


class Caller:
    """A system with the token of one account."""

    def __init__(self, site: Site, username: str) -> None:
        with site.works.writing(OPERATOR) as work:
            account = work.session.exec(select(Account).where(Account.username == username)).one()
            self.secret = give_token(work, account, "test", NOON + timedelta(days=1))
        self.client = site.app.test_client()

    def get(self, path: str, status: int = 200) -> Any:
        headers = {"Authorization": f"Bearer {self.secret}"}
        answer = self.client.get(f"/api/v1{path}", headers=headers)
        assert answer.status_code == status, answer.text
        if status >= 400:
            assert answer.content_type == "application/problem+json"
        return answer.json


def expected_rows(name: str) -> list[dict[str, str]]:
    with (EXPECTED / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def places_of(problem: Mapping[str, Any]) -> list[str]:
    return [error["at"] for error in problem["errors"]]


def test_the_list_goes_on_by_cursor_until_every_invoice_is_read(site: Site) -> None:
    caller = Caller(site, "finance")
    read, cursor, answers = [], "", 0
    while True:
        answer = caller.get(f"/invoices?limit=10{cursor}")
        read += answer["invoices"]
        answers += 1
        if answer["next_cursor"] is None:
            break
        cursor = f"&cursor={answer['next_cursor']}"
    assert answers == 3
    issued = [row for row in expected_rows("summary") if row["status"] == "issued"]
    assert [
        (i["number"], i["member"], i["net_ore"], i["vat_ore"], i["payable_ore"]) for i in read
    ] == [
        (
            row["invoice_number"],
            row["member"],
            int(row["net_ore"]),
            int(row["vat_ore"]),
            int(row["payable_ore"]),
        )
        for row in reversed(issued)
    ]


def test_a_full_last_page_has_no_cursor(site: Site) -> None:
    caller = Caller(site, "finance")
    assert caller.get("/invoices?limit=27")["next_cursor"] is None
    cursor = caller.get("/invoices?limit=26")["next_cursor"]
    last = caller.get(f"/invoices?limit=26&cursor={cursor}")
    assert [row["number"] for row in last["invoices"]] == ["20260001"]
    assert last["next_cursor"] is None


def test_the_list_is_chosen_by_year_and_member(site: Site) -> None:
    caller = Caller(site, "auditor")
    found = caller.get("/invoices?year=2026&member=2062")["invoices"]
    assert [row["number"] for row in found] == ["20260017", "20260016"]
    assert caller.get("/invoices?year=2025")["invoices"] == []
    assert set(found[0]) == {
        "number",
        "document",
        "member",
        "name",
        "kind",
        "month",
        "issued_on",
        "due_on",
        "net_ore",
        "vat_ore",
        "payable_ore",
        "delivery",
    }


def test_one_invoice_has_its_lines_vat_and_checksums(site: Site) -> None:
    site.render("20260008")
    site.deliver("20260008")
    invoice = Caller(site, "finance").get("/invoices/20260008")
    assert (invoice["payable_ore"], invoice["month"], invoice["due_on"]) == (
        3_281_717,
        "2026-11",
        "2026-12-24",
    )
    assert invoice["ocr"] == "2026000808"
    assert invoice["buyer_organisation_number"] == "2120002163"
    lines = [row for row in expected_rows("lines") if row["invoice_number"] == "20260008"]
    assert [(line["pool"], line["net_ore"], line["vat_percent"]) for line in invoice["lines"]] == [
        (row["pool"], int(row["net_ore"]), int(row["vat_percent"])) for row in lines
    ]
    assert [
        (group["percent"], group["base_ore"], group["vat_ore"]) for group in invoice["vat"]
    ] == [
        (25, 1_836_748, 459_187),
        (6, 929_983, 55_799),
    ]
    assert [document["form"] for document in invoice["documents"]] == ["pdf", "xml"]
    finance = site.surfer("finance")
    for document in invoice["documents"]:
        served = finance.get(f"/fakturor/20260008.{document['form']}")
        assert served.headers["ETag"] == f'"{document["sha256"]}"'
    assert invoice["delivery"] == {"way": "access_point", "at": NOON.isoformat()}


def test_shares_are_exact_and_sum_to_the_pools(site: Site) -> None:
    answer = Caller(site, "coordinator").get("/shares?year=2026&month=11")
    assert [pool["code"] for pool in answer["pools"]] == [
        "system",
        "emedia",
        "transports",
        "efilm",
        "coordination",
    ]
    for pool in answer["pools"]:
        given = sum(row["amount_ore"] for row in pool["contributions"])
        shares = sum(row["net_ore"] for row in pool["shares"])
        assert given + shares == pool["cost_ore"]
        assert sum(Fraction(row["exact"]) for row in pool["shares"]) == pool["split_ore"]
        assert pool["invoiced"] is True
        assert pool["errors"] == []
    transports = answer["pools"][2]
    leksand = next(row for row in transports["shares"] if row["member"] == "2029")
    exact = Fraction(3_300_000 * 2, 37) + Fraction(4_950_000 * 16_137, 286_546)
    assert Fraction(leksand["exact"]) == exact
    assert leksand["net_ore"] == 457_140
    invoice = Caller(site, "finance").get("/invoices/20260008")
    assert transports["snapshot"] == invoice["lines"][2]["snapshot"]


def test_a_caller_reads_its_own_members_only(site: Site) -> None:
    caller = Caller(site, "branch_manager")
    assert [row["number"] for row in caller.get("/invoices")["invoices"]] == [
        "20260009",
        "20260008",
    ]
    caller.get("/invoices/20260009")
    caller.get("/invoices/20260002", status=404)
    assert places_of(caller.get("/invoices?cursor=20260016", status=422)) == ["cursor"]
    for pool in caller.get("/shares?year=2026&month=11")["pools"]:
        assert [row["member"] for row in pool["shares"]] == ["2029"]
        assert pool["contributions"] == []


@pytest.mark.parametrize(
    ("path", "places"),
    [
        ("/invoices?limit=0", ["limit"]),
        ("/invoices?limit=201", ["limit"]),
        ("/invoices?year=now", ["year"]),
        ("/invoices?year=1", ["year"]),
        ("/invoices?cursor=20269999", ["cursor"]),
        ("/shares", ["year", "month"]),
        ("/shares?year=2026&month=13", ["month"]),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(
    site: Site, path: str, places: list[str]
) -> None:
    assert places_of(Caller(site, "finance").get(path, status=422)) == places


def test_rights_and_tokens_are_asked_for(site: Site) -> None:
    counter = Caller(site, "counter")
    for path in ("/invoices", "/invoices/20260008", "/shares?year=2026&month=11"):
        counter.get(path, status=403)
        assert site.app.test_client().get(f"/api/v1{path}").status_code == 401
    finance = Caller(site, "finance")
    finance.get("/invoices/nothing", status=404)
    assert finance.get("/shares?year=2031&month=1") == {"year": 2031, "month": 1, "pools": []}
