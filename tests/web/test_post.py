"""The pages of the post: what did not arrive, and what is done about it."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Browser
from sqlmodel import select

from consortium.core.errors import Conflict
from consortium.core.later import JobRun, Later, Task, TaskState
from consortium.core.words import Say
from consortium.core.work import Works
from consortium.messages.sending import (
    letter_by_key,
    mark_letter_given_up,
    mark_letter_refused,
    mark_letter_sent,
    note_return,
    write_letter,
)
from jobs.claiming import claim_date, claim_task, end_date, end_task
from jobs.scheduler import SCHEDULER
from jobs.worker import WORKER
from tests.conftest import NOON, OPERATOR
from tests.web.browsing import Surfer
from tests.web.page_check import faults_of_page
from tests.web.serving import serving
from tests.web.transport_world import words_of

AsRole = Callable[..., Surfer]
TEXT = ("Ändrad tid", "Bilen kommer 10:30.\n")


@pytest.fixture
def world(world: Works) -> Works:
    """An invitation was given up, a plan's letter is refused, an alert came back, one is sent."""
    with world.writing(OPERATOR) as work:
        for key in ("plan:1:mora-bibliotek", "alert:upkeep:2026-11-24:1", "other:1"):
            write_letter(work, key, "mora@lib.example", TEXT)
        write_letter(work, "invitation:1", "ny@lib.example", TEXT, fleeting=True)
        mark_letter_refused(work, "plan:1:mora-bibliotek", "550 5.1.1 No such user")
        mark_letter_sent(work, "alert:upkeep:2026-11-24:1")
        note_return(work, "alert:upkeep:2026-11-24:1", 1, "5.2.2 over quota")
        mark_letter_sent(work, "other:1")
        mark_letter_given_up(work, "invitation:1", "mx.example svarar inte")
        for task in work.session.exec(select(Task)):
            task.state = TaskState.DONE
    return world


def number(works: Works, key: str) -> int:
    with works.reading(OPERATOR) as work:
        return letter_by_key(work, key).id


def listed(page: str) -> list[int]:
    return [int(found) for found in re.findall(r'<th scope="row"><a href="/post/(\d+)"', page)]


def test_what_did_not_arrive_comes_first_with_its_reason(
    world: Works, as_role: AsRole, say: Say
) -> None:
    page = as_role("administrator").get("/post").text
    shown = words_of(page)
    assert say("{count} things did not arrive and need a hand.", count=3) in shown
    for reason in ("The address does not exist", "The mailbox is full"):
        assert say(reason) in shown
    assert say("It was tried for hours and did not get away") in shown
    keys = ("invitation:1", "alert:upkeep:2026-11-24:1", "plan:1:mora-bibliotek")
    assert listed(page) == [number(world, key) for key in keys]
    assert 'href="/bibliotek/mora-bibliotek"' in page


@pytest.mark.parametrize(
    ("key", "name", "page"),
    [
        ("plan:1:mora-bibliotek", "Changed time", "/bibliotek/mora-bibliotek"),
        ("delay:7", "Delayed van", "/imorgon?datum=2026-11-24"),
        ("missed:2026-11-24:mora-bibliotek:1", "Missed stop", "/bibliotek/mora-bibliotek"),
        (
            "served:2026-11-24:mora-bibliotek:1",
            "Stop that is served after all",
            "/bibliotek/mora-bibliotek",
        ),
        ("incident:0f3a:mora-bibliotek", "Crates that passed", "/bibliotek/mora-bibliotek"),
        ("claims:3:1-2:2:20261124120000", "Claims", "/transportorer/3"),
        ("missing:5f1c:0", "A crate is missing", "/lador/avvikelser"),
        ("incident:0f3a", "", ""),  # a key that lacks its part
        ("other:1", "", ""),
    ],
)
def test_a_letter_leads_to_what_it_is_about(
    world: Works, as_role: AsRole, say: Say, key: str, name: str, page: str
) -> None:
    with world.writing(OPERATOR) as work:
        write_letter(work, key, "mora@lib.example", TEXT)
    shown = as_role("administrator").get(f"/post/{number(world, key)}").text
    about = re.findall(rf'<dt>{say("About")}</dt><dd><a href="([^"]+)">([^<]+)</a>', shown)
    assert about == ([(page, say(name))] if name else [])


@pytest.mark.parametrize(
    ("chosen", "count"),
    [
        ("att-gora", 3),
        ("tillbaka", 2),
        ("uppgivna", 1),
        ("skickade", 1),
        ("vantar", 0),
        ("alla", 4),
        ("nonsense", 3),
    ],
)
def test_letters_are_listed_by_state(
    world: Works, as_role: AsRole, chosen: str, count: int
) -> None:
    assert len(listed(as_role("administrator").get(f"/post?visa={chosen}").text)) == count


