"""A day's plan changed by hand, as a coordinator's own system does it."""

from typing import Any

import pytest

from consortium.app import create_app
from consortium.branches.closing import close_branch
from consortium.core.settings import Settings
from consortium.core.work import Works
from consortium.transports.pinning import NewPin, keep_apart, pin_stop
from tests.api.calling import Caller, caller_of
from tests.conftest import OPERATOR
from tests.transports.making import (
    BORLANGE,
    FALUN,
    KVARNSVEDEN,
    MORA,
    TOMORROW,
    make_transports,
    plan_day,
    timetable,
)
from tests.web.browsing import add_account

DAY = f"/plans/{TOMORROW}"


@pytest.fixture
def coordinator(settings: Settings, works: Works) -> Caller:
    """Tomorrow is planned: Borlänge, Falun, Mora, Kvarnsveden."""
    with works.writing(OPERATOR) as work:
        make_transports(work)
    plan_day(works)
    add_account(works, "samordnare", ("coordinator", None))
    return caller_of(create_app(settings, works), works, "samordnare")


def order(plan: dict[str, Any]) -> list[str]:
    return [stop["id"] for route in plan["routes"] for stop in route["stops"]]


def test_a_move_is_tried_then_proposed_and_a_part_of_it_taken(coordinator: Caller) -> None:
    move = {"stop": FALUN, "vehicle": "van1", "place": 1}
    tried = coordinator.post(f"{DAY}/moves/try", move)
    before = timetable([BORLANGE, FALUN, MORA, KVARNSVEDEN])
    after = timetable([FALUN, BORLANGE, MORA, KVARNSVEDEN])
    assert tried["broken"] == []
    assert tried["minutes_saved"] == -round((after.work_s - before.work_s) / 60)
    assert {each["branch"]: each["now"] for each in tried["shifted"]} == {
        slug: at for slug, at in after.arrivals.items() if at != before.arrivals[slug]
    }
    assert len(coordinator.get(f"{DAY}/revisions")["revisions"]) == 1
    made = coordinator.ask("POST", f"{DAY}/moves", move, 201)
    path = made.headers["Location"].removeprefix("/api/v1")
    proposal = coordinator.get(path)
    assert (proposal["state"], proposal["reason"]) == ("proposed", "Moved by hand")
    assert order(proposal["plan"]) == [FALUN, BORLANGE, MORA, KVARNSVEDEN]
    off = {"stop": MORA, "revision": proposal["revision"]}
    both = coordinator.post(f"{DAY}/moves", off, status=201)
    assert order(both["plan"]) == [FALUN, BORLANGE, KVARNSVEDEN]
    path = f"{DAY}/revisions/{both['revision']}"
    whole = coordinator.change("POST", f"{path}/part", path, {"stops": [MORA]})
    assert whole["state"] == "replaced"
    newest = coordinator.get(f"{DAY}/revisions/4")
    assert (newest["reason"], newest["state"]) == ("Part of a proposal", "proposed")
    assert order(newest["plan"]) == [BORLANGE, FALUN, KVARNSVEDEN]
    coordinator.post(f"{DAY}/moves", {"stop": "nowhere", "vehicle": "van1"}, status=404)
    coordinator.post(f"{DAY}/moves", {"stop": FALUN, "place": 0}, status=422)


def test_a_plan_is_locked_and_unlocked_and_what_is_held_is_listed(
    coordinator: Caller, works: Works
) -> None:
    with works.writing(OPERATOR) as work:
        close_branch(work, FALUN, (TOMORROW, TOMORROW), "Utbildningsdag")
        pin_stop(work, NewPin(MORA, position="last"))
        keep_apart(work, MORA, FALUN)
    plan_day(works)
    assert coordinator.get(f"{DAY}/lock")["locked_at"] is None
    locked = coordinator.change("POST", f"{DAY}/lock", f"{DAY}/lock")
    assert locked["locked_by"] == "samordnare"
    path = f"{DAY}/revisions/2"
    coordinator.change("POST", f"{path}/accept", path, status=409)
    unlocked = coordinator.change("POST", f"{DAY}/unlock", f"{DAY}/lock")
    assert (unlocked["locked_by"], unlocked["locked_at"]) == ("", None)
    held = coordinator.get(f"{DAY}/held")
    assert [(pin["branch"], pin["position"], pin["holds"]) for pin in held["pins"]] == [
        (MORA, "last", True)
    ]
    assert held["apart"] == [{"branches": [FALUN, MORA]}]
