"""The page of a day's transports, from a closure to the letters of an accepted proposal."""

import email
import hashlib
import re
from collections.abc import Callable
from datetime import date
from email.policy import default
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlmodel import select

from consortium.branches.closing import close_branch
from consortium.cli import main
from consortium.core.audit import AuditEntry
from consortium.core.later import Task
from consortium.core.words import Say
from consortium.core.work import Works
from consortium.crates.moving import pack
from consortium.transports.overview import NEARLY_FULL
from consortium.transports.planning import PLAN_ASKED
from consortium.transports.queries import plan_of, proposals
from consortium.transports.registering import drop_template_stop
from consortium.transports.tables import Plan, Vehicle
from tests.conftest import OPERATOR, Clock
from tests.documents.reading import pages_of
from tests.transports.making import (
    BORLANGE,
    FALUN,
    KVARNSVEDEN,
    MORA,
    TOMORROW,
    WITHOUT_FALUN_S,
    Timetable,
    make_crates,
    make_transports,
    plan_day,
    timetable,
)
from tests.web.browsing import Surfer, signed_in
from tests.web.transport_world import rows_of, run_tasks, words_of

AsRole = Callable[..., Surfer]
BEFORE = timetable([BORLANGE, FALUN, MORA, KVARNSVEDEN])
AFTER = timetable([BORLANGE, MORA, KVARNSVEDEN], WITHOUT_FALUN_S)


@pytest.fixture
def world(works: Works) -> Works:
    """Four libraries, a van, a stop a day at each; Kvarnsveden has no e-mail address."""
    with works.writing(OPERATOR) as work:
        make_transports(work)
    return works


@pytest.fixture
def planned(world: Works, tmp_path: Path) -> Works:
    """Tomorrow is planned and its papers are drawn."""
    plan_day(world, reason="The day's first plan")
    run_tasks(world, tmp_path)
    return world


def close_tomorrow(surfer: Surfer, slug: str) -> None:
    day = TOMORROW.isoformat()
    given = {"branch": slug, "from_on": day, "to_on": day, "reason": "Utbildningsdag"}
    assert surfer.post("/stangningar", given, at="/stangningar").status_code == 303


def answer(surfer: Surfer, works: Works, svar: str) -> str:
    """Answer tomorrow's proposal from its page; the page that comes next."""
    with works.reading(OPERATOR) as work:
        (waiting,) = proposals(work, TOMORROW)
    path = f"/turplan/{TOMORROW}/forslag/{waiting.id}"
    return surfer.send(path, {"svar": svar}, at="/imorgon").text


def letters(folder: Path) -> dict[str, str]:
    """Address → body of each letter in the outbox."""
    posts = [
        email.message_from_bytes(path.read_bytes(), policy=default)
        for path in sorted((folder / "outbox" / "letters").glob("*.eml"))
    ]
    return {str(post["To"]): post.get_content() for post in posts}


def test_a_closure_becomes_a_proposal_and_an_accepted_one_letters(
    planned: Works, as_role: AsRole, tmp_path: Path, say: Say
) -> None:
    surfer = as_role("coordinator")
    close_tomorrow(surfer, FALUN)
    run_tasks(planned, tmp_path)
    page = surfer.get("/imorgon").text
    was, now = BEFORE.arrivals, AFTER.arrivals
    assert rows_of(page, say("Changes in the proposal")) == [
        [
            "Borlänge bibliotek",
            "Bil 1, nr 1",
            "Bil 1, nr 1",
            f"{was[BORLANGE][:5]} → {now[BORLANGE][:5]}",
        ],
        [
            "Falu stadsbibliotek",
            "Bil 1, nr 2",
            "Hoppas över stängt",
            f"{was[FALUN][:5]} → –",
        ],
    ]
    assert rows_of(page, say("Small changes in the proposal")) == [
        ["Mora bibliotek", "Bil 1, nr 3", "Bil 1, nr 2", f"{was[MORA][:5]} → {now[MORA][:5]}"],
        [
            "Kvarnsvedens bibliotek",
            "Bil 1, nr 4",
            "Bil 1, nr 3",
            f"{was[KVARNSVEDEN][:5]} → {now[KVARNSVEDEN][:5]}",
        ],
    ]
    shown = words_of(page)
    assert f"Förslag: {saving_of(BEFORE, AFTER)}" in shown
    told = "Borlänge bibliotek, Falu stadsbibliotek"
    assert f"Meddelas med e-post om du godkänner: {told}." in shown
    assert "Falu stadsbibliotek är stängt. Utbildningsdag" in shown
    assert say("It still has a stop in the plan.") in shown

    after = words_of(answer(surfer, planned, "ja"))
    assert say("The proposal is accepted") in after
    assert f"Meddelas med e-post: {told}." in after
    assert say("The stop is left out.") in after
    assert say("Accept the proposal") not in after
    run_tasks(planned, tmp_path)
    sent = letters(tmp_path)
    assert set(sent) == {"falun@lib.example", "borlange@lib.example"}
    assert was[BORLANGE][:5] in sent["borlange@lib.example"]
    assert now[BORLANGE][:5] in sent["borlange@lib.example"]


