"""Accounts from the command line."""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import select

from consortium.core.db import open_engine
from consortium.core.work import Works
from consortium.messages.tables import Letter
from consortium.people.overview import account_by_name
from consortium.people.queries import grants
from consortium.people.signing_in import sign_in
from tests.conftest import OPERATOR
from tests.making import make_members
from tests.people.making import PHRASE, VISITOR

TITLE = ("--title", "Ekonom")


@pytest.fixture
def works(empty_sqlite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Works:
    """The database in the home folder that the commands use."""
    path = tmp_path / "consortium.db"
    path.write_bytes(empty_sqlite.read_bytes())
    monkeypatch.setenv("CONSORTIUM_HOME", str(tmp_path))
    works = Works(open_engine(f"sqlite:///{path}"))
    with works.writing(OPERATOR) as work:
        make_members(work)
    return works


def add(*words: str, given: str = "", **env: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "consortium.cli", "user", "add", *words]
    return subprocess.run(  # noqa: S603 (our own)
        command, input=given, capture_output=True, text=True, check=False, env=os.environ | env
    )


def test_an_account_gets_its_password_from_standard_input(works: Works) -> None:
    roles = ("--role", "branch_manager:2062", "--role", "auditor")
    days = ("--from", "2026-01-01", "--until", "2099-12-31")
    added = add("Ekonom", *TITLE, *roles, *days, "--password-stdin", given=f"{PHRASE}\n")
    assert (added.returncode, added.stdout, added.stderr) == (0, "ekonom\n", "")
    with works.writing(VISITOR) as work:
        account = sign_in(work, "ekonom", PHRASE)
        assert account is not None
        assert grants(work, account) == [("branch_manager", "2062"), ("auditor", None)]
        assert (account.from_on, account.ends_on) == (date(2026, 1, 1), date(2099, 12, 31))
    again = add("ekonom", *TITLE, "--role", "finance")
    assert (again.returncode, "ekonom" in again.stderr) == (3, True)


def test_an_account_is_invited(works: Works) -> None:
    words = ("ekonom", *TITLE, "--role", "finance", "--email", "e@mora.example", "--invite")
    refused = add(*words)
    assert (refused.returncode, "web.address" in refused.stderr) == (3, True)
    assert add(*words, CONSORTIUM_WEB__ADDRESS="https://drift.example.se").returncode == 0
    with works.reading(OPERATOR) as work:
        assert account_by_name(work, "ekonom").password_hash == ""
        assert work.session.exec(select(Letter)).one().to_address == "e@mora.example"


def test_what_is_wrong_is_told_on_standard_error(works: Works) -> None:
    wrong = add("a b", *TITLE, "--role", "king", "--role", "counter:9999", "--email", "x")
    assert wrong.returncode == 2
    assert [line.partition(":")[0] for line in wrong.stderr.splitlines()] == [
        "roles",
        "roles",
        "username",
        "email",
    ]
    role = (*TITLE, "--role", "finance")
    assert add("ekonom", *role, "--password-stdin").returncode == 2
    assert add("ekonom", *role, "--password-stdin", given="kort\n").returncode == 2
    assert add("ekonom", *role, "--password-stdin", "--invite", given=PHRASE).returncode == 2
    assert add("ekonom", *role, "--password", PHRASE).returncode == 2  # there is no such option
    with works.reading(OPERATOR) as work:
        assert work.session.exec(select(Letter)).all() == []
