"""A week of transports, from the plan of a day to what each municipality pays for the crates.

Tuesday 24 November 2026: a library closes tomorrow, and a part of what is proposed is accepted.
Wednesday the van is half an hour late, Thursday it misses a stop; on 1 December the month's crates
split the pool. The times are those of the second program in `tests/transports/making.py`; crates
and öre are counted on paper.
"""

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlmodel import col, select

from consortium.app import create_app
from consortium.core.db import open_engine
from consortium.core.settings import Routing, Settings
from consortium.core.work import Works
from consortium.measures.queries import values
from consortium.messages.tables import Letter
from consortium.transports.claiming import claims
from consortium.transports.plan_rules import order_of
from consortium.transports.queries import plan_of
from consortium.transports.tables import Plan
from jobs.running import Running
from jobs.scheduler import run_date
from jobs.worker import run_next
from tests.conftest import OPERATOR, Clock
from tests.jobs.worlds import running
from tests.slices import DATABASES
from tests.stories.transport_world import (
    CARRIER,
    CLAIMED_ORE,
    CODES,
    at_clock,
    make_week,
    note,
    scan,
)
from tests.transports.making import (
    BORLANGE,
    DEPOT,
    FALUN,
    ITERATIONS,
    KVARNSVEDEN,
    MORA,
    TODAY,
    TOMORROW,
    timetable,
)
from tests.web.browsing import Surfer, signed_in
from tests.web.transport_world import rows_of, words_of

WEDNESDAY, THURSDAY, FRIDAY = TOMORROW, date(2026, 11, 26), date(2026, 11, 27)
NOVEMBER_ENDS, DECEMBER = date(2026, 11, 30), date(2026, 12, 1)
FIRST = timetable([BORLANGE, FALUN, MORA, KVARNSVEDEN]).arrivals

# Mora first, then Borlänge and Kvarnsveden, from eight o'clock: Mora would come 2 h 1 min 54 s
# earlier than it was told, Borlänge 1 h 29 min 51 s later, Kvarnsveden 1 h 39 min 11 s earlier.
# Each minute later costs Borlänge's price and saves that of the two others, until Kvarnsveden is
# just ten minutes early, which is free: 1 h 29 min 11 s later. From then on it saves nothing.
CHANGED = {MORA: "09:29:11", BORLANGE: "10:59:02", KVARNSVEDEN: "11:17:36"}
LATE = timedelta(minutes=30)
LOCKED = "Låst, och ingen där"


@pytest.fixture
def works(database_url: str, clock: Clock) -> Iterator[Works]:
    engine = open_engine(database_url)
    yield Works(engine, clock, routing=Routing(buffer_percent=0, iterations=ITERATIONS))
    engine.dispose()


@pytest.fixture
def app(settings: Settings, works: Works) -> Flask:
    make_week(works)
    return create_app(settings, works)


@pytest.fixture
def held(works: Works, tmp_path: Path) -> Running:
    return running(works, tmp_path)


@pytest.mark.parametrize("database_url", DATABASES, indirect=True)
def test_a_week_from_the_plan_to_what_each_pays(
    app: Flask, works: Works, held: Running, clock: Clock
) -> None:
    coordinator = signed_in(app, "samordnare")
    crates_are_packed(app)
    a_library_closes(coordinator, works, held)
    a_part_is_accepted(coordinator, works)
    the_van_is_late(app, works, held, clock)
    a_stop_is_missed(app, works, held, clock)
    the_carrier_owes(app, works, held, clock)
    the_crates_split_the_pool(app, works, held, clock)


def crates_are_packed(app: Flask) -> None:
    """Two from Borlänge to Mora and one to Falun, one from Mora to Borlänge."""
    sent = ((BORLANGE, MORA), (BORLANGE, MORA), (MORA, BORLANGE), (BORLANGE, FALUN))
    for code, (origin, destination) in zip(CODES, sent, strict=True):
        page = f"/leverans/{origin}"
        desk = signed_in(app, origin.partition("-")[0])
        packed = {"code": code, "destination": destination}
        assert desk.post(f"{page}/packa", packed, at=page).status_code == 303


def a_library_closes(coordinator: Surfer, works: Works, held: Running) -> None:
    assert run_date(held, "routing", TODAY)
    first = plan_in_force(works, WEDNESDAY)
    assert order_of(first.plan) == {"van1": (BORLANGE, FALUN, MORA, KVARNSVEDEN)}
    assert arrivals(first) == FIRST
    days = {"from_on": f"{WEDNESDAY}", "to_on": f"{WEDNESDAY}"}
    closed = {"branch": FALUN, "reason": "Utbildningsdag", **days}
    assert coordinator.post("/stangningar", closed, at="/stangningar").status_code == 303
    work_off(held)
    (proposal,) = proposals_of(works)
    assert order_of(proposal.plan) == {"van1": (BORLANGE, MORA, KVARNSVEDEN)}
    assert plan_in_force(works, WEDNESDAY).id == first.id  # until a person accepts
    assert letters(works) == []


