from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from consortium.app import create_app
from consortium.core.settings import Settings
from consortium.core.words import Say
from consortium.core.work import Works
from consortium.people.admitting import give_token
from consortium.people.changing import close_account
from consortium.people.queries import accounts, presence
from consortium.people.rules import LOCK_MINUTES, MOST_FAILURES
from tests.conftest import NOON, OPERATOR, Clock
from tests.web.browsing import PHRASE, Surfer, add_account, signed_in


@pytest.fixture
def visitor(app: Flask, world: Works) -> Surfer:
    add_account(world, "ekonom", ("finance", None))
    return Surfer(app.test_client())


def test_a_visitor_is_sent_to_sign_in_and_comes_back(visitor: Surfer) -> None:
    sent = visitor.client.get("/matvarden/population?sida=1")
    assert sent.status_code == 303
    assert sent.location == "/logga-in?till=/matvarden/population?sida%3D1"
    page = visitor.get(sent.location)
    assert 'value="/matvarden/population?sida=1"' in page.text
    back = visitor.sign_in(" Ekonom ", till="/matvarden/population?sida=1")
    assert (back.status_code, back.location) == (303, "/matvarden/population?sida=1")
    assert visitor.get(back.location).status_code == 200
    again = visitor.client.get("/logga-in")
    assert (again.status_code, again.location) == (303, "/")


@pytest.mark.parametrize(
    "till",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "medlemmar",
        "//[",
        "",
    ],
)
def test_only_paths_of_this_site_are_gone_back_to(visitor: Surfer, till: str) -> None:
    assert visitor.sign_in("ekonom", till=till).location == "/"


def test_wrong_unknown_shut_and_empty_get_the_same_answer(visitor: Surfer, say: Say) -> None:
    tries = [("ekonom", "fel"), ("okänd", PHRASE), ("", ""), ("a\x00b", PHRASE)]
    answers = [visitor.sign_in(username, given) for username, given in tries]
    answers += [visitor.sign_in("ekonom", "fel") for _count in range(MOST_FAILURES)]
    answers.append(visitor.sign_in("ekonom"))  # right, but the account is shut by now
    assert {answer.status_code for answer in answers} == {422}
    wrong = say("The user name or the password is not right")
    assert all(wrong in answer.text and "data-error-summary" in answer.text for answer in answers)
    assert PHRASE not in answers[1].text
    assert visitor.client.get("/medlemmar").status_code == 303


def test_the_account_opens_again_after_a_while(visitor: Surfer, clock: Clock) -> None:
    for _count in range(MOST_FAILURES):
        visitor.sign_in("ekonom", "fel")
    clock.forward(minutes=LOCK_MINUTES + 1)
    assert visitor.sign_in("ekonom").status_code == 303


def test_a_session_ends_after_its_hours_however_much_is_opened(
    visitor: Surfer, clock: Clock
) -> None:
    """Signed in at 12:00 for ten hours; a page each half hour keeps it awake."""
    visitor.sign_in("ekonom")
    for _half_hour in range(19):
        clock.forward(minutes=30)
        assert visitor.client.get("/medlemmar").status_code == 200
    clock.now = NOON + timedelta(hours=10, seconds=-1)
    assert visitor.client.get("/medlemmar").status_code == 200
    clock.now = NOON + timedelta(hours=10)
    assert visitor.client.get("/medlemmar").status_code == 303


def test_a_session_ends_after_an_hour_without_a_page(visitor: Surfer, clock: Clock) -> None:
    visitor.sign_in("ekonom")
    clock.now = NOON + timedelta(minutes=60, seconds=-1)
    assert visitor.client.get("/medlemmar").status_code == 200
    clock.now = NOON + timedelta(minutes=120, seconds=-2)
    assert visitor.client.get("/medlemmar").status_code == 200
    clock.now = NOON + timedelta(minutes=180, seconds=-2)
    assert visitor.client.get("/medlemmar").status_code == 303


def test_a_page_that_is_read_sets_a_cookie_once_a_minute(visitor: Surfer, clock: Clock) -> None:
    visitor.sign_in("ekonom")
    visitor.get("/medlemmar")  # the token of its forms goes into the cookie
    found = []
    for seconds in (0, 59, 60, 61, 119, 120):
        clock.now = NOON + timedelta(seconds=seconds)
        found.append("Set-Cookie" in visitor.client.get("/medlemmar").headers)
    assert found == [False, False, True, False, False, True]


def test_pages_say_when_the_session_ends(visitor: Surfer, clock: Clock, say: Say) -> None:
    visitor.sign_in("ekonom")
    page = visitor.get("/medlemmar").text
    assert 'data-ends="3600"' in page
    assert f'data-stay="{say("Stay signed in")}"' in page
    for _half_hour in range(19):
        clock.forward(minutes=30)
        visitor.get("/medlemmar")
    page = visitor.get("/medlemmar").text
    assert 'data-ends="1800"' in page  # 21:30, and it ends at 22:00 whatever is opened
    assert "data-stay" not in page


def test_every_sign_in_has_another_secret(visitor: Surfer, world: Works) -> None:
    """What somebody put into the browser before is worth nothing after (session fixation)."""
    visitor.sign_in("ekonom")
    visitor.get("/medlemmar")
    first = _session(visitor)
    given = {"username": "ekonom", "password": PHRASE, "till": "/"}
    visitor.post("/logga-in", given, at="/medlemmar")
    second = _session(visitor)
    assert first["key"] != second["key"]
    assert first["csrf_token"] != second.get("csrf_token")
    with world.reading(OPERATOR) as work:
        assert presence(work, first["key"]) is None
        assert presence(work, second["key"]) is not None


