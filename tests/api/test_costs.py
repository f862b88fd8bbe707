"""Measures, pools, keys and usage, as other systems read and change them."""

from typing import Any

import pytest

from tests.api.calling import Caller, places_of
from tests.api.november import House

POOL = "/pools/2026/transports"
VALUES = "/measures/population/values/2025-12-31"
EQUAL = {"name": "Lika", "parts": [{"take": "rest", "split": {"kind": "equal"}}]}


def test_values_are_entered_corrected_and_locked(everyone: Caller) -> None:
    empty = everyone.get(VALUES)
    assert (empty["values"], empty["lock"]) == ([], None)
    body = {"source": "SCB", "values": {"2062": "20540", "2029": "16200.5"}}
    entered = everyone.change("PATCH", VALUES, VALUES, body)
    assert [(row["member"], row["value"]) for row in entered["values"]] == [
        ("2029", "16200.5"),
        ("2062", "20540"),
    ]
    corrected = everyone.change(
        "PATCH", VALUES, VALUES, {"source": "SCB", "values": {"2062": "20541"}}
    )
    assert [row["value"] for row in corrected["values"]] == ["16200.5", "20541"]
    locked = everyone.change("POST", f"{VALUES}/lock", VALUES)
    assert (locked["lock"]["locked_by"], len(locked["lock"]["sha256"])) == ("all", 64)
    everyone.change("PATCH", VALUES, VALUES, body, status=409)
    measure = everyone.get("/measures/population")
    assert [(d["on"], d["sum"]) for d in measure["dates"]][:2] == [
        ("2025-12-31", "36741.5"),
        ("2024-12-31", "286546"),
    ]


@pytest.mark.parametrize(
    ("body", "places"),
    [
        ({"source": "", "values": {"2062": "1"}}, ["source"]),
        ({"source": " ", "values": {"2062": "1"}}, ["source"]),
        ({"source": "SCB", "values": {}}, ["values"]),
        ({"source": "SCB", "values": {"2062": 20540}}, ["values.2062"]),
        ({"source": "SCB", "values": {"2062": "-1"}}, ["values.2062"]),
        ({"source": "SCB", "values": {"9999": "1"}}, ["values.9999"]),
    ],
)
def test_values_that_cannot_be_are_told_at_their_member(
    everyone: Caller, body: dict[str, Any], places: list[str]
) -> None:
    assert places_of(everyone.change("PATCH", VALUES, VALUES, body, status=422)) == places


def test_a_pools_terms_are_changed_by_who_has_read_them(everyone: Caller) -> None:
    changed = everyone.change("PATCH", POOL, POOL, {"budget_ore": 130_000_000})
    assert changed["budget_ore"] == 130_000_000
    problem = everyone.change("PATCH", POOL, POOL, {"budget_ore": -1}, status=422)
    assert places_of(problem) == ["budget_ore"]
    given = {"member": "2080", "amount_ore": 5_000_000}
    pool = everyone.change("POST", f"{POOL}/contributions", POOL, given, 201)
    assert {row["member"]: row["amount_ore"] for row in pool["contributions"]} == {
        "20": 25_000_000,
        "2080": 5_000_000,
    }
    everyone.change("POST", f"{POOL}/contributions", POOL, given, 409)
    vat = {"from_on": "2026-12-01", "category": "O", "reason": "Utanför", "confirmed": True}
    pool = everyone.change("POST", f"{POOL}/vat", POOL, vat, 201)
    assert pool["vat"][-1] == vat | {"percent": None}
    everyone.change("POST", f"{POOL}/participants", POOL, {"member": "2062"}, 409)


def test_a_new_pool_is_shared_by_whom_it_names(everyone: Caller) -> None:
    asked = {
        "code": "maps",
        "year": 2026,
        "name": "Kartor",
        "budget_ore": 6_000_000,
        "everyone": False,
    }
    made = everyone.ask("POST", "/pools", asked, 201)
    assert made.headers["Location"] == "/api/v1/pools/2026/maps"
    assert made.get_json()["participants"] == []
    part = {"member": "2062", "from_on": "2026-07-01"}
    pool = everyone.change(
        "POST", "/pools/2026/maps/participants", "/pools/2026/maps", part, status=201
    )
    assert pool["participants"] == [{"member": "2062", "from_on": "2026-07-01", "to_on": None}]
    everyone.post("/pools", asked, status=409)
    assert "maps" in [pool["code"] for pool in everyone.get("/pools?year=2026")["pools"]]


def test_costs_are_recorded_once_and_listed_newest_first(everyone: Caller) -> None:
    costs = f"{POOL}/costs"
    before = everyone.get(costs)["total_ore"]
    cost = {"on_date": "2026-11-20", "supplier": "Åkeriet", "text": "", "amount_ore": 125_000}
    for place in range(3):
        everyone.post(costs, cost | {"reference": f"faktura {place}"}, status=201)
    everyone.post(costs, cost | {"reference": "faktura 1"}, status=409)
    problem = everyone.post(costs, cost | {"reference": "x", "on_date": "2025-12-31"}, status=422)
    assert places_of(problem) == ["on_date"]
    first = everyone.get(f"{costs}?limit=2")
    second = everyone.get(f"{costs}?limit=2&cursor={first['next_cursor']}")
    assert [row["reference"] for row in first["costs"]] == ["faktura 2", "faktura 1"]
    assert second["costs"][0]["reference"] == "faktura 0"
    assert first["total_ore"] == before + 375_000


