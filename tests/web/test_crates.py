"""The pages of crates: finding, packing, scanning, registering, labels."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from sqlmodel import select

from consortium.core.words import Say
from consortium.core.work import Works
from consortium.crates.moving import pack, record_event
from consortium.crates.tables import Crate, CrateEvent
from consortium.crates.whereabouts import crate_view
from tests.conftest import OPERATOR, Clock
from tests.documents.reading import pages_of
from tests.transports.making import BORLANGE, FALUN, MORA, make_crates, make_transports, send
from tests.web.browsing import Surfer
from tests.web.transport_world import rows_of, words_of

AsRole = Callable[..., Surfer]
PACKED, COLLECTED, DELIVERED, FREE = (f"LD00000{serial}" for serial in range(1, 5))


@pytest.fixture
def world(works: Works) -> Works:
    """Four crates of Falun: from Mora to Falun, from Falun to Mora, to Borlänge; one at home."""
    with works.writing(OPERATOR) as work:
        make_transports(work)
        make_crates(work, 4)
        pack(work, PACKED, MORA, FALUN)
        send(work, COLLECTED, FALUN, MORA)
        send(work, DELIVERED, FALUN, BORLANGE)
        record_event(work, DELIVERED, "delivered", BORLANGE)
    return works


def events(works: Works) -> list[str]:
    with works.reading(OPERATOR) as work:
        return list(work.session.exec(select(CrateEvent.kind).order_by(CrateEvent.kind)))


def codes_of(page: str) -> list[str]:
    return re.findall(r'name="kod" value="(LD\d{6})"', page)


def test_crates_stand_with_place_state_and_journey(world: Works, as_role: AsRole, say: Say) -> None:
    page = as_role("coordinator").get("/lador").text
    rows = {row[1]: row[2:5] for row in rows_of(page, 'id="crates"')}
    assert rows == {
        PACKED: ["Mora bibliotek", say("Packed"), "Mora bibliotek → Falu stadsbibliotek"],
        COLLECTED: [
            say("on a van"),
            say("On the way"),
            "Falu stadsbibliotek → Mora bibliotek",
        ],
        DELIVERED: [
            "Borlänge bibliotek",
            say("Delivered"),
            "Falu stadsbibliotek → Borlänge bibliotek",
        ],
        FREE: ["Falu stadsbibliotek", say("Free"), "–"],
    }
    shown = words_of(page)
    for name in ("Free", "Packed", "On the way", "Delivered"):
        assert f"{say(name)} 1" in shown
    assert f"{say('Missing')} 0" in shown


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status=packed", [PACKED]),
        ("status=free", [FREE]),
        ("bibliotek=mora-bibliotek", [PACKED, COLLECTED]),
        ("bibliotek=mora-bibliotek&status=collected", [COLLECTED]),
        ("q=ld000003", [DELIVERED]),
        ("q=00000", [PACKED, COLLECTED, DELIVERED, FREE]),
        ("status=nonsense", [PACKED, COLLECTED, DELIVERED, FREE]),
        ("q=LD9", []),
    ],
)
def test_crates_are_found(
    world: Works, as_role: AsRole, say: Say, query: str, found: list[str]
) -> None:
    page = as_role("auditor").get(f"/lador?{query}").text
    assert sorted(codes_of(page)) == found
    assert (say("No crate fits the choice") in page) == (not found)


def test_staff_see_and_find_only_what_touches_their_library(world: Works, as_role: AsRole) -> None:
    surfer = as_role("counter", "2062")
    page = surfer.get("/lador").text
    assert sorted(codes_of(page)) == [PACKED, COLLECTED]
    assert re.findall(r'<option value="([a-z-]+-bibliotek)"', page) == [MORA]
    assert surfer.get(f"/lador/{PACKED}").status_code == 200
    assert surfer.get(f"/lador/{DELIVERED}").status_code == 404
    assert surfer.get(f"/lador/etiketter.pdf?kod={DELIVERED}").status_code == 404
    whole = surfer.get(f"/lador/etiketter.pdf?fran={PACKED}&till={FREE}")
    assert "LD 000 003" not in pages_of(whole.data)[0]


def test_fifty_crates_stand_on_a_page(world: Works, as_role: AsRole) -> None:
    with world.writing(OPERATOR) as work:
        make_crates(work, 47)
    surfer = as_role("coordinator")
    first = surfer.get("/lador?q=LD").text
    (after,) = re.findall(r'rel="next" href="(/lador\?q=LD&amp;vidare=[^"]+)"', first)
    second = surfer.get(unescape(after)).text
    assert (len(codes_of(first)), len(codes_of(second))) == (50, 1)
    (before,) = re.findall(r'rel="prev" href="([^"]+)"', second)
    assert codes_of(surfer.get(unescape(before)).text) == codes_of(first)
    assert re.findall(r'rel="first" href="([^"]+)"', second) == ["/lador?q=LD"]
    assert surfer.get("/lador?vidare=x").status_code == 422


def test_a_crate_that_nobody_has_heard_of_is_marked(
    world: Works, as_role: AsRole, clock: Clock, say: Say
) -> None:
    clock.forward(days=14)
    rows = {r[1]: r for r in rows_of(as_role("auditor").get("/lador").text, 'id="crates"')}
    assert say("Not heard of") in rows[PACKED][3]
    assert rows[PACKED][6] == "14"
    assert say("Not heard of") not in rows[FREE][3]


def test_staff_record_the_next_step_at_their_library(
    world: Works, as_role: AsRole, say: Say
) -> None:
    surfer = as_role("counter", "2062")
    page = surfer.get(f"/lador/{COLLECTED}").text
    assert say(
        "It is on its way; the van leaves it at {place}.", place="Mora bibliotek"
    ) in words_of(page)
    path = f"/lador/{COLLECTED}/handelse"
    given = {"kind": "delivered", "branch": MORA}
    page = surfer.send(path, given, at=f"/lador/{COLLECTED}").text
    assert say("{code} is recorded", code=COLLECTED) in page
    assert say("Record that it was emptied") in page
    journey, *rows = rows_of(page, 'id="events"')
    assert journey == ["Falu stadsbibliotek → Mora bibliotek"]
    assert [row[:3] for row in rows] == [
        ["2026-11-24 12:00", say("Delivered"), "Mora bibliotek"],
        ["2026-11-24 12:00", say("Collected"), "Falu stadsbibliotek"],
        ["2026-11-24 12:00", say("Packed"), "Falu stadsbibliotek"],
    ]


def test_a_step_out_of_turn_is_recorded_and_looks_wrong(
    world: Works, as_role: AsRole, say: Say
) -> None:
    surfer = as_role("coordinator")
    at = f"/lador/{PACKED}"
    early = surfer.send(f"{at}/handelse", {"kind": "delivered", "branch": BORLANGE}, at=at)
    assert say("{code} is recorded", code=PACKED) in early.text
    page = surfer.get("/lador/avvikelser").text
    assert {tuple(row[:4]) for row in rows_of(page, 'id="odd"')} == {
        (PACKED, say(what), "Borlänge bibliotek", "Mora bibliotek → Falu stadsbibliotek")
        for what in ("Delivered at another library", "Delivered, but never collected")
    }
    one = surfer.get("/lador/avvikelser?vad=elsewhere").text
    assert len(rows_of(one, 'id="odd"')) == 1
    assert say("Nothing of the kind looks wrong") in surfer.get("/lador/avvikelser?vad=lost").text
    table = surfer.get("/lador/avvikelser.csv?vad=elsewhere").text.splitlines()
    assert table[0] == "code,kind,place,at,origin,destination"
    moment = "2026-11-24T11:00:00+00:00"
    journey = "Mora bibliotek,Falu stadsbibliotek"
    assert table[1:] == [f"{PACKED},elsewhere,Borlänge bibliotek,{moment},{journey}"]
    before = events(world)
    unknown = surfer.post(f"{at}/handelse", {"kind": "packed", "branch": MORA}, at=at)
    assert unknown.status_code == 422
    counter = as_role("counter", "2062")
    foreign = counter.post(f"{at}/handelse", {"kind": "delivered", "branch": FALUN}, at=at)
    assert foreign.status_code == 403
    assert events(world) == before


def test_what_was_recorded_by_mistake_is_taken_away_and_put_back(
    world: Works, as_role: AsRole, say: Say
) -> None:
    surfer, at = as_role("counter", "2081"), f"/lador/{DELIVERED}"
    (event,) = re.findall(r'name="event" value="([^"]+)"', surfer.get(at).text)  # its own only
    page = surfer.send(f"{at}/ta-bort", {"event": event}, at=at).text
    assert say("What was recorded of {code} is taken away", code=DELIVERED) in page
    assert say("On the way") in page
    (undo,) = re.findall(r'action="(/angra/\d+)"', page)
    page = surfer.send(undo, {}, at=at).text
    assert say("Delivered") in rows_of(page, 'id="events"')[1]
    # the one who collected it works elsewhere
    with world.reading(OPERATOR) as work:
        rows = select(CrateEvent.event).where(CrateEvent.kind == "collected")
        others = work.session.exec(rows).all()
    assert surfer.post(f"{at}/ta-bort", {"event": others[0]}, at=at).status_code == 403


def test_the_crates_are_fetched_as_a_table(world: Works, as_role: AsRole) -> None:
    lines = as_role("counter", "2062").get("/lador/lista.csv?q=LD").text.splitlines()
    falu, mora, moment = "Falu stadsbibliotek", "Mora bibliotek", "2026-11-24T11:00:00+00:00"
    assert lines == [
        "code,state,place,origin,destination,vehicle,scanned_at",
        f"{PACKED},packed,{mora},{mora},{falu},,{moment}",
        f"{COLLECTED},collected,,{falu},{mora},,{moment}",
    ]


def test_a_free_crate_is_packed(world: Works, as_role: AsRole, say: Say) -> None:
    surfer = as_role("branch_manager", "2080")
    page = surfer.get(f"/lador/{FREE}").text
    # its manager packs in the own municipality only, and it lies there
    origins = page[page.index('name="origin"') :].partition("</select>")[0]
    assert re.findall(r'value="([a-z-]+)"', origins) == [FALUN]
    path = f"/lador/{FREE}/packa"
    same = surfer.post(path, {"origin": FALUN, "destination": FALUN}, at=f"/lador/{FREE}")
    assert same.status_code == 422
    assert say("A crate goes to another branch than it comes from") in words_of(same.text)
    assert f'value="{FALUN}" selected' in same.text
    page = surfer.send(path, {"origin": FALUN, "destination": MORA}, at=f"/lador/{FREE}").text
    assert say("{code} is packed", code=FREE) in page
    again = surfer.post(path, {"origin": FALUN, "destination": MORA}, at=f"/lador/{FREE}")
    assert again.status_code == 303
    assert events(world).count("packed") == 4
    with world.reading(OPERATOR) as work:
        row = crate_view(work, FREE).row
    assert (row.state, row.destination) == ("packed", "Mora bibliotek")


@pytest.mark.parametrize("role", ["auditor", "administrator", "finance"])
def test_others_only_read(world: Works, as_role: AsRole, say: Say, role: str) -> None:
    before = events(world)
    surfer = as_role(role)
    for path in ("/lador", f"/lador/{PACKED}", f"/lador/{FREE}", "/lador/skanna"):
        page = surfer.get(path)
        assert page.status_code == 200
        assert '<form method="post"' not in page.text[page.text.index("<main") :]
    assert say("You can read but not record") in surfer.get("/lador/skanna").text
    posts = {
        f"/lador/{PACKED}/handelse": {"kind": "collected", "branch": MORA},
        f"/lador/{FREE}/packa": {"origin": FALUN, "destination": MORA},
        "/lador/skanna": {"kind": "collected", "branch": MORA, "codes": PACKED},
        "/lador": {"home": FALUN, "count": "1"},
    }
    assert {surfer.post(path, given).status_code for path, given in posts.items()} == {403}
    assert events(world) == before


def test_scanned_codes_are_recorded_together(world: Works, as_role: AsRole, say: Say) -> None:
    with world.writing(OPERATOR) as work:
        pack(work, FREE, FALUN, MORA)
        record_event(work, FREE, "collected", FALUN)
    surfer = as_role("counter", "2062")
    given = {"kind": "delivered", "branch": MORA, "codes": f"{COLLECTED}\r\n\r\n ld000004 \r\n"}
    page = surfer.send("/lador/skanna", given, at="/lador/skanna").text
    assert say("Recorded crates: {count}", count=2) in page
    assert 'value="delivered" selected' in page
    with world.reading(OPERATOR) as work:
        states = [crate_view(work, code).row.state for code in (COLLECTED, FREE)]
    assert states == ["delivered", "delivered"]
    # the same scans again change nothing
    before = events(world)
    assert surfer.post("/lador/skanna", given, at="/lador/skanna").status_code == 303
    assert events(world) == before


def test_one_wrong_code_stops_all_and_every_fault_is_told(
    world: Works, as_role: AsRole, say: Say
) -> None:
    before = events(world)
    surfer = as_role("coordinator")
    codes = f"{COLLECTED}\n\n{PACKED}\nLD999999\nhej"
    given = {"kind": "delivered", "branch": MORA, "codes": codes}
    answer = surfer.post("/lador/skanna", given, at="/lador/skanna")
    assert answer.status_code == 422
    shown = words_of(answer.text)
    assert say("Nothing was saved") in shown
    for line, code in ((4, "LD999999"), (5, "HEJ")):
        what = say("There is no crate {code}", code=code)
        assert say("Line {line}: {what}", line=line, what=what) in shown
    assert f">{codes}</textarea>" in answer.text
    assert events(world) == before


@pytest.mark.parametrize(
    ("codes", "text"),
    [
        (" \r\n ", "Scan or write at least one code"),
        ("LD000001\n" * 501, "Record at most {most} crates at a time"),
    ],
    ids=["none", "too many"],
)
def test_none_and_too_many_codes_are_refused(
    world: Works, as_role: AsRole, say: Say, codes: str, text: str
) -> None:
    given = {"kind": "delivered", "branch": MORA, "codes": codes}
    answer = as_role("coordinator").post("/lador/skanna", given, at="/lador/skanna")
    assert answer.status_code == 422
    assert say(text, most=500) in words_of(answer.text)


def test_a_coordinator_registers_crates_and_prints_their_labels(
    world: Works, as_role: AsRole, say: Say
) -> None:
    surfer = as_role("coordinator")
    answer = surfer.post("/lador", {"home": MORA, "count": "11"}, at="/lador")
    assert answer.location == "/lador?fran=LD000005&till=LD000015"
    page = surfer.get(answer.location).text
    assert say("{count} crates are registered", count=11) in page
    (labels,) = re.findall(r'href="(/lador/etiketter.pdf\?fran=[^"]+)"', page)
    sheets = pages_of(surfer.get(labels.replace("&amp;", "&")).data)
    # ten on a sheet; each says where it belongs
    assert [sheet.count("Mora bibliotek") for sheet in sheets] == [10, 1]
    assert "LD 000 005" in sheets[0]
    assert "LD 000 015" in sheets[1]
    with world.reading(OPERATOR) as work:
        assert len(work.session.exec(select(Crate)).all()) == 15


def test_labels_of_chosen_crates_say_where_they_go(world: Works, as_role: AsRole) -> None:
    surfer = as_role("coordinator")
    answer = surfer.get(f"/lador/etiketter.pdf?kod={FREE}&kod={PACKED}")
    (sheet,) = pages_of(answer.data)
    assert answer.mimetype == "application/pdf"
    # the packed one goes to Falun, from Mora; the free one belongs to Falun
    assert sheet.count("Falu stadsbibliotek") == 2
    assert sheet.count("Mora bibliotek") == 1
    assert surfer.get("/lador/etiketter.pdf?kod=LD999999").status_code == 404
    for query in ("", "?kod=hej", "?fran=1&till=2"):
        assert surfer.get(f"/lador/etiketter.pdf{query}").status_code == 422


@pytest.mark.parametrize("count", ["0", "1001", "ten", ""])
def test_a_number_that_cannot_be_registered_is_kept_in_the_form(
    world: Works, as_role: AsRole, say: Say, count: str
) -> None:
    answer = as_role("coordinator").post("/lador", {"home": MORA, "count": count}, at="/lador")
    assert answer.status_code == 422
    assert say("Nothing was saved") in answer.text
    assert f'name="count" type="number" value="{count}"' in answer.text
    assert f'value="{MORA}" selected' in answer.text
