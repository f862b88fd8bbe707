"""The plans as other systems read them."""

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import col, select

from consortium.app import create_app
from consortium.branches.closing import close_branch
from consortium.core.settings import Settings
from consortium.core.work import Works
from consortium.people.admitting import give_token, open_account
from consortium.transports.tables import Plan
from tests.conftest import NOON, OPERATOR
from tests.transports.making import (
    BORLANGE,
    FALUN,
    KVARNSVEDEN,
    MORA,
    TOMORROW,
    make_transports,
    plan_day,
    timetable,
)

THURSDAY = date(2026, 11, 26)


@pytest.fixture
def world(works: Works) -> Works:
    """Tomorrow and the day after are planned, and tomorrow has a proposal beside its plan."""
    with works.writing(OPERATOR) as work:
        make_transports(work)
    plan_day(works, TOMORROW)
    plan_day(works, THURSDAY)
    with works.writing(OPERATOR) as work:
        close_branch(work, FALUN, (TOMORROW, TOMORROW), "Utbildningsdag")
    plan_day(works, TOMORROW)
    return works


@pytest.fixture
def app(settings: Settings, world: Works) -> Flask:
    return create_app(settings, world)


@pytest.fixture
def client(app: Flask, world: Works) -> FlaskClient:
    """Asks with the token of a library's staff."""
    return asking(app, world, "counter", "2062")


def asking(app: Flask, works: Works, role: str, member: str | None = None) -> FlaskClient:
    with works.writing(OPERATOR) as work:
        account = open_account(
            work, f"api.{role}", "Integration", "ett-långt-lösenord", [(role, member)]
        )
        token = give_token(work, account, "test", NOON + timedelta(days=30))
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    return client


def test_the_plans_in_force_are_listed(client: FlaskClient, world: Works) -> None:
    with world.reading(OPERATOR) as work:
        rows = select(Plan).where(Plan.state == "published").order_by(col(Plan.on_date))
        snapshots = [plan.snapshot for plan in work.session.exec(rows)]
    answer = client.get("/api/v1/plans")
    assert answer.status_code == 200
    assert answer.get_json() == {
        "plans": [
            {
                "date": day,
                "revision": 1,
                "state": "published",
                "snapshot": snapshot,
                "made_at": "2026-11-24T11:00:00+00:00",
            }
            for day, snapshot in zip(("2026-11-25", "2026-11-26"), snapshots, strict=True)
        ],
        "next": None,
    }


@pytest.mark.parametrize(
    ("query", "days"),
    [
        ("from=2026-11-26", ["2026-11-26"]),
        ("from=2026-11-25&to=2026-11-25", ["2026-11-25"]),
        ("to=2026-11-24", []),
        ("from=2026-10-25", ["2026-11-25"]),  # 31 days on
        ("after=2026-11-25", ["2026-11-26"]),
        ("from=9999-12-31", []),
        ("after=9999-12-31&to=9999-12-31", []),
    ],
)
def test_days_are_chosen(client: FlaskClient, query: str, days: list[str]) -> None:
    answer = client.get(f"/api/v1/plans?{query}").get_json()
    assert [plan["date"] for plan in answer["plans"]] == days
    assert answer["next"] is None


def test_a_long_list_goes_on_from_its_cursor(client: FlaskClient, world: Works) -> None:
    with world.writing(OPERATOR) as work:
        one = work.session.exec(select(Plan).where(Plan.on_date == THURSDAY)).one()
        for ahead in range(60):
            day = date(2027, 1, 1) + timedelta(days=ahead)
            kept = one.model_dump(exclude={"id", "on_date"})
            work.session.add(Plan(on_date=day, **kept))
    query = "/api/v1/plans?from=2027-01-01&to=2027-12-31"
    first = client.get(query).get_json()
    assert (len(first["plans"]), first["next"]) == (50, "2027-02-19")
    second = client.get(f"{query}&after={first['next']}").get_json()
    assert second["plans"][0]["date"] == "2027-02-20"
    assert (len(second["plans"]), second["next"]) == (10, None)


def test_a_plan_is_given_whole(client: FlaskClient) -> None:
    answer = client.get(f"/api/v1/plans/{TOMORROW}").get_json()
    assert (answer["date"], answer["revision"], answer["state"]) == ("2026-11-25", 1, "published")
    assert answer["snapshot"] == answer["plan"]["snapshot"]
    (route,) = answer["plan"]["routes"]
    expected = timetable([BORLANGE, FALUN, MORA, KVARNSVEDEN])
    assert {stop["id"]: stop["arrive"] for stop in route["stops"]} == expected.arrivals
    assert (route["work_s"], route["distance_m"]) == (expected.work_s, expected.distance_m)


@pytest.mark.parametrize(
    ("path", "status", "at"),
    [
        ("/api/v1/plans/2026-11-27", 404, ""),
        ("/api/v1/plans/snart", 422, "date"),
        ("/api/v1/plans?from=i%20dag", 422, "from"),
        ("/api/v1/plans?from=2026-11-26&to=2026-11-25", 422, "to"),
    ],
)
def test_refusals_are_problem_documents(
    client: FlaskClient, path: str, status: int, at: str
) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert [error["at"] for error in answer.get_json()["errors"]] == [at]


def test_nobody_reads_without_a_token(app: Flask) -> None:
    answer = app.test_client().get("/api/v1/plans")
    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
