"""What holds for every address of the API: who may ask, in what form, and how it refuses."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from consortium.core.answers import KeptAnswer
from consortium.members.queries import member_by_code
from consortium.people.tables import ApiToken
from jobs.upkeep import keep_up
from tests.api.calling import ROOT, Caller, places_of
from tests.api.november import House, house_of
from tests.conftest import OPERATOR, Clock
from tests.jobs.worlds import running

CLOSURE = {
    "branch": "mora-bibliotek",
    "from_on": "2026-12-01",
    "to_on": "2026-12-02",
    "reason": "Inventering",
}


def test_a_token_is_needed_and_must_hold(house: House, everyone: Caller, clock: Clock) -> None:
    nobody = house.app.test_client()
    answer = nobody.get(f"{ROOT}/members")
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert places_of(answer.get_json()) == ["Authorization"]
    wrong = nobody.get(f"{ROOT}/members", headers={"Authorization": "Bearer nonsense"})
    assert (wrong.status_code, wrong.headers["WWW-Authenticate"]) == (
        401,
        'Bearer error="invalid_token"',
    )
    everyone.get("/members")
    with house.works.writing(OPERATOR) as work:
        for token in work.session.exec(select(ApiToken)):
            token.revoked_at = work.now
    everyone.get("/members", status=401)


def test_an_old_token_holds_no_longer(everyone: Caller, clock: Clock) -> None:
    clock.forward(days=300)
    everyone.get("/members", status=401)


def test_a_token_has_the_rights_that_were_chosen_for_it(house: House) -> None:
    narrow = house.caller("finance", ["members.see"])
    narrow.get("/members")
    problem = narrow.get("/pools?year=2026", status=403)
    assert "costs.see" in problem["detail"]
    blind = house.caller("finance", ["members.change"])
    problem = blind.ask("PATCH", "/members/2062", {"city": "Mora"}, 403, {"If-Match": "*"})
    assert "members.see" in problem.get_json()["detail"]


@pytest.mark.parametrize("path", ["/nothing", "/members/2062/nothing", ""])
def test_unknown_addresses_are_problem_documents(everyone: Caller, path: str) -> None:
    problem = everyone.get(path, status=404)
    assert (problem["type"], problem["title"], problem["status"]) == (
        "about:blank",
        "Not Found",
        404,
    )


def test_methods_and_options_name_each_other(house: House, everyone: Caller) -> None:
    answer = everyone.ask("DELETE", "/members/2062", status=405)
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "PATCH"}
    options = house.app.test_client().options(f"{ROOT}/members/2062")
    assert (options.status_code, options.data) == (204, b"")
    assert set(options.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "PATCH"}
    assert "Access-Control-Allow-Origin" not in options.headers


def test_head_is_get_without_its_body(everyone: Caller) -> None:
    got, head = everyone.ask("GET", "/members/2062"), everyone.ask("HEAD", "/members/2062")
    assert (head.data, head.headers["ETag"]) == (b"", got.headers["ETag"])
    assert head.headers["Content-Length"] == str(len(got.data))


def test_problems_speak_the_language_that_is_asked_for(everyone: Caller) -> None:
    swedish = everyone.ask("GET", "/members/9", status=404, headers={"Accept-Language": "sv, en"})
    assert swedish.headers["Content-Language"] == "sv"
    assert swedish.get_json()["title"] == "Det finns inte"
    assert swedish.get_json()["detail"] == "Ingen medlem har koden 9"
    english = everyone.ask("GET", "/members/9", status=404, headers={"Accept-Language": "de"})
    assert english.headers["Content-Language"] == "en"
    assert english.get_json()["detail"] == "No member has the code 9"


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"", "application/json", 400),
        (b'{"branch": "a", "branch": "b"}', "application/json", 400),
        (b'{"count": NaN}', "application/json", 400),
        (b'{"count": 1' + b"0" * 5000 + b"}", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"\xff\xfe{}", "application/json", 400),
        (b"branch=mora", "application/x-www-form-urlencoded", 415),
        (b"{}", "text/plain", 415),
        (b'{"reason": "' + b"x" * 1_000_000 + b'"}', "application/json", 413),
    ],
)
def test_bodies_that_are_no_json_are_refused(
    everyone: Caller, body: bytes, kind: str, status: int
) -> None:
    headers = {
        "Authorization": f"Bearer {everyone.secret}",
        "Idempotency-Key": "k",
        "Content-Type": kind,
    }
    answer = everyone.client.post(f"{ROOT}/closures", data=body, headers=headers)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")


@pytest.mark.parametrize(
    ("change", "places"),
    [
        ({"lifted_at": None}, ["lifted_at"]),
        ({"id": 7, "member": "2062"}, ["id", "member"]),
        ({"from_on": "1 december"}, ["from_on"]),
        ({"from_on": 20261201}, ["from_on"]),
        ({"reason": None}, ["reason"]),
        ({"reason": "\ud800"}, ["reason"]),
        ({"reason": "bell\u0007"}, ["reason"]),
        ({"reason": "x" * 201}, ["reason"]),
        ({"branch": ["mora-bibliotek"], "to_on": ""}, ["branch", "to_on"]),
    ],
)
def test_fields_are_strict_and_all_faults_are_told(
    everyone: Caller, change: dict[str, Any], places: list[str]
) -> None:
    problem = everyone.post("/closures", CLOSURE | change, status=422)
    assert sorted(places_of(problem)) == sorted(places)


def test_queries_are_strict(everyone: Caller) -> None:
    assert places_of(everyone.get("/pools?year=2026&yaer=2025", status=422)) == ["yaer"]
    assert places_of(everyone.get("/pools?year=2026&year=2025", status=422)) == ["year"]
    assert places_of(everyone.get("/members/2062?limit=1", status=422)) == ["limit"]
    assert places_of(everyone.get("/members?cursor=e30", status=422)) == ["cursor"]


def test_what_takes_no_body_gets_none(everyone: Caller) -> None:
    path = "/closures/1"
    everyone.change("POST", f"{path}/lift", path, {"reason": "x"}, status=422)
    everyone.change("POST", f"{path}/lift", path, {})


def test_whole_numbers_may_be_written_as_json_writes_them(everyone: Caller) -> None:
    everyone.post("/crates", {"home": "mora-bibliotek", "count": 2.0}, status=201)
    problem = everyone.post("/crates", {"home": "mora-bibliotek", "count": 2.5}, status=422)
    assert places_of(problem) == ["count"]
    problem = everyone.post("/crates", {"home": "mora-bibliotek", "count": True}, status=422)
    assert places_of(problem) == ["count"]


def test_what_is_known_already_is_not_sent_again(everyone: Caller) -> None:
    first = everyone.ask("GET", "/members/2062")
    etag = first.headers["ETag"]
    known = everyone.ask("GET", "/members/2062", status=304, headers={"If-None-Match": etag})
    assert (known.data, known.headers["ETag"]) == (b"", etag)
    body = {"city": "Mora strand"}
    everyone.change("PATCH", "/members/2062", "/members/2062", body)
    again = everyone.ask("GET", "/members/2062", headers={"If-None-Match": etag})
    assert again.headers["ETag"] != etag


def test_a_change_says_which_state_it_changes(house: House, everyone: Caller) -> None:
    etag = everyone.ask("GET", "/members/2062").headers["ETag"]
    body = {"city": "Mora strand"}
    problem = everyone.ask("PATCH", "/members/2062", body, 428).get_json()
    assert places_of(problem) == ["If-Match"]
    changed = everyone.ask("PATCH", "/members/2062", body, 200, {"If-Match": etag})
    assert changed.get_json()["billing"]["city"] == "Mora strand"
    assert changed.headers["ETag"] == everyone.ask("GET", "/members/2062").headers["ETag"]
    late = {"city": "Someone else's"}
    problem = everyone.ask("PATCH", "/members/2062", late, 412, {"If-Match": etag}).get_json()
    assert places_of(problem) == ["If-Match"]
    weak = f"W/{changed.headers['ETag']}"
    everyone.ask("PATCH", "/members/2062", late, 412, {"If-Match": weak})
    with house.works.reading(OPERATOR) as work:
        assert member_by_code(work, "2062").city == "Mora strand"
    everyone.ask("PATCH", "/members/2062", {"city": "Mora"}, 200, {"If-Match": "*"})


def test_a_post_sent_again_does_nothing_and_gets_the_same_answer(everyone: Caller) -> None:
    key = {"Idempotency-Key": "closure-1"}
    first = everyone.ask("POST", "/closures", CLOSURE, 201, key)
    again = everyone.ask("POST", "/closures", dict(reversed(CLOSURE.items())), 201, key)
    assert (again.data, again.headers["Location"]) == (first.data, first.headers["Location"])
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    mine = [row for row in everyone.get("/closures")["closures"] if row["reason"] == "Inventering"]
    assert len(mine) == 1
    read = everyone.ask("GET", first.headers["Location"].removeprefix(ROOT))
    assert read.get_json() == first.get_json()


def test_a_key_belongs_to_one_request_of_one_account(house: House, everyone: Caller) -> None:
    key = {"Idempotency-Key": "closure-1"}
    everyone.ask("POST", "/closures", CLOSURE, 201, key)
    other = CLOSURE | {"reason": "Målning"}
    problem = everyone.ask("POST", "/closures", other, 409, key).get_json()
    assert places_of(problem) == ["Idempotency-Key"]
    everyone.ask("POST", "/plans", {"date": "2026-11-27"}, 409, key)
    coordinator = house.caller("coordinator")
    coordinator.ask("POST", "/closures", other, 201, key)


@pytest.mark.parametrize("key", ["", " ", "å", "x" * 256])
def test_a_post_needs_a_key(everyone: Caller, key: str) -> None:
    answer = everyone.ask("POST", "/closures", CLOSURE, 400, {"Idempotency-Key": key})
    assert places_of(answer.get_json()) == ["Idempotency-Key"]


def test_a_refusal_keeps_nothing(house: House, everyone: Caller) -> None:
    key = {"Idempotency-Key": "closure-1"}
    wrong = CLOSURE | {"to_on": "2026-11-30"}
    assert places_of(everyone.ask("POST", "/closures", wrong, 422, key).get_json()) == ["to_on"]
    with house.works.reading(OPERATOR) as work:
        assert work.session.exec(select(KeptAnswer)).all() == []
    everyone.ask("POST", "/closures", CLOSURE, 201, key)


def test_a_replay_of_a_change_needs_no_new_etag(everyone: Caller) -> None:
    month = "/invoice-runs/2026-12"
    everyone.post("/invoice-runs", {"month": "2026-12"}, status=201)
    headers = {
        "If-Match": everyone.ask("GET", month).headers["ETag"],
        "Idempotency-Key": "approve-1",
    }
    first = everyone.ask("POST", f"{month}/approve", None, 200, headers)
    again = everyone.ask("POST", f"{month}/approve", None, 200, headers)
    assert (again.data, again.headers["ETag"]) == (first.data, first.headers["ETag"])
    assert again.headers["Idempotent-Replayed"] == "true"


def test_who_asks_too_often_waits(tmp_path: Path, clock: Clock) -> None:
    house = house_of(tmp_path, clock, requests_per_minute=3)
    caller = house.caller("all")
    first = caller.ask("GET", "/members")
    assert (first.headers["RateLimit-Limit"], first.headers["RateLimit-Remaining"]) == ("3", "2")
    assert first.headers["RateLimit-Policy"] == "3;w=60"
    caller.get("/members")
    caller.get("/members/9", status=404)
    refused = caller.ask("GET", "/members", status=429)
    assert 1 <= int(refused.headers["Retry-After"]) <= 20
    assert refused.headers["RateLimit-Remaining"] == "0"
    house.caller("finance").get("/members")


def test_wrong_tokens_are_refused_for_a_while_and_right_ones_are_not(
    house: House, everyone: Caller, clock: Clock
) -> None:
    stranger = Caller(house.app.test_client(), "nonsense")
    for _ in range(30):
        stranger.get("/members", status=401)
    refused = stranger.ask("GET", "/members", status=429)
    assert int(refused.headers["Retry-After"]) > 0
    everyone.get("/members")
    clock.now += timedelta(minutes=16)
    stranger.get("/members", status=401)


def test_upkeep_forgets_old_answers(house: House, everyone: Caller, clock: Clock) -> None:
    everyone.post("/closures", CLOSURE, status=201)
    clock.forward(days=31)
    keep_up(running(house.works, Path("unused")), clock.now.date())
    with house.works.reading(OPERATOR) as work:
        assert work.session.exec(select(KeptAnswer)).all() == []