def saving_of(before: Timetable, after: Timetable) -> str:
    """The heading's figures: a km costs 450 öre, an hour 38 000."""
    seconds, metres = before.work_s - after.work_s, before.distance_m - after.distance_m
    ore = metres * 450 / 1000 + seconds * 38_000 / 3600
    minutes, km, kronor = round(seconds / 60), round(metres / 1000), round(ore / 100)
    return f"−{minutes} min, −{km} km, −{kronor} kr"


def test_a_rejected_proposal_leaves_the_plan_and_writes_to_nobody(
    planned: Works, as_role: AsRole, tmp_path: Path, say: Say
) -> None:
    surfer = as_role("coordinator")
    close_tomorrow(surfer, FALUN)
    run_tasks(planned, tmp_path)
    shown = words_of(answer(surfer, planned, "nej"))
    assert say("The plan stays as it is") in shown
    assert f"2 {say('Rejected')}" in shown
    run_tasks(planned, tmp_path)
    assert letters(tmp_path) == {}
    with planned.reading(OPERATOR) as work:
        stands = plan_of(work, TOMORROW)
    assert stands is not None
    assert stands.revision == 1


def test_answering_twice_shows_how_it_stands_now(
    planned: Works, as_role: AsRole, tmp_path: Path, say: Say
) -> None:
    surfer = as_role("coordinator")
    close_tomorrow(surfer, FALUN)
    run_tasks(planned, tmp_path)
    with planned.reading(OPERATOR) as work:
        (waiting,) = proposals(work, TOMORROW)
    answer(surfer, planned, "ja")
    again = surfer.post(f"/turplan/{TOMORROW}/forslag/{waiting.id}", {"svar": "nej"}, at="/imorgon")
    assert again.status_code == 409
    assert say("Nothing was saved") in words_of(again.text)
    assert "Gällande plan är nummer 2." in words_of(again.text)


@pytest.mark.parametrize(
    ("role", "member"),
    [("branch_manager", "2062"), ("counter", "2062"), ("auditor", None), ("administrator", None)],
)
def test_others_read_but_do_not_answer(
    planned: Works, as_role: AsRole, tmp_path: Path, say: Say, role: str, member: str | None
) -> None:
    with planned.writing(OPERATOR) as work:
        close_branch(work, FALUN, (TOMORROW, TOMORROW), "Utbildningsdag")
    run_tasks(planned, tmp_path)
    surfer = as_role(role, member)
    page = surfer.get("/imorgon")
    assert page.status_code == 200
    assert say("A coordinator answers it.") in words_of(page.text)
    assert "/forslag/" not in page.text
    assert "/planera" not in page.text
    assert (say("Your library") in page.text) == (member is not None)
    with planned.reading(OPERATOR) as work:
        (waiting,) = proposals(work, TOMORROW)
    refused = surfer.post(f"/turplan/{TOMORROW}/forslag/{waiting.id}", {"svar": "ja"})
    asked = surfer.post(f"/turplan/{TOMORROW}/planera", {})
    assert (refused.status_code, asked.status_code) == (403, 403)
    with planned.reading(OPERATOR) as work:
        assert [plan.id for plan in proposals(work, TOMORROW)] == [waiting.id]


def test_the_plan_is_shown_with_routes_figures_and_map(
    planned: Works, as_role: AsRole, say: Say
) -> None:
    with planned.writing(OPERATOR) as work:
        codes = make_crates(work, 19)
        for code in codes:
            pack(work, code, KVARNSVEDEN, MORA)
    plan_day(planned, date(2026, 11, 26))
    surfer = as_role("coordinator")
    shown = words_of(surfer.get("/imorgon?datum=2026-11-26").text)
    assert say("1 thing to handle") in shown
    assert say(NEARLY_FULL, vehicle="Bil 1", load=19, capacity=20) in shown
    assert "19 av 20" in shown
    page = surfer.get("/imorgon").text
    shown = words_of(page)
    km = round(BEFORE.distance_m / 1000)
    assert f"{say('Distance')} {km} km {say('estimated')}" in shown
    hours, minutes = divmod(round(BEFORE.work_s / 60), 60)
    assert f"{hours} h {minutes} min" in shown
    assert f"{say('Stops')} 4 {say('none is closed')}" in shown
    for slug, name in ((BORLANGE, "Borlänge bibliotek"), (MORA, "Mora bibliotek")):
        assert f"{BEFORE.arrivals[slug][:5]} {name}" in shown
    drawing = page[page.index('<title id="map-t">') :].partition("</svg>")[0]
    assert "Bil 1: Depå, " in drawing
    assert drawing.count('<circle class="stop"') == 4
    assert drawing.count('class="depot"') == 1
    for label in (">Falun<", ">Mora<"):
        assert label in drawing
    assert say("Border and lakes: Natural Earth.") in shown