def test_another_key_is_tried_before_it_is_decided(everyone: Caller) -> None:
    trial = everyone.post(f"{POOL}/trials", {"key": EQUAL, "months": [12]})
    rows = {row["member"]: row for row in trial["members"]}
    assert len(rows) == 15
    # December: 8 250 000 öre for fifteen
    assert {row["tried_ore"] for row in rows.values()} == {550_000}
    assert trial["total"] == {"now_ore": 8_250_000, "tried_ore": 8_250_000, "change_ore": 0}
    assert trial["others"] is None
    body = {"key": EQUAL, "clause": "§ 7.2", "from_on": "2026-12"}
    keys = everyone.change("POST", f"{POOL}/keys", f"{POOL}/keys", body, 201)["keys"]
    assert [(key["from_on"], key["to_on"]) for key in keys] == [
        ("2026-01-01", "2026-11-30"),
        ("2026-12-01", "2026-12-31"),
    ]
    assert keys[-1]["key"] == EQUAL
    month = everyone.get(f"{POOL}/months/12")
    assert {row["share_ore"] for row in month["split"]["shares"]} == {550_000}
    everyone.change("POST", f"{POOL}/keys", f"{POOL}/keys", body, 409)


def test_a_trial_tells_each_caller_its_own(house: House) -> None:
    leksand = house.caller("branch_manager")
    trial = leksand.post(f"{POOL}/trials", {"key": EQUAL, "months": [12]})
    assert [row["member"] for row in trial["members"]] == ["2029"]
    assert trial["others"]["tried_ore"] == 14 * 550_000
    leksand.ask("POST", f"{POOL}/keys", {}, 403, {"If-Match": "*"})


MEASURED = {"kind": "measure", "measure": "x", "latest": True}


def parts(*splits: dict[str, Any], take: Any = "rest") -> dict[str, Any]:
    return {"name": "x", "parts": [{"take": take, "split": split} for split in splits]}


@pytest.mark.parametrize(
    ("key", "places"),
    [
        ({"name": "x"}, ["key.parts"]),
        ({"name": "x", "parts": []}, ["key.parts"]),
        ({"name": "x", "parts": ["rest"]}, ["key.parts[0]"]),
        (parts({"kind": "equal"}) | {"secret": 1}, ["key.secret"]),
        (parts({"kind": "equal"}) | {"limits": None}, ["key.limits"]),
        (parts({"kind": "lottery"}), ["key.parts[0].split"]),
        (parts({"kind": "equal", "measure": "stops"}), ["key.parts[0].split.measure"]),
        (parts({"kind": "measure", "measure": 7, "latest": True}), ["key.parts[0].split.measure"]),
        (
            parts({"kind": "measure", "measure": "x", "latest": True}),
            ["key.parts[0].split.measure"],
        ),
        (parts({"kind": "equal"}, take={"percent": 30.5}), None),
        (parts({"kind": "equal"}, {"kind": "equal"}), ["key.parts[0].take"]),
        (
            parts({"kind": "blend", "from": {"kind": "equal"}, "to": {"kind": "x"}, "weight": "1"}),
            ["key.parts[0].split.to"],
        ),
    ],
)
def test_a_key_that_is_none_is_told_place_by_place(
    everyone: Caller, key: dict[str, Any], places: list[str] | None
) -> None:
    problem = everyone.post(f"{POOL}/trials", {"key": key, "months": [12]}, status=422)
    if places is not None:
        assert list(dict.fromkeys(places_of(problem))) == places
    assert all(place.startswith("key.") for place in places_of(problem))


def test_usage_is_tried_taken_in_and_listed(everyone: Caller) -> None:
    row = {"supplier": "ebocker", "month": "2026-10", "municipality": "2062", "loans": 7}
    body = {"source": "oktober.json", "rows": [row], "dry_run": True}
    tried = everyone.post("/usage", body)
    assert (tried["new"], tried["changed"], tried["dry_run"]) == (0, 1, True)
    taken = everyone.post("/usage", body | {"dry_run": False})
    assert taken == tried | {"dry_run": False}
    rows = everyone.get("/usage?year=2026&limit=200")
    while rows["next_cursor"]:
        more = everyone.get(f"/usage?year=2026&limit=200&cursor={rows['next_cursor']}")
        rows = more | {"usage": rows["usage"] + more["usage"]}
    mine = [
        (each["loans"], each["source"])
        for each in rows["usage"]
        if (each["supplier"], each["month"], each["municipality"]) == ("ebocker", "2026-10", "2062")
    ]
    assert mine == [(7, "oktober.json")]
    assert len(rows["usage"]) == 2 * 10 * 15


def test_rows_of_usage_are_all_taken_or_none(everyone: Caller) -> None:
    row = {"supplier": "ebocker", "month": "2026-10", "municipality": "2062", "loans": 7}
    rows = [
        row,
        row | {"municipality": "2061", "supplier": "nobody"},
        row,
        row | {"month": "2027-01"},
    ]
    problem = everyone.post("/usage", {"source": "x", "rows": rows}, status=422)
    assert "rows[1].supplier" in places_of(problem)
    assert "rows[2].month" in places_of(problem)
    assert "rows[3].month" in places_of(problem)
