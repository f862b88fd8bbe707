"""Ways are fetched from a road server that answers as OSRM and Valhalla do, and kept."""

import dataclasses
import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlmodel import select

from consortium.core.audit import AuditEntry
from consortium.core.errors import Conflict, Forbidden, Invalid, Unavailable
from consortium.core.later import Task
from consortium.core.settings import Settings
from consortium.core.work import Actor, Works
from consortium.transports.distancing import road
from consortium.transports.fetching_legs import ask_legs, fetch_waits, last_fetch
from consortium.transports.formats import osrm, valhalla
from consortium.transports.formats.road_table import Asked, questions
from consortium.transports.tables import Leg
from jobs.distances import fetch_ways
from jobs.running import Running
from jobs.worker import run_next
from tests.conftest import OPERATOR, Clock
from tests.transports.making import make_transports
from tests.transports.road_server import DISTANCES, DURATIONS, POINTS, RoadServer, road_server

NAMED = [(f"Plats {at}", point) for at, point in enumerate(POINTS)]
ASKED = [(name, *point) for name, point in NAMED]
MAP = date(2026, 11, 1)


@pytest.fixture
def server() -> Iterator[RoadServer]:
    with road_server() as at:
        yield at


def running_with(works: Works, settings: Settings, server: RoadServer, **routing: Any) -> Running:
    given = settings.model_dump()
    given["routing"] |= {"server": server.address, "map_date": MAP, **routing}
    given["outgoing"]["allowed"] = ["127.0.0.1"]
    changed = Settings.model_validate(given)
    return Running(dataclasses.replace(works, routing=changed.routing), changed)


def legs(works: Works) -> list[Leg]:
    with works.reading(OPERATOR) as work:
        return list(work.session.exec(select(Leg)))


def half_up(number: float) -> int:
    return int(number + 0.5)


@pytest.mark.parametrize("kind", ["osrm", "valhalla"])
def test_all_ways_come_as_the_server_says_in_questions_of_a_few_points(
    works: Works, settings: Settings, server: RoadServer, kind: str
) -> None:
    running = running_with(works, settings, server, server_kind=kind, server_batch=8)
    fetch_ways(running, NAMED)
    with running.works.reading(OPERATOR) as work:
        found = road(work, ASKED, 10)
        seen = last_fetch(work)
    for start in range(20):
        for end in range(20):
            if start != end:
                assert found.sources[start][end] == "routed"
                seconds = DURATIONS[start][end]
                whole = round(seconds) if kind == "valhalla" else half_up(seconds)
                assert found.durations_s[start][end] == whole
                assert found.distances_m[start][end] == pytest.approx(DISTANCES[start][end], abs=1)
    assert len(server.asked) == 25  # five blocks of four points, each way
    assert {max(size) for size in server.asked} == {4}
    assert seen is not None
    assert (seen.fetched, seen.unrouted, seen.far, seen.trouble) == (380, 0, (), "")
    kept = legs(running.works)[0]
    assert (kept.as_of, kept.server, kept.entered_by) == (MAP, server.address, "job:distances")
    fetch_ways(running, NAMED)
    assert len(server.asked) == 25  # nothing is missing


def test_a_newer_map_is_asked_anew_in_place_of_the_old(
    works: Works, settings: Settings, server: RoadServer
) -> None:
    fetch_ways(running_with(works, settings, server), NAMED[:3])
    newer = running_with(works, settings, server, map_date=date(2026, 11, 20))
    with newer.works.reading(OPERATOR) as work:
        assert road(work, ASKED[:3], 10).sources == [["estimated"] * 3] * 3
    fetch_ways(newer, NAMED[:3])
    assert [leg.as_of for leg in legs(works)] == [date(2026, 11, 20)] * 6


def test_only_what_is_missing_is_asked_for(
    works: Works, settings: Settings, server: RoadServer
) -> None:
    running = running_with(works, settings, server)
    fetch_ways(running, NAMED[:3])
    fetch_ways(running, NAMED[:4])
    assert server.asked == [(3, 3), (4, 4)]
    assert len(legs(works)) == 12


