from datetime import timedelta

import pytest
from flask import Flask

from consortium.core.words import Say
from consortium.core.work import Works
from consortium.people.queries import accounts
from consortium.people.rules import LOCK_MINUTES, MOST_FAILURES
from tests.conftest import OPERATOR, Clock
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


def test_a_session_ends_after_its_hours(visitor: Surfer, clock: Clock) -> None:
    visitor.sign_in("ekonom")
    clock.forward(hours=9, minutes=59)
    assert visitor.client.get("/medlemmar").status_code == 200
    clock.forward(minutes=1)
    assert visitor.client.get("/medlemmar").status_code == 303


def test_signing_out_ends_every_session_also_a_copied_one(app: Flask, visitor: Surfer) -> None:
    visitor.sign_in("ekonom")
    other = signed_in(app, "ekonom")
    copied = visitor.client.get_cookie("session")
    assert copied is not None
    out = visitor.post("/logga-ut", {})
    assert (out.status_code, out.location) == (303, "/logga-in")
    assert visitor.client.get("/medlemmar").status_code == 303
    visitor.client.set_cookie("session", copied.value)
    assert visitor.client.get("/medlemmar").status_code == 303
    assert other.client.get("/medlemmar").status_code == 303


def test_a_closed_account_is_out_at_once(visitor: Surfer, world: Works) -> None:
    visitor.sign_in("ekonom")
    with world.writing(OPERATOR) as work:
        accounts(work)[0].active = False
    assert visitor.client.get("/medlemmar").status_code == 303


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
