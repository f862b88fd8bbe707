"""Members and branches, their closures, as other systems read and change them."""

import pytest
from sqlmodel import col, select

from consortium.branches.closing import DAYS_CHANGED
from consortium.core.later import Task
from tests.api.calling import Caller, places_of
from tests.api.november import House
from tests.conftest import OPERATOR

CLOSURE = {
    "branch": "mora-bibliotek",
    "from_on": "2026-12-01",
    "to_on": "2026-12-02",
    "reason": "Inventering",
}


def test_members_come_by_code_and_go_on_by_cursor(everyone: Caller) -> None:
    first = everyone.get("/members?limit=10")
    rest = everyone.get(f"/members?limit=10&cursor={first['next_cursor']}")
    codes = [row["code"] for row in first["members"] + rest["members"]]
    assert (len(first["members"]), len(codes), rest["next_cursor"]) == (10, 16, None)
    assert codes == sorted(codes)
    assert codes[0] == "20"
    orsa = next(row for row in rest["members"] + first["members"] if row["code"] == "2034")
    assert orsa["missing"] == ["buyer_reference"]


def test_a_members_billing_is_changed_field_by_field(everyone: Caller) -> None:
    before = everyone.get("/members/2034")["billing"]
    changed = everyone.change(
        "PATCH", "/members/2034", "/members/2034", {"buyer_reference": "ORSA-1"}
    )
    assert changed["billing"] == before | {"buyer_reference": "ORSA-1"}
    assert changed["missing"] == []
    wrong = {"endpoint_scheme": "0088", "endpoint_id": "12"}
    problem = everyone.change("PATCH", "/members/2034", "/members/2034", wrong, status=422)
    assert places_of(problem) == ["endpoint_id"]


def test_branches_tell_what_they_do_on_a_day(everyone: Caller) -> None:
    answer = everyone.get("/branches?on=2026-11-25&member=2023")
    assert answer["on"] == "2026-11-25"
    closed = {row["slug"]: row["closed"] for row in answer["branches"]}
    assert closed["malungs-bibliotek"] == "Utbildningsdag"
    assert {row["member"] for row in answer["branches"]} == {"2023"}
    mora = everyone.get("/branches/mora-bibliotek")
    assert mora["hours"][5] == {"weekday": 5, "opens": "10:00:00", "closes": "14:00:00"}
    assert mora["closures"] == []


def test_a_closure_is_made_lifted_and_asked_for_in_plans(house: House, everyone: Caller) -> None:
    made = everyone.ask("POST", "/closures", CLOSURE, 201)
    closure = made.get_json()
    assert made.headers["Location"] == f"/api/v1/closures/{closure['id']}"
    assert (closure["member"], closure["lifted_at"]) == ("2062", None)
    assert [row["id"] for row in everyone.get("/branches/mora-bibliotek")["closures"]] == [
        closure["id"]
    ]
    place = f"/closures/{closure['id']}"
    lifted = everyone.change("POST", f"{place}/lift", place)
    assert lifted["lifted_at"] == "2026-11-24T11:00:00+00:00"
    everyone.change("POST", f"{place}/lift", place, status=409)
    assert everyone.get(place) == lifted
    with house.works.reading(OPERATOR) as work:
        asked = select(Task).where(
            Task.name == DAYS_CHANGED.name, col(Task.key).startswith(f"closure:{closure['id']}:")
        )
        assert len(work.session.exec(asked).all()) == 2


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/members/2062"),
        ("GET", "/branches/mora-bibliotek"),
        ("GET", "/closures/1"),
        ("GET", "/invoices/20260002"),
        ("GET", "/invoices/20260002/lines/1"),
        ("GET", "/invoices/20260002/lines/1/case"),
        ("GET", "/invoices/20260002/documents/pdf"),
        ("POST", "/closures"),
        ("POST", "/closures/1/lift"),
    ],
)
def test_what_is_another_municipalitys_is_not_there(house: House, method: str, path: str) -> None:
    leksand = house.caller("branch_manager")
    body = CLOSURE if path == "/closures" else None
    there = leksand.ask(method, path, body, 404, {"If-Match": "*"}).get_json()
    nowhere = path.replace("2062", "9999").replace("20260002", "20269999").replace("/1", "/99")
    if path != "/closures":
        body = None
        missing = leksand.ask(method, nowhere, body, 404, {"If-Match": "*"}).get_json()
        assert there["title"] == missing["title"]


def test_lists_hold_what_the_caller_may_see(house: House) -> None:
    leksand = house.caller("branch_manager")
    assert [row["code"] for row in leksand.get("/members")["members"]] == ["2029"]
    assert {row["member"] for row in leksand.get("/branches")["branches"]} == {"2029"}
    assert leksand.get("/closures")["closures"] == []
    usage = leksand.get("/usage?year=2026")["usage"]
    assert {row["municipality"] for row in usage} == {"2029"}
    values = leksand.get("/measures/population/values/2024-12-31")["values"]
    assert [(row["member"], row["value"]) for row in values] == [("2029", "16137")]
    split = leksand.get("/pools/2026/transports/months/11")["split"]
    assert [(row["member"], row["share_ore"]) for row in split["shares"]] == [("2029", 457_140)]
    assert split["others_ore"] == 8_250_000 - 457_140
    assert leksand.get("/pools/2026/transports")["contributions"] == []
    leksand.get("/invoice-runs?year=2026", status=403)
    leksand.get("/invoice-runs/2026-11", status=403)


def test_a_right_that_is_lacking_is_told(house: House) -> None:
    driver = house.caller("driver")
    for path in ("/members", "/measures", "/pools?year=2026", "/invoices", "/usage?year=2026"):
        problem = driver.get(path, status=403)
        assert problem["status"] == 403
    auditor = house.caller("auditor")
    auditor.post("/closures", CLOSURE, status=403)
    auditor.ask("PATCH", "/members/2062", {"city": "Mora"}, 403, {"If-Match": "*"})
