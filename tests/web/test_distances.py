"""The page of distances: what is known, a way entered, replaced, taken away, each taken back."""

import csv
import io
from collections.abc import Callable
from datetime import date

import pytest

from consortium.core.words import Say
from consortium.core.work import Works
from consortium.transports.leg_lists import LegFilter, legs_page
from consortium.transports.measuring_legs import NewLeg, enter_leg
from tests.conftest import OPERATOR
from tests.transports.making import FALUN, MORA, PLACES, make_transports
from tests.transports.road_server import routed
from tests.web.browsing import Surfer
from tests.web.transport_world import rows_of

AsRole = Callable[..., Surfer]
WAY = {
    "origin": FALUN,
    "destination": MORA,
    "minutes": "75,5",
    "km": "89,5",
    "measured_on": "2026-11-20",
}
THERE = ("Falu stadsbibliotek", "Mora bibliotek", 4_530, 89_500)


@pytest.fixture
def world(works: Works) -> Works:
    with works.writing(OPERATOR) as work:
        make_transports(work)
    return works


def known(works: Works) -> list[tuple[str, str, int, int]]:
    with works.reading(OPERATOR) as work:
        rows, _total = legs_page(work, LegFilter())
    return sorted((row.origin, row.destination, row.duration_s, row.distance_m) for row in rows)


def test_a_way_is_entered_both_ways_replaced_and_taken_back(
    world: Works, as_role: AsRole, say: Say
) -> None:
    surfer = as_role("coordinator")
    page = surfer.send("/avstand", WAY | {"both_ways": "ja"}, at="/avstand").text
    back = (THERE[1], THERE[0], 4_530, 89_500)
    assert known(world) == [THERE, back]
    rows = rows_of(page, 'id="legs"')
    assert [row[:4] for row in rows] == [
        ["Mora bibliotek", "Falu stadsbibliotek", "75,5", "89,5"],
        ["Falu stadsbibliotek", "Mora bibliotek", "75,5", "89,5"],
    ]
    replaced = surfer.send("/avstand", WAY | {"minutes": "70"}, at="/avstand").text
    assert known(world)[0][2] == 4_200
    surfer.undo(replaced, at="/avstand")
    assert known(world) == [THERE, back]
    assert say("The way is saved as it was measured") in replaced
    surfer.undo(page, at="/avstand")
    assert known(world) == []


def test_a_way_is_taken_away_and_comes_back(world: Works, as_role: AsRole) -> None:
    with world.writing(OPERATOR) as work:
        enter_leg(work, NewLeg(FALUN, MORA, 4_530, 89_500, date(2026, 11, 20)))
        (row,), _total = legs_page(work, LegFilter())
    surfer = as_role("coordinator")
    page = surfer.send(f"/avstand/{row.id}/bort", {}, at="/avstand").text
    assert known(world) == []
    surfer.undo(page, at="/avstand")
    assert known(world) == [THERE]


def test_faults_stand_at_their_fields_and_save_nothing(
    world: Works, as_role: AsRole, say: Say
) -> None:
    surfer = as_role("coordinator")
    wrong = WAY | {"minutes": "en timme", "km": "1e3", "destination": ""}
    answer = surfer.post("/avstand", wrong, at="/avstand")
    assert answer.status_code == 422
    assert say("Write minutes, as 75 or 75,5") in answer.text
    assert say("Write kilometres, as 89 or 89,5") in answer.text
    assert 'value="en timme"' in answer.text
    answer = surfer.post("/avstand", WAY | {"destination": FALUN}, at="/avstand")
    assert 'href="#destination"' in answer.text
    answer = surfer.post("/avstand", WAY | {"minutes": "7"}, at="/avstand")
    assert say("That would be {kmh} km/h all the way", kmh=767) in answer.text
    assert known(world) == []


def test_the_page_says_how_well_the_ways_are_known_and_whose_the_map_is(
    world: Works, as_role: AsRole, say: Say
) -> None:
    with world.writing(OPERATOR) as work:
        enter_leg(work, NewLeg(FALUN, MORA, 4_530, 89_500, date(2026, 11, 20)))
        routed(work, PLACES[MORA], PLACES[FALUN], (4_400, 90_100))
    surfer = as_role("auditor")
    page = surfer.get("/avstand").text
    assert say("of {count} ways", count="20") in page
    assert "18" in page[page.index(say("Estimated")) :][:60]
    assert "© OpenStreetMap contributors" in page
    assert say("No road server is set.") in page
    assert 'name="minutes"' not in page
    text = surfer.get("/avstand/strackor.csv?kalla=routed").text
    assert list(csv.reader(io.StringIO(text))) == [
        ["from", "to", "seconds", "metres", "source", "as_of", "attribution"],
        [THERE[1], THERE[0], "4400", "90100", "routed", "", "© OpenStreetMap contributors"],
    ]
    hidden = surfer.get("/avstand?bibliotek=kvarnsvedens-bibliotek").text
    assert say("No way fits the choice") in hidden


def test_asking_without_a_server_is_told_on_the_page(
    world: Works, as_role: AsRole, say: Say
) -> None:
    answer = as_role("coordinator").post("/avstand/fraga", {}, at="/avstand")
    assert answer.status_code == 409
    assert say("No road server is set") in answer.text
