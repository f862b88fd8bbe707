"""The API's document says what the API does."""

import json
from typing import Any

import pytest
from click.testing import CliRunner
from openapi_spec_validator import OpenAPIV31SpecValidator

from consortium.api import ROUTES, read_document
from consortium.api.reading import read_as
from consortium.api.routing import Route
from consortium.cli import main
from consortium.people.rules import ROLES
from tests.api.november import House

WRITING = [route for route in ROUTES if route.asks]


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """As other programs read it: through JSON."""
    read: dict[str, Any] = json.loads(json.dumps(read_document()))
    return read


def test_it_is_valid_openapi(document: dict[str, Any]) -> None:
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []
    assert document["openapi"].startswith("3.1")


def test_it_is_served_and_printed(house: House, document: dict[str, Any]) -> None:
    answer = house.app.test_client().get("/api/v1/openapi.json")
    assert (answer.status_code, answer.get_json()) == (200, document)
    assert json.loads(CliRunner().invoke(main, ["openapi"]).output) == document


def test_every_route_is_in_it_with_its_right(document: dict[str, Any]) -> None:
    known = {
        (path, method): operation["operationId"]
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }
    assert known == {(route.path, route.method.lower()): route.name for route in ROUTES}
    assert len(set(known.values())) == len(known)
    every = frozenset().union(*ROLES.values())
    assert {route.right for route in ROUTES if route.right is not None} <= every
    assert [route.name for route in ROUTES if route.right is None] == ["read_document"]


def test_changes_say_what_they_need(document: dict[str, Any]) -> None:
    for route in ROUTES:
        operation = document["paths"][route.path][route.method.lower()]
        named = {each.get("$ref", "").rpartition("/")[2] for each in operation["parameters"]}
        assert ("Idempotency-Key" in named) == (route.method == "POST" and not route.reads)
        assert ("If-Match" in named) == (route.state is not None)
        assert ("401" in operation["responses"]) == (route.right is not None)
        assert operation["summary"]
        assert operation["description"]


@pytest.mark.parametrize("route", WRITING, ids=lambda route: route.name)
def test_examples_can_be_read(route: Route) -> None:
    assert route.asks is not None
    assert route.example is not None
    read_as(route.asks, route.example)


def test_what_people_change_together_is_guarded() -> None:
    """A route that changes something of that kind without If-Match only adds to a list."""
    unguarded = {route.path for route in ROUTES if route.writes and route.state is None}
    assert unguarded == {
        "/closures",
        "/crates",
        "/crates/{code}/pack",
        "/crate-events",
        "/crate-scans",
        "/invoice-runs",
        "/plans",
        "/plans/{date}/moves",
        "/pools",
        "/pools/{year}/{code}/costs",
        "/usage",
    }
