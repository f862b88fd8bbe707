"""The driver's page from outside: without script as posts, with it as notes that are sent later."""

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlmodel import select

from consortium.app import create_app
from consortium.core.settings import Settings
from consortium.core.work import Works
from consortium.crates.tables import CrateEvent
from consortium.messages.tables import Letter
from consortium.transports.tables import RouteEvent
from tests.conftest import OPERATOR, Clock
from tests.transports.making import DEPOT, FALUN, TODAY
from tests.web.browsing import Surfer, signed_in
from tests.web.driven_world import SEVEN, make_driven
from tests.web.transport_world import run_tasks, words_of


@pytest.fixture
def codes(works: Works, clock: Clock) -> list[str]:
    return make_driven(works, clock)


@pytest.fixture
def app(settings: Settings, works: Works, codes: list[str]) -> Flask:
    return create_app(settings, works)


@pytest.fixture
def driver(app: Flask) -> Surfer:
    return signed_in(app, "forare")


def notes_of(works: Works) -> list[tuple[str, bool]]:
    with works.reading(OPERATOR) as work:
        return [(row.kind, row.withdrawn) for row in work.session.exec(select(RouteEvent))]


def scans_of(works: Works) -> list[tuple[str, str]]:
    with works.reading(OPERATOR) as work:
        return [(row.kind, row.vehicle) for row in work.session.exec(select(CrateEvent))]


def token_of(driver: Surfer) -> str:
    return str(driver.client.get("/kor/nyckel").get_json()["token"])


def send(driver: Surfer, *notes: dict[str, Any], token: str = "") -> Any:
    headers = {"X-CSRFToken": token or token_of(driver)}
    return driver.client.post("/kor/skicka", json={"notes": list(notes)}, headers=headers)


def route_note(name: str, kind: str, branch: str = "", **more: str) -> dict[str, str]:
    return {
        "about": "route",
        "event": name,
        "at": SEVEN.isoformat(),
        "vehicle": "van1",
        "day": TODAY.isoformat(),
        "kind": kind,
        "branch": branch,
        **more,
    }


def crate_note(name: str, code: str, **more: str) -> dict[str, str]:
    return route_note(name, "delivered", FALUN, about="crate", crate=code, **more)


def test_a_driver_begins_at_the_vans_and_the_phone_remembers_the_one_chosen(
    driver: Surfer,
) -> None:
    start = driver.get("/")
    assert start.request.path == "/kor"
    assert "Vilken bil kör du?" in words_of(start.text)
    page = words_of(driver.send("/kor/bilar", {"bil": "van1"}, "/kor").text)
    assert "Innan du kör" in page
    assert "Falu stadsbibliotek" in page
    assert driver.post("/kor/bilar", {"bil": "van9"}, "/kor").status_code == 404


def test_without_script_each_note_is_a_post_that_can_be_undone(
    driver: Surfer, works: Works, codes: list[str], clock: Clock
) -> None:
    driver.post("/kor/bilar", {"bil": "van1"}, "/kor")
    page = driver.send("/kor/handelse", {"event": "e1", "kind": "depart"}, "/kor").text
    assert "Stopp 1 av 4" in words_of(page)
    assert notes_of(works) == [("depart", False)]
    page = driver.undo(page, "/kor").text
    assert notes_of(works) == [("depart", True)]
    page = driver.undo(page, "/kor").text
    assert notes_of(works) == [("depart", False)]
    driver.undo(page, "/kor")
    assert notes_of(works) == [("depart", True)]
    refused = driver.post("/kor/handelse", {"event": "e2", "kind": "missed", "branch": FALUN})
    assert refused.status_code == 422
    assert "Skriv varför" in refused.text
    scanned = {"event": "s1", "kind": "loaded", "branch": DEPOT, "code": codes[:2]}
    driver.send("/kor/lada", scanned, "/kor")
    driver.send("/kor/lada", scanned, "/kor")
    assert scans_of(works) == [("loaded", "van1")] * 2