def test_papers_are_served_as_they_are_kept(planned: Works, as_role: AsRole) -> None:
    surfer = as_role("counter", "2062")
    found = surfer.get(f"/turplan/{TOMORROW}/korlista/van1.pdf")
    assert (found.status_code, found.mimetype) == (200, "application/pdf")
    digest = hashlib.sha256(found.data).hexdigest()
    assert found.headers["ETag"] == f'"{digest}"'
    text = pages_of(found.data)[0]
    assert "Mora bibliotek" in text
    assert BEFORE.arrivals[MORA][:5] in text
    kept = surfer.client.get(
        f"/turplan/{TOMORROW}/korlista/van1.pdf", headers={"If-None-Match": f'"{digest}"'}
    )
    assert (kept.status_code, kept.data) == (304, b"")
    assert surfer.get(f"/turplan/{TOMORROW}/etiketter.pdf").data.startswith(b"%PDF")
    for missing in (
        f"/turplan/{TOMORROW}/korlista/van9.pdf",
        "/turplan/2026-11-26/korlista/van1.pdf",
        "/turplan/2026-11-26/plan.json",
        "/turplan/snart/plan.json",
        "/imorgon?datum=snart",
        "/imorgon?datum=9999-12-31",
    ):
        assert surfer.get(missing).status_code == 404, missing


def test_the_case_gives_the_plan_again_at_the_command_line(
    planned: Works, as_role: AsRole, tmp_path: Path
) -> None:
    surfer = as_role("auditor")
    case = surfer.get(f"/turplan/{TOMORROW}/underlag.json")
    plan = surfer.get(f"/turplan/{TOMORROW}/plan.json")
    assert (case.mimetype, plan.mimetype) == ("application/json", "application/json")
    (tmp_path / "underlag.json").write_bytes(case.data)
    again = CliRunner().invoke(main, ["plan", str(tmp_path / "underlag.json")])
    assert (again.exit_code, again.stdout_bytes) == (0, plan.data)


def test_the_page_begins_with_the_next_business_day(
    app: Flask, world: Works, as_role: AsRole, clock: Clock
) -> None:
    surfer = as_role("coordinator")
    assert surfer.client.get("/").location == "/imorgon"
    assert "<h1>I morgon, ons\u00a025\u00a0nov</h1>" in surfer.get("/imorgon").text
    clock.forward(days=3)  # to Friday; the session is over
    page = signed_in(app, "coordinator.all").get("/imorgon").text
    assert "<h1>Mån\u00a030\u00a0nov</h1>" in page
    segments = re.findall(r'datum=([0-9-]+)"( aria-current="date")?>([^<]+)</a>', page)
    assert segments == [
        ("2026-11-27", "", "I dag"),
        ("2026-11-30", ' aria-current="date"', "mån\u00a030\u00a0nov"),
        ("2026-12-01", "", "tis\u00a01\u00a0dec"),
    ]


@pytest.mark.parametrize(
    ("day", "texts"),
    [
        ("2026-11-29", ["No routes on this day"]),
        ("2026-12-25", ["No routes on this day", "Juldagen", "Gå till 2026-12-28"]),
        ("2026-11-23", ["No plan was made for this day"]),
        ("2026-11-27", ["The plan is not made yet", "Den görs tors 26 nov 15:00."]),
        ("2026-11-25", ["The plan is not made yet", "Den görs tis 24 nov 15:00."]),
    ],
)
def test_days_without_a_plan_say_why(
    world: Works, as_role: AsRole, say: Say, day: str, texts: list[str]
) -> None:
    shown = words_of(as_role("auditor").get(f"/imorgon?datum={day}").text)
    for text in texts:
        assert say(text) in shown


def test_a_plan_that_is_late_is_said_to_be(
    world: Works, as_role: AsRole, clock: Clock, say: Say
) -> None:
    clock.forward(hours=4)  # it is four in the afternoon
    shown = words_of(as_role("auditor").get("/imorgon").text)
    assert "Den skulle ha gjorts tis 24 nov 15:00." in shown


