"""A browser without a screen: signs in, keeps the form's token, follows redirects."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from consortium.core.work import Works
from consortium.people.admitting import open_account
from tests.conftest import OPERATOR

PHRASE: Final = "ett-långt-lösenord"
TOKEN: Final = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass(frozen=True)
class Surfer:
    """One person at a browser. A post sends the token of the page that it is sent from."""

    client: FlaskClient

    def get(self, path: str) -> TestResponse:
        return self.client.get(path, follow_redirects=True)

    def post(self, path: str, data: Mapping[str, Any], at: str = "/") -> TestResponse:
        """Post `data` to `path` with the token of the page `at`, without following."""
        token = TOKEN.search(self.get(at).text)
        assert token, f"{at} has no form"
        sent = {**data, "csrf_token": token[1]}
        return self.client.post(path, data=sent, headers={"Referer": f"http://localhost{at}"})

    def send(self, path: str, data: Mapping[str, Any], at: str = "/") -> TestResponse:
        """As `post`, and on to the page that it leads to."""
        answer = self.post(path, data, at)
        return self.get(answer.location) if answer.status_code == 303 else answer

    def undo(self, page: str, at: str = "/") -> TestResponse:
        """Press Undo in the toast of `page`, which stands at the address `at`."""
        toast = page[page.index('<div class="toast') :].partition("</form>")[0]
        (path,) = re.findall(r'action="([^"]+)"', toast)
        hidden = dict(re.findall(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)">', toast))
        hidden.pop("csrf_token")
        return self.send(path, hidden, at)

    def sign_in(self, username: str, password: str = PHRASE, till: str = "/") -> TestResponse:
        given = {"username": username, "password": password, "till": till}
        return self.post("/logga-in", given, at="/logga-in")


def add_account(works: Works, username: str, *roles: tuple[str, str | None]) -> None:
    """An account called `username` with PHRASE; each role for a member's code, or for all."""
    with works.writing(OPERATOR) as work:
        open_account(work, username, "Kansliet", PHRASE, roles)


def signed_in(app: Flask, username: str) -> Surfer:
    surfer = Surfer(app.test_client())
    assert surfer.sign_in(username).status_code == 303
    return surfer