@pytest.mark.parametrize("kind", ["osrm", "valhalla"])
def test_what_has_no_road_stays_estimated_and_a_point_far_from_every_road_is_named(
    works: Works, settings: Settings, server: RoadServer, kind: str
) -> None:
    server.unknown, server.off_m = {(0, 1)}, {2: 1_003}
    running = running_with(works, settings, server, server_kind=kind)
    fetch_ways(running, NAMED[:4])
    with running.works.reading(OPERATOR) as work:
        found = road(work, ASKED[:4], 10).sources
        seen = last_fetch(work)
    assert found[0] == ["estimated", "estimated", "estimated", "routed"]
    assert found[2] == ["estimated"] * 4
    assert found[1] == ["routed", "estimated", "estimated", "routed"]
    assert seen is not None
    assert (seen.fetched, seen.unrouted, seen.far) == (5, 1, ("Plats 2",))


def test_what_came_before_a_trouble_is_kept_and_the_rest_asked_for_again(
    works: Works, settings: Settings, server: RoadServer
) -> None:
    server.fails_after = 3
    running = running_with(works, settings, server, server_batch=4)
    for _twice in range(2):
        with pytest.raises(Unavailable, match="503"):
            fetch_ways(running, NAMED[:6])
    with running.works.reading(OPERATOR) as work:
        seen = last_fetch(work)
        notes = work.session.exec(
            select(AuditEntry).where(AuditEntry.event == "transports.legs_fetched")
        ).all()
    assert seen is not None
    assert "503" in seen.trouble
    assert len(notes) == 1  # the same trouble is told once
    assert len(legs(works)) == 10  # of blocks 1–1, 1–2 and 1–3, two points each
    server.fails_after = 1_000
    fetch_ways(running, NAMED[:6])
    assert len(legs(works)) == 30


@pytest.mark.parametrize(
    ("answer", "error", "said"),
    [
        (
            (400, b'{"code":"TooBig","message":"Too many table coordinates"}'),
            Invalid,
            "fewer points",
        ),
        ((400, b'{"code":"NoSegment","message":"No road at 3"}'), Invalid, "No road at 3"),
        ((404, b""), Invalid, "404"),
        ((429, b""), Unavailable, "429"),
        ((500, b""), Unavailable, "500"),
        ((200, b"<html>"), Invalid, "JSON"),
        ((200, b'{"code":"Ok","durations":[[0,1]],"distances":[[0,1]]}'), Invalid, "OSRM"),
        ((200, b"[]"), Invalid, "OSRM"),
    ],
)
def test_answers_of_no_use_change_nothing(
    works: Works,
    settings: Settings,
    server: RoadServer,
    answer: tuple[int, bytes],
    error: type[Exception],
    said: str,
) -> None:
    server.status, server.body = answer
    with pytest.raises(error, match=said):
        fetch_ways(running_with(works, settings, server), NAMED[:2])
    assert legs(works) == []


def test_a_server_that_is_not_allowed_is_not_called(
    works: Works, settings: Settings, server: RoadServer
) -> None:
    running = running_with(works, settings, server)
    closed = running.settings.model_copy(update={"outgoing": settings.outgoing})
    with pytest.raises(Invalid, match="not open to all"):
        fetch_ways(Running(running.works, closed), NAMED[:2])
    assert server.requests == []