def test_a_coordinator_has_the_day_planned_now(
    world: Works, as_role: AsRole, tmp_path: Path, say: Say
) -> None:
    surfer = as_role("coordinator")
    path = f"/turplan/{TOMORROW}/planera"
    page = surfer.send(path, {}, at="/imorgon").text
    assert 'data-poll="3000"' in page
    assert say("A plan is being made") in page
    twice = surfer.post(path, {}, at="/imorgon")
    assert twice.status_code == 409
    run_tasks(world, tmp_path)
    page = surfer.get("/imorgon").text
    assert "data-poll" not in page
    rows = rows_of(page, say("Plans of the day"))
    assert [row[:3] for row in rows] == [["1", say("In force"), say("A coordinator asked for it")]]
    with world.reading(OPERATOR) as work:
        asked = select(AuditEntry.subject).where(AuditEntry.event == "transports.plan_asked")
        assert work.session.exec(asked).all() == [TOMORROW.isoformat()]
    # nothing has changed: asking again makes no other plan
    assert surfer.post(path, {}, at="/imorgon").status_code == 303
    run_tasks(world, tmp_path)
    with world.reading(OPERATOR) as work:
        assert len(work.session.exec(select(Plan)).all()) == 1


@pytest.mark.parametrize("day", ["2026-11-23", "2026-11-28", "2026-12-25"])
def test_a_day_that_is_over_or_free_is_not_planned(
    world: Works, as_role: AsRole, day: str, say: Say
) -> None:
    refused = as_role("coordinator").post(f"/turplan/{day}/planera", {}, at="/imorgon")
    assert refused.status_code == 409
    assert say("Nothing was saved") in refused.text


def test_a_day_without_vans_serves_nobody(
    world: Works, as_role: AsRole, tmp_path: Path, say: Say
) -> None:
    with world.writing(OPERATOR) as work:
        for van in work.session.exec(select(Vehicle)):
            van.active = False
    surfer = as_role("coordinator")
    surfer.post(f"/turplan/{TOMORROW}/planera", {}, at="/imorgon")
    run_tasks(world, tmp_path)
    shown = words_of(surfer.get("/imorgon").text)
    assert say("{count} things to handle", count=4) in shown
    assert say("No van leaves on this day.") in shown
    assert f"Mora bibliotek {say('takes one more van')}" in shown


def test_a_plan_that_could_not_be_made_says_why(
    world: Works, as_role: AsRole, clock: Clock, say: Say
) -> None:
    key, details = f"{TOMORROW}:1", {"day": TOMORROW.isoformat()}
    with world.writing(OPERATOR) as work:
        task = Task(name=PLAN_ASKED.name, key=key, details=details, due=work.now)
        task.state, task.trouble = "failed", "No road leads to Mora"
        work.session.add(task)
    surfer = as_role("coordinator")
    page = surfer.get("/imorgon").text
    assert say("The last plan that was asked for was not made") in page
    assert "No road leads to Mora" in page
    assert "No road leads to Mora" not in surfer.get("/imorgon?datum=2026-11-26").text
    plan_day(world)
    assert "No road leads to Mora" not in surfer.get("/imorgon").text


def test_closures_are_seen_before_there_is_a_plan(world: Works, as_role: AsRole, say: Say) -> None:
    with world.writing(OPERATOR) as work:
        (code,) = make_crates(work, 1)
        pack(work, code, MORA, FALUN)
        close_branch(work, MORA, (TOMORROW, TOMORROW), "Inventering")
    shown = words_of(as_role("coordinator").get("/imorgon").text)
    assert say("1 stop is closed") in shown
    assert "Mora bibliotek: Inventering . 1 låda väntar till tors 26 nov." in shown


def test_crates_that_no_stop_takes_are_to_be_handled(
    planned: Works, as_role: AsRole, say: Say
) -> None:
    with planned.writing(OPERATOR) as work:
        (code,) = make_crates(work, 1)
        pack(work, code, MORA, FALUN)
        for weekday in range(5):
            drop_template_stop(work, weekday, MORA)
    shown = words_of(as_role("coordinator").get("/imorgon").text)
    assert "Lådor hos Mora bibliotek har inget stopp att åka med. 1 låda" in shown


def test_the_page_is_english_for_who_chose_it(planned: Works, as_role: AsRole) -> None:
    surfer = as_role("coordinator")
    surfer.client.set_cookie("sprak", "en")
    page = surfer.get("/imorgon").text
    assert "<h1>Tomorrow, Wed\u00a025\u00a0Nov</h1>" in page
    assert "Nothing to handle" in page
    assert "SEK\u00a0" in page
