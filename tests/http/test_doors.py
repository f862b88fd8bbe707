"""What both doors get from the application: probes, headers, ids, errors in their own form."""

import json
import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from consortium.api.asking import NOBODY, caller
from consortium.app import create_app
from consortium.core.errors import Conflict, Fault, Invalid
from consortium.core.later import Later, Task
from consortium.core.log import request_id
from consortium.core.settings import Settings
from consortium.core.work import Works
from consortium.migrations import downgrade
from consortium.people.admitting import give_token, open_account
from tests.conftest import OPERATOR

POLICY = (
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none';"
    " object-src 'none'"
)
PROBLEM = "application/problem+json"


@pytest.fixture
def app(settings: Settings, works: Works) -> Flask:
    app = create_app(settings, works)

    @app.get("/api/v1/caller")
    def who() -> str:
        with works.reading(NOBODY) as work:
            return caller(work).name

    @app.get("/api/v1/refused")
    def refused() -> str:
        raise Invalid([Fault("No {thing} here", "a[0].b", {"thing": "öre"}, "Write {thing}")])

    @app.get("/api/v1/late")
    def late() -> str:
        raise Conflict("It is {state}", state="done")

    @app.get("/api/v1/broken")
    @app.get("/broken", endpoint="broken_page")
    def broken() -> str:
        return str(1 // 0)

    @app.get("/id")
    def known_id() -> str:
        return request_id.get()

    return app


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    with app.test_client() as client:
        yield client


def test_probes_tell_up_from_ready(client: FlaskClient, works: Works) -> None:
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 200
    downgrade(works.engine, "-1")
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200


def test_without_a_database_nothing_is_ready_and_pages_say_so(settings: Settings) -> None:
    lost = {"url": f"sqlite:///{settings.home / 'missing' / 'lost.db'}"}
    client = create_app(
        Settings.model_validate(settings.model_dump() | {"database": lost})
    ).test_client()
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503
    page = client.get("/logga-in")
    assert page.status_code == 503
    assert page.headers["X-Request-ID"] in page.text


def test_every_answer_has_the_headers(client: FlaskClient) -> None:
    for path in ("/healthz", "/logga-in", "/finns-inte", "/api/v1/finns-inte", "/broken"):
        client.application.config["PROPAGATE_EXCEPTIONS"] = False
        headers = client.get(path).headers
        assert headers["Content-Security-Policy"] == POLICY
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cache-Control"] == "no-store"
    with client.get("/static/consortium.css") as style:
        assert "no-store" not in style.headers["Cache-Control"]


def test_a_sane_request_id_is_kept_and_a_strange_one_replaced(client: FlaskClient) -> None:
    kept = client.get("/id", headers={"X-Request-ID": "abc-12345"})
    assert (kept.headers["X-Request-ID"], kept.text) == ("abc-12345", "abc-12345")
    for strange in ("short", "x" * 65, "with blank 1", "åäöåäöåäö"):
        made = client.get("/id", headers={"X-Request-ID": strange.encode().decode("latin-1")})
        assert made.headers["X-Request-ID"] == made.text != strange
        assert len(made.text) == 16
    assert request_id.get() == ""


def test_each_request_is_a_line_in_the_log_without_its_address(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "consortium.http"):
        client.get("/logga-in?till=/medlemmar/2062")
    lines = [vars(record) for record in caplog.records if record.name == "consortium.http"]
    assert [(line["endpoint"], line["status"]) for line in lines] == [("web.signing_in.ask", 200)]
    assert "2062" not in caplog.text


def test_metrics_count_requests_and_tasks(client: FlaskClient, works: Works) -> None:
    with works.writing(OPERATOR) as work:
        work.later(Later("tests.nothing"), key="1")
        work.session.add(Task(name="tests.nothing", key="2", due=work.now, state="failed"))
    client.get("/healthz")
    client.open("/healthz", method="FLY")
    text = client.get("/metrics").text
    assert (
        'consortium_http_requests_total{endpoint="healthz",method="GET",status="200"} 1.0' in text
    )
    assert 'method="other",status="405"' in text
    assert 'consortium_http_request_seconds_count{endpoint="healthz"} 1.0' in text
    assert 'consortium_tasks{state="waiting"} 1.0' in text
    assert 'consortium_tasks{state="failed"} 1.0' in text
    assert 'consortium_tasks{state="running"} 0.0' in text


def test_two_applications_count_apart(settings: Settings, works: Works) -> None:
    one, other = create_app(settings, works), create_app(settings, works)
    one.test_client().get("/healthz")
    assert 'endpoint="healthz"' not in other.test_client().get("/metrics").text


def test_the_api_answers_refusals_as_problem_documents(client: FlaskClient) -> None:
    answer = client.get("/api/v1/refused")
    assert (answer.status_code, answer.mimetype) == (422, PROBLEM)
    document = json.loads(answer.text)
    assert document["title"] == "Unprocessable Entity"
    assert document["errors"] == [{"at": "a[0].b", "detail": "No öre here", "remedy": "Write öre"}]
    late = client.get("/api/v1/late")
    assert (late.status_code, late.get_json(force=True)["detail"]) == (409, "It is done")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/finns-inte", 404),
        ("DELETE", "/api/v1/late", 405),
        ("GET", "/api/v1/late?a=%00", 400),
        ("GET", "/api/v1/broken", 500),
    ],
)
def test_errors_of_http_are_problem_documents_too(
    client: FlaskClient, method: str, path: str, status: int
) -> None:
    client.application.config["PROPAGATE_EXCEPTIONS"] = False
    answer = client.open(path, method=method)
    assert (answer.status_code, answer.mimetype) == (status, PROBLEM)
    document = json.loads(answer.text)
    assert (document["type"], document["status"]) == ("about:blank", status)
    assert document["request_id"] == answer.headers["X-Request-ID"]
    assert ("Allow" in answer.headers) == (status == 405)
    assert "Traceback" not in answer.text


def test_a_token_names_the_caller_and_nothing_else_does(client: FlaskClient, works: Works) -> None:
    with works.writing(OPERATOR) as work:
        account = open_account(work, "System", "ILS", "ett-långt-lösenord", [("auditor", None)])
        secret = give_token(work, account, "test", work.now + timedelta(days=1))
    assert client.get("/api/v1/caller", headers=_bearer(secret)).text == "system"
    for headers, asks in (
        ({}, "Bearer"),
        (_bearer(secret + "x"), 'Bearer error="invalid_token"'),
        ({"Authorization": f"Basic {secret}"}, "Bearer"),
    ):
        answer = client.get("/api/v1/caller", headers=headers)
        assert (answer.status_code, answer.mimetype) == (401, PROBLEM)
        assert answer.headers["WWW-Authenticate"] == asks


def test_a_request_that_is_too_large_is_refused(client: FlaskClient) -> None:
    answer = client.post("/logga-in", data={"file": "x" * (10 * 1024 * 1024 + 1)})
    assert answer.status_code == 413
    assert "10 MB" in answer.text


def _bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}
