"""The pages beside the week: each form saves, refuses at its field, and is taken back by Undo."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from consortium.branches.places import places_of
from consortium.branches.queries import branch_by_slug
from consortium.branches.registering import NewBranch, register_branch
from consortium.core.words import Say
from consortium.core.work import Work, Works
from consortium.transports.absences import absences
from consortium.transports.bus_calls import timetable
from consortium.transports.extra_stops import extra_stops
from consortium.transports.queries import vehicles, weekly_template
from consortium.transports.seasons import seasons
from consortium.transports.special_days import special_days
from consortium.web.branch_moves import degrees_of
from consortium.web.week_fields import window_text, windows_of
from tests.conftest import OPERATOR
from tests.transports.making import FALUN, MORA, make_transports
from tests.web.browsing import Surfer
from tests.web.test_week import STOP
from tests.web.transport_world import rows_of, words_of

AsRole = Callable[..., Surfer]
Form = dict[str, str]
BUS, STOPS_AT = "bokbussen", "hallplats-orsa"
ALWAYS = date(1, 1, 1)

SEASON = {"name": "Sommar", "first_on": "2027-06-01", "last_on": "2027-08-31"}
SPECIAL = {"on_date": "2026-12-23", "weekday": "", "note": "Klämdag"}
EXTRA = {
    "on_date": "2026-12-03",
    "branch": MORA,
    "window_from": "09:00",
    "window_to": "10:00",
    "service_s": "8",
    "deliver": "4",
    "collect": "1",
    "note": "Flytt",
}
CALL = {
    "bus": BUS,
    "stop": STOPS_AT,
    "weekday": "2",
    "every_weeks": "2",
    "first_on": "2026-11-25",
    "arrives": "13:00",
    "leaves": "13:40",
}
VAN = {
    "bil": "van1",
    "name": "Bil A",
    "depot": "depan",
    "capacity": "30",
    "shift_from": "08:00",
    "shift_to": "17:00",
    "longest_s": "480",
    "break_s": "30",
    "break_after_s": "240",
    "cost_per_km_ore": "4,50",
    "spare": "ja",
}
AWAY = {"van": "van1", "from_on": "2026-11-25", "to_on": "2026-11-27", "reason": "Service"}
PLACE = {
    "from_on": "2026-12-01",
    "name": "Mora kulturhus",
    "locality": "Mora",
    "lat": "61,01",
    "lon": "14.55",
}
MERGER = {"into": FALUN, "merged_on": "2026-12-01"}


@pytest.fixture
def world(works: Works) -> Works:
    with works.writing(OPERATOR) as work:
        make_transports(work)
        bus = NewBranch("Bokbussen", "2062", "bus", "Mora", 61, 14.5)
        stop = NewBranch("Hållplats Orsa", "2062", "bus_stop", "Orsa", 61.1, 14.6)
        for new in (bus, stop):
            register_branch(work, new, {})
    return works


def moved(work: Work) -> list[date]:
    return [row.from_on for row in places_of(work, branch_by_slug(work, MORA))]


READ: dict[str, tuple[str, str, Form, Callable[[Work], list[Any]]]] = {
    # what is sent where, and what is in the records then
    "season": ("/veckan/sasonger", "", SEASON, seasons),
    "day": ("/veckan/sarskilda-dagar", "", SPECIAL, lambda w: special_days(w, w.today)),
    "extra": ("/veckan/extrastopp", "", EXTRA, lambda w: extra_stops(w, w.today)),
    "call": ("/veckan/bokbussar", "", CALL, timetable),
    "away": ("/veckan/bilar", "/franvaro", AWAY, lambda w: absences(w, w.today, date.max)),
    "move": (f"/bibliotek/{MORA}/andringar", "", PLACE, moved),
}


@pytest.mark.parametrize("what", READ)
def test_a_form_saves_and_undo_takes_it_back(world: Works, as_role: AsRole, what: str) -> None:
    address, further, form, read = READ[what]
    surfer = as_role("coordinator")
    with world.reading(OPERATOR) as work:
        before = read(work)
    page = surfer.send(address + further, form, at=address).text
    with world.reading(OPERATOR) as work:
        assert len(read(work)) > len(before)
    surfer.undo(page, at=address)
    with world.reading(OPERATOR) as work:
        assert read(work) == before


@pytest.mark.parametrize(
    ("what", "change", "field"),
    [
        ("season", {"last_on": "2027-05-01"}, "last_on"),
        ("season", {"driving_percent": "101"}, "driving_percent"),
        ("day", {"on_date": "2026-11-28"}, "weekday"),
        ("day", {"on_date": "2026-11-23"}, "on_date"),
        ("extra", {"window_to": "08:00"}, "window_to"),
        ("extra", {"on_date": "2026-12-06"}, "on_date"),
        ("call", {"bus": MORA}, "bus"),
        ("call", {"arrives": "14:00"}, "leaves"),
        ("away", {"reason": " "}, "reason"),
        ("move", {"lat": "norr"}, "lat"),
        ("move", {"name": "Falu stadsbibliotek"}, "name"),
    ],
)
def test_what_cannot_be_is_told_at_its_field(
    world: Works, as_role: AsRole, what: str, change: Form, field: str
) -> None:
    address, further, form, read = READ[what]
    with world.reading(OPERATOR) as work:
        before = read(work)
    answer = as_role("coordinator").post(address + further, form | change, at=address)
    assert answer.status_code == 422
    assert f'<a href="#{field}">' in answer.text
    with world.reading(OPERATOR) as work:
        assert read(work) == before


def test_a_van_is_changed_and_changed_back(world: Works, as_role: AsRole) -> None:
    surfer = as_role("coordinator")
    page = surfer.send("/veckan/bilar", VAN, at="/veckan/bilar").text
    with world.reading(OPERATOR) as work:
        van, _ = vehicles(work)[0]
    assert (van.name, van.capacity, van.spare) == ("Bil A", 30, True)
    assert van.breaks == [{"after_work_s": 14_400, "duration_s": 1_800}] * 2
    surfer.undo(page, at="/veckan/bilar")
    with world.reading(OPERATOR) as work:
        back, _ = vehicles(work)[0]
    assert (back.name, back.capacity, back.spare) == ("Bil 1", 20, False)
    again = surfer.post("/veckan/bilar", VAN | {"bil": "", "code": "van1"}, at="/veckan/bilar")
    assert again.status_code == 409


def test_the_effect_is_shown_and_nothing_is_saved_before_it_is(
    world: Works, as_role: AsRole, say: Say
) -> None:
    with world.reading(OPERATOR) as work:
        before = weekly_template(work)
    surfer = as_role("coordinator")
    change = STOP | {"window_from": "12:00", "window_to": "15:00", "required": "ja"}
    page = surfer.post("/veckan/verkan", change, at="/veckan").text
    rows = {row[0]: row[1:] for row in rows_of(page, 'id="effect"')}
    now, then, van = rows["Mora bibliotek"]
    assert (now < "12:00", "12:00" <= then <= "15:00", van) == (True, True, "van1")
    assert 'name="window_from" value="12:00"' in page
    with world.reading(OPERATOR) as work:
        assert weekly_template(work) == before
    dropped = {"weekday": "2", "branch": MORA}
    page = surfer.post("/veckan/ta-bort/verkan", dropped, at="/veckan").text
    assert "5 → 4" in words_of(page)
    wrong = surfer.post("/veckan/verkan", change | {"window_to": "9"}, at="/veckan")
    assert wrong.status_code == 422


def test_a_season_shows_its_own_week(world: Works, as_role: AsRole, say: Say) -> None:
    surfer = as_role("coordinator")
    surfer.post("/veckan/sasonger", SEASON, at="/veckan/sasonger")
    own = STOP | {"sasong": "Sommar", "more_windows": "16:00–17:00"}
    page = surfer.send("/veckan", own, at="/veckan").text
    mora = {row[0]: row[1:] for row in rows_of(page, 'id="stops"')}["Mora bibliotek Mora"]
    assert "Sommar" in mora[2]
    assert "16:00–17:00" in mora[2]
    assert mora[1].endswith(": 08:00–16:00 10 min")
    surfer.post("/veckan", own | {"served": "nej"}, at="/veckan")
    page = surfer.get("/veckan?sasong=Sommar").text
    assert say("No stop") in page
    sheet = surfer.get("/veckan/veckan.csv").text
    assert "Sommar,2,mora-bibliotek" in sheet
    assert len(sheet.splitlines()) == 1 + 20 + 1


def test_two_weeks_are_shown_and_fetched(world: Works, as_role: AsRole) -> None:
    surfer = as_role("coordinator")
    surfer.post("/veckan/sarskilda-dagar", SPECIAL, at="/veckan/sarskilda-dagar")
    page = surfer.get("/veckan/tva-veckor?fran=2026-12-14").text
    rows = rows_of(page, 'id="ahead"')
    assert len(rows) == 10
    assert "Klämdag" in " ".join(rows[7])
    sheet = surfer.get("/veckan/tva-veckor/tva-veckor.csv?fran=2026-12-14").text
    assert sheet.splitlines()[1].startswith("2026-12-14,0,,4,")
    assert surfer.get("/veckan/tva-veckor?fran=nonsens").status_code == 200


def test_a_merger_is_shown_on_both_pages(world: Works, as_role: AsRole, say: Say) -> None:
    surfer = as_role("coordinator")
    surfer.post(f"/bibliotek/{MORA}/sammanslagning", MERGER, at=f"/bibliotek/{MORA}/andringar")
    mora, falun = (surfer.get(f"/bibliotek/{slug}").text for slug in (MORA, FALUN))
    told = say("{name} takes over on {day}", name="Falu stadsbibliotek", day="2026-12-01")
    assert told in mora
    assert say("It takes over from others") in falun
    address = f"/bibliotek/{MORA}/sammanslagning/angra"
    page = surfer.send(address, {}, at=f"/bibliotek/{MORA}/andringar").text
    assert told not in surfer.get(f"/bibliotek/{MORA}").text
    surfer.undo(page, at=f"/bibliotek/{MORA}/andringar")
    assert told in surfer.get(f"/bibliotek/{MORA}").text


def test_windows_and_degrees_are_read() -> None:
    assert window_text(windows_of("8:00-9.30, 12:00–13:00")) == "08:00–09:30, 12:00–13:00"
    assert windows_of(" ") == ()
    for wrong in ("8", "8:00", "8:00–9:00–10:00", "9:00;10:00"):
        with pytest.raises(ValueError, match="Write from and to"):
            windows_of(wrong)
    assert degrees_of(" -14,5") == -14.5
    for wrong in ("", "14.5.1", "1e3", "N61"):
        with pytest.raises(ValueError, match="Write degrees"):
            degrees_of(wrong)