def a_part_is_accepted(coordinator: Surfer, works: Works) -> None:
    """Mora is put first and Kvarnsveden on the other van; only the first of these is taken."""
    for stop, van in ((MORA, "van1"), (KVARNSVEDEN, "van2")):
        (base,) = proposals_of(works)
        moved = {"stopp": stop, "bil": van, "plats": "1", "fran": f"{base.id}"}
        answer = coordinator.post(f"/turplan/{WEDNESDAY}/flytta", moved, at="/imorgon")
        assert answer.status_code == 303
    (whole,) = proposals_of(works)
    assert order_of(whole.plan) == {"van1": (MORA, BORLANGE), "van2": (KVARNSVEDEN,)}
    part = f"/turplan/{WEDNESDAY}/forslag/{whole.id}/del"
    page = coordinator.send(part, {"stopp": MORA, "svar": "ja"}, at=f"{part}?stopp={MORA}")
    assert page.status_code == 200
    now = plan_in_force(works, WEDNESDAY)
    assert order_of(now.plan) == {"van1": (MORA, BORLANGE, KVARNSVEDEN)}
    assert arrivals(now) == CHANGED
    # Kvarnsveden comes ten minutes earlier, which nobody has to be told
    told = {to: body for to, _, body in letters(works)}
    assert set(told) == {"falun@lib.example", "borlange@lib.example", "mora@lib.example"}
    assert FIRST[FALUN][:5] in told["falun@lib.example"]
    for slug in (BORLANGE, MORA):
        body = told[f"{slug.partition('-')[0]}@lib.example"]
        assert FIRST[slug][:5] in body
        assert CHANGED[slug][:5] in body


def the_van_is_late(app: Flask, works: Works, held: Running, clock: Clock) -> None:
    """Half an hour all day; the phone sends the last note first, and all of them again."""
    before = len(letters(works))
    (planned,) = plan_in_force(works, WEDNESDAY).plan["routes"]
    at = {"": at_clock(WEDNESDAY, planned["depart"]) + LATE}
    at |= {slug: at_clock(WEDNESDAY, clock) + LATE for slug, clock in CHANGED.items()}
    clock.now = at[MORA]
    driver = signed_in(app, "forare")
    begun = [
        note("w-mora", "arrive", at[MORA], MORA),
        note("w-out", "depart", at[""]),
        scan("w-3", CODES[2], "collected", MORA, at[MORA]),
    ]
    assert send(driver, begun) == ["added", "added", "added"]
    work_off(held)
    clock.forward(minutes=1)
    assert send(driver, begun[::-1]) == ["repeated", "repeated", "repeated"]
    work_off(held)
    assert [(to, "30" in body, "11:29" in body) for to, _, body in letters(works)[before:]] == [
        ("borlange@lib.example", True, True)  # 10:59:02 and half an hour; once
    ]
    clock.now = at_clock(WEDNESDAY, planned["back"]) + LATE
    rest = [
        note("w-back", "back", clock.now),
        note("w-kvarnsveden", "arrive", at[KVARNSVEDEN], KVARNSVEDEN),
        *(
            scan(f"w-{code}", code, "collected", BORLANGE, at[BORLANGE])
            for code in (CODES[3], CODES[1], CODES[0])
        ),
        note("w-borlange", "arrive", at[BORLANGE], BORLANGE),
        *(scan(f"w-in-{code}", code, "at_depot", DEPOT, clock.now) for code in CODES),
    ]
    assert set(send(signed_in(app, "forare"), rest)) == {"added"}
    work_off(held)
    assert len(letters(works)) == before + 1


def a_stop_is_missed(app: Flask, works: Works, held: Running, clock: Clock) -> None:
    """Thursday all three crates to Mora and Borlänge arrive; Falun's door is locked."""
    clock.now = at_clock(WEDNESDAY, "15:05")
    assert run_date(held, "routing", WEDNESDAY)
    (route,) = plan_in_force(works, THURSDAY).plan["routes"]
    clock.now = at_clock(THURSDAY, route["back"])
    at = {stop["id"]: at_clock(THURSDAY, stop["arrive"]) for stop in route["stops"]}
    assert set(at) == {BORLANGE, FALUN, MORA, KVARNSVEDEN}
    arrived = [note(f"t-{s}", "arrive", at[s], s, THURSDAY) for s in at if s != FALUN]
    delivered = [
        scan(f"t-{code}", code, "delivered", slug, at[slug], THURSDAY)
        for code, slug in zip(CODES[:3], (MORA, MORA, BORLANGE), strict=True)
    ]
    missed = note("t-falun", "missed", at[FALUN], FALUN, THURSDAY) | {"reason": LOCKED}
    answers = send(signed_in(app, "forare"), [*delivered, missed, *arrived])
    assert set(answers) == {"added"}
    desk, page = signed_in(app, "mora"), f"/leverans/{MORA}"
    for kind in ("delivered", "emptied"):  # that they came is noted twice, and counts once
        taken = {"event": f"mora-{kind}", "kind": kind, "codes": " ".join(CODES[:2])}
        assert desk.post(f"{page}/lador", taken, at=page).status_code == 303


