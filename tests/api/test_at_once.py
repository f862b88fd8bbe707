"""Two requests at the same moment, on both databases: one effect, and nobody's change is lost."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlmodel import select
from werkzeug.test import TestResponse

from consortium.app import create_app
from consortium.branches.tables import Closure
from consortium.core.answers import KEPT, KeptAnswer, forget_answers
from consortium.core.settings import Settings
from consortium.core.work import Works
from consortium.members.queries import member_by_code
from tests.api.calling import Caller, caller_of
from tests.conftest import OPERATOR, Clock
from tests.making import make_branches, make_members
from tests.web.browsing import add_account

AT_ONCE = 4
CLOSURE = {
    "branch": "mora-bibliotek",
    "from_on": "2026-12-01",
    "to_on": "2026-12-02",
    "reason": "Inventering",
}


@pytest.fixture
def app(settings: Settings, works: Works) -> Flask:
    with works.writing(OPERATOR) as work:
        make_members(work)
        make_branches(work)
    add_account(works, "all", ("administrator", None), ("coordinator", None), ("finance", None))
    return create_app(settings, works)


@pytest.fixture
def caller(app: Flask, works: Works) -> Caller:
    return caller_of(app, works, "all")


def at_once(app: Flask, secret: str, send: Callable[[Caller, int], TestResponse]) -> Counter[int]:
    """The statuses of AT_ONCE requests that are sent at the same moment."""
    barrier, statuses = Barrier(AT_ONCE), []

    def one(place: int) -> None:
        each = Caller(app.test_client(), secret)
        barrier.wait()
        statuses.append(send(each, place).status_code)

    threads = [Thread(target=one, args=(place,)) for place in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(statuses)


def raw(caller: Caller, method: str, path: str, body: object, **headers: str) -> TestResponse:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    sent = {"Authorization": f"Bearer {caller.secret}", **given}
    return caller.client.open(f"/api/v1{path}", method=method, json=body, headers=sent)


def test_the_same_post_at_once_is_done_once(app: Flask, works: Works, caller: Caller) -> None:
    statuses = at_once(
        app,
        caller.secret,
        lambda each, _place: raw(each, "POST", "/closures", CLOSURE, Idempotency_Key="one"),
    )
    assert statuses == {201: AT_ONCE}
    with works.reading(OPERATOR) as work:
        assert len(work.session.exec(select(Closure)).all()) == 1
        assert len(work.session.exec(select(KeptAnswer)).all()) == 1


def test_of_changes_at_once_one_holds_and_the_rest_are_told(
    app: Flask, works: Works, caller: Caller
) -> None:
    etag = caller.ask("GET", "/members/2062").headers["ETag"]
    statuses = at_once(
        app,
        caller.secret,
        lambda each, place: raw(
            each, "PATCH", "/members/2062", {"city": f"Mora {place}"}, If_Match=etag
        ),
    )
    assert statuses == {200: 1, 412: AT_ONCE - 1}
    with works.reading(OPERATOR) as work:
        assert member_by_code(work, "2062").city.startswith("Mora ")


def test_answers_are_forgotten_after_a_month(works: Works, caller: Caller, clock: Clock) -> None:
    caller.post("/closures", CLOSURE, status=201)
    for later, left in ((KEPT, 1), (timedelta(seconds=1), 0)):
        clock.now += later
        with works.writing(OPERATOR) as work:
            forget_answers(work)
            assert len(work.session.exec(select(KeptAnswer)).all()) == left
