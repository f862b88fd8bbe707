"""The world of the page tests: three members with libraries, measures and an agreement."""

import shutil
import threading
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from consortium.agreements.signing import add_clause, sign_agreement
from consortium.app import create_app
from consortium.branches.closing import close_branch
from consortium.core.db import open_engine
from consortium.core.settings import Settings
from consortium.core.words import Say, words
from consortium.core.work import Work, Works
from consortium.measures.entering import add_measure, enter_values, lock_values
from consortium.members.joining import name_consortium
from tests.conftest import OPERATOR, Clock
from tests.making import FIRST, make_branches, make_members
from tests.web.browsing import Surfer, add_account, signed_in

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
LAST_YEAR = date(2025, 12, 31)
POPULATION = {"2080": "59945", "2081": "51425", "2062": "20540"}


class Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 werkzeug's name
        """Say nothing: the application has a log of its own."""


def make_world(work: Work) -> None:
    """Members and libraries; Mora closed next week; population of last year, locked; a clause."""
    make_members(work)
    make_branches(work)
    close_branch(work, "mora-bibliotek", (date(2026, 12, 1), date(2026, 12, 2)), "Inventering")
    add_measure(work, "population", ("Folkmängd", "Population"), "invånare")
    add_measure(work, "loans", ("Utlån", "Loans"), "lån")
    enter_values(work, "population", LAST_YEAR, POPULATION, "SCB")
    lock_values(work, "population", LAST_YEAR)
    agreement = sign_agreement(work, "Samverkansavtal", FIRST, list(POPULATION))
    add_clause(work, agreement, "§ 7.2", "Kostnaden delas efter folkmängd.", FIRST)


@pytest.fixture
def database_url(empty_sqlite: Path, tmp_path: Path) -> str:
    """Pages are tested on SQLite; tests/stories opens every page on both databases."""
    path = tmp_path / "test.db"
    shutil.copy(empty_sqlite, path)
    return f"sqlite:///{path}"


@pytest.fixture
def world(works: Works) -> Works:
    with works.writing(OPERATOR) as work:
        make_world(work)
    return works


@pytest.fixture
def app(settings: Settings, world: Works) -> Flask:
    return create_app(settings, world)


@pytest.fixture
def as_role(app: Flask, world: Works) -> Callable[..., Surfer]:
    """Gives someone signed in with one role: `as_role("finance")`, `as_role("counter", "2062")`."""

    def sign_in(role: str, member: str | None = None) -> Surfer:
        username = f"{role}.{member or 'all'}"
        add_account(world, username, (role, member))
        return signed_in(app, username)

    return sign_in


@pytest.fixture
def say() -> Say:
    """What pages say, in Swedish, of an English source text."""
    return words("sv")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium, one for the whole run."""
    assert Path(CHROMIUM).exists(), "Chromium is missing: apt-get install chromium"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield started
        started.close()


@pytest.fixture
def served(empty_sqlite: Path, tmp_path: Path, clock: Clock) -> Iterator[tuple[Flask, str]]:
    """The application with the world, marked as an example, on a port; and its address."""
    shutil.copy(empty_sqlite, tmp_path / "served.db")
    works = Works(open_engine(f"sqlite:///{tmp_path / 'served.db'}"), clock)
    with works.writing(OPERATOR) as work:
        make_world(work)
        name_consortium(work, "Testbiblioteken", example=True)
    add_account(works, "all", ("administrator", None), ("finance", None))
    secret = {"secret_key": "test" * 8}
    app = create_app(Settings.model_validate({"home": tmp_path, "web": secret}), works)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield app, f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()
    works.engine.dispose()
