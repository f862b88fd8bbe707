"""Who calls: the account that a bearer token (RFC 6750) acts for, and how often it may."""

import hashlib
from http import HTTPStatus
from typing import Final

from flask import Response, current_app, g, request

from consortium.api.limiting import Limiter
from consortium.api.refusals import refuse
from consortium.core.errors import Fault
from consortium.core.words import mark
from consortium.core.work import Actor, Work
from consortium.http.asking import settings, works
from consortium.http.places import doorstep
from consortium.people.attempts import note_attempt, seconds_to_wait
from consortium.people.queries import actor_of_token

NOBODY: Final = Actor("")
NEEDED: Final = mark("Send a bearer token that is valid: Authorization: Bearer …")
LIMITER: Final = "api.limiter"


def caller(work: Work) -> Actor:
    """The account that the request's token acts for; 401 where none does, 429 where too often."""
    given = request.authorization
    secret = given.token or "" if given is not None and given.type == "bearer" else ""
    found = actor_of_token(work, secret) if secret else None
    if found is None:
        if secret:  # a right one is never turned away for a neighbour's wrong ones
            _refuse_too_many_wrong(work)
        g.wrong_token = bool(secret)
        refuse(
            HTTPStatus.UNAUTHORIZED,
            Fault(NEEDED, "Authorization"),
            WWW_Authenticate='Bearer error="invalid_token"' if secret else "Bearer",
        )
    _take_one(secret)
    return found


def count_wrong_token(answer: Response) -> Response:
    """After a request: count a wrong token where it came from, once its own work is closed."""
    if g.pop("wrong_token", False):
        with works().writing(NOBODY) as work:
            note_attempt(work, doorstep("api"))
    return answer


def limiter() -> Limiter:
    """The buckets of this application, made at its first request."""
    held = current_app.extensions
    if LIMITER not in held:
        held.setdefault(LIMITER, Limiter(settings().api.requests_per_minute))
    found: Limiter = held[LIMITER]
    return found


def _refuse_too_many_wrong(work: Work) -> None:
    if wait_s := seconds_to_wait(work, doorstep("api")):
        refuse(
            HTTPStatus.TOO_MANY_REQUESTS,
            Fault(
                "There were too many wrong tokens and passwords from your address",
                "Authorization",
                {"seconds": wait_s},
                "Ask again in {seconds} seconds",
            ),
            Retry_After=str(wait_s),
        )


def _take_one(secret: str) -> None:
    allowance = limiter().take(hashlib.sha256(secret.encode()).hexdigest())
    g.allowance = allowance.headers
    if allowance.wait_s:
        refuse(
            HTTPStatus.TOO_MANY_REQUESTS,
            Fault(
                "The token has asked {limit} times in a minute",
                "Authorization",
                {"limit": allowance.limit, "seconds": allowance.wait_s},
                "Ask again in {seconds} seconds",
            ),
            Retry_After=str(allowance.wait_s),
        )