def the_carrier_owes(app: Flask, works: Works, held: Running, clock: Clock) -> None:
    clock.now = at_clock(FRIDAY, "03:30")
    assert run_date(held, "upkeep", FRIDAY)
    with works.reading(OPERATOR) as work:
        owed = [(c.claim.on_date, c.branch.slug, c.claim.amount_ore, c.claim.reason, c.carrier.name)
                for c in claims(work)]  # fmt: skip
    assert owed == [(THURSDAY, FALUN, CLAIMED_ORE, LOCKED, CARRIER)]
    coordinator = signed_in(app, "samordnare")
    page = coordinator.send("/transportorer/1/skicka", {}, at="/transportorer/1").text
    assert "450,00" in words_of(page)
    to, _, body = letters(works)[-1]
    assert to == "trafik@akeriet.example"
    assert LOCKED in body


def the_crates_split_the_pool(app: Flask, works: Works, held: Running, clock: Clock) -> None:
    clock.now = at_clock(DECEMBER, "06:30")
    assert run_date(held, "upkeep", DECEMBER)
    with works.reading(OPERATOR) as work:
        counted = {
            name: {m.code: v.value for m, v in values(work, name) if v.on_date == NOVEMBER_ENDS}
            for name in ("crates_sent", "crates_received")
        }
    assert counted == {
        "crates_sent": {"2080": "0", "2081": "3", "2062": "1"},
        "crates_received": {"2080": "0", "2081": "1", "2062": "2"},
    }
    assert run_date(held, "invoicing", DECEMBER)
    finance, page = signed_in(app, "ekonom"), "/fakturakorning/2026-12"
    lines = table(finance, f"{page}/lines.csv")
    # a twelfth of 120 000,01 kr is 1 000 001 öre in December; half of it 3 : 1, half 1 : 2:
    # Borlänge 375 000,375 + 166 666,83 = 541 667,21, Mora 125 000,125 + 333 333,67 = 458 333,79
    assert {row["member"]: int(row["net_ore"]) for row in lines} == {
        "2080": 0,
        "2081": 541_667,
        "2062": 458_334,
    }
    assert sum(int(row["net_ore"]) for row in lines) == 1_000_001
    pool = finance.get("/fordelning/transports").text
    assert [row[:3] + row[4:] for row in rows_of(pool, "med gällande nyckel")] == [
        ["Mora", "1", "2", "4 583,34"],
        ["Falun", "0", "0", "0,00"],
        ["Borlänge", "3", "1", "5 416,67"],
    ]


def work_off(held: Running) -> None:
    while run_next(held):
        pass


def plan_in_force(works: Works, day: date) -> Plan:
    with works.reading(OPERATOR) as work:
        found = plan_of(work, day)
    assert found is not None
    return found


def proposals_of(works: Works) -> list[Plan]:
    with works.reading(OPERATOR) as work:
        return list(work.session.exec(select(Plan).where(Plan.state == "proposed")))


def arrivals(plan: Plan) -> dict[str, str]:
    return {stop["id"]: stop["arrive"] for route in plan.plan["routes"] for stop in route["stops"]}


def letters(works: Works) -> list[tuple[str, str, str]]:
    """To whom, subject and body of each letter, in the order they were written."""
    with works.reading(OPERATOR) as work:
        rows = work.session.exec(select(Letter).order_by(col(Letter.id)))
        return [(row.to_address, row.subject, row.body) for row in rows]


def table(surfer: Surfer, path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(surfer.get(path).text)))


def send(driver: Surfer, notes: list[dict[str, str]]) -> list[str]:
    """What became of each note, in their order."""
    token = str(driver.client.get("/kor/nyckel").get_json()["token"])
    answer = driver.client.post(
        "/kor/skicka", json={"notes": notes}, headers={"X-CSRFToken": token}
    )
    assert answer.status_code == 200, answer.text
    became: dict[str, Any] = {row["event"]: row["outcome"] for row in answer.get_json()["answers"]}
    return [became[each["event"]] for each in notes]
