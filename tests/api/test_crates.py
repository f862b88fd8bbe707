"""Crates and proposals, as scanners and coordinators' systems use them."""

from typing import Any

import pytest

from tests.api.calling import Caller, places_of
from tests.api.november import House

DAY = "/plans/2026-11-25"


def test_every_crate_is_read_by_code(everyone: Caller) -> None:
    codes, cursor = [], ""
    while cursor is not None:
        answer = everyone.get(f"/crates?limit=200&cursor={cursor}")
        codes += [row["code"] for row in answer["crates"]]
        cursor = answer["next_cursor"]
    assert codes == [f"LD{serial:06}" for serial in range(1, len(codes) + 1)]
    free = everyone.get("/crates?state=free&limit=200")["crates"]
    assert {row["state"] for row in free} == {"free"}
    assert everyone.get("/crates?code=LD000001")["crates"][0]["code"] == "LD000001"
    everyone.get("/crates?branch=nowhere", status=404)


def test_a_crate_is_registered_packed_and_scanned_to_its_end(everyone: Caller) -> None:
    codes = everyone.post("/crates", {"home": "mora-bibliotek", "count": 2}, status=201)["codes"]
    assert int(codes[1][2:]) == int(codes[0][2:]) + 1
    way = {"origin": "mora-bibliotek", "destination": "leksands-bibliotek"}
    packed = everyone.post(f"/crates/{codes[0]}/pack", way)
    assert (packed["state"], packed["place"], packed["home"]) == (
        "packed",
        "Mora bibliotek",
        "Mora bibliotek",
    )
    assert everyone.post(f"/crates/{codes[0]}/pack", way) == packed
    scans = [
        {"code": codes[0], "kind": "collected", "branch": "mora-bibliotek"},
        {"code": codes[0], "kind": "delivered", "branch": "leksands-bibliotek"},
    ]
    recorded = everyone.post("/crate-scans", {"scans": scans})["crates"]
    assert [(row["code"], row["state"]) for row in recorded] == [(codes[0], "delivered")]
    last = {"code": codes[0], "kind": "emptied", "branch": "leksands-bibliotek"}
    early = {"at": "2026-11-24T12:05:01+01:00"}
    everyone.post("/crate-scans", {"scans": [last], **early}, status=422)
    everyone.post("/crate-scans", {"scans": [last], "at": "2026-11-24T12:00:00+01:00"})
    crate = everyone.get(f"/crates/{codes[0]}")
    assert (crate["state"], crate["place"]) == ("free", "Leksands bibliotek")
    assert [scan["kind"] for scan in crate["journeys"][0]["scans"]] == [
        "packed",
        "collected",
        "delivered",
        "emptied",
    ]


def test_scans_are_all_recorded_or_none(everyone: Caller) -> None:
    code = everyone.post("/crates", {"home": "mora-bibliotek", "count": 1}, status=201)["codes"][0]
    way = {"origin": "mora-bibliotek", "destination": "leksands-bibliotek"}
    everyone.post(f"/crates/{code}/pack", way)
    scan = {"code": code, "kind": "collected", "branch": "mora-bibliotek"}
    wrong = {"code": "LD999999", "kind": "collected", "branch": "mora-bibliotek"}
    problem = everyone.post("/crate-scans", {"scans": [scan, wrong]}, status=422)
    assert places_of(problem) == ["scans[1].crate"]
    assert everyone.get(f"/crates/{code}")["state"] == "packed"
    problem = everyone.post(
        "/crate-scans", {"scans": [scan], "at": "2026-11-24T12:00:00"}, status=422
    )
    assert places_of(problem) == ["at"]


