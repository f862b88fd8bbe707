"""The page of a library's deliveries, from outside."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlmodel import select

from consortium.app import create_app
from consortium.core.settings import Settings
from consortium.core.work import Works
from consortium.crates.tables import CrateState
from consortium.transports.driving import NewRouteEvent, note_route_events
from consortium.transports.route_sheets import route_sheet
from tests.conftest import OPERATOR, Clock
from tests.transports.making import BORLANGE, FALUN, TODAY, send
from tests.web.browsing import Surfer, signed_in
from tests.web.driven_world import make_driven
from tests.web.transport_world import words_of

PAGE = f"/leverans/{FALUN}"


@pytest.fixture
def codes(works: Works, clock: Clock) -> list[str]:
    return make_driven(works, clock)


@pytest.fixture
def app(settings: Settings, works: Works, codes: list[str]) -> Flask:
    return create_app(settings, works)


@pytest.fixture
def desk(app: Flask) -> Surfer:
    return signed_in(app, "disken")


def state_of(works: Works, place: int) -> str:
    with works.reading(OPERATOR) as work:
        rows = {row.crate_id: row.state for row in work.session.exec(select(CrateState))}
    return rows.get(place, "")


def test_the_own_library_is_shown_and_no_other(desk: Surfer, codes: list[str]) -> None:
    page = desk.get("/leverans")
    assert "Falu stadsbibliotek" in words_of(page.text)
    assert "Bil 1 lämnar 0 lådor" in words_of(page.text)
    assert desk.client.get(f"/leverans/{BORLANGE}").status_code == 403


def test_a_delay_is_shown_as_soon_as_the_driver_has_noted_it(
    app: Flask, works: Works, clock: Clock
) -> None:
    with works.reading(OPERATOR) as work:
        sheet = route_sheet(work, TODAY, "van1")
    late = timedelta(minutes=45)
    clock.now = sheet.planned.depart + late
    with works.writing(OPERATOR) as work:
        event = NewRouteEvent("e", "van1", TODAY, "depart", "", clock.now)
        note_route_events(work, [event])
        now = route_sheet(work, TODAY, "van1")
    (stop,) = (stop for stop in now.stops if stop.planned.slug == FALUN)
    assert stop.state.late is not None
    minutes = int(stop.state.late.total_seconds()) // 60
    assert minutes > 10
    assert f"{minutes} min sen" in words_of(signed_in(app, "disken").get(PAGE).text)


def test_crates_come_are_emptied_packed_and_missed_each_with_undo(
    desk: Surfer, works: Works, codes: list[str]
) -> None:
    with works.writing(OPERATOR) as work:
        send(work, codes[0], BORLANGE, FALUN)
    assert "På väg hit (1)" in words_of(desk.get(PAGE).text)
    taken = {"event": "e1", "kind": "delivered", "codes": codes[0]}
    page = desk.send(f"{PAGE}/lador", taken, PAGE).text
    assert "Här att tömma (1)" in words_of(page)
    emptied = {"event": "e2", "kind": "emptied", "codes": codes[0].lower()}
    page = desk.send(f"{PAGE}/lador", emptied, PAGE).text
    assert state_of(works, 1) == "emptied"
    desk.undo(page, PAGE)
    assert state_of(works, 1) == "delivered"
    page = desk.send(f"{PAGE}/packa", {"code": codes[1], "destination": BORLANGE}, PAGE).text
    assert "Att skicka (1)" in words_of(page)
    missing = {"event": "e3", "lost": codes[1], "note": "Borta"}
    page = desk.send(f"{PAGE}/saknas", missing, PAGE).text
    assert state_of(works, 2) == "lost"
    assert "Ingen samordnare har en e-postadress" in words_of(page)


def test_what_is_wrong_is_said_at_its_field(desk: Surfer) -> None:
    for path, data, said in (
        ("lador", {"event": "e", "kind": "delivered"}, "Kryssa för"),
        ("lador", {"event": "e", "kind": "delivered", "codes": "LD999999"}, "LD999999"),
        ("packa", {"code": "LD999999", "destination": BORLANGE}, "LD999999"),
        ("saknas", {"event": "e", "lost": "LD999999"}, "LD999999"),
    ):
        answer = desk.post(f"{PAGE}/{path}", data, PAGE)
        assert (answer.status_code, said in answer.text) in {(422, True), (404, True)}, path


def test_what_drivers_have_to_know_is_changed_and_undone(desk: Surfer) -> None:
    told = {"has_key": "ja", "instructions": "Lastkajen, ring på"}
    page = desk.send(f"{PAGE}/plats", told, PAGE).text
    assert "Lastkajen, ring på" in page
    assert "Lastkajen, ring på" not in desk.undo(page, PAGE).text
