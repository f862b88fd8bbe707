"""What people see when something cannot be shown or done."""

from collections.abc import Callable

import pytest
from flask import Flask

from consortium.core.errors import (
    Conflict,
    Fault,
    Forbidden,
    Invalid,
    NotFound,
    Problem,
    Unavailable,
)
from consortium.core.words import Say
from tests.web.browsing import Surfer


def fails(problem: Exception) -> Callable[[], str]:
    def view() -> str:
        raise problem

    return view


@pytest.mark.parametrize(
    ("problem", "status", "title"),
    [
        (NotFound("There is no measure {code}", code="x"), 404, "The page does not exist"),
        (Invalid("The file has no rows"), 422, "It did not go through"),
        (Conflict("The file has no rows"), 409, "Nothing was saved"),
        (Forbidden("The file has no rows"), 403, "You cannot open this"),
        (Unavailable("The file has no rows"), 503, "It does not work just now"),
    ],
)
def test_each_kind_of_refusal_has_its_page(
    app: Flask, as_role: Callable[..., Surfer], say: Say, problem: Problem, status: int, title: str
) -> None:
    app.add_url_rule("/prov", "web.test", fails(problem))
    answer = as_role("finance").get("/prov")
    assert answer.status_code == status
    assert f"<h1>{say(title)}</h1>" in answer.text
    fault = problem.faults[0]
    assert say(fault.text, **fault.facts) in answer.text
    assert 'id="nav"' in answer.text  # in the layout, with the menu


def test_texts_from_users_are_shown_as_text(app: Flask, as_role: Callable[..., Surfer]) -> None:
    bad = Invalid([Fault("No branch is called {name}", "name", {"name": "<b>x</b>"})])
    app.add_url_rule("/prov", "web.test", fails(bad))
    answer = as_role("finance").get("/prov")
    assert "&lt;b&gt;x&lt;/b&gt;" in answer.text
    assert "<b>x</b>" not in answer.text


def test_a_fault_of_ours_shows_its_number_and_nothing_of_the_inside(
    app: Flask, as_role: Callable[..., Surfer], say: Say
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.add_url_rule("/prov", "web.test", fails(RuntimeError("inside")))
    answer = as_role("finance").get("/prov")
    assert answer.status_code == 500
    assert say("Something went wrong on our side") in answer.text
    assert answer.headers["X-Request-ID"] in answer.text
    assert "inside" not in answer.text


def test_addresses_that_do_not_exist(app: Flask, as_role: Callable[..., Surfer], say: Say) -> None:
    surfer = as_role("finance")
    for path in ("/finns-inte", "/medlemmar/9999", "/matvarden/x", "/stangningar/1/x"):
        answer = surfer.get(path)
        assert answer.status_code == 404, path
        assert say("The page does not exist") in answer.text
    assert surfer.get("/bibliotek/%00").status_code == 400
    assert surfer.post(f"/stangningar/{2**31}/lyft", {}).status_code == 404
    wrong = surfer.client.get("/logga-ut")
    assert wrong.status_code == 405
    assert set(wrong.headers["Allow"].split(", ")) == {"POST", "OPTIONS"}
    assert Surfer(app.test_client()).get("/finns-inte").status_code == 404
