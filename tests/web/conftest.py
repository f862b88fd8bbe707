"""The world of the page tests: three members with libraries, measures and an agreement."""

import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

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
from tests.web.serving import serving

LAST_YEAR = date(2025, 12, 31)
POPULATION = {"2080": "59945", "2081": "51425", "2062": "20540"}


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
    with serving(app) as address:
        yield app, address
    works.engine.dispose()