def test_a_coordinator_sends_a_letter_again_to_a_corrected_address(
    world: Works, as_role: AsRole, say: Say
) -> None:
    surfer = as_role("coordinator")
    assert len(listed(surfer.get("/post").text)) == 1
    at = f"/post/{number(world, 'plan:1:mora-bibliotek')}"
    assert "550 5.1.1 No such user" in surfer.get(at).text
    wrong = surfer.post(f"{at}/igen", {"to_address": "nobody"}, at=at)
    assert wrong.status_code == 422
    assert say("This is no e-mail address") in wrong.text
    assert 'value="nobody"' in wrong.text
    page = surfer.send(f"{at}/igen", {"to_address": "ny@lib.example"}, at=at).text
    assert say("The letter is sent again to {address}", address="ny@lib.example") in page
    assert say("It is on its way; nothing is to be done.") in page
    assert say("No letter needs a hand") in surfer.get("/post").text
    again = surfer.post(f"{at}/igen", {"to_address": "ny@lib.example"}, at="/imorgon")
    assert again.status_code == 409


def test_a_settled_letter_is_no_work_and_that_can_be_undone(
    world: Works, as_role: AsRole, say: Say
) -> None:
    surfer = as_role("administrator")
    at = f"/post/{number(world, 'alert:upkeep:2026-11-24:1')}"
    page = surfer.send(f"{at}/klart", {}, at=at).text
    assert say("The letter is settled") in page
    assert len(listed(page)) == 2
    assert f'action="{at}/inte-klart"' in page  # Undo
    page = surfer.send(f"{at}/inte-klart", {}, at=at).text
    assert say("The letter is work to do again") in page
    assert len(listed(surfer.get("/post").text)) == 3


def test_a_letter_with_a_secret_is_not_sent_again(world: Works, as_role: AsRole, say: Say) -> None:
    surfer = as_role("administrator")
    at = f"/post/{number(world, 'invitation:1')}"
    page = surfer.get(at).text
    assert say("The letter held a secret link. Its text is not kept once it has been sent.") in page
    assert f'action="{at}/igen"' not in page
    assert surfer.post(f"{at}/igen", {"to_address": "a@b.se"}, at=at).status_code == 409


@pytest.mark.parametrize("role", ["finance", "auditor", "branch_manager"])
def test_others_find_no_letter_that_is_not_of_their_work(
    world: Works, as_role: AsRole, role: str
) -> None:
    surfer = as_role(role, "2062" if role == "branch_manager" else None)
    assert listed(surfer.get("/post?visa=alla").text) == []
    at = f"/post/{number(world, 'plan:1:mora-bibliotek')}"
    assert surfer.get(at).status_code == 404
    for act in ("igen", "klart", "inte-klart"):
        answer = surfer.post(f"{at}/{act}", {"to_address": "a@b.se"}, at="/post?visa=alla")
        assert answer.status_code == 403, act
    assert as_role("counter", "2062").get("/post").status_code == 403


def test_what_was_given_up_is_tried_again_from_the_settings(
    world: Works, as_role: AsRole, say: Say
) -> None:
    with world.writing(OPERATOR) as work:
        work.later(Later("messages.send_letter"), key="none", letter="none")
    task = claim_task(world, WORKER)
    run = claim_date(world, SCHEDULER, "upkeep", NOON.date())
    assert task is not None
    assert run is not None
    end_task(world, WORKER, task, Conflict("No"))
    end_date(world, SCHEDULER, run, Conflict("No"))
    surfer = as_role("administrator")
    posts = (f"/installningar/uppgift/{task.id}/igen", f"/installningar/korning/{run.id}/igen")
    for path in posts:
        assert f'action="{path}"' in surfer.get("/installningar").text
        page = surfer.send(path, {}, at="/installningar").text
        assert say("{what} is tried again", what="").strip() in page
        assert f'action="{path}"' not in page
        assert surfer.post(path, {}, at="/installningar").status_code == 409
    with world.reading(OPERATOR) as work:
        assert work.session.get_one(Task, task.id).state == TaskState.WAITING
        assert work.session.get_one(JobRun, run.id).state == TaskState.WAITING
    finance = as_role("finance")
    for path in posts:
        assert finance.post(path, {}, at="/post").status_code == 403


def test_pages_pass_the_check(app: Flask, world: Works, as_role: AsRole, browser: Browser) -> None:
    surfer = as_role("administrator")
    cookie = surfer.client.get_cookie("session")
    assert cookie is not None
    paths = ["/post", "/post?visa=alla", "/post?visa=vantar"]
    paths += [f"/post/{number(world, key)}" for key in ("plan:1:mora-bibliotek", "invitation:1")]
    with serving(app) as address:
        faults = {
            path: faults_of_page(browser, address + path, {"session": cookie.value})
            for path in paths
        }
    assert not any(faults.values()), faults
