"""The pages of the main job in Chromium, with a month's real contents."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser

from consortium.app import create_app
from consortium.core.db import open_engine
from consortium.core.settings import Settings
from consortium.core.work import Works
from tests.conftest import Clock
from tests.stories.worlds import make_november
from tests.web.browsing import signed_in
from tests.web.page_check import faults_of_page
from tests.web.serving import serving

PAGES = {
    "coordinator": [
        "/imorgon",
        "/lador",
        "/lador/LD000001",
        "/lador/skanna",
        "/veckan",
        "/e-medier/import",
    ],
    "finance": [
        "/fakturakorning",
        "/fakturakorning/2026-11",
        "/fordelning",
        "/fordelning/system",
        "/fakturor",
        "/fakturor/20260008",
        "/fakturor/20260008/varfor/1",
        "/bokforing",
    ],
    "branch_manager": ["/delade-resurser", "/e-medier"],
    "counter": ["/kort"],
}
ENGLISH = ("/imorgon", "/fakturakorning/2026-11", "/delade-resurser")


@pytest.fixture(scope="module")
def site(
    empty_sqlite: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Flask, str]]:
    home = tmp_path_factory.mktemp("site")
    shutil.copy(empty_sqlite, home / "site.db")
    works = Works(open_engine(f"sqlite:///{home / 'site.db'}"), Clock())
    make_november(works, home)
    chosen = {"home": home, "web": {"secret_key": "test" * 8}}
    app = create_app(Settings.model_validate(chosen), works)
    with serving(app) as address:
        yield app, address
    works.engine.dispose()


@pytest.mark.parametrize("role", PAGES)
def test_pages_pass_the_check(site: tuple[Flask, str], browser: Browser, role: str) -> None:
    app, address = site
    session = signed_in(app, role).client.get_cookie("session")
    assert session is not None
    found = {}
    for path in PAGES[role]:
        language = "en" if path in ENGLISH else "sv"
        cookies = {"session": session.value, "sprak": language}
        if faults := faults_of_page(browser, address + path, cookies):
            found[path] = faults
    assert not found, found