def test_signing_out_ends_this_session_also_a_copied_one(app: Flask, visitor: Surfer) -> None:
    visitor.sign_in("ekonom")
    other = signed_in(app, "ekonom")
    copied = visitor.client.get_cookie("session")
    assert copied is not None
    out = visitor.post("/logga-ut", {})
    assert (out.status_code, out.location) == (303, "/logga-in")
    assert visitor.client.get("/medlemmar").status_code == 303
    visitor.client.set_cookie("session", copied.value)
    assert visitor.client.get("/medlemmar").status_code == 303
    assert other.client.get("/medlemmar").status_code == 200


def test_thirty_wrong_tries_are_refused_at_every_door(
    app: Flask, visitor: Surfer, world: Works, clock: Clock, say: Say
) -> None:
    """Fifteen wrong tokens and fifteen wrong passwords. What nobody guesses goes on: sessions, and
    a token that is right.
    """
    inside = signed_in(app, "ekonom")
    with world.writing(OPERATOR) as work:
        token = give_token(work, accounts(work)[0], "x", NOON + timedelta(days=9))
    api = app.test_client()

    def call(secret: str) -> TestResponse:
        headers = {"Authorization": f"Bearer {secret}"}
        return api.get("/api/v1/invoices", headers=headers)

    assert call(token).status_code == 200
    for count in range(15):
        assert call("wrong").status_code == 401
        assert visitor.sign_in(f"nobody{count}", "wrong").status_code == 422
    clock.forward(minutes=5)
    answer = call("wrong")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "600")
    assert answer.mimetype == "application/problem+json"
    assert call(token).status_code == 200
    page = visitor.sign_in("ekonom")
    assert (page.status_code, page.headers["Retry-After"]) == (429, "600")
    assert say("There were too many wrong tries from your network") in page.text
    assert say("Try again in {minutes} min", minutes=10) in page.text
    assert inside.get("/medlemmar").status_code == 200
    clock.forward(minutes=10)
    assert call("wrong").status_code == 401
    assert visitor.sign_in("ekonom").status_code == 303


def test_no_token_at_all_is_no_wrong_one(app: Flask, visitor: Surfer) -> None:
    for _count in range(31):
        assert app.test_client().get("/api/v1/invoices").status_code == 401
    assert visitor.sign_in("ekonom").status_code == 303


def test_where_passwords_are_turned_off_none_opens(
    settings: Settings, world: Works, say: Say
) -> None:
    web = settings.web.model_copy(update={"local_sign_in": False, "address": "https://x.se"})
    surfer = Surfer(create_app(settings.model_copy(update={"web": web}), world).test_client())
    add_account(world, "ekonom", ("finance", None))
    page = surfer.get("/logga-in").text
    assert say("Passwords are not used here.") in page
    assert 'name="password"' not in page
    assert surfer.sign_in("ekonom").status_code == 403
    assert surfer.get("/glomt-losenord").status_code == 403
    assert surfer.post("/glomt-losenord", {"name": "ekonom"}, at="/logga-in").status_code == 409


def test_a_closed_account_is_out_at_once(visitor: Surfer, world: Works) -> None:
    visitor.sign_in("ekonom")
    with world.writing(OPERATOR) as work:
        close_account(work, "ekonom")
    assert visitor.client.get("/medlemmar").status_code == 303


def test_an_account_is_out_on_the_day_after_its_last(
    visitor: Surfer, world: Works, clock: Clock
) -> None:
    with world.writing(OPERATOR) as work:
        accounts(work)[0].ends_on = date(2026, 11, 24)
    clock.now = datetime(2026, 11, 24, 22, 59, tzinfo=UTC)  # 23:59 in Sweden
    assert visitor.sign_in("ekonom").status_code == 303
    assert visitor.client.get("/medlemmar").status_code == 200
    clock.forward(minutes=1)
    assert visitor.client.get("/medlemmar").status_code == 303
    assert visitor.sign_in("ekonom").status_code == 422


def test_a_post_needs_the_token_of_its_own_page(visitor: Surfer, say: Say) -> None:
    visitor.sign_in("ekonom")
    for token in ({}, {"csrf_token": "made.up.one"}):
        answer = visitor.client.post("/medlemmar/2062", data={"delivery": "email"} | token)
        assert answer.status_code == 400
        assert say("The page had been open too long, or was opened in another sign-in.") in (
            answer.text
        )


def test_a_post_without_a_session_leads_to_sign_in(visitor: Surfer) -> None:
    answer = visitor.client.post(
        "/medlemmar/2062", headers={"Referer": "http://localhost/medlemmar"}
    )
    assert (answer.status_code, answer.location) == (303, "/logga-in?till=/medlemmar")
    abroad = visitor.client.post("/medlemmar/2062", headers={"Referer": "http://evil.example/x"})
    assert abroad.location == "/logga-in?till=/"


def test_cookies_keep_to_themselves(visitor: Surfer) -> None:
    answer = visitor.sign_in("ekonom")
    cookie = next(line for line in answer.headers.getlist("Set-Cookie") if "session=" in line)
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie  # by setting: true behind HTTPS


def test_signing_in_is_in_the_trail(visitor: Surfer, world: Works, clock: Clock) -> None:
    visitor.sign_in("ekonom")
    with world.reading(OPERATOR) as work:
        assert accounts(work)[0].signed_in_at == clock.now
    assert timedelta(hours=10) == visitor.client.application.config["PERMANENT_SESSION_LIFETIME"]


def _session(surfer: Surfer) -> dict[str, Any]:
    with surfer.client.session_transaction() as session:
        return dict(session)
