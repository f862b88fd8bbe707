"""The pages of the webhooks."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Browser
from sqlmodel import select

from consortium.core.later import Task, TaskState
from consortium.core.words import Say
from consortium.core.work import Works
from consortium.messages.hooks import Attempt, add_webhook, mark_delivery_failed, note_attempt
from consortium.messages.rules import secret_of, shown
from consortium.messages.tables import Webhook, WebhookDelivery
from consortium.messages.telling import tell
from tests.conftest import OPERATOR
from tests.web.browsing import Surfer
from tests.web.page_check import faults_of_page
from tests.web.serving import serving
from tests.web.transport_world import words_of

AsRole = Callable[..., Surfer]
ADDRESS = "https://ekonomi.gemensamforvaltning.example/integration/biblioteken/notiser/v2"
SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]+")
AT = "/webhookar/1"


@pytest.fixture
def told(world: Works) -> Works:
    """A webhook with one delivery that arrived and one that was given up."""
    with world.writing(OPERATOR) as work:
        add_webhook(work, ADDRESS, ["plan.published"])
        tell(work, "plan.published", "1", {"day": "2026-11-25"})
        tell(work, "plan.published", "2", {"day": "2026-11-26"})
        note_attempt(work, 1, Attempt(204))
        note_attempt(work, 2, Attempt(503, "The answer was none of success"))
        mark_delivery_failed(work, 2, "")
        for task in work.session.exec(select(Task)):
            task.state = TaskState.FAILED if task.key == "1:plan.published:2" else TaskState.DONE
    return world


def secret(works: Works) -> str:
    """Worked out from the key of the tests' settings."""
    with works.reading(OPERATOR) as work:
        seed = work.session.exec(select(Webhook.seed)).one()
    return shown(secret_of("test" * 8, seed))


def test_a_webhook_is_added_and_shows_its_secret_once(
    world: Works, as_role: AsRole, say: Say
) -> None:
    surfer = as_role("administrator")
    assert say("No system is told of anything") in surfer.get("/webhookar").text
    given = {"address": ADDRESS, "events": ["invoice.issued", "plan.published"]}
    answer = surfer.post("/webhookar", given, at="/webhookar")
    assert answer.location == AT
    first, second = surfer.get(AT), surfer.get(AT)
    assert SECRET.findall(first.text) == [secret(world)]
    assert first.headers["Cache-Control"] == "no-store"
    assert SECRET.findall(second.text) == []
    assert ADDRESS in surfer.get("/webhookar").text


def test_a_faulty_webhook_is_shown_with_every_fault(as_role: AsRole, say: Say) -> None:
    answer = as_role("administrator").post(
        "/webhookar", {"address": "http://mottagare.example", "events": []}, at="/webhookar"
    )
    assert answer.status_code == 422
    shown_words = words_of(answer.text)
    assert say("The address is not encrypted") in shown_words
    assert say("Choose at least one event") in shown_words
    assert 'value="http://mottagare.example"' in answer.text
    assert " checked" not in answer.text


def test_a_secret_is_shown_on_demand_and_that_is_noted(
    told: Works, as_role: AsRole, say: Say
) -> None:
    surfer = as_role("administrator")
    assert SECRET.findall(surfer.get(AT).text) == []
    answer = surfer.post(f"{AT}/hemlighet", {}, at=AT)
    assert SECRET.findall(answer.text) == [secret(told)]
    assert answer.headers["Cache-Control"] == "no-store"
    assert say("Secret of a webhook shown") in surfer.get("/granskningsspar").text


def test_deliveries_stand_with_state_answer_and_attempts(
    told: Works, as_role: AsRole, say: Say
) -> None:
    page = words_of(as_role("administrator").get(AT).text)
    assert f"plan.published:2 2026-11-24 12:00 {say('Failed')}" in page
    assert say("The answer was none of success") in page
    assert f"plan.published:1 2026-11-24 12:00 {say('Delivered')} 204 1" in page


def test_what_failed_is_sent_again(told: Works, as_role: AsRole, say: Say) -> None:
    surfer = as_role("administrator")
    path = "/webhookar/leverans/2/igen"
    page = surfer.send(path, {}, at=AT).text
    assert say("It is sent again") in page
    assert f'action="{path}"' not in page
    assert surfer.post(path, {}, at=AT).status_code == 409
    assert surfer.post("/webhookar/leverans/1/igen", {}, at=AT).status_code == 409


def test_a_trial_is_sent(told: Works, as_role: AsRole, say: Say) -> None:
    page = as_role("administrator").send(f"{AT}/prova", {}, at=AT).text
    assert say("A trial is on its way") in page
    with told.reading(OPERATOR) as work:
        assert "ping" in work.session.exec(select(WebhookDelivery.event)).all()


def test_a_webhook_ends_and_that_can_be_undone(told: Works, as_role: AsRole, say: Say) -> None:
    surfer = as_role("administrator")
    page = surfer.send(f"{AT}/avsluta", {}, at=AT).text
    assert say("The webhook has ended") in page
    assert page.count(f'action="{AT}/ateruppta"') == 2  # Undo, and the page's own
    assert f'action="{AT}/prova"' not in page
    assert surfer.post(f"{AT}/prova", {}, at=AT).status_code == 409
    page = surfer.send(f"{AT}/ateruppta", {}, at=AT).text
    assert f'action="{AT}/prova"' in page


def test_only_administrators_open_the_pages(told: Works, as_role: AsRole) -> None:
    surfer = as_role("finance")
    assert surfer.get("/webhookar").status_code == 403
    assert surfer.get(AT).status_code == 403
    for act in ("hemlighet", "prova", "avsluta", "ateruppta"):
        assert surfer.post(f"{AT}/{act}", {}, at="/post").status_code == 403
    assert as_role("administrator").get("/webhookar/99").status_code == 404


def test_pages_pass_the_check(app: Flask, told: Works, as_role: AsRole, browser: Browser) -> None:
    surfer = as_role("administrator")
    cookie = surfer.client.get_cookie("session")
    assert cookie is not None
    with serving(app) as address:
        faults = {
            path: faults_of_page(browser, address + path, {"session": cookie.value})
            for path in ("/webhookar", AT)
        }
    assert not any(faults.values()), faults
