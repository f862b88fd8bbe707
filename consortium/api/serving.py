"""Every request goes the same way: who asks, may they, what do they ask, one work, one answer.

A look-up reads who asks and what is asked for in one work. A change finds out first who asks and
what they want, so that nobody without a token waits for, or holds, the lock of a writer.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, time
from http import HTTPStatus
from typing import Any, Final

from flask import Response, g, request

from consortium.api.asking import NOBODY, caller
from consortium.api.conditions import etag_of, is_known, require_match
from consortium.api.reading import asked_of, path_of
from consortium.api.refusals import refuse
from consortium.api.routing import File, Route
from consortium.core.answers import PLACE, hold_key, keep_answer
from consortium.core.errors import Fault, Forbidden, Unavailable
from consortium.core.work import Actor, Work
from consortium.http.asking import works

JSON: Final = "application/json"
LONGEST_KEY: Final = 255
FRESH: Final = "private, no-cache"  # kept by the caller alone, and asked about each time
VARYING: Final = "Authorization, Accept-Language"
ROOT: Final = "/api/v1"

Values = list[Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent. body: JSON or the bytes of a file. replayed: it was given before."""

    status: int
    body: bytes
    etag: str = ""
    media_type: str = JSON
    name: str = ""
    located: str = ""
    replayed: bool = False


def served(route: Route) -> Callable[..., Response]:
    """`route` as Flask calls it, with the values of its path by their names."""
    if route.right is None:
        return lambda **_given: _sent(_shown(route, route.view()))
    if route.writes:
        return lambda **given: _sent(_changed(route, given))
    if route.asks:
        return lambda **given: _sent(_tried(route, given))
    return lambda **given: _sent(_looked_up(route, given))


def allowing(methods: str) -> Callable[..., Response]:
    """Answers OPTIONS: which methods the address takes. No other site may ask (no CORS)."""
    return lambda **_given: Response(status=HTTPStatus.NO_CONTENT, headers={"Allow": methods})


def encoded(data: Any) -> bytes:
    """JSON in UTF-8; days and moments in ISO 8601."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), default=_plain)
    return text.encode()


def _looked_up(route: Route, given: Mapping[str, str]) -> Answer:
    with works().reading(NOBODY) as found:
        work = replace(found, actor=caller(found))
        _let_in(work.actor, route)
        return _shown(route, route.view(work, *path_of(route, given), *asked_of(route)))


def _tried(route: Route, given: Mapping[str, str]) -> Answer:
    """A look-up with a body: no work waits for it to arrive."""
    actor = _actor(route)
    values, asked = path_of(route, given), asked_of(route)
    with works().reading(actor) as work:
        return _shown(route, route.view(work, *values, *asked))


def _changed(route: Route, given: Mapping[str, str]) -> Answer:
    actor = _actor(route)
    values, asked = path_of(route, given), asked_of(route)
    key = _key() if route.takes_key else ""
    try:
        return _change(route, actor, values, asked, key)
    except Unavailable:
        if route.state is None:
            raise
    return _change(route, actor, values, asked, key)  # whoever was first has closed: 412 or done


def _change(route: Route, actor: Actor, values: Values, asked: Values, key: str) -> Answer:
    with works().writing(actor, steady=route.state is not None) as work:
        if not key:
            return _done(route, work, values, asked)
        held = hold_key(work, key, _digest(asked))
        if held.status:
            again = Answer(held.status, held.body, located=_place(route, json.loads(held.body)))
            return replace(again, etag=etag_of(held.body) if route.state else "", replayed=True)
        answer = _done(route, work, values, asked)
        keep_answer(work, held, answer.status, answer.body)
        return answer


def _done(route: Route, work: Work, values: Values, asked: Values) -> Answer:
    if route.state is None:
        data = route.view(work, *values, *asked)
        return Answer(route.status, encoded(data), located=_place(route, data))
    require_match(encoded(route.state(work, *values)))
    route.view(work, *values, *asked)
    work.session.flush()
    body = encoded(route.state(work, *values))
    return Answer(route.status, body, etag_of(body))


def _shown(route: Route, data: Any) -> Answer:
    if isinstance(data, File):
        return Answer(route.status, data.content, data.sha256, data.media_type, data.name)
    body = encoded(data)
    return Answer(route.status, body, "" if route.reads else etag_of(body))


def _sent(answer: Answer) -> Response:
    if answer.etag and request.method in {"GET", "HEAD"} and is_known(answer.etag):
        sent = Response(status=HTTPStatus.NOT_MODIFIED)
    else:
        sent = Response(answer.body, answer.status, content_type=answer.media_type)
    if answer.etag:
        sent.headers["ETag"] = f'"{answer.etag}"'
        sent.headers["Cache-Control"] = FRESH
        sent.headers["Vary"] = VARYING
    if answer.name:
        sent.headers["Content-Disposition"] = f'attachment; filename="{answer.name}"'
    if answer.located:
        sent.headers["Location"] = answer.located
    if answer.replayed:
        sent.headers["Idempotent-Replayed"] = "true"
    return sent


def with_allowance(sent: Response) -> Response:
    """How often the caller may ask still, on every answer to one that is known."""
    allowance: Mapping[str, str] = g.get("allowance", {})
    sent.headers.update(allowance)
    return sent


def _actor(route: Route) -> Actor:
    with works().reading(NOBODY) as found:
        actor = caller(found)
    _let_in(actor, route)
    return actor


def _let_in(actor: Actor, route: Route) -> None:
    if route.right and not actor.may(route.right):
        raise Forbidden(
            "{name} may not do this: it takes the right {right}",
            name=actor.name,
            right=route.right,
            remedy="Ask the administrator of the consortium",
        )


def _key() -> str:
    """The request's Idempotency-Key (draft-ietf-httpapi-idempotency-key-header); 400 without."""
    key = request.headers.get(PLACE, "").strip()
    if not (0 < len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        remedy = "Send a new random text of at most 255 characters, and the same one when you retry"
        refuse(HTTPStatus.BAD_REQUEST, Fault("A post needs a key of its own", PLACE, {}, remedy))
    return key


def _digest(asked: Values) -> str:
    """SHA-256 of method, address and what is asked, the same however the JSON was written."""
    body = [each.model_dump(mode="json", exclude_unset=True) for each in asked]
    text = json.dumps([request.method, request.path, body], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _place(route: Route, data: Any) -> str:
    """Where the thing that was made is found, below the address of the API."""
    return ROOT + route.made.format_map(data) if route.made else ""


def _plain(value: Any) -> str:
    if isinstance(value, date | time):
        return value.isoformat()
    raise TypeError(type(value).__name__)
