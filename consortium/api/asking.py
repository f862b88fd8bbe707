"""Who calls: the account that a bearer token (RFC 6750) acts for."""

from flask import g, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from consortium.core.work import Actor
from consortium.http.asking import works
from consortium.people.queries import account_of_token, actor_of

NOBODY = Actor("")
NEEDED = "Send a bearer token that is valid: Authorization: Bearer …"


def caller() -> Actor:
    """The account that the request's token acts for; 401 where there is none that holds."""
    found: Actor | None = g.get("caller")
    if found is None:
        found = g.caller = _caller(_token())
    return found


def _token() -> str:
    given = request.authorization
    return given.token or "" if given is not None and given.type == "bearer" else ""


def _caller(secret: str) -> Actor:
    with works().reading(NOBODY) as work:
        account = account_of_token(work, secret) if secret else None
        if account is not None:
            return actor_of(work, account)
    raise Unauthorized(NEEDED, www_authenticate=WWWAuthenticate("bearer"))