def test_events_are_noted_once_whatever_is_wrong_with_others(everyone: Caller) -> None:
    (code,) = everyone.post("/crates", {"home": "mora-bibliotek", "count": 1}, status=201)["codes"]
    packed = {
        "event": "phone-1",
        "crate": code,
        "kind": "packed",
        "branch": "mora-bibliotek",
        "at": "2026-11-24T09:00:00+01:00",
        "destination": "leksands-bibliotek",
    }
    collected = packed | {"event": "phone-2", "kind": "collected", "at": "2026-11-24T09:30:00Z"}
    del collected["destination"]
    sent = [
        collected | {"vehicle": "van1"},  # the order does not matter
        packed,
        packed,
        packed | {"branch": "leksands-bibliotek", "destination": "mora-bibliotek"},
        packed | {"event": "phone-3", "crate": "LD999999"},
    ]
    answers = everyone.post("/crate-events", {"events": sent})["events"]
    assert [(answer["event"], answer["result"]) for answer in answers] == [
        ("phone-2", "added"),
        ("phone-1", "added"),
        ("phone-1", "repeated"),
        ("phone-1", "fault"),
        ("phone-3", "fault"),
    ]
    assert [answers[place]["errors"][0]["at"] for place in (3, 4)] == [
        "events[3].event",
        "events[4].crate",
    ]
    again = everyone.post("/crate-events", {"events": sent[:2]})["events"]
    assert [answer["result"] for answer in again] == ["repeated", "repeated"]
    crate = everyone.get(f"/crates/{code}")
    assert (crate["state"], crate["vehicle"]) == ("collected", "van1")
    first = everyone.get(f"/crates/{code}/events?limit=1")
    second = everyone.get(f"/crates/{code}/events?cursor={first['next_cursor']}")
    rows = [*first["events"], *second["events"]]
    assert [(row["event"], row["destination"]) for row in rows] == [
        ("phone-2", ""),
        ("phone-1", "leksands-bibliotek"),
    ]
    assert second["next_cursor"] is None


def test_who_handles_crates_in_one_place_handles_none_elsewhere(house: House) -> None:
    leksand = house.caller("counter")
    way = {"origin": "mora-bibliotek", "destination": "leksands-bibliotek"}
    leksand.post("/crates/LD000001/pack", way, status=403)
    scan = {"code": "LD000001", "kind": "collected", "branch": "mora-bibliotek"}
    leksand.post("/crate-scans", {"scans": [scan]}, status=403)
    event = {"event": "x", "crate": "LD000001", "kind": "lost", "branch": "mora-bibliotek"}
    at = {"at": "2026-11-24T09:00:00Z"}
    leksand.post("/crate-events", {"events": [event | at]}, status=403)
    leksand.post("/crates", {"home": "leksands-bibliotek", "count": 1}, status=403)


def test_a_proposal_is_looked_at_and_answered_once(everyone: Caller) -> None:
    made = everyone.get(f"{DAY}/revisions")["revisions"]
    assert [(row["revision"], row["state"]) for row in made] == [(2, "proposed"), (1, "published")]
    proposal = everyone.get(f"{DAY}/revisions/2")
    changes = {row["branch"]: row for row in proposal["comparison"]["changes"]}
    dropped = changes["malungs-bibliotek"]
    assert (dropped["now"], dropped["why"], dropped["told"]) == (None, "closed", "letter")
    accepted = everyone.change("POST", f"{DAY}/revisions/2/accept", f"{DAY}/revisions/2")
    assert (accepted["state"], accepted["answered_by"]) == ("published", "all")
    assert accepted["comparison"] is None
    assert everyone.get(DAY)["revision"] == 2
    assert everyone.get(f"{DAY}/revisions/1")["state"] == "replaced"
    path = f"{DAY}/revisions/2"
    everyone.change("POST", f"{path}/reject", path, status=409)
    everyone.get(f"{DAY}/revisions/3", status=404)


def test_a_rejected_proposal_leaves_the_plan_in_force(everyone: Caller) -> None:
    path = f"{DAY}/revisions/2"
    rejected = everyone.change("POST", f"{path}/reject", path)
    assert (rejected["state"], everyone.get(DAY)["revision"]) == ("rejected", 1)


@pytest.mark.parametrize(
    ("body", "status"),
    [({"date": "2026-11-27"}, 202), ({"date": "2026-11-28"}, 409), ({"date": "2026-11-23"}, 409)],
)
def test_a_plan_is_asked_for(everyone: Caller, body: dict[str, Any], status: int) -> None:
    answer = everyone.ask("POST", "/plans", body, status)
    if status == 202:
        assert answer.headers["Location"] == "/api/v1/plans/2026-11-27/revisions"
        everyone.post("/plans", body, status=409)


def test_papers_and_case_of_a_plan(everyone: Caller) -> None:
    plan = everyone.get(DAY)["plan"]
    vehicle = plan["routes"][0]["vehicle"]
    manifest = everyone.ask("GET", f"{DAY}/manifests/{vehicle}")
    labels = everyone.ask("GET", f"{DAY}/labels")
    for paper in (manifest, labels):
        assert (paper.mimetype, paper.data[:5]) == ("application/pdf", b"%PDF-")
    everyone.get(f"{DAY}/manifests/van9", status=404)
    assert everyone.get(f"{DAY}/case")["date"] == "2026-11-25"
