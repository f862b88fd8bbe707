"""Forgotten passwords and invitations, from the page to the letter to the new password."""

import re

import pytest
from flask import Flask
from sqlmodel import col, select

from consortium.app import create_app
from consortium.core.settings import Settings
from consortium.core.words import Say
from consortium.core.work import Works
from consortium.messages.tables import Letter
from consortium.people.inviting import invite
from consortium.people.queries import accounts
from tests.conftest import OPERATOR, Clock
from tests.web.browsing import PHRASE, Surfer, add_account, signed_in

NEW = "ett-annat-lösenord"


@pytest.fixture
def app(settings: Settings, world: Works) -> Flask:
    add_account(world, "ekonom", ("finance", None))
    with world.writing(OPERATOR) as work:
        accounts(work)[0].email = "ekonom@mora.example"
    web = settings.web.model_copy(update={"address": "https://drift.example.se"})
    return create_app(settings.model_copy(update={"web": web}), world)


@pytest.fixture
def visitor(app: Flask) -> Surfer:
    return Surfer(app.test_client())


def link(works: Works) -> str:
    """The path of the link in the newest letter."""
    with works.reading(OPERATOR) as work:
        letter = work.session.exec(select(Letter).order_by(col(Letter.id).desc())).first()
    assert letter is not None
    found = re.search(r"https://drift\.example\.se(/\w+/[\w-]+)\n", letter.body)
    assert found
    return found[1]


def choose(surfer: Surfer, path: str, new: str = NEW, again: str = NEW) -> tuple[int, str]:
    """Choose a password on the page of a link: status and page of the answer."""
    hidden = dict(re.findall(r'name="(secret|purpose)" value="([^"]*)"', surfer.get(path).text))
    answer = surfer.client.post("/losenord", data=hidden | {"password": new, "again": again})
    return answer.status_code, answer.text


def test_a_known_and_an_unknown_name_get_the_same_answer(visitor: Surfer, world: Works) -> None:
    pages = []
    for name in ("ekonom", "okänd", "EKONOM@mora.example", ""):
        answer = visitor.post("/glomt-losenord", {"name": name}, at="/glomt-losenord")
        assert (answer.status_code, answer.location) == (303, "/logga-in")
        page = visitor.get("/logga-in").text
        pages.append(re.sub(r'name="csrf_token" value="[^"]+"', "", page))
    assert len(set(pages)) == 1
    with world.reading(OPERATOR) as work:
        assert len(work.session.exec(select(Letter)).all()) == 2


def test_the_link_of_the_letter_chooses_a_password_once(
    visitor: Surfer, app: Flask, world: Works, say: Say
) -> None:
    inside = signed_in(app, "ekonom")
    # A host that the request makes up stands in no letter.
    visitor.client.post(
        "/glomt-losenord",
        data={"name": "ekonom", "csrf_token": _token(visitor, "evil.example")},
        base_url="http://evil.example",
    )
    path = link(world)
    assert path.startswith("/losenord/")
    assert choose(visitor, path, "kort", "kort")[0] == 422
    assert choose(visitor, path)[0] == 303
    assert say("Your password is chosen") in visitor.get("/logga-in").text
    assert inside.client.get("/medlemmar").status_code == 303
    assert visitor.sign_in("ekonom").status_code == 422
    assert visitor.sign_in("ekonom", NEW).status_code == 303
    status, page = choose(Surfer(app.test_client()), path)
    assert status == 404
    assert say("The link does not work: it is used, too old or not whole") in page


def test_the_page_of_a_link_tells_nobody_its_address(
    visitor: Surfer, app: Flask, world: Works
) -> None:
    visitor.post("/glomt-losenord", {"name": "ekonom"}, at="/glomt-losenord")
    path = link(world)
    for address in (path, path + "x"):
        assert visitor.client.get(address).headers["Referrer-Policy"] == "no-referrer"
    page = visitor.client.get(path)
    assert page.headers["Cache-Control"] == "no-store"
    assert 'action="/losenord"' in page.text
    # behind HTTPS forms want a referrer, which this page does not send
    given = {"secret": path.split("/")[2], "purpose": "password", "password": NEW, "again": NEW}
    secure = app.test_client().post("/losenord", data=given, base_url="https://drift.example.se")
    assert secure.status_code == 303


def test_a_link_opens_nothing_at_the_address_of_the_other_kind(
    visitor: Surfer, world: Works
) -> None:
    visitor.post("/glomt-losenord", {"name": "ekonom"}, at="/glomt-losenord")
    secret = link(world).split("/")[2]
    assert visitor.client.get(f"/inbjudan/{secret}").status_code == 404
    assert visitor.client.get(f"/losenord/{secret}").status_code == 200
    with world.writing(OPERATOR) as work:
        invite(work, "ekonom", visitor.client.application.extensions["settings"].web)
    path = link(world)
    assert path.startswith("/inbjudan/")
    assert visitor.client.get(path.replace("inbjudan", "losenord")).status_code == 404
    assert visitor.client.get(f"/losenord/{secret}").status_code == 404  # the new one ends it
    assert choose(visitor, path)[0] == 303
    assert visitor.sign_in("ekonom", NEW).status_code == 303


def test_a_link_that_is_too_old_says_so(
    visitor: Surfer, world: Works, clock: Clock, say: Say
) -> None:
    visitor.post("/glomt-losenord", {"name": "ekonom"}, at="/glomt-losenord")
    path = link(world)
    clock.forward(minutes=30)
    page = visitor.client.get(path)
    assert page.status_code == 404
    assert say("Ask for a new link") in page.text
    assert visitor.sign_in("ekonom", PHRASE).status_code == 303


def test_without_an_address_no_letter_is_promised(settings: Settings, world: Works) -> None:
    surfer = Surfer(create_app(settings, world).test_client())
    assert "/glomt-losenord" not in surfer.get("/logga-in").text
    assert 'name="name"' not in surfer.get("/glomt-losenord").text
    assert surfer.post("/glomt-losenord", {"name": "ekonom"}, at="/logga-in").status_code == 409


def _token(surfer: Surfer, host: str) -> str:
    page = surfer.client.get("/glomt-losenord", base_url=f"http://{host}").text
    return page.partition('name="csrf_token" value="')[2].partition('"')[0]
