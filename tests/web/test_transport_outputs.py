"""Pages and files about what the vans carry: calendars, routes, labels, arrivals, empty crates."""

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape

import pypdfium2
import pytest
import zxingcpp
from flask import Flask
from icalendar import Calendar
from lxml import etree
from sqlmodel import select
from werkzeug.test import TestResponse

from consortium.core.words import Say
from consortium.core.work import Works
from consortium.crates.empties import keep_empties
from consortium.crates.ledger import NewEvent, note_events
from consortium.crates.tables import CrateState
from consortium.messages.tables import Letter
from tests.conftest import OPERATOR
from tests.transports.making import (
    BORLANGE,
    FALUN,
    KVARNSVEDEN,
    MORA,
    TOMORROW,
    make_crates,
    make_transports,
    plan_day,
    send,
)
from tests.web.browsing import Surfer
from tests.web.transport_world import rows_of, words_of

AsRole = Callable[..., Surfer]
GPX = "{http://www.topografix.com/GPX/1/1}"


@pytest.fixture
def world(works: Works) -> Works:
    """Four crates in Falun, the first on its way to Mora; tomorrow is planned."""
    with works.writing(OPERATOR) as work:
        make_transports(work)
        make_crates(work, 4)
        send(work, "LD000001", FALUN, MORA)
    plan_day(works)
    return works


def table_of(answer: TestResponse) -> list[dict[str, str]]:
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.text)))


def codes_of(answer: TestResponse) -> list[str]:
    """The barcodes of each page, as a scanner reads them at 200 dots an inch."""
    assert answer.content_type == "application/pdf"
    document = pypdfium2.PdfDocument(answer.data)
    images = [page.render(scale=200 / 72, grayscale=True).to_numpy() for page in document]
    found = [code.text for image in images for code in zxingcpp.read_barcodes(image)]
    document.close()
    return found


def test_a_route_is_fetched_for_three_other_programs(as_role: AsRole) -> None:
    surfer = as_role("driver")
    path = f"/turplan/{TOMORROW}/van1"
    root = etree.fromstring(surfer.get(f"{path}.gpx").data)
    places = json.loads(surfer.get(f"{path}.geojson").text)["features"]
    rows = table_of(surfer.get(f"{path}.csv"))
    assert len(root.findall(f"{GPX}rte/{GPX}rtept")) == len(rows) == len(places) - 1 == 6
    assert {row["source"] for row in rows[1:]} == {"estimated"}
    assert surfer.get(f"/turplan/{TOMORROW}/van9.gpx").status_code == 404
    assert surfer.get("/turplan/2026-13-41/van1.csv").status_code == 404


def test_labels_come_one_a_page_for_a_roll_printer(as_role: AsRole) -> None:
    surfer = as_role("coordinator")
    path = "/lador/etiketter/skriv-ut.pdf"
    assert codes_of(surfer.get(f"{path}?fran=LD000002&till=ld000003&storlek=76x51")) == [
        "LD000002",
        "LD000003",
    ]
    assert codes_of(surfer.get(f"{path}?kod=LD000004,+LD000001")) == ["LD000001", "LD000004"]
    day = f"/turplan/{TOMORROW}/etiketter-rulle.pdf"
    assert codes_of(surfer.get(day)) == ["LD000001"]
    refused = surfer.get(f"{path}?fran=LD1&storlek=76x51")
    assert refused.status_code == 422
    assert "ld1 är" in words_of(refused.text).lower()
    assert surfer.get(f"{path}?fran=LD000001&storlek=1x1").status_code == 422
    assert surfer.get(f"{path}?kod=LD999999").status_code == 404


def address_of(page: str, slug: str) -> str:
    (found,) = re.findall(rf'href="http://localhost(/kalender/{slug}-[a-z2-7]+\.ics)"', page)
    return str(found)


def test_a_library_has_its_calendar_until_the_address_is_renewed(
    as_role: AsRole, app: Flask
) -> None:
    staff = as_role("counter", "2062")
    page = staff.get("/kalender").text
    assert "falu-stadsbibliotek" not in page
    path = address_of(page, MORA)
    visitor = app.test_client()
    answer = visitor.get(path)
    (stop,) = Calendar.from_ical(answer.data).events
    assert answer.mimetype == "text/calendar"
    assert stop.start.isoformat().startswith(TOMORROW.isoformat())
    assert "Transporten kommer till Mora bibliotek" in answer.text.replace("\r\n ", "")
    seen = {"If-None-Match": answer.headers["ETag"]}
    assert visitor.get(path, headers=seen).status_code == 304
    since = {"If-Modified-Since": answer.headers["Last-Modified"]}
    assert visitor.get(path, headers=since).status_code == 304
    renewed = staff.send(f"/kalender/{MORA}/ny", {}, at="/kalender").text
    assert visitor.get(path).status_code == 404
    new = address_of(renewed, MORA)
    assert visitor.get(new).status_code == 200
    staff.undo(renewed, at="/kalender")
    assert [visitor.get(each).status_code for each in (path, new)] == [200, 404]
    closed = staff.send(f"/kalender/{MORA}/stang", {}, at="/kalender").text
    assert visitor.get(path).status_code == 404
    assert "Indragen" in words_of(closed)


