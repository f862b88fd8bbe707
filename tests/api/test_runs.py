"""A month's invoicing through the API, and what can be asked about an invoice afterwards."""

import hashlib

from consortium.costs.allocation import allocate
from tests.api.calling import Caller, places_of
from tests.api.november import House

MONTH = "/invoice-runs/2026-12"


def test_a_month_goes_from_preview_to_issue(house: House, everyone: Caller) -> None:
    preview = everyone.get(MONTH)
    assert (preview["state"], preview["runs"]) == ("none", [])
    region = preview["invoices"][0]
    assert (region["member"], region["kind"], region["payable_ore"]) == ("20", "outside", 2_083_334)
    made = everyone.ask("POST", "/invoice-runs", {"month": "2026-12"}, 201)
    assert made.headers["Location"] == "/api/v1/invoice-runs/2026-12"
    approved = everyone.change("POST", f"{MONTH}/approve", MONTH)
    assert (approved["state"], approved["runs"][0]["approved_by"]) == ("approved", "all")
    taken_back = everyone.change("POST", f"{MONTH}/withdraw", MONTH)
    assert taken_back["state"] == "prepared"
    everyone.change("POST", f"{MONTH}/issue", MONTH, status=409)
    everyone.change("POST", f"{MONTH}/approve", MONTH)
    issued = everyone.change("POST", f"{MONTH}/issue", MONTH)
    numbers = [row["number"] for row in issued["invoices"] if row["status"] == "issued"]
    assert (issued["state"], len(numbers), numbers[0]) == ("issued", 27, "20260028")
    assert [row["member"] for row in issued["invoices"] if row["status"] == "blocked"] == [
        "2034",
        "2034",
    ]
    everyone.change("POST", f"{MONTH}/issue", MONTH, status=409)
    line = everyone.get("/invoice-runs?year=2026&limit=12")["invoice_runs"][11]
    total_ore = sum(row["payable_ore"] for row in issued["invoices"] if row["number"])
    assert line == {
        "month": "2026-12",
        "state": "issued",
        "runs": 1,
        "invoices": 27,
        "payable_ore": total_ore,
    }


def test_what_has_changed_since_it_was_read_is_not_approved(everyone: Caller) -> None:
    everyone.post("/invoice-runs", {"month": "2026-12"}, status=201)
    seen = everyone.ask("GET", MONTH).headers["ETag"]
    everyone.change(
        "PATCH", "/pools/2026/system", "/pools/2026/system", {"budget_ore": 241_000_000}
    )
    problem = everyone.ask("POST", f"{MONTH}/approve", None, 412, {"If-Match": seen})
    assert places_of(problem.get_json()) == ["If-Match"]
    everyone.ask("POST", f"{MONTH}/approve", None, 428)
    assert everyone.get(MONTH)["state"] == "prepared"


def test_months_without_a_run_or_pools_are_told(everyone: Caller) -> None:
    everyone.change("POST", "/invoice-runs/2026-10/approve", "/invoice-runs/2026-10", status=404)
    assert places_of(everyone.get("/invoice-runs/2026-13", status=422)) == ["month"]
    assert everyone.get("/invoice-runs/2031-01")["invoices"] == []
    everyone.post("/invoice-runs", {"month": "2031-01"}, status=409)


def test_a_line_can_be_split_again_by_whoever_doubts_it(everyone: Caller) -> None:
    reason = everyone.get("/invoices/20260008/lines/3")
    assert (reason["net_ore"], reason["cost"]["split_ore"], reason["holds"]) == (
        457_140,
        8_250_000,
        True,
    )
    assert [(row["value"], row["total"]) for row in reason["weighed"]] == [
        ("2", "37"),
        ("16137", "286546"),
    ]
    case = everyone.get("/invoices/20260008/lines/3/case")
    result = allocate(case)
    assert result["snapshot"] == reason["snapshot"]
    assert {row["member"]: row["share_ore"] for row in result["shares"]}["2029"] == 457_140
    everyone.get("/invoices/20260008/lines/99", status=404)


def test_reasons_speak_the_callers_language(everyone: Caller) -> None:
    path = "/invoices/20260008/lines/1"
    english = everyone.ask("GET", path)
    swedish = everyone.ask("GET", path, headers={"Accept-Language": "sv"})
    labels = [
        {step["label"] for step in answer.get_json()["explanation"]["steps"]}
        for answer in (english, swedish)
    ]
    assert "Equal part" in labels[0] - labels[1]
    assert english.headers["ETag"] != swedish.headers["ETag"]
    assert "Accept-Language" in english.headers["Vary"]


def test_documents_come_byte_for_byte_as_they_were_kept(everyone: Caller) -> None:
    kept = {row["form"]: row["sha256"] for row in everyone.get("/invoices/20260008")["documents"]}
    for form, kind in (("pdf", "application/pdf"), ("xml", "application/xml")):
        answer = everyone.ask("GET", f"/invoices/20260008/documents/{form}")
        assert (answer.mimetype, answer.headers["ETag"]) == (kind, f'"{kept[form]}"')
        assert hashlib.sha256(answer.data).hexdigest() == kept[form]
        assert f"faktura-20260008.{form}" in answer.headers["Content-Disposition"]
    everyone.get("/invoices/20260008/documents/docx", status=404)
    everyone.post("/invoice-runs", {"month": "2026-12"}, status=201)
    everyone.change("POST", f"{MONTH}/approve", MONTH)
    everyone.change("POST", f"{MONTH}/issue", MONTH)
    waiting = everyone.ask("GET", "/invoices/20260028/documents/pdf", status=503)
    assert waiting.headers["Retry-After"] == "1"
