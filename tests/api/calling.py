"""Another system: calls the API with the token of one account."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import select
from werkzeug.test import TestResponse

from consortium.core.work import Works
from consortium.people.admitting import give_token
from consortium.people.tables import Account
from tests.conftest import NOON, OPERATOR

ROOT = "/api/v1"


@dataclass
class Caller:
    """Its posts have a new Idempotency-Key each, where the headers name none."""

    client: FlaskClient
    secret: str
    keys: Iterator[int] = field(default_factory=count)

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> TestResponse:
        sent = {"Authorization": f"Bearer {self.secret}", **(headers or {})}
        if method == "POST":
            sent.setdefault("Idempotency-Key", f"{self.secret[:8]}-{next(self.keys)}")
        given = {} if body is None else {"json": body}
        answer = self.client.open(f"{ROOT}{path}", method=method, headers=sent, **given)
        assert answer.status_code == status, answer.text
        if status >= 400:
            assert answer.mimetype == "application/problem+json"
        return answer

    def get(self, path: str, status: int = 200) -> Any:
        return self.ask("GET", path, status=status).get_json()

    def post(self, path: str, body: Any = None, status: int = 200) -> Any:
        return self.ask("POST", path, body, status).get_json()

    def change(self, method: str, path: str, seen: str, body: Any = None, status: int = 200) -> Any:
        """Change what the look-up `seen` shows, with its ETag as it now is."""
        etag = self.ask("GET", seen).headers["ETag"]
        return self.ask(method, path, body, status, {"If-Match": etag}).get_json()


def caller_of(app: Flask, works: Works, username: str, rights: Sequence[str] = ()) -> Caller:
    """A caller with a token of the account `username`."""
    with works.writing(OPERATOR) as work:
        account = work.session.exec(select(Account).where(Account.username == username)).one()
        secret = give_token(work, account, "test", NOON + timedelta(days=300), rights)
    return Caller(app.test_client(), secret)


def places_of(problem: Mapping[str, Any]) -> list[str]:
    return [error["at"] for error in problem["errors"]]