def test_nobody_else_touches_a_librarys_calendar(as_role: AsRole) -> None:
    staff = as_role("counter", "2062")
    assert staff.post(f"/kalender/{FALUN}/ny", {}, at="/kalender").status_code == 403
    assert as_role("auditor").get("/kalender").status_code == 403


def test_arrivals_stand_in_a_matrix_a_list_a_map_and_a_file(as_role: AsRole) -> None:
    surfer = as_role("coordinator")
    matrix = rows_of(surfer.get("/byten").text, 'id="matrix"')
    assert [row[0] for row in matrix] == [
        "Borlänge bibliotek",
        "Falun",
        "Kvarnsvedens bibliotek",
        "Mora",
    ]
    assert matrix[3][1:] == [
        "1 nästa trafikdag",
        "1 nästa trafikdag",
        "0 samma dag",
        "· samma bibliotek",
    ]
    page = surfer.get(f"/byten?fran={MORA}").text
    listed = rows_of(page, 'id="list"')
    assert (listed[0][0], listed[0][2]) == ("Kvarnsvedens bibliotek", "Samma dag direkt")
    drawing = unescape(page[page.index('aria-labelledby="map-t') : page.index("</svg>\n<p")])
    assert "Falu stadsbibliotek: nästa trafikdag" in drawing
    rows = table_of(surfer.get(f"/byten/par.csv?dag={TOMORROW}"))
    assert len(rows) == 4 * 3
    assert {row["traffic_days"] for row in rows if row["origin"] == BORLANGE} == {"0"}
    assert len(table_of(surfer.get("/byten/par.csv"))) == 5 * 4 * 3
    for wrong in ("?fran=orsa", "?dag=2026-11-28", "?dag=x"):
        assert surfer.get(f"/byten{wrong}").status_code == 404


def test_empty_crates_are_packed_for_where_they_are_missing_and_back(
    as_role: AsRole, world: Works
) -> None:
    surfer = as_role("coordinator")
    said = surfer.send("/tomlador/behall", {"bibliotek": KVARNSVEDEN, "kvar": "2"}, at="/tomlador")
    assert "2 tomlådor saknas." in words_of(said.text)
    assert [row["crate"] for row in table_of(surfer.get("/tomlador/flytta.csv"))] == [
        "LD000002",
        "LD000003",
    ]
    values = re.findall(r'name="lada" value="([^"]+)" checked', said.text)
    packed = surfer.send("/tomlador/packa", {"lada": values}, at="/tomlador")
    with world.reading(OPERATOR) as work:
        states = [row.state for row in work.session.exec(select(CrateState))]
    assert sorted(states) == ["collected", "packed", "packed"]
    again = surfer.post("/tomlador/packa", {"lada": values}, at="/tomlador")
    assert again.status_code == 409
    surfer.undo(packed.text, at="/tomlador")
    with world.reading(OPERATOR) as work:
        states = [row.state for row in work.session.exec(select(CrateState))]
    assert states == ["collected"]


@pytest.mark.parametrize("values", [[], ["LD000002"]])
def test_packing_nothing_is_refused(as_role: AsRole, world: Works, values: list[str]) -> None:
    with world.writing(OPERATOR) as work:
        keep_empties(work, KVARNSVEDEN, 1)
    answer = as_role("coordinator").post("/tomlador/packa", {"lada": values}, at="/tomlador")
    assert answer.status_code == 422


def test_letters_about_crates_that_passed_are_looked_at_and_then_sent(
    as_role: AsRole, world: Works
) -> None:
    at = datetime(2026, 11, 24, 11, 1, tzinfo=UTC)  # 12:01 in Sweden, a minute ahead
    with world.writing(OPERATOR) as work:
        note_events(work, [NewEvent("d1", "LD000001", "delivered", MORA, at, vehicle="van1")])
    surfer = as_role("coordinator")
    asked = {"plats": MORA, "dag": "2026-11-24", "fran": "12:00", "till": "13:00"}
    query = "&".join(f"{name}={text}" for name, text in asked.items())
    page = surfer.get(f"/passerade-lador?{query}").text
    assert [row[:3] for row in rows_of(page, 'id="passed"')] == [
        ["LD000001", "Falu stadsbibliotek", "Mora bibliotek"]
    ]
    assert [
        row["crate"] for row in table_of(surfer.get(f"/passerade-lador/lador.csv?{query}"))
    ] == ["LD000001"]
    words = {"amne": "Silverfisk", "text": "Titta efter."}
    preview = surfer.post("/passerade-lador/granska", asked | words, at=f"/passerade-lador?{query}")
    assert "2 brev, så som de skickas" in words_of(preview.text)
    with world.reading(OPERATOR) as work:
        assert work.session.exec(select(Letter)).all() == []
    sent = surfer.send("/passerade-lador/skicka", asked | words, at=f"/passerade-lador?{query}")
    assert "2 brev är skrivna" in words_of(sent.text)
    twice = surfer.post("/passerade-lador/skicka", asked | words, at=f"/passerade-lador?{query}")
    assert twice.status_code == 409
    with world.reading(OPERATOR) as work:
        assert len(work.session.exec(select(Letter)).all()) == 2
    assert surfer.get("/passerade-lador?plats=bil:van1&dag=x&fran=9&till=").status_code == 422


def test_a_driver_is_not_shown_who_was_where(as_role: AsRole, say: Say) -> None:
    assert as_role("driver").get("/passerade-lador").status_code == 403
