"""What every answer gets: a request id, security headers, a line in the log, a count."""

import logging
import re
import secrets
from time import perf_counter
from typing import Final

from flask import Flask, Response, abort, g, request

from consortium.core.log import request_id
from consortium.http.metrics import Meter

LOG: Final = logging.getLogger("consortium.http")
HEADERS: Final = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'self';"
    " frame-ancestors 'none'; object-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
SANE_ID: Final = re.compile(r"[A-Za-z0-9._-]{8,64}", re.ASCII)


def mind_manners(app: Flask, meter: Meter) -> None:
    """Let every request to `app` begin and end by the functions below."""

    def finish(answer: Response) -> Response:
        seconds = perf_counter() - g.begun
        endpoint = request.endpoint or "none"
        meter.note(endpoint, request.method, answer.status_code, seconds)
        LOG.info(
            "answered",
            extra={
                "endpoint": endpoint,
                "method": request.method,
                "status": answer.status_code,
                "ms": round(seconds * 1000, 1),
            },
        )
        return _with_headers(answer)

    app.before_request(_begin)
    app.after_request(finish)
    app.teardown_request(_end)


def _begin() -> None:
    given = request.headers.get("X-Request-ID", "")
    g.begun = perf_counter()
    g.request_id = given if SANE_ID.fullmatch(given) else secrets.token_hex(8)
    g.log_token = request_id.set(g.request_id)
    if "\0" in request.path or any("\0" in text for text in request.args.values()):
        abort(400)  # PostgreSQL cannot hold it, so nothing here can have such a name


def _with_headers(answer: Response) -> Response:
    answer.headers["X-Request-ID"] = g.request_id
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)
    if request.endpoint != "static":
        answer.headers.setdefault("Cache-Control", "no-store")
    return answer


def _end(_error: BaseException | None) -> None:
    if token := g.pop("log_token", None):
        request_id.reset(token)
