"""The pages where a day's plan is changed by hand: moves, parts of proposals, locks, held stops."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import time

import pytest
from sqlmodel import col, select

from consortium.core.settings import Routing
from consortium.core.words import Say
from consortium.core.work import Works
from consortium.transports.measuring_legs import NewLeg, enter_leg
from consortium.transports.plan_rules import order_of
from consortium.transports.queries import plan_of
from consortium.transports.registering import NewVehicle, WeeklyStop, add_vehicle, set_template_stop
from consortium.transports.tables import Plan
from tests.conftest import OPERATOR
from tests.transports.making import (
    BORLANGE,
    DEPOT,
    FALUN,
    KVARNSVEDEN,
    MORA,
    SERVICE_S,
    TODAY,
    TOMORROW,
    make_transports,
    plan_day,
    timetable,
)
from tests.web.browsing import Surfer
from tests.web.transport_world import rows_of, words_of

AsRole = Callable[..., Surfer]
SPARE = NewVehicle("van2", "Bil 2", DEPOT, 20, (time(7), time(17)), 36_000, 450, 38_000, 500_00)
BEFORE = timetable([BORLANGE, FALUN, MORA, KVARNSVEDEN])
AFTER = timetable([FALUN, BORLANGE, MORA, KVARNSVEDEN])
MOVE = f"/turplan/{TOMORROW}/flytta"
HELD = f"/turplan/{TOMORROW}/fasta"


@pytest.fixture
def world(works: Works) -> Works:
    """Four libraries, two vans, of which the second costs more by the day."""
    with works.writing(OPERATOR) as work:
        make_transports(work)
        add_vehicle(work, SPARE)
    return works


@pytest.fixture
def planned(world: Works) -> Works:
    """Tomorrow is planned: one van serves all four libraries."""
    plan_day(world, reason="The day's first plan")
    return world


def published(works: Works) -> Plan:
    with works.reading(OPERATOR) as work:
        found = plan_of(work, TOMORROW)
    assert found is not None
    return found


def waiting(works: Works) -> list[Plan]:
    with works.reading(OPERATOR) as work:
        rows = select(Plan).where(Plan.state == "proposed").order_by(col(Plan.revision))
        return list(work.session.exec(rows))


def test_a_stop_is_tried_elsewhere_proposed_and_accepted(
    planned: Works, as_role: AsRole, say: Say
) -> None:
    surfer = as_role("coordinator")
    link = f"{MOVE}?stopp={FALUN}"
    assert link in surfer.get("/imorgon").text
    page = surfer.get(f"{link}&bil=van1&plats=1").text
    kronor = round((AFTER.distance_m - BEFORE.distance_m) * 450 / 100_000
                   + (AFTER.work_s - BEFORE.work_s) * 38_000 / 360_000)  # fmt: skip
    minutes = round((AFTER.work_s - BEFORE.work_s) / 60)
    km = round((AFTER.distance_m - BEFORE.distance_m) / 1000)
    assert f"Flytten: +{minutes} min, +{km} km, +{kronor} kr" in words_of(page)
    rows = rows_of(page, say("What the move changes"))
    assert rows[0] == [
        "Falu stadsbibliotek",
        "Bil 1, nr 2",
        "Bil 1, nr 1",
        f"{BEFORE.arrivals[FALUN][:5]} → {AFTER.arrivals[FALUN][:5]}",
    ]
    assert waiting(planned) == []  # nothing is changed by looking

    given = {"stopp": FALUN, "bil": "van1", "plats": "1"}
    after = surfer.send(MOVE, given, at="/imorgon").text
    assert "Falu stadsbibliotek är flyttat i förslag 2" in words_of(after)
    assert say("Moved by hand") in words_of(after)
    (made,) = waiting(planned)
    surfer.post(f"/turplan/{TOMORROW}/forslag/{made.id}", {"svar": "ja"}, at="/imorgon")
    assert order_of(published(planned).plan) == {"van1": (FALUN, BORLANGE, MORA, KVARNSVEDEN)}


def test_a_move_that_breaks_a_rule_names_it_and_is_not_saved(
    planned: Works, as_role: AsRole, say: Say
) -> None:
    with planned.writing(OPERATOR) as work:
        stop = WeeklyStop(TOMORROW.weekday(), BORLANGE, (time(8), time(8, 30)), SERVICE_S)
        set_template_stop(work, stop)
    surfer = as_role("coordinator")
    page = surfer.get(f"{MOVE}?stopp={BORLANGE}&bil=van1&plats=4").text
    assert say("This order cannot be driven") in page
    assert "Borlänge bibliotek: tidigast möjliga ankomst" in words_of(page)
    refused = surfer.post(MOVE, {"stopp": BORLANGE, "bil": "van1", "plats": "4"}, at="/imorgon")
    assert refused.status_code == 409
    assert waiting(planned) == []
    for wrong in ({"stopp": "", "bil": "van1", "plats": "1"}, {"stopp": FALUN, "plats": "x"}):
        assert surfer.post(MOVE, wrong, at="/imorgon").status_code == 422
    assert surfer.get(f"{MOVE}?stopp=intet&bil=van1&plats=1").status_code == 404
    assert surfer.get(f"{MOVE}?stopp={FALUN}&bil=van1&plats=x").status_code == 422


def test_a_part_of_a_proposal_is_shown_before_it_is_accepted(
    planned: Works, as_role: AsRole, say: Say
) -> None:
    surfer = as_role("coordinator")
    surfer.post(MOVE, {"stopp": MORA, "bil": "van1", "plats": "1"}, at="/imorgon")
    (first,) = waiting(planned)
    given = {"stopp": KVARNSVEDEN, "bil": "van2", "plats": "1", "fran": str(first.id)}
    surfer.post(MOVE, given, at="/imorgon")
    (whole,) = waiting(planned)
    page = surfer.get("/imorgon").text
    assert say("Accept a part of it") in page
    part = f"/turplan/{TOMORROW}/forslag/{whole.id}/del"
    assert say("Nothing is chosen") in surfer.get(part).text
    page = surfer.get(f"{part}?stopp={MORA}").text
    assert rows_of(page, say("What the part changes"))[0][0] == "Mora bibliotek"
    after = surfer.send(part, {"stopp": MORA, "svar": "ja"}, at=f"{part}?stopp={MORA}").text
    assert say("A part of the proposal is accepted") in after
    assert order_of(published(planned).plan) == {"van1": (MORA, BORLANGE, FALUN, KVARNSVEDEN)}
    surfer.undo(after, at="/imorgon")
    assert published(planned).revision == 1


def test_a_locked_plan_has_no_buttons_that_change_it(
    planned: Works, as_role: AsRole, say: Say
) -> None:
    surfer = as_role("coordinator")
    surfer.post(MOVE, {"stopp": MORA, "bil": "van1", "plats": "1"}, at="/imorgon")
    (made,) = waiting(planned)
    page = surfer.send(f"/turplan/{TOMORROW}/las", {}, at="/imorgon").text
    assert say("The plan is locked: the drivers have it") in page
    assert say("The plan is locked: unlock it before you accept.") in page
    assert 'value="ja"' not in page
    assert f"{MOVE}?" not in page
    answer = surfer.post(f"/turplan/{TOMORROW}/forslag/{made.id}", {"svar": "ja"}, at="/imorgon")
    assert answer.status_code == 409
    assert surfer.post(f"/turplan/{TOMORROW}/las", {}, at="/imorgon").status_code == 409
    again = surfer.send(f"/turplan/{TOMORROW}/las-upp", {}, at="/imorgon").text
    assert say("The plan can be changed again") in again
    assert 'value="ja"' in again


def test_a_held_stop_is_shown_with_its_price_and_let_go(
    planned: Works, as_role: AsRole, say: Say
) -> None:
    surfer = as_role("coordinator")
    given = {"branch": MORA, "vehicle": "van2", "position": "", "when": "always"}
    page = surfer.send(HELD, given, at=HELD).text
    assert rows_of(page, say("Stops that are held"))[0][:3] == [
        "Mora bibliotek",
        "Bil 2",
        "alltid",
    ]
    (row,) = rows_of(surfer.get(f"{HELD}?pris=").text, say("Stops that are held"))
    assert int(row[3].removeprefix("+").removesuffix(" kr").replace(" ", "")) >= 500
    surfer.post(f"/turplan/{TOMORROW}/isar", {"one": MORA, "other": FALUN}, at=HELD)
    page = surfer.get(f"{HELD}?pris=").text
    # a second van is needed anyhow to keep them apart
    (row,) = rows_of(page, say("Stops that are held"))
    assert int(row[3].removeprefix("+").removesuffix(" kr").replace(" ", "")) < 500
    assert rows_of(page, say("Stops kept apart"))[0][:2] == [
        "Falu stadsbibliotek",
        "Mora bibliotek",
    ]
    assert surfer.post(HELD, given, at=HELD).status_code == 409
    assert surfer.post(HELD, {**given, "vehicle": ""}, at=HELD).status_code == 422
    assert as_role("auditor").get(HELD).status_code == 200
    gone = surfer.send(f"{HELD}/1/ta-bort", {}, at=HELD).text
    assert say("No stop is held on this day") in gone


def test_the_plan_is_fetched_as_a_table_and_made_the_weeks(
    planned: Works, as_role: AsRole, say: Say
) -> None:
    surfer = as_role("coordinator")
    text = surfer.get(f"/turplan/{TOMORROW}/plan.csv").text
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["branch"] for row in rows] == [BORLANGE, FALUN, MORA, KVARNSVEDEN]
    assert [row["arrive"] for row in rows] == list(BEFORE.arrivals.values())
    assert {row["source"] for row in rows} == {"estimated"}
    page = surfer.send(f"/turplan/{TOMORROW}/veckans-plan", {}, at="/imorgon").text
    assert say("These routes are the week's plan now") in page


def test_what_changes_are_worth_is_shown_at_several_prices(
    planned: Works, as_role: AsRole, say: Say
) -> None:
    with planned.writing(OPERATOR) as work:
        stands = work.session.get_one(Plan, published(planned).id)
        stands.frontier = [
            {"moved_stop_ore": price, "moved": moved, "shifted": 3, "total_ore": ore, "ore_more": 0}
            for price, moved, ore in ((0, 4, 200_000), (3_000, 1, 210_000), (9_000, 1, 210_000))
        ]
        work.session.add(stands)
    page = as_role("coordinator").get("/imorgon").text
    assert rows_of(page, say("Prices of change")) == [
        ["0 kr", "4", "3", "2 000 kr"],
        [f"30 kr {say('now')}", "1", "3", "2 100 kr"],
        ["90 kr", "1", "3", "2 100 kr"],
    ]
    drawing = page[page.index('<title id="frontier-t">') :].partition("</svg>")[0]
    assert drawing.count("<circle") == 2  # two of the prices lead to the same plan


def test_a_first_plan_that_a_person_publishes_waits_on_the_page(
    world: Works, as_role: AsRole, say: Say
) -> None:
    plan_day(replace(world, routing=Routing(publish_first_plan=False, buffer_percent=0)))
    surfer = as_role("coordinator")
    page = surfer.get("/imorgon").text
    assert say("It is the day's first plan: nobody is written to when it is published.") in page
    (made,) = waiting(world)
    path = f"/turplan/{TOMORROW}/forslag/{made.id}"
    after = surfer.send(path, {"svar": "ja"}, at="/imorgon").text
    assert say("The proposal is accepted") in after
    assert published(world).revision == 1
    surfer.undo(after, at="/imorgon")
    assert [plan.id for plan in waiting(world)] == [made.id]


def test_a_stop_that_no_van_reaches_says_what_would_serve_it_and_at_what_cost(
    world: Works, as_role: AsRole, say: Say
) -> None:
    with world.writing(OPERATOR) as work:
        stop = WeeklyStop(TOMORROW.weekday(), MORA, (time(7), time(7, 10)), SERVICE_S)
        set_template_stop(work, stop)
        enter_leg(work, NewLeg(BORLANGE, FALUN, 1_300, 24_000, TODAY))
    made = plan_day(world)
    (left,) = made.plan["unserved"]
    (closes,) = (span[1][:5] for span in left["remedy"]["change"]["windows"])
    page = as_role("coordinator").get("/imorgon").text
    assert f"Det skulle få besök med leverans där 07:00–{closes}, +" in words_of(page)
    # the van leaves at 7 and no way from the depot to Mora takes less than 80 minutes
    assert "08:20" < closes < "09:00"
    assert "På kända vägar" in words_of(page)


@pytest.mark.parametrize("role", ["branch_manager", "counter", "auditor", "driver"])
def test_only_a_coordinator_moves_locks_and_holds(
    planned: Works, as_role: AsRole, role: str
) -> None:
    surfer = as_role(role, "2062" if role in {"branch_manager", "counter"} else None)
    assert surfer.get(MOVE).status_code == 403
    for path in (MOVE, f"/turplan/{TOMORROW}/las", HELD, f"/turplan/{TOMORROW}/veckans-plan"):
        assert surfer.post(path, {}).status_code == 403, path