def test_a_coordinator_asks_and_a_worker_fetches(
    works: Works, settings: Settings, server: RoadServer, clock: Clock
) -> None:
    server.status, server.body = 400, b'{"code":"NoTable","message":"No route found"}'
    running = running_with(works, settings, server)
    with running.works.writing(OPERATOR) as work:
        make_transports(work)
    with pytest.raises(Forbidden), running.works.writing(Actor("x")) as work:
        ask_legs(work)
    with running.works.writing(OPERATOR) as work:
        ask_legs(work)
        assert fetch_waits(work)
    with pytest.raises(Conflict, match="under way"), running.works.writing(OPERATOR) as work:
        ask_legs(work)
    while run_next(running):
        pass
    with running.works.reading(OPERATOR) as work:
        seen = last_fetch(work)
        assert not fetch_waits(work)
        assert [task.state for task in work.session.exec(select(Task))] == ["done"]
    assert seen is not None
    assert (seen.fetched, seen.unrouted) == (0, 20)  # four libraries and the depot
    with pytest.raises(Conflict, match="No road server"), works.writing(OPERATOR) as work:
        ask_legs(work)


def test_questions_have_few_points_and_ask_for_all_that_is_wanted() -> None:
    wanted = {(one, other) for one in POINTS[:7] for other in POINTS[:7] if one != other}
    asked = questions(wanted - {(POINTS[0], POINTS[1])}, 4)
    assert all(len({*each.sources, *each.targets}) <= 4 for each in asked)
    got = {(one, other) for each in asked for one in each.sources for other in each.targets}
    assert got >= wanted - {(POINTS[0], POINTS[1])}
    assert questions([], 4) == []
    assert questions([(POINTS[0], POINTS[1])], 1_000) == [Asked((POINTS[0],), (POINTS[1],))]


def test_addresses_and_answers_of_osrm_before_its_snapping_distances() -> None:
    asked = Asked((POINTS[0],), (POINTS[1], POINTS[2]))
    assert osrm.address_of("http://road:5000/", asked) == (
        "http://road:5000/table/v1/driving/9.520900,47.141000;9.509700,47.166000;9.523300,47.068000"
        "?annotations=duration,distance&generate_hints=false&sources=0&destinations=1;2"
    )
    waypoint = {"location": [9.5209, 47.151]}  # 0.01 degrees north: 1 112 m
    answer = {
        "code": "Ok",
        "durations": [[284.5, None]],
        "distances": [[3110.4, 5.0]],
        "sources": [waypoint],
        "destinations": [{"location": [9.5097, 47.166]}, {"location": [9.5233, 47.068]}],
    }
    found = osrm.ways_of(json.dumps(answer).encode(), asked)
    assert found.ways == (((285, 3110), None),)
    assert (found.source_off_m, found.target_off_m) == ((1112,), (0, 0))


def test_valhalla_of_older_form_and_its_refusals() -> None:
    asked = Asked((POINTS[0],), (POINTS[1],))
    older = {
        "sources": [[{"lon": POINTS[0][1], "lat": POINTS[0][0]}]],
        "targets": [[{"lon": POINTS[1][1], "lat": POINTS[1][0]}]],
        "sources_to_targets": [[{"from_index": 0, "to_index": 0, "time": 284, "distance": 3.1105}]],
        "units": "kilometers",
    }
    found = valhalla.ways_of(json.dumps(older).encode(), asked)
    assert found.ways == (((284, 3111),),)
    assert (found.source_off_m, found.target_off_m) == ((0,), (0,))
    none = b'{"error_code":442,"error":"No path could be found for input","status_code":400}'
    assert valhalla.ways_of(none, asked).ways == ((None,),)
    for body, said in (
        (b'{"error_code":150,"error":"Exceeded max locations"}', "fewer points"),
        (b'{"error_code":171,"error":"No suitable edges near location"}', "No suitable edges"),
        (b'{"sources_to_targets":[[{"time":-1,"distance":1}]]}', "Valhalla"),
        (b'{"sources_to_targets":[[{"time":1,"distance":"1"}]]}', "Valhalla"),
        (b'{"sources_to_targets":[[3]]}', "Valhalla"),
        (b'{"sources_to_targets":[[]]}', "Valhalla"),
    ):
        with pytest.raises(Invalid, match=said):
            valhalla.ways_of(body, asked)
