"""What an answer over HTTP costs beside one that does nothing.

The peer is a bare Flask application with one view that answers with nothing. Both are asked by
Flask's own test client in this process, on SQLite; its own processor time counts. The same
without the client's part, called as a server calls them through WSGI, is told for comparison.
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import partial
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from flask import Flask
from sqlmodel import select
from werkzeug.test import EnvironBuilder, run_wsgi_app

from consortium.app import create_app
from consortium.core.settings import Settings
from consortium.people.admitting import give_token
from consortium.people.tables import Account
from tests.bench.measuring import cpu_seconds
from tests.billing.worlds import issue_month
from tests.conftest import NOON, OPERATOR, Clock
from tests.web.billed_year import Site, site_of

LOOK_UP: Final = "JSON look-up with token, CPU / an empty Flask view"
PAGE: Final = "a 50-row page, CPU / an empty Flask view"
ROWS: Final = 50
BATCH: Final = 20  # calls in one measurement
ROUNDS: Final = 40
UNLIMITED: Final = 1_000_000

THROUGH_WSGI: Final = ", through WSGI alone, for comparison"
JSON: Final = "/api/v1/invoices/20260007"

Call = Callable[[], bytes]
Way = Callable[[Flask, str, Mapping[str, str]], Call]
Asked = tuple[str, Way]


def figures() -> dict[str, float]:
    ways: tuple[Way, ...] = (_asked, _called)
    with TemporaryDirectory() as folder:
        site = _site(Path(folder))
        for month in (10, 11):
            issue_month(site.works, date(2026, month, 1))
        asked = _calls(site)
        peers = {("", way): way(_bare(), "/", {}) for way in ways}
        cost = cheapest({**asked, **peers})
        site.works.engine.dispose()
    return {name: cost[name, way] / cost["", way] for name, way in asked}


def cheapest(calls: Mapping[Asked, Call]) -> dict[Asked, float]:
    """The processor's seconds for a batch of each call: the cheapest of rounds that take turns."""
    best = dict.fromkeys(calls, float("inf"))
    for _ in range(ROUNDS):  # the first fills templates, plans of queries and caches
        for name, call in calls.items():
            best[name] = min(best[name], cpu_seconds(partial(_batch, call), 1))
    return best


def _batch(call: Call) -> None:
    for _ in range(BATCH):
        call()


def _calls(site: Site) -> dict[Asked, Call]:
    """What is measured: name and way → a call that gives the answer's body."""
    token, cookie = {"Authorization": f"Bearer {_secret(site)}"}, {"Cookie": _cookies(site)}
    json, page = (JSON, token), ("/fakturor?ar=2026", cookie)
    calls: dict[Asked, Call] = {
        (f"{LOOK_UP} (limit 15)", _asked): _asked(site.app, *json),
        (f"{PAGE} (limit 25)", _asked): _asked(site.app, *page),
        (f"{LOOK_UP}{THROUGH_WSGI}", _called): _called(site.app, *json),
        (f"{PAGE}{THROUGH_WSGI}", _called): _called(site.app, *page),
    }
    bodies = [call() for call in calls.values()]
    assert all(b'"number":"20260007"' in body for body in bodies[::2])
    assert all(body.count(b'<tr><th scope="row">') == ROWS for body in bodies[1::2])
    return calls


def _site(folder: Path) -> Site:
    """The demo's year, whose callers may ask without end."""
    made = site_of(folder, Clock())
    chosen = {
        "home": folder,
        "web": {"secret_key": "test" * 8},
        "api": {"requests_per_minute": UNLIMITED},
    }
    return Site(create_app(Settings.model_validate(chosen), made.works), made.works)


def _bare() -> Flask:
    app = Flask("bare")
    app.add_url_rule("/", "empty", lambda: "")
    return app


def _asked(app: Flask, address: str, headers: Mapping[str, str]) -> Call:
    client = app.test_client(use_cookies=False)

    def call() -> bytes:
        answer = client.get(address, headers=[*headers.items()])
        assert answer.status_code == HTTPStatus.OK, answer.status
        return bytes(answer.data)

    return call


def _called(app: Flask, address: str, headers: Mapping[str, str]) -> Call:
    environ = EnvironBuilder(path=address, headers=[*headers.items()]).get_environ()

    def call() -> bytes:
        body, status, _headers = run_wsgi_app(app, environ.copy(), buffered=True)
        assert status == "200 OK", status
        return b"".join(body)

    return call


def _secret(site: Site) -> str:
    with site.works.writing(OPERATOR) as work:
        account = work.session.exec(select(Account).where(Account.username == "finance")).one()
        return give_token(work, account, "bench", NOON + timedelta(days=1))


def _cookies(site: Site) -> str:
    surfer = site.surfer("finance")
    cookie = surfer.client.get_cookie("session")
    assert cookie is not None
    return f"session={cookie.value}"