def test_what_a_phone_sends_again_counts_once(
    driver: Surfer, works: Works, codes: list[str]
) -> None:
    notes = [route_note("a", "depart"), crate_note("b", codes[0]), crate_note("c", codes[1])]
    for outcome in ("added", "repeated"):
        answers = send(driver, *reversed(notes)).get_json()["answers"]
        assert {each["event"]: each["outcome"] for each in answers} == dict.fromkeys("abc", outcome)
    assert notes_of(works) == [("depart", False)]
    assert scans_of(works) == [("delivered", "van1")] * 2
    back = route_note("d", "", about="withdraw", of="b")
    for outcome in ("added", "repeated"):
        (answer,) = send(driver, back).get_json()["answers"]
        assert answer["outcome"] == outcome


def test_each_note_is_answered_for_itself(driver: Surfer, works: Works, codes: list[str]) -> None:
    late = (SEVEN + timedelta(hours=1)).isoformat()
    notes = [
        route_note("ok", "arrive", FALUN),
        route_note("early", "leave", FALUN, at=late),
        route_note("bare", "missed", FALUN),
        crate_note("none", "LD999999"),
        {**route_note("odd", "arrive", FALUN), "at": "i går"},
    ]
    answers = {each["event"]: each for each in send(driver, *notes).get_json()["answers"]}
    assert {name: each["outcome"] for name, each in answers.items()} == {
        "ok": "added",
        "early": "refused",
        "bare": "refused",
        "none": "refused",
        "odd": "refused",
    }
    assert answers["none"]["why"] == ["Det finns ingen låda LD999999"]
    assert all(answers[name]["why"] for name in ("early", "bare", "odd"))
    assert notes_of(works) == [("arrive", False)]


def test_whoever_is_affected_is_told_after_the_phone_has_its_answer(
    driver: Surfer, works: Works, clock: Clock, tmp_path: Path
) -> None:
    """The van leaves far too late; three of the four libraries have an e-mail address."""
    clock.forward(minutes=50)
    driver.get("/kor")
    clock.forward(minutes=50)
    late = route_note("late", "depart", at=(SEVEN + timedelta(hours=1, minutes=40)).isoformat())
    assert send(driver, late).status_code == 200
    with works.reading(OPERATOR) as work:
        assert work.session.exec(select(Letter)).all() == []
    run_tasks(works, tmp_path)
    with works.reading(OPERATOR) as work:
        told = {row.to_address for row in work.session.exec(select(Letter))}
    assert told == {f"{name}@lib.example" for name in ("falun", "borlange", "mora")}


def test_notes_need_the_token_of_the_session_and_a_driver(
    app: Flask, driver: Surfer, works: Works
) -> None:
    assert send(driver, route_note("a", "depart"), token="old").status_code == 400
    assert send(driver).status_code == 422
    counter = signed_in(app, "disken")
    assert counter.client.get("/kor").status_code == 403
    visitor = app.test_client().get("/kor/nyckel")
    assert (visitor.status_code, visitor.location.partition("?")[0]) == (303, "/logga-in")
    assert notes_of(works) == []


def test_the_worker_may_serve_the_page_and_the_page_names_no_person(driver: Surfer) -> None:
    worker = driver.client.get("/kor/arbetare.js")
    assert worker.headers["Service-Worker-Allowed"] == "/kor"
    assert worker.mimetype == "text/javascript"
    manifest = json.loads(driver.client.get("/kor/app.webmanifest").text)
    assert (manifest["start_url"], manifest["scope"]) == ("/kor", "/kor")
    driver.post("/kor/bilar", {"bil": "van1"}, "/kor")
    page = driver.get("/kor").text
    assert "forare" not in re.sub(r"static/\S+|/kor\S*", "", page)
    assert "Kansliet" not in page  # the account's title
